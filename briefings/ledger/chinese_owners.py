"""Whom a Chinese sentence names only to describe another: owners, backers, rivals.

text, names -> 甲投资的乙, 被甲收购的乙, 持有甲股份的乙, 甲系乙, 甲竞争对手乙 -> spans
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from briefings.ledger.chinese_name_words import described
from briefings.ledger.names import Name

_PUT_IN: Final = (
    "投资|参投|跟投|出资|合资|创办|创立|参股|控股|持股|占股|入股|支持|扶持|孵化|看中|看好|青睐|领投"
    "|注资|加持"
)
_TAKEN_IN: Final = "全资收购|收购|并购|买下|拿下|私有化"
_BACKED: Final = re.compile(
    "(?:集团|创投|资本|战投|等|系)?(?P<more>[、与和及][^,;。的、与和及]{2,8}?)?(?:已|曾|战略|独家|间接|直接|联合|共同|重仓|早期|全资|最早|早前)*"
    rf"(?:(?P<put>{_PUT_IN})|{_TAKEN_IN})(?:成立|设立|组建)?(?:了|过)?(?:[约近超逾]?[\d.]+%)?的"
)
"""Behind an owner: 甲投资的, 甲持股38%的."""
_OF_THE_DEAL: Final = re.compile(
    r"[\d约近逾超这该此那本上最首第每其总]|新(?:一轮|的|股|增)|[a-h]\d?\+?轮|天使轮|种子轮|是|为|比例|股份|股权|股票|份额|金额|数额|数量"
    r"|消息|传闻|传言|报道|说法|旧闻|新闻|计划|意向|可能|事宜|交易|谈判|协议|方式|对价|代价|价格|价|资金|融资|要约"
    r"|财团|原因|目的|过程|结果|影响|方案|提议|建议|机会|款项|部分|全部|剩余|其余|多数|少数|信息|情况|公告|时候|时间|前提|条件"
    r"|基础|背景|重点|逻辑|方向|领域|热情|力度|步伐|脚步|规模|总额|估值|独家|独立|一|两|三|多|不|同时|后|前"
    r"|[一-鿿]{0,4}(?:现金|股票|支付|审批|批准|资产|权益|业务)"
)
"""Behind 甲投资的: no other organisation follows, but something of the deal."""
_PASSIVE: Final = re.compile(
    "(?:曾经?|已经?|早前|此前|刚刚?|均|同样|早已)*(?:被|获得?|由|受到?|得到|拿到)了?$"
)
"""Before an owner: 曾被甲看中的."""
_HOLDING: Final = re.compile(
    "(?:仍|还)?(?:持有|拥有|握有|手握|控股|参股)(?:了|过)?$"
    "|(?:曾经?|已|此前|早前|刚刚?)(?:持有|拥有|控股|参股|入股|投资|收购|领投)(?:了|过)?$"
)
"""Before whom another holds: 持有甲股份的乙."""
_HELD: Final = re.compile(
    r"(?:集团|公司)?(?:[约近超逾]?[\d.]+%)?的?(?:股份|股权|股票|权益|流通股)?(?<!的)的"
)
_OF_HIS: Final = re.compile("系(?:的|企业|公司)?")
_RIVAL: Final = re.compile(
    "(?:集团)?的?(?:最大|主要|老|长期|强劲)*(?:竞争对手|对手|劲敌|竞品|宿敌)(?!合作|竞争)"
)
_OF_HIM: Final = re.compile(
    "(?:集团)?的?(?:最大|主要|老|长期|重要)*(?:客户|供应商|合作方|前高管|前总裁|前员工|前?创始人(?:创办|创立)的)"
)
_LISTED: Final = re.compile("[、和与及]|以及")
_TOGETHER: Final = re.compile(
    "[^,;。与和]*(?:合作|签|联手|协议|合资|结盟|合并|达成|之间|诉讼|竞争|谈判)"
)
"""Behind 甲与乙投资的丙."""
_STARTS: Final = re.compile(
    "(?:^|[,;:。!?、和与同跟向对从了将把]|收购|入股|投资|出售|买下|并购|则|而|但)$"
)
"""What whoever is described may stand behind."""
_HOLDS: Final = "控股"


@dataclass(frozen=True, slots=True)
class Described:
    """What stands at [start:end] describes another; `named`: whom, is known."""

    start: int
    end: int
    named: bool


def described_by(text: str, names: Sequence[Name]) -> Iterator[Described]:
    """Yield where names stand for another's sake: 甲投资的乙收购丙, 曾被甲看中的乙获丙投资.

    Whoever is named there is no party of what the sentence tells. Where whom it describes is
    nobody that the rules know (甲投资的公司), nothing of its clause is certain.
    """
    starts = {name.start for name in names}
    ends = {name.end for name in names}
    for at, name in enumerate(names):
        if name.regulator:
            continue
        for one in _one(text, name, starts):
            yield Described(_from(text, names, at, ends), one.end, one.named)
            break


def _one(text: str, name: Name, starts: set[int]) -> Iterator[Described]:
    """Yield what a name describes another by, up to its end."""
    backed = _BACKED.match(text, name.end)
    if backed is None and text.endswith(_HOLDS, name.start, name.end):
        backed = _BACKED.match(text, name.end - len(_HOLDS))
    if backed is not None and backed["more"]:
        apart = text[: name.start].endswith("的") or _TOGETHER.match(text, backed.end())
        backed = None if apart else backed
    if backed is not None:
        known = _begins(text, backed.end(), starts)
        if known or (backed["put"] and not _OF_THE_DEAL.match(text, backed.end())):
            yield Described(name.start, backed.end(), known)
    held = _HELD.match(text, name.end)
    holding = _HOLDING.search(text, max(0, name.start - 8), name.start)
    if held and holding and _STARTS.search(text, 0, holding.start()):
        known = _begins(text, held.end(), starts)
        if known:
            yield Described(holding.start(), held.end(), known)
    of_his = _OF_HIS.match(text, name.end - text.endswith("系", name.start, name.end))
    if of_his and of_his.end() in starts:
        yield Described(name.start, of_his.end(), True)
    rival = _RIVAL.match(text, name.end)
    if rival:
        yield Described(name.start, rival.end(), _begins(text, rival.end(), starts))
    of_him = _OF_HIM.match(text, name.end)
    if of_him and of_him.end() in starts:
        yield Described(name.start, of_him.end(), True)


def _begins(text: str, at: int, starts: set[int]) -> bool:
    """Tell whether a name begins at `at`, or behind what it is described by."""
    return at in starts or described(text, at) in starts or _begins_abroad(text, at, starts)


def _begins_abroad(text: str, at: int, starts: set[int]) -> bool:
    """Tell whether a name follows a country or a trade in a few characters: 新加坡某某."""
    near = min((start for start in starts if start >= at), default=-1)
    return (
        0 <= near - at <= 5
        and re.fullmatch("[一-鿿]+", text[at:near]) is not None
        and (not _OF_THE_DEAL.match(text, at))
    )


def _from(text: str, names: Sequence[Name], at: int, ends: set[int]) -> int:
    """Return where the description begins: with those listed before, and 获, 被 before them."""
    first = at
    while first and _LISTED.fullmatch(text, names[first - 1].end, names[first].start):
        if _TOGETHER.match(text, names[at].end) or text[: names[first - 1].start].endswith("的"):
            break  # 甲与乙投资的丙达成合作: it is 甲 and 丙 that do
        first -= 1
    passive = _PASSIVE.search(text, max(0, names[first].start - 8), names[first].start)
    if passive and passive.start() not in ends and _STARTS.search(text, 0, passive.start()):
        return passive.start()
    holding = _HOLDING.search(text, max(0, names[at].start - 8), names[at].start)
    if holding and _STARTS.search(text, 0, holding.start()):
        return holding.start()
    return names[first].start
