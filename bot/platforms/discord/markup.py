"""Markdown to Discord's embeds.

    # title     an embed with that title      a list        - items; numbers are text
    *meta*      -# small letters under it     a table       a list
    ## part     a field where it is short,    <https://..>  a masked link that shows its host
                an embed of its own if not    `code`        code
    ### story   bold                          ![..](..)     its words; one of ours is attached

Feed text stands in embeds alone, where nothing that is written notifies anybody, and escaped.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.cutting import cut, size
from bot.platforms.discord.limits import (
    CONTENT,
    EMBEDS,
    FIELD_NAME,
    FIELD_VALUE,
    FIELDS,
    check,
    weight,
)
from bot.platforms.discord.runs import escape
from bot.platforms.discord.sections import (
    EMPTY,
    Chunk,
    Document,
    Section,
    joined_text,
    read,
    title_of,
)
from bot.platforms.nodes import Wanted

BLUE, PURPLE, TEAL, GREY, GREEN, AMBER, RED = (
    0x2F6FDE,
    0x7E57C2,
    0x00897B,
    0x78909C,
    0x2E7D32,
    0xF9A825,
    0xC62828,
)
PAGE_CHARS = 5_200
"""What the body of a page takes at most: its footer and who it goes on from come on top."""
DESCRIPTION_CHARS = 4_000
_CHAIN = 2_800
_RUNNING_HEAD = 100
_WHEN = 100

_log = logging.getLogger(__name__)
_ALL = re.compile(r"@(?=everyone|here)")

Embed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its embeds, or its content where there are none.

    `picture` is wanted in the last embed, as an attached file.
    """

    content: str
    embeds: tuple[Embed, ...]
    picture: Wanted | None = None


def pages(markdown: str, *, key: str = "") -> list[Page]:
    """Markdown as messages in order, at least one, each within Discord's limits.

    All but the first begin with the title and their number; the last wants the picture, if there
    is one. `key` is what each can be found by.
    """
    document = read(markdown)
    return pages_of(document, document.sections, GREEN, key=key)


def pages_of(
    document: Document, sections: Sequence[Section], colour: int, *, key: str = ""
) -> list[Page]:
    """Some sections of a document as messages, the same way."""
    laid = [[draft.embed() for draft in page] for page in _laid(sections)] or [
        [{"description": EMPTY}]
    ]
    made: list[Page] = []
    for number, bare in enumerate(laid, start=1):
        place = f"page {number} of {len(laid)}" if len(laid) > 1 else ""
        embeds: list[Embed] = [{"color": colour} | each for each in bare]
        if number > 1:
            before = cut(document.title, _RUNNING_HEAD)
            embeds[0]["author"] = {"name": f"{before} · {place}" if before else place}
        footer = " · ".join(part for part in (cut(document.when, _WHEN), place) if part)
        if footer:
            embeds[-1]["footer"] = {"text": footer}
        picture = document.picture if number == len(laid) else None
        made.append(page_of(signed(embeds, key), picture))
    return made


def page_of(embeds: Sequence[Embed], picture: Wanted | None = None) -> Page:
    """Embeds as one message; where Discord would refuse them, their text alone."""
    if excess := check({"embeds": embeds}):
        _log.error("embeds that Discord would refuse are sent as text: %s", excess[0])
        return Page(spoken(embeds), (), picture)
    return Page("", tuple(embeds), picture)


def signed(embeds: Sequence[Mapping[str, Any]], key: str) -> tuple[Embed, ...]:
    """Embeds whose last says in its footer by which key the message is found; pages leave room."""
    made = [dict(each) for each in embeds]
    if key and made:
        before = made[-1].get("footer", {}).get("text", "")
        reference = f"ref {key}"
        made[-1]["footer"] = {"text": f"{before} · {reference}" if before else reference}
    return tuple(made)


def spoken(embeds: Sequence[Mapping[str, Any]]) -> str:
    """What embeds say, as the content of a message of at most 2,000 characters.

    It names nobody: unlike embeds, content is searched for `@everyone` wherever it stands.
    """
    lines: list[str] = []
    for embed in embeds:
        lines += [f"**{embed['title']}**"] if embed.get("title") else []
        lines += [embed["description"]] if embed.get("description") else []
        for each in embed.get("fields", ()):
            lines += [f"**{each['name']}**", each["value"]]
        lines += [f"-# {escape(embed['footer']['text'])}"] if embed.get("footer") else []
    whole = _ALL.sub("@ ", "\n".join(lines)) or EMPTY
    if size(whole) <= CONTENT:
        return whole
    kept: list[str] = []
    room = CONTENT - 2
    for line in whole.split("\n"):
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


# --- embeds -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """An embed in the making."""

    title: str = ""
    head: bool = False
    chunks: list[Chunk] = field(default_factory=list)
    fields: list[dict[str, str]] = field(default_factory=list)

    def embed(self) -> Embed:
        made: Embed = {"title": self.title} if self.title else {}
        if self.chunks:
            made["description"] = joined_text(self.chunks)
        if self.fields:
            made["fields"] = [{**each, "inline": False} for each in self.fields]
        return made

    @property
    def takes_fields(self) -> bool:
        """Whether a part may follow as a field: not where it would seem to be of another part."""
        of_another = (self.title or self.chunks) and not self.head
        return not of_another and len(self.fields) < FIELDS


def _laid(sections: Sequence[Section]) -> Generator[list[_Draft], None, None]:
    """Sections as pages of embeds."""
    page: list[_Draft] = []
    for section in sections:
        name, value = title_of(section.title, FIELD_NAME), joined_text(section.chunks)
        total = size(name) + size(value)
        whole = _room(page) >= total and len(page) < EMBEDS
        if _is_short(section, value):
            if not whole:
                yield page
                page = []
            if not page or not page[-1].takes_fields:
                page.append(_Draft())
            page[-1].fields.append({"name": name, "value": value})
            continue
        if not whole and page and (total <= PAGE_CHARS and _room(page) < PAGE_CHARS // 2):
            yield page
            page = []
        begun = _Draft(name, section.head)
        page = yield from _flowed(page, begun, section)
    if page:
        yield page


def _flowed(
    page: list[_Draft], begun: _Draft, section: Section
) -> Generator[list[_Draft], None, list[_Draft]]:
    """A section in embeds of its own, over as many pages as it takes; the page it ends on."""
    pending: _Draft | None = begun
    for chain in _chains(section.chunks):
        taken = size(joined_text(chain)) + 2
        extra = size(pending.title) if pending else 0
        if page and (taken + extra > _room(page) or (pending and len(page) == EMBEDS)):
            yield page
            page, pending = [], pending or _Draft()
        if pending is None:
            here = size(joined_text(page[-1].chunks))
            if here + taken > DESCRIPTION_CHARS:
                pending = _Draft()
                if len(page) == EMBEDS:
                    yield page
                    page = []
        if pending is not None:
            page.append(pending)
            pending = None
        page[-1].chunks += chain
    if pending is not None and (pending.title or pending.head):
        if page and (size(pending.title) > _room(page) or len(page) == EMBEDS):
            yield page
            page = []
        page.append(pending)
    return page


def _chains(chunks: Sequence[Chunk]) -> Iterator[list[Chunk]]:
    """Chunks that stay together, but for more of them than there is room for."""
    chain: list[Chunk] = []
    for chunk in chunks:
        if chain and size(joined_text([*chain, chunk])) > _CHAIN:
            yield chain
            chain = []
        chain.append(chunk)
        if not chunk.holds:
            yield chain
            chain = []
    if chain:
        yield chain


def _is_short(section: Section, value: str) -> bool:
    """Whether a part is shown as a field: it is named, short, and has no parts of its own."""
    own = any(chunk.holds for chunk in section.chunks)
    return (
        bool(not section.head and section.title and value)
        and not own
        and (size(value) <= FIELD_VALUE)
    )


def _room(page: Sequence[_Draft]) -> int:
    return PAGE_CHARS - sum(weight(draft.embed()) for draft in page)
