"""The values that travel through intelbrief, named by the stage they belong to.

All are frozen. Times are timezone-aware UTC. Text in `Fetched`, `ParsedFeed` and `ParsedArticle`
has been through `text.hygiene`; only `Fetched.body` is raw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

Audience = NewType("Audience", int)
"""The number of those who may see a source and what it brought: a workspace, or everybody."""

EVERYBODY: Final = Audience(0)
"""What the desk ships, and what is added at its console, is for all; no workspace has number 0."""


class Precision(StrEnum):
    """How much of a publication date the source gave."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ADDED = "added"
    """None of it: the day stands for it on which the article came into the corpus."""


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date: the first instant (UTC) of the minute, day, month or year it names."""

    at: datetime
    precision: Precision

    @property
    def is_known(self) -> bool:
        """Whether anybody said so: the day of adding only bounds when it was published."""
        return self.precision is not Precision.ADDED

    def __str__(self) -> str:
        match self.precision:
            case Precision.YEAR:
                return self.at.strftime("%Y")
            case Precision.MONTH:
                return self.at.strftime("%Y-%m")
            case _:
                return self.at.strftime("%Y-%m-%d")


# --- the catalogue: what an operator configured -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Medium:
    """A publication an organisation owns: its name and the hosts it publishes on."""

    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A watched organisation or one of its units.

    `aliases` match without regard to case; `exact` only in the case given (short Latin names).
    A unit (`part_of`) counts for its owner and is shown under its own name.
    """

    id: str
    name: str
    name_zh: str = ""
    kind: str = "company"
    part_of: str | None = None
    aliases: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedDefinition:
    """A feed as config/feeds.toml ships it or a user added it."""

    url: str
    publisher: str
    owner: str | None = None
    """Organisation id of the publisher's owner, where the catalogue knows one."""
    language: str = ""
    tier: str = "press"
    """filing, company, press or aggregator."""
    enabled: bool = True
    note: str = ""


# --- egress -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to ask the web for; validators are sent back verbatim."""

    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "*/*"
    article: bool = False
    """An article page (robots.txt and crawl delay hold) rather than a subscribed feed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: a document, or `not_modified`, or a status without one (4xx, 5xx).

    `headers` has lower-case names. `permanent_url` is where an unbroken chain of 301/308 led.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    permanent_url: str | None = None

    @property
    def not_modified(self) -> bool:
        return self.status == 304


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry of a feed, as plain text.

    `identity` says which entry it is (16 bytes), `digest` which version of it (16 bytes).
    """

    identity: bytes
    digest: bytes
    title: str
    url: str
    author: str
    text: str
    published: Published | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed after parsing: only entries whose digest was not in the caller's `seen` set.

    `unchanged` counts the others, `same` are their digests. `ttl_s` is the publisher's own polling
    hint (ttl, sy:updatePeriod), `skip_hours` and `skip_days` RSS 2.0's (UTC, days as 0 = Monday).
    """

    title: str
    language: str
    entries: tuple[ParsedEntry, ...]
    unchanged: int = 0
    same: tuple[bytes, ...] = ()
    notes: tuple[str, ...] = ()
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article as read from a page, a pasted text or a Markdown file; empty fields: not found."""

    title: str
    body: str
    language: str
    author: str = ""
    publisher: str = ""
    url: str = ""
    published: Published | None = None


# --- understanding ------------------------------------------------------------------------------


class Role(StrEnum):
    """How an article speaks of an organisation: it is about it, or mentions it in passing."""

    SUBJECT = "subject"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Mention:
    """An organisation named in a text: `text[start:end]` is the name as written."""

    organisation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """An organisation an article speaks of; a unit and its owner are a tag each.

    `named` is the id of the unit actually named when `organisation` is counted through it.
    """

    organisation: str
    role: Role
    named: str


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence of an article: `text` stands at `body[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Summary:
    """An article in its own sentences, in the order they stand in."""

    points: tuple[Point, ...]


# --- the corpus ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article on its way into the corpus.

    `points` are the sentences a briefing may quote: written by an editor (the shipped corpus) or
    extracted. `source_id` is the feed it came from, None for files, addresses and the corpus.
    """

    title: str
    publisher: str
    author: str
    url: str
    language: str
    published: Published | None
    body: str
    tags: tuple[Tag, ...]
    points: tuple[str, ...] = ()
    source_id: int | None = None
    key: StoryKey | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article in the corpus. `published` falls back to the day it was added."""

    id: int
    title: str
    publisher: str
    author: str
    url: str
    language: str
    published: Published
    added_at: datetime
    body: str
    points: tuple[str, ...]
    tags: tuple[Tag, ...]
    story_id: int
    source_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoryKey:
    """What two articles of one story share: banded near-duplicate hashes and a sketch.

    `bands` are signed 64-bit integers (fit for an SQL BIGINT); `vector` is the sketch of meaning,
    words and figures that `storykey` packs.
    """

    bands: tuple[int, ...]
    vector: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article's place among the stories, as `stories.StoryIndex` needs it."""

    article_id: int
    story_id: int
    published: datetime
    organisations: frozenset[str]
    key: StoryKey


# --- watching feeds -----------------------------------------------------------------------------


class Health(StrEnum):
    """What a reader should think of a source."""

    NEW = "not checked yet"
    HEALTHY = "healthy"
    SILENT = "silent"
    """Answers, but nothing new for longer than its own habit (at least 14 days)."""
    FAILING = "failing"
    GONE = "gone"
    """Stopped for good: 410, 404 for 7 days, or 30 days of errors."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls."""

    etag: str = ""
    last_modified: str = ""
    body_hash: bytes = b""
    interval_s: int = 3600
    next_check_at: datetime | None = None
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    changed_at: datetime | None = None
    """When a new or changed entry was last seen."""
    failing_since: datetime | None = None
    failures: int = 0
    error: str = ""
    error_kind: str = ""
    redirect_url: str = ""
    redirect_seen: int = 0
    redirect_since: datetime | None = None
    skip_hours: int = 0
    """Bit h set: the publisher asks not to be asked in hour h (UTC)."""
    skip_days: int = 0
    """Bit d set: nor on weekday d (0 = Monday)."""
    stopped: str = ""
    """Why the feed is never asked again; empty while it is."""
    entries_seen: int = 0
    entries_kept: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A watched feed: its definition, where it came from ("shipped" or "added"), its state, and who
    may see it. `removed`: somebody switched it off."""

    id: int
    definition: FeedDefinition
    origin: str
    state: FeedState
    audience: Audience = EVERYBODY
    removed: bool = False


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """An entry that was seen, and the article it became (None: not relevant)."""

    identity: bytes
    digest: bytes
    article: NewArticle | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """The result of asking one feed once, ready to be stored in one transaction.

    `url` is the feed's new address after a settled permanent redirect, else None. `listed` are the
    identities of all entries it has now; None where it was not read.
    """

    source_id: int
    state: FeedState
    entries: tuple[EntryVersion, ...] = ()
    url: str | None = None
    listed: frozenset[bytes] | None = None
