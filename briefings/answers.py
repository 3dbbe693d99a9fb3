"""What the desk answers: one frozen value a kind of answer, the same for every platform.

A platform renders an answer through `render.markdown(answer)` and its own markup. Every
`Statement` carries the numbers of the sources it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from briefings.facts import When
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
class Differing:
    """What reports of one fact do not give alike: a field in words, each reading with its sources.

    `explained`: rounding or bounds ("more than") account for it; otherwise they contradict.
    """

    field: str
    readings: tuple[Statement, ...]
    explained: bool


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact of the ledger with the sentence that says it.

    `number` is its own in the ledger. `parties` are named, whoever acts first; `what` is its
    figure's name ("advertising revenue"), "" for a deal, and `says` its figures in words. `when` is
    the day or period it is of, or "reported 2013-05-07" where no source gives one. `standing` says
    how well it stands: who says so, and how many; figures that fewer say by themselves.
    `quote` is a sentence of the first of the sources in `cites`, letter for letter.
    `superseded_by` says in words what holds instead, "" for what holds. `by_model`: none but the
    optional model has read it, which `standing` says too.
    """

    number: int
    kind: str
    parties: tuple[str, ...]
    what: str
    says: str
    status: str
    when: str
    standing: str
    quote: str
    cites: tuple[int, ...]
    differing: tuple[Differing, ...] = ()
    superseded_by: str = ""
    by_model: bool = False

    @property
    def contradicted(self) -> bool:
        return any(not one.explained for one in self.differing)


@dataclass(frozen=True, slots=True)
class AllianceLine:
    """What is between two organisations: kinds of facts, what holds, since when, last news.

    `beside` are bids and sales that are not done, in words: acquisition (denied, 2016-03-01).
    """

    organisations: tuple[str, str]
    kinds: tuple[str, ...]
    status: str
    says: str
    since: str
    last: str
    cites: tuple[int, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What a channel's digest says of a fact: new, confirmed, superseded or contradicted.

    `before` is what the channel was told that no longer holds, or is denied, in words; "" for what
    is new or confirmed.
    """

    change: str
    fact: FactLine
    before: str = ""


@dataclass(frozen=True, slots=True)
class FactList:
    """The answer to `/intel facts <topic> [kind]`: the ledger's rows, newest first.

    `kind` is "" for all of them; `more` counts those that are left out. `pending` counts the
    articles whose facts were not read yet.
    """

    title: str
    topics: tuple[str, ...]
    kind: str
    since: Published | None
    as_of: datetime | Published
    facts: tuple[FactLine, ...]
    more: int
    pending: int
    sources: tuple[NumberedSource, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The answer to `/intel <topic> [<topic>]`.

    `since` and `as_of` bound the period, to the precision they were asked in; `as_of` is the
    instant of the answer when nothing was asked. `articles` counts those that name the topics in
    it, `covers` is the first and last date among those read; `more`: there are more stories.
    Of the ledger: `alliances` with each partner, the newest `figures`, and in `disputed` the facts
    whose sources contradict each other.
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
    alliances: tuple[AllianceLine, ...] = ()
    figures: tuple[FactLine, ...] = ()
    disputed: tuple[FactLine, ...] = ()


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

    `named` are the organisations the words name, where the hits are on them and have not the words
    but for those `held`. `most`: no article has all the words, and the hits have most of them.
    """

    words: str
    named: tuple[str, ...]
    hits: tuple[SearchHit, ...]
    more: bool
    held: tuple[str, ...] = ()
    most: bool = False


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
class SubscriptionRow:
    """A digest the channel gets.

    `when` is its schedule in words with its zone; `next` and `last` are local times there: of the
    next one ("" while it is paused) and of the arrival of the last one ("" before the first).
    `paused` says why it is, "" while it is not.
    """

    number: int
    topics: tuple[str, ...]
    when: str
    preset: str
    next: str
    paused: str
    last: str


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """The answer to `/intel subscriptions`; `notice` says what another command just did."""

    rows: tuple[SubscriptionRow, ...]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The answer to `/intel preview <n>`; `page` is the digest as a `render.Markdown`.

    A page that is no more than a `str` is shown letter for letter. `waiting` says of when the
    digests are that count as told and are not delivered yet, "" where there are none.
    """

    number: int
    topics: tuple[str, ...]
    page: str
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A digest that is not in its channel, or may not be: which, what of it, what to do.

    `place` names its channel where that is another than the asker's. `next_at`: when the desk
    tries or looks again by itself.
    """

    digest: str
    place: str
    says: str
    next_at: datetime | None
    step: str


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to `/intel status`.

    `deliveries` are those of the asker's channel, for whoever runs the desk those of all;
    `sent` and `repaired` count the desk's digests and the duplicates it deleted, as far as it
    remembers them.
    """

    version: str
    database: str
    """The engine and its version; never an address."""
    coverage: Coverage
    stories: int
    problems: tuple[str, ...]
    """One line each: what is wrong and what to do about it."""
    deliveries: tuple[DeliveryRow, ...] = ()
    sent: int = 0
    repaired: int = 0
    model: str = ""
    """What the optional model used today and what went wrong with it; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Help:
    """The answer to `/intel help`: (command, what it answers) in the order to learn them.

    `language` is that of the words: en or zh.
    """

    commands: tuple[tuple[str, str], ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic that is unknown (nearest names) or ambiguous (which one?).

    `commands` are complete commands to offer as buttons, one a name; `hint` says what else may have
    been meant.
    """

    query: str
    ambiguous: bool
    names: tuple[str, ...]
    commands: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The command could not be carried out; says why and what to do."""

    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened: a fact by its own date, a story by that of its first report.

    `reported`: it is a fact that no source dates, so that its date is its first report's, too.
    `statement` is the sentence that tells most of it, None where there are only headlines;
    `cites` numbers what the event stands on and is never empty. `publishers` counts independent
    ones. `rank` 1 is the most telling event of its timeline. `kind` says what it was taken from:
    "story" for the reports of one event, else the kind of a fact of the ledger ("stake"), of which
    `standing` says how well it stands.
    """

    date: When
    headline: str
    statement: Statement | None
    cites: tuple[int, ...]
    organisations: tuple[str, ...]
    publishers: int
    rank: int
    kind: str = "story"
    reported: bool = False
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The answer to `/intel timeline <topic> [<topic>]`: dated events, oldest first.

    `since` and `as_of` as in `Briefing`. `events` are about the topics; `more` counts less telling
    ones that were left out, `passing` the stories that only mention the topics. It was made of the
    newest `articles` that name them, `unread` counts the others. Ranks are 1, 2, 3 ... without a
    gap.
    """

    title: str
    topics: tuple[str, ...]
    since: Published | None
    as_of: datetime | Published
    events: tuple[TimelineEvent, ...]
    more: int
    passing: int
    articles: int
    unread: int
    sources: tuple[NumberedSource, ...]


Answer = (
    Briefing
    | FactList
    | Timeline
    | SearchAnswer
    | ArticleAnswer
    | SourceList
    | TopicList
    | SubscriptionList
    | Preview
    | Status
    | Help
    | Choice
    | Failure
)


# --- digests ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DevelopingStory:
    """A story the channel was told of before, and what its new reports add.

    `line` has the headline and date of the story's first report, the independent publishers there
    are by now, as statements only sentences that no report told before has, and in `also` the new
    reports that none of these cites. `reported_by` names the publishers of `also`; without
    statements they have nothing to add. `first_told`: when the digest that told of it was due.
    """

    line: StoryLine
    reported_by: tuple[str, ...]
    first_told: datetime


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """A further story in one line, and the report it is taken from.

    `first_told` is None for a story that is new to the channel; `about` as in `StoryLine`.
    """

    headline: str
    published: Published
    publishers: int
    cite: int
    about: bool
    first_told: datetime | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What a channel gets by subscription: first the state of things, then what changed.

    The period is from `since` (None: from the start) to `until`, when the digest was due; `written`
    is the minute it was put together. `late`: it covers the time the desk was off; `asked`: it was
    wanted now; `nothing_changed`: there is no story in it. Within `new`, `developing` and
    `headlines` those about the topics come first.

    `articles` counts the articles it stands on: in the first one all that name the topics, then
    those added in the period that were not told. `beyond` counts the stories that have no line in
    it, and `beyond_command` shows them; in a first one nobody counts them, and the command alone
    says that there are more. `told_elsewhere` counts those this channel's other digests told in
    the period. `corrections` are facts this channel was told that are superseded or contradicted,
    `changes` the facts that are new or confirmed. Citation numbers are one sequence; `sources` are
    what is cited.
    """

    title: str
    topics: tuple[str, ...]
    first: bool
    asked: bool
    late: bool
    since: datetime | None
    until: datetime
    written: datetime
    articles: int
    nothing_changed: bool
    bottom_line: tuple[Statement, ...]
    new: tuple[StoryLine, ...]
    developing: tuple[DevelopingStory, ...]
    headlines: tuple[HeadlineRow, ...]
    beyond: int
    beyond_command: str
    told_elsewhere: int
    coverage: Coverage
    sources: tuple[NumberedSource, ...]
    corrections: tuple[ChangeLine, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
