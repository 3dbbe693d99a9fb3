"""How a figure changed, and of which part of a business it is, in an English sentence."""

from __future__ import annotations

from briefings.ledger import metrics
from briefings.ledger.english_metric_words import FALLS, RISES
from briefings.ledger.english_owners import Found, past_owner
from briefings.ledger.english_view import NAME, PERCENT, View
from briefings.text.amounts import Figure


def change_of(view: View, found: Found) -> tuple[Figure | None, bool]:
    """Return the change of a figure in percent, and whether it is a fall."""
    told = _change_in(view, found)
    if told is not None:
        return told
    last = max(found.end, (found.figure or 0) + 1)
    for at in range(found.end, min(len(view), last + 12)):
        word = view.word(at)
        if word != PERCENT or at == found.figure:
            if word in {";", "and", "while"} and at >= last and view.word(at + 1) != PERCENT:
                break
            continue
        if view.word(at - 1) == "by" and (lifted := _moved(view, found)) is not None:
            return view.figure(at), lifted
        around = view.words[max(found.end, at - 4) : at + 4]
        before = view.words[max(found.end, at - 4) : at]
        if any(word in FALLS for word in before):
            return view.figure(at), True
        if any(word in RISES for word in before):
            return view.figure(at), False
        after = around[len(before) + 1 :]
        if any(word in FALLS for word in after):
            return view.figure(at), True
        if any(word in RISES for word in after):
            return view.figure(at), False
    return None, False


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
    before = view.words[max(0, found.start - 6) : found.start]
    if any(word in FALLS or word in {"cut", "cuts", "reduced", "trimmed"} for word in before):
        return True
    return False if any(word in RISES or word == "raised" for word in before) else None


def segment_of(view: View, found: Found, left: int) -> str:
    """Return the part of a business that a metric is of, by the words right before it."""
    start = max(0, min(left, found.start) - 6)
    for at in range(found.start - 1, start - 1, -1):
        if view.word(at) in {",", ";", "."}:
            start = at + 1
            break
    before = _segments_in(view, start, found.start)
    behind = _segments_in(view, found.end, past_owner(view, found.end))
    return (before or behind or ("",))[-1]


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
