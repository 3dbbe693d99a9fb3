"""Application commands as Discord keeps them, and as it tells them.

It leaves out what is off or empty, sorts what has no order, names every translation there could be
and says them only where it is asked to; a list of commands is in an order of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ENTRY_POINT = 4
"""The kind of command that Discord itself adds where an app has an activity."""
_BOUNDS = ("min_value", "max_value", "min_length", "max_length")


def kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of a command of all guilds, or of one."""
    permissions = said.get("default_member_permissions")
    made: dict[str, Any] = {
        "type": said.get("type") or 1,
        **_words(said),
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(said.get("nsfw")),
        "integration_types": sorted(said.get("integration_types") or [0]),
    }
    if options := said.get("options"):
        made["options"] = [_option(each) for each in options]
    if said.get("handler"):
        made["handler"] = said["handler"]
    return made


def _option(said: Mapping[str, Any]) -> dict[str, Any]:
    made = {"type": said["type"], **_words(said)}
    made |= {flag: True for flag in ("required", "autocomplete") if said.get(flag)}
    made |= {bound: said[bound] for bound in _BOUNDS if said.get(bound) is not None}
    if kinds := said.get("channel_types"):
        made["channel_types"] = sorted(kinds)
    if choices := said.get("choices"):
        made["choices"] = [
            {"name": each["name"], **_translated(each, "name"), "value": each["value"]}
            for each in choices
        ]
    if options := said.get("options"):
        made["options"] = [_option(each) for each in options]
    return made


def _words(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": said["name"],
        **_translated(said, "name"),
        "description": said.get("description") or "",
        **_translated(said, "description"),
    }


def _translated(said: Mapping[str, Any], what: str) -> dict[str, Any]:
    return {f"{what}_localizations": said.get(f"{what}_localizations") or None}


def told(commands: Iterable[Mapping[str, Any]], *, translated: bool) -> list[dict[str, Any]]:
    """Commands as a request for all of them is answered."""
    found = [dict(each) for each in commands][::-1]
    return found if translated else [_untranslated(each) for each in found]


def _untranslated(thing: Any) -> Any:
    """Something without its translations, and all that is in it."""
    if isinstance(thing, Mapping):
        return {
            name: _untranslated(value)
            for name, value in thing.items()
            if not name.endswith("_localizations")
        }
    return [_untranslated(each) for each in thing] if isinstance(thing, list) else thing
