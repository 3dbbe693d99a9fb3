"""Text from outside made safe to store and show.

A feed or page may carry characters that reorder, hide or pile up what a reader sees. They are
removed here, once, on the way in:

- C0 and C1 controls except newline and tab, and lone surrogates (PostgreSQL refuses NUL, UTF-8
  refuses surrogates);
- bidirectional controls (UAX #9), zero-width and other invisible format characters, tags. A
  zero-width joiner stays between two emoji, where it is spelling;
- variation selectors beyond the one a character may have: a run of them can carry a hidden text;
- combining marks beyond three on one character.

What remains is in Unicode normalisation form C.
"""

from __future__ import annotations

import re
import unicodedata

MARKS_KEPT = 3

_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\xad\u180e\u2061-\u2065\u206a-\u206f\ufff9-\ufffb"  # format characters nobody sees
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u200b\u200c\u2060\ufeff"  # zero width
    "\U000e0000-\U000e00ff"  # tags
    "\ud800-\udfff"  # lone surrogates
)
_JOINER = "\u200d"
# Every block with combining marks in it; `_first_marks` tells marks from letters.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u109f\u135d-\u135f\u1712-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u2cef-\u2cf1\u302a-\u302f\u3099\u309a\ua66f-\uabed\ufb1e\ufe20-\ufe2f"
    "\U000101fd-\U0001e94a"
)
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)

_SUSPECT = re.compile(f"[{_INVISIBLE}{_JOINER}\u2028\u2029{_VARIATION}{_MARKS}]")
_DROPPED = re.compile(f"[{_INVISIBLE}]+")
_ASCII_DROPPED = dict.fromkeys([*range(9), *range(11, 32), 127])
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_STRAY_JOINER = re.compile(
    f"(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f){_JOINER}|{_JOINER}(?![{_EMOJI}])",
)
_VARIATION_RUN = re.compile(f"(?:(?<=\\s)|^|(?<=[{_VARIATION}]))[{_VARIATION}]+")
_MARK_RUN = re.compile(f"[{_MARKS}{_VARIATION}]{{{MARKS_KEPT + 1},}}")


def clean(text: str) -> str:
    """Return `text` without what hides, reorders or overloads characters; lines are kept.

    Line ends become a newline. Cleaning twice changes nothing more.
    """
    if text.isascii():
        if "\r" in text:
            text = _LINE_END.sub("\n", text)
        return text.translate(_ASCII_DROPPED)
    if _SUSPECT.search(text) is None:
        return unicodedata.normalize("NFC", text)
    text = _DROPPED.sub("", _LINE_END.sub("\n", text))
    text = _STRAY_JOINER.sub("", text)
    text = _VARIATION_RUN.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return _MARK_RUN.sub(_first_marks, text)


def clean_line(text: str, limit: int = 500) -> str:
    """Return `text` cleaned and on one line of at most `limit` characters.

    White space is folded to single spaces; what was cut off is replaced by an ellipsis.
    """
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    # Cleaned again, so that no joiner is left dangling where the cut fell.
    return clean(line[: limit - 1]).rstrip() + "…"


def _first_marks(run: re.Match[str]) -> str:
    """Keep the first marks on each character of a run from blocks that mix letters and marks."""
    kept: list[str] = []
    marks = 0
    for character in run.group():
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MARKS_KEPT:
            kept.append(character)
    return "".join(kept)
