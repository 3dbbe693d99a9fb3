"""What Discord takes at most, and a check of a message against it.

The figures are those of docs.discord.com/developers/resources/message and
.../components/reference. Lengths are counted in UTF-16 units: no count of Discord's is higher.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.cutting import size

CONTENT = 2_000
EMBEDS = 10
EMBEDS_CHARS = 6_000
"""The texts of all embeds of a message together."""
TITLE = 256
DESCRIPTION = 4_096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1_024
FOOTER = 2_048
AUTHOR = 256
COLOUR = 0xFFFFFF
ROWS = 5
BUTTONS_A_ROW = 5
BUTTONS = ROWS * BUTTONS_A_ROW
CUSTOM_ID = 100
LABEL = 80

Embed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Excess:
    """Something Discord would refuse: where (a path with dots), and what is wrong there."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def weight(embed: Embed) -> int:
    """How much of a message's total an embed takes."""
    fields = embed.get("fields", ())
    texts = [
        embed.get("title", ""),
        embed.get("description", ""),
        embed.get("footer", {}).get("text", ""),
        embed.get("author", {}).get("name", ""),
        *(field["name"] for field in fields),
        *(field["value"] for field in fields),
    ]
    return sum(map(size, texts))


def fits(payload: Mapping[str, Any]) -> bool:
    """Whether Discord takes a message (`content`, `embeds`, `components`)."""
    return not check(payload)


def check(payload: Mapping[str, Any]) -> tuple[Excess, ...]:
    """What is too long, too many, empty or twice in a message; nothing when it fits."""
    return tuple(_message(payload))


def _message(payload: Mapping[str, Any]) -> Iterator[Excess]:
    content, embeds = payload.get("content") or "", payload.get("embeds") or ()
    if not content.strip() and not embeds:
        yield Excess("content", "empty, and no embeds")
    yield from _long(content, "content", CONTENT, least=0)
    yield from _many(embeds, "embeds", EMBEDS)
    if (total := sum(map(weight, embeds))) > EMBEDS_CHARS:
        yield Excess("embeds", f"{total:,} characters together, {EMBEDS_CHARS:,} at most")
    for number, embed in enumerate(embeds):
        yield from _embed(embed, f"embeds.{number}")
    yield from _components(payload.get("components") or ())


def _embed(embed: Embed, at: str) -> Iterator[Excess]:
    if not any(embed.get(name) for name in ("title", "description", "fields", "image", "author")):
        yield Excess(at, "empty")
    for name, most in (("title", TITLE), ("description", DESCRIPTION)):
        if name in embed:
            yield from _long(embed[name], f"{at}.{name}", most)
    if "footer" in embed:
        yield from _long(embed["footer"]["text"], f"{at}.footer.text", FOOTER)
    if "author" in embed:
        yield from _long(embed["author"]["name"], f"{at}.author.name", AUTHOR)
    if not 0 <= embed.get("color", 0) <= COLOUR:
        yield Excess(f"{at}.color", f"{embed['color']}, not a colour")
    fields = embed.get("fields", ())
    yield from _many(fields, f"{at}.fields", FIELDS)
    for number, field in enumerate(fields):
        yield from _long(field["name"], f"{at}.fields.{number}.name", FIELD_NAME)
        yield from _long(field["value"], f"{at}.fields.{number}.value", FIELD_VALUE)


def _components(rows: Sequence[Mapping[str, Any]]) -> Iterator[Excess]:
    yield from _many(rows, "components", ROWS)
    buttons = [button for row in rows for button in row.get("components", ())]
    for row, each in enumerate(rows):
        yield from _many(each.get("components", ()), f"components.{row}", BUTTONS_A_ROW, least=1)
    for button in buttons:
        yield from _long(button.get("label") or "", "components.label", LABEL)
        yield from _long(button.get("custom_id", "-"), "components.custom_id", CUSTOM_ID)
    ids = Counter(button["custom_id"] for button in buttons if "custom_id" in button)
    for value, times in ids.items():
        if times > 1:
            yield Excess("components", f"custom_id {value!r} is there {times} times")


def _long(text: str, at: str, most: int, least: int = 1) -> Iterator[Excess]:
    if (length := size(text)) > most:
        yield Excess(at, f"{length:,} characters, {most:,} at most")
    elif size(text.strip()) < least:
        yield Excess(at, "empty")


def _many(items: Sequence[object], at: str, most: int, least: int = 0) -> Iterator[Excess]:
    if len(items) > most:
        yield Excess(at, f"{len(items)} items, {most} at most")
    elif len(items) < least:
        yield Excess(at, "empty")
