"""Which lines of a text are running prose, and how much they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

HAN = re.compile("[\u3400-\u9fff]")
BULLET = re.compile(r"(?:[-*•·‣▪◦●–—]|\(?\d{1,2}[.)、])\s+\S")
TERMINAL = re.compile(r"[.!?…:;。！？：；”\"’)）]$")
SENTENCE = re.compile(r"\w\W+\w+\W*[.!?…。！？][\"”’]*$|[一-鿿]{4,}[。！？]$")

_HAN_WEIGHT = 3  # a Chinese character says as much as three Latin letters
_LATIN_END = re.compile(r"[.…:;]['\"”’)\]]*$")
_INNER_END = re.compile(r"[.!?…]['\"”’)\]]*\s+['\"“‘(\[]*[A-Z0-9]")


def unwrapped(text: str) -> list[str]:
    """The lines of a text that are not blank, white space folded.

    Text wrapped at a column is put together again.
    """
    blocks = [
        [" ".join(line.split()) for line in block.split("\n")]
        for block in re.split(r"\n\s*\n", text.strip())
    ]
    if _is_wrapped(blocks):
        blocks = [[" ".join(block)] for block in blocks]
    return [line for block in blocks for line in block if line]


def _is_wrapped(blocks: Sequence[Sequence[str]]) -> bool:
    """Whether lines end at a column and not where paragraphs do."""
    inner = [pair for block in blocks for pair in pairwise(block)]
    if not inner or 2 * len(inner) < len(blocks) or max(len(line) for line, _ in inner) > 100:
        return False
    open_ended = [(line, after) for line, after in inner if not TERMINAL.search(line)]
    full = sum(len(line) >= 45 for line, _ in open_ended)
    running_on = sum(len(line) >= 20 and after[:1].islower() for line, after in open_ended)
    return running_on >= 0.4 * len(inner) or (len(inner) >= 4 and full > 0.6 * len(inner))


def is_prose(line: str) -> bool:
    """Whether a line is a paragraph of running text rather than a title, label or list item."""
    han = len(HAN.findall(line))
    if han * 3 > len(line):
        if any(stop in line for stop in "。；"):
            return han >= 15
        return han >= 40 and any(stop in line for stop in "，！？,")
    words = len(line.split())
    if words >= 8 and _LATIN_END.search(line):
        return True
    return words >= 25 or (words >= 15 and _INNER_END.search(line) is not None)


def weight(lines: Iterable[str]) -> int:
    """How much is said, in Latin letters."""
    return sum(len(line) + (_HAN_WEIGHT - 1) * len(HAN.findall(line)) for line in lines)
