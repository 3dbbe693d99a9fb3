"""What of the ledger an answer shows, and the lines of it. Pure.

facts on the topics -> pick -> Excerpt -> the articles it needs -> lines
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Final

from briefings.answers import AllianceLine, FactLine
from briefings.citing import Citations
from briefings.factlines import Lines, Telling, evidence_between, evidence_of, telling
from briefings.facts import Alliance, Fact
from briefings.ledger.alliances import alliance, partners
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.superseding import superseding
from briefings.model import Article
from briefings.naming import Naming

RECORDED: Final = 150
"""Deals of a topic, and figures, that an answer or a digest is made of: the newest ones."""
ALLIANCES: Final = 8
FIGURES: Final = 6
DISPUTED: Final = 4


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of the ledger that a briefing shows; `evidence` has the articles its lines cite.

    `whole`: it was picked from all deals, so that what the first one is of is known.
    """

    alliances: tuple[Alliance, ...] = ()
    figures: tuple[Fact, ...] = ()
    disputed: tuple[Fact, ...] = ()
    evidence: Mapping[int, Article] = field(default_factory=dict)
    whole: bool = True

    @property
    def articles(self) -> tuple[int, ...]:
        """The articles its lines cite."""
        between = chain.from_iterable(map(evidence_between, self.alliances))
        facts = chain.from_iterable(map(evidence_of, (*self.figures, *self.disputed)))
        return tuple(dict.fromkeys(chain(between, facts)))

    def telling(self, among: Collection[int]) -> Telling:
        """The sentences of some articles that tell of its alliances."""
        return telling(
            (fact for each in self.alliances for fact in each.facts),
            (one.earlier for each in self.alliances for one in each.superseded),
            among,
        )


NOTHING: Final = Excerpt()


def pick(
    topics: Sequence[str], facts: Sequence[Fact], since: date | None = None, *, whole: bool = True
) -> Excerpt:
    """What a briefing on these topics shows of the facts that have them all as parties.

    `topics` are keys of parties: of a unit its owner's. Of figures those that hold, the newest
    first. `since` leaves out what is older, but for what an alliance with later news began with.
    """
    if len(topics) == 2:
        between = alliance(topics[0], topics[1], facts)
        alliances = [between] if between else []
    else:
        alliances = [*partners(topics[0], facts)]
    # Not by number: what was known on a day may be two facts that later reports made one.
    over = {id(one.earlier) for one in superseding(facts)}
    holding = [
        fact
        for fact in newest_first(facts)
        if id(fact) not in over and (since is None or fact.is_since(since))
    ]
    disputed = [fact for fact in holding if fact.contradicted][:DISPUTED]
    apart = set(map(id, disputed))
    figures = [fact for fact in holding if fact.kind in FIGURE_KINDS and id(fact) not in apart]
    return Excerpt(
        tuple(each for each in alliances if since is None or _is_since(each, since))[:ALLIANCES],
        tuple(figures[:FIGURES]),
        tuple(disputed),
        whole=whole,
    )


def _is_since(between: Alliance, day: date) -> bool:
    return any(fact.is_since(day) for fact in between.facts)


def newest_first(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.since, fact.id), reverse=True)


def excerpt_lines(
    excerpt: Excerpt, naming: Naming, citations: Citations
) -> tuple[tuple[AllianceLine, ...], tuple[FactLine, ...], tuple[FactLine, ...]]:
    """The lines of an excerpt: alliances, figures, what is disputed."""
    lines = Lines(naming, excerpt.evidence, citations)
    return (
        tuple(lines.alliance(each, whole=excerpt.whole) for each in excerpt.alliances),
        tuple(lines.fact(each) for each in excerpt.figures),
        tuple(lines.fact(each) for each in excerpt.disputed),
    )
