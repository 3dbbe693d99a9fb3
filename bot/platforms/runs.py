"""Text inside a paragraph, a list item or a cell: Markdown -> runs, which a platform writes.

A run is a text in one style. How a link is shown is the platform's own; so is what a run takes of a
message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.tree import SyntaxTreeNode

from bot.platforms.cutting import Weigh, fitting, longest, size
from briefings.render import link as autolink
from briefings.text.hygiene import clean

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}


@dataclass(frozen=True, slots=True)
class Run:
    """A text in one style; `url` is where it leads, "" for none."""

    text: str
    styles: frozenset[str] = frozenset()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as Markdown has it: where it leads, in which words, inside which styles.

    `bare`: nothing but its address was written.
    """

    href: str
    words: Sequence[Run]
    styles: frozenset[str]
    bare: bool

    def leading(self, target: Run) -> list[Run]:
        """Words that lead somewhere, as text, and where after them; a bare address alone."""
        if self.bare:
            return [target]
        return [*self.words, Run(" (", self.styles), target, Run(")", self.styles)]


Shown = Callable[[Link], Iterable[Run]]


def read(inline: SyntaxTreeNode, shown: Shown, styles: Iterable[str] = ()) -> list[Run]:
    """The runs of a node with inline children, cleaned, neighbours of one style as one."""
    return joined(_runs(inline, shown, frozenset(styles)))


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


def parts(
    pieces: Sequence[Run], most: int, whole: Callable[[Run], int], weigh: Weigh
) -> Iterator[list[Run]]:
    """Runs in parts that take at most `most`, cut between sentences or words.

    `whole` is what a run takes, `weigh` what its text alone does; a link is never cut.
    """
    rest = stripped(pieces)
    while rest:
        at = fitting(said(rest), _room(rest, most, whole, weigh), len)
        part, rest = _parted(rest, at)
        yield stripped(part)
        rest = stripped(rest)


def address(href: str, most: int) -> str:
    """An http or https address of at most that many characters as it may be linked, else ""."""
    made = str(autolink(href))
    if not made.startswith("<") or size(made) - 2 > most:
        return ""
    return made[1:-1]


def _room(pieces: Sequence[Run], most: int, whole: Callable[[Run], int], weigh: Weigh) -> int:
    """How many characters of the runs take at most `most`; at least one."""
    characters = 0
    for run in pieces:
        taken = whole(run)
        if taken > most:
            if not run.url:
                bare = taken - weigh(run.text)
                characters += longest(run.text, most - bare, weigh)
            break
        most -= taken
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


def _runs(parent: SyntaxTreeNode, shown: Shown, styles: frozenset[str]) -> Iterator[Run]:
    for node in parent.children:
        match node.type:
            case "softbreak":
                yield Run(" ", styles)
            case "hardbreak":
                yield Run("\n", styles)
            case "code_inline":
                yield Run(node.content, styles | {"code"})
            case "strong" | "em" | "s":
                yield from _runs(node, shown, styles | {_STYLES[node.type]})
            case "link":
                words = joined(_runs(node, shown, styles))
                bare = node.markup == "autolink" or not words
                yield from shown(Link(str(node.attrs.get("href", "")), words, styles, bare))
            case _ if node.children:
                yield from _runs(node, shown, styles)
            case _:
                yield Run(node.content, styles)
