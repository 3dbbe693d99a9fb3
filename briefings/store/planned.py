"""What is planned for a subscription that is due: its digests, as values and as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from briefings.delivery import OccurrenceState, PartState, part_key
from briefings.subscriptions import Slot, Subscription


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription, its channel's number, and what its last digest told of.

    `key` names it for good: numbers are given again where a database was restored.
    """

    subscription: Subscription
    key: str
    channel_id: int
    since: datetime | None
    after_article: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """A digest for one slot: its messages, and what it tells of.

    `look_first`: it may have been posted by a database that is lost; without payloads it is only
    looked for. `ended`: it is not to be delivered, for the `reason` given or because another
    slot's digest covers it.
    """

    slot: str
    due: datetime
    payloads: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()
    newest_article: int = 0
    look_first: bool = False
    ended: OccurrenceState | None = None
    reason: str = ""
    covered_by: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written down about one subscription: its digests, and its next slot.

    `next` None: the subscription stays where it is (a digest somebody asked for). `instead_of`:
    digests that could not be written, which this one is to replace. `notice` is what its manager
    is to be told, if anything.
    """

    due: Due
    digests: tuple[Written, ...]
    last_wall: str = ""
    next: Slot | None = None
    notice: str = ""
    instead_of: tuple[int, ...] = ()


def occurrence_row(plan: Plan, written: Written, now: datetime) -> dict[str, Any]:
    """A digest, which has ended where it is not to be delivered."""
    return {
        "subscription_id": plan.due.subscription.id,
        "slot": written.slot,
        "due_at": written.due,
        "planned_at": now,
        "state": written.ended or OccurrenceState.PLANNED,
        "reason": written.reason,
        "covered_by": written.covered_by,
        "newest_article": written.newest_article,
        "parts": len(written.payloads) or int(written.look_first),
        "ended_at": now if written.ended else None,
        "dismissed": False,
    }


def part_rows(
    occurrence_id: int, plan: Plan, written: Written, install_id: str, now: datetime
) -> list[dict[str, Any]]:
    """The messages of a digest, of which the first may go at once."""
    payloads = written.payloads or (("",) if written.look_first else ())
    doubtful = written.look_first
    return [
        {
            "occurrence_id": occurrence_id,
            "channel_id": plan.due.channel_id,
            "number": number,
            "key": part_key(install_id, plan.due.key, written.slot, number),
            "state": PartState.UNCERTAIN if doubtful else PartState.PLANNED,
            # The others follow when the one before them is sent.
            "next_at": now if number == 1 else None,
            "attempts": 0,
            "first_try": written.due if doubtful else None,
            "uncertain_since": now if doubtful else None,
            "looks": 0,
            "plain": False,
            "remote_id": "",
            "repaired": 0,
            "error": "",
            "payload": payload,
        }
        for number, payload in enumerate(payloads, start=1)
    ]


def moved(plan: Plan, to: Slot) -> dict[str, Any]:
    """A subscription that goes on to its next slot."""
    return {
        "row_id": plan.due.subscription.id,
        "to_last_wall": plan.last_wall or plan.due.subscription.last_wall,
        "to_wall": to.wall,
        "to_due": to.due,
    }


def notice_row(plan: Plan, now: datetime) -> dict[str, Any]:
    """What the manager is told, to be sent at once."""
    return {
        "channel_id": plan.due.channel_id,
        "kind": "skipped",
        "text": plan.notice,
        "created_at": now,
        "next_at": now,
        "attempts": 0,
    }
