"""Whom a Chinese text names: the catalogue's organisations, and others by where they stand.

    text -> mentions of the catalogue -> words that are part of no name -> the runs between them
         -> those that end as companies do, or stand where only a name stands -> names

Chinese sets no capitals and no spaces, so that a run is a name by its ending (集团, 有限公司), by
what follows it (a stock code, a short name in brackets, 公告) or by what it stands between
(收购 ... 51%股权, 股东 ... 计划减持).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from briefings.entities import Matcher
from briefings.ledger.chinese_words import Part, Word, read, words
from briefings.ledger.metrics import METRICS, SEGMENTS
from briefings.ledger.names import Name, known
from briefings.text.chinese import HAN
from briefings.text.names import folded

SHORTEST, LONGEST = 2, 36
"""Characters of a plain name."""

SHORT = 12
"""A name that has no company's ending is no longer than this."""

_ENDINGS: Final = words(
    """
    公司 集团 控股 银行 证券 基金 资本 信托 人寿 保险 实业 药业 企业 合伙企业 股份 国资 投资 投控
    置业 地产 事务所 中心 科技 研究院 法院 委员会 交易所
    """
)
_WEAK: Final = words("企业 科技 中心 投资 保险 股份 银行 基金 资本 证券 地产 置业 信托 法院 委员会")
"""Endings of common nouns too: they make a name of a short run only, or where one is expected."""

_DESCRIBED: Final = re.compile(
    f"[{HAN}a-z]*(?:公司|企业|平台|巨头|厂商|机构|制造商|服务商|运营商|运营主体|开发商|品牌|子公司)"
    f"(?=[{HAN}a-z]{{2}})(?!有限|股份|集团|控股|管理|发展|咨询|服务|基金)"
)
"""What a name is described by, written on to it: 电动汽车公司NEVS, 锂电池企业某某公司."""

_NOBODY: Final = words(
    """
    公司 上市公司 集团 企业 股份 控股 基金 银行 证券 保险 资本 投资 机构 外资 内资 散户 市场
    国家 政府 董事会 股东大会 监事会 投资者 双方 各方 多方 对方 资金 资产 项目 业务 产品 行业
    平台 互联网 媒体 记者 分析师 人士 网友 律师 专家 法院 公安 股权 股票 部分资产 资产包
    商业银行 社会资本 国有资本 民间资本 私募基金 公募基金 社保基金 国有企业 民营企业 中小企业
    金融机构 有限公司 股份公司 有限责任公司 股份有限公司 子公司 分公司 母公司 某公司 两公司
    多家公司 该基金 央行 中央银行 投资银行 合伙企业 私募股权 控股权 控制权 知识产权 风险投资
    战略投资 股权投资 对外投资 固定资产投资 外商投资 管理层 员工 用户 客户 消费者 创始团队
    小股东 中小股东 自然人 一级市场 二级市场 资本市场 数据 报告 财报 年报 季报 业绩 本次交易
    交易 收购完成 消息面 官方 官网 外界 业内 业内人士 有关 相关方 相关部门 监管部门 监管层 中国
    美国 日本 欧洲 香港 北京 上海 深圳 杭州 全球 海外 国际 游戏 电商 广告 支付 云计算 人工智能
    互联网公司 科技公司 科技企业 初创企业 初创公司 创业公司 上市 主营业务 主营 房地产 汽车
    新能源 限制性 其他股东 经营性资产 核心资产 剩余
    多家 一家 一家公司 多数股权 本期 报告期 报告期内 前三季度 上半年 下半年 全年 一季度 二季度
    三季度 四季度 第一季度 第二季度 第三季度 第四季度 公告 司法 前述 重组 本次 减持计划 回购方案
    上述 公开 核心管理人员 其他方 合作方 投资方 收购方 转让方 出让方 控股方 资管计划 信托计划
    每股 现金流 未来 昨天 会议 决议 市场监管 监管机构 第三方 全资 门店 当月 当年 当日 本月 原因
    提交 治理结构 便要 父子二人 兄弟 上述股份 标的 部分股份 时间 计划 规模 活动 情况 内容
    公司名称 国资 老股 新股 控股子公司 资产重组 重大资产 成员 团队 高层 部分业务 相关资产
    旗下资产 旗下业务
    """
)
_ALSO_ENDINGS: Final = words("公司 集团 股份 投资")
"""Words that say something else where no name stands right before them."""
_PARTLY: Final = words("的 部分 全部 少数 多数")
_SOFT: Final = frozenset("升增涨减降跌共欲花没若不未")
"""Single characters that say something of a figure, and stand in names as well."""
_LINKS: Final = words(
    "于 自 在 通过 从 已 合计 累计 再次 继续 完成 成功 分别 方面 目前 曾 复牌 先后 与 和 同"
)
"""Behind a name that opens a clause about a deal."""
_CODE: Final = re.compile(
    r"\((?:行情|股票代码|证券代码|代码|nasdaq|nyse|sh|sz|hk)?[:,]?\s?"
    r"(?:\d{3,6}|[a-z]{1,5})(?:\.[a-z]{1,2})?[,)]|\((?:以?下)?简?称|\(行情"
)
_SHARE_OF: Final = re.compile(r"(?:的|合计|约)?\s?[\d.]+%\s?的?(?:股权|股份|股票)")
_TERMS: Final = frozenset(word for term in (*METRICS, *SEGMENTS) for word in term.words)
_PLACED: Final = re.compile(f"\\((?:集团|有限合伙|普通合伙|控股|[{HAN}]{{2,4}})\\)(?=[{HAN}])")
_ENDED: Final = re.compile(r"(?:企业|中心|基金)\((?:有限合伙|普通合伙)\)")
_HAS_LETTER: Final = re.compile(f"[{HAN}a-z]")
_ODD: Final = re.compile(r"^(?:第.{1,3}[届次条款名]|[一二三四五六七八九十]+$|[^a-z]*[了着过们])")
_DEALS: Final = frozenset(
    {Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PLEDGES}
)
_OBJECT_OF: Final = _DEALS | {Part.SUES}
_ACTS: Final = _DEALS | {
    Part.ANNOUNCES, Part.INTENDS, Part.BUYS_BACK, Part.SUES, Part.PAYS, Part.TALKS, Part.DENIES,
    Part.CALLS_OFF, Part.BY, Part.DONE, Part.PARTNERS, Part.JOINS,
}  # fmt: skip
_AFTER_TITLE: Final = _ACTS | {Part.AND, Part.HOLDS, Part.TITLE, Part.PLAIN, Part.COMMA}


def chinese(matcher: Matcher, text: str) -> tuple[Name, ...]:
    """Return everybody a Chinese sentence names, in order, none overlapping."""
    names = list(known(matcher, text))
    plain = folded(text)
    for before, after in pairwise(list(_marks(plain, names))):
        if before.end < after.start:
            start, end = _trimmed(plain, before, after)
            if _is_name(plain, start, end, before, after):
                names.append(Name(start, end, None, text[start:end]))
    return tuple(sorted(names, key=lambda name: name.start))


def is_sure(name: Name) -> bool:
    """Tell whether a name is one wherever it stands: the catalogue's, or ending as companies do."""
    if name.organisation is not None:
        return True
    plain = folded(name.named)
    return _is_company(plain) and not plain.endswith("投资")  # 拿去投资 ends so as well


def _marks(plain: str, names: list[Name]) -> Iterator[Word]:
    """Yield what names end at, in order: words, mentions, and the ends of the text."""
    inner = {
        at
        for match in (*_PLACED.finditer(plain), *_ENDED.finditer(plain))
        for at in range(*match.span())
    }
    ends: frozenset[Part] = frozenset({Part.STOP})
    yield Word("", 0, 0, ends)
    waiting = list(reversed(names))
    found = read(plain)
    reached = 0
    for index, word in enumerate(found):
        while waiting and waiting[-1].end <= word.start:
            mention = waiting.pop()
            reached = mention.end
            yield Word("", mention.start, mention.end, frozenset())
        if waiting and word.end > waiting[-1].start:
            continue
        if word.start in inner or word.text in _SOFT or _is_ending(plain, found, index, reached):
            continue
        reached = word.end
        yield word
    for mention in reversed(waiting):
        yield Word("", mention.start, mention.end, frozenset())
    yield Word("", len(plain), len(plain), ends)


def _is_ending(plain: str, found: list[Word], index: int, reached: int) -> bool:
    """Tell whether a word is the end of the name before it: 某某集团, 国安投资, 宇晶股份."""
    word = found[index]
    run = word.start - reached
    if run < SHORTEST or word.text not in _ALSO_ENDINGS:
        return False
    if word.text in ("公司", "集团"):
        return True
    if word.text == "股份":
        return run <= 4 and plain[reached : word.start] not in _NOBODY
    # 某某投资计划减持, but 某某投资1亿元 and 某某投资另一家.
    after = plain[word.end : word.end + 1]
    following = found[index + 1] if index + 1 < len(found) else None
    next_to = not after or (following is not None and following.start == word.end)
    return run <= 6 and next_to and not after.isdigit()


def _trimmed(plain: str, before: Word, after: Word) -> tuple[int, int]:
    """Return the run between two marks without what is written on to a name."""
    start, end = before.end, after.start
    while start < end and not plain[start].isalnum() and plain[start] != "*":
        start += 1
    while start < end and not (plain[end - 1].isalnum() or plain[end - 1] in ".)"):
        end -= 1
    if before.text.isdigit():
        while start < end and plain[start] in "年月日":
            start += 1
    described = _DESCRIBED.match(plain, start, end)
    if described and Part.MARK not in before:
        start = described.end()
    if before.parts & _DEALS and plain.startswith("股份", end - 2) and end - start > 4:
        end -= 2
    return start, end


def _is_name(plain: str, start: int, end: int, before: Word, after: Word) -> bool:
    run = plain[start:end]
    if not SHORTEST <= len(run) <= LONGEST or run in _NOBODY or run in _TERMS:
        return False
    if (
        _ODD.match(run)
        or not _HAS_LETTER.search(run)
        or (Part.IT in before and before.end == start)
    ):
        return False
    if run.endswith(")") or _is_company(run):
        return True
    if after.text == "(" and _CODE.match(plain, after.start):
        return True
    if len(run) > SHORT:
        return False
    return _SHARE_OF.match(plain, end) is not None or _is_expected(before, after)


def _is_company(run: str) -> bool:
    """Tell whether a run ends as companies' names do."""
    if run.endswith(("(有限合伙)", "(普通合伙)")):
        return True
    for ending in _ENDINGS:
        if run.endswith(ending):
            stem = run.removesuffix(ending)
            strong = ending not in _WEAK or (len(stem) <= 4 and stem not in _NOBODY)
            return len(stem) >= SHORTEST and strong
    return False


def _is_expected(before: Word, after: Word) -> bool:
    """Tell whether a name is what stands between these words."""
    if Part.TITLE in before:
        return bool(after.parts & _AFTER_TITLE)
    if after.text in ("先生", "女士"):
        return True
    opens = before.parts & {Part.STOP, Part.COMMA} or before.text in ("】", ")", " ", "但", "而")
    if opens and (after.parts & _ACTS or after.text in _LINKS):
        return True
    if before.parts & _OBJECT_OF and (
        after.parts & {Part.SHARES, Part.HOLDS}
        or after.text.isdigit()
        or after.text in _PARTLY
        or after.parts & {Part.COMMA, Part.STOP}
    ):
        return True
    if before.parts & {Part.TO, Part.AND} and after.parts & (_ACTS | {Part.HOLDS, Part.RULES}):
        return True
    if before.parts & {Part.BY, Part.TAKES} and after.parts & (_DEALS | {Part.SHARES}):
        return True
    return Part.AND in after and bool((before.parts | after.parts) & _DEALS)
