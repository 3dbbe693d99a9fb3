"""Facts as the ledger gives them: reconciled from reports, numbered, with the articles of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from briefings.facts import Claim, Evidence, Fact, Report
from briefings.ledger.reconcile import reconcile
from briefings.model import Article
from tests.fakes.articles import article, day


def said(
    number: int, published: str, claim: Claim, *, by: str = "", text: str = "", tier: str = "press"
) -> Report:
    """A claim in the article of a number, by a publisher of its own unless one is named.

    Without a `text` every article says it in words of its own.
    """
    voice = by or f"Paper {number}"
    words = text or f"{voice} ({number}): {claim.evidence.text}"
    claim = replace(claim, evidence=replace(claim.evidence, text=words, start=0, end=len(words)))
    return Report(0, number, day(published), voice, voice.casefold(), tier, claim)


def recorded(*reports: Report) -> tuple[Fact, ...]:
    """What reports add up to, each fact with the number of its first report."""
    numbered = [replace(each, id=number) for number, each in enumerate(reports, start=1)]
    return tuple(replace(fact, id=fact.reports[0].id) for fact in reconcile(numbered))


def recorded_one(*reports: Report) -> Fact:
    (fact,) = recorded(*reports)
    return fact


def articles_of(facts: Iterable[Fact]) -> dict[int, Article]:
    """The articles that facts are reported in, by number."""
    return {
        each.article_id: article(
            each.article_id,
            title=f"Report {each.article_id}",
            publisher=each.publisher,
            published=each.published,
            body=each.claim.evidence.text,
        )
        for fact in facts
        for each in fact.reports
    }


def also(text: str) -> Evidence:
    """A further sentence of a claim."""
    return Evidence(text, 0, len(text))
