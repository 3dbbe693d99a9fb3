"""Which verbs of deals tell of no deal: goods are bought, a pledge ends, something else falls."""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_parts import BUYING
from briefings.ledger.chinese_sums import is_optional
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
_INVESTOR: Final = re.compile("投资者|投资人|投资方|股东|战投|入股|元[^,;]{0,4}(?:投资|注资)")


def is_other(view: View, verb: Word) -> bool:
    """Tell whether a verb is of what may be later, a pledge's release, or of another fall."""
    if is_optional(view, verb.start):
        return True
    if verb.text in _SHOPS and _is_shopping(view, verb):
        return True
    if verb.text == "取得" and not _CONTROL.search(view.text, verb.end, view.clause(verb.start)[1]):
        return True
    if Part.INVESTS in verb and view.text.startswith("、", verb.end):
        return True  # 阿里投资、丰巢网络
    if verb.text == "出资" and view.has(
        Part.JOINS, start=view.clauses[max(0, view.number(verb.start) - 1)][0], end=verb.start
    ):
        return True  # what it puts into a joint venture
    if verb.text.startswith("引") and not _INVESTOR.search(view.text, verb.end, verb.end + 24):
        return True
    if Part.PLEDGES in verb:
        return bool(
            view.text.startswith(("式", "回购"), verb.end)
            or _RELEASED.search(view.text, max(0, verb.start - 4), verb.start)
        )
    if verb.text in _HANDED_ON:
        # 将所持京东股份减至2.3%, but 收入降至5亿元.
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
    return False


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
