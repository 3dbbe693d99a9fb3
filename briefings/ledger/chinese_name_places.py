"""Where nothing but a name stands in a Chinese sentence, between which words."""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_words import TEAMS_UP, Part, Word, words

_PARTLY: Final = words("的 部分 全部 少数 多数 所有")
_WRONGS: Final = words("非法 侵权 侵犯 违反 违规 违法 抄袭 擅自 滥用 不正当竞争 涉嫌 合并 未经")
"""Behind a name whom the law concerns."""
_FOUNDING: Final = words("成立 设立 组建 合并 共建 在 就")
"""Behind a name with which somebody does something."""
LINKS: Final = words(
    """
    向 于 自 在 通过 从 已 合计 累计 再次 继续 完成 成功 分别 方面 目前 曾 复牌 先后 与 和 同 还 也
    又 就
    """
)
"""Behind a name that opens a clause about a deal."""
_MAKES: Final = re.compile(
    "推出|打造|发布|共建|共同|联合|开发|研发|开设|开启|上线|举办|布局|探索|启动|推进|建设|为|在|合作|签"
)
"""What those who team up do."""
_ROUND_OF: Final = re.compile(r"的?(?:[^,;。]{0,14})融资|的?[一-鿿]{0,3}轮|的?\d[^,;。]{0,12}融资")
"""Behind a name: a round of it is told."""
_HELD_IN: Final = re.compile(r"(?:的|剩余|余下|其余|所)*(?:持股|股权|股份|\d[\d.]*%的?股)")
_OWN: Final = re.compile("所持|其|持有|旗下|手中")
_DEAL_WITH_SUM: Final = re.compile(
    r"(?:\d[\d.,]*[百千万亿]{0,3}(?:美元|港元|欧元|英镑|元)?)?的?(?:全资|要约)?"
    r"(?:收购|并购|投资|注资|私有化)"
)
DEALS: Final = frozenset(
    {Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PLEDGES}
)
_OBJECT_OF: Final = DEALS | {Part.SUES}
ACTS: Final = DEALS | {
    Part.ANNOUNCES, Part.INTENDS, Part.BUYS_BACK, Part.SUES, Part.PAYS, Part.TALKS, Part.DENIES,
    Part.CALLS_OFF, Part.BY, Part.DONE, Part.PARTNERS, Part.JOINS, Part.FOUNDS,
}  # fmt: skip
_AFTER_TITLE: Final = ACTS | {Part.AND, Part.HOLDS, Part.TITLE, Part.PLAIN, Part.COMMA}


def is_expected(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a name is what stands between these words."""
    if Part.TITLE in before:
        return bool(after.parts & _AFTER_TITLE)
    if before.text == "给":
        return bool(after.parts & {Part.COMMA, Part.STOP})
    return (
        after.text in ("先生", "女士")
        or _acts(plain, before, after)
        or _is_acted_on(before, after)
        or _is_beside(plain, before, after)
        or _is_partner(plain, before, after)
        or _is_invested_in(plain, before, after)
        or _is_held(plain, before, after)
        or (Part.AND in after and bool((before.parts | after.parts) & DEALS))
    )


def _acts(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a clause begins with whoever acts: 某某宣布, 某某将所持."""
    opens = before.parts & {Part.STOP, Part.COMMA} or before.text in ("】", ")", " ", "但", "而")
    return bool(opens) and (
        bool(after.parts & ACTS)
        or after.text in LINKS
        or (Part.TAKES in after and _OWN.match(plain, after.end) is not None)
    )


def _is_acted_on(before: Word, after: Word) -> bool:
    """Tell whether a name is whom a verb before it is done to: 收购某某60%股权, 约谈某某."""
    if Part.RULES in before and after.parts & {Part.COMMA, Part.STOP}:
        return True
    return bool(before.parts & _OBJECT_OF) and (
        bool(
            after.parts
            & {Part.SHARES, Part.HOLDS, Part.COMMA, Part.STOP, Part.CALLS_OFF, Part.UNTOLD}
        )
        or after.text.isdigit()
        or after.text in _PARTLY
        or after.text == "少数股东"
    )


def _is_beside(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a name is with, to or by whom it is done: 与某某成立, 对某某的收购."""
    if before.parts & {Part.SUES, Part.RULES, Part.AND, Part.TO} and after.text in _WRONGS:
        return True
    if before.parts & {Part.TO, Part.AND} and (
        after.text in _FOUNDING or after.parts & (ACTS | {Part.HOLDS, Part.RULES})
    ):
        return True
    if before.parts & {Part.BY, Part.TAKES} and after.parts & (DEALS | {Part.SHARES}):
        return True
    if Part.TAKES in before and after.text in ("以", "的"):
        return True
    return before.text == "对" and _DEAL_WITH_SUM.match(plain, after.start) is not None


def _is_held(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a name is of whom somebody holds or becomes something: 所持某某股份."""
    if before.text in ("成为", "是", "为") and after.text.endswith("股东"):
        return True
    if before.text == "成为" and after.text.endswith("伙伴"):
        return True
    if Part.HOLDS in before and (
        after.parts & {Part.SHARES, Part.SELLS}
        or after.text in _PARTLY
        or plain.startswith("股份", after.start - 2)
    ):
        return True
    return before.text in ("在", "于", "对") and _HELD_IN.match(plain, after.start) is not None


def _is_partner(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a name is what stands behind 携手: 携手某某推出, 与某某联合打造."""
    if before.text in TEAMS_UP and (
        after.parts & {Part.COMMA, Part.STOP, Part.AND} or _MAKES.match(plain, after.start)
    ):
        return True
    return Part.AND in before and _MAKES.match(plain, after.start) is not None


def _is_invested_in(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a name is of whom a round is: 参与了某某的新一轮融资, 参投某某C轮融资."""
    joins = before.parts & {Part.LEADS} or before.text in ("参与", "参加", "加入")
    return bool(joins) and _ROUND_OF.match(plain, after.start) is not None
