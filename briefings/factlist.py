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
) -> FactList:
    """Compose the rows on a question's topics; `evidence` has the articles they cite.

    `more` counts the facts that are not given, `pending` the articles that were not read yet.
    """
    naming, topics = question.naming, question.topics
    citations = Citations()
    lines = Lines(naming, evidence, citations)
    instead = {one.earlier.id: summary(one.later) for one in superseding(facts)}
    rows = tuple(
        lines.fact(fact, superseded_by=instead.get(fact.id, "")) for fact in newest_first(facts)
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
