"""The application commands: typed options in, a command of the desk's grammar out.

    /subscribe topic:Acme every:daily at:07:10  ->  "subscribe Acme daily 07:10"

Each name and description is English and, where Discord's language is Chinese, Chinese.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread, Choice, locale_str

from bot.platforms.discord.wording import (
    EVERY,
    KINDS,
    MANAGING,
    SHOWING,
    Chinese,
    Interaction,
    Postable,
    both,
)

Elsewhere = AppCommandChannel | AppCommandThread
Number = app_commands.Range[int, 1, 999_999_999]
Words = app_commands.Range[str, 1, 200]
Address = app_commands.Range[str, 1, 1_900]

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
ONE_CHANNEL = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
"""Where the bot can post by itself."""
INSTALLS = app_commands.AppInstallationType(guild=True, user=True)

# The desk has no use for voice: what that would need is not missed at every start.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Acting(Protocol):
    """What the commands lead to."""

    async def asked(
        self, interaction: Interaction, text: str, elsewhere: Elsewhere | None = None
    ) -> None:
        """Answer a command of the grammar, about this channel or another of the server."""

    async def asked_of_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Sum up what a message links to."""

    def topics(self, typed: str) -> list[Choice[str]]:
        """Organisations that a text may mean."""

    def zones(self, typed: str) -> list[Choice[str]]:
        """Time zones that a text may mean."""

    def presets(self, typed: str) -> list[Choice[str]]:
        """The kinds of digests."""

    async def subscriptions(self, interaction: Interaction, typed: str) -> list[Choice[int]]:
        """The digests of the channel."""

    async def sources(self, interaction: Interaction, typed: str) -> list[Choice[int]]:
        """The watched sources."""


def add_commands(tree: app_commands.CommandTree[Any], acting: Acting) -> None:
    """Register all commands; what they are asked goes to `acting`."""
    _add_questions(tree, acting)
    _add_subscribe(tree, acting)
    _add_sources(tree, acting)
    for name, chinese, says, says_chinese in MANAGING:
        tree.add_command(
            _command(_managing(acting, name), both(name, chinese), both(says, says_chinese))
        )
    listing = _plain(acting, "subscriptions")
    tree.add_command(
        _command(
            listing,
            both("subscriptions", "订阅列表"),
            both("This channel's digests, each with its number and its next time", "本频道的简报"),
        )
    )
    for name, chinese, says, says_chinese in SHOWING:
        tree.add_command(
            _command(
                _plain(acting, name), both(name, chinese), both(says, says_chinese), EVERYWHERE
            )
        )

    @tree.context_menu(name=both("Summarise links", "摘要链接"))
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.allowed_installs(guilds=True, users=True)
    async def summarise_links(interaction: Interaction, message: discord.Message) -> None:
        await acting.asked_of_message(interaction, message)


async def definitions(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """The commands as Discord is told them."""
    chinese = Chinese()
    found = [await each.get_translated_payload(tree, chinese) for each in tree.get_commands()]
    return sorted(found, key=lambda each: (each["type"], each["name"]))


def written(first: str, *words: object) -> str:
    """The words of a command, without those that were left out."""
    return " ".join(text for each in (first, *words) if (text := str(each or "").strip()))


_DESCRIBED = {
    "topic": both("An organisation: name, alias or ticker", "公司：名称、别名或股票代码"),
    "with_": both("What is between it and this one", "与这家公司之间"),
    "since": both("From when on: 30d, 2w, 6m, 1y, 2023 or 2023-01-31", "起始：30d、1y、2023-01"),
    "asof": both("As of a date: 2018-06", "截至：2018-06"),
}
_NAMED = {
    "topic": both("topic", "主题"),
    "with_": both("with", "与"),
    "since": both("since", "起始"),
    "asof": both("asof", "截至"),
}
"""What the options of a question say, and what they are called."""


def _period(since: str | None, asof: str | None) -> tuple[str, ...]:
    return (f"since {since}" if since else "", f"asof {asof}" if asof else "")


def _command(
    callback: Any,
    name: locale_str,
    description: locale_str,
    contexts: app_commands.AppCommandContext = ONE_CHANNEL,
) -> app_commands.Command[Any, Any, Any]:
    return app_commands.Command(
        name=name,
        description=description,
        callback=callback,
        allowed_contexts=contexts,
        allowed_installs=INSTALLS,
    )


def _plain(acting: Acting, text: str) -> Callable[[Interaction], Awaitable[None]]:
    async def show(interaction: Interaction) -> None:
        await acting.asked(interaction, text)

    return show


def _managing(acting: Acting, action: str) -> Any:
    async def subscriptions(interaction: Interaction, typed: str) -> list[Choice[int]]:
        return await acting.subscriptions(interaction, typed)

    @app_commands.describe(number=both("The number of the digest", "简报编号"))
    @app_commands.rename(number=both("number", "编号"))
    @app_commands.autocomplete(number=subscriptions)
    async def manage(interaction: Interaction, number: Number) -> None:
        await acting.asked(interaction, written(action, number))

    return manage


def _add_questions(tree: app_commands.CommandTree[Any], acting: Acting) -> None:
    async def topics(_: Interaction, typed: str) -> list[Choice[str]]:
        return acting.topics(typed)

    def asking(call: str) -> Any:
        @app_commands.describe(**_DESCRIBED)
        @app_commands.rename(**_NAMED)
        @app_commands.autocomplete(topic=topics, with_=topics)
        async def ask(
            interaction: Interaction,
            topic: Words,
            with_: Words | None = None,
            since: Words | None = None,
            asof: Words | None = None,
        ) -> None:
            await acting.asked(interaction, written(call, topic, with_, *_period(since, asof)))

        return ask

    tree.add_command(
        _command(
            asking(""),
            both("intel", "情报"),
            both("Briefing on an organisation, or on what is between two", "一家或两家公司的简报"),
            EVERYWHERE,
        )
    )

    @app_commands.describe(
        **_DESCRIBED, kind=both("Stakes, acquisitions, partnerships ...", "事实的类别")
    )
    @app_commands.rename(**_NAMED, kind=both("kind", "类别"))
    @app_commands.choices(kind=[Choice(name=both(*each), value=each[0]) for each in KINDS])
    @app_commands.autocomplete(topic=topics, with_=topics)
    async def facts(  # noqa: PLR0913, PLR0917 - the options of the command
        interaction: Interaction,
        topic: Words,
        with_: Words | None = None,
        kind: str | None = None,
        since: Words | None = None,
        asof: Words | None = None,
    ) -> None:
        text = written("facts", topic, with_, kind, *_period(since, asof))
        await acting.asked(interaction, text)

    tree.add_command(
        _command(
            facts,
            both("facts", "事实"),
            both("Who did what with whom, with the sentences that say it", "有原文为证的事实"),
            EVERYWHERE,
        )
    )
    tree.add_command(
        _command(
            asking("timeline"),
            both("timeline", "时间线"),
            both("What happened, oldest first, with a picture", "按时间排列的事件与图片"),
            EVERYWHERE,
        )
    )

    @app_commands.describe(words=both("Words an article contains, all of them", "文章包含的词语"))
    @app_commands.rename(words=both("words", "词语"))
    async def search(interaction: Interaction, words: Words) -> None:
        await acting.asked(interaction, written("search", words))

    tree.add_command(
        _command(
            search,
            both("search", "搜索"),
            both("Articles that contain all the words, English and Chinese", "包含所有词语的文章"),
            EVERYWHERE,
        )
    )

    @app_commands.describe(url=both("The address of an article", "文章网址"))
    @app_commands.rename(url=both("url", "网址"))
    async def summarize(interaction: Interaction, url: Address) -> None:
        await acting.asked(interaction, written("summarize", url))

    tree.add_command(
        _command(
            summarize,
            both("summarize", "摘要"),
            both(
                "One article in a few of its own sentences, with its figures", "用原文句子摘要文章"
            ),
            EVERYWHERE,
        )
    )


def _add_subscribe(tree: app_commands.CommandTree[Any], acting: Acting) -> None:
    async def topics(_: Interaction, typed: str) -> list[Choice[str]]:
        return acting.topics(typed)

    async def zones(_: Interaction, typed: str) -> list[Choice[str]]:
        return acting.zones(typed)

    async def presets(_: Interaction, typed: str) -> list[Choice[str]]:
        return acting.presets(typed)

    @app_commands.describe(
        topic=both("An organisation: name, alias or ticker", "公司：名称、别名或股票代码"),
        every=both("How often", "频率"),
        with_=both("What is between it and this one", "与这家公司之间"),
        day=both("For weekly: mon to sun; for monthly: 1 to 31", "每周：mon 至 sun；每月：1 至 31"),
        at=both("The time there, as 09:00; for hourly the minute, as :15", "当地时间，如 09:00"),
        zone=both("The time zone, as Asia/Shanghai", "时区，如 Asia/Shanghai"),
        preset=both("The kind of digest", "简报样式"),
        channel=both("Where it is posted; left out: here", "发送到的频道，默认为此处"),
    )
    @app_commands.rename(
        topic=both("topic", "主题"),
        every=both("every", "频率"),
        with_=both("with", "与"),
        day=both("day", "日"),
        at=both("at", "时间"),
        zone=both("zone", "时区"),
        preset=both("preset", "样式"),
        channel=both("channel", "频道"),
    )
    @app_commands.choices(every=[Choice(name=both(*each), value=each[0]) for each in EVERY])
    @app_commands.autocomplete(topic=topics, with_=topics, zone=zones, preset=presets)
    async def subscribe(  # noqa: PLR0913, PLR0917 - the options of the command
        interaction: Interaction,
        topic: Words,
        every: str,
        with_: Words | None = None,
        day: Words | None = None,
        at: Words | None = None,
        zone: Words | None = None,
        preset: Words | None = None,
        channel: app_commands.Transform[Any, Postable] | None = None,
    ) -> None:
        kind = f"as {preset}" if preset else ""
        text = written("subscribe", topic, with_, every, day, at, zone, kind)
        await acting.asked(interaction, text, channel)

    tree.add_command(
        _command(
            subscribe,
            both("subscribe", "订阅"),
            both("A digest on one organisation or two, in this channel or another", "订阅定期简报"),
        )
    )


def _add_sources(tree: app_commands.CommandTree[Any], acting: Acting) -> None:
    async def sources(interaction: Interaction, typed: str) -> list[Choice[int]]:
        return await acting.sources(interaction, typed)

    group = app_commands.Group(
        name=both("sources", "来源"),
        description=both("The feeds that are watched", "关注的来源"),
        allowed_contexts=EVERYWHERE,
        allowed_installs=INSTALLS,
    )

    @group.command(
        name=both("list", "列表"),
        description=both("The feeds, each with its health", "来源及其状态"),
    )
    async def listed(interaction: Interaction) -> None:
        await acting.asked(interaction, "sources")

    @group.command(name=both("add", "添加"), description=both("Watch one more feed", "添加来源"))
    @app_commands.describe(url=both("The address of a feed or a site", "来源网址"))
    @app_commands.rename(url=both("url", "网址"))
    async def add(interaction: Interaction, url: Address) -> None:
        await acting.asked(interaction, written("sources add", url))

    @group.command(name=both("remove", "移除"), description=both("Stop watching one", "移除来源"))
    @app_commands.describe(number=both("The number of the source", "来源编号"))
    @app_commands.rename(number=both("number", "编号"))
    @app_commands.autocomplete(number=sources)
    async def remove(interaction: Interaction, number: Number) -> None:
        await acting.asked(interaction, written("sources remove", number))

    tree.add_command(group)
