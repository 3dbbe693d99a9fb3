"""Runs as elements of a rich text.

In `text` and `link` elements Slack reads no marks, no mentions and
no addresses, so whatever a feed wrote stays a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import cut
from bot.platforms.runs import Link, Run, address, parts, read
from bot.platforms.slack.limits import weight

LONGEST_ADDRESS = 2_000
"""Characters of an address that may be a link; a longer one would leave no room beside it."""
LABEL = 60
"""Characters of an address that are shown; of a host always all."""

Element = dict[str, Any]


def runs(inline: SyntaxTreeNode, styles: Iterable[str] = ()) -> list[Run]:
    """The runs of a node with inline children, cleaned, neighbours of one style as one."""
    return read(inline, _shown, styles)


def elements(pieces: Iterable[Run]) -> list[Element]:
    """Runs as elements of a rich text section."""
    return [_element(run) for run in pieces]


def divided(pieces: Sequence[Run], most: int) -> Iterator[list[Run]]:
    """Runs as parts whose elements weigh at most `most`, cut between sentences or words."""
    return parts(pieces, most, lambda run: weight(_element(run)) + 1, weight)


def shown(url: str) -> str:
    """What is shown of an address: its host, and the beginning of its path where that is plain."""
    parts = urlsplit(url)
    rest = url.split("://", 1)[1].removeprefix(parts.netloc)
    if rest in ("", "/"):
        return parts.netloc
    if "%" in rest:
        return f"{parts.netloc}/…"
    return parts.netloc + cut(rest, max(LABEL - len(parts.netloc), 2))


def _shown(link: Link) -> Sequence[Run]:
    """An address is shown by its beginning; words that lead somewhere stand before it, as text."""
    if url := address(link.href, LONGEST_ADDRESS):
        return link.leading(Run(shown(url), link.styles, url))
    return link.words or [Run(link.href, link.styles)]


def _element(run: Run) -> Element:
    made: Element = {"type": "link", "url": run.url} if run.url else {"type": "text"}
    made["text"] = run.text
    if run.styles:
        made["style"] = dict.fromkeys(sorted(run.styles), True)
    return made
