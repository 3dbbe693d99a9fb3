"""Several measures, or several organisations, that one clause tells with as many figures.

    "revenue and profit were $260bn and $14bn"   -> revenue $260bn, profit $14bn
    "A's and B's revenue was $260bn and $155bn"  -> A $260bn, B $155bn

They are set against each other by their order, only where there are as many of one as of the other
and nothing else stands between; otherwise nothing is told of any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from briefings.ledger.english_metric_words import FALLS, HAVING, METRIC_LINKS, RISES
from briefings.ledger.english_owners import Found, past_owner
from briefings.ledger.english_view import NAME, PERCENT, View
from briefings.ledger.metrics import Measure
from briefings.ledger.names import Name

_BETWEEN_MEASURES = frozenset({"and", ",", "its", "net", "the", "total", "both", "quarterly"})
_BETWEEN_NAMES = frozenset({"and", ",", "'s"})
_BEFORE_METRICS = HAVING | frozenset({"'s", "net", "total", "monthly", "annual", "of", "had"})
_FAR = 14


def in_rows(view: View, found: Sequence[Found], sign_of: Mapping[Measure, str]) -> list[Found]:
    """Return the metrics of a sentence, those told in a row each with its own figure."""
    kept: list[Found] = []
    at = 0
    while at < len(found):
        row = [found[at]]
        while at + len(row) < len(found) and _tied(view, row[-1], found[at + len(row)]):
            row.append(found[at + len(row)])
        kept += row if len(row) == 1 else _dealt_out(view, row, sign_of)
        at += len(row)
    return kept


def _tied(view: View, one: Found, other: Found) -> bool:
    """Tell whether two metrics stand in one row: "revenue and net profit"."""
    if one.figure is not None and one.figure < one.start:
        return False
    between = view.words[one.end : other.start]
    return (
        0 < len(between) <= 3
        and bool({"and", ","} & set(between))
        and all(word in _BETWEEN_MEASURES for word in between)
        and (other.figure is None or other.figure > other.end - 1)
    )


def _dealt_out(view: View, row: Sequence[Found], sign_of: Mapping[Measure, str]) -> list[Found]:
    """Return each metric of a row with the figure of its place, none of them where that fails."""
    start = past_owner(view, row[-1].end)
    signs = {sign_of[metric.term.measure] for metric in row}
    places = [
        [at for at in _run(view, start) if view.word(at) == sign] for sign in (*signs, PERCENT)
    ]
    figures, changes = (places[0], places[-1]) if len(signs) == 1 else ([], places[-1])
    if len(signs) > 1 and any(places[:-1]):
        return []
    if figures and len(figures) != len(row):
        return []
    if changes and len(changes) != len(row):
        return []
    if not figures and not changes:
        return []
    return [
        replace(
            metric,
            end=row[-1].end,
            figure=figures[number] if figures else None,
            row=(row[0].start, changes[number] if changes else None),
        )
        for number, metric in enumerate(row)
    ]


def _run(view: View, start: int) -> range:
    """Return the places behind a row of metrics in which its figures are told."""
    end = start
    while end < min(len(view), start + _FAR) and (
        view.word(end) in METRIC_LINKS | RISES | FALLS | {"$", "#", PERCENT, ",", "and", "~", "to"}
        or view.word(end) == "respectively"
    ):
        end += 1
    return range(start, end)


def told_of_each(view: View, found: Found, sign: str) -> list[tuple[Name, int]]:
    """Return whose is which figure in "A's and B's revenue was $5bn and $6bn", nothing elsewhere.

    The names have to open the sentence, and be as many as the figures behind them.
    """
    if found.figure is None or found.row is not None:
        return []
    figures = [found.figure]
    before = found.figure - 2
    while view.word(before) == sign and view.word(before + 1) in {"and", ","}:
        figures.insert(0, before)
        before -= 2
    after = found.figure + 1
    while view.word(after) in {"and", ","}:
        after += view.words[after : after + 2] == (",", "and")
        if view.word(after + 1) != sign:
            break
        figures.append(after + 1)
        after += 2
    if len(figures) < 2:
        return []
    end = min(found.start, figures[0])
    names = [name for _, name in view.names(0, end)]
    last = next((at for at in range(end - 1, -1, -1) if view.word(at) == NAME), -1)
    opened = all(word == NAME or word in _BETWEEN_NAMES for word in view.words[: last + 1])
    tied = all(word in _BEFORE_METRICS for word in view.words[last + 1 : end])
    if not opened or not tied or len(names) != len(figures):
        return []
    if any(view.names(end, figures[-1])) or len({name.key for name in names}) != len(names):
        return []
    return list(zip(names, figures, strict=True))
