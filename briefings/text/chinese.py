"""Chinese script: where it stands, and traditional characters folded to simplified.

The folding maps one character to one character, so that spans found in the folded text hold in
the original and a bigram folds alike in a query and in a document, whatever stands around it.
(OpenCC's own phrase conversion does neither; its character table is what is used here.)
"""

from __future__ import annotations

import re
from functools import cache

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Han characters, as the inside of a regular expression's class."""

_HAN = re.compile(f"[{HAN}]")
_HAN_BLOCK = 0x200
_HAN_BLOCKS = (*range(0x3400, 0xA000, _HAN_BLOCK), 0xF900, *range(0x20000, 0x32400, _HAN_BLOCK))


def has_han(text: str) -> bool:
    """Tell whether any Han character stands in `text`."""
    return not text.isascii() and _HAN.search(text) is not None


def simplified(text: str) -> str:
    """Return `text` with every traditional character as its simplified one; same length."""
    return text.translate(traditional_to_simplified()) if has_han(text) else text


@cache
def traditional_to_simplified() -> dict[int, str]:
    """Return the table for `str.translate`: about 5,000 characters, made once in about 20 ms."""
    from opencc import OpenCC  # noqa: PLC0415  # loads 3 MB that an English-only run never needs

    convert = OpenCC("t2s").convert
    table: dict[int, str] = {}
    for start in _HAN_BLOCKS:
        characters = [chr(point) for point in range(start, start + _HAN_BLOCK)]
        # One a line: neighbours must not be read as a phrase.
        folded = convert("\n".join(characters)).split("\n")
        pairs = zip(characters, folded, strict=True)
        table |= {ord(character): simple for character, simple in pairs if character != simple}
    # Looked up twice: a few characters reach their simplest form in two steps (薴, 苧, 苎).
    return {point: table.get(ord(simple), simple) for point, simple in table.items()}
