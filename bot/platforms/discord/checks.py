"""What `intelbrief check` finds out about Discord, without connecting to the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC
from typing import Any, cast

import discord
from discord import app_commands

from bot.platforms.discord.commands import Acting, add_commands, definitions
from bot.platforms.discord.limits import check
from bot.platforms.discord.markup import pages
from bot.platforms.discord.offered import differing
from bot.platforms.discord.outbound import present
from bot.platforms.discord.people import invitation
from bot.platforms.discord.places import ADMINISTRATOR, THREADS, permissions
from bot.platforms.discord.replies import view
from bot.platforms.discord.settings import (
    NAME,
    PERMISSIONS,
    RESET,
    DiscordSettings,
)
from bot.platforms.discord.web import Web
from briefings.answers import Answer
from briefings.errors import DeliveryError, Rejected
from briefings.ports import SystemClock
from briefings.render import count
from briefings.store import Store

Finding = tuple[str, str, str]
_REACH = "Check the connection to discord.com, INTELBRIEF_PROXY and INTELBRIEF_DISCORD_BASE_URL."
_NEXT_START = "Start the desk once: it tells Discord its commands wherever other ones are offered."
_WORDS = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "embed_links": "Embed Links",
    "attach_files": "Attach Files",
    "read_message_history": "Read Message History",
}
_MOST_SERVERS = 200
"""What one request lists; a bot in more of them checks the first."""


async def findings(
    settings: DiscordSettings, samples: Mapping[str, Answer | str], *, live: bool
) -> AsyncIterator[Finding]:
    """Whether Discord accepts what is set up. Nothing is posted, `live` or not."""
    web = Web(settings.discord_token, settings.discord_base_url, proxy=settings.proxy or None)
    try:
        try:
            me = await web.ask("GET", "/users/@me")
            application = await web.ask("GET", "/oauth2/applications/@me")
        except DeliveryError as error:
            rejected = isinstance(error, Rejected)
            yield "FAIL", f"Discord: {error.message}", RESET if rejected else _REACH
            return
        yield "OK", f"Discord: bot {me['username']}, application {application['name']}", ""
        if application.get("interactions_endpoint_url"):
            yield (
                "FAIL",
                "Discord: commands go to a web address, not to the desk.",
                "At discord.com/developers/applications, under General Information, empty the "
                "Interactions Endpoint URL.",
            )
        yield await _commands(web, settings, str(application["id"]))
        async for finding in _channels(web, settings, str(me["id"])):
            yield finding
        yield "OK", f"Discord: add it to a server with {invitation(application['id'])}", ""
    finally:
        await web.close()
    for name, sample in samples.items():
        yield _judged(name, sample)


async def _commands(web: Web, settings: DiscordSettings, application: str) -> Finding:
    path = f"/applications/{application}/commands"
    try:
        known = await web.ask("GET", path, query={"with_localizations": "true"})
    except DeliveryError as error:
        return "warn", f"Discord: its commands are not known: {error.message}", _REACH
    if (changed := differing(await _ours(), known)) == []:
        return "OK", f"Discord: {len(known)} commands are in sync", ""
    off = settings.discord_sync == "off"
    return (
        "warn",
        f"Discord: commands are not in sync: {', '.join(changed)}.",
        "Set INTELBRIEF_DISCORD_SYNC=auto and start the desk." if off else _NEXT_START,
    )


async def _ours() -> list[dict[str, Any]]:
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree[Any](client)
    add_commands(tree, cast(Acting, None))  # they are only looked at
    return await definitions(tree)


async def _channels(web: Web, settings: DiscordSettings, me: str) -> AsyncIterator[Finding]:
    """Whether digests can be posted where they are subscribed to."""
    try:
        servers = await web.ask("GET", "/users/@me/guilds", query={"limit": str(_MOST_SERVERS)})
    except DeliveryError as error:
        yield "warn", f"Discord: its servers are not known: {error.message}", _REACH
        return
    yield "OK", f"Discord: in {count(len(servers), 'server')}", ""
    store = await Store.open(settings.database_url, clock=SystemClock())
    try:
        subscribed = {
            (str(server["id"]), each.scope.channel)
            for server in servers
            for each, _ in await store.subscriptions.in_workspace(NAME, str(server["id"]))
        }
    finally:
        await store.close()
    good = 0
    for server, channel in sorted(subscribed):
        lacking = await _lacking(web, server, channel, me)
        good += not lacking
        if lacking:
            yield (
                "FAIL",
                f"Discord: in channel {channel} the bot lacks {', '.join(lacking)}.",
                "Give it these permissions in the channel's settings, or let its digests rest.",
            )
    if good:
        yield "OK", f"Discord: {good} subscribed channels can be posted in", ""


async def _lacking(web: Web, server: str, channel: str, me: str) -> list[str]:
    try:
        said = await web.ask("GET", f"/channels/{channel}")
        thread = said.get("type") in THREADS
        holder = await web.ask("GET", f"/channels/{said['parent_id']}") if thread else said
        guild = await web.ask("GET", f"/guilds/{server}")
        member = await web.ask("GET", f"/guilds/{server}/members/{me}")
    except DeliveryError as error:
        return [_WORDS["view_channel"] if isinstance(error, Rejected) else error.message]
    granted = permissions(guild, member, holder, me=me)
    return lacking(granted, thread=thread)


def lacking(granted: int, *, thread: bool) -> list[str]:
    """The permissions a digest needs and does not have, as Discord shows them. Pure."""
    if granted & ADMINISTRATOR:
        return []
    held = discord.Permissions(granted)
    spare = "send_messages" if thread else "send_messages_in_threads"
    return [_WORDS[each] for each in PERMISSIONS if each != spare and not getattr(held, each)]


def _judged(name: str, sample: Answer | str) -> Finding:
    """What our limits say about a message as it would be sent."""
    wrong: list[str] = []
    for payload in _payloads(sample):
        wrong += [str(excess) for excess in check(payload)]
    if wrong:
        return "FAIL", f"Discord: {name}: {'; '.join(wrong[:3])}", "Please report this message."
    return "OK", f"Discord: {name} fits, say the limits", ""


def _payloads(sample: Answer | str) -> Iterable[dict[str, Any]]:
    if isinstance(sample, str):
        for page in pages(sample):
            yield {"content": page.content, "embeds": [dict(each) for each in page.embeds]}
    else:
        page, buttons = present(sample, "", UTC)
        embeds = [dict(each) for each in page.embeds]
        components = (shown := view(buttons)) and shown.to_components()
        yield {"content": page.content, "embeds": embeds, "components": components or []}
