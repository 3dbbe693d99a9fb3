"""Whether a generated sentence stands on the articles it cites. Pure.

    points, sources -> hygiene -> addresses -> cites -> numbers, dates -> names -> Grounded

A point is kept when it cites an article and everything in it that could be wrong in a way that
costs a reader something stands in an article it cites: every number, date and name. It proves that
nothing was made up, not that it was understood; so the words have to be mostly the articles', too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefings.addresses import check_url
from briefings.answers import Statement
from briefings.entities import Matcher
from briefings.errors import Blocked
from briefings.ports import Material
from briefings.summaries.grounding_figures import FiguresOf, unfounded_figure
from briefings.summaries.grounding_names import (
    NamesOf,
    foreign_share,
    unfounded_name,
    without_known_names,
)
from briefings.text import tokens
from briefings.text.hygiene import clean_line

MOST_DROPPED: Final = 0.3
"""A text that loses a greater share of its points is not used at all."""
MOST_FOREIGN: Final = 0.6
"""Share of a point's words that stand in no article it cites."""
LONGEST_POINT: Final = 400
"""Characters."""
TEXT_READ: Final = 60_000
"""Characters of an article that count."""
_FEWEST_WORDS: Final = 3

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:/?/|www\.|mailto:|(?<![\w:/])//(?=\w))[^\s<>\"'“”‘’|\[\]（）《》，。；]*"
    r"|[\w.-]+\.[^\W\d_]{2,}(?::\d+)?[/?#][^\s<>\"'“”‘’|\[\]（）《》，。；]*",
    re.IGNORECASE,
)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^()]*)\)|<([^<>|\s]+)\|([^<>]*)>")
_HOST = re.compile(r"(?<![\w@.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w-])|[\w.+-]+@[\w-]+\.\w+")
_OWN_SITE = re.compile(r"(?:\.(?:com|net|org|cn|hk)){0,2}", re.IGNORECASE)
"""What may follow a company's name: JD.com is one, Weibo.com its site."""
_MENTION = re.compile(r"<[@#!&/:]|@\s*(?:everyone|here|channel|group)\b|<\w+:|```", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|<\s*>|（\s*）")
_SPACE_BEFORE = re.compile(r" +(?=[.,;:!?])")
_TRAILING = ".,;:!?)]}>'\"…"


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence of a generated text, and the numbers of the articles it says it stands on."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A point that was not kept: `why` says what is wrong with it, in words for a log."""

    point: Point
    why: str


@dataclass(frozen=True, slots=True)
class Grounded:
    """What is left of a generated text; `usable` says whether it may be shown."""

    kept: tuple[Statement, ...]
    dropped: tuple[Dropped, ...]

    @property
    def usable(self) -> bool:
        total = len(self.kept) + len(self.dropped)
        return bool(self.kept) and len(self.dropped) <= MOST_DROPPED * total


@dataclass(frozen=True, slots=True)
class _Source:
    """An article as points are held against it."""

    figures: FiguresOf
    names: NamesOf


class _Unfounded(Exception):
    """Why a point is dropped."""


def ground(points: Sequence[Point], sources: Sequence[Material], matcher: Matcher) -> Grounded:
    """Keep the points that stand on the articles they cite, and say why the others do not."""
    by_number = {one.number: one for one in sources}
    addresses = frozenset(filter(None, (_normal(one.url) for one in sources)))
    read: dict[int, _Source] = {}
    kept: list[Statement] = []
    dropped: list[Dropped] = []
    for point in points:
        try:
            text = _plain(point.text, addresses, matcher)
            cites = tuple(dict.fromkeys(cite for cite in point.cites if cite in by_number))
            if not cites:
                raise _Unfounded("it cites nothing")
            for cite in cites:
                if cite not in read:
                    read[cite] = _read(by_number[cite], matcher)
            _check(_spoken(text, addresses), [read[cite] for cite in cites], matcher)
        except _Unfounded as reason:
            dropped.append(Dropped(point, str(reason)))
        else:
            kept.append(Statement(text, cites))
    return Grounded(tuple(kept), tuple(dropped))


def whole_text(source: Material) -> str:
    """Everything an article says, with when and by whom it was said."""
    said = "\n".join(source.said)
    text = f"{source.title}\n{said}\n{source.text[:TEXT_READ]}"
    return f"{text}\n{source.publisher}\n{source.published}"


def _read(source: Material, matcher: Matcher) -> _Source:
    text = whole_text(source)
    return _Source(FiguresOf.text(text, source.published.at.date()), NamesOf.text(text, matcher))


def _check(text: str, cited: Sequence[_Source], matcher: Matcher) -> None:
    figures = [source.figures for source in cited]
    names = [source.names for source in cited]
    if name := unfounded_name(text, names, matcher):
        raise _Unfounded(f"{name} stands in no article it cites")
    # A name that stands there may hold a number: 9988.HK.
    if number := unfounded_figure(without_known_names(text, matcher), figures):
        raise _Unfounded(f"{number} stands in no article it cites")
    if foreign_share(text, names) > MOST_FOREIGN:
        raise _Unfounded("its words are not those of the articles it cites")


# --- what may not be in a sentence at all -------------------------------------------------------


def _plain(text: str, addresses: frozenset[str], matcher: Matcher) -> str:
    """The sentence on one line, without addresses of others.

    Raises:
        _Unfounded: it calls for somebody, hides an address, or nothing is left of it.
    """
    text = clean_line(text, LONGEST_POINT + 1)
    if len(text) > LONGEST_POINT:
        raise _Unfounded("it is too long")
    plain = _without_addresses(text, addresses)
    if _MENTION.search(plain):
        raise _Unfounded("it has the form of a mention")
    if _addresses(unicodedata.normalize("NFKC", plain)) - addresses - _addresses(plain):
        raise _Unfounded("it hides an address")
    if host := _foreign_host(plain, addresses, matcher):
        raise _Unfounded(f"{host} is an address")
    if tokens.words(plain) < _FEWEST_WORDS:
        raise _Unfounded("nothing is left of it")
    return plain


def _without_addresses(text: str, addresses: frozenset[str]) -> str:
    def label(link: re.Match[str]) -> str:
        return link[1] if link[1] is not None else link[4] or ""

    def ours(address: re.Match[str]) -> str:
        whole = address[0]
        found = whole.rstrip(_TRAILING)
        normal = _normal(found)
        return (normal if normal in addresses else "") + whole[len(found) :]

    previous = ""
    while previous != text:
        previous = text
        text = _LINK.sub(label, text)
        text = _ADDRESS.sub(ours, text)
        text = " ".join(_EMPTY_BRACKETS.sub("", text).split())
        text = _SPACE_BEFORE.sub("", text)
    return text


def _addresses(text: str) -> set[str]:
    found = (match[0].rstrip(_TRAILING) for match in _ADDRESS.finditer(text))
    return {_normal(address) or address for address in found}


def _spoken(text: str, addresses: frozenset[str]) -> str:
    """A sentence without the addresses that may stand in it, which are nothing to check."""
    for address in addresses:
        text = text.replace(address, " ")
    return text


def _normal(address: str) -> str:
    """One spelling for an address; "" for what is none."""
    try:
        return check_url(address).url if address else ""
    except Blocked:
        return ""


def _foreign_host(text: str, addresses: frozenset[str], matcher: Matcher) -> str:
    """A host or an e-mail address that stands there by itself, unless it is a company's."""
    plain = _spoken(unicodedata.normalize("NFKC", text), addresses)
    named = matcher.mentions(plain)
    for match in _HOST.finditer(plain):
        labels = match[0].split(".")
        abbreviation = all(len(label) == 1 for label in labels[:-1])
        if abbreviation or labels[0].isdigit():  # U.S.-listed, 9988.HK
            continue
        if not any(
            mention.start == match.start() and _OWN_SITE.fullmatch(plain[mention.end : match.end()])
            for mention in named
        ):
            return match[0]
    return ""
