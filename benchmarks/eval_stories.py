"""Stories against labels: headlines of one event, rewrites of one text, reports of one deal."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from briefings.model import StoryMember
from briefings.stories import StoryIndex, meaning_text, story_key
from briefings.summaries.embedding import Embedder, meaning_workers
from briefings.text.sentences import split

_NOON = datetime(2024, 1, 2, 12, tzinfo=UTC)
_Row = tuple[object, ...]

_SYNONYMS = {
    "about": "around", "after": "following", "also": "additionally", "because": "since",
    "big": "large", "buy": "purchase", "children": "youngsters", "company": "firm",
    "found": "discovered", "get": "obtain", "help": "assist", "home": "house",
    "last": "previous", "made": "produced", "many": "numerous", "new": "fresh",
    "people": "individuals", "police": "officers", "said": "stated", "show": "display",
    "start": "begin", "think": "believe", "told": "informed", "very": "extremely",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report and the story a person put it into."""

    story: str
    title: str
    text: str
    published: datetime = _NOON
    organisations: frozenset[str] = frozenset()


def headlines(records: Sequence[Mapping[str, Any]]) -> list[Labelled]:
    """Headlines alone, with the time they were published."""
    return [
        Labelled(r["story"], r["title"], "", datetime.fromtimestamp(r["published_ms"] / 1000, UTC))
        for r in records
    ]


def reports(records: Sequence[Mapping[str, Any]]) -> list[Labelled]:
    """Reports with a lead and the organisations they name; hard ones stand side by side."""
    return [
        Labelled(
            r["event"],
            r["title"],
            r["text"],
            datetime.fromisoformat(r["published"]).replace(tzinfo=UTC),
            frozenset(r["organisations"]),
        )
        for r in records
    ]


def rewrites(records: Sequence[Mapping[str, Any]]) -> list[Labelled]:
    """Each article and six rewrites of it, all published at one time, in no order."""
    chance = random.Random(7)
    made: list[Labelled] = []
    for number, record in enumerate(records):
        titles = [t for t in re.split(r"[\n]|(?<=[.!?])\s", record["reference"]) if t.strip()]
        text: str = record["text"]
        others = [
            (titles[0], text),
            (titles[0], _edited(text, 0.03, chance)),
            (titles[0], _cut(text, 0.5)),
            (titles[0], _reordered(text, chance)),
            (titles[0], _reworded(text)),
            (titles[-1], text),
            (titles[-1], _reworded(_edited(_cut(text, 0.7), 0.05, chance))),
        ]
        made += [Labelled(str(number), title, body) for title, body in others]
    chance.shuffle(made)
    return made


def measure(name: str, texts: Sequence[Labelled]) -> _Row:
    """(name, texts, labelled stories, stories told, precision, recall, F1), in percent of pairs.

    The texts arrive in the order they were published.
    """
    told = stories_of(texts)
    together = Counter((text.story, story) for text, story in told)
    right = _pairs(together)
    labelled = Counter(text.story for text in texts)
    found = Counter(story for _, story in told)
    precision, recall = right / max(1, _pairs(found)), right / max(1, _pairs(labelled))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    percents = (100 * precision, 100 * recall, 100 * f1)
    return (name, len(texts), len(labelled), len(found), *percents)


def stories_of(texts: Sequence[Labelled]) -> list[tuple[Labelled, int]]:
    """Each text and the number of the story it was put into."""
    arriving = sorted(texts, key=lambda text: text.published)
    vectors = asyncio.run(_embedded([meaning_text(text.title, text.text) for text in arriving]))
    index = StoryIndex()
    told = []
    for number, (text, vector) in enumerate(zip(arriving, vectors, strict=True)):
        key = story_key(text.title, text.text, vector)
        found = index.find(key, text.published, text.organisations)
        story = number if found is None else found
        index.add(StoryMember(number, story, text.published, text.organisations, key))
        told.append((text, story))
    return told


def speed(members: int = 3_000, organisations: int = 20) -> list[_Row]:
    """(step, CPU ms a text) with so many reports in the window, each naming an organisation."""
    chance = random.Random(3)
    words = [f"{chance.choice('bcdfgklmnprst')}a{chance.randrange(10_000)}" for _ in range(4_000)]
    texts = [" ".join(chance.choices(words, k=100)) for _ in range(members)]
    vectors = asyncio.run(_embedded([meaning_text(text[:60], text) for text in texts[:200]]))
    started = time.process_time()
    keys = [story_key(text[:60], text, vectors[i % 200]) for i, text in enumerate(texts)]
    keyed = time.process_time()
    index = StoryIndex()
    for number, key in enumerate(keys):
        at = _NOON + timedelta(hours=chance.uniform(-70, 70))
        named = frozenset({f"organisation {number % organisations}"})
        index.add(StoryMember(number, number, at, named, key))
    added = time.process_time()
    for number, key in enumerate(keys[:500]):
        index.find(key, _NOON, frozenset({f"organisation {number % organisations}"}))
    found = time.process_time()
    return [
        ("the key of a text of 100 words", 1_000 * (keyed - started) / members),
        ("adding it", 1_000 * (added - keyed) / members),
        (f"finding its story among {members:,}", 1_000 * (found - added) / 500),
    ]


async def _embedded(texts: Sequence[str]) -> list[bytes]:
    workers = meaning_workers()
    try:
        return await Embedder(workers).embed(texts)
    finally:
        await workers.close()


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _edited(text: str, share: float, chance: random.Random) -> str:
    return " ".join(word for word in text.split(" ") if chance.random() >= share)


def _cut(text: str, share: float) -> str:
    spans = split(text)
    return text[: spans[int((len(spans) - 1) * share)][1]]


def _reordered(text: str, chance: random.Random) -> str:
    sentences = [text[start:end] for start, end in split(text)]
    chance.shuffle(sentences)
    return " ".join(sentences)


def _reworded(text: str) -> str:

    return re.sub(r"[a-z]+", lambda word: _SYNONYMS.get(word[0], word[0]), text)
