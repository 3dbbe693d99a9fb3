"""Figures of organisations in Chinese sentences: what they reached, and what they want to reach.

View -> words for metrics -> the figure that belongs to each, the change behind it, whose it is
     -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger import chinese_spending
from briefings.ledger.chinese_each import apart, row
from briefings.ledger.chinese_figure_dates import period
from briefings.ledger.chinese_lists import each, respective
from briefings.ledger.chinese_measures import measure_of, part_of
from briefings.ledger.chinese_others import is_anothers
from briefings.ledger.chinese_view import MOST, NOBODY, Cast, View
from briefings.ledger.chinese_wanted import how_far, is_wanted
from briefings.ledger.chinese_whose import whose
from briefings.ledger.chinese_words import Part
from briefings.ledger.chinese_words import Word as Marked
from briefings.ledger.metrics import Measure, Word, metrics
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure, FigureKind

_REACH: Final = 14
"""So many characters may stand between a metric and its figure."""

_AHEAD: Final = 7
"""So many may stand between a figure and the metric behind it: 3亿元的广告收入."""

_CHANGE_REACH: Final = 24
_BEFORE_TRADE: Final = re.compile("盘[前后][,]?(?:时段)?(?:发布|公布|披露|公告|宣布|交出|发|公开)")
"""When results are told, and no news of the market."""
_QUARTERLY: Final = re.compile("环比|按季")

_BETWEEN: Final = re.compile(r"[^,;。]*")
_MANY: Final = 10_000
"""Fewer orders are somebody's own: 骑手每天送50单."""
_ORDERS: Final = metrics.terms["orders"]
_COME_TO: Final = re.compile("[人户个家名]?[,、]?(?:达到?|至|升至|增至|增加至|总数达到?)了?约?")
_FROM: Final = re.compile("(?:[从由较比]|(?<!来)自)[^,;。至到为达破增升降减涨跌长]{0,14}$")
"""Before a figure: it is what a metric was before."""
_GONE_TO: Final = re.compile("[人户个家名]?[^,;。]{0,12}?(?:[至到为破]|达到?)了?约?")
"""From there to what it is: 从上年同期的3.65亿元缩水到."""
_KINDS: Final = {
    Measure.MONEY: FigureKind.MONEY,
    Measure.COUNT: FigureKind.COUNT,
    Measure.SHARE: FigureKind.PERCENT,
}
_ALONE: Final = re.compile(
    r"[的数量总规模额]{0,3}(?:按年|按季|首度|历史性|一举|站上|站稳|跨过|迈过|触及|录得|最终|定格|维持|稳定|扩展|扩大|扩张|提升|提高|推高"
    r"|冲上|冲破|大幅|大增|激增|猛增|飙升|攀升|下滑|下跌|回落|跌破?|跌至|净增|仅|有|指引|定|设|破?[百千万]亿|[破过]亿|大关|上调|下调|调高|调低|设定|微|大|急|劲|骤|涨|跌|全球|全国|新车|已经|已经?|将|约|仍|却|则|预?料|或|可望|恐|累计|合计|共计?|目前|首次|成功|实现|预计|有望|力争|计划|目标|又"
    r"|继续|再|均|也|还|就|一度|要|拟|想|做|打算|准备|争取|年[内底]前?|(?:今|明|本)年底?|春节前|同比|环比|较[^,;]{0,6}|由[^,;]{0,10}|从[^,;]{0,10}"
    r"|为|是|达到?|至|到|突破|超过?|高达|逼近|接近|增长|增加|上升|下降|减少|收窄|缩窄|回升|升|降|增|减|[\d.]+(?:%|个百分点)|了|在|人民币|:|,|\s|\(|\))*$"
)
_REACHED: Final = re.compile("[至到为达]")
_RATES: Final = frozenset({"增幅", "增速", "增长率", "涨幅", "降幅", "跌幅"})
"""What a percentage behind them says, whatever stands between: 增幅高达82%."""
_CHANGED: Final = re.compile(r"(?:同比|环比|增长|增加|上升|下降|减少|升|降|增|减)[了约近超过]*$")
"""Before a percentage: it is by how much a share has changed, not the share."""
_OF_SOMETHING: Final = re.compile(
    r"(?:名|个|位|家|户|人|笔|单|件)?(?:(?:的|以上的?)[^,;。的、和]{0,4})?$|(?:名|位|家|户)[一-鿿]{0,4}$"
)
_PRESENT: Final = re.compile(
    "(?:代表|一起|共同|们)?(?:参加|出席|到场|前往|报名|观看|参与|投诉|举报|起诉|离职|被裁|观赛|齐聚)"
)
"""Behind those counted: so many came, which says nothing of how many there are."""
_BY_HOW_MUCH: Final = re.compile(
    "(?:同比|环比)?(?:净增|新增|增长|增加|减少|下降|下滑|流失|净减|减|增)了?$"
)
"""Before a figure: it is by how much a metric has changed."""
_HIRED: Final = re.compile("(?:招聘|招募|招收|新招|录用|聘用|雇用?|引进|招)了?$")
_LESS: Final = re.compile(
    "(?:裁减?|裁员|裁撤|裁掉|解雇|辞退|遣散|优化|关闭|关停|封禁|清退|扶持|帮扶|帮助|培训|培育|孵化|奖励|资助|补贴)了?$"
)
"""Before a figure: so many are done without, or done something for."""
_EACH: Final = re.compile("[的数量总规模额]*(?:已|约)?(?:分别|各)[自为达到是有超过突破约录得]*$")


@dataclass(frozen=True, slots=True)
class _Measured:
    """A metric with its figure, and how that has changed."""

    word: Word
    figure: Figure | None
    change: Figure | None
    falls: bool


def drafts(view: View) -> Iterator[Draft]:
    """Yield the figures of organisations that a sentence gives."""
    if any(_BEFORE_TRADE.match(view.text, word.start) is None for word in view.having(Part.MARKET)):
        return
    yield from chinese_spending.drafts(view)
    yield from _consistent(each(view, list(_told(view))))


def _consistent(told: Sequence[Draft]) -> Iterator[Draft]:
    """Yield what is told, of two unlike figures for one metric of one time only the first."""
    given: dict[tuple[object, ...], Decimal] = {}
    for draft in told:
        figure = draft.amount or draft.value
        if figure is not None:
            names = tuple(name.named for _, name in draft.names)
            time = draft.when.when if draft.when else None
            key = (draft.kind, names, draft.missing, draft.metric, draft.segment, time)
            if given.setdefault((*key, figure.currency), figure.quantity.value) != (
                figure.quantity.value
            ):
                continue
        yield draft


def _told(view: View) -> Iterator[Draft]:
    """Yield the metrics that have a figure or a change."""
    words = _words(view)
    listed = respective(view, words)
    taken: set[int] = set()
    for index, word in enumerate(words):
        if is_anothers(view, word) or any(
            name.start <= word.start < name.end for name in view.sentence.names
        ):
            continue
        following = words[index + 1].start if index + 1 < len(words) else len(view.text)
        earlier = words[index - 1].end if index else 0
        measured = _measured(view, word, earlier, following, taken)
        if (figure := listed.get(word.start)) is not None:
            measured = _Measured(word, figure, None, False)
        if measured is None:
            continue
        draft = _draft(view, measured, words)
        if draft is not None:
            taken.update(one.start for one in (measured.figure, measured.change) if one)
            yield from apart(view, draft, view.clause(word.start)[0])


def _words(view: View) -> list[Word]:
    """Return the metrics named, those by what is counted alone among them: 1亿单 are orders."""
    named = list(metrics.find(view.text))
    starts = {word.start for word in named}
    counted = [
        Word(_ORDERS, figure.end, figure.end + 1)
        for figure in view.sentence.figures
        if figure.unit == "单" and figure.end not in starts and figure.quantity.value >= _MANY
    ]
    return sorted([*named, *counted], key=lambda word: word.start)[:MOST]


def _measured(
    view: View, word: Word, earlier: int, following: int, taken: set[int]
) -> _Measured | None:
    kind = _KINDS[word.term.measure]
    free = [
        figure
        for figure in view.sentence.figures
        if figure.start not in taken and earlier <= figure.number_start < following
    ]
    behind = [one for one in free if one.number_start >= word.end and one.kind is kind]
    ahead = [one for one in free if one.end <= word.start and one.kind is kind]
    figure = None
    if behind and behind[0].start - word.end <= _REACH:
        between = view.text[word.end : behind[0].start]
        alone = _ALONE.match(between) or (_EACH.match(between) and _is_of_several(view, word))
        figure = behind[0] if alone else None
        if figure and _is_added(view, word, figure):
            figure = None  # 新增商家100万家
        if kind is FigureKind.PERCENT and _CHANGED.search(between):
            figure = None
    if figure is None and ahead and word.start - ahead[-1].end <= _AHEAD:
        between = view.text[ahead[-1].end : word.start]
        figure = ahead[-1] if _OF_SOMETHING.match(between) else None
        if figure and any(figure.end <= name.start < word.start for name in view.names):
            figure = None  # 逾2000家甲的门店
        if figure and _PRESENT.match(view.text, word.end):
            figure = None  # 逾3000名员工参加
        if figure and _is_added(view, word, figure):
            figure = None  # 新增100万家商家
    if figure is not None and figure.per:
        return None
    before = figure in behind and _FROM.search(view.text, word.end, figure.start) is not None
    if figure is not None and (later := _later(view, figure, free, before=before)) is not None:
        figure = later
    elif before:
        figure = None  # 从上年的5亿下滑
    elif figure in behind and _BY_HOW_MUCH.search(view.text, word.end, figure.start):
        figure = figure if is_wanted(view, word, figure) else None
    change, falls = _change(view, figure.end if figure else word.end, free, word)
    if figure is None and (change is None or not _is_its_own(view, word, change)):
        return None
    return _Measured(word, figure, change, falls)


def _is_its_own(view: View, word: Word, change: Figure) -> bool:
    """Tell whether a change without a figure is the metric's: not 收入计入乙的177亿元增14%."""
    between = view.text[word.end : change.number_start].replace(",", "")
    return _ALONE.match(between) is not None


def _is_added(view: View, word: Word, figure: Figure) -> bool:
    """Tell whether so many more, or fewer, are told before a metric, and not as a plan."""
    at = min(figure.start, word.start)
    start, _ = view.clause(at)
    if _LESS.search(view.text, start, at):
        return True
    more = _BY_HOW_MUCH.search(view.text, start, at) or _HIRED.search(view.text, start, at)
    return more is not None and not is_wanted(view, word, figure)


def _is_of_several(view: View, word: Word) -> bool:
    """Tell whether a metric is of several who are named right before it."""
    named = view.group(view.clause(word.start)[0], word.start, last=False).names
    return len(named) > 1


def _later(view: View, figure: Figure, free: Sequence[Figure], *, before: bool) -> Figure | None:
    """Return what a figure has come to, told behind it: 净增1300万, 达到5.86亿.

    `before`: the figure is what it was, as in 从3.65亿元缩水到6870万元.
    """
    for other in free:
        if other.kind is figure.kind and other.start > figure.end:
            between = view.text[figure.end : other.number_start]
            return other if (_GONE_TO if before else _COME_TO).fullmatch(between) else None
    return None


def _change(view: View, end: int, free: list[Figure], word: Word) -> tuple[Figure | None, bool]:
    """Return by how much it has changed, against the year before where two are given."""
    found: list[tuple[bool, Figure, bool]] = []
    for figure in free:
        if figure.kind is not FigureKind.PERCENT or figure.start < word.end:
            continue
        turn = view.before(figure.number_start, Part.RISES, Part.FALLS, start=word.end)
        if (
            turn is None
            or turn.text[-1] in "至为到"
            or (
                turn.text not in _RATES
                and _REACHED.search(view.text, turn.end, figure.number_start)
            )
        ):
            continue
        if figure.start - turn.end > 4 or figure.start - end > _CHANGE_REACH:
            continue
        if any(end <= name.start < figure.start for name in view.names):
            break  # 其中乙增长134%
        quarterly = (
            _QUARTERLY.search(view.text, max(word.end, turn.start - 4), turn.start) is not None
        )
        found.append((quarterly, figure, Part.FALLS in turn))
    if not found:
        return None, False
    _, figure, falls = min(found, key=lambda one: one[0])
    return figure, falls


def _draft(view: View, measured: _Measured, words: Sequence[Word]) -> Draft | None:
    word, figure = measured.word, measured.figure
    at = figure.start if figure else word.start
    target = is_wanted(view, word, figure or measured.change)
    name, segment = measure_of(view, word), part_of(view, word, wanted=target)
    mark = Marked(word.term.name, word.start, word.end, frozenset())
    reached = how_far(view, mark)
    if not name or segment is None or reached is None:
        return None
    found = whose(view, word, words)
    if target and (partners := _partners(view, word)):
        found = partners
    if not found or not all(map(view.is_sure, found.names)):
        return None
    if len(found.names) > 1 and measured.change and _is_one_of_a_row(view, measured.change):
        return None  # 甲、乙和丙分别增长12%、22%和3%
    role = PartyRole.SUBJECT
    if reached is not Status.DENIED and reached is not Status.RUMOURED:
        reached = Status.ANNOUNCED if target else Status.COMPLETED
    return Draft(
        kind=Kind.TARGET if target else Kind.METRIC,
        status=reached,
        names=tuple((role, one) for one in found.names),
        deal=word.start,
        amount=figure if figure and figure.kind is FigureKind.MONEY else None,
        metric=name,
        segment=segment,
        value=figure if figure and figure.kind is not FigureKind.MONEY else None,
        change_percent=measured.change,
        falls=measured.falls,
        when=period(view, at, found.names, words),
        missing=found.missing(role),
    )


def _is_one_of_a_row(view: View, change: Figure) -> bool:
    """Tell whether a change is told with others, one for each of several."""
    return len(row(view, change)) > 1


def _partners(view: View, word: Word) -> Cast:
    """Return who expects a figure together, of their partnership: 甲预计与乙的合作将带来."""
    if not view.has(Part.PARTNERS, end=word.start):
        return NOBODY
    named = {
        name.key: name
        for name in reversed(view.names)
        if name.end <= word.start and not name.regulator
    }
    return Cast(tuple(named.values())[::-1]) if len(named) > 1 else NOBODY
