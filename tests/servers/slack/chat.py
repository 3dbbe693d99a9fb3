"""chat.*: messages posted, changed, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.servers.slack.calls import Refused
from tests.servers.slack.core import Asking, Served, Slack
from tests.servers.slack.ledger import Message, Unfurl
from tests.servers.slack.world import Channel


def post(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    channel = slack.channel(asking)
    _may_post(channel)
    slack.check_message(call.method, call.arguments)
    _keep_pace(slack, channel)
    metadata = call.arguments.get("metadata")
    message = Message(
        slack.world.new_ts(),
        channel,
        channel.team.bot.id,
        call.text("text"),
        call.arguments.get("blocks") or [],
        slack.clock.now(),
        call.method,
        thread_ts=call.text("thread_ts"),
        metadata=metadata,
        request=call.arguments,
    )
    _reply_to_something(slack, message)
    slack.ledger.messages.append(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.shown()}


def post_ephemeral(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    channel = slack.channel(asking)
    _may_post(channel)
    user = call.needed("user")
    if user not in channel.members and not slack.world.open:
        raise Refused("user_not_in_channel")
    slack.check_message(call.method, call.arguments)
    message = Message(
        slack.world.new_ts(),
        channel,
        channel.team.bot.id,
        call.text("text"),
        call.arguments.get("blocks") or [],
        slack.clock.now(),
        call.method,
        visibility="ephemeral",
        to=user,
        thread_ts=call.text("thread_ts"),
        request=call.arguments,
    )
    slack.ledger.messages.append(message)
    return {"message_ts": message.ts}


def update(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    channel = slack.channel(asking)
    message = _own(slack, asking, channel, "cant_update_message")
    slack.check_message(call.method, call.arguments)
    message.text = call.text("text")
    message.blocks = call.arguments.get("blocks") or []
    message.metadata = call.arguments.get("metadata", message.metadata)
    message.edited_at = slack.clock.now()
    message.request = call.arguments
    said = message.shown()
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": said}


def delete(slack: Slack, asking: Asking) -> dict[str, Any]:
    channel = slack.channel(asking)
    message = _own(slack, asking, channel, "cant_delete_message")
    message.deleted_at = slack.clock.now()
    return {"channel": channel.id, "ts": message.ts}


def permalink(slack: Slack, asking: Asking) -> dict[str, Any]:
    channel = slack.channel(asking)
    ts = asking.call.needed("message_ts")
    if slack.ledger.message(channel, ts) is None:
        raise Refused("message_not_found")
    place = f"{channel.team.domain}.slack.com/archives/{channel.id}"
    return {"channel": channel.id, "permalink": f"https://{place}/p{ts.replace('.', '')}"}


def unfurl(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    channel = slack.channel(asking)
    ts = call.text("ts") or call.needed("unfurl_id")
    unfurls = call.arguments.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise Refused("missing_unfurls")
    for unfurled in unfurls.values():
        slack.check_message(call.method, {"text": "-", **unfurled})
    slack.ledger.unfurls.append(Unfurl(channel.team.id, channel.id, ts, unfurls))
    return {}


def _reply_to_something(slack: Slack, reply: Message) -> None:
    """A thread goes on when its first message was deleted, but it must have had one."""
    ever = (each.ts for each in slack.ledger.messages if each.channel is reply.channel)
    if reply.thread_ts and reply.thread_ts not in ever and not slack.world.open:
        raise Refused("cannot_reply_to_message")


def _may_post(channel: Channel) -> None:
    if channel.archived:
        raise Refused("is_archived")
    if not channel.member:
        raise Refused("not_in_channel")


def _own(slack: Slack, asking: Asking, channel: Channel, refusal: str) -> Message:
    message = slack.ledger.message(channel, asking.call.needed("ts"))
    if message is None or message.ephemeral:
        raise Refused("message_not_found")
    if message.user != channel.team.bot.id:
        raise Refused(refusal)
    return message


def _keep_pace(slack: Slack, channel: Channel) -> None:
    """One message a second, or so, to a channel."""
    if not slack.pace_s:
        return
    for message in reversed(slack.ledger.messages):
        if message.channel is channel and message.via == "chat.postMessage":
            if slack.clock.now() - message.at < timedelta(seconds=slack.pace_s):
                raise Refused("ratelimited", retry_after=1)
            return


METHODS = {
    "chat.postMessage": Served(post, ("chat:write",)),
    "chat.postEphemeral": Served(post_ephemeral, ("chat:write",)),
    "chat.update": Served(update, ("chat:write",)),
    "chat.delete": Served(delete, ("chat:write",)),
    "chat.getPermalink": Served(permalink),
    "chat.unfurl": Served(unfurl, ("links:write",)),
}
