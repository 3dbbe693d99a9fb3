"""The commands that Discord offers, against ours: it is told them only where they differ. Pure.

Discord does not say back what it was told: it adds ids and defaults, leaves out what is off or
empty, sorts what has no order, and lists commands as it likes. So what is compared is all that
somebody could notice; `dm_permission` is not, for Discord reads it from the contexts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Definition = Mapping[str, Any]

ENTRY_POINT = 4
"""The kind of command that Discord adds by itself to an app with an activity. It is not ours, and
no list of commands is taken that leaves it out."""
_NOT_TOLD = frozenset({"application_id", "version"})
_BOUNDS = ("min_value", "max_value", "min_length", "max_length")


def differing(ours: Sequence[Definition], known: Sequence[Definition]) -> list[str]:
    """The names of the commands that Discord offers otherwise, or that one side lacks."""
    mine = {_key(each): _shape(each) for each in ours}
    theirs = {_key(each): _shape(each) for each in known if not _of_discord(each)}
    keys = {key for key in mine | theirs if mine.get(key) != theirs.get(key)}
    return sorted(name for _, name in keys)


def to_tell(ours: Sequence[Definition], known: Sequence[Definition]) -> list[dict[str, Any]]:
    """The whole list for Discord: our commands, and its own as it is."""
    kept = [
        {name: value for name, value in each.items() if value and name not in _NOT_TOLD}
        for each in known
        if _of_discord(each)
    ]
    return [*map(dict, ours), *kept]


def _key(definition: Definition) -> tuple[int, str]:
    return definition.get("type") or 1, str(definition["name"])


def _of_discord(definition: Definition) -> bool:
    return definition.get("type") == ENTRY_POINT


def _shape(definition: Definition) -> dict[str, Any]:
    """A command, or an option of one, with the defaults for what is left out."""
    said = definition.get
    permissions = said("default_member_permissions")
    return {
        "type": said("type") or 1,
        "name": _worded(definition, "name"),
        "description": _worded(definition, "description"),
        "permissions": None if permissions is None else str(permissions),
        "contexts": sorted(said("contexts") or ()),
        "installs": sorted(said("integration_types") or ()),
        "channels": sorted(said("channel_types") or ()),
        "flags": [bool(said(each)) for each in ("nsfw", "required", "autocomplete")],
        "bounds": [said(each) for each in _BOUNDS],
        "choices": [(_worded(each, "name"), each["value"]) for each in said("choices") or ()],
        "options": [_shape(each) for each in said("options") or ()],
    }


def _worded(definition: Definition, what: str) -> tuple[str, dict[str, str]]:
    """A text, and what it is in other languages."""
    return definition.get(what) or "", dict(definition.get(f"{what}_localizations") or {})
