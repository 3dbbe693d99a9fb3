"""Numbers for the articles an answer stands on. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from briefings.answers import NumberedSource, Statement
from briefings.model import Article
from briefings.naming import Naming
from briefings.quotes import Quote


class Citations:
    """Numbers articles in the order they are first cited."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._articles: list[Article] = []

    def cite(self, article: Article) -> int:
        """The number of an article, the next one at its first citation."""
        if article.id not in self._numbers:
            self._articles.append(article)
            self._numbers[article.id] = len(self._articles)
        return self._numbers[article.id]

    def state(self, quotes: Iterable[Quote]) -> tuple[Statement, ...]:
        return tuple(Statement(quote.text, (self.cite(quote.article),)) for quote in quotes)

    def sources(self, organisations: Iterable[str], naming: Naming) -> tuple[NumberedSource, ...]:
        """What was cited; a publisher owned by one of the organisations says by whom."""
        concerned = {naming.matcher.owner(organisation) for organisation in organisations}
        return tuple(
            naming.source(number, article, concerned)
            for number, article in enumerate(self._articles, start=1)
        )
