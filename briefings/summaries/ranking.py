"""Which sentences of an article say what it says.

A sentence scores by how much it shares with the others, in meaning and in words, and by how early
it stands: without that prior no ranking beats the first three sentences of a news report. Marks
are taken off for what does not stand by itself. Sentences are then chosen one by one, each
penalised for repeating one already chosen (maximal marginal relevance, Carbonell and Goldstein
1998). The weights are measured by `python -m benchmarks.eval`; around them the scores are flat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from briefings.text.function_words import FUNCTION_WORDS
from briefings.text.tokens import index_terms, words

_MEANING = 1.0  # mean cosine of the meanings with the other sentences, 0.3 as a rule
_WORDS = 5.0  # mean cosine of the words with the other sentences, 0.05 as a rule
_EARLY = 0.4  # for the first sentence, falling by a third every five
_EARLY_REACH = 12.0
_REPEATS = 0.3  # greatest cosine of the meanings with a sentence already chosen
_FIGURE = 0.1
_QUESTION = 0.15  # among several points; a single one may ask what the article answers
_QUOTE = 0.1
_DANGLING = 0.1
_UNFINISHED = 0.4  # a heading or a caption: nothing ends it
_LENGTH = 0.3
_FEWEST_WORDS, _MOST_WORDS = 8, 30

_OPENS_DANGLING = re.compile(
    r"""["“‘「]*(?:
        (?:and|another|also|both|but|he|her|his|however|instead|it|its|meanwhile|moreover|she|so
          |still|that|the(?:se|y|ir|n)|this|those|yet)\b
        |此|另|同时|与此同时|但|然而|不过|而|他|她|它|这|那|其|该|因此|所以|于是|对此|至于|如今|随后
        |后来|且|并(?!购)|还(?![款贷本])|也(?!门)|再(?!融资)|又)""",
    re.VERBOSE | re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"""["“(（\[【]*(?:
        (?:advertisement|click\ here|continue\ reading|copyright|follow\ us|image|photo|read\ more
          |related|see\ also|share\ this|sign\ up|sponsored|subscribe|write\ to)\b
        |©|分享自|关注我们|扫码|点击|版权|本文来自|来源[:：]|图片|原标题|责任编辑|责编|编辑[:：]|记者[:：])
    | .*(?:\bcookies?\b|newsletter|all\ rights\ reserved|terms\ of\ (?:use|service)|privacy\ policy
        |appeared\ first\ on|转载|请猛戳)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ENDS_ASKING = re.compile(r"""[?？]["'”’」』)）\s]*\Z""")
_ENDS = re.compile(r"""[.!?…。！？]["'”’」』)）\]】\s]*\Z""")
_OPENS_QUOTING = re.compile(r"""["“「『]""")


def is_boilerplate(sentence: str) -> bool:
    """Tell whether a sentence speaks of the page rather than of the news."""
    return _BOILERPLATE.match(sentence) is not None


def rank(sentences: Sequence[str], vectors: npt.NDArray[np.float32], points: int) -> list[int]:
    """Return the places of at most `points` sentences to quote, in the order they stand in.

    `vectors` has a row of length 1 a sentence. The same input gives the same places.
    """
    meaning = vectors @ vectors.T
    scores = (
        _MEANING * _mean_with_others(meaning)
        + _WORDS * _mean_with_others(_shared_words(sentences))
        + _EARLY * np.exp(-np.arange(len(sentences)) / _EARLY_REACH)
        + np.array([_standing(sentence) for sentence in sentences])
    )
    if points > 1:
        scores -= _QUESTION * np.array([bool(_ENDS_ASKING.search(s)) for s in sentences])
    dangling = {i for i, s in enumerate(sentences) if _OPENS_DANGLING.match(s)}
    chosen: list[int] = []
    while len(chosen) < min(points, len(sentences)):
        gains = scores.copy()
        for i in dangling:
            if i - 1 not in chosen:  # with the sentence it points back to, it may stand
                gains[i] -= _DANGLING
        if chosen:
            gains -= _REPEATS * meaning[:, chosen].max(axis=1)
            gains[chosen] = -np.inf
        chosen.append(int(gains.argmax()))
    return sorted(chosen)


def _standing(sentence: str) -> float:
    """What a sentence gains or loses by its own form."""
    standing = -_LENGTH * _misfit(sentence)
    if any(character.isdigit() for character in sentence):
        standing += _FIGURE
    if not _ENDS.search(sentence):
        standing -= _UNFINISHED
    if _OPENS_QUOTING.match(sentence):
        standing -= _QUOTE
    return standing


def _misfit(sentence: str) -> float:
    """0 for a sentence of good length, up to 1 for one far too short or too long.

    A Chinese character counts as a word: headlines and points are that much terser in Chinese.
    """
    length = words(sentence)
    if length < _FEWEST_WORDS:
        return (_FEWEST_WORDS - length) / _FEWEST_WORDS
    return min(1.0, max(0, length - _MOST_WORDS) / _MOST_WORDS)


def _shared_words(sentences: Sequence[str]) -> npt.NDArray[np.float32]:
    """The cosine of every two sentences as sets of words."""
    columns: dict[str, int] = {}
    held = [set(index_terms(sentence)) - FUNCTION_WORDS for sentence in sentences]
    for term in sorted(set().union(*held)):
        columns[term] = len(columns)
    table = np.zeros((len(sentences), len(columns)), np.float32)
    for row, terms in enumerate(held):
        table[row, [columns[term] for term in terms]] = 1.0
    sizes = np.sqrt(table.sum(axis=1, keepdims=True))
    table /= np.maximum(sizes, 1.0)
    return table @ table.T


def _mean_with_others(similarity: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    total: npt.NDArray[np.float32] = similarity.sum(axis=1) - similarity.diagonal()
    return total / np.float32(max(1, len(similarity) - 1))
