"""Metrics told in one list and their figures in another, in Chinese sentences.

View -> 分别 -> the metrics before it, the figures behind it -> one for each
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from briefings.ledger.chinese_view import View
from briefings.ledger.metrics import Word
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure, FigureKind

_RESPECTIVELY: Final = re.compile("分别(?:为|是|达到?|录得|实现|约为)?")
_CHANGED_EACH: Final = re.compile(
    "分别(?:同比|环比|按年)?(?P<turn>增长|上升|增加|提升|上涨|下降|下滑|减少|降低|增|升|降|跌)了?"
)
_LINK: Final = re.compile("[和与及、,]|以及|")


def respective(view: View, words: Sequence[Word]) -> dict[int, Figure]:
    """Return the figures of metrics listed before them: 营收和净利分别为5亿元和1亿元."""
    given: dict[int, Figure] = {}
    for said in _RESPECTIVELY.finditer(view.text):
        listed: list[Word] = []
        at = said.start()
        for word in reversed([word for word in words if word.end <= said.start()]):
            if not _LINK.fullmatch(view.text, word.end, at):
                break
            listed.insert(0, word)
            at = word.start
        figures = _in_a_row(view, said.end(), None)
        if len(listed) > 1 and len(figures) == len(listed):
            given |= {word.start: figure for word, figure in zip(listed, figures, strict=True)}
    return given


def each(view: View, told: list[Draft]) -> list[Draft]:
    """Give each metric its change where these are told in one list: 分别增长22%和7%."""
    for said in _CHANGED_EACH.finditer(view.text):
        changes = _in_a_row(view, said.end(), FigureKind.PERCENT)
        places = [at for at, draft in enumerate(told) if draft.deal < said.start()]
        if len(changes) < 2 or len(places) < len(changes):
            continue
        falls = said["turn"][0] in "下减降"
        for at, change in zip(places[-len(changes) :], changes, strict=True):
            told[at] = replace(told[at], change_percent=change, falls=falls)
    return told


def _in_a_row(view: View, start: int, kind: FigureKind | None) -> list[Figure]:
    """Return the figures behind `start` that nothing but 和 and its like is between."""
    row: list[Figure] = []
    for figure in view.sentence.figures:
        if figure.start < start or (kind is not None and figure.kind is not kind):
            continue
        if not _LINK.fullmatch(view.text, start, figure.start) and (row or figure.start > start):
            break
        row.append(figure)
        start = figure.end
    return row
