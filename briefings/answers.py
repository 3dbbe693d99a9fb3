"""What the desk answers: one frozen value a kind of answer, the same for every platform.

A platform renders an answer through `render.markdown(answer)` and its own markup. Every
`Statement` carries the numbers of the sources it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from briefings.model import Health, Published


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence and the numbers of the sources that say it (never empty in a briefing)."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NumberedSource:
    """A source as listed at the end of an answer.

    `owned_by` names the organisation that owns the publisher when it is in the story.
    """

    number: int
    publisher: str
    published: Published
    title: str
    url: str
    owned_by: str = ""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """Reports of one event: headline and date of the first report, and what they say.

    `publishers` counts independent ones: two of the same owner are one. `also` numbers the reports
    no statement cites; a story of bare headlines has no statement, only those.
    """

    headline: str
    published: Published
    publishers: int
    statements: tuple[Statement, ...]
    also: tuple[int, ...]
    organisations: tuple[str, ...]
    about: bool
    """True: the story is about the topic; False: it mentions it in passing."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer stands on: sources by health, and entries seen and kept.

    `watched` counts the sources that are asked; `failing`, `silent` and `gone` name publishers.
    `articles` counts the whole corpus.
    """

    watched: int
    failing: tuple[str, ...]
    silent: tuple[str, ...]
    gone: tuple[str, ...]
    off: int
    never_checked: int
    articles: int
    entries_seen: int
    entries_kept: int
    last_poll: datetime | None


@dataclass(frozen=True, slots=True)
class Briefing:
    """The answer to `/intel <topic> [<topic>]`.

    `since` and `as_of` bound the period, to the precision they were asked in; `as_of` is the
    instant of the answer when nothing was asked. `articles` counts those that name the topics in
    it, `covers` is the first and last date among those read; `more`: there are more stories.
    """

    title: str
    topics: tuple[str, ...]
    since: Published | None
    as_of: datetime | Published
    articles: int
    covers: tuple[Published, Published] | None
    bottom_line: tuple[Statement, ...]
    stories: tuple[StoryLine, ...]
    more: bool
    coverage: Coverage
    sources: tuple[NumberedSource, ...]


@dataclass(frozen=True, slots=True)
class SearchHit:
    number: int
    title: str
    publisher: str
    published: Published
    url: str
    snippet: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to `/intel search <words>`; `more` says whether there are older hits.

    `named` are the organisations the words name, where the hits are on them and have not the words.
    """

    words: str
    named: tuple[str, ...]
    hits: tuple[SearchHit, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ArticleAnswer:
    """The answer to `/intel summarize <url>`: every sentence cites source 1, the article itself.

    `figures` are further sentences of the article that carry an amount or a share.
    """

    title: str
    author: str
    language: str
    words: int
    points: tuple[Statement, ...]
    figures: tuple[Statement, ...]
    organisations: tuple[str, ...]
    source: NumberedSource


@dataclass(frozen=True, slots=True)
class SourceRow:
    number: int
    publisher: str
    url: str
    health: Health
    detail: str
    """Why it fails or is off, or when it last brought something, in words."""
    kept: int
    seen: int
    owned_by: str
    next_check: datetime | None


@dataclass(frozen=True, slots=True)
class SourceList:
    """The answer to `/intel sources`; `notice` says what add or remove just did."""

    rows: tuple[SourceRow, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class TopicRow:
    name: str
    name_zh: str
    units: tuple[str, ...]
    articles: int


@dataclass(frozen=True, slots=True)
class TopicList:
    """The answer to `/intel topics`: organisations, most articles first."""

    rows: tuple[TopicRow, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to `/intel status`."""

    version: str
    database: str
    """The engine and its version; never an address."""
    coverage: Coverage
    stories: int
    problems: tuple[str, ...]
    """One line each: what is wrong and what to do about it."""


@dataclass(frozen=True, slots=True)
class Help:
    """The answer to `/intel help`: (command, what it answers) in the order to learn them."""

    commands: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic that is unknown (nearest names) or ambiguous (which one?).

    `commands` are complete commands to offer as buttons, one a name.
    """

    query: str
    ambiguous: bool
    names: tuple[str, ...]
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """The command could not be carried out; says why and what to do."""

    message: str
    remedy: str = ""


Answer = (
    Briefing
    | SearchAnswer
    | ArticleAnswer
    | SourceList
    | TopicList
    | Status
    | Help
    | Choice
    | Failure
)
