r"""Runs in Discord's own Markdown.

Whatever is text is escaped, sign by sign, so that Discord reads no
marks, mentions, emoji or addresses in it; marks and links are set here alone.

In the words of a masked link Discord takes a backslash for a letter. So those words are never more
than the host the link leads to, and where a host would need a backslash it is an address in angle
brackets instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import cut, size
from bot.platforms.runs import Link, Run, address, parts, read

LONGEST_ADDRESS = 700
"""Characters of an address that may be a link; a longer one would leave no room beside it."""
SHOWN_ADDRESS = 300
"""Characters that are shown of an address too long to be a link."""

_MARKS = (("bold", "**"), ("italic", "*"), ("strike", "~~"))
_MARK_SIGNS = "*_~`"
# The words of a masked link of ours would go on to a later `](`, behind a backslash or not.
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]@]|(?<=\])\(|:(?=//)|:(?=[^\s:]*:)")
_LINE_START = re.compile(r"^([^\S\n]*)([#+-]|\d+(?=\.))", re.MULTILINE)
_PLAIN_HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?")
_IN_TARGET = {"(": "%28", ")": "%29"}


def runs(inline: SyntaxTreeNode, styles: Iterable[str] = ()) -> list[Run]:
    """The runs of a node with inline children, cleaned, neighbours of one style as one."""
    return read(inline, _shown, styles)


def written(pieces: Iterable[Run]) -> str:
    """Runs in Discord's Markdown."""
    made = ""
    for run in pieces:
        # Marks that meet would be read as others.
        meets = bool(made) and made[-1] in _MARK_SIGNS and not run.text[0].isspace()
        made += escape(run.text) if meets and not run.url else _written(run)
    return made


def escape(text: str) -> str:
    """A text as Discord's Markdown shows it letter for letter, wherever it stands in a line."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return _LINE_START.sub(_broken_start, escaped)


def divided(pieces: Sequence[Run], most: int) -> Iterator[list[Run]]:
    """Runs as parts that take at most `most` written, cut between sentences or words."""
    return parts(pieces, most, _size, lambda text: size(escape(text)))


def _shown(link: Link) -> Sequence[Run]:
    """An address is shown by its host; words that lead somewhere stand before it, as text."""
    if url := address(link.href, LONGEST_ADDRESS):
        return link.leading(Run(urlsplit(url).netloc, url=url))
    return [Run(cut(link.href, SHOWN_ADDRESS), link.styles)] if link.bare else link.words


def _size(run: Run) -> int:
    """How long a run is at most, written: each of its lines has marks of its own."""
    if run.url:
        return size(_masked(run.url))
    around = sum(2 * len(mark) for style, mark in _MARKS if style in run.styles)
    marks = max(around * (1 + run.text.count("\n")), 2 * ("code" in run.styles))
    return size(escape(run.text)) + marks


def _broken_start(found: re.Match[str]) -> str:
    sign = found[2]
    return f"{found[1]}{sign}\\" if sign.isdigit() else f"{found[1]}\\{sign}"


def _written(run: Run) -> str:
    if run.url:
        return _masked(run.url)
    if "code" in run.styles:
        plain = "`" not in run.text and "\n" not in run.text and run.text == run.text.strip()
        return f"`{run.text}`" if plain else escape(run.text)
    if not run.styles:
        return escape(run.text)
    return "\n".join(_marked(line, run.styles) for line in run.text.split("\n"))


def _marked(line: str, styles: frozenset[str]) -> str:
    """A line between its marks: they stand at letters, never at white space or another mark."""
    text = line.strip()
    if not text or text[0] in _MARK_SIGNS or text[-1] in _MARK_SIGNS + "\\":
        return escape(line)
    marks = "".join(mark for style, mark in _MARKS if style in styles)
    before, after = line[: line.index(text[0])], line[len(line.rstrip()) :]
    return f"{before}{marks}{escape(text)}{marks[::-1]}{after}"


def _masked(url: str) -> str:
    target = "".join(_IN_TARGET.get(sign, sign) for sign in url)
    host = urlsplit(url).netloc
    return f"[{host}]({target})" if _PLAIN_HOST.fullmatch(host) else f"<{target}>"
