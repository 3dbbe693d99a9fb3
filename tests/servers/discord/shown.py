"""Messages as Discord's JSON says them."""

from __future__ import annotations

import mimetypes
from itertools import count
from typing import Any

from tests.servers.discord import shapes
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.ledger import EPHEMERAL, File, Message
from tests.servers.discord.mentions import notified
from tests.servers.discord.world import World


def message(of: Message, world: World, root: str, *, with_text: bool = True) -> dict[str, Any]:
    """A message as the API shows it to the app; without its text where that is not its to read."""
    reached = notified(of)
    users = [world.users[id[2:-1]] for id in sorted(reached) if id[2:-1] in world.users]
    roles = [id[3:-1] for id in sorted(reached) if id.startswith("<@&")]
    ids = count(1)
    said: dict[str, Any] = {
        "id": of.id,
        "type": 20 if of.interaction is not None else 0,
        "channel_id": of.channel.id,
        "author": shapes.user(of.author),
        "content": of.content if with_text else "",
        "mentions": [shapes.user(each) for each in users],
        "mention_roles": roles,
        "mention_everyone": bool(reached & {"@everyone", "@here"}),
        "attachments": [_file(each, of, root) for each in of.files] if with_text else [],
        "embeds": [_embed(each, of, root) for each in of.embeds] if with_text else [],
        "components": _numbered(of.components, ids) if with_text else [],
        "timestamp": of.at.isoformat(),
        "edited_timestamp": of.edited_at.isoformat() if of.edited_at is not None else None,
        "flags": of.flags,
        "pinned": False,
        "tts": False,
    }
    if of.nonce:
        said["nonce"] = of.nonce
    if of.author is world.bot:
        said["application_id"] = world.app_id
    if of.interaction is not None:
        by = _made_by(of.interaction)
        said |= {"webhook_id": world.app_id, "interaction_metadata": by}
    return said


def _made_by(by: Interaction) -> dict[str, Any]:
    said = {
        "id": by.id,
        "type": int(by.did),
        "user": shapes.user(by.user),
        "authorizing_integration_owners": by.payload["authorizing_integration_owners"],
    }
    if by.opened is not None:
        return said | {"triggering_interaction_metadata": _made_by(by.opened)}
    if by.source is not None:
        return said | {"interacted_message_id": by.source.id}
    if by.command is not None:
        said |= {"name": by.command["name"], "command_type": by.command.get("type", 1)}
    return said


def _file(of: File, at: Message, root: str) -> dict[str, Any]:
    address = f"{root}/attachments/{at.channel.id}/{of.id}/{of.name}"
    kind = mimetypes.guess_type(of.name)[0]
    return {
        "id": of.id,
        "filename": of.name,
        "size": len(of.content),
        "url": address,
        "proxy_url": address,
        **({"description": of.description} if of.description else {}),
        **({"content_type": kind} if kind else {}),
        **({"width": 640, "height": 480} if (kind or "").startswith("image/") else {}),
        **({"ephemeral": True} if at.flags & EPHEMERAL else {}),
    }


def _embed(of: dict[str, Any], at: Message, root: str) -> dict[str, Any]:
    said = {name: value for name, value in of.items() if value is not None}
    said["type"] = "rich"
    said["fields"] = [{"inline": False, **each} for each in of.get("fields") or ()]
    for name in ("image", "thumbnail"):
        if said.get(name):
            said[name] = {"url": _resolved(said[name]["url"], at, root)}
    return {name: value for name, value in said.items() if value not in ([], {})}


def _resolved(url: str, at: Message, root: str) -> str:
    name = url.removeprefix("attachment://")
    if name == url:
        return url
    found = next((each for each in at.files if each.name == name), None)
    return f"{root}/attachments/{at.channel.id}/{found.id}/{name}" if found is not None else url


def _numbered(components: list[dict[str, Any]], ids: Any) -> list[dict[str, Any]]:
    """Components as Discord gives them back: each with a number."""
    made = []
    for each in components:
        one = {name: value for name, value in each.items() if value is not None}
        one.setdefault("id", next(ids))
        if "components" in one:
            one["components"] = _numbered(one["components"], ids)
        if isinstance(one.get("accessory"), dict):
            one["accessory"] = _numbered([one["accessory"]], ids)[0]
        made.append(one)
    return made
