"""Text inside a paragraph, a list item or a cell: Markdown -> runs -> elements of a rich text.

A run is a text in one style. In `text` and `link` elements Slack reads no marks, no mentions and
no addresses, so whatever a feed wrote stays a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import cut, fitting, longest, size
from bot.platforms.slack.limits import weight
from briefings.render import link as autolink
from briefings.text.hygiene import clean

LONGEST_ADDRESS = 2_000
"""Characters of an address that may be a link; a longer one would leave no room beside it."""
LABEL = 60
"""Characters of an address that are shown; of a host always all."""

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A text in one style; `url` is where it leads, "" for none."""

    text: str
    styles: frozenset[str] = frozenset()
    url: str = ""


def runs(inline: SyntaxTreeNode, styles: Iterable[str] = ()) -> list[Run]:
    """The runs of a node with inline children, cleaned, neighbours of one style as one."""
    return joined(_runs(inline, frozenset(styles)))


def joined(pieces: Iterable[Run]) -> list[Run]:
    """Runs with neighbours of one style made one, without what hides or reorders characters."""
    found: list[Run] = []
    for run in pieces:
        last = found[-1] if found else None
        if last and not last.url and not run.url and last.styles == run.styles:
            found[-1] = replace(last, text=last.text + run.text)
        else:
            found.append(run)
    cleaned = (replace(run, text=clean(run.text)) for run in found)
    return [run for run in cleaned if run.text]


def stripped(pieces: Sequence[Run]) -> list[Run]:
    """Runs without white space at the two ends of their text."""
    found = list(pieces)
    while found and not (text := found[0].text.lstrip()):
        del found[0]
    if found:
        found[0] = replace(found[0], text=text)
    while found and not (text := found[-1].text.rstrip()):
        del found[-1]
    if found:
        found[-1] = replace(found[-1], text=text)
    return found


def elements(pieces: Iterable[Run]) -> list[Element]:
    """Runs as elements of a rich text section."""
    return [_element(run) for run in pieces]


def said(pieces: Iterable[Run]) -> str:
    """What runs say, without style."""
    return "".join(run.text for run in pieces)


def divided(pieces: Sequence[Run], most: int) -> Iterator[list[Run]]:
    """Runs as parts whose elements weigh at most `most`, cut between sentences or words."""
    rest = stripped(pieces)
    while rest:
        text = said(rest)
        room = _room(rest, most)
        part, rest = _parted(rest, fitting(text, room, len))
        yield stripped(part)
        rest = stripped(rest)


def _room(pieces: Sequence[Run], most: int) -> int:
    """How many characters of the runs weigh at most `most` as elements; at least one."""
    characters = 0
    for run in pieces:
        whole = weight(_element(run)) + 1
        if whole > most:
            if not run.url:
                bare = whole - weight(run.text)
                characters += longest(run.text, most - bare, weight)
            break
        most -= whole
        characters += len(run.text)
    return characters or 1


def _parted(pieces: Sequence[Run], at: int) -> tuple[list[Run], list[Run]]:
    """Runs before and after a place in their text; a link stays whole."""
    before: list[Run] = []
    for number, run in enumerate(pieces):
        if len(run.text) > at:
            if run.url:
                whole = number + (not before)
                return [*pieces[:whole]], [*pieces[whole:]]
            head, tail = replace(run, text=run.text[:at]), replace(run, text=run.text[at:])
            return [*before, head], [tail, *pieces[number + 1 :]]
        before.append(run)
        at -= len(run.text)
    return before, []


def _runs(parent: SyntaxTreeNode, styles: frozenset[str]) -> Iterator[Run]:
    for node in parent.children:
        match node.type:
            case "softbreak":
                yield Run(" ", styles)
            case "hardbreak":
                yield Run("\n", styles)
            case "code_inline":
                yield Run(node.content, styles | {"code"})
            case "strong" | "em" | "s":
                yield from _runs(node, styles | {_STYLES[node.type]})
            case "link":
                yield from _link(node, styles)
            case _ if node.children:
                yield from _runs(node, styles)
            case _:
                yield Run(node.content, styles)


def _link(node: SyntaxTreeNode, styles: frozenset[str]) -> Iterator[Run]:
    """An address is shown by its host; words that lead somewhere stand before it, as text."""
    written = str(node.attrs.get("href", ""))
    words = joined(_runs(node, styles))
    url = address(written)
    if not url:
        yield from words or [Run(written, styles)]
        return
    target = Run(shown(url), styles, url)
    if node.markup == "autolink" or not words:
        yield target
        return
    yield from (*words, Run(" (", styles), target, Run(")", styles))


def address(written: str) -> str:
    """An http or https address as it may be linked; "" for any other."""
    made = str(autolink(written))
    if not made.startswith("<") or size(made) - 2 > LONGEST_ADDRESS:
        return ""
    return made[1:-1]


def shown(url: str) -> str:
    """What is shown of an address: its host, and the beginning of its path where that is plain."""
    parts = urlsplit(url)
    rest = url.split("://", 1)[1].removeprefix(parts.netloc)
    if rest in ("", "/"):
        return parts.netloc
    if "%" in rest:
        return f"{parts.netloc}/…"
    return parts.netloc + cut(rest, max(LABEL - len(parts.netloc), 2))


def _element(run: Run) -> Element:
    made: Element = {"type": "link", "url": run.url} if run.url else {"type": "text"}
    made["text"] = run.text
    if run.styles:
        made["style"] = dict.fromkeys(sorted(run.styles), True)
    return made
