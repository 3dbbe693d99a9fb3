"""Articles, tags and checks for the store's tests, with everything not under test filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from briefings.model import (
    Check,
    EntryVersion,
    FeedState,
    NewArticle,
    Precision,
    Published,
    Role,
    Tag,
)
from briefings.stories import story_key

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

DEAL = (
    "Alibaba agreed on Tuesday to buy an 18 percent stake in Weibo for 586 million dollars, the "
    "two companies said in a joint statement, giving the retailer an option to raise its holding "
    "to 30 percent and tying the shops of Taobao to the users of the microblog for three years."
)


def about(*organisations: str) -> tuple[Tag, ...]:
    return tuple(Tag(name, Role.SUBJECT, name) for name in organisations)


def passing(*organisations: str) -> tuple[Tag, ...]:
    return tuple(Tag(name, Role.PASSING, name) for name in organisations)


def article(number: int, *, hours: float = 0, keyed: bool = False, **changes: Any) -> NewArticle:
    """The article of a number, published `hours` after noon; `keyed` gives it a story key."""
    made = NewArticle(
        title=f"Report {number}",
        publisher="The Daily",
        author="A. Writer",
        url=f"https://news.example/{number}",
        language="en",
        published=Published(NOON + timedelta(hours=hours), Precision.MINUTE),
        body=f"What report {number} says.",
        tags=about("alibaba"),
    )
    made = replace(made, **changes)
    return replace(made, key=story_key(made.title, made.body, b"")) if keyed else made


def digest(name: object) -> bytes:
    """Sixteen bytes that stand for a name."""
    return repr(name).encode().ljust(16, b".")[:16]


def entry(identity: object, version: object, its_article: NewArticle | None) -> EntryVersion:
    return EntryVersion(digest(identity), digest(version), its_article)


def check(source_id: int, *entries: EntryVersion, url: str | None = None, **state: Any) -> Check:
    return Check(source_id, FeedState(**state), entries, url)
