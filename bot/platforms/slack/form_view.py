"""The form that subscribes a channel to a digest: entries <-> view -> words of a schedule. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.elements import (
    Block,
    field,
    message,
    option,
    options,
    paragraph,
    place,
    plain,
    text,
)
from briefings.answers import SubscriptionList, SubscriptionRow
from briefings.errors import InputError
from briefings.schedule import find_zone
from briefings.subscriptions import Frequency, Schedule
from briefings.timewords import WEEKDAYS

SUBSCRIBE = "form_subscribe"
"""The callback of the form; its actions begin with `form_`."""
TOPIC, TOPIC2, ZONE = "form_topic", "form_topic2", "form_zone"
FREQUENCY, WEEKDAY, MONTHDAY = "form_frequency", "form_weekday", "form_monthday"
TIME, PRESET, CHANNEL = "form_time", "form_preset", "form_channel"

MEANINGS: Mapping[str, str] = {
    "brief": "A minute: the main stories in a sentence each, then headlines",
    "full": "Everything worth a sentence or two, with the whole coverage",
    "headlines": "One line a story, each with its source",
}
"""What the shipped presets are; an operator's own go by their names."""

_FREQUENCIES: Mapping[str, str] = {
    Frequency.DAILY: "Every day",
    Frequency.WEEKDAYS: "Monday to Friday",
    Frequency.WEEKLY: "Once a week",
    Frequency.MONTHLY: "Once a month",
}
_DAYS = {name[:3].lower(): name for name in WEEKDAYS}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Entries:
    """What stands in the form: topics by name, a weekday as mon, a day of the month as 15."""

    topic: str = ""
    topic2: str = ""
    frequency: str = "weekly"
    day: str = ""
    time: str = "09:00"
    zone: str = ""
    preset: str = ""
    channel: str = ""

    @property
    def words(self) -> str:
        """The topics as somebody would type them."""
        return " / ".join(filter(None, (self.topic, self.topic2)))

    @property
    def when(self) -> tuple[str, ...]:
        """The schedule in the words of a command."""
        day = (self.day,) if self.frequency in (Frequency.WEEKLY, Frequency.MONTHLY) else ()
        return (self.frequency, *day, self.time, self.zone)


def entries_of(schedule: Schedule) -> dict[str, str]:
    """What a schedule puts into the form; an hourly one, which it does not offer, the zone."""
    match schedule.frequency:
        case Frequency.HOURLY:
            return {"zone": schedule.zone}
        case Frequency.WEEKLY:
            day = list(_DAYS)[schedule.day]
        case _:
            day = str(schedule.day or "")
    at = f"{schedule.at:%H:%M}"
    return {"frequency": schedule.frequency, "day": day, "time": at, "zone": schedule.zone}


def form(entries: Entries, presets: Sequence[str], fixed: str, sealed: str) -> Block:
    """The form with its entries; `fixed` is the channel it was opened from, "" to ask for one."""
    blocks = [
        field("topic", "Topic", _search(TOPIC, entries.topic, "Name, alias or ticker")),
        field(
            "topic2",
            "Second topic",
            _search(TOPIC2, entries.topic2, "What is between the two"),
            hint="With a second topic the digest is on what is between the two.",
            optional=True,
        ),
        field("frequency", "How often", _frequency(entries), dispatch_action=True),
        *_day(entries),
        field("time", "Time", {"type": "timepicker", "action_id": TIME, **_at(entries.time)}),
        field(
            "zone",
            "Time zone",
            _search(ZONE, entries.zone, "A city, such as Shanghai"),
            hint="The digest keeps to the clocks of this place, summer time included.",
        ),
        field("preset", "Length", _preset(entries, presets)),
        *_channel(entries, fixed),
    ]
    return {
        "type": "modal",
        "callback_id": SUBSCRIBE,
        "title": plain("Subscribe to a digest", 24),
        "submit": plain("Subscribe", 24),
        "close": plain("Cancel", 24),
        "private_metadata": sealed,
        "blocks": blocks,
    }


def read_form(view: Mapping[str, Any]) -> Entries:
    """The entries of a form as it was sent in."""
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    found = {
        block: _value(element)
        for block, elements in values.items()
        if block in Entries.__dataclass_fields__
        for element in elements.values()
    }
    return Entries(**{"frequency": "", "time": "", **found})


def problems(entries: Entries, presets: Iterable[str], fixed: str) -> dict[str, str]:
    """What cannot be meant, by the block it stands in; which topics there are is not known here."""
    found: dict[str, str] = {}
    if not entries.topic:
        found["topic"] = "Choose a topic."
    elif entries.topic == entries.topic2:
        found["topic2"] = f"{entries.topic} is the first topic already. Choose another, or none."
    if entries.frequency not in _FREQUENCIES:
        found["frequency"] = "Choose how often it comes."
    if entries.frequency == Frequency.WEEKLY and entries.day not in _DAYS:
        found["day"] = "Choose a day of the week."
    if entries.frequency == Frequency.MONTHLY and not re.fullmatch(
        "0?[1-9]|[12][0-9]|3[01]", entries.day
    ):
        found["day"] = "Give a day from 1 to 31; where a month is shorter, its last day counts."
    if not _TIME.fullmatch(entries.time):
        found["time"] = "Give a time from 00:00 to 23:59, such as 09:00."
    try:
        find_zone(entries.zone)
    except InputError as error:
        found["zone"] = str(error) if entries.zone else "Choose a time zone."
    if entries.preset not in presets:
        found["preset"] = "Choose one of the list: there is no such preset any more."
    if not _CHANNEL_ID.fullmatch(fixed or entries.channel):
        found["channel"] = "Choose the channel that gets it."
    return found


def made(listed: SubscriptionList, row: SubscriptionRow, channel: str, hint: str = "") -> Block:
    """What was subscribed to, and when it comes first."""
    view = message("Subscribed")
    first = f"Paused: {row.paused}." if row.paused else f"Next: {row.next}, {_zone_of(row)}."
    view["blocks"] = [
        paragraph(text(listed.notice, bold=True)),
        paragraph(text(f"{first}\nIn "), *place(channel), text(".")),
    ]
    if hint:
        view["blocks"].append(paragraph(text(hint)))
    return view


def _zone_of(row: SubscriptionRow) -> str:
    return row.when.rpartition(", ")[2]


def _search(action: str, chosen: str, placeholder: str) -> Block:
    element: Block = {
        "type": "external_select",
        "action_id": action,
        "placeholder": plain(placeholder, 150),
        "min_query_length": 0,
    }
    if initial := options([(chosen, chosen)]):
        element["initial_option"] = initial[0]
    return element


def _frequency(entries: Entries) -> Block:
    choices = {value: option(label, value) for value, label in _FREQUENCIES.items()}
    return _select(FREQUENCY, choices, entries.frequency)


def _day(entries: Entries) -> list[Block]:
    match entries.frequency:
        case Frequency.WEEKLY:
            choices = {value: option(name, value) for value, name in _DAYS.items()}
            return [field("day", "On", _select(WEEKDAY, choices, entries.day or "mon"))]
        case Frequency.MONTHLY:
            number: Block = {
                "type": "number_input",
                "action_id": MONTHDAY,
                "is_decimal_allowed": False,
                "min_value": "1",
                "max_value": "31",
                "initial_value": entries.day if entries.day.isdecimal() else "1",
            }
            hint = "From 1 to 31; where a month is shorter, its last day counts."
            return [field("day", "On day", number, hint=hint)]
        case _:
            return []


def _at(time: str) -> dict[str, str]:
    return {"initial_time": time} if _TIME.fullmatch(time) else {}


def _preset(entries: Entries, presets: Sequence[str]) -> Block:
    choices = {name: option(name, name, MEANINGS.get(name, "")) for name in presets[:100]}
    return _select(PRESET, choices, entries.preset or presets[0])


def _select(action: str, choices: Mapping[str, Block], chosen: str) -> Block:
    element: Block = {
        "type": "static_select",
        "action_id": action,
        "options": list(choices.values()),
    }
    if chosen in choices:
        element["initial_option"] = choices[chosen]
    return element


def _channel(entries: Entries, fixed: str) -> list[Block]:
    if fixed:
        return [paragraph(text("It will be posted in "), *place(fixed), text("."))]
    element: Block = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain("Choose a channel", 150),
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if entries.channel:
        element["initial_conversation"] = entries.channel
    return [field("channel", "Channel", element)]


def _value(element: Mapping[str, Any]) -> str:
    """What was entered, whatever it was entered into."""
    selected = element.get("selected_option") or {}
    found = (
        selected.get("value")
        or element.get("selected_time")
        or element.get("selected_conversation")
        or element.get("value")
    )
    return str(found or "")
