"""The form behind Subscribe: when a digest comes, and of which kind. It asks for two lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

BEGINS = "subscribe:"
WHEN, PRESET = "when", "preset"
CUSTOM_ID = 100
_TITLE = 45
_WORDS = 200


class SubscribeForm(discord.ui.Modal):
    """Asks when and how for topics whose names the form's id holds; the library forgets it."""

    def __init__(self, topics: str, *, zone: str, presets: Sequence[str]) -> None:
        title = f"Subscribe to {topics}"
        super().__init__(
            title=title if len(title) <= _TITLE else "Subscribe",
            custom_id=f"{BEGINS}{topics}"[:CUSTOM_ID],
            timeout=None,
        )
        when = discord.ui.TextInput[Any](
            label="When",
            custom_id=WHEN,
            default=f"weekly mon 09:00 {zone}",
            placeholder="daily 18:30 Asia/Shanghai",
            max_length=_WORDS,
        )
        preset = discord.ui.TextInput[Any](
            label=f"Kind: {', '.join(presets)}"[:_TITLE],
            custom_id=PRESET,
            default=presets[0] if presets else None,
            required=False,
            max_length=50,
        )
        self.add_item(when)
        self.add_item(preset)
        self.stop()


def submitted(custom_id: str, data: Mapping[str, Any] | None) -> str:
    """The command that a filled-in form asks for; "" for a form that is not ours. Pure."""
    topics = custom_id.removeprefix(BEGINS)
    if topics == custom_id or data is None:
        return ""
    values = dict(_values(data.get("components") or ()))
    kind = " ".join(values.get(PRESET, "").split())
    words = ["subscribe", topics, values.get(WHEN, ""), f"as {kind}" if kind else ""]
    return " ".join(" ".join(words).split())


def _values(parts: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The texts of a form, at any depth: rows hold fields, and labels hold one."""
    found: list[tuple[str, str]] = []
    for part in parts:
        if "custom_id" in part and "value" in part:
            found.append((str(part["custom_id"]), str(part["value"] or "")))
        found += _values(part.get("components") or ())
        if isinstance(part.get("component"), Mapping):
            found += _values([part["component"]])
    return found
