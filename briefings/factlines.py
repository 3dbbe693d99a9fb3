"""Facts of the ledger as lines of an answer, each with its sentence and its sources. Pure.

facts -> what matters -> the articles that say so -> lines with numbered sources
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from briefings.answers import AllianceLine, Differing, FactLine, Statement
from briefings.citing import Citations
from briefings.facts import (
    FIGURES,
    Alliance,
    Claim,
    Corroboration,
    Evidence,
    Fact,
    Kind,
    Money,
    Party,
    PartyRole,
    Quantity,
    Report,
    Status,
)
from briefings.ledger import wording
from briefings.ledger.events import FIGURE_KINDS
from briefings.model import Article
from briefings.naming import Naming
from briefings.text.hygiene import clean_line

QUOTE: Final = 400
CITES: Final = 5
"""Sources a line names; a fact may have many more."""
DISPUTED: Final = "sources contradict each other"
BY_MODEL: Final = "read by the model"
"""Marks what no rule has read out of its sentence."""
CANDIDATES: Final = 12
"""Reports whose sentences are looked at for a quotation."""

_STANDING: Final[Mapping[Corroboration, str]] = {
    Corroboration.FILING: "company filing",
    Corroboration.COMPANY: "said by a party to it",
    Corroboration.SINGLE: "single source",
    Corroboration.RUMOUR: "rumour",
}


def evidence_of(fact: Fact) -> tuple[int, ...]:
    """The articles a fact's line cites: first the quoted one, then those that differ, then others.

    At most `CITES`, but every reading that differs keeps an article.
    """
    differing = [
        reading.reports[0].article_id
        for difference in fact.differences
        for reading in difference.readings
    ]
    first = dict.fromkeys((quoted(fact).report.article_id, *differing))
    others = dict.fromkeys(report.article_id for report in fact.reports)
    return tuple(dict.fromkeys((*first, *others)))[: max(CITES, len(first))]


def evidence_between(alliance: Alliance) -> tuple[int, ...]:
    """The articles an alliance's line cites: first of what holds, then of the last news."""
    telling = sorted(alliance.facts, key=lambda fact: (_holds(fact, alliance), fact.since))
    ids = (quoted(fact).report.article_id for fact in reversed(telling))
    return tuple(islice(_distinct(ids), CITES))


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a report, and how much it says of what the fact says."""

    report: Report
    text: str
    weight: tuple[int, int, bool, bool, int]


def quoted(fact: Fact) -> Quoted:
    """The sentence that says most of what the fact says.

    Of those alike the one that a report's claim was read from, and then the shortest.
    """
    names = {party.key for party in fact.parties}
    digits = [_digits(figure) for name in FIGURES if (figure := getattr(fact, name))]
    found = (
        Quoted(report, each.text, _weight(each, report.claim, digits, names))
        for report in fact.reports[:CANDIDATES]
        for each in (report.claim.evidence, *report.claim.also)
    )
    return max(found, key=lambda one: one.weight)


def _weight(
    evidence: Evidence, claim: Claim, digits: Iterable[str], names: Collection[str]
) -> tuple[int, int, bool, bool, int]:
    said = sum(1 for each in digits if each in evidence.text)
    named = sum(1 for party in claim.parties if party.key in names)
    first = evidence is claim.evidence
    return said, named, not evidence.in_title, first, -len(evidence.text)


def _digits(figure: Quantity | Money) -> str:
    """The digits of a figure as most texts write it: 586 of 586 million."""
    quantity = figure.quantity if isinstance(figure, Money) else figure
    return wording.number(abs(quantity.value), quantity.step).partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Lines:
    """Makes lines of facts; `articles` has at least what `evidence_of` names of each."""

    naming: Naming
    articles: Mapping[int, Article]
    citations: Citations

    def fact(self, fact: Fact, *, superseded_by: str = "") -> FactLine:
        """A fact with the sentence that says it."""
        return FactLine(
            number=fact.id,
            kind=wording.KINDS[fact.kind],
            parties=self.parties(fact.parties),
            what=wording.metric(fact),
            says=wording.figures(fact),
            status=str(fact.status),
            when=str(fact.when or fact.known),
            standing=standing(fact),
            quote=clean_line(quoted(fact).text, QUOTE),
            cites=self._cite(evidence_of(fact)),
            differing=tuple(self._differing(fact)),
            superseded_by=superseded_by,
            by_model=fact.by_model,
        )

    def alliance(self, alliance: Alliance, *, whole: bool = True) -> AllianceLine:
        """What is between two organisations, with the sources of what holds and the last news.

        `whole`: it is of all their deals; otherwise it may have begun before the first one.
        """
        began = str(alliance.facts[0].known)
        first, second = (self._display(key, alliance.facts) for key in alliance.organisations)
        figures = wording.deal_figures(alliance.percent, alliance.option_percent, alliance.amount)
        if any(fact.contradicted and _holds(fact, alliance) for fact in alliance.facts):
            figures.append(DISPUTED)
        told = f", {BY_MODEL}" if all(fact.by_model for fact in alliance.facts) else ""
        return AllianceLine(
            organisations=(first, second),
            kinds=tuple(wording.KINDS[kind].lower() for kind in alliance.kinds),
            status=f"{alliance.status}{told}",
            says=", ".join(figures),
            since=began if whole else f"{began} or earlier",
            last=str(alliance.facts[-1].known),
            cites=self._cite(evidence_between(alliance)),
        )

    def parties(self, parties: Iterable[Party]) -> tuple[str, ...]:
        """The parties by name, a unit with its owner; a regulator only where nobody else acts."""
        named = [party for party in parties if party.role is not PartyRole.REGULATOR]
        return tuple(dict.fromkeys(self.party(party) for party in named or parties))

    def party(self, party: Party) -> str:
        matcher = self.naming.matcher
        if party.named in matcher.organisations:
            return self.naming.with_owner(party.named)
        return self.naming.display(party.organisation) if party.organisation else party.named

    def _display(self, key: str, facts: Sequence[Fact]) -> str:
        if key in self.naming.matcher.organisations:
            return self.naming.display(key)
        named = (party.named for fact in facts for party in fact.parties if party.key == key)
        return next(named, key)

    def _differing(self, fact: Fact) -> Iterator[Differing]:
        what = wording.metric(fact)
        for difference in fact.differences:
            named = what and difference.field in ("amount", "value")
            yield Differing(
                what if named else wording.FIELDS.get(difference.field, difference.field),
                tuple(
                    Statement(
                        wording.reading(difference.field, reading),
                        self._cite(report.article_id for report in reading.reports),
                    )
                    for reading in difference.readings
                ),
                difference.explained,
            )

    def _cite(self, ids: Iterable[int]) -> tuple[int, ...]:
        """The numbers of articles, each once; of many the first ones."""
        there = _distinct(id_ for id_ in ids if id_ in self.articles)
        return tuple(self.citations.cite(self.articles[id_]) for id_ in islice(there, CITES))


def _distinct(ids: Iterable[int]) -> Iterator[int]:
    """Numbers as they come, each once, no more of them asked for than are taken."""
    seen: set[int] = set()
    for id_ in ids:
        if id_ not in seen:
            seen.add(id_)
            yield id_


def _holds(fact: Fact, alliance: Alliance) -> bool:
    """Whether a figure that holds between two is a fact's."""
    figures = ("percent", "option_percent", "amount")
    held = ((getattr(fact, name), getattr(alliance, name)) for name in figures)
    return any(mine is not None and mine == its for mine, its in held)


def standing(fact: Fact) -> str:
    """How well a fact stands, in words."""
    well = _STANDING.get(fact.corroboration) or f"{fact.voices} independent publishers"
    return f"{well}, {BY_MODEL}" if fact.by_model else well


def headline(line: FactLine) -> str:
    """A fact as a headline: Stake: Acme, Globex · 18%, US$586 million (denied)."""
    parts = [f"{line.kind}: {', '.join(line.parties)}", *([line.says] if line.says else [])]
    plain = line.status in (Status.ANNOUNCED, Status.COMPLETED)
    marks = [*([] if plain else [line.status]), *([BY_MODEL] if line.by_model else [])]
    return " · ".join(parts) + (f" ({', '.join(marks)})" if marks else "")


def summary(fact: Fact) -> str:
    """A fact in a few words, for a line about another one.

    As stake of 18% (completed, 2013-05-07), or as users, 503 million (2019-Q2).
    """
    says, when = wording.figures(fact), fact.when or fact.known
    if fact.kind in FIGURE_KINDS:
        aim = " target" if fact.kind is Kind.TARGET else ""
        return f"{wording.metric(fact)}{aim}, {says} ({when})"
    sized = fact.percent is not None or fact.amount is not None
    joint = (" of " if sized else ", ") if says else ""
    return f"{wording.KINDS[fact.kind].lower()}{joint}{says} ({fact.status}, {when})"


def sentences_of(facts: Iterable[Fact]) -> frozenset[str]:
    """The sentences that tell of some facts, as an answer quotes them."""
    return frozenset(
        clean_line(each.text, QUOTE)
        for fact in facts
        for report in fact.reports
        for each in (report.claim.evidence, *report.claim.also)
    )
