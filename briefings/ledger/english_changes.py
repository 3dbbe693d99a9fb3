"""How a figure changed, and of which part of a business it is, in an English sentence."""

from __future__ import annotations

from briefings.ledger import metrics
from briefings.ledger.english_figure_guards import is_change_of_more
from briefings.ledger.english_metric_words import DESCRIBING, FALLS, HAVING, RISES
from briefings.ledger.english_owners import Found, past_owner
from briefings.ledger.english_view import COUNT, MOMENT, MONEY, NAME, PERCENT, View
from briefings.ledger.metrics import Measure
from briefings.text.amounts import Figure

_COMPARED = frozenset({"from", "(", "with", "to", "than", "against", "of"})
_PARTING = frozenset({",", ";", ".", "after", "as", "while", "when", "which", "but", "though"})
"""Words before which another clause speaks."""


def change_of(view: View, found: Found) -> tuple[Figure | None, bool]:
    """Return the change of a figure in percent, and whether it is a fall."""
    if found.row is not None:
        own = found.row[1]
        return (view.figure(own), view.has(found.end, own, FALLS)) if own else (None, False)
    told = _change_in(view, found)
    if told is not None:
        return told
    last = max(found.end, (found.figure or 0) + 1)
    for at in range(found.end, min(len(view), last + 12)):
        if not view.together(at, found.start):
            continue
        if at >= last and _is_told_further(view, at, last):
            break
        if view.word(at) != PERCENT or at == found.figure:
            continue
        if found.term.measure is Measure.SHARE and view.word(at - 1) == "to":
            continue  # what another share has come to
        if view.word(at - 1) == "by" and (lifted := _moved(view, found)) is not None:
            return view.figure(at), lifted
        if found.figure is None and is_change_of_more(view, found, at):
            break
        falls = _falls(view, found, at)
        if falls is not None:
            return view.figure(at), falls
    return None, False


def _is_told_further(view: View, at: int, last: int) -> bool:
    """Tell whether something else is told from `at` on, behind the figure that ends at `last`.

    "Revenue was $5bn and profit", "37%, Y's rose to 19%", "$5bn in 2022, fell by 5%".
    """
    word = view.word(at)
    if any(metric.start == 0 for metric in metrics.metrics.find(view.text(at, at + 1))):
        return True  # "a profit of $7bn, on revenue that rose 9%"
    if word in {";", "and", "while"}:
        return view.word(at + 1) != PERCENT
    if word in {MONEY, COUNT} and at > last:
        return view.word(at - 1) not in _COMPARED
    if word == NAME and view.word(at + 1) == "'s":
        return view.word(at - 1) == ","
    fell = view.word(at + 1) in FALLS | RISES and view.word(at + 1) not in {"up", "down"}
    return word == "," and fell and view.word(at - 1) == MOMENT


def _falls(view: View, found: Found, at: int) -> bool | None:
    """Tell whether the percentage at `at` is a fall, None where no word says how it moved."""
    before = view.words[max(found.end, at - 4) : at]
    for words in (before, view.words[at + 1 : at + 4]):
        if any(word in FALLS for word in words):
            return True
        if any(word in RISES for word in words):
            return False
    return None


def _change_in(view: View, found: Found) -> tuple[Figure | None, bool] | None:
    """Return the change in "a 3% decline in its revenue": before the metric, None if not there."""
    for at in range(found.start - 1, max(1, found.start - 5), -1):
        if view.word(at) in {"in", "of"}:
            change, moved = view.word(at - 2), view.word(at - 1)
            if change == PERCENT and moved in FALLS | RISES:
                return view.figure(at - 2), moved in FALLS
            return None
        if not view.word(at).isalpha() and view.word(at) not in {"'s", NAME}:
            return None
    return None


def _moved(view: View, found: Found) -> bool | None:
    """Tell whether "lifted X's revenue by 20%" says a fall, None where no such verb is there."""
    start = max(0, found.start - 6)
    parted = [at for at in range(start, found.start) if view.word(at) in _PARTING]
    before = view.words[parted[-1] if parted else start : found.start]
    if any(word in FALLS or word in {"cut", "cuts", "reduced", "trimmed"} for word in before):
        return True
    return False if any(word in RISES or word == "raised" for word in before) else None


def segment_of(view: View, found: Found, left: int) -> str:
    """Return the part of a business that a metric is of, by the words right before it."""
    start = max(0, min(left, found.start) - 6)
    for at in range(found.start - 1, start - 1, -1):
        told = view.word(at) == "and" and view.word(at + 1) in HAVING
        if view.word(at) in _PARTING or told or _is_described(view, at):
            start = at + 1
            break
    before = _segments_in(view, start, found.start)
    behind = _segments_in(view, found.end, past_owner(view, found.end))
    return (before or behind or ("",))[-1]


def _is_described(view: View, at: int) -> bool:
    """Tell whether a name has before it what it is: "the e-commerce group X had revenue"."""
    return view.name(at) is not None and view.word(at - 1) in DESCRIBING


def _segments_in(view: View, start: int, end: int) -> tuple[str, ...]:
    """Return the segments named in [start:end], but for those in somebody's name."""
    return tuple(
        word.term.name
        for at in range(start, end)
        if view.name(at) is None
        for word in metrics.segments.find(_with_next(view, at, end))
        if word.start == 0
    )


def _with_next(view: View, at: int, end: int) -> str:
    """Return a word with the two behind it, for terms of several words."""
    stop = at + 1
    while stop < min(end, at + 3) and view.name(stop) is None:
        stop += 1
    return view.text(at, stop)
