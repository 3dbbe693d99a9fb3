"""The body of a message, from what `DiscordPoster.prepare` made of it. Pure.

    payload {"content", "embeds"} + key -> POST /channels/{id}/messages, or a forum's first message
    plain: the words alone, cut to what Discord takes

The key is in the last line, where a later look finds it: "ref k7Q…".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.platforms.cutting import cut, size
from bot.platforms.discord.limits import CONTENT, EMBEDS_CHARS, FOOTER, weight
from bot.platforms.discord.search import reference

THREAD_NAME = 100
ALT = 1024
"""What a file may be described with."""
SUPPRESS_EMBEDS = 1 << 2
_ALL = re.compile(r"@(?=everyone|here)")
"""In content, unlike in embeds, it is looked for wherever it stands."""
SILENT: Mapping[str, Any] = {"parse": [], "replied_user": False}
"""Nothing in a message wakes anybody."""


def body(payload: Mapping[str, Any], *, key: str = "", plain: bool = False) -> dict[str, Any]:
    """A message without what only its channel decides."""
    made: dict[str, Any] = {"allowed_mentions": dict(SILENT)}
    embeds = [] if plain else [dict(each) for each in payload.get("embeds") or ()]
    content = str(payload.get("content") or "")
    if embeds:
        made["embeds"] = _signed(embeds, key) if key else embeds
        if content:
            made["content"] = content
        return made
    said = _ALL.sub("@ ", words(payload))
    # As a subtext: small, and the last line.
    last = f"\n-# {reference(key)}" if key else ""
    made["content"] = cut(said, CONTENT - size(last)) + last
    made["flags"] = SUPPRESS_EMBEDS
    return made


def words(payload: Mapping[str, Any]) -> str:
    """Everything a message says, as text."""
    return "\n".join(filter(None, _words(payload)))


def thread_name(payload: Mapping[str, Any]) -> str:
    """What a forum shows of a digest: its first line, without marks."""
    lines = (line.strip("#*_~`>| \t") for line in words(payload).splitlines())
    return cut(next(filter(None, lines), "Digest"), THREAD_NAME)


def illustrated(message: Mapping[str, Any], file: str, alt: str) -> dict[str, Any]:
    """A message with an attached file, which its last embed shows, where it has one."""
    made = {**message, "attachments": [{"id": "0", "filename": file, "description": alt}]}
    if embeds := list(message.get("embeds") or ()):
        made["embeds"] = [*embeds[:-1], {**embeds[-1], "image": {"url": f"attachment://{file}"}}]
    return made


def _signed(embeds: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Embeds whose last footer ends with the key, within what they may have of text together."""
    *others, last = embeds
    footer = dict(last.get("footer") or {})
    old, ref = str(footer.get("text") or ""), reference(key)
    if ref not in old:
        footer["text"] = cut(old, FOOTER - size(ref) - 3) + f" · {ref}" if old else ref
    last = {**last, "footer": footer}
    over = sum(map(weight, [*others, last])) - EMBEDS_CHARS
    description = str(last.get("description") or "")
    if over > 0 and size(description) > over:
        last["description"] = cut(description, size(description) - over)
    return [*others, last]


def _words(payload: Mapping[str, Any]) -> Iterator[str]:
    yield str(payload.get("content") or "")
    embeds: Sequence[Mapping[str, Any]] = payload.get("embeds") or ()
    for embed in embeds:
        yield from _embed_words(embed)


def _embed_words(embed: Mapping[str, Any]) -> Iterator[str]:
    yield str((embed.get("author") or {}).get("name") or "")
    yield str(embed.get("title") or "")
    yield str(embed.get("description") or "")
    for each in embed.get("fields") or ():
        yield str(each.get("name") or "")
        yield str(each.get("value") or "")
