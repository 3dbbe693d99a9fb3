"""Which figures of a Chinese sentence are of something else than an organisation's business.

View, metric -> a deal's price or outcome, the value of what is dealt in, a whole trade's figure
"""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import Part, words
from briefings.ledger.metrics import Word, metrics, segments

_DEALS: Final = (
    Part.BUYS, Part.BUYS_SHARES, Part.BUYS_BACK, Part.SELLS, Part.PLEDGES, Part.PASSES,
)  # fmt: skip
_ALSO_FALLS: Final = words("减至 降至 处置")
"""What is done to a holding, and what a figure does: 员工数降至20万人."""
_PRICES: Final = words("交易额 交易总额 总交易额 成交额 成交总额")
_OUTCOMES: Final = words("亏损 净亏损 利润 盈利 净收益 收入 净利")
_WORTH: Final = frozenset(["valuation", "market value"])
_OF_THAT_DEAL: Final = re.compile(
    "(?:但|而|且|并|该|此|这|本次|整个|整|总|笔|次|最终|的|预计|约)*$"
)
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_PLAIN_LEAD: Final = re.compile(
    r"(?:其中,?|上市|财年|年度|季度|而|但|同时|此外|另外|期内|报告期|当季|季内|当期|本[季期年月]|当[年日月天]|全年|[上下]半年|季度?|财年|年度|年|月|日|截[至止]|目前"
    r"|归母|止|双(?:11|12|十[一二])|618|第?[一二三四首次末本上]个?财季|财季|共有|有|移动端?|全天|给出|指引|预期"
    r"|长远|能|定下|定|招聘|招募|招|引入|引进|吸引|发展|新开|开设|开|带来|带动|创造|年内|年底|每天|每日|企业|即时|宣布|公布"
    r"|披露|发布|收到|提出|立下|设下|设|做到|做|完成|冲击|冲刺|维持|达|拓展|扩展|扩大|覆盖|是|为|度|本|餐饮|中小|月|日|周"
    r"|晚|财报|业绩|季报|年报|报告|称|表示|透露|显示|控股|股份有限|有限"
    r"|平台|公司|集团|体系|系统|过去[一二三四五六七八九十\d]+个?[年月季]度?|这一?个?(?=财|季|年)|其|该|全球|全国|总|净|均|活跃|付费|注册|每|累计|新增|来自|于|的|在|使|令|让|把|将|对|实现|录得|取得|达成|创下|拥有|坐拥|服务"
    r"|已|也|还|均|都|则|并|且|和|与|及|、|以及|同比|环比|按年|按季|同期|第|前|首|末|次|[一二三四五六七八九十两]|[\d.,%]+|q[1-4]|h[12]"
    r"|要|到|至|达到?|突破|超过?|预计|有望|力争|争取|目标|计划|希望|打算|未来|今|明|去|上|之?后|之?前|底|初|末|内|间|春节|期间|单|高峰|峰值"
    r"|业务|板块|分部|服务|产品|会员|增值|及其|其他|相关|核心|整体|综合|合并|线上|线下|自营|新|老|数字|商业|平均|人均|日均|月均|旗下|店铺"
    r"|\(|\)|“|”|\"|'|:|\s|non-?|gaap|ifrs|归属于?|母|股东|上市|经调整|调整后|扣非|非|国际|财务报告|会计|准则|通用|公认|口径|下|不计|剔除|约|近|逾|过|亿|万|元|美|港|人民币|名|家|户|个|人|位|条|笔)*+"
)
"""What may stand before a metric whose organisation stands a clause before.

Nothing that was matched is tried in another way, so that no text can make it slow; where one word
begins another, the longer one stands first.
"""
_ESTIMATE: Final = re.compile(
    "(?<![及超出于合])(?:市场|业界|外界)(?:原先|此前|原本|普遍|一致)?(?:估计|料|预期|预测|估算)"
    "|(?:高盛|大摩|小摩|花旗|瑞银|里昂|野村|中金|美银|汇丰|巴克莱|杰富瑞|摩根大通|摩根士丹利|大和|招银|海通|国君|机构|券商)"
    "[^,;。]{0,10}(?:料|予|预计|预期|预测|估计|估算|报告|认为)"
)
"""Figures behind it are thought so by others."""
_SHARED: Final = re.compile("(?:分享|应占|摊占|分占)[^,;。]{0,8}$")
"""Before a metric: a part of another's."""
_NO_NEWS: Final = re.compile("目标价|外媒估算|cnnic|网民")
"""A sentence with such a word gives figures of brokers, or of a whole people."""
_YEAR_BEFORE: Final = re.compile(
    "(?:去年|上年|上一年|前年|一年前)(?:的)?同期"
    "|(?:而|对比|相比)(?:在|于)?(?:[上前]一?个?(?:财政?年度?|年度?|财年|季度?|财季)|去年|一年前)(?=[则为是仍还净亏盈利有])"
)
"""Before a metric: what has been reached is measured by it, 而上一财年为亏损2亿元."""
_WHOLE_TRADE: Final = re.compile(
    "(?:全网|全行业|整个行业|行业|业界|全市场|各平台|全国[^,;。]{0,4}(?:行业|市场)|市场规模)[^,;。、和]{0,8}$"
)
"""Before a metric: it is of all who are in the trade."""


def is_anothers(view: View, word: Word) -> bool:
    """Tell whether a metric's figure is a deal's, what something adds to it, or a whole trade's."""
    start, end = view.clause(word.start)
    if any(one.text not in _ALSO_FALLS for one in view.having(*_DEALS, start=start, end=end)):
        return True
    if _WHOLE_TRADE.search(view.text, start, word.start) or _is_thought(view, word):
        return True
    if _YEAR_BEFORE.search(view.text, start, word.start):
        return True
    if view.has(Part.RISES, Part.FALLS, start=start, end=word.start) and not view.has(
        Part.COMMA, start=start, end=word.start
    ):
        return True
    return _is_of_a_deal(view, word, start, end)


def _is_thought(view: View, word: Word) -> bool:
    """Tell whether somebody else thinks so: 花旗预计, 市场原先估计."""
    return (
        _ESTIMATE.search(view.text, 0, word.start) is not None
        or _NO_NEWS.search(view.text) is not None
        or _SHARED.search(view.text, view.clause(word.start)[0], word.start) is not None
    )


def _is_of_a_deal(view: View, word: Word, start: int, end: int) -> bool:
    """Tell whether a figure behind a deal is its price, its outcome or the worth of its target."""
    text = view.text[word.start : word.end]
    if word.term.name in _WORTH:
        return _is_worth_of_another(view, word, start)
    if not view.has(*_DEALS, end=start):
        return False
    if text in _PRICES:
        return _OF_THAT_DEAL.fullmatch(view.text, start, word.start) is not None
    if text in _OUTCOMES and view.has(Part.SELLS, end=start):
        return not any(start <= one.start < end for one in view.sentence.moments)
    return False


def _is_worth_of_another(view: View, word: Word, start: int) -> bool:
    """Tell whether it is open whose worth is told: 甲领投乙的融资, 估值25亿美元."""
    own = [name for name in view.names if start <= name.start < word.start]
    named = {name.key for name in view.names if name.start < word.start}
    if len(own) == 1 and not view.has(Part.TO, start=start, end=word.start):
        return view.text.startswith(("投资", "领投", "入股"), own[0].end)
    return len(named) > 1 and view.has(
        *_DEALS, Part.INVESTS, Part.LEADS, Part.HOLDS, Part.OWNS, end=word.start
    )


def is_plain_lead(view: View, start: int, end: int) -> bool:
    """Tell whether nothing before a metric in its clause may be somebody the rules do not know."""
    if any(start <= name.start < end for name in view.names):
        return False
    return is_plain(view, start, end)


def is_plain(view: View, start: int, end: int) -> bool:
    """Tell whether [start:end] says only when, how much, and of which part of a business.

    True for 第三季度净 and for 去年营收810亿元,; not for 韩国, 小程序 or a name nobody knows.
    """
    spans = [(one.start, one.end) for one in view.sentence.moments]
    spans += [(one.start, one.end) for one in view.sentence.figures]
    rest = list(view.text[start:end])
    for first, last in spans:
        for at in range(max(first, start), min(last, end)):
            rest[at - start] = " "
    left = _BRACKETS.sub("", "".join(rest)).replace("中国零售市场", "")
    for table in (metrics, segments):
        for word in reversed(table.find(left)):
            left = left[: word.start] + left[word.end :]
    return _PLAIN_LEAD.fullmatch(left) is not None
