r"""Text inside a paragraph, a list item or a cell: Markdown -> runs -> Discord's own Markdown.

A run is a text in one style. Whatever is text is escaped, sign by sign, so that Discord reads no
marks, mentions, emoji or addresses in it; marks and links are set here alone.

In the words of a masked link Discord takes a backslash for a letter. So those words are never more
than the host the link leads to, and where a host would need a backslash it is an address in angle
brackets instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import cut, fitting, longest, size
from briefings.render import link as autolink
from briefings.text.hygiene import clean

LONGEST_ADDRESS = 700
"""Characters of an address that may be a link; a longer one would leave no room beside it."""
SHOWN_ADDRESS = 300
"""Characters that are shown of an address too long to be a link."""

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}
_MARKS = (("bold", "**"), ("italic", "*"), ("strike", "~~"))
_MARK_SIGNS = "*_~`"
# The words of a masked link of ours would go on to a later `](`, behind a backslash or not.
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]@]|(?<=\])\(|:(?=//)|:(?=[^\s:]*:)")
_LINE_START = re.compile(r"^([^\S\n]*)([#+-]|\d+(?=\.))", re.MULTILINE)
_PLAIN_HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?")
_IN_TARGET = {"(": "%28", ")": "%29"}


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


def said(pieces: Iterable[Run]) -> str:
    """What runs say, without style."""
    return "".join(run.text for run in pieces)


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
    rest = stripped(pieces)
    while rest:
        part, rest = _parted(rest, fitting(said(rest), _room(rest, most), len))
        yield stripped(part)
        rest = stripped(rest)


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


def _room(pieces: Sequence[Run], most: int) -> int:
    """How many characters of the runs take at most `most` written; at least one."""
    characters = 0
    for run in pieces:
        marks = _marks(run)
        whole = size(_masked(run.url)) if run.url else size(escape(run.text)) + marks
        if whole > most:
            if not run.url:
                characters += longest(run.text, most - marks, lambda text: size(escape(text)))
            break
        most -= whole
        characters += len(run.text)
    return characters or 1


def _marks(run: Run) -> int:
    """What the marks of a run take at most: each of its lines has its own."""
    around = sum(2 * len(mark) for style, mark in _MARKS if style in run.styles)
    return max(around * (1 + run.text.count("\n")), 2 * ("code" in run.styles))


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
    href = str(node.attrs.get("href", ""))
    words = joined(_runs(node, styles))
    url = address(href)
    if not url:
        bare = node.markup == "autolink" or not words
        yield from [Run(cut(href, SHOWN_ADDRESS), styles)] if bare else words
        return
    target = Run(urlsplit(url).netloc, url=url)
    if node.markup == "autolink" or not words:
        yield target
        return
    yield from (*words, Run(" (", styles), target, Run(")", styles))


def address(href: str) -> str:
    """An http or https address as it may be linked; "" for any other."""
    made = str(autolink(href))
    if not made.startswith("<") or size(made) - 2 > LONGEST_ADDRESS:
        return ""
    return made[1:-1]
