"""Facts as lines for other programs: the objects of `--json`, and the rows of a CSV file.

Names are the English ones of the catalogue, or as a text has them. What a fact has no value for is
left out of an object, and empty in a row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from briefings.entities import Matcher
from briefings.errors import InputError
from briefings.facts import FIGURES, Bound, Fact, Kind, Money, Party, PartyRole, Quantity
from briefings.ingest import LARGEST_FILE
from briefings.ledger import wording
from briefings.ledger.written import amount_as_written, quoted, reported
from briefings.model import Precision, Published
from briefings.text import hygiene, tokens
from briefings.text.chinese import has_han
from briefings.text.dates import parse_date
from briefings.text.language import detect

LANGUAGES = ("en", "zh")
ENOUGH_WORDS = 40
"""Words that tell a language for certain."""
TOP_LINES = 12
"""Lines at the top of a text one of which may begin with its dateline."""
COLUMNS = (
    *("id", "kind", "status", "date", "since", "reported", "parties", "units", "roles"),
    "regulator",
    *("percent", "option_percent", "amount", "currency", "amount_text"),
    *("metric", "segment", "value", "change_percent", "bounds"),
    *("corroboration", "voices", "voices_by_field", "contradicted", "by_model"),
    *("evidence", "also", "sources"),
)
"""The columns of a CSV file of the ledger, and the fields of its objects."""

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


# --- from a text --------------------------------------------------------------------------------


def facts_of_text(
    data: bytes, name: str, matcher: Matcher, *, published: str = "", language: str = ""
) -> tuple[Fact, ...]:
    """Return the facts of one text, which is read as it is, but for its dateline.

    `published` is the day relative dates start from: without it the one the text bears, as pasted
    articles are read. Without any, "on Monday" is no date. `language` is "en" or "zh", else the
    text tells.

    Raises:
        InputError: `published` is no date, or the text is in another language, an HTML page or
            larger than 5 MiB.
        NotAnArticle, ReadingError: the text is empty, a feed or binary; they name it.
    """
    from briefings.ledger.article import facts_of  # noqa: PLC0415 - its rules are slow to import
    from briefings.ledger.extract import Extractor  # noqa: PLC0415
    from briefings.reading.article import document_text, is_html  # noqa: PLC0415

    if len(data) > LARGEST_FILE:
        raise InputError(
            f"{name} is larger than {LARGEST_FILE // 1024 // 1024} MiB.",
            remedy="Give the text of one article alone.",
            file=name,
        )
    text = hygiene.clean(document_text(data, "", name))
    if is_html(text):
        raise InputError(
            f"{name} is an HTML page, of which most is no text.",
            remedy="Copy the text into a file; or add the page and ask: facts <topic>.",
            file=name,
        )
    day = day_of(published) or _borne(text) or Published(datetime.now(UTC), Precision.ADDED)
    spoken = language or _language(text)
    if spoken not in LANGUAGES:
        raise InputError(
            f"Facts are read from English and Chinese, not from “{spoken}”.",
            remedy="Give --language en or --language zh where it is one of these.",
        )
    said = _without_dateline(text)
    return facts_of(Extractor(matcher), "", said, language=spoken, published=day)


def _language(text: str) -> str:
    """The language of a text; a few words are English unless they are Chinese."""
    found = detect(text)
    if found in LANGUAGES or tokens.words(text) >= ENOUGH_WORDS:
        return found or "en"
    return "zh" if has_han(text) else "en"


def day_of(written: str) -> Published | None:
    """Return the date somebody gave, None where nobody did.

    Raises:
        InputError: it is no date, or one that no calendar has.
    """
    if not written:
        return None
    day = parse_date(written)
    if day is None:
        raise InputError(
            f"“{written}” is no date.", remedy="Give the day as year, month, day: 2013-05-07."
        )
    return day


def _borne(text: str) -> Published | None:
    """The date in the credits of a pasted article."""
    from briefings.reading.pasted import read_pasted  # noqa: PLC0415

    return read_pasted(text).credits.published


def _without_dateline(text: str) -> str:
    """A text without the day it was written on, which is not the day of what it tells."""
    from briefings.reading.datelines import read_dateline  # noqa: PLC0415

    lines = text.split("\n")
    for place, line in enumerate(lines[:TOP_LINES]):
        credits, rest = read_dateline(line)
        if credits.published is not None:
            lines[place] = rest
            break
    return "\n".join(lines)


# --- as objects and rows ------------------------------------------------------------------------


def as_object(fact: Fact, matcher: Matcher) -> dict[str, object]:
    """Return what a text says, as `intelbrief facts --json` prints it; no field is empty."""
    evidence, *also = _evidence(fact)
    roles: dict[str, list[str]] = {}
    for party in fact.parties:
        if party.role is not PartyRole.REGULATOR:
            roles.setdefault(party.role.value, []).append(party_name(party, matcher))
    regulators = [party for party in fact.parties if party.role is PartyRole.REGULATOR]
    fields: dict[str, object] = {
        "kind": fact.kind.value,
        "parties": list(dict.fromkeys(name for names in roles.values() for name in names)),
        "units": _units(fact, matcher),
        "roles": roles,
        "regulator": ", ".join(party_name(party, matcher) for party in regulators),
        "percent": _number(fact.percent),
        "option_percent": _number(fact.option_percent),
        "amount": _number(fact.amount),
        "currency": fact.amount.currency if fact.amount else "",
        "amount_text": amount_as_written(fact),
        "metric": fact.metric,
        "segment": fact.segment,
        "value": _number(fact.value),
        "change_percent": _number(fact.change_percent),
        "bounds": _bounds(fact),
        "date": str(fact.when) if fact.when else "",
        "status": fact.status.value,
        "evidence": evidence,
        "also": also,
    }
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def as_entry(fact: Fact, matcher: Matcher) -> dict[str, object]:
    """Return a fact of the ledger: what its texts say, how well it stands, and who says it."""
    fewer = {one.field: one.voices for one in fact.support}
    return {
        "id": fact.id,
        **as_object(fact, matcher),
        "since": str(fact.known),
        "reported": "/".join(dict.fromkeys(map(str, reported(fact)))),
        "corroboration": fact.corroboration.value,
        "voices": fact.voices,
        **({"voices_by_field": fewer} if fewer else {}),
        "contradicted": fact.contradicted,
        "by_model": fact.by_model,
        "sources": [
            {"publisher": report.publisher, "published": str(report.published)}
            for report in fact.reports
        ],
    }


def as_json(fields: Mapping[str, object]) -> str:
    """Return an object on one line."""
    return json.dumps(fields, ensure_ascii=False)


def as_row(entry: Mapping[str, object]) -> str:
    """Return a line of CSV (RFC 4180) in the order of `COLUMNS`; no cell is a formula."""
    return _csv([_cell(entry.get(column)) for column in COLUMNS])


def header() -> str:
    """Return the first line of a CSV file."""
    return _csv(COLUMNS)


def as_text(fact: Fact, matcher: Matcher) -> str:
    """Return a fact for people: what it is, and under it the sentences that say so."""
    units = _units(fact, matcher)
    names = dict.fromkeys(party_name(party, matcher) for party in fact.parties)
    parties = [f"{' and '.join(units[name])} ({name})" if name in units else name for name in names]
    kind = wording.metric(fact) or wording.KINDS[fact.kind]
    aim = " (target)" if fact.kind is Kind.TARGET and fact.metric else ""
    said = [f"{kind[:1].upper()}{kind[1:]}{aim}: {', '.join(parties)}", wording.figures(fact)]
    said += [str(fact.when) if fact.when else "", fact.status.value]
    lines = ["; ".join(filter(None, said))]
    lines += [f"    “{sentence}”" for sentence in _evidence(fact)]
    return "\n".join(lines)


def _evidence(fact: Fact) -> list[str]:
    """The sentences that say it, each once and on one line; first the one that says most of it."""
    sentences = (
        quoted(fact).text,
        *(
            evidence.text
            for report in fact.reports
            for evidence in (report.claim.evidence, *report.claim.also)
        ),
    )
    return list(dict.fromkeys(" ".join(sentence.split()) for sentence in sentences))


def party_name(party: Party, matcher: Matcher) -> str:
    """Return the catalogue's name of a party, else the one the text has.

    A unit counts for its owner, but for one that is bought or sold: a share of it is none of his.
    """
    it = party.named if party.role is PartyRole.TARGET else party.organisation
    known = matcher.organisations.get(it or "") or matcher.organisations.get(
        party.organisation or ""
    )
    return known.name if known else party.named


def _units(fact: Fact, matcher: Matcher) -> dict[str, list[str]]:
    """The units that a text names, by the party they count for."""
    units: dict[str, list[str]] = {}
    for party in fact.parties:
        unit, name = matcher.organisations.get(party.named), party_name(party, matcher)
        if unit is not None and unit.name not in (name, *units.get(name, ())):
            units.setdefault(name, []).append(unit.name)
    return units


def _number(figure: Quantity | Money | None) -> int | float | None:
    if figure is None:
        return None
    value = (figure.quantity if isinstance(figure, Money) else figure).value
    return int(value) if value == value.to_integral_value() else float(value)


def _bounds(fact: Fact) -> dict[str, str]:
    """The bounds of the figures that are not exact, by field."""
    found = ((name, getattr(fact, name)) for name in FIGURES)
    bounds = {
        name: (figure.quantity if isinstance(figure, Money) else figure).bound
        for name, figure in found
        if figure is not None
    }
    return {name: bound.value for name, bound in bounds.items() if bound is not Bound.EXACT}


def _cell(value: object) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case float():
            text = format(Decimal(str(value)), "f")
        case dict():
            text = "; ".join(f"{name}: {_listed(its)}" for name, its in value.items())
        case list():
            text = "; ".join(map(_listed, value))
        case _:
            text = str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _listed(value: object) -> str:
    """A member of a cell: Harbour Post 2013-05-07."""
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _csv(cells: list[str] | tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
