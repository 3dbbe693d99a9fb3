"""What a digest says of the ledger: facts that are new, and corrections of what was told. Pure.

facts on the topics -> those the new articles concern -> what a channel was told of them
    -> corrections | changes -> the articles they cite -> lines
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from briefings.answers import ChangeLine
from briefings.citing import Citations
from briefings.factlines import Lines, Telling, evidence_of, summary, telling
from briefings.facts import Fact
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.news import by_importance, changed
from briefings.ledger.reconcile import reconcile
from briefings.ledger.superseding import superseding
from briefings.model import Article
from briefings.naming import Naming

NEW, CONFIRMED, SUPERSEDED, CONTRADICTED = "new", "confirmed", "superseded", "contradicted"
CHANGES: Final = 40
"""Facts a digest may list: a preset shows as many of them as it has room for."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a fact, and in words what the channel was told that holds no longer."""

    change: str
    fact: Fact
    before: str = ""


@dataclass(frozen=True, slots=True)
class LedgerNews:
    """What a digest says of the ledger; `evidence` has the articles it cites.

    `past` are deals on its topics that hold no longer, of which it says nothing.
    """

    corrections: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()
    evidence: Mapping[int, Article] = field(default_factory=dict)
    past: tuple[Fact, ...] = ()

    @property
    def articles(self) -> tuple[int, ...]:
        """The articles it cites."""
        those = (*self.corrections, *self.changes)
        return tuple(dict.fromkeys(id_ for each in those for id_ in evidence_of(each.fact)))

    def telling(self, among: Collection[int]) -> Telling:
        """The sentences of some articles that tell of its deals."""
        those = (each.fact for each in (*self.corrections, *self.changes))
        return telling((fact for fact in those if fact.kind not in FIGURE_KINDS), self.past, among)


NO_NEWS: Final = LedgerNews()


def concerned(facts: Sequence[Fact], new: Collection[int]) -> tuple[Fact, ...]:
    """The facts that new articles report, and those that supersede or are superseded by these."""
    reported = {id(fact) for fact in facts if _reports(fact, new)}
    if not reported:
        return ()
    pairs = [(id(one.earlier), id(one.later)) for one in superseding(facts)]
    linked = {one for pair in pairs if not reported.isdisjoint(pair) for one in pair}
    return tuple(fact for fact in facts if id(fact) in reported | linked)


def articles_of(facts: Sequence[Fact]) -> frozenset[int]:
    """The articles that report some facts."""
    return frozenset(report.article_id for fact in facts for report in fact.reports)


def how_things_stand(facts: Sequence[Fact]) -> LedgerNews:
    """What a first digest says: the facts that hold, deals before figures, the newest first."""
    over = {id(one.earlier): one.earlier for one in superseding(facts)}
    holding = (fact for fact in by_importance(facts) if id(fact) not in over)
    past = tuple(fact for fact in over.values() if fact.kind not in FIGURE_KINDS)
    return LedgerNews((), tuple(Change(NEW, fact) for fact in holding)[:CHANGES], past=past)


def what_changed(
    facts: Sequence[Fact], told: Collection[int], telling: Collection[int], new: Collection[int]
) -> LedgerNews:
    """What a later digest says to a channel that was told of some articles.

    `telling` are the articles it tells of now; `new` are these and those it has no room for, which
    correct all the same. New or confirmed is only what holds: an article of today may recall what
    was so once.
    """
    news = changed(facts, told)
    corrections = [
        *(
            Change(SUPERSEDED, one.later, _as_told(one.earlier, told))
            for one in news.superseded
            if _reports(one.later, new)
        ),
        *(
            Change(CONTRADICTED, fact, _as_told(fact, told))
            for fact in news.contradicted
            if _reports(fact, new)
        ),
    ]
    left_out = {id(each.fact) for each in corrections}
    left_out.update(id(one.earlier) for one in superseding(facts))
    changes = [
        Change(change, fact)
        for change, found in ((NEW, news.new), (CONFIRMED, news.confirmed))
        for fact in found
        if _reports(fact, telling) and id(fact) not in left_out
    ]
    return LedgerNews(tuple(corrections), tuple(changes[:CHANGES]))


def change_lines(
    news: LedgerNews, naming: Naming, citations: Citations
) -> tuple[tuple[ChangeLine, ...], tuple[ChangeLine, ...]]:
    """The lines of corrections and of changes."""
    lines = Lines(naming, news.evidence, citations)

    def line(each: Change) -> ChangeLine:
        return ChangeLine(each.change, lines.fact(each.fact), each.before)

    return tuple(map(line, news.corrections)), tuple(map(line, news.changes))


def _reports(fact: Fact, articles: Collection[int]) -> bool:
    return any(report.article_id in articles for report in fact.reports)


def _as_told(fact: Fact, told: Collection[int]) -> str:
    """In words what the reports of it that were told said together.

    Where they had not been found to be of one event, what the most important of them said.
    """
    known = reconcile(report for report in fact.reports if report.article_id in told)
    return summary(by_importance(known)[0])
