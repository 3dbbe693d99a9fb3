"""The words of commands, in English and in Chinese, simplified and traditional: one table a sort.

A platform shows its own (Discord its slash commands); whatever is typed is read by these.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from briefings.facts import Kind

CALLS = frozenset({"/intel", "intel", "/情报", "情报", "/情報", "情報"})
"""What may stand before a command."""

CHINESE: Mapping[str, str] = MappingProxyType(
    {
        "帮助": "help",
        "事实": "facts",
        "时间线": "timeline",
        "搜索": "search",
        "摘要": "summarize",
        "来源": "sources",
        "订阅": "subscribe",
        "订阅列表": "subscriptions",
        "退订": "unsubscribe",
        "暂停": "pause",
        "恢复": "resume",
        "预览": "preview",
        "发送": "send",
        "忽略": "dismiss",
        "主题": "topics",
        "状态": "status",
    }
)
"""Each command's Chinese word, as help shows it, and the word it stands for."""

_ALSO = {
    "幫助": "help",
    "事實": "facts",
    "時間線": "timeline",
    "时间轴": "timeline",
    "時間軸": "timeline",
    "搜尋": "search",
    "總結": "summarize",
    "总结": "summarize",
    "來源": "sources",
    "訂閱": "subscribe",
    "訂閱列表": "subscriptions",
    "退訂": "unsubscribe",
    "暫停": "pause",
    "恢復": "resume",
    "預覽": "preview",
    "發送": "send",
    "題目": "topics",
    "主題": "topics",
    "狀態": "status",
}
COMMANDS: Mapping[str, str] = MappingProxyType({**CHINESE, **_ALSO})
"""Every Chinese word a command may begin with, and the English one it stands for."""

WITHIN: Mapping[str, str] = MappingProxyType(
    {
        "添加": "add",
        "移除": "remove",
        "列表": "list",
        "自": "since",
        "起始": "since",
        "截至": "asof",
        "样式": "as",
        "樣式": "as",
    }
)
"""The Chinese words within a command, and the English ones they stand for."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "stake": Kind.STAKE,
        "investment": Kind.INVESTMENT,
        "acquisition": Kind.ACQUISITION,
        "divestment": Kind.DIVESTMENT,
        "partnership": Kind.PARTNERSHIP,
        "joint venture": Kind.JOINT_VENTURE,
        "regulatory": Kind.REGULATORY,
        "figure": Kind.METRIC,
        "target": Kind.TARGET,
    }
)
"""The kinds of facts by the words help gives."""

KIND_WORDS: Mapping[str, Kind] = MappingProxyType(
    {
        **{kind.value: kind for kind in Kind},
        **KINDS,
        "fine": Kind.REGULATORY,
        **dict.fromkeys(("入股", "持股", "股权", "股權"), Kind.STAKE),
        **dict.fromkeys(("投资", "投資"), Kind.INVESTMENT),
        **dict.fromkeys(("收购", "收購", "并购", "併購"), Kind.ACQUISITION),
        **dict.fromkeys(("出售", "减持", "減持"), Kind.DIVESTMENT),
        "合作": Kind.PARTNERSHIP,
        **dict.fromkeys(("合资", "合資"), Kind.JOINT_VENTURE),
        **dict.fromkeys(("监管", "監管", "罚款", "罰款", "处罚", "處罰"), Kind.REGULATORY),
        **dict.fromkeys(("数据", "數據", "指标", "指標"), Kind.METRIC),
        **dict.fromkeys(("目标", "目標"), Kind.TARGET),
    }
)
"""Every word that names a kind of facts, in lower case."""

UNITS: Mapping[str, str] = MappingProxyType(
    {"天": "d", "日": "d", "周": "w", "週": "w", "个月": "m", "個月": "m", "年": "y"}
)
"""The units of a length of time in Chinese: 30天, 2周, 6个月, 1年."""
