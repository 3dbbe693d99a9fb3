"""files.*: an upload in three steps."""

from __future__ import annotations

import json
import secrets
from typing import Any

from tests.servers.slack.calls import Refused
from tests.servers.slack.core import Asking, Served, Slack
from tests.servers.slack.ledger import File, Message
from tests.servers.slack.limits import Problem

ALT_TEXT = 1000
LONGEST = 1 << 30


def upload_url(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    name, length = call.needed("filename"), call.number("length", -1)
    if not 0 < length <= LONGEST:
        raise Refused("invalid_arguments")
    if len(call.text("alt_txt")) > ALT_TEXT:
        slack.blame(call.method, [Problem("/alt_txt", "too_long", f"over {ALT_TEXT} characters")])
        raise Refused("alt_txt_too_large")
    file = File(slack.world.new_id("F"), name, length, call.text("alt_txt"))
    slack.ledger.files.append(file)
    path = f"/upload/v1/{file.id}/{secrets.token_hex(8)}"
    return {"upload_url": slack.root + path, "file_id": file.id}


def receive(slack: Slack, id: str, content: bytes) -> str | None:
    """The raw POST: what is answered, or None where nothing is expected."""
    file = next((file for file in slack.ledger.files if file.id == id), None)
    if file is None or file.complete or "upload" in slack.refused:
        return None
    file.content = content
    slack.ledger.changed()
    return f"OK - {len(content)}"


def complete(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    named = call.arguments.get("files")
    if not isinstance(named, list) or not named:
        raise Refused("invalid_arguments")
    found = [_uploaded(slack, entry) for entry in named]
    for file, entry in zip(found, named, strict=True):
        file.title, file.complete = entry.get("title") or file.name, True
    said = [described(file) for file in found]
    if call.text("channel_id"):
        channel = slack.channel(asking, "channel_id")
        if channel.archived or not channel.member:
            raise Refused("is_archived" if channel.archived else "not_in_channel")
        for file in found:
            file.channel, file.thread_ts = channel.id, call.text("thread_ts")
        slack.ledger.messages.append(
            Message(
                slack.world.new_ts(),
                channel,
                channel.team.bot.id,
                call.text("initial_comment"),
                [],
                slack.clock.now(),
                call.method,
                thread_ts=call.text("thread_ts"),
                files=said,
                request=call.arguments,
            )
        )
    return {"files": json.loads(json.dumps(said))}


def _uploaded(slack: Slack, entry: dict[str, Any]) -> File:
    file = next((file for file in slack.ledger.files if file.id == entry.get("id")), None)
    if file is None:
        raise Refused("file_not_found")
    if len(file.content) != file.length:
        raise Refused("file_upload_size_mismatch")
    return file


def described(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "alt_txt": file.alt_text,
        "permalink": f"https://files.slack.com/{file.id}",
        "url_private": f"https://files.slack.com/files-pri/{file.id}/{file.name}",
    }


METHODS = {
    "files.getUploadURLExternal": Served(upload_url, ("files:write",)),
    "files.completeUploadExternal": Served(complete, ("files:write",)),
}
