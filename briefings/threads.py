"""Which stories went on since a channel's last digest, and how much room each gets. Pure.

    Tagged articles -> speaking_of the topics -> threads_of stories -> sift what was told -> Sifted

Nothing here has a text yet: what is to be told is decided on ids alone, and only that is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

LINES = 12
"""Stories with statements."""
PASSING_LINES = 3
"""Those of them that mention the topics in passing, at most."""
HEADLINES = 20

Topics = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """An article that speaks of an organisation; `subject`: it is about it."""

    article: int
    story: int
    organisation: str
    subject: bool
    published: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An article a channel was told of, and when the first digest that did was due."""

    channel: int
    article: int
    first: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """Topics a channel got a digest on: when the newest one was due, and the newest article then.

    The subscription it came from may be removed by now.
    """

    channel: int
    topics: tuple[str, ...]
    newest_article: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A story by the ids of its reports: all there are, earliest first, and those of the period.

    `new` are those that came in the period and speak of the topics, published from `first` to
    `last`; `about`: one of them has the topics as subjects.
    """

    reports: tuple[int, ...]
    new: tuple[int, ...]
    about: bool
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Fresh:
    """A thread with something to tell: the reports nobody told the channel of.

    `first_told` is None when it was told of none of the thread's reports.
    """

    thread: Thread
    untold: frozenset[int]
    first_told: datetime | None


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is to be told, by the room it gets, the most important first.

    `articles` counts the untold reports of the period on the topics; `elsewhere` the threads of
    which the channel was told everything already.
    """

    lines: tuple[Fresh, ...]
    headlines: tuple[Fresh, ...]
    beyond: tuple[Fresh, ...]
    articles: int
    elsewhere: int

    @property
    def reports(self) -> list[int]:
        """The articles it takes to compose it."""
        return [id_ for fresh in (*self.lines, *self.headlines) for id_ in fresh.thread.reports]

    @property
    def telling(self) -> frozenset[int]:
        """The articles it tells of now."""
        return frozenset().union(*(fresh.untold for fresh in (*self.lines, *self.headlines)))

    @property
    def new(self) -> frozenset[int]:
        """These, and those it has no room for."""
        return self.telling.union(*(fresh.untold for fresh in self.beyond))


def speaking_of(wanted: Collection[Topics], tagged: Sequence[Tagged]) -> dict[Topics, list[Tagged]]:
    """The articles that speak of all of some topics, by number; `subject`: of each."""
    by_topic: defaultdict[str, dict[int, Tagged]] = defaultdict(dict)
    for one in tagged:
        by_topic[one.organisation][one.article] = one
    found = {}
    for topics in wanted:
        first, *others = (by_topic[topic] for topic in topics)
        found[topics] = [
            replace(one, subject=all(each[id_].subject for each in (first, *others)))
            for id_, one in sorted(first.items())
            if all(id_ in each for each in others)
        ]
    return found


def threads_of(
    on_topics: Sequence[Tagged], reports: Mapping[int, tuple[int, ...]]
) -> tuple[Thread, ...]:
    """The stories of the articles of a period."""
    new: defaultdict[int, list[Tagged]] = defaultdict(list)
    for one in on_topics:
        new[one.story].append(one)
    return tuple(
        Thread(
            reports=reports[story],
            new=tuple(sorted(one.article for one in articles)),
            about=any(one.subject for one in articles),
            first=min(one.published for one in articles),
            last=max(one.published for one in articles),
        )
        for story, articles in sorted(new.items())
    )


def sift(threads: Iterable[Thread], told: Mapping[int, datetime]) -> Sifted:
    """Leave out what a channel was told (article ids, and when) and decide on the room for it."""
    found: list[Fresh] = []
    articles = elsewhere = 0
    for thread in threads:
        untold = frozenset(id_ for id_ in thread.reports if id_ not in told)
        of_period = len(untold.intersection(thread.new))
        if of_period:
            before = [told[id_] for id_ in thread.reports if id_ in told]
            found.append(Fresh(thread, untold, min(before, default=None)))
            articles += of_period
        else:
            elsewhere += 1
    found.sort(
        key=lambda fresh: (fresh.thread.about, fresh.thread.last, fresh.thread.new), reverse=True
    )
    about = [fresh for fresh in found if fresh.thread.about]
    passing = [fresh for fresh in found if not fresh.thread.about]
    room = min(PASSING_LINES, max(LINES - len(about), 0))
    rest = about[LINES:] + passing[room:]
    return Sifted(
        lines=tuple(about[:LINES] + passing[:room]),
        headlines=tuple(rest[:HEADLINES]),
        beyond=tuple(rest[HEADLINES:]),
        articles=articles,
        elsewhere=elsewhere,
    )
