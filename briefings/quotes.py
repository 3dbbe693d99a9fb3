"""Which sentences of an article an answer may quote. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from briefings.model import Article
from briefings.naming import Naming
from briefings.text import sentences
from briefings.text.hygiene import clean_line

QUOTE = 400
LEAD = 2_000
LEAD_SENTENCES = 5
PASSAGE = 20_000
"""Characters of a text in which a passage is looked for."""
FIGURE = re.compile(
    r"[$€£¥￥]\s?\d"
    r"|\d\s?(?:%|％|(?:percent|per cent|thousand|million|billion|trillion|bn|mn|yuan)\b)"
    r"|\d\s?(?:个百分点|[万亿]|美元|港元|日元|欧元|人民币|元)"
    r"|百分之",
    re.IGNORECASE,
)
"""An amount, a share or a count worth quoting; a bare number or a year is none."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an article, and whether it names everything the question is about."""

    text: str
    article: Article
    names_topics: bool

    @property
    def has_figure(self) -> bool:
        return bool(FIGURE.search(self.text))


def quotes(article: Article, topics: Collection[str], naming: Naming) -> list[Quote]:
    """The sentences of an article a briefing may quote, in their order.

    Its points; the first sentences of its text while it has none; its title when that is all.
    """
    texts = [clean_line(point, QUOTE) for point in article.points]
    texts = texts or list(_lead_sentences(article.body)) or [article.title]
    return [Quote(text, article, naming.names_all(text, topics)) for text in texts if text]


def passage_naming(article: Article, topics: Collection[str], naming: Naming) -> Quote | None:
    """The first sentence of the text that names the topics, for articles whose points do not."""
    for text in _sentences(article.body[:PASSAGE]):
        if naming.names_all(text, topics):
            return Quote(text, article, names_topics=True)
    return None


def sentences_with_figures(body: str, *, besides: Iterable[str], limit: int) -> list[str]:
    """The sentences of a text that carry a figure and are not quoted already, in their order."""
    found: dict[str, None] = {}
    taken = set(besides)
    for text in _sentences(body):
        if FIGURE.search(text) and text not in taken:
            found[text] = None
        if len(found) == limit:
            break
    return list(found)


def _sentences(body: str) -> Iterator[str]:
    for start, end in sentences.split(body):
        if text := clean_line(body[start:end], QUOTE):
            yield text


def _lead_sentences(body: str) -> list[str]:
    lead = list(_sentences(body[:LEAD]))
    if len(body) > LEAD and len(lead) > 1:
        lead.pop()  # the cut went through the last one
    return lead[:LEAD_SENTENCES]
