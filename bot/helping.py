"""What help shows: every command with what it answers, in English and in Chinese."""

from __future__ import annotations

from bot.grammar import CALL
from bot.vocabulary import CHINESE, KINDS

HELP: tuple[tuple[str, str], ...] = (
    ("/intel <topic>", "Briefing on an organisation: name, alias, ticker, English or Chinese"),
    ("/intel <topic> <topic>", "Briefing on what is between two organisations"),
    (
        "/intel <topic> since 30d asof 2018-06",
        "Only that period. since: 30d, 2w, 6m, 1y, 2023, 2023-01 or 2023-01-31; asof: a date",
    ),
    (
        "/intel facts <topic>",
        "The ledger: who did what with whom, each row with the sentence that says it; of one topic "
        f"or two, since and asof as above, of one kind after the topics ({', '.join(KINDS)})",
    ),
    (
        "/intel timeline <topic>",
        "What happened, oldest first, as dated events and a picture: of one topic, or between two; "
        "since and asof as above",
    ),
    (
        "/intel search <words>",
        "Articles that contain all the words, English and Chinese; words in quotation marks stand "
        "side by side",
    ),
    ("/intel summarize <url>", "One article in a few of its own sentences, with its figures"),
    ("/intel sources", "The feeds that are watched, each with its health"),
    ("/intel sources add <url>", "Watch one more feed"),
    ("/intel sources remove <n>", "Stop watching one"),
    (
        "/intel subscribe <topic> weekly mon 09:00 Asia/Shanghai as full",
        "A digest in this channel, of one topic or two. When: hourly, daily, weekdays, weekly mon, "
        "monthly 1 (left out: Mondays at 09:00, here); as brief (left out), full or headlines",
    ),
    ("/intel subscriptions", "This channel's digests, each with its number and its next time"),
    ("/intel unsubscribe <n>", "End one"),
    ("/intel pause <n>", "Let it rest"),
    ("/intel resume <n>", "Let it go on; what it missed is not made up"),
    ("/intel preview <n>", "How it would read now, for you alone"),
    ("/intel send <n>", "Send it now; one that was not delivered goes out again as it was written"),
    ("/intel dismiss <n>", "Leave one that was not delivered, so that status lists it no more"),
    ("/intel topics", "The organisations you can ask about"),
    (
        "/intel status",
        "Version, database, coverage, digests not delivered, and what needs attention",
    ),
    ("/intel help", "This list; help facts: only that line"),
    ("/intel 帮助", f"The same in Chinese, where commands are {' '.join(CHINESE)}"),
)

HELP_CHINESE: tuple[tuple[str, str], ...] = (
    ("/intel <公司>", "一家公司的简报：名称、别名或股票代码，中英文均可"),
    ("/intel <公司> <公司>", "两家公司之间的简报"),
    (
        "/intel <公司> 自 30天 截至 2018-06",
        "只看这段时间。自：30天、2周、6个月、1年、2023-01；截至：日期",
    ),
    (
        "/intel 事实 <公司>",
        "账本：谁与谁做了什么，每条附原文；可加类别：入股、投资、收购、出售、合作、合资、监管、数据、目标",
    ),
    ("/intel 时间线 <公司>", "按时间排列的事件与图片"),
    ("/intel 搜索 <词语>", "包含所有词语的文章；引号内的词语须相连"),
    ("/intel 摘要 <网址>", "用原文句子摘要一篇文章"),
    ("/intel 来源", "关注的来源及其状态"),
    ("/intel 来源 添加 <网址>", "添加一个来源"),
    ("/intel 来源 移除 <编号>", "移除一个来源"),
    (
        "/intel 订阅 <公司> 每周一 早上八点半 Asia/Shanghai 样式 full",
        "本频道的定期简报。时间：每小时、每天、工作日、每周一、每月1日（默认每周一 09:00）；"
        "样式：brief（默认）、full、headlines",
    ),
    ("/intel 订阅列表", "本频道的简报、编号与下次时间"),
    ("/intel 退订 <编号>", "退订一份简报"),
    ("/intel 暂停 <编号>", "暂停一份简报"),
    ("/intel 恢复 <编号>", "恢复一份简报；错过的不补"),
    ("/intel 预览 <编号>", "现在的简报，仅您可见"),
    ("/intel 发送 <编号>", "立即发送；未送达的按原文重发"),
    ("/intel 忽略 <编号>", "忽略未送达的简报"),
    ("/intel 主题", "可以查询的公司"),
    ("/intel 状态", "版本、数据库、未送达的简报与需要注意的事"),
    ("/intel 帮助", "本列表"),
)
"""The same in Chinese; whoever asks in Chinese, or whose desk speaks it, is shown it."""

COMPLETIONS = tuple(
    {
        usage.removeprefix(f"{CALL} ").partition("<")[0].strip(): meaning
        for usage, meaning in (*HELP_CHINESE, *HELP)
        if not usage.startswith(f"{CALL} <")
    }.items()
)
"""What a prompt may offer as the beginning of a command, each with its meaning."""
