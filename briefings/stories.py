"""Which reports tell the same story.

    title, text -> meaning_text -> embedder -> vector -> story_key -> StoryIndex.find -> story id
                                                                                  `-> None: new

Three kinds of evidence are weighed, since each alone fails: the words (a rewrite keeps them), the
meaning (another reporter or another language keeps only that) and the figures. Figures decide the
hard cases: two buy-backs by one company read alike word for word and differ in their numbers
alone, while a Chinese and an English report of one deal share little else.

A report joins a story when it is close enough to one of its reports and not far from the first,
so that a chain of small steps cannot lead from one event to another. Precision comes before
recall: a story split in two is shown twice, two deals merged into one mislead.

What the store does with it, for an article published at `t`:

    for day in index.missing(t): index.load(day, members published on that UTC day)
    index.remove(article id)                      only when an article known before has changed
    story = index.find(key, t, organisations)     None: the article opens a story of its own
    index.add(StoryMember(...))                   after the article is written

Members other processes wrote are passed to `add` as they are seen, if their day is `in index`;
a day that is not held brings them along when it is loaded.
"""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from briefings.model import StoryKey, StoryMember
from briefings.storykey import (
    BANDS,
    DAY,
    FIGURES,
    KIND,
    MEANING,
    WORDS,
    Sketch,
    meaning_text,
    sketch,
    story_key,
)

__all__ = ["WINDOW", "StoryIndex", "meaning_text", "story_key"]

WINDOW = timedelta(days=3)
"""How far apart two reports of one story may be published."""

HELD = 20_000
"""Members kept in memory (about 25 MB) beyond which the days longest unused are let go."""

# Measured by `python -m benchmarks.eval`: the lowest that keep headlines at a precision of 0.98.
_SAME_SCRIPT = 0.42  # mean of the cosines of words and of meaning
_ACROSS_SCRIPTS = 0.52  # cosine of meaning alone: no words are shared
_FULL_TEXTS = 0.14  # more is asked of two long texts: any two on one topic share many words
_REWRITE = 0.6  # cosine of words at which one long text is a rewrite of the other
_SAME_TITLE = np.float32(0.1)  # less is asked under one title; more would merge round-ups
_FIGURES_AGREE = 0.08  # less is asked when at least half the figures agree
_FIGURES_DIFFER = 0.25  # more is asked of two long texts when a single figure differs
_DRIFT = 0.2  # how far below what is asked the first report of the story may be
_LONG = 127  # terms: about 130 words or Chinese characters
_FAR = -1.0


class StoryIndex:
    """The reports of the days in use, by day, so that the story of a new one can be found.

    Pure memory, not thread-safe. An article belongs to one day (UTC) and is held once; adding it
    again replaces it.
    """

    def __init__(self, held: int = HELD) -> None:
        self._held = held
        self._days: OrderedDict[date, _Day] = OrderedDict()
        self._day_of: dict[int, date] = {}

    def __contains__(self, day: date) -> bool:
        """Tell whether a day was loaded and is still held."""
        return day in self._days and self._days[day].complete

    def __len__(self) -> int:
        """Count the members held."""
        return len(self._day_of)

    def missing(self, published: datetime) -> list[date]:
        """Return the days that must be loaded before `find` is asked about `published`."""
        window = days(published)
        for day in window:
            if day in self._days:  # in use again: not to be let go by the loading that follows
                self._days.move_to_end(day)
        return [day for day in window if day not in self]

    def load(self, day: date, members: Iterable[StoryMember]) -> None:
        """Take in all members published on a day; lets go of days unused for long."""
        bucket = self._day(day)
        for member in members:
            self.add(member)
        bucket.complete = True
        while len(self) > self._held and len(self._days) > _DAYS_OF_WINDOW:
            _, let_go = self._days.popitem(last=False)
            for article_id in let_go.row_of:
                del self._day_of[article_id]

    def add(self, member: StoryMember) -> None:
        """Take in a report whose story is known."""
        self.remove(member.article_id)
        own = sketch(member.key.vector)
        if own is not None:  # nothing can be like a member whose key says nothing
            day = member.published.astimezone(UTC).date()
            self._day(day).add(member, own)
            self._day_of[member.article_id] = day

    def remove(self, article_id: int) -> None:
        """Forget a report; one that is not held is no error."""
        day = self._day_of.pop(article_id, None)
        if day is not None:
            self._days[day].remove(article_id)

    def find(self, key: StoryKey, published: datetime, organisations: frozenset[str]) -> int | None:
        """Return the story a report belongs to, or None when it tells a new one.

        Reports within `WINDOW` that share an organisation are compared (all of them where either
        side names none); long texts that share a band are, whatever organisations they name.
        """
        query = sketch(key.vector)
        if query is None:
            return None
        held = (self._days[day] for day in days(published) if day in self._days)
        at, bands = published.timestamp(), _bands(key, query)
        near = [day.comparable(at, organisations, bands) for day in held]
        if not near:
            return None
        reports = np.concatenate([reports for reports, _ in near])
        return _choose(query, reports, np.concatenate([sketches for _, sketches in near]))

    def _day(self, day: date) -> _Day:
        if day not in self._days:
            self._days[day] = _Day()
        return self._days[day]


def days(published: datetime) -> list[date]:
    """Return the UTC days whose reports may tell the story of one published then."""
    first = (published.astimezone(UTC) - WINDOW).date()
    return [first + timedelta(days=n) for n in range(_DAYS_OF_WINDOW)]


_DAYS_OF_WINDOW = 2 * WINDOW.days + 1

_REPORT = np.dtype(
    [
        ("at", np.float64),
        ("story", np.int64),
        ("cjk", np.bool_),
        ("long", np.bool_),
        ("title", np.uint32),
        ("lengths", np.float32, 2),
        ("figures", np.uint32, FIGURES),
        ("bands", np.int64, BANDS),
    ]
)
_Reports = npt.NDArray[Any]
_Sketches = npt.NDArray[np.int8]
_ALL, _NONE = "*", ""  # under these stand all members, and those that name no organisation


class _Day:
    """The members of one day: tables grown by doubling, and their rows by organisation."""

    def __init__(self) -> None:
        self.complete = False
        self.row_of: dict[int, int] = {}
        self._reports: _Reports = np.zeros(16, _REPORT)
        self._sketches: _Sketches = np.zeros((16, MEANING + WORDS), np.int8)
        self._rows: defaultdict[str, set[int]] = defaultdict(set)
        self._used = 0
        self._free: list[int] = []

    def add(self, member: StoryMember, own: Sketch) -> None:
        row = self._free_row()
        self.row_of[member.article_id] = row
        self._reports[row] = (
            *(member.published.timestamp(), member.story_id, own.cjk, own.terms >= _LONG),
            *(own.title, _lengths(own), own.figures, _bands(member.key, own)),
        )
        self._sketches[row, :MEANING], self._sketches[row, MEANING:] = own.meaning, own.words
        for organisation in (_ALL, *(member.organisations or {_NONE})):
            self._rows[organisation].add(row)

    def remove(self, article_id: int) -> None:
        row = self.row_of.pop(article_id)
        for rows in self._rows.values():
            rows.discard(row)
        self._reports[row] = 0
        self._free.append(row)

    def comparable(
        self, at: float, organisations: frozenset[str], bands: tuple[int, ...]
    ) -> tuple[_Reports, _Sketches]:
        """Return the members near in time that share an organisation, or a band of a long text."""
        asked = organisations | {_NONE} if organisations else {_ALL}
        rows = set().union(*(self._rows[name] for name in asked & self._rows.keys()))
        if any(bands):
            shared = (self._reports["bands"][: self._used] == bands).any(axis=1)
            rows.update(np.flatnonzero(shared).tolist())
        found = np.sort(np.fromiter(rows, np.intp, len(rows)))
        found = found[np.abs(self._reports["at"][found] - at) <= WINDOW.total_seconds()]
        return self._reports[found], self._sketches[found]

    def _free_row(self) -> int:
        if self._free:
            return self._free.pop()
        if self._used == len(self._reports):
            self._reports = np.concatenate([self._reports, np.zeros_like(self._reports)])
            self._sketches = np.concatenate([self._sketches, np.zeros_like(self._sketches)])
        self._used += 1
        return self._used - 1


def _bands(key: StoryKey, own: Sketch) -> tuple[int, ...]:
    """The bands that stand for a text; those of a few words would stand for any like headline."""
    usable = own.terms >= _LONG and len(key.bands) == BANDS
    return key.bands if usable else (0,) * BANDS


def _lengths(own: Sketch) -> tuple[float, float]:
    meaning, words = own.meaning.astype(np.float32), own.words.astype(np.float32)
    return math.sqrt(meaning @ meaning), math.sqrt(words @ words)


def _choose(query: Sketch, reports: _Reports, sketches: _Sketches) -> int | None:
    """The story of the closest report whose first report is not far; None if there is none."""
    closeness = _closeness(query, reports, sketches)
    own = _by_kind(query.figures)

    def weighed(row: int) -> float:
        figures = _figures_say(query, own, reports[row]) if own else 0.0
        return float(closeness[row]) + figures

    # Comparing figures is what takes time, and they can lift no other report to 0.
    likely = np.flatnonzero(closeness >= -_FIGURES_AGREE).tolist()
    ranked = sorted((-weighed(row), int(reports["story"][row])) for row in likely)
    for story in dict.fromkeys(story for distance, story in ranked if distance <= 0):
        members = np.flatnonzero(reports["story"] == story)
        if weighed(int(members[reports["at"][members].argmin()])) >= -_DRIFT:
            return story
    return None


def _closeness(query: Sketch, reports: _Reports, sketches: _Sketches) -> npt.NDArray[np.float32]:
    """How far each report is above (or below) what makes it the same story, figures aside."""
    lengths = reports["lengths"] * np.array(_lengths(query), np.float32)
    lengths[lengths == 0] = np.inf
    values = sketches.astype(np.float32)
    meaning = values[:, :MEANING] @ query.meaning.astype(np.float32) / lengths[:, 0]
    words = values[:, MEANING:] @ query.words.astype(np.float32) / lengths[:, 1]
    both_long = reports["long"] & (query.terms >= _LONG)
    only_words = np.isinf(lengths[:, 0])
    rewritten = np.where(both_long | only_words, words - _REWRITE, _FAR)
    alike = (meaning + words) / 2 - _SAME_SCRIPT - _FULL_TEXTS * both_long
    across = reports["cjk"] != query.cjk
    closeness: npt.NDArray[np.float32] = np.where(
        across, meaning - _ACROSS_SCRIPTS, np.maximum(alike, rewritten)
    )
    if query.title:
        closeness[reports["title"] == query.title] += _SAME_TITLE
    return closeness


def _figures_say(query: Sketch, own: dict[int, set[int]], report: np.void) -> float:
    """What the figures of two texts add to their closeness.

    Only figures of one kind can differ: 18% and $586 million may be the same deal. Days decide
    where nothing else does, and speak against only: many reports name the day they were written.
    """
    other = _by_kind(report["figures"])
    kinds = own.keys() & other.keys()
    weighty = kinds - {DAY}
    compared = weighty or kinds
    fewest = sum(min(len(own[kind]), len(other[kind])) for kind in compared)
    if fewest == 0:
        return 0.0
    if 2 * sum(len(own[kind] & other[kind]) for kind in compared) >= fewest:
        return _FIGURES_AGREE if weighty else 0.0
    both_long = report["long"] and query.terms >= _LONG and report["cjk"] == query.cjk
    # A long text may have lost its one figure in the rewriting.
    return -_FIGURES_DIFFER if both_long and fewest == 1 else _FAR


def _by_kind(figures: npt.NDArray[np.uint32]) -> dict[int, set[int]]:
    kinds: dict[int, set[int]] = {}
    for figure in figures.tolist():
        if figure:
            kinds.setdefault(figure & KIND, set()).add(figure)
    return kinds
