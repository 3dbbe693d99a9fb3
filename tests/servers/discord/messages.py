"""Channels and the messages in them, as the API serves them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.servers.discord import limits, shapes, shown
from tests.servers.discord.core import Asking, Discord, Served
from tests.servers.discord.kinds import POSTS, Kind
from tests.servers.discord.ledger import CROSSPOSTED, File, Message
from tests.servers.discord.limits import Problem
from tests.servers.discord.permissions import May
from tests.servers.discord.refusals import refused
from tests.servers.discord.world import Channel, User

ALLOWED_FLAGS = (1 << 2) | (1 << 12) | (1 << 15)
"""Of a message to a channel: suppress embeds, suppress notifications, components v2."""


def check_message(asking: Asking) -> Iterable[Problem]:
    yield from limits.message(asking.body)
    yield from check_files(asking, asking.body)


def check_files(asking: Asking, body: dict[str, Any]) -> Iterable[Problem]:
    """Every file is described, and everything described as a new file is there."""
    sent = {upload.part.removeprefix("files[").rstrip("]") for upload in asking.call.files}
    described = {str(each.get("id")) for each in body.get("attachments") or ()}
    for id in sorted(sent - described):
        yield Problem(f"attachments.{id}", "ATTACHMENT_NOT_DESCRIBED", "a file without alt text")
    for upload in asking.call.files:
        if len(upload.content) > limits.ATTACHMENT_BYTES:
            yield Problem(upload.part, "BASE_TYPE_MAX_LENGTH", "Request entity too large")


def check_thread(asking: Asking) -> Iterable[Problem]:
    for each in limits.message(asking.body.get("message") or {}):
        yield Problem(f"message.{each.path}", each.code, each.message)
    yield from check_files(asking, asking.body.get("message") or {})


def compose(discord: Discord, asking: Asking, body: dict[str, Any], into: Message) -> Message:
    """Give a message what a body says; what it does not mention stays."""
    into.request = body
    into.edits += 1
    for name in ("content", "embeds", "components"):
        if name in body:
            setattr(into, name, body[name] or ("" if name == "content" else []))
    if "allowed_mentions" in body or into.edits == 1:
        into.allowed_mentions = body.get("allowed_mentions")
    uploads = {
        upload.part.removeprefix("files[").rstrip("]"): upload for upload in asking.call.files
    }
    if "attachments" in body:
        kept = {file.id: file for file in into.files}
        into.files = []
        for each in body["attachments"] or ():
            upload = uploads.pop(str(each["id"]), None)
            if upload is not None:
                name = each.get("filename") or upload.name
                described = each.get("description") or ""
                into.files.append(
                    File(discord.world.new_snowflake(), name, upload.content, described)
                )
            elif str(each["id"]) in kept:
                into.files.append(kept[str(each["id"])])
    into.files += [
        File(discord.world.new_snowflake(), upload.name, upload.content)
        for upload in uploads.values()
    ]
    if not (
        into.content or into.embeds or into.components or into.files or body.get("sticker_ids")
    ):
        raise refused(50006)
    return into


def show(discord: Discord, message: Message) -> dict[str, Any]:
    direct = message.channel.direct
    own = message.author is discord.world.bot
    return shown.message(message, discord.world, discord.root, with_text=own or direct)


def accessible(discord: Discord, asking: Asking, *needed: May) -> Channel:
    """The channel of a path, when the app may see it and do what is needed there."""
    channel = discord.world.channel(asking.named["channel_id"])
    if channel is None:
        raise refused(10003)
    may = discord.world.app_may(channel)
    if May.VIEW_CHANNEL not in may:
        raise refused(50001)
    if any(each not in may for each in needed):
        raise refused(50013)
    return channel


def _needed(channel: Channel, body: dict[str, Any], files: bool) -> list[May]:
    needed = [May.SEND_MESSAGES_IN_THREADS if channel.thread else May.SEND_MESSAGES]
    if body.get("embeds"):
        needed.append(May.EMBED_LINKS)
    if files:
        needed.append(May.ATTACH_FILES)
    return needed


def create_message(discord: Discord, asking: Asking) -> tuple[int, Any]:
    channel = accessible(discord, asking)
    if channel.kind in POSTS or channel.kind is Kind.CATEGORY:
        raise refused(50008)
    accessible(discord, asking, *_needed(channel, asking.body, bool(asking.call.files)))
    if channel.direct and not all(user.open for user in channel.people):
        raise refused(50007)
    if channel.locked:
        raise refused(50083)
    nonce = str(asking.body.get("nonce") or "")
    if nonce and asking.body.get("enforce_nonce"):
        since = discord.clock.now() - timedelta(seconds=discord.nonce_s)
        for earlier in discord.ledger.messages:
            if earlier.nonce == nonce and earlier.channel is channel and earlier.at >= since:
                return 200, show(discord, earlier)
    return 200, show(discord, _post(discord, asking, asking.body, channel, nonce))


def _post(
    discord: Discord, asking: Asking, body: dict[str, Any], channel: Channel, nonce: str = ""
) -> Message:
    made = Message(
        discord.world.new_snowflake(),
        channel,
        discord.world.bot,
        discord.clock.now(),
        flags=(body.get("flags") or 0) & ALLOWED_FLAGS,
        nonce=nonce,
    )
    compose(discord, asking, body, made)
    discord.ledger.messages.append(made)
    channel.last_message_id = made.id
    channel.archived = False
    return made


def list_messages(discord: Discord, asking: Asking) -> tuple[int, Any]:
    """The newest first; none at all, and no refusal, without the right to read the history."""
    channel = accessible(discord, asking)
    if channel.kind in POSTS:
        raise refused(50008)
    if May.READ_MESSAGE_HISTORY not in discord.world.app_may(channel):
        return 200, []
    query = asking.call.query
    after, before = int(query.get("after", 0)), int(query.get("before", 1 << 63))
    limit = int(query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise refused(50024)
    until = discord.clock.now() - timedelta(seconds=discord.history_lag_s)
    found = [
        message
        for message in discord.ledger.visible(channel)
        if after < int(message.id) < before and message.at <= until
    ]
    found.sort(key=lambda message: int(message.id))
    # From `after` on the oldest are given, in the same order as ever: the newest first.
    page = found[:limit] if "after" in query else found[-limit:]
    return 200, [show(discord, message) for message in reversed(page)]


def _named(discord: Discord, asking: Asking) -> Message:
    channel = accessible(discord, asking)
    found = discord.ledger.message(asking.named["message_id"])
    if found is None or found.channel is not channel or found.ephemeral:
        raise refused(10008)
    return found


def get_message(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = _named(discord, asking)
    if May.READ_MESSAGE_HISTORY not in discord.world.app_may(found.channel):
        raise refused(50013)
    return 200, show(discord, found)


def update_message(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = _named(discord, asking)
    if found.author is not discord.world.bot:
        raise refused(50005)
    compose(discord, asking, asking.body, found)
    found.edited_at = discord.clock.now()
    return 200, show(discord, found)


def delete_message(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = _named(discord, asking)
    own = found.author is discord.world.bot
    if not own and May.MANAGE_MESSAGES not in discord.world.app_may(found.channel):
        raise refused(50013)
    found.deleted_at = discord.clock.now()
    return 204, None


def crosspost_message(discord: Discord, asking: Asking) -> tuple[int, Any]:
    found = _named(discord, asking)
    if found.channel.kind is not Kind.ANNOUNCEMENT:
        raise refused(50024)
    own = found.author is discord.world.bot
    accessible(discord, asking, May.SEND_MESSAGES if own else May.MANAGE_MESSAGES)
    if found.flags & CROSSPOSTED:
        raise refused(40033)
    found.flags |= CROSSPOSTED
    return 200, show(discord, found)


def create_thread(discord: Discord, asking: Asking) -> tuple[int, Any]:
    """A post in a forum: a thread whose first message has the thread's own id."""
    forum = accessible(discord, asking)
    if forum.kind not in POSTS or forum.guild is None:
        raise refused(50024)
    first = asking.body.get("message") or {}
    accessible(discord, asking, *_needed(forum, first, bool(asking.call.files)))
    tags = [str(tag) for tag in asking.body.get("applied_tags") or () if str(tag) in forum.tags]
    if forum.requires_tag and not tags:
        raise refused(40067)
    thread = Channel(
        discord.world.new_snowflake(),
        asking.body["name"],
        Kind.PUBLIC_THREAD,
        guild=forum.guild,
        parent=forum,
        owner_id=discord.world.bot.id,
        applied_tags=tags,
        made_at=discord.clock.now(),
    )
    made = _post(discord, asking, first, thread)
    made.id = thread.last_message_id = thread.id
    forum.guild.channels[thread.id] = thread
    discord.happened(
        forum.guild.id, "THREAD_CREATE", {**shapes.channel(thread), "newly_created": True}
    )
    return 201, {**shapes.channel(thread), "message": show(discord, made)}


def get_channel(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return 200, shapes.channel(accessible(discord, asking))


def create_dm(discord: Discord, asking: Asking) -> tuple[int, Any]:
    user = discord.world.users.get(str(asking.body.get("recipient_id")))
    if user is None:
        raise refused(10013)
    if user.bot or not _shares(discord, user):
        raise refused(50007)
    return 200, shapes.channel(discord.world.dm(user))


def _shares(discord: Discord, user: User) -> bool:
    return user.installed or any(
        user.id in guild.members for guild in discord.world.guilds.values() if guild.app_in
    )


def active_threads(discord: Discord, asking: Asking) -> tuple[int, Any]:
    guild = discord.world.guild(asking.named["guild_id"])
    if guild is None:
        raise refused(10004)
    threads = [shapes.channel(each) for each in guild.threads if not each.archived]
    return 200, {"threads": threads, "members": [], "has_more": False}


def archived_threads(discord: Discord, asking: Asking) -> tuple[int, Any]:
    channel = accessible(discord, asking, May.READ_MESSAGE_HISTORY)
    assert channel.guild is not None
    found = [each for each in channel.guild.threads if each.parent is channel and each.archived]
    found.sort(key=lambda each: int(each.id), reverse=True)
    return 200, {
        "threads": [shapes.channel(each) for each in found],
        "members": [],
        "has_more": False,
    }


_CHANNEL = "/channels/{channel_id}"
_MESSAGE = _CHANNEL + "/messages/{message_id}"
SERVED = (
    Served("create_message", "POST", _CHANNEL + "/messages", create_message, check_message),
    Served("list_messages", "GET", _CHANNEL + "/messages", list_messages),
    Served("get_message", "GET", _MESSAGE, get_message),
    Served("update_message", "PATCH", _MESSAGE, update_message, check_message),
    Served("delete_message", "DELETE", _MESSAGE, delete_message),
    Served("crosspost_message", "POST", _MESSAGE + "/crosspost", crosspost_message),
    Served("create_thread", "POST", _CHANNEL + "/threads", create_thread, check_thread),
    Served(
        "list_public_archived_threads",
        "GET",
        _CHANNEL + "/threads/archived/public",
        archived_threads,
    ),
    Served("get_channel", "GET", _CHANNEL, get_channel),
    Served("create_dm", "POST", "/users/@me/channels", create_dm),
    Served("get_active_guild_threads", "GET", "/guilds/{guild_id}/threads/active", active_threads),
)
