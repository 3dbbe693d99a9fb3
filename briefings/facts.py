"""What articles say of organisations, as values: claims, and the facts they add up to.

    sentence -> Claim (what one sentence says) -> Report (in which article) -> Fact (what they say
    together) -> Alliance (the dated facts between two organisations)

Numbers are decimal and keep how they were written: with what bound, and to which place.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from briefings.model import Precision, Published


class Kind(StrEnum):
    """What a fact is about."""

    STAKE = "stake"
    """Takes, holds or may take a share of an organisation that stays its own."""
    INVESTMENT = "investment"
    """Puts money into an organisation or a project; no share is named."""
    ACQUISITION = "acquisition"
    """Buys an organisation, or so much that it controls it."""
    DIVESTMENT = "divestment"
    """Sells, cuts or hands on what it holds."""
    PARTNERSHIP = "partnership"
    JOINT_VENTURE = "joint_venture"
    REGULATORY = "regulatory"
    """A fine, an inquiry, an approval, a ban, a suit."""
    METRIC = "metric"
    """A figure of an organisation: users, revenue, orders."""
    TARGET = "target"
    """A figure an organisation wants or expects to reach."""


class Status(StrEnum):
    """How far something has come."""

    RUMOURED = "rumoured"
    IN_TALKS = "in talks"
    ANNOUNCED = "announced"
    COMPLETED = "completed"
    UNWOUND = "unwound"
    """Called off, ended or blocked."""
    DENIED = "denied"


class Bound(StrEnum):
    """What a text says around a number."""

    EXACT = "exact"
    ABOUT = "about"
    """about, around, nearly, almost, some, 约, 近"""
    AT_LEAST = "at least"
    """at least, more than, over, 超过, 逾, 以上"""
    UP_TO = "up to"
    """up to, at most, less than, under, 最多, 不超过"""


class PartyRole(StrEnum):
    BUYER = "buyer"
    """Acquires, invests or takes a stake."""
    TARGET = "target"
    """Is acquired, invested in or held; what a divestment sells."""
    SELLER = "seller"
    PARTNER = "partner"
    SUBJECT = "subject"
    """Whose figure it is, or whom a regulator acts on."""
    REGULATOR = "regulator"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a text gives it.

    `step` is the unit of the last place it was written to: 18 has 1, 17.5 has 0.1, 503 million
    has a million, 13.27亿 a million.
    """

    value: Decimal
    bound: Bound = Bound.EXACT
    step: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; `currency` is its ISO 4217 code, "" where the text does not say which."""

    quantity: Quantity
    currency: str


@dataclass(frozen=True, slots=True)
class When:
    """The days a text means, from `first` to `last`: a day, a week, a month, a quarter, a year.

    As text it is ISO 8601 where that has a form (2023-09-25, 2023-09, 2023), 2023-Q2 and 2023-H1,
    and first/last otherwise.
    """

    first: date
    last: date

    @classmethod
    def day(cls, day: date) -> When:
        return cls(day, day)

    @classmethod
    def of(cls, published: Published) -> When:
        """The days that a date of publication leaves open."""
        match published.precision:
            case Precision.YEAR:
                return cls.months(published.at.year, 1, 12)
            case Precision.MONTH:
                return cls.months(published.at.year, published.at.month)
            case _:
                return cls.day(published.at.date())

    @classmethod
    def months(cls, year: int, month: int, count: int = 1) -> When:
        """So many whole months from the one given; 3 make a quarter, 12 a year."""
        end = year * 12 + month - 1 + count - 1
        last_year, last_month = end // 12, end % 12 + 1
        last_day = calendar.monthrange(last_year, last_month)[1]
        return cls(date(year, month, 1), date(last_year, last_month, last_day))

    def __str__(self) -> str:
        first, last = self.first, self.last
        if first == last:
            return first.isoformat()
        whole = first.day == 1 and (last + timedelta(days=1)).day == 1
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        if whole and months == 1:
            return f"{first:%Y-%m}"
        if whole and months == 3 and first.month % 3 == 1:
            return f"{first.year}-Q{first.month // 3 + 1}"
        if whole and months == 6 and first.month % 6 == 1:
            return f"{first.year}-H{first.month // 6 + 1}"
        if whole and months == 12 and first.month == 1:
            return str(first.year)
        return f"{first.isoformat()}/{last.isoformat()}"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a fact.

    `organisation` is the id of the catalogue's organisation that it is or belongs to in the end
    (a unit counts for its owner), None for one the catalogue does not know; `named` is the id of
    the unit itself, or the name as the text has it.
    """

    role: PartyRole
    organisation: str | None
    named: str

    @property
    def key(self) -> str:
        """What makes two parties one: the organisation, else the name without regard to case."""
        return self.organisation or self.named.casefold()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that says it: `text` stands at [start:end] of the article's body, or title."""

    text: str
    start: int
    end: int
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article says in one sentence, or in two that belong together.

    `parties` are in the order of their parts: whoever acts first (buyer; seller of a divestment),
    then the target, then the others. `percent` is the share taken, held, sold or left;
    `option_percent` the share that may be reached. `metric` is a term of `ledger.metrics`
    ("users", "revenue"), `segment` narrows it ("advertising"); its figure is in `amount` or
    `value`. `undisclosed`: the text says that the amount is not told. `when`: the days the text
    gives for it, None where it gives none. `also` are further sentences it was put together from.
    """

    kind: Kind
    parties: tuple[Party, ...]
    status: Status
    evidence: Evidence
    language: str
    percent: Quantity | None = None
    option_percent: Quantity | None = None
    amount: Money | None = None
    undisclosed: bool = False
    metric: str = ""
    segment: str = ""
    value: Quantity | None = None
    change_percent: Quantity | None = None
    when: When | None = None
    also: tuple[Evidence, ...] = ()
    by_model: bool = False
    """Whether the optional model read it out of its sentence, where the rules found nothing."""


FIGURES = ("percent", "option_percent", "amount", "value", "change_percent")
"""The fields of a claim, and of a fact, that hold a figure."""


@dataclass(frozen=True, slots=True)
class Report:
    """A claim in its article.

    `voice` says who speaks: the owner of the publisher, else the publisher; "" for nobody known.
    `tier` is the source's (filing, company, press, aggregator). `id` is the ledger's number, 0
    before it has one.
    """

    id: int
    article_id: int
    published: Published
    publisher: str
    voice: str
    tier: str
    claim: Claim

    @property
    def dated(self) -> date:
        """When it happened as far as this report tells: its last day, else that of publication."""
        return self.claim.when.last if self.claim.when else self.published.at.date()


class Corroboration(StrEnum):
    """How well a fact stands, best first."""

    FILING = "filing"
    COMPANY = "company"
    """A party to it says so."""
    INDEPENDENT = "independent press"
    """At least two voices that belong to no party."""
    SINGLE = "single source"
    RUMOUR = "rumour"


@dataclass(frozen=True, slots=True)
class Support:
    """How well a fact stands, or one figure of it (`field`): how many say it, and who."""

    field: str
    voices: int
    corroboration: Corroboration


@dataclass(frozen=True, slots=True)
class Reading:
    """What some reports give for a field: a figure, a date or a status."""

    value: Quantity | Money | When | Status
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the reports of one fact differ.

    `explained`: rounding, or the bounds they are given with, accounts for it; otherwise it is a
    contradiction. The best supported reading comes first.
    """

    field: str
    readings: tuple[Reading, ...]
    explained: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """What the reports of one event, or of one figure, say together.

    The fields are the best supported ones, never an average. `reports` are in the order of
    publication; `voices` counts the independent ones that contradict nothing of it. `id` is the
    ledger's number, 0 before it has one. `since` is the day it is of, as well as the reports tell;
    `known` says how well.
    """

    id: int
    kind: Kind
    parties: tuple[Party, ...]
    status: Status
    since: date
    when: When | None
    reports: tuple[Report, ...]
    voices: int
    corroboration: Corroboration
    percent: Quantity | None = None
    option_percent: Quantity | None = None
    amount: Money | None = None
    undisclosed: bool = False
    metric: str = ""
    segment: str = ""
    value: Quantity | None = None
    change_percent: Quantity | None = None
    differences: tuple[Difference, ...] = ()
    party_owned: frozenset[int] = field(default=frozenset())
    """The articles among its reports whose publisher belongs to a party of it."""
    support: tuple[Support, ...] = ()
    """How its figures stand that do not stand as the fact does: fewer say them."""

    @property
    def contradicted(self) -> bool:
        return any(not difference.explained for difference in self.differences)

    @property
    def by_model(self) -> bool:
        """Whether none but the optional model read it out of its sentences."""
        return all(report.claim.by_model for report in self.reports)

    @property
    def known(self) -> When:
        """The days that `since` stands for: those the reports give, else of the first one."""
        if self.when and self.is_dated:
            return self.when
        return When.of(self.reports[0].published)

    @property
    def is_dated(self) -> bool:
        """Whether `known` is what the reports give, and not the day of the first one."""
        return self.when is not None and self.when.last == self.since

    def is_since(self, day: date) -> bool:
        """Whether it is of a day or later; where no report dates it, whether one is of then."""
        return self.since >= day or (
            self.when is None and self.reports[-1].published.at.date() >= day
        )


@dataclass(frozen=True, slots=True)
class Superseded:
    """An earlier fact, and the later one that holds in its place."""

    earlier: Fact
    later: Fact


@dataclass(frozen=True, slots=True)
class Alliance:
    """What is between two organisations at a date.

    `organisations` are the two parties' keys, in the order asked; `kinds` leave out what is only
    sought. `status`, `percent` and `amount` are of what holds then; `since` is the first fact's
    day, `last` the last one's. `facts` are all that were known by then, oldest first, superseded
    ones included. `beside` are bids and sales that are not done, the newest of each kind:
    planned, denied, called off.
    """

    organisations: tuple[str, str]
    kinds: tuple[Kind, ...]
    status: Status
    percent: Quantity | None
    option_percent: Quantity | None
    amount: Money | None
    since: date
    last: date
    facts: tuple[Fact, ...]
    superseded: tuple[Superseded, ...]
    beside: tuple[Fact, ...] = ()
