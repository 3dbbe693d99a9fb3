"""Golden files: an input beside the JSON of what is read from it.

To see what changed after a deliberate change, run `python -m tests.reading.golden` and read the
difference the version control shows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from briefings.model import ParsedArticle, ParsedFeed, Published
from briefings.reading.article import read_article
from briefings.reading.feed import parse_feed

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "reading"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
BASE = "https://feeds.example/dir/feed.xml"


def feed_json(feed: ParsedFeed) -> dict[str, Any]:
    return {
        "title": feed.title,
        "language": feed.language,
        "ttl_s": feed.ttl_s,
        "skip_hours": list(feed.skip_hours),
        "skip_days": list(feed.skip_days),
        "notes": list(feed.notes),
        "entries": [
            {
                "title": entry.title,
                "url": entry.url,
                "author": entry.author,
                "published": published_json(entry.published),
                "text": entry.text.splitlines(),
            }
            for entry in feed.entries
        ],
    }


def article_json(article: ParsedArticle) -> dict[str, Any]:
    return {
        "title": article.title,
        "author": article.author,
        "publisher": article.publisher,
        "published": published_json(article.published),
        "language": article.language,
        "url": article.url,
        "body": article.body.split("\n\n"),
    }


def published_json(published: Published | None) -> str:
    if published is None:
        return ""
    return f"{published.at.isoformat(timespec='minutes')} {published.precision}"


def read_feed(path: Path) -> dict[str, Any]:
    return feed_json(parse_feed(path.read_bytes(), "", BASE, frozenset(), NOW))


def read_document(path: Path) -> dict[str, Any]:
    return article_json(read_article(path.read_bytes(), "", "", path.name))


def feeds() -> list[Path]:
    return sorted((FOLDER / "feeds").glob("*.xml"))


def articles() -> list[Path]:
    return sorted(p for p in (FOLDER / "articles").iterdir() if p.suffix != ".json")


def cases() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in feeds():
        yield path, read_feed(path)
    for path in articles():
        yield path, read_document(path)


def expected(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return value


if __name__ == "__main__":
    for source, value in cases():
        text = json.dumps(value, ensure_ascii=False, indent=1)
        source.with_suffix(".json").write_text(text + "\n", "utf-8")
