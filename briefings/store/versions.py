"""What an arriving article is to the one that is there: pure decisions of the intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from briefings.model import EVERYBODY, Audience, NewArticle, Precision, Published, Tag
from briefings.store.records import ROLES, recency
from briefings.store.tables import plain

TEXTS = ("title", "publisher", "author", "url", "language", "body")
"""The columns of `articles` that a version says or leaves empty."""
READ = ("title", "body", "language")
"""Those that the ledger's claims are read from, with the date of publication."""


@dataclass(frozen=True, slots=True)
class Before:
    """An article as it is in the corpus."""

    row: RowMapping
    tags: frozenset[Tag]

    @property
    def published(self) -> Published:
        return Published(self.row["published_at"], Precision(self.row["published_precision"]))


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it is to be written; without points, it has yet to be summarised."""

    id: int
    article: NewArticle
    identity: bytes
    published: Published
    points: tuple[str, ...] | None
    audience: Audience

    @property
    def recency(self) -> int:
        return recency(self.published.at, self.id)

    def claims_version(self, before: Before) -> int:
        """The rules that read it for the ledger; none of them, where it says something else."""
        same = all(getattr(self.article, name) == before.row[name] for name in READ)
        version: int = before.row["claims_version"]
        return version if same and self.published == before.published else 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An article on its way in.

    `revises` is the article that its feed's entry became earlier. `replaces`: it takes the place
    of an article of the same identity instead of being its duplicate. `audience` may see it.
    """

    article: NewArticle
    revises: int | None = None
    replaces: bool = False
    audience: Audience = EVERYBODY

    def owns(self, before: Before) -> bool:
        """Tell whether its feed brought that article, and not another one it was linked to."""
        brought_by: int | None = before.row["source_id"]
        return self.revises == before.row["id"] and self.article.source_id == brought_by

    def changes(self, before: Before) -> bool:
        """Tell whether it may change that article, and would; nobody changes another's."""
        own = before.row["audience"] == self.audience
        return own and (self.replaces or self.owns(before)) and _differs(self.article, before)

    def adds_to(self, before: Before) -> bool:
        """Tell whether somebody handed over the text of what is a bare headline for everybody."""
        return self.replaces and bool(self.article.body) and not before.row["body"]


def first_version(draft: Draft, article_id: int, identity: bytes, now: datetime) -> Version:
    """A new article; without a date it is of the day it came."""
    article = draft.article
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    published = article.published or Published(today, Precision.ADDED)
    return Version(article_id, article, identity, published, article.points or None, draft.audience)


def next_version(draft: Draft, before: Before, identity: bytes) -> Version:
    """A version laid over the one that is there: what it leaves empty stays.

    Points of another text are dropped.
    """
    there, article = before.row, draft.article
    if not article.url and there["url"]:
        identity = there["identity"]
    texts: dict[str, Any] = {name: getattr(article, name) or there[name] for name in TEXTS}
    article = replace(article, **texts)
    points = article.points or None
    if points is None and article.body == there["body"] and there["points"] is not None:
        points = tuple(there["points"])
    published = article.published or before.published
    return Version(there["id"], article, identity, published, points, there["audience"])


def plain_article(article: NewArticle) -> NewArticle:
    """An article without characters that no database takes, and with one tag an organisation."""
    texts: dict[str, Any] = {name: plain(getattr(article, name)) for name in TEXTS}
    points = tuple(plain(point) for point in article.points)
    return replace(article, **texts, points=points, tags=_one_each(article.tags))


def _differs(article: NewArticle, before: Before) -> bool:
    """Tell whether a version says anything else; what it leaves empty it does not say."""
    if any(getattr(article, name) not in ("", before.row[name]) for name in TEXTS):
        return True
    if article.published and article.published != before.published:
        return True
    if article.points and list(article.points) != before.row["points"]:
        return True
    return frozenset(article.tags) != before.tags


def _one_each(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """One tag an organisation: the one that makes it the subject, or else the first."""
    chosen: dict[str, Tag] = {}
    for tag in tags:
        if tag.organisation not in chosen or ROLES[tag.role] < ROLES[chosen[tag.organisation].role]:
            chosen[tag.organisation] = tag
    return tuple(chosen.values())
