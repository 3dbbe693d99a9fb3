"""Markdown to the lines a reader would see, and what its front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from briefings.reading.markup import html_to_text

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,8000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][\w -]{0,30}):[ \t]*(.*)")
_ITEM = re.compile(r"[ \t]+-[ \t]+(.+)|-[ \t]+(.+)")
_QUOTED = re.compile(r"""^(["'])(.*)\1$""")
_SIGNS = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"\[[^\]\n]{1,200}\]\((?:https?:|/|\.)[^)\s]{1,500}\)"),
    re.compile(r"\*\*[^*\s][^*\n]{0,200}\*\*"),
    re.compile(r"^\S.{0,200}\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE),
    re.compile(r"^\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE),
    re.compile(r"^!\[[^\]\n]{0,200}\]\(", re.MULTILINE),
)
_SIGNS_ENOUGH = 2
_TITLED = re.compile(r"\s*# [^\n]+\n[ \t]*\n")
_SAMPLE = 20_000


class Markdown(NamedTuple):
    """`front_matter` has lower-case keys and unquoted values, lists joined by commas."""

    front_matter: Mapping[str, str]
    title: str
    lines: list[str]


def is_markdown(text: str) -> bool:
    """Whether a text is Markdown: it begins with front matter or a title, or has more signs."""
    sample = text[:_SAMPLE]
    if _TITLED.match(sample):
        return True
    matter = _FRONT_MATTER.match(sample)
    if matter and _KEY.match(matter[1]):
        return True
    headings = len(_SIGNS[0].findall(sample))
    return headings + sum(sign.search(sample) is not None for sign in _SIGNS[1:]) >= _SIGNS_ENOUGH


def read_markdown(text: str) -> Markdown:
    """Take Markdown apart; `title` is its first heading of the first level."""
    matter = _FRONT_MATTER.match(text)
    front_matter = _front_matter(matter[1]) if matter else {}
    tokens = (
        MarkdownIt("commonmark").enable("table").parse(text[matter.end() :] if matter else text)
    )
    title = ""
    lines: list[str] = []
    for opened, line in _lines(tokens):
        if opened == "h1" and not title:
            title = line
        else:
            lines.append(line)
    return Markdown(front_matter, title, lines)


def _lines(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """The blocks of text in order, each with the tag it stands in."""
    tag = ""
    bullet = False
    cells: list[str] = []
    for token in tokens:
        if token.type == "list_item_open":
            bullet = True
        elif token.type == "tr_close":
            yield "tr", " ".join(cells)
            cells = []
        elif token.type == "html_block":
            yield from (("html", line) for line in html_to_text(token.content).split("\n") if line)
        elif token.nesting == 1:
            tag = token.tag
        elif token.type == "inline" and (line := _text(token)):
            if tag in ("td", "th"):
                cells.append(line)
            else:
                yield tag, f"• {line}" if bullet else line
                bullet = False


def _text(inline: Token) -> str:
    """What a block says: link texts without addresses, no pictures, no inline HTML."""
    parts = []
    for token in inline.children or ():
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return " ".join("".join(parts).split())


def _front_matter(text: str) -> dict[str, str]:
    """The flat keys of YAML front matter; anything nested deeper is left out."""
    found: dict[str, str] = {}
    key = ""
    for line in text.split("\n"):
        if (pair := _KEY.fullmatch(line.rstrip())) is not None:
            key = pair[1].strip().lower()
            value = pair[2].strip()
            if value.startswith("[") and value.endswith("]"):
                value = ", ".join(map(_unquoted, value[1:-1].split(",")))
            found.setdefault(key, _unquoted(value))
        elif key and (item := _ITEM.fullmatch(line.rstrip())) is not None:
            found[key] = ", ".join(filter(None, (found[key], _unquoted(item[1] or item[2]))))
    return found


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = _QUOTED.match(value)
    return quoted[2] if quoted else value
