"""Who gets what, where and when: frozen values that every platform fills in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum, StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class Standing(IntEnum):
    """What somebody may do in a channel; each may also do what those below may."""

    MEMBER = 0
    """Asks questions."""
    MANAGER = 1
    """Changes this channel's subscriptions and the watched sources."""
    OPERATOR = 2
    """Runs the desk: sees the deliveries of every channel."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A channel: the platform, its workspace (server) and the channel's id there."""

    platform: str
    workspace: str
    channel: str

    @property
    def for_everybody(self) -> bool:
        """Whether what is added and changed here is everybody's: no workspace has it."""
        return not self.workspace


WHOLE_DESK: Final = Scope("", "", "")
"""Where what is for everybody is asked and added: the command line. A console, which has no
workspace either, is the same audience."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and where; the platform fills it in, with what it checked itself.

    `user` is the platform's id of the person, `zone` the one they or their workspace live in.
    """

    scope: Scope
    user: str
    standing: Standing
    zone: ZoneInfo


class Frequency(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a digest is due, by the clocks of a zone (an IANA key such as Asia/Shanghai).

    `day` is the weekday of a weekly one (0 = Monday), the day of the month of a monthly one (the
    last where the month is shorter), else 0. An hourly one uses the minutes of `at` alone.
    """

    frequency: Frequency
    at: time
    zone: str
    day: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """One time a digest is due: `wall` as local clocks show it, YYYY-MM-DDTHH:MM, and `due` in UTC.

    The wall time names the slot; `due` follows from it and from the zone's rules of the day.
    """

    wall: str
    due: datetime


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription as asked for; `topics` are one or two organisation ids."""

    topics: tuple[str, ...]
    schedule: Schedule
    preset: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A digest a channel gets.

    `number` is how the channel calls it, never given twice. `next` is the next slot (None while
    paused), `last_wall` the newest slot that was planned ("" before the first). `paused` says why
    it is, "" while it is not. `version` goes up with every change.
    """

    id: int
    scope: Scope
    number: int
    topics: tuple[str, ...]
    schedule: Schedule
    preset: str
    created_by: str
    version: int
    last_wall: str
    next: Slot | None
    paused: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """One digest that is to be written.

    `since` is when the digest before it was due, None for a subscription's first; `after_article`
    the newest article there was then. `late`: the slot passed while the desk was off, and the
    digest says what it covers. `asked`: somebody wants it now, `slot` being this minute.
    """

    subscription: Subscription
    channel_id: int
    slot: Slot
    since: datetime | None
    after_article: int | None
    late: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A digest as written: its page in Markdown, the ids of the articles it tells of, and the
    newest article there was."""

    page: str
    articles: tuple[int, ...]
    newest_article: int
