"""Values of the watching stages with everything filled in that a test does not care about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from briefings.model import (
    FeedDefinition,
    FeedState,
    Fetched,
    ParsedEntry,
    ParsedFeed,
    Precision,
    Published,
    Source,
)

URL = "https://wire.example/feed"


def digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def entry(
    name: str,
    *,
    version: str = "1",
    guid: str | None = None,
    link: str | None = None,
    published: datetime | None = None,
) -> ParsedEntry:
    """The entry `name`; a new `version` of it has another digest under the same identity."""
    return ParsedEntry(
        identity=digest(guid or name),
        digest=digest(f"{name} {version}"),
        title=name,
        url=f"https://wire.example/{name}" if link is None else link,
        author="",
        text=f"The text of {name}, version {version}.",
        published=None if published is None else Published(published, Precision.MINUTE),
    )


def feed(*entries: ParsedEntry, **more: Any) -> ParsedFeed:
    return ParsedFeed(title="Wire", language="en", entries=entries, **more)


def known(*entries: ParsedEntry) -> dict[bytes, bytes]:
    return {entry.identity: entry.digest for entry in entries}


def fetched(
    status: int = 200,
    body: bytes = b"<rss/>",
    permanent_url: str | None = None,
    **headers: str,
) -> Fetched:
    """An answer; header names are given with underscores."""
    return Fetched(
        url=URL,
        final_url=permanent_url or URL,
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body if status == 200 else b"",
        permanent_url=permanent_url,
    )


def source(state: FeedState | None = None, **definition: Any) -> Source:
    defined = replace(FeedDefinition(url=URL, publisher="Wire"), **definition)
    return Source(id=1, definition=defined, origin="added", state=state or FeedState())
