"""The loopback Discord against the real discord.py: it is what the other tests stand on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.discord_platform.conftest import Place, furnish
from tests.servers.discord import DiscordServer, Kind, May


class Bot(discord.Client):
    """A small app with a command of each kind."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            guild_ready_timeout=0.05,
        )
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
        self.heard: list[int] = []
        self.removed: list[int] = []
        self.removal = asyncio.Event()
        _commands(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds between two identifications."""

    async def setup_hook(self) -> None:
        self.add_view(Buttons())
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.append(interaction.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.removed.append(guild.id)
        self.removal.set()


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Share", custom_id="share")
    async def share(self, it: discord.Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await it.response.defer()
        await it.followup.send("shared", ephemeral=False)

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, it: discord.Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await it.response.send_modal(Form())


class Form(discord.ui.Modal, title="Ask"):
    about = discord.ui.TextInput[discord.ui.Modal](label="About", custom_id="about")

    async def on_submit(self, it: discord.Interaction) -> None:
        await it.response.send_message(f"asked about {self.about.value}", ephemeral=True)


def _commands(bot: Bot) -> None:
    tree = bot.tree

    @tree.command(description="What companies do")
    @app_commands.describe(topic="Whom it is about", channel="Where")
    async def intel(
        it: discord.Interaction, topic: str, channel: discord.TextChannel | None = None
    ) -> None:
        await it.response.defer(ephemeral=True)
        embed = discord.Embed(title=topic, description="@everyone", colour=0x336699)
        embed.add_field(name="Where", value=str(channel))
        await it.edit_original_response(embed=embed, view=Buttons())

    @intel.autocomplete("topic")
    async def topics(_it: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed.title(), value=typed)]

    @tree.command(description="Says where it is")
    async def where(it: discord.Interaction) -> None:
        said = f"{it.context.guild} {it.context.dm_channel} {it.is_user_integration()}"
        await it.response.send_message(f"{said} {it.permissions.manage_guild} {it.locale}")

    @tree.context_menu(name="Summarise links")
    async def summarise(it: discord.Interaction, message: discord.Message) -> None:
        await it.response.send_message(f"read: {message.content}", ephemeral=True)


@asynccontextmanager
async def running(server: DiscordServer) -> AsyncIterator[Bot]:
    bot = Bot()
    task = asyncio.create_task(bot.start(server.token))
    ready = asyncio.create_task(bot.wait_until_ready())
    try:
        await asyncio.wait((task, ready), timeout=10, return_when=asyncio.FIRST_COMPLETED)
        assert bot.is_ready(), task
        yield bot
    finally:
        await bot.close()
        ready.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait((task,), timeout=5)


async def test_login_commands_and_what_is_known_of_guilds(
    server: DiscordServer, place: Place
) -> None:
    async with running(server) as bot:
        [guild] = bot.guilds
        assert (guild.name, guild.me.id) == ("Acme", int(server.world.app_id))
        assert {channel.name for channel in guild.channels} == {
            "news",
            "digests",
            "announcements",
        }
        assert [thread.name for thread in guild.threads] == ["deals"]
        news = bot.get_channel(int(place.news.id))
        assert isinstance(news, discord.TextChannel)
        assert news.permissions_for(guild.me).embed_links
        fetched = await bot.tree.fetch_commands()
        assert {command.name for command in fetched} == {"intel", "where", "Summarise links"}
        assert server.gateway.identifies == 1


async def test_a_bad_token_is_refused(server: DiscordServer) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("not.the.token")
    await bot.close()
    assert [asked.status for asked in server.ledger.requests] == [401]


async def test_a_command_is_deferred_and_answered(server: DiscordServer, place: Place) -> None:
    async with running(server):
        it = await server.slash(
            place.news, place.bob, "intel", {"topic": "alibaba", "channel": place.news}
        )
        assert it.deferred
        assert it.answered_after_s <= it.done_after_s
        assert it.message is not None
        assert it.message.ephemeral
        assert it.message.to is place.bob
        assert it.text == "alibaba\n@everyone\nWhere\nnews"
        assert it.message.custom_ids == ["share", "ask"]
        assert server.notified(it.message) == set()
        assert server.ledger.visible(place.news) == []


async def test_what_discords_own_client_refuses_cannot_be_sent(
    server: DiscordServer, place: Place
) -> None:
    async with running(server):
        for options in ({}, {"topic": 3}, {"topic": "a", "other": "b"}, {"topic": "a" * 6001}):
            with pytest.raises(AssertionError):
                await server.slash(place.news, place.bob, "intel", options)
        with pytest.raises(AssertionError, match="nobody installed"):
            await server.slash(
                server.world.dm(place.ann, place.bob, with_app=False), place.bob, "where"
            )


async def test_completion_buttons_forms_and_menus(server: DiscordServer, place: Place) -> None:
    async with running(server):
        offered = await server.autocomplete(place.news, place.bob, "intel", typed={"topic": "ali"})
        assert offered == [{"name": "Ali", "value": "ali"}]
        it = await server.slash(place.news, place.bob, "intel", {"topic": "alibaba"})
        assert it.message is not None
        shared = await server.press(it.message, "share", place.bob)
        assert [message.content for message in server.ledger.visible(place.news)] == ["shared"]
        assert shared.followups[0].ephemeral is False
        form = await server.press(it.message, "ask", place.bob)
        assert form.modal is not None
        done = await server.submit(form, {"about": "tencent"})
        assert (done.text, done.message and done.message.ephemeral) == ("asked about tencent", True)
        note = server.write(place.ann, place.news, "see https://example.com/a")
        read = await server.menu(place.bob, "Summarise links", note)
        assert read.text == "read: see https://example.com/a"


async def test_guilds_direct_messages_and_private_conversations(
    server: DiscordServer, place: Place
) -> None:
    eve = server.world.add_user("eve", locale="zh-CN", installed=True)
    async with running(server):
        said = [
            (await server.slash(place.news, place.ann, "where")).text,
            (await server.slash(place.thread, place.bob, "where")).text,
            (await server.slash(server.world.dm(place.bob), place.bob, "where")).text,
            (
                await server.slash(server.world.dm(eve, place.bob, with_app=False), eve, "where")
            ).text,
        ]
    assert said == [
        "True False False True en-US",
        "True False False False en-US",
        "False True False False en-US",
        "False False True False zh-CN",
    ]


async def test_a_nonce_makes_one_message_of_two(server: DiscordServer, place: Place) -> None:
    async with running(server) as bot:
        channel = bot.get_partial_messageable(int(place.news.id))
        first = await channel.send("hello", nonce="k7Qabcdefghijklmnopqrs")
        second = await channel.send("hello", nonce="k7Qabcdefghijklmnopqrs")
        third = await channel.send("hello", nonce="another")
    assert first.id == second.id != third.id
    assert [each.nonce for each in server.ledger.visible()] == ["k7Qabcdefghijklmnopqrs", "another"]
    assert len(server.ledger.asked("create_message")) == 3


async def test_the_nonce_window_ends(place: Place, server: DiscordServer) -> None:
    server.discord.nonce_s = -1
    async with running(server) as bot:
        channel = bot.get_partial_messageable(int(place.news.id))
        await channel.send("hello", nonce="key")
        await channel.send("hello", nonce="key")
    assert len(server.ledger.visible()) == 2


async def test_history_files_threads_and_announcements(server: DiscordServer, place: Place) -> None:
    async with running(server) as bot:
        news = bot.get_partial_messageable(int(place.news.id))
        sent = [await news.send(f"number {number}") for number in range(3)]
        seen = [each.content async for each in news.history(after=sent[0], limit=5)]
        assert seen == ["number 1", "number 2"]
        await sent[1].delete()
        with pytest.raises(discord.NotFound) as gone:
            await sent[1].delete()
        assert gone.value.code == 10008

        picture = discord.File(io.BytesIO(b"png"), "timeline.png", description="A timeline")
        embed = discord.Embed(title="Timeline").set_image(url="attachment://timeline.png")
        shown = await news.send(embed=embed, file=picture)
        assert shown.attachments[0].description == "A timeline"
        assert await shown.attachments[0].read() == b"png"
        assert [file.description for file in server.ledger.messages[-1].files] == ["A timeline"]

        forum = bot.get_channel(int(place.forum.id))
        assert isinstance(forum, discord.ForumChannel)
        made = await forum.create_thread(name="Daily", content="first")
        await made.thread.send("second")
        thread = server.world.channel(str(made.thread.id))
        assert [each.content for each in server.ledger.visible(thread)] == ["first", "second"]

        announced = await bot.get_partial_messageable(int(place.announcements.id)).send("news")
        await announced.publish()
        assert server.ledger.messages[-1].flags & 1


async def test_errors_are_discords_own(server: DiscordServer, place: Place) -> None:
    hidden, silent = place.guild.add_channel("hidden"), place.guild.add_channel("silent")
    hidden.deny(place.guild.everyone, May.VIEW_CHANNEL)
    silent.deny(place.guild.everyone, May.EMBED_LINKS)
    unread = place.guild.add_channel("unread")
    unread.deny(place.guild.everyone, May.READ_MESSAGE_HISTORY)

    async def code(channel: str, **what: object) -> int:
        with pytest.raises(discord.HTTPException) as refused:
            await bot.get_partial_messageable(int(channel)).send(**what)  # type: ignore[call-overload]
        return int(refused.value.code)

    async with running(server) as bot:
        assert await code(hidden.id, content="a") == 50001
        assert await code(silent.id, embed=discord.Embed(title="a")) == 50013
        assert await code(place.forum.id, content="a") == 50008
        assert await code("1", content="a") == 10003
        channel = bot.get_partial_messageable(int(unread.id))
        await channel.send("a")
        assert [each async for each in channel.history()] == []
        server.leave(place.guild)
        assert await code(place.news.id, content="a") == 10003


async def test_what_is_against_the_limits_is_refused_and_recorded(lenient: DiscordServer) -> None:
    place = furnish(lenient)
    async with running(lenient) as bot:
        channel = bot.get_partial_messageable(int(place.news.id))
        embeds = [discord.Embed(description="x" * 3001) for _ in range(2)]
        for what in (
            {"content": "x" * 2001},
            {"embeds": embeds},
            {"content": "a", "nonce": "n" * 26},
        ):
            with pytest.raises(discord.HTTPException) as refused:
                await channel.send(**what)
            assert (refused.value.status, refused.value.code) == (400, 50035)
    assert {"MAX_EMBED_SIZE_EXCEEDED", "BASE_TYPE_MAX_LENGTH"} <= {
        each.code for each in lenient.violations
    }
    assert lenient.ledger.messages == []


async def test_a_gateway_that_drops_is_resumed_and_nothing_is_lost(
    server: DiscordServer, place: Place
) -> None:
    async with running(server) as bot:
        await server.gateway.drop()
        it = await server.slash(place.news, place.bob, "where")
        assert it.text.startswith("True")
        await server.gateway.ask_reconnect()
        await server.slash(place.news, place.bob, "where")
        assert (server.gateway.identifies, server.gateway.resumes) == (1, 2)
        server.gateway.replay_again = 1
        await server.gateway.ask_reconnect()
        await server.ledger.until(lambda: len(bot.heard) == 3)
        assert bot.heard[1] == bot.heard[2]
        # The second answer to the one interaction is refused.
        await server.ledger.until(
            lambda: server.ledger.asked("create_interaction_response")[-1].code == 40060
        )


async def test_an_invalid_session_identifies_anew(server: DiscordServer, place: Place) -> None:
    async with running(server):
        await server.gateway.invalidate()
        await server.ledger.until(lambda: server.gateway.identifies == 2)
        await server.ledger.until(server.gateway.ready)
        assert (await server.slash(place.news, place.bob, "where")).text.startswith("True")


async def test_a_refused_first_connection_and_heartbeats(
    place: Place, server: DiscordServer
) -> None:
    server.gateway.refuse_next = 1
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(server.gateway_url)
    assert (server.gateway.refused, server.gateway.refuse_next) == (1, 0)
    async with running(server):
        assert server.gateway.heartbeats >= 1


async def test_shards_are_told_of_their_own_guilds(server: DiscordServer) -> None:
    server.discord.shards = 2
    guilds = [server.world.add_guild(f"guild {number}") for number in range(4)]
    client = Sharded(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
    task = asyncio.create_task(client.start(server.token))
    await server.ledger.until(server.gateway.ready)
    async with asyncio.timeout(10):
        await client.wait_until_ready()
    by_shard = {guild.id: guild.shard_id for guild in client.guilds}
    assert by_shard == {int(guild.id): (int(guild.id) >> 22) % 2 for guild in guilds}
    assert set(by_shard.values()) == {0, 1}
    await client.close()
    await asyncio.wait((task,), timeout=5)


class Sharded(discord.AutoShardedClient):
    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds between two identifications."""


async def test_limits_of_rate_are_waited_for(server: DiscordServer, place: Place) -> None:
    async with running(server) as bot:
        server.limit("create_message", 1, 0.2)
        channel = bot.get_partial_messageable(int(place.news.id))
        for number in range(2):
            await channel.send(f"{number}")
        server.discord.buckets.clear()
        server.limit_everything(1, 0.2)
        for _ in range(2):
            await bot.fetch_channel(int(place.news.id))
    assert 429 in {asked.status for asked in server.ledger.requests}
    assert len(server.ledger.visible()) == 2


async def test_leaving_a_guild_is_told_and_an_outage_is_no_leaving(
    server: DiscordServer, place: Place
) -> None:
    async with running(server) as bot:
        server.outage(place.guild)
        server.recover(place.guild)
        server.leave(place.guild)
        await asyncio.wait_for(bot.removal.wait(), 10)
        assert bot.removed == [int(place.guild.id)]
        server.join(place.guild)
        assert (await server.slash(place.news, place.bob, "where")).text.startswith("True")


async def test_kinds_of_mentions_are_told_apart(server: DiscordServer, place: Place) -> None:
    everyone = discord.AllowedMentions.all()
    async with running(server) as bot:
        channel = bot.get_partial_messageable(int(place.news.id))
        # Added to the client's own: none.
        hostile = f"@everyone @here <@{place.bob.id}> <@!{place.ann.id}> <@&{place.guild.id}>"
        await channel.send(hostile)
        await channel.send(hostile, allowed_mentions=everyone)
        await channel.send(
            hostile,
            allowed_mentions=discord.AllowedMentions(users=[discord.Object(int(place.bob.id))]),
        )
        await channel.send(embed=discord.Embed(description=hostile), allowed_mentions=everyone)
    counted = [len(server.notified(message)) for message in server.ledger.messages]
    assert counted == [0, 5, 1, 0]
    assert place.announcements.kind is Kind.ANNOUNCEMENT
