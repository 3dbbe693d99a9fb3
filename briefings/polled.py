"""What a poll came to: a value a source, and one for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from briefings.model import Source


class Verdict(StrEnum):
    READ = "read"
    """The feed was read; it may still have brought nothing."""
    UNCHANGED = "unchanged"
    FAILED = "failed"
    WAITING = "waiting"
    """Not asked: it was a moment ago, or its server asked to be left alone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What asking one source came to; the numbers count entries.

    `kept` of the `new` ones became articles, the rest name no watched organisation. `reason` says
    why it failed, `notes` what was odd about a feed that was read all the same.
    """

    verdict: Verdict
    new: int = 0
    changed: int = 0
    kept: int = 0
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def dropped(self) -> int:
        return self.new - self.kept


@dataclass(frozen=True, slots=True)
class PollReport:
    """A whole poll. `new`, `changed`, `kept` and `dropped` count entries, the rest sources.

    `unchanged` sources answered and brought nothing new; `failed` names each that did not answer
    or could not be read, with the reason. `seconds` is how long the poll took.
    """

    asked: int
    new: int
    changed: int
    kept: int
    dropped: int
    unchanged: int
    waiting: int
    failed: tuple[tuple[Source, str], ...]
    seconds: float

    @classmethod
    def of(cls, outcomes: Sequence[tuple[Source, Outcome]], seconds: float) -> PollReport:
        results = [outcome for _, outcome in outcomes]
        waiting = sum(result.verdict is Verdict.WAITING for result in results)
        answered = [r for r in results if r.verdict in (Verdict.READ, Verdict.UNCHANGED)]
        return cls(
            asked=len(results) - waiting,
            new=sum(result.new for result in results),
            changed=sum(result.changed for result in results),
            kept=sum(result.kept for result in results),
            dropped=sum(result.dropped for result in results),
            unchanged=sum(not result.new and not result.changed for result in answered),
            waiting=waiting,
            failed=tuple(
                (source, outcome.reason)
                for source, outcome in sorted(outcomes, key=lambda pair: pair[0].id)
                if outcome.verdict is Verdict.FAILED
            ),
            seconds=seconds,
        )
