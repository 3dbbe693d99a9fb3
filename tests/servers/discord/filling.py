"""What users fill in: the options of a command, the target of a menu, the fields of a form.

Everything here fails where Discord's own client would not let anybody send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord import shapes, shown
from tests.servers.discord.core import Discord
from tests.servers.discord.ledger import Message
from tests.servers.discord.payloads import channel_seen_by
from tests.servers.discord.world import Channel, Role, User

_SUB, _GROUP, _STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _, _NUMBER = range(1, 11)
_TYPES: dict[int, type | tuple[type, ...]] = {
    _STRING: str,
    _INTEGER: int,
    _BOOLEAN: bool,
    _USER: User,
    _CHANNEL: Channel,
    _ROLE: Role,
    _NUMBER: (int, float),
}


@dataclass
class Filling:
    """The options of a command as a user fills them in; `focused` is the one being typed."""

    discord: Discord
    user: User
    focused: str = ""
    resolved: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of_command(
        self, command: dict[str, Any], steps: list[str], options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A command's data; `steps` lead to a subcommand."""
        offered, place = command.get("options") or [], command["name"]
        chain = []
        for step in steps:
            inner = (o for o in offered if o["name"] == step and o["type"] in (_SUB, _GROUP))
            found = next(inner, None)
            assert found is not None, f"/{place} has no subcommand {step}"
            chain.append((found["type"], step))
            offered, place = found.get("options") or [], f"{place} {step}"
        filled = self._filled(place, offered, options)
        for kind, step in reversed(chain):
            filled = [{"name": step, "type": kind, "options": filled}]
        data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if filled:
            data["options"] = filled
        if self.resolved:
            data["resolved"] = self.resolved
        return data

    def _filled(
        self, place: str, offered: list[dict[str, Any]], options: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        known = {option["name"]: option for option in offered}
        inner = [o["name"] for o in offered if o["type"] in (_SUB, _GROUP)]
        assert not inner, f"/{place} needs one of {', '.join(inner)}"
        unknown = ", ".join(sorted(set(options) - set(known)))
        assert not unknown, f"/{place} has no option {unknown}"
        missing = [o["name"] for o in offered if o.get("required") and o["name"] not in options]
        assert self.focused or not missing, f"/{place} needs {', '.join(missing)}"
        made = []
        for name, value in options.items():
            one = {"name": name, "type": known[name]["type"], "value": self._said(value)}
            if name == self.focused:
                assert known[name].get("autocomplete"), f"/{place} does not complete {name}"
                one["focused"] = True
            else:
                _fits(place, known[name], value)
            made.append(one)
        return made

    def _said(self, value: Any) -> Any:
        match value:
            case Channel():
                said, kind = channel_seen_by(self.discord, value, self.user), "channels"
            case Role():
                said, kind = shapes.role(value), "roles"
            case User():
                said, kind = shapes.user(value), "users"
            case _:
                return value
        self.resolved.setdefault(kind, {})[value.id] = said
        return value.id


def _fits(place: str, option: dict[str, Any], value: Any) -> None:
    """Discord's client refuses these before anybody is asked."""
    where = f"/{place} {option['name']}"
    assert isinstance(value, _TYPES[option["type"]]), f"{where} takes no {type(value).__name__}"
    if option.get("choices"):
        offered = [choice["value"] for choice in option["choices"]]
        assert value in offered, f"{where} is one of {offered}"
    if isinstance(value, str):
        assert option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000), (
            f"{where} has a length that is not allowed"
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        assert option.get("min_value", value) <= value <= option.get("max_value", value), where
    if isinstance(value, Channel) and option.get("channel_types"):
        assert value.kind in option["channel_types"], f"{where} takes no {value.kind.name} channel"


def of_menu(discord: Discord, command: dict[str, Any], target: Message) -> dict[str, Any]:
    """A context menu on a message: its text comes along whatever the intents are."""
    message = shown.message(target, discord.world, discord.root)
    return {
        "id": command["id"],
        "name": command["name"],
        "type": 3,
        "target_id": target.id,
        "resolved": {"messages": {target.id: message}},
    }


def of_modal(modal: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A form as it was filled in; fails where Discord's client would not let it be sent."""
    left = dict(values)
    components = [_entered(each, left) for each in modal["components"]]
    assert not left, f"the form has no field {', '.join(left)}"
    return {"custom_id": modal["custom_id"], "components": components}


def _entered(component: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"type": component["type"], "id": component.get("id", 0)}
    if "components" in component:
        return said | {"components": [_entered(each, left) for each in component["components"]]}
    if "component" in component:
        return said | {"component": _entered(component["component"], left)}
    if "custom_id" not in component:
        return said
    name = component["custom_id"]
    said["custom_id"] = name
    if component["type"] == 4:
        value = left.pop(name, component.get("value") or "")
        least = component.get("min_length", 1 if component.get("required", True) else 0)
        assert least <= len(value) <= component.get("max_length", 4000), f"{name} has a bad length"
        return said | {"value": value}
    given = left.pop(name, None)
    if given is None:
        given = [o["value"] for o in component.get("options") or () if o.get("default")]
    return said | {"values": given if isinstance(given, list) else [given]}
