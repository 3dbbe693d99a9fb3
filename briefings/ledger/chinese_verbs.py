"""Which verbs of deals tell of no deal: goods are bought, a pledge ends, something else falls."""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_parts import BUYING
from briefings.ledger.chinese_shares import is_optional
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, Word, words

_RELEASED: Final = re.compile(r"解除?$|已解$")
_HANDED_ON: Final = words("减至 降至 减持至 派发 分派")
_GIVEN_OUT: Final = words("派发 分派")
_CONTROL: Final = re.compile("控股权|控制权|股权|股份")
_SHOPS: Final = words("购买 购入 买入 买下 购得 拿下 取得 竞得 拍得")
_GOODS: Final = re.compile(
    "商品|产品|自营|会员|服务|门票|机票|车票|芯片|设备|广告|药|保险|套餐|版权|版号|地块|土地|大楼|大厦|写字楼"
    "|算力|gpu|显卡|订单|牌照|冠军|第一|名额|席位|流量|电影|游戏$|转播权|许可"
)
_SHOPPERS: Final = re.compile("用户|消费者|顾客|网友|游客|会员|玩家|市民|居民|股民|散户|投资者")
_MEANT_FOR: Final = re.compile("(?:用于|用以|用作|以便|偿还)(?:支付)?$")
"""Before a verb: it only says what money is for."""
_ALTOGETHER: Final = re.compile("(?:累计|历史|总计|合计|历轮|历次)(?:已|共|总)?$")
_PART_OF_IT: Final = re.compile("时|方(?![案式面正舟])")
"""Behind a verb: whose part in a deal somebody has, or when something else was so."""
_PERSONAL: Final = re.compile("个人名义|个人身份|自掏腰包|家族基金")
"""Before a verb: it is a person that acts, not the firm named with him."""
_ALL_YEAR: Final = re.compile("年内共?$")
_FLOATED: Final = re.compile("ipo|首次公开|招股|挂牌上市|公开发行|发行[^,;。]{0,20}(?:股|票据|债)")
_INVESTOR: Final = re.compile("投资者|投资人|投资方|股东|战投|入股|元[^,;]{0,4}(?:投资|注资)")


def is_other(view: View, verb: Word) -> bool:
    """Tell whether a verb is of what may be later, a pledge's release, or of another fall."""
    return (
        is_optional(view, verb.start)
        or _is_by_the_way(view, verb)
        or _is_no_purchase(view, verb)
        or _is_no_investment(view, verb)
        or _is_no_pledge(view, verb)
        or (verb.text in _HANDED_ON and _is_other_fall(view, verb))
    )


def _is_by_the_way(view: View, verb: Word) -> bool:
    """Tell whether a verb only says what money is for, whose part somebody has, or when.

    部分资金用于收购乙, 转让方为甲, 甲接手时, 在竞购中胜出, 某人以个人名义投资.
    """
    start, _ = view.clause(verb.start)
    return (
        _MEANT_FOR.search(view.text, 0, verb.start) is not None
        or _PERSONAL.search(view.text, start, verb.start) is not None
        or _PART_OF_IT.match(view.text, verb.end) is not None
        or (verb.text == "竞购" and view.text.startswith("中", verb.end))
    )


def _is_no_purchase(view: View, verb: Word) -> bool:
    """Tell whether goods are bought, or nothing that is held."""
    if verb.text in _SHOPS and _is_shopping(view, verb):
        return True
    _, end = view.clause(verb.start)
    return verb.text == "取得" and not _CONTROL.search(view.text, verb.end, end)


def _is_no_investment(view: View, verb: Word) -> bool:
    """Tell whether money is told of by the way, or is put into a firm founded together."""
    if verb.parts & {Part.INVESTS, Part.BUYS_SHARES} and any(
        name.start == verb.end + 1 and view.text.startswith("的", verb.end) for name in view.names
    ):
        return True  # 甲投资的乙: said by the way
    if Part.INVESTS not in verb:
        return False
    if _ALL_YEAR.search(view.text, 0, verb.start) or view.text.startswith("、", verb.end):
        return True  # 年内共投资1亿元; 阿里投资、丰巢网络
    if verb.text == "融资":
        start, _ = view.clause(verb.start)
        told = view.before(verb.start, Part.LEADS, start=start)  # 甲领投乙4亿元融资
        leads = told is not None and not view.text.startswith("的", told.end)
        return leads or _is_no_round(view, verb)
    if verb.text == "出资":
        _, end = view.clause(verb.start)
        founded = view.has(Part.FOUNDS, start=verb.end, end=end)
        return founded or view.has(Part.JOINS, end=verb.start)
    return verb.text.startswith("引") and not _INVESTOR.search(view.text, verb.end, verb.end + 24)


def _is_no_pledge(view: View, verb: Word) -> bool:
    return Part.PLEDGES in verb and bool(
        view.text.startswith(("式", "回购"), verb.end)
        or _RELEASED.search(view.text, max(0, verb.start - 4), verb.start)
    )


def _is_other_fall(view: View, verb: Word) -> bool:
    """Tell whether something else falls than a holding: 将所持甲股份减至2.3%, 收入降至5亿元."""
    start, end = view.clause(verb.start)
    if verb.text in _GIVEN_OUT and any(
        view.text.startswith(("股份", "股票", "股权"), name.end)
        for name in view.names
        if verb.end <= name.start < end
    ):
        return False
    return not (
        view.has(Part.TAKES, start=start, end=verb.start)
        and view.has(Part.SHARES, Part.HOLDS, start=start, end=verb.start)
    )


def _is_no_round(view: View, verb: Word) -> bool:
    """Tell whether money is raised from everybody, or told together for many rounds."""
    start, _ = view.clause(verb.start)
    ahead, _ = view.clause(max(0, start - 1))
    told_of_holders = view.has(Part.HOLDS, Part.OWNS, start=ahead, end=start)
    return (
        (_ALTOGETHER.search(view.text, 0, verb.start) is not None or told_of_holders)
        and not view.group(start, verb.start)
    ) or _FLOATED.search(view.text, 0, verb.end) is not None


def _is_shopping(view: View, verb: Word) -> bool:
    """Tell whether goods are bought, or whoever buys is no firm: 用户可在店内购买京东商品."""
    start, end = view.clause(verb.start)
    if _CONTROL.search(view.text, verb.end, end) or "%" in view.text[verb.end : end]:
        return False
    return (
        _GOODS.search(view.text, verb.end, end) is not None
        or _SHOPPERS.search(view.text, start, verb.start) is not None
    )


def is_means(view: View, verb: Word, following: list[tuple[Word, Part]]) -> bool:
    """Tell whether 出资 only says with what something is bought, in its clause or the next."""
    return any(
        part in BUYING | {Part.LEADS, Part.BUYS_BACK}
        and view.number(word.start) - view.number(verb.start) <= (Part.PAYS in verb)
        for word, part in following
    )
