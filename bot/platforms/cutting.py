"""Text cut where a reader would cut it: between sentences or words, never inside a character.

What a reader takes for one character may be several: a letter with its marks, emoji that are
joined, the two halves of a flag. Only a word longer than the room there is, is cut inside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

ELLIPSIS = "…"

_HAN = "\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_SENTENCE = re.compile(r"(?<=[.!?]\s)(?=\S)|(?<=[。！？；])(?=[^\s。！？；”』」）])|(?<=\n)(?=.)")
_WORD = re.compile(rf"(?<=\s)(?=\S)|(?<=[{_HAN}，。！？；、：])(?=[{_HAN}])")
_JOINER = "\u200d"

Weigh = Callable[[str], int]


def size(text: str) -> int:
    """How long a platform takes a text to be, at most: in units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int, weigh: Weigh = size) -> str:
    """A text as it is where it has room; else its beginning, ending in an ellipsis after a word."""
    if weigh(text) <= most:
        return text
    end = longest(text, most - weigh(ELLIPSIS), weigh)
    return text[: _after_word(text, end)].rstrip() + ELLIPSIS


def fitting(text: str, most: int, weigh: Weigh = size) -> int:
    """How many characters of a text to put where `most` has room, so that it is cut well.

    After a sentence in the last third, else after a word; 0 where not one character fits.
    """
    end = longest(text, most, weigh)
    if end == len(text):
        return end
    if places := [found.start() for found in _SENTENCE.finditer(text, end * 2 // 3, end + 1)]:
        return places[-1]
    return _after_word(text, end)


def _after_word(text: str, end: int) -> int:
    """The last place up to `end` where no word is cut; one longer than that is cut at `end`."""
    if end and text[end].isspace():
        return end
    if words := [found.start() for found in _WORD.finditer(text, 1, end + 1)]:
        following = _WORD.search(text, words[-1] + 1)
        if (following.start() if following else len(text)) - words[-1] <= end:
            return words[-1]
    at = end
    while at and _inside_a_character(text, at):
        at -= 1
    return at or end


def longest(text: str, most: int, weigh: Weigh) -> int:
    """The length of the longest beginning that weighs no more than `most`."""
    low, high = 0, min(len(text), max(most, 0))
    while low < high:
        middle = (low + high + 1) // 2
        if weigh(text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def _inside_a_character(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or (_is_flag_half(before) and _is_flag_half(after)):
        return True
    return unicodedata.category(after)[0] == "M" or "\U0001f3fb" <= after <= "\U0001f3ff"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
