"""Facts of the ledger as lines of an answer, each with its sentence and its sources. Pure.

facts -> what matters -> the articles that say so -> lines with numbered sources
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from briefings.answers import AllianceLine, Differing, FactLine, Statement
from briefings.citing import Citations
from briefings.facts import (
    Alliance,
    Bound,
    Corroboration,
    Fact,
    Kind,
    Money,
    Party,
    PartyRole,
    Quantity,
    Reading,
    Status,
)
from briefings.ledger import wording
from briefings.ledger.counting import states
from briefings.ledger.events import FIGURE_KINDS
from briefings.ledger.figures import quantity_of
from briefings.ledger.written import is_left, quoted, reported
from briefings.model import Article
from briefings.naming import Naming
from briefings.text.hygiene import clean_line

QUOTE: Final = 400
CITES: Final = 5
"""Sources a line names; a fact may have many more."""
DISPUTED: Final = "sources contradict each other"
BY_MODEL: Final = "read by the model"
"""Marks what no rule has read out of its sentence."""

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
    """The articles an alliance's line cites: of what holds, of bids beside it, of the last news.

    The last one is that of the first report, where nothing else tells when it began.
    """
    bids = set(map(id, alliance.beside))

    def weight(fact: Fact) -> tuple[bool, bool, date]:
        return id(fact) not in bids and _holds(fact, alliance), id(fact) in bids, fact.since

    telling = sorted(alliance.facts, key=weight)
    ids = (quoted(fact).report.article_id for fact in reversed(telling))
    cited = tuple(islice(_distinct(ids), CITES))
    began = alliance.facts[0]
    first = began.reports[0].article_id
    return cited if began.is_dated or first in cited else (*cited[: CITES - 1], first)


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
            parties=self.parties(fact.parties, marked=True),
            what=wording.metric(fact),
            says=says(fact),
            status=str(fact.status),
            when=_dated(fact),
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
        first, second = (self._display(key, alliance.facts) for key in alliance.organisations)
        kinds, told_there = self._kinds(alliance)
        amount = None if alliance.amount in told_there else alliance.amount
        figures = wording.deal_figures(alliance.percent, alliance.option_percent, amount)
        if any(fact.contradicted and _holds(fact, alliance) for fact in alliance.facts):
            figures.append(DISPUTED)
        told = f", {BY_MODEL}" if all(fact.by_model for fact in alliance.facts) else ""
        began, last = alliance.facts[0], str(alliance.facts[-1].known)
        since = f"since {began.known}" if began.is_dated else f"first reported {began.known}"
        return AllianceLine(
            organisations=(first, second),
            kinds=kinds,
            status=f"{alliance.status}{told}",
            says=", ".join(figures),
            since=since if whole else f"{since} or earlier",
            last="" if last == str(began.known) else last,
            cites=self._cite(evidence_between(alliance)),
            beside=tuple(map(summary, alliance.beside)),
        )

    def _kinds(self, alliance: Alliance) -> tuple[tuple[str, ...], list[Money]]:
        """What kinds of deals there are, and the amounts that are told with them.

        Where both act together, or one sells to the other, it is said with what: joint investment
        in Globex, sale of Initech by Acme to Globex. A sale has its figures with it.
        """
        over = {id(one.earlier) for one in alliance.superseded}
        amounts: list[Money] = []
        kinds: list[str] = []
        for kind in alliance.kinds:
            facts = [fact for fact in alliance.facts if fact.kind is kind]
            current = [fact for fact in facts if id(fact) not in over] or facts[-1:]
            third = [fact for fact in current if self._third(fact, alliance)]
            if len(third) < len(current) and kind is not Kind.DIVESTMENT:
                kinds.append(wording.KINDS[kind].lower())
            told: defaultdict[str, list[Fact]] = defaultdict(list)
            for fact in current if kind is Kind.DIVESTMENT else third:
                told[self._told(fact, alliance)].append(fact)
            for words, its in told.items():
                figures = says(its[-1])
                kinds.append(f"{words} ({figures})" if figures else words)
                amounts += [fact.amount for fact in its if fact.amount]
        return tuple(kinds), amounts

    def _third(self, fact: Fact, alliance: Alliance) -> tuple[str, ...]:
        """What both act on: the targets of a deal in which neither of the two is one."""
        targets = [party for party in fact.parties if party.role is PartyRole.TARGET]
        if any(party.key in alliance.organisations for party in targets):
            return ()
        return self.parties(targets)

    def _told(self, fact: Fact, alliance: Alliance) -> str:
        """A deal of two in something else, or a sale: joint stake in Globex, sale to Globex."""
        roles: defaultdict[PartyRole, list[Party]] = defaultdict(list)
        for party in fact.parties:
            roles[party.role].append(party)
        there = ", ".join(self._third(fact, alliance))
        buyers, sellers = (
            ", ".join(self.parties(roles[role])) for role in (PartyRole.BUYER, PartyRole.SELLER)
        )
        if fact.kind is Kind.DIVESTMENT:
            sale = f"sale of {there}" if there else "sale"
            by = f" by {sellers}" if sellers and there else ""
            return f"{sale}{by} to {buyers}" if buyers else f"{sale}{by}" if by else "divestment"
        joint = "of" if fact.kind is Kind.ACQUISITION else "in"
        return f"joint {wording.KINDS[fact.kind].lower()} {joint} {there}"

    def parties(self, parties: Sequence[Party], *, marked: bool = False) -> tuple[str, ...]:
        """The parties by name, a unit with its owner; a regulator only where nobody else acts.

        `marked`: where more than two have different parts, who buys, sells or is bought.
        """
        named = [party for party in parties if party.role is not PartyRole.REGULATOR] or parties
        roles = [party.role for party in named]
        marks: dict[PartyRole, str] = {}
        if marked and {PartyRole.SELLER, PartyRole.BUYER} <= {*roles}:
            marks = {PartyRole.SELLER: " (seller)", PartyRole.BUYER: " (buyer)"}
        elif marked and roles.count(PartyRole.BUYER) > 1 and PartyRole.TARGET in roles:
            marks = {PartyRole.TARGET: " (target)"}
        return tuple(
            dict.fromkeys(f"{self.party(party)}{marks.get(party.role, '')}" for party in named)
        )

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
            readings = _apart(difference.readings)
            if len(readings) == 1:
                continue
            named = what and difference.field in ("amount", "value")
            yield Differing(
                what if named else wording.FIELDS.get(difference.field, difference.field),
                tuple(
                    Statement(
                        wording.reading(difference.field, reading),
                        self._cite(report.article_id for report in reading.reports),
                    )
                    for reading in readings
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


def _apart(readings: Iterable[Reading]) -> list[Reading]:
    """The readings that differ in what they say: 18% and "about 18%" are one number."""
    apart: list[Reading] = []
    for reading in readings:
        for at, other in enumerate(apart):
            if _one_number(reading, other):
                exact = max(other, reading, key=_is_exact).value
                apart[at] = Reading(exact, (*other.reports, *reading.reports))
                break
        else:
            apart.append(reading)
    return apart


def _one_number(one: Reading, other: Reading) -> bool:
    mine, its = one.value, other.value
    if isinstance(mine, Quantity | Money) and isinstance(its, Quantity | Money):
        return states(mine, its)
    return False


def _is_exact(reading: Reading) -> bool:
    value = reading.value
    return isinstance(value, Quantity | Money) and quantity_of(value).bound is Bound.EXACT


def _dated(fact: Fact) -> str:
    """The days a fact is of; where no report gives them, that and when it is reported."""
    if fact.when:
        return str(fact.when)
    first, last = map(str, reported(fact))
    if not any(report.published.is_known for report in fact.reports):
        return f"undated, added {first}"
    return f"reported {first}" if first == last else f"reported {first} to {last}"


def says(fact: Fact) -> str:
    """The figures of a fact in a line; of a sale that leaves a share, down to which."""
    figures = wording.figures(fact)
    return f"down to {figures}" if is_left(fact) else figures


def standing(fact: Fact) -> str:
    """How well a fact stands, in words, and those of its figures that fewer say.

    As single source, or 3 independent publishers; option and amount: single source.
    """
    well = _well(fact.corroboration, fact.voices)
    if fact.by_model:
        well = f"{well}, {BY_MODEL}"
    apart: defaultdict[str, list[str]] = defaultdict(list)
    for one in fact.support:
        figure = wording.FIELDS[one.field]
        apart[_well(one.corroboration, one.voices)].append(figure)
    return "; ".join(
        (well, *(f"{' and '.join(figures)}: {words}" for words, figures in apart.items()))
    )


def _well(corroboration: Corroboration, voices: int) -> str:
    return _STANDING.get(corroboration) or f"{voices} independent publishers"


def headline(line: FactLine) -> str:
    """A fact as a headline: Stake: Acme, Globex · 18%, US$586 million (denied)."""
    parts = [f"{line.kind}: {', '.join(line.parties)}", *([line.says] if line.says else [])]
    plain = line.status in (Status.ANNOUNCED, Status.COMPLETED)
    marks = [*([] if plain else [line.status]), *([BY_MODEL] if line.by_model else [])]
    return " · ".join(parts) + (f" ({', '.join(marks)})" if marks else "")


def summary(fact: Fact) -> str:
    """A fact in a few words, for a line about another one.

    As stake of 18% (completed, 2013-05-07), or as users, 503 million (reported 2013-06-03).
    """
    figures = says(fact)
    when = _dated(fact).partition(" to ")[0]
    if fact.kind in FIGURE_KINDS:
        aim = " target" if fact.kind is Kind.TARGET else ""
        return f"{wording.metric(fact)}{aim}, {figures} ({when})"
    sized = (fact.percent is not None or fact.amount is not None) and not is_left(fact)
    joint = (" of " if sized else ", ") if figures else ""
    return f"{wording.KINDS[fact.kind].lower()}{joint}{figures} ({fact.status}, {when})"


@dataclass(frozen=True, slots=True)
class Telling:
    """Sentences that tell deals, as an answer quotes them: of what holds, and of what held once."""

    holding: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()


NO_DEALS: Final = Telling()


def telling(facts: Iterable[Fact], past: Iterable[Fact], among: Collection[int]) -> Telling:
    """The sentences of some articles that tell of facts; what tells of both tells what holds."""
    over = {id(fact): fact for fact in past}
    holding = {id(fact): fact for fact in facts if id(fact) not in over}
    holds = frozenset(_sentences_of(holding.values(), among))
    return Telling(holds, frozenset(_sentences_of(over.values(), among)) - holds)


def _sentences_of(facts: Iterable[Fact], among: Collection[int]) -> Iterator[str]:
    for fact in facts:
        for report in fact.reports:
            if report.article_id in among:
                for each in (report.claim.evidence, *report.claim.also):
                    yield clean_line(each.text, QUOTE)
