"""Under which names an answer speaks of organisations and publishers. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from briefings.answers import NumberedSource
from briefings.entities import Matcher
from briefings.model import Article, Role

SHOWN = 6
_NOBODY = re.compile(
    r"(?:an )?(?:unnamed|unknown|anonymous)\b|(?:佚名|匿名|未知|不详)", re.IGNORECASE
)
"""What a publisher is called whom nobody knows."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The catalogue's names in one language (ISO 639-1)."""

    matcher: Matcher
    language: str = "en"

    def display(self, organisation: str) -> str:
        return self.matcher.display(organisation, self.language)

    def with_owner(self, organisation: str) -> str:
        """The name of an organisation, a unit with its owner: Unit (Owner)."""
        owner = self.matcher.owner(organisation)
        name = self.display(organisation)
        return name if owner == organisation else f"{name} ({self.display(owner)})"

    def every_name(self) -> list[tuple[str, str]]:
        """Every name an organisation is known by, with the one it is shown under."""
        return [
            (name, self.with_owner(each.id))
            for each in self.matcher.organisations.values()
            for name in dict.fromkeys(
                (each.name, each.name_zh, *each.aliases, *each.exact, *each.tickers)
            )
            if name
        ]

    def suggest(self, text: str, limit: int) -> list[tuple[str, str]]:
        """Whom a text may be about to name, likeliest first: as shown, and as to be asked for."""
        return [(self.with_owner(id), self.display(id)) for id in self.matcher.suggest(text, limit)]

    def lineage(self, organisation: str) -> Iterator[str]:
        """An organisation and whatever it is part of, nearest first."""
        step: str | None = organisation
        while step is not None:
            yield step
            step = self.matcher.organisations[step].part_of

    def names_all(self, text: str, topics: Collection[str]) -> bool:
        """Whether a text names every topic, itself or through one of its units."""
        named = {
            name
            for mention in self.matcher.mentions(text)
            for name in self.lineage(mention.organisation)
        }
        return named.issuperset(topics)

    def voice(self, article: Article) -> str:
        """Whose voice an article is: the owner of its publisher, else the publisher.

        Empty for one that nobody is known to have published: it may be any of the others' again.
        """
        return self.voice_of(article.publisher, article.url)

    def voice_of(self, publisher: str, url: str) -> str:
        """Whose voice is heard from a publisher, at an address."""
        owner = self.matcher.owner_of_publisher(publisher, url)
        if owner:
            return self.matcher.owner(owner)
        named = "" if _NOBODY.match(publisher) else publisher
        return _published_by(named, url).casefold()

    def source(self, number: int, article: Article, concerned: Collection[str]) -> NumberedSource:
        """An article as a numbered source, marked when one of the `concerned` owns its publisher.

        `concerned` are organisations without an owner of their own.
        """
        owner = self.matcher.owner_of_publisher(article.publisher, article.url)
        marked = owner is not None and self.matcher.owner(owner) in concerned
        return NumberedSource(
            number=number,
            publisher=publisher(article),
            published=article.published,
            title=article.title,
            url=article.url,
            owned_by=self.display(owner) if owner is not None and marked else "",
        )

    def organisations(self, articles: Iterable[Article]) -> tuple[str, ...]:
        """The organisations articles name, subjects first, each under the name it was given.

        One that is only counted through its unit appears as that unit.
        """
        tags = [tag for article in articles for tag in article.tags]
        ranked = sorted(tags, key=lambda tag: tag.role is not Role.SUBJECT)
        named = dict.fromkeys(tag.named for tag in ranked)
        return tuple(self.display(name) for name in named)[:SHOWN]


def publisher(article: Article) -> str:
    """Who published an article, or the host it was found on, as shown."""
    return _published_by(article.publisher, article.url) or "unknown publisher"


def _published_by(publisher: str, url: str) -> str:
    return publisher or urlsplit(url).hostname or ""


def is_about(article: Article, topics: Collection[str]) -> bool:
    """Whether every topic is a subject of the article rather than named in passing."""
    subjects = {tag.organisation for tag in article.tags if tag.role is Role.SUBJECT}
    return subjects.issuperset(topics)
