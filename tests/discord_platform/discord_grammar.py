"""What Discord would make of a message: an independent reading of its Markdown and mentions.

docs.discord.com/developers/reference#message-formatting for what stands in angle brackets, and the
observed rules of the client: a backslash takes the meaning of any sign that is neither letter,
digit nor space, but not in code and not in the words of a masked link; addresses are found by
their scheme; `@everyone` in the content of a message counts wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

ADDRESS = re.compile(r"(?:https?|steam|discord)://[^\s<]+[^<.,:;\"'\]\s]", re.IGNORECASE)
MASKED = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"
    r"\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"].*?['\"])?\s*\)",
    re.DOTALL,
)
AUTOLINK = re.compile(
    r"<([^: >]+:/[^ >]+|(?:mailto|tel|sms):[^ >]+|[^\s<>@]+@[^\s<>]+|\+[\d ()-]+)>"
)
MENTION = re.compile(
    r"<@!?\d+>|<@&\d+>|<#\d+>|</[^:<>]+:\d+>|<t:-?\d+(?::[tTdDfFR])?>|<a?:\w+:\d+>|<id:\w+(?::\d+)?>"
    r"|@everyone|@here"
)
RAW_MENTION = re.compile(r"<@!?\d+>|<@&\d+>|@everyone|@here")
EMOJI = re.compile(r":[^\s:]+:")
STYLES = (
    ("code block", re.compile(r"```(?:[\w+.-]*\n)?(.+?)```", re.DOTALL)),
    ("code", re.compile(r"(?P<t>`+)(?P<c>.+?)(?<!`)(?P=t)(?!`)", re.DOTALL)),
    ("bold", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)),
    ("underline", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)),
    ("italic", re.compile(r"\*(?!\s)((?:\\.|\*\*|[^*\\])+?)(?<!\s)\*(?!\*)", re.DOTALL)),
    ("italic", re.compile(r"_((?:\\.|__|[^_\\])+?)_(?![A-Za-z0-9_])", re.DOTALL)),
    ("strike", re.compile(r"~~(.+?)~~(?!_)", re.DOTALL)),
    ("spoiler", re.compile(r"\|\|(.+?)\|\|", re.DOTALL)),
)
LINES = (
    ("subtext", re.compile(r"-# +")),
    ("heading", re.compile(r"#{1,3}\s+(?!#)")),
    ("quote", re.compile(r" *>(?:>>)? ")),
    ("list", re.compile(r" *[*-] +(?=\S)")),
    ("numbered", re.compile(r" *\d+\. +(?=\S)")),
)
MAY_MEAN = frozenset("\\<[@:`*_~|hHsSdD")
"""What anything above begins with."""


@dataclass
class Seen:
    """What a reader gets: who is named, what can be clicked under which words, and letters."""

    mentions: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    emoji: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.letters)


def read(content: str, embeds: Sequence[Mapping[str, Any]] = ()) -> Seen:
    seen = Seen()
    seen.mentions += RAW_MENTION.findall(content)
    read_marked(content, seen)
    for embed in embeds:
        # An author's name and a footer are shown letter for letter.
        seen.letters.append((embed.get("author") or {}).get("name", "") + "\n")
        read_marked(embed.get("title", ""), seen)
        read_marked(embed.get("description", ""), seen)
        for each in embed.get("fields", ()):
            read_marked(each["name"], seen)
            read_marked(each["value"], seen)
        seen.letters.append((embed.get("footer") or {}).get("text", "") + "\n")
    return seen


def read_marked(text: str, seen: Seen, *, begins: bool = True) -> None:
    at = 0
    while at < len(text):
        if begins or text[at - 1 : at] == "\n":
            begins = False
            at = _read_line_start(text, at, seen)
            continue
        at = _read_one(text, at, seen)
    seen.letters.append("\n")


def _read_line_start(text: str, at: int, seen: Seen) -> int:
    for kind, mark in LINES:
        if found := mark.match(text, at):
            seen.styles.append(kind)
            # What follows may be a mark of a line again: "- # head".
            inner = found.end()
            return _read_line_start(text, inner, seen) if kind != "subtext" else inner
    return _read_one(text, at, seen) if at < len(text) else at


def _read_one(text: str, at: int, seen: Seen) -> int:
    """What stands at a place, and the place after it."""
    if text[at] not in MAY_MEAN:
        seen.letters.append(text[at])
        return at + 1
    if text[at] == "\\" and re.match(r"[^0-9A-Za-z\s]", text[at + 1 : at + 2]):
        seen.letters.append(text[at + 1])
        return at + 2
    if found := MENTION.match(text, at):
        seen.mentions.append(found[0])
        return found.end()
    if found := AUTOLINK.match(text, at):
        seen.links.append((found[1], found[1]))
        return found.end()
    if found := MASKED.match(text, at):
        seen.links.append((found[2], found[1]))
        return found.end()
    if found := ADDRESS.match(text, at):
        seen.links.append((found[0], found[0]))
        return found.end()
    if found := EMOJI.match(text, at):
        seen.emoji.append(found[0])
        return found.end()
    for kind, mark in STYLES:
        if found := mark.match(text, at):
            seen.styles.append(kind)
            if kind.startswith("code"):
                seen.letters.append(found["c"] if kind == "code" else found[1])
            else:
                read_marked(found[1], seen, begins=text[at - 1 : at] in ("", "\n"))
                seen.letters.pop()
            return found.end()
    seen.letters.append(text[at])
    return at + 1


def label_forges(url: str, label: str) -> bool:
    """Whether a label may be taken for another host's, or would not be shown as it is."""
    if url == label:
        return not label.startswith(("https://", "http://")) or not label.isascii()
    return label != urlsplit(url).netloc or not re.fullmatch(r"[a-z0-9.:-]+", label)


def plain_address(url: str) -> str:
    """An address whatever is written as %28 in it."""
    return unquote(url)
