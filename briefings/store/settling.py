"""What becomes of the ledger's facts when articles are read anew: pure decisions of the store.

    what stands + what is new -> reconcile -> facts -> the numbers they had -> Settlement

A fact keeps its number through everything that happens to its reports, because readers were told
it: the smallest one where facts become one, the one of its oldest report where they part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from briefings.facts import Fact, Report


@dataclass(frozen=True, slots=True)
class Entered:
    """A report that is in the ledger, and the number of the fact it belongs to.

    `current`: its article was read in the text that it has now.
    """

    report: Report
    number: int
    current: bool = True


@dataclass(frozen=True, slots=True)
class Settled:
    """A fact to be written; `number` is None for one that is new."""

    number: int | None
    fact: Fact


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to be written, and the numbers of the facts that are no more."""

    written: tuple[Settled, ...]
    dropped: frozenset[int]


def settle(
    standing: Sequence[Entered], replaced: Sequence[Entered], new: Sequence[Report]
) -> Settlement:
    """Decide what facts there are when `new` reports come in the place of `replaced` ones.

    `standing` are all other reports of every fact that has a replaced report, or one that shares
    a key with a new one. Facts that stay as they are are not in the result.
    """
    from briefings.ledger.reconcile import reconcile  # noqa: PLC0415 - not at every start

    found = reconcile([*(one.report for one in standing), *new])
    number_of = {one.report.id: one.number for one in standing}
    claimed = _claims_to_numbers(found, number_of, replaced)
    number_at = dict(_numbered(claimed))
    before: defaultdict[int, set[int]] = defaultdict(set)
    for one in (*standing, *replaced):
        before[one.number].add(one.report.id)
    written = tuple(
        Settled(number_at.get(place), fact)
        for place, fact in enumerate(found)
        if not _stays(fact, number_at.get(place), number_of, before)
    )
    return Settlement(written, frozenset(before.keys() - set(number_at.values())))


def digested_keys(reports: Iterable[Report]) -> frozenset[bytes]:
    """The keys of reports, 16 bytes each: what they are made of may be as long as a name is."""
    from briefings.ledger.events import keys  # noqa: PLC0415 - not at every start

    return frozenset(_digest(key) for report in reports for key in keys(report))


def _digest(key: str) -> bytes:
    return blake2b(key.encode(errors="ignore"), digest_size=16).digest()


Claim = tuple[bool, int, int]
"""How well a fact holds a number: others only where no report stands for it, the oldest first."""


def _claims_to_numbers(
    found: Sequence[Fact], number_of: Mapping[int, int], replaced: Sequence[Entered]
) -> dict[int, list[Claim]]:
    """Who may have each number: facts, by their places in `found`, with how well they hold it.

    A fact holds the numbers of its reports, and those of replaced ones that a new report of the
    same article is another reading of.
    """
    gone: defaultdict[int, list[tuple[Entered, frozenset[bytes]]]] = defaultdict(list)
    for one in replaced:
        gone[one.report.article_id].append((one, digested_keys([one.report])))
    claims: defaultdict[int, list[Claim]] = defaultdict(list)
    for place, fact in enumerate(found):
        for report in fact.reports:
            if (number := number_of.get(report.id)) is not None:
                claims[number].append((False, report.id, place))
                continue
            its_keys = digested_keys([report]) if report.article_id in gone else frozenset()
            for one, gone_keys in gone.get(report.article_id, ()):
                if its_keys & gone_keys:
                    claims[one.number].append((True, report.id, place))
    return claims


def _numbered(claims: Mapping[int, list[Claim]]) -> Iterable[tuple[int, int]]:
    """Each fact's place and its number: no number twice, and the smallest that a fact can have."""
    taken: set[int] = set()
    for number in sorted(claims):
        for _, _, place in sorted(claims[number]):
            if place not in taken:
                taken.add(place)
                yield place, number
                break


def _stays(
    fact: Fact, number: int | None, number_of: Mapping[int, int], before: Mapping[int, set[int]]
) -> bool:
    ids = {report.id for report in fact.reports}
    return number is not None and before[number] == ids and ids <= number_of.keys()
