"""Words for the search index: one analysis for documents and queries.

NFKC, traditional to simplified Chinese, casefold; then Latin words and numbers as they are, and
runs of Chinese and Japanese characters as overlapping pairs. A document also holds the last
character of each run by itself, so that every character begins some term: a query of one
character is answered by a prefix match (阿里云 gives 阿里, 里云, 云, and 云 finds it).
"""

from __future__ import annotations

import re
import unicodedata

from briefings.text.chinese import HAN, simplified

_CJK = f"{HAN}\u3040-\u30ff"
_WORD = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_SPOKEN_WORD = re.compile(
    f"[{_CJK}]|\\d+(?:[.,]\\d+)+|[^\\W_{_CJK}]+(?:['’&.-][^\\W_{_CJK}]+)*",
)


def index_terms(text: str) -> list[str]:
    """Return the terms a document is found by, in text order, repeats included."""
    terms: list[str] = []
    for word in _WORD.findall(_folded(text)):
        if is_cjk(word):
            terms += [word[i : i + 2] for i in range(len(word))]
        else:
            terms.append(word)
    return terms


def query_terms(words: str) -> list[str]:
    """Return the terms a query asks for, in order; none when it holds no letter or digit.

    A term that is one CJK character (`is_cjk(term)` and length 1) is to be matched as a prefix.
    """
    terms: list[str] = []
    for word in _WORD.findall(_folded(words)):
        if is_cjk(word) and len(word) > 1:
            terms += [word[i : i + 2] for i in range(len(word) - 1)]
        else:
            terms.append(word)
    return terms


def is_cjk(term: str) -> bool:
    """Tell whether a term is of Chinese or Japanese characters."""
    return _CJK_CHARACTER.match(term) is not None


def words(text: str) -> int:
    """Count the words of a text: Latin words and numbers, and each CJK character as one."""
    return sum(1 for _ in _SPOKEN_WORD.finditer(text))


def _folded(text: str) -> str:
    if not text.isascii():
        text = simplified(unicodedata.normalize("NFKC", text))
    return text.casefold()
