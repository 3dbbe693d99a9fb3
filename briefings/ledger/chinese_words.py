"""The Chinese words that the ledger's rules know, in one place, and where they stand in a text.

    text -> folded (simplified, lower case, half width; one for one)
         -> leftmost-longest words of the tables -> Word

Each table is one part a word may have; a word may have several. The longest word wins, so that a
word of KEPT hides what stands inside it: no 未 in 未来, no 和 in 和平. The words of metrics and
segments, in both languages, are in `metrics`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind


class Part(Enum):
    """What a word starts, ends or says."""

    __hash__ = object.__hash__  # looked up in sets for every word; Enum's own is written in Python

    # deals
    BUYS_SHARES = auto()
    """Takes a share of an organisation that stays its own."""
    BUYS = auto()
    """Buys an organisation or a share of it: how much tells which."""
    BUYS_BACK = auto()
    SELLS = auto()
    INVESTS = auto()
    LEADS = auto()
    """Puts money into a round that others join."""
    GAINS = auto()
    """A share behind it is held from now on."""
    SPENDS = auto()
    """Money behind it is spent on something of one's own, where nobody is invested in."""
    PLEDGES = auto()
    PARTNERS = auto()
    JOINS = auto()
    """Founds something together."""
    FOUNDS = auto()
    """Founds a firm, alone or together."""
    RULES = auto()
    """A regulator or a court acts."""
    SUES = auto()
    PASSES = auto()
    """What stands before it is from now on whose name follows."""
    # how far it has come
    NOT = auto()
    DENIES = auto()
    CALLS_OFF = auto()
    RUMOURS = auto()
    TALKS = auto()
    INTENDS = auto()
    """Undecided by itself, announced where a text announces it."""
    ANNOUNCES = auto()
    DONE = auto()
    IF = auto()
    ASKS = auto()
    LIKENS = auto()
    OPINES = auto()
    """Who only thinks so."""
    # figures
    WANTS = auto()
    """A figure behind it is wanted or expected, not reached."""
    RISES = auto()
    FALLS = auto()
    UNTOLD = auto()
    SHARES = auto()
    HOLDS = auto()
    OWNS = auto()
    """A share behind it is held; it says nothing of a share told elsewhere."""
    PAYS = auto()
    """Money behind it is a price, a payment or a sum invested."""
    OTHER_MONEY = auto()
    """Money behind it is of something else than the deal."""
    MARKET = auto()
    """Of a day's trade in shares, where figures are no news of an organisation."""
    # who
    TITLE = auto()
    """A shareholder's or manager's part; a name follows."""
    IT = auto()
    """Stands for an organisation named before."""
    BOTH = auto()
    """Stands for two named before."""
    AND = auto()
    TO = auto()
    """The one it is done to or with follows."""
    BY = auto()
    """Makes what stands before it the object."""
    TAKES = auto()
    """Puts the object before the verb: 将, 把."""
    # where names end
    STOP = auto()
    COMMA = auto()
    MARK = auto()
    PLAIN = auto()
    """A word that is never part of a name and says nothing else."""
    KEPT = auto()
    """No word of any table: what stands inside it is not read."""


_TABLES: Final = {
    Part.BUYS_SHARES: "入股 参股 增持 认购 受让 战略入股 战略投资入股 举牌 认购了",
    Part.BUYS: """收购 购买 买下 买入 购入 并购 要约收购 全资收购 拿下 竞得 拍得 控股收购 接手 购得
        私有化 买断 收归旗下 竞购 收编 吞并 取得 卖身 委身 吞下 收入囊中 收入麾下 纳入麾下 收购价
        收购款 收购价款
        收购金额 股权收购款 再购 接盘 接过 吃下 揽入怀中 揽入麾下 纳入旗下 收入旗下 收归麾下
        收入帐下 控股收购 并入旗下 揽入旗下 敌意收购 恶意收购 善意收购""",
    Part.PASSES: """落入 归入 划入 划归 并入 融入 落到 易主 下嫁 改嫁 转手 转手给 归于 改姓
        投入到 转投 归""",
    Part.OWNS: "占股 手握 握有 控有 坐拥",
    Part.BUYS_BACK: "回购",
    Part.SELLS: """沽售 减持 出售 转让 卖出 抛售 卖给 出让 剥离 清仓 套现 售予 甩卖 拍卖 变卖 抛出
        清仓减持 被动减持 回售 回售给 售回 沽出 清空 转让给 出售给 转让价 转让款 转让价款 转让金额
        减至 降至 减持至 派发 分派 派给 卖掉 售出 售回 出清 脱手 抛掉 卖回给
        卖回 转卖给 转售给 转售 转卖 出售予 出让给""",
    Part.INVESTS: """投资 注资 增资 融资 入资 战略投资 投资了 投资于 出资 斥资 耗资 追加投资
        共同投资
        独家投资 引入 引进""",
    Part.LEADS: "领投 参投 跟投 联合领投 共同领投 继续跟投 联合投资",
    Part.GAINS: "获得 换得 换取 换来 得到 拿到 揽得",
    Part.SPENDS: "投入 再投 豪掷 砸下 投资 斥资 耗资 花费",
    Part.PLEDGES: "质押",
    Part.PARTNERS: """合作 战略合作 战略协议 联手 携手 结盟 互联互通 打通 合作协议 战略合作协议
        合作框架协议 战略合作框架协议 战略伙伴 战略联盟 联盟 战略合作关系 合作关系 伙伴关系
        全面战略合作 独家合作 深度合作 签约 牵手 深化合作 战略合作伙伴 合作伙伴 全球合作伙伴
        续签 续约 联名 互授 互通 强强联手 联合 共建 共同开发 共同研发 共同打造 共同推出 共同建设
        共同推进 联合推出 联合打造 联合开发 联合研发 联合发布 联合建设 联合举办 联合运营 合作开发
        合作推出
        合作研发 合作建设 授权协议 赞助协议 分成协议 合作意向 版权协议 合作备忘录 谅解备忘录
        合作意向书 转播协议 内容协议
        独家协议 供应协议 采购协议 供货协议 许可协议 分销协议 代理协议 服务协议 广告协议 伙伴协议
        云服务协议 战略框架协议 年合作协议 战略合作备忘录 独家授权协议 版权授权协议 达成协议""",
    Part.JOINS: """合资 合资公司 合资企业 合营公司 合营企业 合组 共组 合组公司 共组公司 合资成立
        共同成立 共同设立 共同组建
        共同出资 联合成立 共同出资设立 联合组建 合资建厂""",
    Part.FOUNDS: "组建 成立 设立 创办",
    Part.RULES: """罚款 处罚 罚没 立案 立案调查 调查 约谈 警告 罚金 反垄断调查 责令 叫停 禁止 批准
        获批 核准 附条件批准 反垄断审查 行政处罚 警示函 处以 开出 暂缓 通报 点名 罚 封禁 禁用 封杀
        列入 责令整改 网络安全审查 安全审查 否决 被判 罚单 无条件批准 下架 阻止""",
    Part.SUES: """起诉 诉讼 公诉 提起诉讼 判决 判令 索赔 仲裁 被诉 状告 提起仲裁 判赔 获赔 高院判
        中院判 法院判""",
    Part.NOT: """未 没有 并未 不会 无意 从未 不再 未曾 尚未 并没有 没 不 无 并非 并不 不存在 不打算
        没能 未能 不计划 未有 未予 不予 不考虑 拒绝 暂无 并无 难以 无法 不得 均未""",
    Part.DENIES: """误传 属误传 没有此事 并无此事 查无此事 没有这回事 否认 不实 不属实 辟谣
        子虚乌有 谣言 假消息 不真实 纯属虚构 失实 纯属谣言
        并不准确 并不属实 并不真实 并不符合事实
        无稽之谈 胡说 不存在的事 纯属猜测 无中生有
        空穴来风 不符合事实 不准确 并非事实 毫无根据 没有依据""",
    Part.CALLS_OFF: """解散 终止 取消 叫停 放弃 撤回 中止 告吹 流产 搁浅 作罢 宣告失败 不再推进 结束
        解除 否决 解约 提前终止 退出 阻止 泡汤 夭折 落空 破裂 未果 无果""",
    Part.RUMOURS: """外界传 外媒传 港媒传 据报 据传 传闻 传言 知情人士 消息人士 消息称 有消息 传出
        盛传 风传 市场传 被传 外传
        坊间 或将 据称 爆料 被曝 曝出 传将 传拟 网传 疑将 外媒称 有报道称 传出消息""",
    Part.TALKS: """洽谈 考虑 商谈 磋商 谈判 有意 意向 筹划 协商 接触 探讨 谋求 酝酿 接洽 商讨 欲
        正在评估 寻求 洽购""",
    Part.INTENDS: "拟",
    Part.ANNOUNCES: """公告 发布公告 公布 宣布 宣告 披露 发布 发公告 通告 同意 签署 签订 订立 达成
        审议 承诺 约定 决定 公告称 表示 将 计划 预计 拟定 回应 透露 指出 发布消息 发布公告称""",
    Part.DONE: """完成 已 已经 了 成功 累计 曾 此前 早在 顺利 完毕 过户 交割 宣告完成 期间 共 历时
        已完成""",
    Part.IF: """如果 若 假如 倘若 假设 一旦 要是 如若 倘使 若是 即使 即便 哪怕 倘 万一 假使 如能
        若能 只要 除非""",
    Part.ASKS: "是否 能否 会不会 有没有 可否 为何 难道 吗 呢 谁会 哪里",
    Part.OPINES: """分析师 分析人士 业内人士 业内专家 专家 网友 有人认为 猜测 研报 笔者 市场人士
        投行 观察人士 观察家 市场预期 市场预计 普遍预期 普遍预计 一致预期 分析认为 分析指出 机构预测
        机构预计 机构认为 华尔街预计 华尔街预期 华尔街分析师 券商预计 券商认为
        有观点认为 有声音认为 外界认为 外界预计""",
    Part.LIKENS: "比作 喻为 好比 就像 如同 相当于 堪比 类似于 犹如 仿佛 正如 好像",
    Part.WANTS: """打算 誓言 要做到 目标 目标是 预计 力争 计划 争取 有望 预期 预测 预估 旨在 瞄准
        料将 将达到 将达
        将实现 将突破 冲刺 希望 望达 要达到 展望 要在 要到 要让 要把 指引 立志""",
    Part.RISES: """增长 上升 增加 提升 提升至 提高至 上升至 增加至 增至 上涨 增幅 增 涨 攀升 提高
        扩大 激增 飙升 大增 升 增速 增长率 涨幅 溢价 增值 上浮 升至""",
    Part.FALLS: """下降 减少 下滑 降低 下跌 降幅 降 跌 缩减 萎缩 回落 减 骤降 锐减 收窄 下挫 大降
        大跌 跌幅 降为 降至 折价 下浮 缩水 蒸发 下调""",
    Part.UNTOLD: """未披露 未公开 未透露 未公布 没有披露 没有透露 未对外披露 未予披露 不披露
        未披露具体 金额不详""",
    Part.SHARES: """股权 股份 股票 股本 权益 流通股 已发行股份 总股本 股份总数 总股份 a股 h股
        无限售条件 无限售条件股份 限售股 股""",
    Part.HOLDS: """持有 持股 所持 持有的 所持有 所持有的 持股比例 旗下 手中 所持的 持公司股份 拥有
        手中的 持""",
    Part.PAYS: """以 出资 斥资 耗资 作价 对价 代价 交易价 交易价格 交易金额 交易对价 价款 价格 总价
        金额 总额 总投资 底价 投资额 总金额 成交金额 收购价 转让价 转让款 收购款 募资 套现 引资额
        总引资额 支付 交易总价 售价 估价 融资额 花费 花 付出 投入 总价款 挂牌 挂牌价 收购价款
        收购金额 转让价款 转让金额 资金 价值 耗费 涉资 可得 变现 回笼 筹得 筹资 筹集 进账 所得
        报价 出价 拿出 豪掷 砸下 重金 规模 融资规模 融资金额 交易规模 成交价 投资金额 投资规模
        斥巨资
        涉及金额 投资总额 购价 募集 交易额 交易总额 总交易额 成交额""",
    Part.OTHER_MONEY: """市值 估值 注册资本 借款 贷款 负债 债权 商誉 减值 减值准备 业绩承诺 资产总额
        净资产 总资产 授信 担保 余额 流动资金 账面价值 评估值 增值 欠款 债务 费用 财务费用 非法获利
        利息 罚款 罚 罚单 收益 募集资金 配套资金 预算 价差 债券 债券规模""",
    Part.MARKET: """股价 收盘 涨停 跌停 收涨 收跌 盘中 开盘 换手率 主力资金 融资余额 融资买入 融券
        大盘 指数 报收 早盘 午盘 盘前 盘后 两市 北向资金 净流入 净买入 收盘价""",
    Part.TITLE: """股东 控股股东 间接控股股东 大股东 第一大股东 第二大股东 第三大股东 第四大股东
        第五大股东
        第六大股东 重要股东 实际控制人
        实控人 董事长 董事 监事 高级管理人员 高管 总经理 副总经理 董事会秘书 一致行动人 创始人
        法人股东 子公司 全资子公司 控股子公司 全资孙公司 交易对方 卖方 买方 总裁 先生 女士 ceo 记者
        参股公司 员工股东 少数股东 附属公司 全资附属公司 首席执行官 主要股东 单一最大股东 最大股东
        原股东 关联方 发行人""",
    Part.IT: "公司 该公司 本公司 上市公司 其 后者 前者 本企业 我司 该集团 集团 该企业 该平台 它",
    Part.BOTH: "双方 两家公司 二者 两者 两公司 两家企业 三方",
    Part.AND: "和 与 及 、 以及 及其 或 联合 连同 会同",
    Part.TO: "向 从 对 给 与 同 跟 跟随 由于 针对",
    Part.BY: "被 接受 收到 获 由 遭 获得 拿到 遭到 受到 被动",
    Part.TAKES: "将 把",
    Part.STOP: "。 ; ! ? … \n",
    Part.COMMA: ", :",
    Part.MARK: """( ) " “ ” ‘ ’ ' 《 》 【 】 「 」 『 』 [ ] — – - / | < > % 0 1 2 3 4 5 6
        7 8 9
        + = ~ #""",
    Part.PLAIN: """的 是 为 在 于 自 因 自此 并 还 参与 独家 最新 最新一轮 新一轮 本轮 此轮 上一轮
        首轮 一轮 又 再 也 均 都 因为 而 但 但是 如 即 该 此次 本次 这 那 根据 通过 使用 利用 采用
        正在 正式 合计 共计 分别 进行 方式 现金 自有资金 自筹资金 发行 旗下的 下属 全部 部分 少数
        多数 集中竞价 大宗交易 协议 预案 议案 事项 关于 近日 日前 今日 昨日 昨晚 今年 去年 明年 此外
        另外 同时 其中 目前 随后 其后 之后 晚间 早间 上午 下午 截至 自从 以来 成为 取得
        启动 推出 突然 首次 再次 继续 连续 不超过 不超 超过 不低于 约 近 逾 至少 约为 达到 等
        包括 比如 例如 使得 导致 代表 认为 显示 称 说 了解到 获悉 消息 报道 讯 悉 原标题 之一 元
        亿元 万元 美元 港元 人民币 名下 位于 总部 占比 比例 数量 平均 收到 提出 要求 计提 形成 之 所
        处于 办理 开展 展开 非法 侵权 侵犯 违反 违规 违法 抄袭 擅自 滥用 不正当竞争 合并 实施 推进
        加强 深化 建立 宣称 全球 国内 直至 又以 后续 最终 目的 同比 环比 较 向其 以来的 期间 陆续
        可以 下称 以下简称 简称 以下称 又称 亦称 原名 接近 高达 多达 最多 高溢价 很多 龙头 行业 发来
        一家 全国 占公司 占其 发生 涉及 涉案 名单 方面 突然宣布 之日起 交易日 个交易日
        个月内 个月 公开 终将 一举 具有 明确 存在 名下的 相关 核心 用于 用以 当时 去年底 今年初 年底
        年初 终于 第一笔 第二笔 由其 应 标的公司 目标公司 标的资产 自己 大量 小幅 大幅 日晚间 日晚
        日起 方案 分两次 最高 底 缓解 补充 影响 聚焦 进一步 提升 改善 优化 保障 支持 帮助 涉嫌 属于
        基于 伴随 随着 停牌 复牌 闪崩 触及 就 便 才 只 仅 先后 投资后 收购后 减持后 增持后 交易后
        完成后 投资前 收购前 减持前 增持前 转让后 发行后 增资后 转让前 收购完成后 增持完成后
        交易完成后 减持完成后 转让完成后 提供 面临 推动 剩余 余下 其余 交易 悉数 尽数 天使轮
        种子轮 a轮 b轮 c轮 d轮 e轮 f轮 战略轮 打造 接入 手里 之手 囊中 麾下 怀抱 版图
        保持 维持 坚持 持续
        次年 次月 彼时 同期 年内 胜出 每股
        结成 结为 缔结 签下 开设 开启 上线 举办 研发 布局 探索 引领 拓展""",
    Part.KEPT: """获准 获许 获邀 获选 活跃购买用户
        和平 和谐 中和 太和 共和 未来 不断 不仅 不过 不同 不足 无锡 无限 无论 无人机 将军
        共同 公共 共享 共识 若干 已知 降落 升级 增值服务 增强 增值税 减轻 减速 跌宕 所有 所谓 所在
        所属 为了 作为 行为 在线 现在 所在地 在职 的确 由此 自由 理由 共同体 合同 对应 对外 绝对
        对象 对手 给予 供给 从事 从而 从业 以上 以下 以内 以及其 加以 得以 以外 其他 其实 尤其
        其它 它们
        土耳其 极其 获利 获取 把握 称号 著称 名称 简称为 国内外 约翰 应用 应对 反应 供应 说明 单元
        近期 附近 较大 使用权 为准 再生 再融资 报道称 之前 主持 投资者 投资人
        投资收益 投资基金 股权投资 创业投资 产业投资 投资管理 投资中心 投资发展 投资有限 投资控股
        投资集团 投资银行 投资组合 投资合伙 投资公司 投资咨询 融资融券 融资租赁 证券投资
        固定资产投资 合作社 投资部 投资部门 战略投资部 投资版图 投资布局 投资团队 投资业务
        投资策略 投资价值 投资总监 投资逻辑 投资事业部 投资回报 投资关系 投资生态 战略投资者 交易所
        交易中心 交易商 快的 为由 新增 拍卖平台 拍卖行 司法拍卖 合作伙伴大会 生态合作伙伴
        合作伙伴计划
        交易量 交易笔数
        交易用户 共建共享 接受采访 被告 购买力 被执行人 一股 股份有限 控股 控股有限
        控股集团 控股权 质押率 融资净 判决书 权益变动 将来 以其 合资伙伴 自动 自然 自主 自贸 自身
        融券卖出 融资净买 融资偿还 董事会 监事会 卖出量 出资额 出资人 出资比例 出资方 股权激励
        无形资产 资产收购 出资协议 自由贸易 就业 成就 便利 才能 仅仅 支持率 提供商 服务提供商 只有
        影响力 美的集团 美的电器 同程 同仁堂 同花顺 和记 永和 颐和 和硕 信和集团 信和置业 和邦
        持股计划
        认购期权 认购权 惩罚 联合国 联合创始人 联合利华 联合网络 联合资信 联合会 联合体 上交所
        深交所 北交所 港交所 联交所 愿景基金 以色列 投资机构 投资方 投资商 投资经理 投资界 今日资本
        今日头条 之家 集合资管 集合资产 无条件 无偿 不良 不动产 不锈钢 回归 归来 归还 归属于 归功
        归因 归纳 归档 无线 经扩大 扩大后 归母""",
}


def words(table: str) -> frozenset[str]:
    """Return the words of a table, set apart by white space."""
    return frozenset(table.split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the tables at [start:end] of a text, and the parts it may have."""

    text: str
    start: int
    end: int
    parts: frozenset[Part]

    def __contains__(self, part: object) -> bool:
        return part in self.parts


def _parts() -> dict[str, frozenset[Part]]:
    by_word: defaultdict[str, set[Part]] = defaultdict(set)
    for part, table in _TABLES.items():
        for word in table.split():
            by_word[word].add(part)
    by_word[" "].add(Part.MARK)
    by_word["\n"].add(Part.STOP)
    return {word: frozenset(parts) for word, parts in by_word.items()}


_BY_WORD: Final = _parts()
_PARTS: Final = tuple(_BY_WORD.items())
_READER: Final = AhoCorasick([word for word, _ in _PARTS], matchkind=MatchKind.LeftmostLongest)
_ONLY_KEPT: Final = frozenset({Part.KEPT})


@lru_cache(maxsize=4)
def read(folded: str) -> tuple[Word, ...]:
    """Return the words of the tables in a folded text, in order, none overlapping.

    White space between Latin letters is part of a name and left out. A sentence is read by several
    one after the other, so the latest are kept.
    """
    found = []
    for index, start, end in _READER.find_matches_as_indexes(folded):
        word, parts = _PARTS[index]
        if word == "达成" and folded.startswith("立", end):
            found.append(Word("成立", start + 1, end + 1, _BY_WORD["成立"]))  # 与万达成立
            continue
        if parts == _ONLY_KEPT or (word in " -'" and _inside_latin(folded, start)):
            continue
        if "a" <= word[0] <= "z" and start and "0" <= folded[start - 1] <= "z":
            continue
        found.append(Word(word, start, end, parts))
    return tuple(found)


def _inside_latin(text: str, at: int) -> bool:
    before, after = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    return (before.isascii() and (before.isalpha() or before in ".,&")) and (
        after.isascii() and (after.isalpha() or after == "&")
    )


CLAIMS: Final = frozenset(
    {
        Part.BUYS_SHARES, Part.BUYS, Part.BUYS_BACK, Part.SELLS, Part.INVESTS, Part.LEADS,
        Part.PLEDGES, Part.PARTNERS, Part.JOINS, Part.RULES, Part.SUES, Part.HOLDS, Part.GAINS,
        Part.SPENDS, Part.FOUNDS, Part.PASSES, Part.OWNS,
    }
)  # fmt: skip
"""A sentence without any of these words, or a metric, claims nothing that the rules know."""

TEAMS_UP: Final = words("携手 联手 牵手 联合 结盟")
"""Behind these stands with whom."""
