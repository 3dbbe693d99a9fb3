"""How far something has come, by the words around it in a Chinese sentence."""

from __future__ import annotations

import re
from typing import Final

from briefings.facts import Status
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, Word, words

NEGATION_REACH: Final = 8
"""So many characters may stand between 未 and the verb that it denies."""

_TALKED_OF: Final = 12
_SAID: Final = re.compile("(?:^|(?<=[,;:。]))(?:市场|外媒|媒体|港媒|业界|疑|网|盛)?传")
_MAY: Final = re.compile(
    "或(?=将|以|会|斥|豪|拟|收购|并购|入股|出售|转让|投资|减持|增持|私有化|参与|领投|卖|买|与|在)"
)
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
    if view.text.startswith("不得", verb.end):
        return None  # 减持不得超过1%: a rule
    forbidden = view.before(verb.start, Part.RULES, start=start)
    if forbidden is not None and forbidden.text == "禁止" and Part.RULES not in verb:
        return None  # 禁止甲收购乙
    if view.has(Part.DENIES):
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


def _reached(view: View, verb: Word, start: int, end: int) -> Status:
    earlier = view.clauses[max(0, view.number(verb.start) - 1)][0]
    if view.has(Part.RUMOURS, end=verb.start) or _is_hearsay(view, verb, start):
        return Status.RUMOURED
    if view.has(Part.TALKS, start=start, end=verb.start) or view.has(
        Part.TALKS, start=verb.end, end=min(end, verb.end + _TALKED_OF)
    ):
        return Status.IN_TALKS
    announced = view.has(Part.ANNOUNCES)
    if view.before(verb.start, Part.INTENDS, start=start):
        return Status.ANNOUNCED if announced else Status.IN_TALKS
    planned = view.before(verb.start, Part.ANNOUNCES, Part.WANTS, start=start)
    done = view.has(Part.DONE, start=start, end=verb.start) or view.text.startswith("了", verb.end)
    if planned is not None and planned.text in _UNDONE:
        return Status.ANNOUNCED
    if done or view.has(Part.DONE, start=verb.end, end=end):
        return Status.COMPLETED
    if not announced and any(earlier <= one.start < verb.start for one in view.sentence.moments):
        return Status.COMPLETED  # 2014年3月,腾讯入股京东: a plain verb with its date
    return Status.ANNOUNCED
