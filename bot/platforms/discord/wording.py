"""The words of the application commands in English and Chinese, and the channels they may name."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

Interaction = discord.Interaction[Any]
POSTABLE = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
]

EVERY = (
    ("hourly", "每小时"),
    ("daily", "每天"),
    ("weekdays", "工作日"),
    ("weekly", "每周"),
    ("monthly", "每月"),
)
KINDS = (
    ("stake", "持股"),
    ("investment", "投资"),
    ("acquisition", "收购"),
    ("divestment", "出售"),
    ("partnership", "合作"),
    ("joint venture", "合资"),
    ("regulatory", "监管"),
    ("figure", "数据"),
    ("target", "目标"),
)
MANAGING = (
    ("preview", "预览", "How a digest would read now, for you alone", "现在的简报，仅您可见"),
    ("send", "发送", "Send a digest now", "立即发送一份简报"),
    ("pause", "暂停", "Let a digest rest", "暂停一份简报"),
    ("resume", "恢复", "Let a digest go on; what it missed is not made up", "恢复一份简报"),
    ("unsubscribe", "退订", "End a digest", "退订一份简报"),
    ("dismiss", "忽略", "Leave a digest that was not delivered", "忽略未送达的简报"),
)  # fmt: skip
SHOWING = (
    (
        "status",
        "状态",
        "Version, database, coverage, and what needs attention",
        "版本、数据库与状态",
    ),
    ("help", "帮助", "What you can ask for", "可以使用的命令"),
)


def both(english: str, chinese: str) -> locale_str:
    """A text in both languages."""
    return locale_str(english, chinese=chinese)


class Chinese(app_commands.Translator):
    """Says in Chinese what was written in both languages."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        if locale is not discord.Locale.chinese:
            return None
        said: str | None = string.extras.get("chinese")
        return said


class Postable(app_commands.Transformer):
    """A channel or thread that digests can be posted in."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return POSTABLE

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        return value
