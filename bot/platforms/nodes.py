"""Markdown of ours as a tree, and what all platforms read in its paragraphs alike.

`Runs` is how a platform reads the text inside one of its nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.platforms.runs import Run, joined, said
from briefings.render import pictured

Runs = Callable[[SyntaxTreeNode], list[Run]]

_CITES = re.compile(r"(\s*\[\d+\])*\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture a page wants: the command whose timeline it shows, and what it is in words."""

    command: str
    alt: str


def nodes(markdown: str) -> list[SyntaxTreeNode]:
    """What stands one under the other in Markdown: titles, paragraphs, lists, tables."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.normalizeLinkText = str  # type: ignore[method-assign, assignment]
    return SyntaxTreeNode(parser.parse(markdown)).children


def wanted(node: SyntaxTreeNode, runs: Runs) -> Wanted | None:
    """What a paragraph wants that is nothing but a picture at an address of ours."""
    inline = node.children[0].children if node.type == "paragraph" else []
    if len(inline) != 1 or inline[0].type != "image":
        return None
    command = pictured(str(inline[0].attrs.get("src", "")))
    return Wanted(command, said(runs(inline[0]))) if command else None


def emphasised(node: SyntaxTreeNode, runs: Runs) -> list[Run]:
    """The runs of a paragraph that is emphasised but for citations at its end; none for others."""
    inline = node.children[0].children
    if not inline or inline[0].type != "em":
        return []
    found = runs(node)
    after = said(joined(Run(each.content) for each in inline[1:]))
    plain = all(each.type in ("text", "softbreak") for each in inline[1:])
    if not plain or any(run.url for run in found) or not _CITES.fullmatch(after):
        return []
    return found


def flat(node: SyntaxTreeNode, runs: Runs) -> list[Run]:
    """All the text of a node, each paragraph in it on a line."""
    found: list[Run] = []
    for each in node.walk():
        if each.type == "inline":
            found += [*runs(each), Run("\n")]
        elif not each.children and each.type in ("fence", "code_block", "html_block"):
            found.append(Run(each.content))
    return joined(found)
