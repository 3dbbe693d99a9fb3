"""Compares what a chat server took with what a database says, and names everything wrong.

It knows which digests should be visible from the row of the matrix alone, and tells messages apart
by their text: a digest that was planned twice under two keys is a double like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from briefings.delivery import ENDS, OccurrenceState
from tests.faults.plan import Ledger, Message, Operation
from tests.faults.records import UNKNOWN, OccurrenceRow, PartRow

_ENDED = frozenset(str(state) for state in ENDS)


class Wrong(StrEnum):
    LOST = "lost"
    DOUBLED = "doubled"
    UNEXPECTED = "unexpected"
    ORDER = "out of order"
    EARLY = "sent before it was written down"
    STUCK = "stuck"
    ROW = "not as the row says"


@dataclass(frozen=True)
class Violation:
    wrong: Wrong
    text: str

    def __str__(self) -> str:
        return f"{self.wrong}: {self.text}"


@dataclass
class Verdict:
    """What one run of a row came to."""

    delivered: int = 0
    repaired: int = 0
    """Copies that were visible for a while and deleted."""
    violations: list[Violation] = field(default_factory=list)

    def count(self, *kinds: Wrong) -> int:
        return sum(violation.wrong in kinds for violation in self.violations)


def check(
    ledger: Ledger,
    parts: Sequence[PartRow],
    occurrences: Sequence[OccurrenceRow],
    *,
    expected: Collection[str],
    frozen: bool = False,
) -> Verdict:
    """The verdict on a run that has settled.

    `expected` are the first lines of the messages that have to be visible, each once, and no
    other may be. `frozen`: processes stood still in it, so that a message written down long ago
    may arrive in any state of its part.
    """
    visible = ledger.visible()
    found = [
        *_lost_or_doubled(visible, expected),
        *_order(visible),
        *_early(ledger, frozen=frozen),
        *_stuck(parts, occurrences),
    ]
    delivered = len({message.what for message in visible} & set(expected))
    return Verdict(delivered, len(ledger.messages) - len(visible), found)


def _lost_or_doubled(visible: Sequence[Message], expected: Collection[str]) -> list[Violation]:
    copies = Counter(message.what for message in visible)
    lost = [Violation(Wrong.LOST, what) for what in sorted(set(expected) - set(copies))]
    doubled = [
        Violation(Wrong.DOUBLED, f"{what}, {count} times")
        for what, count in copies.items()
        if count > 1
    ]
    other = [Violation(Wrong.UNEXPECTED, what) for what in sorted(copies.keys() - set(expected))]
    return lost + doubled + other


def _order(visible: Sequence[Message]) -> list[Violation]:
    """A digest's visible messages stand in a channel one after the other."""
    digests: dict[str, list[Message]] = {}
    for message in visible:
        digests.setdefault(message.what.rpartition(" ")[0], []).append(message)
    return [
        Violation(Wrong.ORDER, f"{later.what} after {earlier.what}")
        for messages in digests.values()
        for earlier, later in pairwise(sorted(messages, key=lambda message: message.id))
        if earlier.number > later.number
    ]


def _early(ledger: Ledger, *, frozen: bool) -> list[Violation]:
    """Every message the server saw was written down as being sent, and committed, before."""
    allowed = {"sending", UNKNOWN} | ({"retry", "uncertain", "sent", "review"} if frozen else set())
    return [
        Violation(Wrong.EARLY, f"a message of {asked.key} in state {asked.state or 'none'!r}")
        for asked in ledger.asked
        if asked.operation is Operation.SEND and asked.key and asked.state not in allowed
    ]


def _stuck(parts: Sequence[PartRow], occurrences: Sequence[OccurrenceRow]) -> list[Violation]:
    waiting = [
        Violation(Wrong.STUCK, f"{part.channel} {part.slot} {part.number} is {part.state}")
        for part in parts
        if part.state not in _ENDED or part.next_at is not None
    ]
    open_ = [
        Violation(Wrong.STUCK, f"the digest {each.channel} {each.slot} is planned")
        for each in occurrences
        if each.state == OccurrenceState.PLANNED
    ]
    return waiting + open_
