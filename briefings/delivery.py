"""What becomes of a message on its way into a channel. Pure: a part and an event give the part.

    PLANNED -> SENDING -> SENT -> (swept) -> SENT
            \\           \\-> RETRY: certainly not taken -> SENDING
             \\           \\-> UNCERTAIN: looked for -> SENT | RETRY | REVIEW
              \\-> SKIPPED  \\-> FAILED

A message is only sent again when it certainly was not taken, or was looked for three times in
vain. `next_at` is when something is to be done about a part: sending, looking, sweeping, or, while
somebody has claimed it, taking it from a process that died with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from hashlib import sha256
from typing import Literal

from briefings.subscriptions import Scope

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KEY_LENGTH = 22


class PartState(StrEnum):
    """Where a message is on its way; the last four are ends."""

    PLANNED = "planned"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    REVIEW = "review"
    """Nobody can tell whether it arrived: somebody has to look."""


class OccurrenceState(StrEnum):
    """Where a digest is: planned until each of its messages has ended."""

    PLANNED = "planned"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    REVIEW = "review"


DECIDABLE = (OccurrenceState.FAILED, OccurrenceState.REVIEW)
"""The digests somebody may have sent again."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient the outbox is. Times in seconds; the defaults are those documented.

    `unsure` decides where nobody may look whether a message arrived: "once" leaves it to a person,
    "always" sends it again and may double it.
    """

    lease_s: float = 60
    """Longer than any request may take, so that a live sender ends before its lease does."""
    standstill_s: float = 15
    """After so long between claim and first byte the process was stopped and gives back."""
    looks_s: tuple[float, ...] = (5, 30, 120)
    """When to look for an uncertain message, since it became that."""
    retries_s: tuple[float, ...] = (5, 30, 120, 600, 1800, 3600, 7200, 14400)
    jitter: float = 0.2
    attempts: int = 12
    give_up_s: float = 86400
    sweep_s: float = 600
    late_s: float = 900
    """After so long the channel's manager is told that a digest is held up."""
    unsure: Literal["once", "always"] = "once"


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a digest. `claim` names who works on it, None while nobody does.

    `number` of `total` in its digest, which is the one of local time `slot` of the channel's
    subscription `digest`. `looks` counts the times it was looked for in vain, `repaired` the
    copies that were deleted. A part without payload is only looked for.
    """

    id: int
    occurrence_id: int
    channel_id: int
    scope: Scope
    digest: int
    slot: str
    number: int
    total: int
    first_id: str
    key: str
    payload: str
    state: PartState
    next_at: datetime | None
    claim: str | None = None
    attempts: int = 0
    first_try: datetime | None = None
    uncertain_since: datetime | None = None
    looks: int = 0
    plain: bool = False
    remote_id: str = ""
    repaired: int = 0
    error: str = ""

    @property
    def ended(self) -> bool:
        return self.state in ENDS


ENDS = frozenset({PartState.SENT, PartState.FAILED, PartState.SKIPPED, PartState.REVIEW})
UNSENT = frozenset({PartState.PLANNED, PartState.RETRY})


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A digest that is not in its channel (or may not be), as `/intel status` lists it.

    `number` and `topics` are its subscription's; `slot` is the local time it was due at. `reason`
    is empty while nothing went wrong; `next_at`: when the desk tries, or looks, again by itself.
    """

    scope: Scope
    number: int
    topics: tuple[str, ...]
    slot: str
    due: datetime
    state: OccurrenceState
    reason: str
    attempts: int
    next_at: datetime | None


class Action(Enum):
    """What a claimed part asks for."""

    SEND = "send"
    LOOK = "look"
    SWEEP = "sweep"


def part_key(install_id: str, subscription: str, slot: str, number: int) -> str:
    """The name a message carries wherever it is sent from: 22 letters and digits.

    The same after a crash, a restart, a fail-over or a restored backup. `subscription` names one
    that is no other's, also where the database forgot that there was one of the same number.
    """
    digest = sha256(f"{install_id}|{subscription}|{slot}|{number}".encode()).digest()
    value = int.from_bytes(digest)
    letters = []
    for _ in range(KEY_LENGTH):
        value, index = divmod(value, 62)
        letters.append(_BASE62[index])
    return "".join(letters)


def claimed(
    part: Part, claim: str, now: datetime, policy: Policy, *, nonce_s: float
) -> tuple[Part, Action | None]:
    """A part whose time has come, taken by `claim`, and what to do with it.

    `nonce_s`: how long the platform takes two messages of one key for one. None: only its state
    changed, and nobody holds it.
    """
    lease = now + timedelta(seconds=policy.lease_s)
    match part.state:
        case PartState.PLANNED | PartState.RETRY:
            return _sending(part, claim, lease, now), Action.SEND
        case PartState.SENDING:  # whoever sent it died, or still stands still
            return uncertain(part, "The process that sent it ended.", now, policy), None
        case PartState.UNCERTAIN:
            tried = part.first_try or now
            if part.attempts and timedelta() <= now - tried < timedelta(seconds=nonce_s):
                return _sending(part, claim, lease, now), Action.SEND
            return replace(part, claim=claim, next_at=lease, first_try=tried), Action.LOOK
        case PartState.SENT:
            return replace(part, claim=claim, next_at=lease), Action.SWEEP
        case _:
            return replace(part, claim=None, next_at=None), None


def postponed(part: Part, until: datetime, *, nonce_s: float) -> Part:
    """A part that would be sent again by its nonce to a channel that is to be left alone.

    It waits for the channel, or for the end of its nonce, and is looked for then.
    """
    nonce_ends = (part.first_try or until) + timedelta(seconds=nonce_s)
    return replace(part, next_at=min(until, nonce_ends))


def _sending(part: Part, claim: str, lease: datetime, now: datetime) -> Part:
    return replace(
        part,
        state=PartState.SENDING,
        claim=claim,
        next_at=lease,
        attempts=part.attempts + 1,
        first_try=part.first_try or now,
    )


def given_back(part: Part, now: datetime, policy: Policy) -> Part:
    """A part that was claimed for sending, of which not one byte was sent."""
    first = part.attempts <= 1 and part.uncertain_since is None
    return replace(
        part,
        state=PartState.PLANNED if first else _unsent(part, policy),
        claim=None,
        next_at=now,
        attempts=part.attempts - 1,
        first_try=None if first else part.first_try,
    )


def sent(part: Part, remote_id: str, now: datetime, policy: Policy) -> Part:
    """The platform took it. One that may have been taken before is swept for copies later."""
    doubtful = part.attempts > 1 or part.uncertain_since is not None
    return replace(
        part,
        state=PartState.SENT,
        claim=None,
        next_at=now + timedelta(seconds=policy.sweep_s) if doubtful else None,
        remote_id=remote_id,
        error="",
    )


def refused(
    part: Part, reason: str, now: datetime, policy: Policy, retry_after_s: float | None = None
) -> Part:
    """The platform certainly did not take it: again later, or given up."""
    step = min(max(part.attempts - 1, 0), len(policy.retries_s) - 1)
    wait = spread(policy.retries_s[step], part, policy.jitter, both_ways=True)
    if retry_after_s is not None:
        wait = max(wait, spread(retry_after_s, part, policy.jitter, both_ways=False))
    if _unsent(part, policy) is PartState.UNCERTAIN:
        due = now + timedelta(seconds=wait)
        return replace(part, state=PartState.UNCERTAIN, claim=None, next_at=due, error=reason)
    return _again(part, reason, now, timedelta(seconds=wait), policy)


def _unsent(part: Part, policy: Policy) -> PartState:
    """The state of a part whose last try certainly came to nothing.

    One whose earlier try may have arrived is still in doubt, until it was looked for.
    """
    doubtful = part.uncertain_since is not None and part.looks < len(policy.looks_s)
    return PartState.UNCERTAIN if doubtful else PartState.RETRY


def _again(part: Part, reason: str, now: datetime, wait: timedelta, policy: Policy) -> Part:
    age = now - (part.first_try or now)
    if part.attempts > policy.attempts or age > timedelta(seconds=policy.give_up_s):
        return failed(part, f"{reason} Given up after {part.attempts} attempts.")
    return replace(part, state=PartState.RETRY, claim=None, next_at=now + wait, error=reason)


def uncertain(part: Part, reason: str, now: datetime, policy: Policy) -> Part:
    """The platform may have taken it: look before anything else is done."""
    return replace(
        part,
        state=PartState.UNCERTAIN,
        claim=None,
        next_at=now + timedelta(seconds=policy.looks_s[0]),
        uncertain_since=now,
        looks=0,
        error=reason,
    )


def looked(part: Part, copies: tuple[str, ...], now: datetime, policy: Policy) -> Part:
    """It was looked for: found, to be looked for once more, or certainly not there."""
    if copies:
        return sent(part, copies[0], now, policy)
    looks = part.looks + 1
    if looks < len(policy.looks_s):
        since = part.uncertain_since or now
        due = since + timedelta(seconds=policy.looks_s[looks])
        return replace(part, claim=None, looks=looks, next_at=max(due, now))
    absent = replace(part, looks=looks)
    if not part.payload:
        return skipped(absent, "It was not found.")
    return _again(absent, part.error, now, timedelta(), policy)


def blind(part: Part, now: datetime, policy: Policy) -> Part:
    """Nobody may look whether it arrived."""
    if not part.payload:
        return skipped(part, "Nobody can look whether it was delivered.")
    if policy.unsure == "always":
        return _again(part, part.error, now, timedelta(), policy)
    return _review(part, part.error)


def look_failed(
    part: Part, reason: str, now: datetime, policy: Policy, retry_after_s: float | None = None
) -> Part:
    """The platform could not be asked: later, and left to a person in the end."""
    if now - (part.uncertain_since or now) > timedelta(seconds=policy.give_up_s):
        return _review(part, reason)
    wait = spread(max(policy.looks_s[-1] / 2, retry_after_s or 0), part, policy.jitter)
    return replace(part, claim=None, next_at=now + timedelta(seconds=wait), error=reason)


def unfit(part: Part, reason: str, now: datetime, policy: Policy) -> Part:
    """The platform does not take its form: once more as plain text, then never."""
    if part.plain:
        return failed(part, reason)
    return replace(
        part, state=_unsent(part, policy), claim=None, next_at=now, plain=True, error=reason
    )


def swept(part: Part, copies: tuple[str, ...], deleted: int) -> Part:
    """The channel was looked through: the oldest copy stays, `deleted` others are gone."""
    return replace(
        part,
        claim=None,
        next_at=None,
        remote_id=copies[0] if copies else part.remote_id,
        repaired=part.repaired + deleted,
    )


def sweep_failed(part: Part, now: datetime, policy: Policy) -> Part:
    """The channel could not be looked through: later, for a day."""
    since = part.uncertain_since or part.first_try or now
    over = now - since > timedelta(seconds=policy.give_up_s)
    later = now + timedelta(seconds=policy.sweep_s)
    return replace(part, claim=None, next_at=None if over else later)


def failed(part: Part, reason: str) -> Part:
    return replace(part, state=PartState.FAILED, claim=None, next_at=None, error=reason)


def skipped(part: Part, reason: str) -> Part:
    return replace(part, state=PartState.SKIPPED, claim=None, next_at=None, error=reason)


def _review(part: Part, reason: str) -> Part:
    return replace(part, state=PartState.REVIEW, claim=None, next_at=None, error=reason)


def spread(seconds: float, part: Part, jitter: float, *, both_ways: bool = False) -> float:
    """A wait made a little different for each part and attempt, so that they do not come at once.

    Longer by at most the share `jitter`; with `both_ways` also shorter by it. Not random: the
    same part waits the same time wherever it is computed.
    """
    seed = sha256(f"{part.key}|{part.attempts}|{part.looks}".encode()).digest()
    share = int.from_bytes(seed[:4]) / 2**32
    return seconds * (1 + jitter * (2 * share - 1 if both_ways else share))
