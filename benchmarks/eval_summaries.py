"""Summaries against references: the first sentences, LexRank, TextRank and ours, by ROUGE."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer  # type: ignore[import-untyped]

from briefings.summaries.embedding import meaning_workers
from briefings.summaries.extractive import ExtractiveSummariser
from briefings.text.sentences import split
from briefings.text.tokens import index_terms

METHODS = ("first sentences", "LexRank", "TextRank", "ours")
_Row = tuple[object, ...]


def english(
    records: Sequence[Mapping[str, Any]],
    methods: Sequence[str] = METHODS,
    kinds: Sequence[str] = ("rouge1", "rouge2", "rougeL"),
) -> list[_Row]:
    """(method, ROUGE of each kind), F1 in percent with stemming, of three sentences."""
    scorer = RougeScorer(kinds, use_stemmer=True)
    rows: list[_Row] = []
    for name in methods:
        summaries = _summaries(name, [record["text"] for record in records], 3)
        scores = [
            scorer.score(record["reference"], " ".join(summary))
            for record, summary in zip(records, summaries, strict=True)
        ]
        means = (100 * sum(s[kind].fmeasure for s in scores) / len(scores) for kind in kinds)
        rows.append((name, *means))
    return rows


def chinese(records: Sequence[Mapping[str, Any]], methods: Sequence[str] = METHODS) -> list[_Row]:
    """(method, F1 in percent of single characters) of one sentence."""
    rows: list[_Row] = []
    for name in methods:
        summaries = _summaries(name, [record["text"] for record in records], 1)
        scores = [
            characters_shared(record["reference"], "".join(summary))
            for record, summary in zip(records, summaries, strict=True)
        ]
        rows.append((name, 100 * sum(scores) / len(scores)))
    return rows


def characters_shared(reference: str, summary: str) -> float:
    """ROUGE-1 of two texts whose words are their characters, white space aside."""
    expected, found = Counter("".join(reference.split())), Counter("".join(summary.split()))
    shared = (expected & found).total()
    return 2 * shared / (expected.total() + found.total()) if shared else 0.0


def _summaries(method: str, texts: Sequence[str], points: int) -> list[list[str]]:
    if method == "ours":
        return asyncio.run(_ours(texts, points))
    return [_BASELINES[method](text, points) for text in texts]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def _lead(text: str, points: int) -> list[str]:
    return _sentences(text)[:points]


async def _ours(texts: Sequence[str], points: int) -> list[list[str]]:
    workers = meaning_workers()
    try:
        summaries = await ExtractiveSummariser(workers).summarise(texts, points=points)
    finally:
        await workers.close()
    return [[point.text for point in summary.points] for summary in summaries]


def _lex_rank(text: str, points: int) -> list[str]:
    """Erkan and Radev 2004, continuous: PageRank over the tf-idf cosines of the sentences."""
    sentences = _sentences(text)
    counts = [Counter(index_terms(sentence)) for sentence in sentences]
    documents = Counter(word for count in counts for word in count)
    places = {word: place for place, word in enumerate(documents)}
    table = np.zeros((len(sentences), len(places)))
    for row, count in enumerate(counts):
        for word, times in count.items():
            table[row, places[word]] = times * math.log(1 + len(sentences) / documents[word])
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return _by_page_rank(sentences, table @ table.T, points)


def _text_rank(text: str, points: int) -> list[str]:
    """Mihalcea and Tarau 2004: PageRank over the words shared, divided by the logs of lengths."""
    sentences = _sentences(text)
    held = [set(index_terms(sentence)) for sentence in sentences]
    similarity = np.zeros((len(sentences), len(sentences)))
    for i, one in enumerate(held):
        for j, other in enumerate(held[:i]):
            lengths = math.log(max(1, len(one))) + math.log(max(1, len(other)))
            similarity[i, j] = similarity[j, i] = len(one & other) / max(lengths, 1.0)
    return _by_page_rank(sentences, similarity, points)


def _by_page_rank(
    sentences: Sequence[str], similarity: np.ndarray[Any, Any], points: int
) -> list[str]:
    count = len(sentences)
    links = similarity / np.maximum(similarity.sum(axis=1, keepdims=True), 1e-9)
    ranks = np.full(count, 1 / max(1, count))
    for _ in range(50):
        ranks = 0.15 / count + 0.85 * ranks @ links
    return [sentences[i] for i in sorted(np.argsort(-ranks, kind="stable")[:points])]


_BASELINES: Mapping[str, Callable[[str, int], list[str]]] = dict(
    zip(METHODS, (_lead, _lex_rank, _text_rank), strict=False)
)
