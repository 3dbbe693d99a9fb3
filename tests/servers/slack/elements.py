"""What a person can do with the elements of a message or a view, and what that sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PLAIN = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
"""Elements whose state is one value under a name of its own."""
ONE = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_INITIAL = {
    "value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
}


def interactive(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every element somebody can touch, with the id of its block."""
    for number, block in enumerate(blocks):
        found = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in found:
            if isinstance(element, dict) and "action_id" in element:
                yield str(block.get("block_id") or f"block{number}"), element


def find(
    blocks: Sequence[Mapping[str, Any]], action_id: str, value: str | None = None
) -> tuple[str, dict[str, Any]]:
    """The element of an id; among several buttons the one with a value, or of a text.

    Raises:
        AssertionError: when nobody could touch such an element.
    """
    there = list(interactive(blocks))
    found = [each for each in there if each[1]["action_id"] == action_id]
    buttons = [each for each in found if each[1]["type"] == "button"]
    if buttons and value is not None:
        found = [
            each for each in buttons if value in (each[1].get("value"), each[1]["text"]["text"])
        ]
    shown = [(each["action_id"], each.get("value")) for _, each in there]
    assert found, f"there is no {action_id!r} ({value!r}) to touch, only {shown}"
    return found[0]


def touched(block_id: str, element: dict[str, Any], value: Any, ts: str) -> dict[str, Any]:
    """An entry of `actions`."""
    said = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
        "action_ts": ts,
    }
    if element["type"] == "button":
        own = {"value": element["value"]} if "value" in element else {}
        return {**said, "text": element["text"], **own}
    return {**said, **state(element, value)}


def state(element: dict[str, Any], value: Any) -> dict[str, Any]:
    """An element's entry in `state.values`, once a person chose a value in it.

    For selects, that is the value of an option, a whole option (external ones), or a list.
    """
    kind = element["type"]
    if kind in ONE:
        chosen = None if value is None else _option(element, value)
        return {"type": kind, "selected_option": chosen}
    if kind in MANY:
        return {"type": kind, "selected_options": [_option(element, each) for each in value or ()]}
    return {"type": kind, PLAIN[kind]: value}


def initial(element: dict[str, Any]) -> Any:
    """What is chosen before anybody touches it."""
    if element["type"] in ONE:
        return element.get("initial_option")
    if element["type"] in MANY:
        return element.get("initial_options") or []
    return element.get(_INITIAL.get(PLAIN.get(element["type"], ""), ""))


def _option(element: dict[str, Any], value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    options = [*element.get("options", ())]
    for group in element.get("option_groups", ()):
        options += group["options"]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            chosen: dict[str, Any] = option
            return chosen
    values = [option["value"] for option in options]
    raise AssertionError(f"{element['action_id']}: there is no {value!r} among {values}")
