"""Text set in lines of a given width, in English and Chinese: what a picture needs to know.

    text -> only characters the font has -> pieces that stay together -> lines -> last line cut

Widths are in pixels and are sums of the characters' own; kerning makes a line a little narrower.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

MISSING = "□"
"""Stands for a run of characters that the font has not."""
ELLIPSIS = "…"
TALLEST_EM, DEEPEST_EM = 1.05, -0.3
"""A character beyond these would reach into the next line."""

_EM = 1000
_WITHOUT_WIDTH = frozenset(("Mn", "Me", "Cf", "Cs"))
_SIGNS = frozenset(("So", "Sk", "Cc", "Cn", "Co"))
_MISSING_RUN = re.compile(f"{MISSING}(?:[\\s{MISSING}]*{MISSING})?")
_LATIN_APOSTROPHE = re.compile(r"(?<=[A-Za-z0-9])’(?=[A-Za-z])")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_WORD_BEFORE = re.compile(r"[^\W\d_]{3}$")
_NEVER_FIRST = frozenset("，。、；：？！）］｝】〕〉》」』”’·…—,.;:?!)]}%％‰°")
_NEVER_LAST = frozenset("（［｛【〔〈《「『“‘([{$£€¥￥#")


class Face:
    """A font whose characters are measured; not to be shared between threads."""

    def __init__(self, path: Path) -> None:
        from matplotlib.ft2font import FT2Font, LoadFlags  # noqa: PLC0415 - slow to import

        self._font = FT2Font(path)
        self._font.set_size(_EM, 72)
        self._flags = LoadFlags.NO_HINTING
        self._widths: dict[str, float | None] = {}

    def has(self, character: str) -> bool:
        """Whether the font has a character, and one that keeps within its line."""
        return self._width(character) is not None

    def width(self, text: str, size: float) -> float:
        """The width of a line of text at a size."""
        return sum(self._width(character) or 0.0 for character in text) * size / _EM

    def _width(self, character: str) -> float | None:
        if character not in self._widths:
            self._widths[character] = self._measure(character)
        return self._widths[character]

    def _measure(self, character: str) -> float | None:
        if not self._font.get_char_index(ord(character)):
            return None
        glyph = self._font.load_char(ord(character), self._flags)
        _, bottom, _, top = (edge / 64 / _EM for edge in glyph.bbox)
        if top > TALLEST_EM or bottom < DEEPEST_EM:
            return None
        return float(glyph.linearHoriAdvance) / 65536


def legible(text: str, face: Face) -> str:
    """A text in characters of a font, on one line; never empty.

    A character it lacks is written as its plain form (ř as r); emoji and other signs are left out,
    and so are marks and joiners without a width of their own; a square stands for other letters.
    In a Chinese font quotation marks are as wide as its characters: without any of those beside
    them they become straight.
    """
    found = (
        character if face.has(character) else _plain_form(character, face)
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) not in _WITHOUT_WIDTH
    )
    line = " ".join(_MISSING_RUN.sub(MISSING, "".join(found)).split())
    line = _LATIN_APOSTROPHE.sub("'", line)
    return (line if any(map(_is_wide, line)) else line.translate(_STRAIGHT)) or MISSING


def lines(text: str, width: float, size: float, face: Face, most: int) -> list[str]:
    """A legible text in at most so many lines; an ellipsis stands for what did not fit.

    A word that is wider than a line is cut where the line ends.
    """
    set_lines: list[str] = []
    line = ""
    for piece in _narrow_pieces(text, width, size, face):
        if line and face.width((line + piece).rstrip(), size) > width:
            set_lines.append(line.rstrip())
            line = ""
        line += piece
    if line.rstrip():
        set_lines.append(line.rstrip())
    if len(set_lines) <= most:
        return set_lines
    last = set_lines[most - 1]
    while last and face.width(last + ELLIPSIS, size) > width:
        last = last[:-1]
    return [*set_lines[: most - 1], last.rstrip(" ,.;:，。；：、") + ELLIPSIS]


def _plain_form(character: str, face: Face) -> str:
    if character.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in decomposed if unicodedata.category(part)[0] != "M")
    if plain.strip() and all(map(face.has, plain)):
        return plain
    return "" if unicodedata.category(character) in _SIGNS else MISSING


def _narrow_pieces(text: str, width: float, size: float, face: Face) -> Iterator[str]:
    for piece in _pieces(text):
        rest = piece
        while len(rest) > 1 and face.width(rest.rstrip(), size) > width:
            fitting = 1
            while face.width(rest[: fitting + 1], size) <= width:
                fitting += 1
            yield rest[:fitting]
            rest = rest[fitting:]
        yield rest


def _pieces(text: str) -> Iterator[str]:
    """What stays on one line: words with the space after them, Chinese characters."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text, at):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _may_break(text: str, at: int) -> bool:
    """Whether a line may end before the character at a place."""
    before, after = text[at - 1], text[at]
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    if before == " " or _is_wide(before) or _is_wide(after):
        return True
    # Between two words, not after the first letter of e-commerce or within 2023-24.
    return before in "-/" and bool(_WORD_BEFORE.search(text, 0, at - 1) and after.isalpha())


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
