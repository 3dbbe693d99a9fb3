"""Whom a message would notify, by the documented grammar of mentions and allowed_mentions.

https://docs.discord.com/developers/resources/message#allowed-mentions-object

Read generously: a mention in code or behind a backslash counts as well, and so does one of nobody
who exists, because what is asked is whether hostile text could reach anybody.
"""

from __future__ import annotations

import re
from typing import Any

from tests.servers.discord.ledger import Message, controls

_TEXT_DISPLAY = 10
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_ALL = re.compile(r"@(everyone|here)")


def notified(message: Message) -> set[str]:
    """The mentions that reach somebody: "@everyone", "@here", "<@id>", "<@&id>".

    Embeds never notify, whatever they say; nor does a message only one person sees.
    """
    if message.ephemeral or message.thinking:
        return set()
    texts = [message.content]
    texts += [
        each.get("content", "")
        for each in controls(message.components)
        if each.get("type") == _TEXT_DISPLAY
    ]
    return set().union(*(_in_text(text, message.allowed_mentions) for text in texts))


def _in_text(text: str, allowed: Any) -> set[str]:
    users, roles, everyone = _USER.findall(text), _ROLE.findall(text), _ALL.findall(text)
    if allowed is not None:
        parse = allowed.get("parse") or ()
        if "users" not in parse:
            named = {str(id) for id in allowed.get("users") or ()}
            users = [id for id in users if id in named]
        if "roles" not in parse:
            named = {str(id) for id in allowed.get("roles") or ()}
            roles = [id for id in roles if id in named]
        if "everyone" not in parse:
            everyone = []
    return (
        {f"@{word}" for word in everyone}
        | {f"<@{id}>" for id in users}
        | {f"<@&{id}>" for id in roles}
    )
