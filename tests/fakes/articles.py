"""Articles as the corpus gives them back, tagged the way the program tags them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from briefings.model import Article, NewArticle, Precision, Published
from tests.fakes.catalogue import NAMING

ADDED = datetime(2026, 1, 1, tzinfo=UTC)


def day(text: str) -> Published:
    """2023-10-31, 2023-10 or 2023, to the precision it has."""
    precision = (Precision.YEAR, Precision.MONTH, Precision.DAY)[text.count("-")]
    at = datetime.fromisoformat(f"{text}-01-01"[:10]).replace(tzinfo=UTC)
    return Published(at, precision)


def article(number: int = 1, **changes: Any) -> Article:
    """An article about nobody; name organisations in its `title`, `body` or `points`.

    It is a story of its own unless `story_id` says otherwise.
    """
    fields: dict[str, Any] = {
        "title": f"Report {number}",
        "publisher": f"Publisher {number}",
        "author": "",
        "url": f"https://news.example/{number}",
        "language": "en",
        "published": day("2023-10-31"),
        "body": "",
        "points": (),
        "story_id": number,
        **changes,
    }
    text = "\n".join((fields["body"], *fields["points"]))
    return Article(
        id=number,
        added_at=ADDED,
        tags=fields.pop("tags", NAMING.matcher.tags(fields["title"], text)),
        **fields,
    )


def new_article(title: str, body: str, *, points: Sequence[str] = (), **changes: Any) -> NewArticle:
    """An article on its way into the corpus."""
    fields: dict[str, Any] = {
        "publisher": "Daily",
        "author": "",
        "url": "",
        "language": "en",
        "published": day("2023-10-31"),
        "tags": NAMING.matcher.tags(title, body),
        **changes,
    }
    return NewArticle(title=title, body=body, points=tuple(points), **fields)
