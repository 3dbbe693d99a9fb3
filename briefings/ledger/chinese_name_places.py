"""Where nothing but a name stands in a Chinese sentence, between which words."""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_words import TEAMS_UP, Part, Word, words

_PARTLY: Final = words("的 部分 全部 少数 多数 所有")
_WRONGS: Final = words("非法 侵权 侵犯 违反 违规 违法 抄袭 擅自 滥用 不正当竞争 涉嫌 合并 未经")
"""Behind a name whom the law concerns."""
_FOUNDING: Final = words("""成立 设立 组建 合并 共建 在 就 建立 结成 结为 缔结 展开 开展 加强
    深化 扩大 推进 共同 签下 探索 布局 围绕 携手 达成""")
"""Behind a name with which somebody does something."""
LINKS: Final = words(
    """
    向 于 自 在 通过 从 已 合计 累计 再次 继续 完成 成功 分别 方面 目前 曾 复牌 先后 与 和 同 还 也
    又 就 成为 正式 全部 悉数 尽数 突然 终于 首次 陆续 随后 接入
    """
)
"""Behind a name that opens a clause about a deal."""
_MAKES: Final = re.compile(
    "推出|打造|发布|共建|共同|联合|开发|研发|开设|开启|上线|举办|布局|探索|启动|推进|建设|为|在|合作|签|建立|结|缔|展|扩大|深化|加强|恢复|达成|就|围绕|共组|合组|组|成立|设立|合资|合营|保持"
)
"""What those who team up do."""
_BACKED: Final = re.compile(
    r"(?:投资|参股|控股|持股|入股|支持|扶持|孵化|看中|看好|青睐|领投|注资)(?:了|过)?(?:[约近超逾]?[\d.]+%)?的$"
)
"""Before a name: who backs it."""
_ROUND_OF: Final = re.compile(r"的?(?:[^,;。]{0,14})融资|的?[一-鿿]{0,3}轮|的?\d[^,;。]{0,12}融资")
"""Behind a name: a round of it is told."""
_NAMED_ROUND: Final = re.compile(
    r"的?(?:(?:最新|新|首|此|本|上)一?轮|[a-h]\d?\+?轮|pre-[a-d]\+?轮|天使轮|种子轮|战略轮|\d[\d.]*[万亿]+[美港欧]?元)"
    r"[^,;。]{0,8}融资"
)
"""Behind a name that opens a clause: a round of it follows."""
_DATED_ACT: Final = re.compile(
    r"(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:曾|拟|将|已|又|再|以|斥资|出资|\d|(?=取得|拿下|认购|买入|买下|购入|入股|收购))[^,;。]{0,14}(?:收购|入股|投资|领投|出售|减持|取得|拿下|认购|增持|买入|买下|购入)"
)
"""Behind a name that opens a clause: when it did so."""
_TOGETHER: Final = re.compile("的(?:合资|合营|合作|收购|并购|入股|投资|谈判|联盟|交易|洽谈)")
"""Behind 甲与乙: what the two have or do."""
_ITS: Final = re.compile(
    "的(?:第.?大|单一|主要|最大|重要|战略|长期|官方|独家|全球|首个)*"
    "(?:股东|合作伙伴|伙伴|(?:全资|控股)?(?:子公司|附属公司))"
)
"""Behind a name: what another becomes to it."""
OPENINGS: Final = re.compile(
    r"(?:^|(?<=[,;。!?:]))(?:截[至止][^,;。]{2,14}?[日月底末年度],?)?"
    r"(?:(?:20)?\d\d(?:财年?)?年?|去年|今年|本|上|该)?"
    r"(?:第?[一二三四]季度?|[上下]半年|全年|前三季度|季度?|财年|\d{1,2}月份?)?(?:\d{1,2}日)?,?(?:期内|同期|其中,?)?"
)
"""What a clause about a figure begins with, before the name."""
FIGURES: Final = re.compile(
    "(?:集团|网络|平台)?(?:的|在[^,;。]{2,10}的?)?[^,;。被]{0,12}?"
    "(?:营收|收入|利润|盈利|亏损|用户|月活|日活|订单|单量|包裹|成交额|交易额|员工|商家|门店|市场份额|骑手|会员|网点|gmv)"
    r"[^,;。]{0,14}?[\d一二三四五六七八九十百]"
    r"|(?:集团|网络|平台)?(?:已|共|现|目前|累计|实现|录得|拥有)+[^,;。]{0,8}?\d[\d.]*[万亿]"
)
"""Behind a name: a figure of it is told."""
_REST: Final = words("全部 部分 剩余 余下 其余 少量 大量 所有")
_HELD_IN: Final = re.compile(r"(?:的|剩余|余下|其余|所|中)*(?:持股|占股|股权|股份|\d[\d.]*%的?股)")
_OWN: Final = re.compile("所持|其|持有|旗下|手中")
_DEAL_WITH_SUM: Final = re.compile(
    r"(?:\d[\d.,]*[百千万亿]{0,3}(?:美元|港元|欧元|英镑|元)?)?的?(?:全资|要约)?"
    r"(?:收购|并购|投资|注资|私有化)"
)
DEALS: Final = frozenset(
    {Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PLEDGES}
)
_OBJECT_OF: Final = DEALS | {Part.SUES, Part.PASSES}
ACTS: Final = DEALS | {
    Part.ANNOUNCES, Part.INTENDS, Part.BUYS_BACK, Part.SUES, Part.PAYS, Part.TALKS, Part.DENIES,
    Part.CALLS_OFF, Part.BY, Part.DONE, Part.PARTNERS, Part.JOINS, Part.FOUNDS,
    Part.PASSES, Part.OWNS,
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
        or _is_backed(plain, before, after)
        or _is_held(plain, before, after)
        or (Part.AND in after and bool((before.parts | after.parts) & DEALS))
    )


def _acts(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a clause begins with whoever acts: 某某宣布, 某某将所持."""
    opens = before.parts & {Part.STOP, Part.COMMA} or before.text in ("】", ")", " ", "但", "而")
    return bool(opens) and (
        bool(after.parts & ACTS)
        or after.text in LINKS
        or _NAMED_ROUND.match(plain, after.start) is not None
        or _DATED_ACT.match(plain, after.start) is not None
        or (Part.TAKES in after and _OWN.match(plain, after.end) is not None)
    )


def _is_acted_on(before: Word, after: Word) -> bool:
    """Tell whether a name is whom a verb before it is done to: 收购某某60%股权, 约谈某某."""
    if Part.RULES in before and after.parts & {Part.COMMA, Part.STOP}:
        return True
    if Part.PASSES in before:
        return True
    return bool(before.parts & _OBJECT_OF) and (
        bool(
            after.parts
            & {
                Part.SHARES,
                Part.HOLDS,
                Part.COMMA,
                Part.STOP,
                Part.CALLS_OFF,
                Part.UNTOLD,
                Part.DENIES,
                Part.RUMOURS,
                Part.DONE,
            }
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
    if Part.AND in before and _TOGETHER.match(plain, after.start):
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
    if before.text == "成为" and (after.text.endswith("伙伴") or after.text.endswith("公司")):
        return True
    if before.text in ("成为", "是", "为") and _ITS.match(plain, after.start):
        return True
    if before.text in _REST and Part.SHARES in after:
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


def _is_backed(plain: str, before: Word, after: Word) -> bool:
    """Tell whether a name is of whom somebody has put money into: 甲投资的某某与乙."""
    if before.text != "的" or _BACKED.search(plain, max(0, before.end - 12), before.end) is None:
        return False
    return after.text in LINKS or bool(
        after.parts & (ACTS | {Part.AND, Part.TAKES, Part.PAYS, Part.COMMA, Part.STOP})
    )
