"""The ledger's rows on a question. Pure.

facts on the topics -> newest first -> lines with numbered sources, each with what holds instead
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefings.answers import FactList
from briefings.citing import Citations
from briefings.compose import Question
from briefings.excerpt import newest_first
from briefings.factlines import Lines, summary
from briefings.facts import Fact, Kind
from briefings.ledger import wording
from briefings.ledger.superseding import superseding
from briefings.model import Article


def compose_facts(  # noqa: PLR0913 - what was asked, and how much of it there is
    question: Question,
    kind: Kind | None,
    facts: Sequence[Fact],
    evidence: Mapping[int, Article],
    *,
    more: int,
    pending: int,
    history: Sequence[Fact] = (),
) -> FactList:
    """Compose the rows on a question's topics; `evidence` has the articles they cite.

    `more` counts the facts that are not given, `pending` the articles that were not read yet.
    `history` are further facts, such as of another kind, that may hold in the place of these.
    """
    naming, topics = question.naming, question.topics
    citations = Citations()
    lines = Lines(naming, evidence, citations)
    known = {_first(fact): fact for fact in (*history, *facts)}
    instead = {_first(one.earlier): one.later for one in superseding(known.values())}
    rows = tuple(
        lines.fact(fact, superseded_by=summary(later) if later else "")
        for fact in newest_first(facts)
        for later in (instead.get(_first(fact)),)
    )
    concerned = {party.organisation for fact in facts for party in fact.parties}
    return FactList(
        title=" / ".join(naming.with_owner(topic) for topic in topics),
        topics=tuple(naming.display(topic) for topic in topics),
        kind=wording.KINDS[kind] if kind else "",
        since=question.since,
        as_of=question.as_of,
        facts=rows,
        more=more,
        pending=pending,
        sources=citations.sources({*topics, *(each for each in concerned if each)}, naming),
    )


def _first(fact: Fact) -> int:
    """What tells a fact from all others: its first report, which no other one has.

    Its number does not: what was known on a day may be two facts that later reports made one.
    """
    return fact.reports[0].id
