"""Facts against labels: what sentences say, who buys whom in agency stories, Chinese deals.

A part of the labels names spans of text (who, what, for how much), and a span may be cut in more
than one way. As scorers for such labels do, each labelled filler counts once, an answer is right
when it is one of the strings accepted for it, and an answer that fits none is wrong. "Alike"
ignores case, corporate endings, articles and white space, and takes a string inside the other;
"as written" only ignores case and white space.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from benchmarks.catalogue import organisations
from bot.facts import party_name
from briefings.entities import Matcher
from briefings.facts import Fact, Kind, Party, PartyRole
from briefings.ledger.article import facts_of
from briefings.ledger.extract import Extractor
from briefings.ledger.written import amount_as_written
from briefings.model import Precision, Published

Record = Mapping[str, Any]
Row = tuple[object, ...]

FIELDS = (
    "percent",
    "option_percent",
    "amount",
    "currency",
    "metric",
    "value",
    "change_percent",
    "date",
    "status",
)
_DEALS = frozenset({Kind.ACQUISITION, Kind.STAKE, Kind.INVESTMENT, Kind.DIVESTMENT})
_1987 = date(1987, 6, 1)
_2019 = date(2019, 11, 15)


@dataclass(slots=True)
class Score:
    """Right answers, answers and labels; `found` are the labels that an answer fits."""

    right: int = 0
    answers: int = 0
    found: int = 0
    labels: int = 0

    def add(self, right: int, answers: int, found: int, labels: int) -> None:
        self.right += right
        self.answers += answers
        self.found += found
        self.labels += labels

    @property
    def figures(self) -> tuple[float, float, float]:
        """Precision, recall and F1."""
        precision = self.right / self.answers if self.answers else 0.0
        recall = self.found / self.labels if self.labels else 0.0
        total = precision + recall
        return precision, recall, 2 * precision * recall / total if total else 0.0


class Reader:
    """The extractor, and the names by which labels call the organisations."""

    def __init__(self) -> None:
        self.matcher = Matcher(organisations())
        self._extractor = Extractor(self.matcher)

    def facts(self, text: str, language: str, day: date) -> tuple[Fact, ...]:
        """What `intelbrief facts` prints of a text published on a day."""
        published = Published(datetime.combine(day, time(), UTC), Precision.DAY)
        return facts_of(self._extractor, "", text, language=language, published=published)

    def name(self, party: Party) -> str:
        """The English name of a known organisation, else the name as the text has it."""
        return party_name(party, self.matcher)


# --- hand-labelled facts ------------------------------------------------------------------------


def labelled_facts(records: Sequence[Record], reader: Reader) -> tuple[list[Row], list[Row]]:
    """Score kind with parties, over all and per kind, and the fields of the facts that match.

    One text may have several labelled facts; an answer is matched with one label at most.
    """
    scores: dict[str, Score] = defaultdict(Score)
    fields: dict[str, list[bool]] = defaultdict(list)
    on_nothing = 0
    for record in records:
        published = date.fromisoformat(record["published"])
        facts = list(reader.facts(record["text"], record["lang"], published))
        labels: list[Record] = list(record["facts"])
        on_nothing += len(facts) if not labels else 0
        answered = [(fact.kind.value, _parties(fact, reader)) for fact in facts]
        for label in labels:
            wanted = label["kind"], frozenset(label["parties"])
            hit = wanted in answered
            for name in ("all", label["kind"]):
                scores[name].add(int(hit), 0, int(hit), 1)
            if hit:
                place = answered.index(wanted)
                answered.pop(place)
                given = _fields(facts.pop(place))
                scores["all"].answers += 1
                scores[label["kind"]].answers += 1
                for name in FIELDS:
                    if name in label:
                        fields[name].append(given.get(name) == label[name])
        for kind, _ in answered:
            scores["all"].answers += 1
            scores[kind].answers += 1
    rows: list[Row] = [(name, scores[name].labels, *scores[name].figures) for name in scores]
    shares: list[Row] = [
        (name, len(fields[name]), sum(fields[name]) / len(fields[name]))
        for name in FIELDS
        if fields[name]
    ]
    shares.append(("facts on texts that have none", on_nothing, ""))
    return rows, shares


def _parties(fact: Fact, reader: Reader) -> frozenset[str]:
    return frozenset(
        reader.name(party) for party in fact.parties if party.role is not PartyRole.REGULATOR
    )


def _fields(fact: Fact) -> dict[str, object]:
    """The fields as labels give them; a Decimal equals the number of a label where it is one."""
    given: dict[str, object] = {"metric": fact.metric, "status": fact.status.value}
    for name in ("percent", "option_percent", "value", "change_percent"):
        quantity = getattr(fact, name)
        given[name] = float(quantity.value) if quantity else None
    if fact.amount:
        given["amount"] = float(fact.amount.quantity.value)
        given["currency"] = fact.amount.currency
    given["date"] = str(fact.when) if fact.when else None
    return given


# --- acquisitions in agency stories -------------------------------------------------------------


def acquisitions(records: Sequence[Record], reader: Reader) -> list[Row]:
    """Score purchaser, acquired and dlramt of whole stories, beside plain regular expressions."""
    rows: list[Row] = []
    for slot in ("purchaser", "acquired", "dlramt"):
        found: list[tuple[set[str], Sequence[Sequence[str]]]] = []
        plain: list[tuple[set[str], Sequence[Sequence[str]]]] = []
        for record in records:
            labels = record["slots"].get(slot) or []
            facts = reader.facts(record["text"], "en", _1987)
            found.append((_answers(slot, facts, reader), labels))
            plain.append((_plain_answers(slot, record["text"]), labels))
        alike, exact, by_patterns = (
            _score(found, _alike),
            _score(found, _same),
            _score(plain, _alike),
        )
        rows.append((slot, alike.labels, *alike.figures, exact.figures[2], by_patterns.figures[2]))
    return rows


def _answers(slot: str, facts: Iterable[Fact], reader: Reader) -> set[str]:
    deals = [fact for fact in facts if fact.kind in _DEALS]
    if slot == "dlramt":
        return {text for fact in deals if (text := amount_as_written(fact))}
    role = PartyRole.BUYER if slot == "purchaser" else PartyRole.TARGET
    return {reader.name(party) for fact in deals for party in fact.parties if party.role is role}


def _score(answered: Iterable[tuple[set[str], Sequence[Sequence[str]]]], fits: Any) -> Score:
    score = Score()
    for answers, labels in answered:
        right = sum(any(fits(one, ok) for label in labels for ok in label) for one in answers)
        found = sum(any(fits(one, ok) for one in answers for ok in label) for label in labels)
        score.add(right, len(answers), found, len(labels))
    return score


_ENDINGS = re.compile(
    r"\b(?:inc|corp|corporation|co|company|companies|ltd|limited|plc|llc|lp|ag|sa|nv|ab|as|bv|spa"
    r"|group|holdings?|the|a|an|its|about)\b|[^a-z0-9]"
)


def _same(answer: str, label: str) -> bool:
    return "".join(answer.casefold().split()) == "".join(label.casefold().split())


def _alike(answer: str, label: str) -> bool:
    first, second = (_ENDINGS.sub("", text.casefold()) for text in (answer, label))
    if not first or not second:
        return _same(answer, label)
    return first in second or second in first


_NAME = r"((?:[A-Z][\w&.'-]*[ \n]){1,5}(?:Inc|Corp|Co|Ltd|plc|Group|Holdings|Bank))\b"
_PLAIN = {
    "purchaser": re.compile(
        _NAME + r"[^.]{0,60}?(?:acquire|acquired|buy|bought|purchase|purchased)"
    ),
    "acquired": re.compile(
        r"(?:acquire|acquired|buy|bought|purchase|purchased)[^.]{0,40}?" + _NAME
    ),
    "dlramt": re.compile(
        r"(?:for|worth)\s(?:about\s)?([\d.,]+\s(?:mln\s|billion\s)?dlrs|undisclosed\s\w+)"
        r"|(not\sdisclosed|undisclosed)"
    ),
}


def _plain_answers(slot: str, text: str) -> set[str]:
    """What one regular expression finds first: the yardstick."""
    found = _PLAIN[slot].search(text)
    return {next(filter(None, found.groups()))} if found else set()


# --- Chinese deals ------------------------------------------------------------------------------


def chinese_deals(records: Sequence[Record], reader: Reader) -> list[Row]:
    """Score the money and the proportions of labelled sentences, as sets of values.

    A label is read by its digits and its scale (a range has two values). The ledger has no kind
    for pledged shares (质押), so the last rows leave sentences out that tell of nothing else.
    """
    rows: list[Row] = []
    for without_pledges in (False, True):
        for role, name in (("money", "money"), ("proportion", "proportion")):
            score = Score()
            sentences = 0
            for record in records:
                labels = _labelled(record, role, without_pledges=without_pledges)
                if not labels:
                    continue
                sentences += 1
                facts = reader.facts(record["text"], "zh", _2019)
                answers = _sums(facts) if role == "money" else _shares(facts)
                right = len(answers & labels)
                score.add(right, len(answers), right, len(labels))
            title = f"{name}, pledges aside" if without_pledges else name
            rows.append((title, sentences, score.labels, *score.figures))
    return rows


_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万亿|亿|万|千)?")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
_SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4, "千": 10**3, "": 1}


def _labelled(record: Record, role: str, *, without_pledges: bool) -> set[Decimal]:
    values: set[Decimal] = set()
    for event in record["events"]:
        if without_pledges and event["type"] == "质押":
            continue
        for mention in event["mentions"]:
            if mention["role"] != role:
                continue
            word = mention["word"]
            if role == "money":
                values |= {
                    Decimal(number.replace(",", "")) * _SCALES[scale]
                    for number, scale in _NUMBER.findall(word)
                }
            else:
                shares = _SHARE.findall(word) or re.findall(r"\d+(?:\.\d+)?", word)
                values |= {Decimal(share) for share in shares}
    return values


def _sums(facts: Iterable[Fact]) -> set[Decimal]:
    return {fact.amount.quantity.value for fact in facts if fact.amount}


def _shares(facts: Iterable[Fact]) -> set[Decimal]:
    return {
        share.value
        for fact in facts
        for share in (fact.percent, fact.option_percent)
        if share is not None
    }
