"""The vocabulary of figures: which words name a metric, and which part of a business it is of.

    text -> folded, one character for one -> every word of the tables in it (Aho-Corasick)
         -> whole words -> leftmost, then longest

One term stands for all its words in both languages, so that reports meet: "registered users" and
注册用户 are both `users`. A longer word wins: "monthly active users" is not `users`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick

from briefings.text.names import folded


class Measure(StrEnum):
    """What a metric's figure is."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    """A part of a whole, in percent."""


@dataclass(frozen=True, slots=True)
class Term:
    """A metric or a segment: its name in facts, and the words that say it."""

    name: str
    words: tuple[str, ...]
    measure: Measure = Measure.COUNT


@dataclass(frozen=True, slots=True)
class Word:
    """A term found in a text, at [start:end]."""

    term: Term
    start: int
    end: int


def _term(name: str, measure: Measure, english: str, chinese: str) -> Term:
    words = (*(word.strip() for word in english.split(",")), *chinese.split())
    return Term(name, tuple(word for word in words if word), measure)


_MONEY, _COUNT, _SHARE = Measure.MONEY, Measure.COUNT, Measure.SHARE

METRICS = (
    # --- people and accounts ---
    _term(
        "users",
        _COUNT,
        "users, user, registered users, registered accounts, user base, user accounts",
        "用户 用户数 用户数量 用户规模 用户总数 总用户数 注册用户 注册用户数 累计用户 注册账户"
        " 注册账号",
    ),
    _term(
        "monthly active users",
        _COUNT,
        "monthly active users, monthly active user accounts, monthly active accounts, MAU, MAUs,"
        " monthly actives, monthly users, active users a month, active users per month",
        "月活 月活跃用户 月活跃用户数 月活用户 月活用户数 月活跃账户 月活跃账户数 月活跃账号"
        " 月活账户 月活账户数 月活账号 月均活跃用户 月度活跃用户 月度活跃用户数 月活数 月活量",
    ),
    _term(
        "daily active users",
        _COUNT,
        "daily active users, daily active user accounts, daily active accounts, DAU, DAUs,"
        " daily actives, daily users, active users a day, active users per day",
        "日活 日活跃用户 日活跃用户数 日活用户 日活用户数 日活跃账户 日活跃账户数 日均活跃用户"
        " 日均活跃用户数 日活数 日活量",
    ),
    _term(
        "annual active consumers",
        _COUNT,
        "annual active consumers, annual active customers, annual active users, active consumers",
        "年度活跃消费者 年活跃消费者 年度活跃用户 年活跃用户 活跃消费者",
    ),
    _term(
        "active buyers",
        _COUNT,
        "active buyers, annual active buyers",
        "活跃买家 年度活跃买家 年活跃买家 活跃买家数 年活跃买家数 年度活跃买家数 活跃购买用户"
        " 活跃购买用户数 年度活跃购买用户 年度活跃购买用户数 年活跃购买用户 年活跃购买用户数",
    ),
    _term("active users", _COUNT, "active users, active accounts", "活跃用户 活跃账户 活跃用户数"),
    _term(
        "paying users",
        _COUNT,
        "paying users, paying subscribers, paid subscribers, subscribers, paying members,"
        " paid members, subscriptions",
        "付费用户 付费用户数 付费会员 付费会员数 订阅用户 付费账户 收费增值服务账户 订阅会员",
    ),
    _term("members", _COUNT, "members", "会员 会员数 会员人数"),
    _term(
        "customers",
        _COUNT,
        "customers, clients, consumers, shoppers",
        "客户 客户数 消费者 顾客",
    ),
    _term(
        "merchants",
        _COUNT,
        "merchants, sellers, vendors, third-party sellers, brands",
        "商家 商户 卖家 品牌商家 入驻商家 商家数",
    ),
    _term(
        "creators",
        _COUNT,
        "creators, influencers",
        "创作者 达人 博主 主播 内容创作者 up主 活跃up主",
    ),
    _term("developers", _COUNT, "developers", "开发者"),
    _term(
        "employees",
        _COUNT,
        "employees, staff, workers, headcount, workforce",
        "员工 员工数 员工总数 员工人数 雇员 雇员人数 雇员总数 职工 职工总数",
    ),
    _term(
        "couriers",
        _COUNT,
        "couriers, delivery riders, riders, registered riders",
        "骑手 骑手数量 骑手人数 外卖员 配送员",
    ),
    _term("jobs", _COUNT, "jobs, job cuts, positions", "岗位 职位 就业岗位"),
    # --- business done ---
    _term(
        "orders",
        _COUNT,
        "orders, daily orders",
        "订单 订单数 订单量 日订单量 单量 日均订单 日均订单量",
    ),
    _term("transactions", _COUNT, "transactions, payments made", "交易笔数 支付笔数 交易量"),
    _term("parcels", _COUNT, "parcels, packages", "包裹 包裹量 快递 快递件量 件量"),
    _term("stores", _COUNT, "stores, shops, outlets", "门店 门店数 门店数量 门店总数 店铺 网点"),
    _term("downloads", _COUNT, "downloads, installs", "下载量 下载次数 安装量"),
    _term("visits", _COUNT, "visits, page views, pageviews", "访问量 浏览量 播放量"),
    _term(
        "units sold",
        _COUNT,
        "units sold, shipments, deliveries, vehicles delivered",
        "销量 出货量 交付量 出货 交付 交付新车 新车交付 新车交付量",
    ),
    _term(
        "gross merchandise value",
        _MONEY,
        "gross merchandise value, gross merchandise volume, GMV, merchandise volume,"
        " transaction volume, transaction value",
        "商品交易总额 商品成交总额 成交总额 成交额 交易额 交易总额 总交易额 商品交易额",
    ),
    # --- money ---
    _term(
        "revenue",
        _MONEY,
        "revenue, revenues, sales, net sales, total revenue, total revenues, turnover, net revenue,"
        " net revenues",
        "营收 总营收 收入 总收入 营业收入 营业总收入 主营业务收入 净收入 销售额 销售收入 营业额",
    ),
    _term(
        "net profit",
        _MONEY,
        "net profit, net profits, profit, profits, net income, net earnings, earnings, profit"
        " attributable, net income attributable",
        "净利润 净利 利润 归母净利润 归母净利 纯利 盈利 净收益 归属于上市公司股东的净利润"
        " 归属于母公司股东的净利润 归属母公司净利润 净溢利",
    ),
    _term(
        "adjusted net profit",
        _MONEY,
        "adjusted net profit, adjusted profit, adjusted net income, non-GAAP net income,"
        " non-GAAP net profit, non-IFRS profit, non-IFRS net profit, underlying profit",
        "经调整净利润 调整后净利润 经调整净利 经调整利润 非公认会计准则净利润 非通用会计准则净利润"
        " 非国际准则净利 非国际准则净利润 非国际财务报告准则净利润 非国际财务报告准则利润"
        " 扣非净利润 扣非后净利润 扣除非经常性损益的净利润 扣除非经常性损益后的净利润",
    ),
    _term(
        "net loss",
        _MONEY,
        "net loss, net losses, loss, losses",
        "净亏损 亏损 净亏 亏损额 归母净亏损 归母净亏",
    ),
    _term(
        "adjusted net loss",
        _MONEY,
        "adjusted net loss",
        "经调整净亏损 调整后净亏损 经调整亏损 经调整净亏",
    ),
    _term(
        "operating profit",
        _MONEY,
        "operating profit, operating income, operating profits, income from operations",
        "经营利润 营业利润 经营盈利 运营利润",
    ),
    _term(
        "operating loss",
        _MONEY,
        "operating loss, operating losses, loss from operations",
        "经营亏损 营业亏损 运营亏损",
    ),
    _term("gross profit", _MONEY, "gross profit, gross income", "毛利 毛利润"),
    _term(
        "ebitda",
        _MONEY,
        "EBITDA, adjusted EBITDA",
        "经调整EBITDA",
    ),
    _term("ebita", _MONEY, "EBITA, adjusted EBITA", "经调整EBITA 经调整息税摊销前利润"),
    _term("cash flow", _MONEY, "free cash flow, cash flow", "自由现金流 现金流 现金流量净额"),
    _term(
        "capital expenditure",
        _MONEY,
        "capital expenditure, capital expenditures, capital spending, capex",
        "资本开支 资本支出",
    ),
    _term(
        "research spending",
        _MONEY,
        "research and development spending, R&D spending, R&D expenses, research spending",
        "研发投入 研发费用 研发支出 研发开支",
    ),
    _term("assets", _MONEY, "total assets, assets under management", "总资产 资产管理规模"),
    _term(
        "market value",
        _MONEY,
        "market value, market capitalisation, market capitalization, market cap",
        "市值 总市值",
    ),
    _term("valuation", _MONEY, "valuation, valued at, valuing", "估值"),
    # --- parts of a whole ---
    _term(
        "market share", _SHARE, "market share, share of the market", "市场份额 市占率 占有率 市占"
    ),
    _term("gross margin", _SHARE, "gross margin, gross profit margin", "毛利率"),
    _term("net margin", _SHARE, "net margin, profit margin, net profit margin", "净利率 净利润率"),
)
"""The metrics of claims and facts; `Claim.metric` is the name of one."""

SEGMENTS = (
    _term(
        "advertising",
        _MONEY,
        "advertising, ad, ads, adverts, marketing services, online marketing",
        "广告 网络广告 在线广告 广告业务 营销服务 网络营销 在线营销",
    ),
    _term(
        "cloud",
        _MONEY,
        "cloud, cloud computing, cloud intelligence, cloud services",
        "云 云计算 云业务 云服务 云智能 智能云",
    ),
    _term(
        "games",
        _MONEY,
        "games, gaming, game, video games, online games, mobile games",
        "游戏 网络游戏 手游 手机游戏 在线游戏 网游",
    ),
    _term("international", _MONEY, "international, overseas, abroad", "国际 海外 境外 国际业务"),
    _term("domestic", _MONEY, "domestic, at home", "国内 境内 本土"),
    _term("e-commerce", _MONEY, "e-commerce, ecommerce, online shopping", "电商 电子商务 网购"),
    _term("retail", _MONEY, "retail, retailing, new retail", "零售 新零售"),
    _term("live streaming", _MONEY, "live streaming, livestreaming, livestream", "直播 电商直播"),
    _term(
        "financial technology",
        _MONEY,
        "fintech, financial technology, payments, payment, financial services",
        "金融科技 支付 移动支付 金融业务",
    ),
    _term("logistics", _MONEY, "logistics, delivery, deliveries", "物流 配送"),
    _term("local services", _MONEY, "local services, food delivery, takeaway", "本地生活 外卖"),
    _term(
        "value-added services",
        _MONEY,
        "value-added services, value added services, VAS",
        "增值服务 会员服务",
    ),
    _term("social networks", _MONEY, "social networks, social network", "社交网络 社交"),
    _term(
        "entertainment",
        _MONEY,
        "entertainment, media, digital media, film, films",
        "文娱 大文娱 数字媒体 影视 娱乐",
    ),
    _term("music", _MONEY, "music", "音乐 在线音乐"),
    _term("video", _MONEY, "video, short video, streaming", "视频 长视频 短视频"),
    _term("search", _MONEY, "search", "搜索"),
    _term(
        "artificial intelligence",
        _MONEY,
        "AI, artificial intelligence, generative AI",
        "人工智能 大模型",
    ),
    _term("hardware", _MONEY, "hardware, devices, smartphones, phones", "硬件 手机 智能手机 设备"),
    _term("customer management", _MONEY, "customer management", "客户管理"),
    _term("commissions", _MONEY, "commission, commissions", "佣金"),
    _term("subscriptions", _MONEY, "subscription, subscriptions, membership", "订阅"),
    _term(
        "marketplace",
        _MONEY,
        "marketplace and marketing, third-party sales",
        "平台服务 第三方销售",
    ),
    _term("direct sales", _MONEY, "direct sales, first-party sales", "直营 自营"),
    _term("licensing", _MONEY, "licensing, royalties, royalty", "授权 版权"),
    _term("core", _MONEY, "core", "核心"),
    _term("singles' day", _MONEY, "singles' day", "双十一 双11"),
    _term(
        "vehicles",
        _MONEY,
        "vehicles, vehicle, cars, automotive, electric vehicles, EVs",
        "汽车 电动汽车 新能源汽车",
    ),
)
"""Parts of a business that a metric may be of; `Claim.segment` is the name of one."""

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Vocabulary:
    """Finds the words of terms in text, in either script; costs microseconds a sentence."""

    terms: Mapping[str, Term]

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = MappingProxyType({term.name: term for term in terms})
        by_word: defaultdict[str, list[Term]] = defaultdict(list)
        for term in self.terms.values():
            for word in term.words:
                by_word[folded(word)].append(term)
        shared = [word for word, owners in by_word.items() if len(owners) > 1]
        if shared:
            raise ValueError(f"words of several terms: {', '.join(shared)}")
        self._words = tuple((word, owners[0]) for word, owners in by_word.items())
        self._automaton = AhoCorasick([word for word, _ in self._words])

    def find(self, text: str) -> tuple[Word, ...]:
        """Return the terms named in `text`, in order, none overlapping, the longest word first."""
        haystack = folded(text)
        found = [
            Word(self._words[index][1], start, end)
            for index, start, end in self._automaton.find_matches_as_indexes(haystack, True)
            if _whole(haystack, start, end)
        ]
        found.sort(key=lambda word: (word.start, -word.end))
        kept: list[Word] = []
        for word in found:
            if not kept or word.start >= kept[-1].end:
                kept.append(word)
        return tuple(kept)


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether Latin letters at either end of [start:end] end a word there."""
    return not (
        (start > 0 and text[start] in _LATIN and text[start - 1] in _LATIN)
        or (end < len(text) and text[end - 1] in _LATIN and text[end] in _LATIN)
    )


metrics = Vocabulary(METRICS)
segments = Vocabulary(SEGMENTS)
