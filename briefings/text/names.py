"""Spellings of one name brought together, for matching in text and for looking names up."""

from __future__ import annotations

import re
from functools import cache

from briefings.text.chinese import HAN, has_han, simplified, traditional_to_simplified

CJK = f"{HAN}\u3040-\u30ff\uac00-\ud7af"
"""Characters of scripts that set no space between words, for a regular expression's class."""

_PUNCTUATION = {
    "\xa0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u2019": "'",
    "\u2018": "'",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "İ": "I",  # the only capital whose lower case is two characters
}
_FULL_WIDTH = {"\u3000": " "} | {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_HAS_FULL_WIDTH = re.compile("[\u3000\uff01-\uff5e]")


def plain_width(text: str) -> str:
    """Return `text` with the ASCII form of full-width characters and odd marks, one for one."""
    if text.isascii():
        return text
    if _HAS_FULL_WIDTH.search(text):
        return text.translate(_plain_forms())
    # A dozen scans for one character each are ten times faster than a look-up a character.
    for odd, plain in _PUNCTUATION.items():
        text = text.replace(odd, plain)
    return text


def folded(text: str) -> str:
    """Return `text` in lower case, half width and simplified characters, one for one.

    Positions in the result are positions in `text`. A line end counts as a space.
    """
    text = text.translate(_all_forms()) if has_han(text) else plain_width(text)
    return text.replace("\n", " ").lower()


def name_key(name: str) -> str:
    """Return what all spellings of a name share: its folded letters and digits."""
    return "".join(filter(str.isalnum, simplified(plain_width(name)).casefold()))


@cache
def _plain_forms() -> dict[int, str]:
    return str.maketrans(_PUNCTUATION | _FULL_WIDTH)


@cache
def _all_forms() -> dict[int, str]:
    return _plain_forms() | traditional_to_simplified()
