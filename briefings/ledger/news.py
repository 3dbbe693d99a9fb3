"""What is new in the facts for readers who were told of some articles before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from briefings.facts import Corroboration, Fact, Superseded
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import superseding

_STANDING = tuple(reversed(Corroboration))


@dataclass(frozen=True, slots=True)
class News:
    """Facts by what is new in them, each under one heading but those it supersedes.

    `new` were in no article told before. `confirmed` have an independent voice more than was told,
    `contradicted` a difference that was not. In `superseded` the earlier was told, the later not.
    """

    new: tuple[Fact, ...] = ()
    confirmed: tuple[Fact, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    contradicted: tuple[Fact, ...] = ()


def changed(facts: Iterable[Fact], told: Collection[int]) -> News:
    """Return what the facts hold that the articles told before did not, by importance."""
    facts = by_importance(facts)
    told = frozenset(told)
    new, confirmed, contradicted = [], [], []
    for fact in facts:
        before = tuple(report for report in fact.reports if report.article_id in told)
        if not before:
            new.append(fact)
        elif len(before) < len(fact.reports):
            # What was told may have been several facts, which a later report has shown to be one.
            known = reconcile(before)
            if fact.contradicted and not any(one.contradicted for one in known):
                contradicted.append(fact)
            elif fact.voices > max(one.voices for one in known):
                confirmed.append(fact)
    untold = {id(fact) for fact in new}
    overtaken = [
        one
        for one in superseding(facts)
        if id(one.later) in untold and id(one.earlier) not in untold
    ]
    return News(tuple(new), tuple(confirmed), tuple(overtaken), tuple(contradicted))


def strength(fact: Fact) -> tuple[int, int]:
    """How well a fact stands, more being better: how corroborated, then by how many voices."""
    return _STANDING.index(fact.corroboration), fact.voices


def by_importance(facts: Iterable[Fact]) -> Sequence[Fact]:
    """Return facts as readers want them: deals before figures, the newest first, then by strength.

    Facts alike in all that stand in the order of their parties, so that the order is always one.
    """

    def place(fact: Fact) -> tuple[bool, int, int, int, list[str], int]:
        standing, voices = strength(fact)
        return (
            fact.kind in FIGURE_KINDS,
            -fact.since.toordinal(),
            -standing,
            -voices,
            sorted(party.key for party in fact.parties),
            fact.reports[0].article_id,
        )

    return sorted(facts, key=place)
