"""Summaries made of an article's own sentences, each an exact span of its text.

body -> sentences -> vectors (embedding) -> places (ranking) -> Summary
"""

from __future__ import annotations

from collections.abc import Sequence

from briefings.containment import WorkerPool
from briefings.model import Point, Summary
from briefings.summaries.embedding import vectors
from briefings.summaries.ranking import is_boilerplate, rank
from briefings.text.sentences import split

TEXT_READ = 20_000
"""Characters of an article that are read."""
SENTENCES_READ = 40
"""Sentences that are weighed: the news stands before them, and each costs a millisecond."""
LONGEST_POINT = 400
"""Characters of a point; a longer sentence is cut at a space or a stop."""


class ExtractiveSummariser:
    """The `ports.Summariser` that needs no network, in the workers of a pool."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def summarise(self, texts: Sequence[str], *, points: int) -> list[Summary]:
        """Return one summary a text, in order, each of at most `points` sentences.

        Raises:
            ContainmentError: the worker was stopped.
        """
        return [await self._workers.run(summarise_text, text[:TEXT_READ], points) for text in texts]


def summarise_text(body: str, points: int) -> Summary:
    """Choose at most `points` sentences of `body`. Runs in a worker; a short text needs no model.

    English and Chinese need not be told apart: sentences, words and meaning work for both.
    """
    spans = _newsworthy(body, split(body[:TEXT_READ])[:SENTENCES_READ])
    if len(spans) > points:
        sentences = [body[start:end] for start, end in spans]
        spans = [spans[place] for place in rank(sentences, vectors(sentences), points)]
    return Summary(tuple(Point(body[start:end], start, end) for start, end in spans))


def _newsworthy(body: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans without boilerplate and without sentences that stand earlier word for word."""
    kept: dict[str, tuple[int, int]] = {}
    for span in spans:
        start, end = _cut(body, *span)
        sentence = body[start:end]
        if not is_boilerplate(sentence):
            kept.setdefault(" ".join(sentence.casefold().split()), (start, end))
    return list(kept.values())


def _cut(body: str, start: int, end: int) -> tuple[int, int]:
    """Shorten a span to the last space or stop within `LONGEST_POINT` characters."""
    if end - start <= LONGEST_POINT:
        return start, end
    limit = start + LONGEST_POINT
    last = max(body.rfind(mark, start + LONGEST_POINT // 2, limit) for mark in " ,;，；、")
    cut = last if last > start else limit
    return start, start + len(body[start:cut].rstrip())
