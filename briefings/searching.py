"""Finds articles by words, and what comes nearest where none has all of them.

all the words -> else: what they name, and the rest of the words -> most of the words
                                                                 -> what they name
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from briefings.model import Article, Audience
from briefings.naming import Naming
from briefings.store.corpus import Corpus
from briefings.text.quoting import QUOTED
from briefings.text.tokens import query_terms

LOOKED_THROUGH: Final = 200
"""Articles with the rest of the words that are looked through for those on what the others name."""
MOST_PARTS: Final = 6
"""Words of a query that are tried without some of them: each choice of words is a search."""

_PART = re.compile(rf"{QUOTED.pattern}|\S+")


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a search found.

    Where no article has all the words: `named` are the organisations the hits are on, `held` the
    words that each of the hits has besides, and `most` says that each has most of the words.
    """

    articles: Sequence[Article]
    named: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    most: bool = False


async def find(
    words: str, corpus: Corpus, naming: Naming, audience: Audience, *, limit: int
) -> Nearest:
    """The articles with all the words, newest first, or those that come nearest."""
    if found := await corpus.search(words, limit=limit, audience=audience):
        return Nearest(found)
    named, rest = _named(words, naming)
    if named and rest:
        holding = await corpus.search(" ".join(rest), limit=LOOKED_THROUGH, audience=audience)
        on = [one for one in holding if {tag.organisation for tag in one.tags}.issuperset(named)]
        if on:
            return Nearest(on[:limit], named, held=rest)
    if (rest or not named) and (found := await _most(words, corpus, audience, limit)):
        return Nearest(found, most=True)
    if not named:
        return Nearest(())
    about = await corpus.about(named, since=None, until=None, limit=limit, audience=audience)
    return Nearest(about, named)


async def _most(words: str, corpus: Corpus, audience: Audience, limit: int) -> list[Article]:
    """The articles that have as many of the words as any has, and more than half of them.

    Of two words, one.
    """
    parts = _parts(words)
    if not 1 < len(parts) <= MOST_PARTS:
        return []
    least = max(1, len(parts) // 2 + (len(parts) > 2))
    for size in range(len(parts) - 1, least - 1, -1):
        found: dict[int, Article] = {}
        for some in combinations(parts, size):
            hits = await corpus.search(" ".join(some), limit=limit, audience=audience)
            found |= {article.id: article for article in hits}
        if found:
            newest = sorted(found.values(), key=lambda one: one.published.at, reverse=True)
            return newest[:limit]
    return []


def _parts(words: str) -> tuple[str, ...]:
    """The words and quoted phrases of a query that ask for something."""
    found = (match.group() for match in _PART.finditer(words))
    return tuple(dict.fromkeys(part for part in found if query_terms(part)))


def _named(words: str, naming: Naming) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The organisations that words name, and the words that name none."""
    named: dict[str, None] = {}
    rest: list[str] = []
    at = 0
    for mention in naming.matcher.mentions(words):
        rest += _parts(words[at : mention.start])
        named[mention.organisation] = None
        at = mention.end
    rest += _parts(words[at:])
    others: list[str] = []
    for word in rest:
        found = naming.matcher.resolve(word).organisation
        if found is None:
            others.append(word)
        else:
            named[found] = None
    return tuple(named), tuple(others)
