"""How far something has come, by the words around it in a Chinese sentence."""

from __future__ import annotations

import re
from typing import Final

from briefings.facts import Status
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, Word, words
from briefings.text.amounts import FigureKind

NEGATION_REACH: Final = 8
"""So many characters may stand between 未 and the verb that it denies."""

_TALKED_OF: Final = 12
_SAID: Final = re.compile("(?:^|(?<=[,;:。]))(?:市场|外媒|媒体|港媒|业界|疑|网|盛)?传")
_MAY: Final = re.compile(
    "或(?=将|以|会|斥|豪|拟|收购|并购|入股|出售|转让|投资|减持|增持|私有化|参与|领投|卖|买|与|在)"
)
_SOURCES: Final = words("知情人士 消息人士")
_TALKING: Final = re.compile("谈判|洽谈|商谈|磋商|协商|接洽|商讨|洽购")
_ONLY_SAID: Final = re.compile("[^,;。]{2,24}?的?(?:传闻|传言)")
_NEAR: Final = re.compile("接近(?=以|达成|完成|收购|签|出售|敲定|同意|入股|投资)")
_NO_GUILT: Final = re.compile("(?:存在|有|任何|不当|过错|责任|指控|违规|违法|垄断|侵权|承认)")
"""Behind 否认: what the law says of somebody, not a deal."""
_DEALS: Final = (
    Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PARTNERS, Part.JOINS,
    Part.SUES, Part.HOLDS, Part.OWNS,
)  # fmt: skip
_QUOTES: Final = ("“", '"', "「")
_EARLIER: Final = re.compile("此前|早前|之前|另")
"""A clause that begins so denies what it tells itself."""
_FAILED: Final = re.compile(
    "(?:作罢|告吹|流产|泡汤|夭折|未果|无果|宣告失败|破裂|(?:宣布|决定|最终|已|批准|通过)(?:终止|退出|放弃|搁浅))"
    "(?:了)?(?=[,;。!”]|$)"
)
"""What ends a clause that says of a deal that it has failed."""
_EVER: Final = ("曾", "已", "已经")
_RUMOUR: Final = ("传闻", "传言")
_SETTLED: Final = re.compile("[^,;。]{0,6}(?:不实|未证实|误传|并不|不属实|系误|被否)")
_UNDONE: Final = words("将 计划 预计 同意 承诺 约定 决定 拟定 宣布 审议 签署 签订 达成")
"""What is announced so has not been done, whatever else the clause says."""


def status(view: View, verb: Word) -> Status | None:
    """Return how far what `verb` says has come, None where nothing of it is claimed.

    Nothing is claimed in a question, under a condition, in a comparison, in somebody's opinion and
    where it is negated.
    """
    start, end = view.clause(verb.start)
    number = view.number(verb.start)
    earlier = view.clauses[number - 1][0] if number else start
    if view.text.rstrip("”\"' ").endswith(("?", "吗")) or view.has(Part.ASKS, start=start, end=end):
        return None
    if view.has(Part.IF, start=earlier, end=verb.start):
        return None
    if view.has(Part.LIKENS, start=start, end=verb.start) or view.has(Part.OPINES, end=verb.start):
        return None
    if view.text.startswith("?", end):
        return None
    if view.is_comparison(start) or view.is_veiled(start):
        return None
    if view.text.startswith("不得", verb.end):
        return None  # 减持不得超过1%: a rule
    forbidden = view.before(verb.start, Part.RULES, start=start)
    if forbidden is not None and forbidden.text == "禁止" and Part.RULES not in verb:
        return None  # 禁止甲收购乙
    if _is_denied(view, verb):
        return Status.DENIED
    if _called_off(view, verb, start, end):
        return Status.UNWOUND
    negation = view.before(verb.start, Part.NOT, start=start)
    if (
        negation is not None
        and _apart(view, negation, verb) <= NEGATION_REACH
        and not view.has(Part.COMMA, Part.MARK, start=negation.end, end=verb.start)
        and not (Part.RULES in verb and view.has(Part.BY, start=negation.end, end=verb.start))
    ):
        return None
    return _reached(view, verb, start, end)


def _is_denied(view: View, verb: Word) -> bool:
    """Tell whether what `verb` says is denied, and not another thing: 否认存在不当行为."""
    for word in view.having(Part.DENIES):
        start, end = view.clause(word.start)
        if _NO_GUILT.match(view.text, word.end):
            continue
        others = view.having(*_DEALS, start=start, end=end)
        if start <= verb.start < end:
            return True
        if next(others, None) is None and _spreads(view, word, verb, start, end):
            return True
    return False


def _spreads(view: View, denial: Word, verb: Word, start: int, end: int) -> bool:
    """Tell whether a denial is of another clause's deal: 甲将收购乙, 甲否认; not 否认“独资”说法."""
    if view.text[denial.end : denial.end + 1] in _QUOTES or _EARLIER.match(view.text, start):
        return False
    if view.figures(FigureKind.MONEY, start, end) or view.figures(FigureKind.PERCENT, start, end):
        return False
    if end < verb.start and view.has(Part.STOP, start=end, end=verb.start):
        return False
    speaking = {name.key for name in view.names if start <= name.start < end}
    first, last = view.clause(verb.start)
    told = {name.key for name in view.names if not start <= name.start < end}
    near = {name.key for name in view.names if first <= name.start < last}
    return not speaking or bool(speaking & (near or told)) or speaking.isdisjoint(told)


def _fails_later(view: View, verb: Word, end: int) -> bool:
    """Tell whether a deal is said to have failed: 甲收购乙的交易因未获批准终止, 但最终作罢."""
    number = view.number(verb.start)
    for start, stop in view.clauses[number : number + 3]:
        if start > verb.start and view.has(*_DEALS[:5], start=start, end=stop):
            return False
        first = max(start, verb.end)
        failed = _FAILED.search(view.text, first, stop)
        if failed is None or view.has(*_DEALS[:5], start=first, end=failed.start()):
            continue
        known = {name.key for name in view.names if name.start < end}
        return all(name.key in known for name in view.names if start <= name.start < stop)
    return False


def _apart(view: View, negation: Word, verb: Word) -> int:
    """Return how far a word is from the verb, the names between them aside."""
    named = sum(
        name.end - name.start
        for name in view.names
        if negation.end <= name.start and name.end <= verb.start
    )
    return verb.start - negation.end - named


def _called_off(view: View, verb: Word, start: int, end: int) -> bool:
    """Tell whether 终止 or its like governs the verb: before it in its clause, or right behind."""
    called = view.before(verb.start, Part.CALLS_OFF, start=start)
    if called is not None and verb.start - called.end <= 2 * _TALKED_OF:
        return True
    if Part.RULES in verb:
        return False  # 被责令放弃独家版权
    if _fails_later(view, verb, end):
        return True
    named = [name.end for name in view.names if verb.end <= name.start < end]
    reach = max([verb.end, *named[:2]]) + _TALKED_OF
    return any(
        word.text not in ("退出", "叫停")
        for word in view.having(Part.CALLS_OFF, start=verb.end, end=min(end, reach))
    )


def _is_hearsay(view: View, verb: Word, start: int) -> bool:
    """Tell whether it only may be so: 传甲将入股乙, 甲或收购乙."""
    starts = {name.start for name in view.names}
    ends = {name.end for name in view.names}
    return any(said.end() in starts for said in _SAID.finditer(view.text, 0, verb.start)) or any(
        may.start() in ends for may in _MAY.finditer(view.text, start, verb.end)
    )


def _is_rumour(view: View, verb: Word) -> bool:
    """Tell whether it is said to be hearsay; a rumour told of in a clause before is of that."""
    return any(
        word.text not in _RUMOUR
        or view.text.startswith(("称", "指", "说", ":", ",称"), word.end)
        or view.number(word.start) == view.number(verb.start)
        for word in view.having(Part.RUMOURS, end=verb.start)
        if not _SETTLED.match(view.text, word.end)
        or view.number(word.start) == view.number(verb.start)
    )


def _is_long_done(view: View, verb: Word, start: int) -> bool:
    """Tell whether a clause dates what it tells in the past: 知情人士称, 乙2019年曾领投丙."""
    ever = view.before(verb.start, Part.DONE, start=start)
    dated = any(start <= one.start < verb.start for one in view.sentence.moments)
    named = any(start <= name.start < verb.start for name in view.names)
    open_yet = view.has(Part.INTENDS, Part.TALKS, Part.WANTS, start=start, end=verb.start)
    return ever is not None and ever.text in _EVER and dated and named and not open_yet


def _is_talked_of_before(view: View, start: int) -> bool:
    """Tell whether the clause before says that it is talked of: 甲正与乙洽谈,拟将其收购."""
    number = view.number(start)
    if not number:
        return False
    first, end = view.clauses[number - 1]
    return _TALKING.search(view.text, first, end) is not None and not view.has(
        Part.DONE, Part.CALLS_OFF, start=first, end=end
    )


def _past_names(view: View, verb: Word, end: int) -> int:
    """Return where the names behind a verb end: 出售甲与乙、丙谈判."""
    at = verb.end
    for name in view.names:
        if verb.end <= name.start < end and name.start - at <= 2:
            at = name.end
    return at


def _reached(view: View, verb: Word, start: int, end: int) -> Status:
    earlier = view.clauses[max(0, view.number(verb.start) - 1)][0]
    if _is_long_done(view, verb, start):
        return Status.COMPLETED
    if _is_rumour(view, verb) or _is_hearsay(view, verb, start):
        sourced = all(one.text in _SOURCES for one in view.having(Part.RUMOURS, end=verb.start))
        if not (sourced and _TALKING.search(view.text, start, end)):
            return Status.RUMOURED
        return Status.IN_TALKS  # 知情人士称, 甲正就收购乙展开谈判
    if _ONLY_SAID.match(view.text, verb.end, end):
        return Status.RUMOURED
    if view.has(Part.TALKS, start=start, end=verb.start) or view.has(
        Part.TALKS, start=verb.end, end=min(end, _past_names(view, verb, end) + _TALKED_OF)
    ):
        return Status.IN_TALKS
    if _NEAR.search(view.text, start, verb.end):
        return Status.IN_TALKS
    announced = view.has(Part.ANNOUNCES)
    if view.before(verb.start, Part.INTENDS, start=start):
        if _is_talked_of_before(view, start):
            return Status.IN_TALKS
        return Status.ANNOUNCED if announced else Status.IN_TALKS
    planned = view.before(verb.start, Part.ANNOUNCES, Part.WANTS, start=start)
    done = view.has(Part.DONE, start=start, end=verb.start) or view.text.startswith("了", verb.end)
    if planned is not None and planned.text in _UNDONE:
        return Status.ANNOUNCED
    if done or view.has(Part.DONE, start=verb.end, end=end):
        return Status.COMPLETED
    when = None if announced else view.moment(verb.start)
    if when is not None and earlier <= when.start < verb.start:
        return Status.COMPLETED  # 2014年3月,腾讯入股京东: a plain verb with its date
    return Status.ANNOUNCED
