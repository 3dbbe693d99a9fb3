"""Sentences of English and Chinese text, as exact spans.

A blank line, a bullet, a heading and the end of a line that does not run on all end a sentence;
within a line a full stop does, unless it belongs to an abbreviation, an initial or a number. Hard
wrapped text (a line that continues in lower case) is read across its line ends.
"""

from __future__ import annotations

import re

from briefings.text.chinese import HAN

_CLOSERS = "\"'”’»)\\]）」』】》〉］"
_OPENERS = "\"'“‘«(\\[（「『【《〈［"
# A stop in Latin text counts before white space; in Chinese text none follows it.
_STOP = re.compile(
    f"(?<![.!?…])[.!?…]++[{_CLOSERS}]*+(?=\\s|[{HAN}{_OPENERS}]|$)|[。！？]++[!?{_CLOSERS}]*+"
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_BULLET = re.compile(r"[ \t]*(?:[-*+•·‣▪◦●○–—][ \t]+|#{1,6}[ \t]+|>[ \t]?|\(?\d{1,2}[.)、][ \t]+)")
_WORD_BEFORE = re.compile(r"[^\s\"'“‘(\[]*\Z")
_NEXT_WORD = re.compile(rf"\s*[{_OPENERS}]*([^\W\d_]+)?")

# These are followed by the name or number they belong to.
_WORDS_BOUND = """
mr mrs ms dr prof gen sen rep gov capt col lt sgt rev hon st mt ft messrs mme mlle vs v fig no
nos vol pp art sec para approx est ca cf viz al i.e e.g resp op ed eds jan feb mar apr jun jul
aug sep sept oct nov dec
"""
_BOUND = frozenset(_WORDS_BOUND.split())
# These may also be the last word of a sentence.
_WORDS_LOOSE = """
inc ltd co corp plc llc lp l.p llp n.v s.a a.g bros pty intl etc jr sr u.s u.k u.n e.u u.s.a
a.m p.m ph.d m.d b.a m.b.a d.c univ dept assn natl ave blvd rd adm
"""
_LOOSE = frozenset(_WORDS_LOOSE.split())
# Words that start sentences and hardly ever names.
_WORDS_STARTERS = """
the a an this that these those it its he she they we you i his her their our my there here in
on at as by for from with without after before since until while when where if although though
because however but and or so yet nor still also meanwhile moreover both each all some many
most more other another such one two last next under over through during despite according what
who why how which earlier later then now today no not only even to is are was were do does did
has have had will would can could should may
"""
_STARTERS = frozenset(_WORDS_STARTERS.split())


def split(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as (start, end), in order, without bullets or outer space."""
    spans: list[tuple[int, int]] = []
    start = 0
    for blank in _BLANK_LINES.finditer(text):
        _split_block(text, start, blank.start(), spans)
        start = blank.end()
    _split_block(text, start, len(text), spans)
    return spans


def _split_block(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    """Add the sentences of one block without blank lines, line by line or run on."""
    line = start
    while line < end:
        line_end = text.find("\n", line, end)
        while line_end != -1 and _runs_on(text, line, line_end, end):
            line_end = text.find("\n", line_end + 1, end)
        if line_end == -1:
            line_end = end
        bullet = _BULLET.match(text, line, line_end)
        _split_line(text, bullet.end() if bullet else line, line_end, spans)
        line = line_end + 1


def _runs_on(text: str, line: int, line_end: int, end: int) -> bool:
    """Tell whether the line ending at `line_end` continues in the next: hard-wrapped text."""
    following = text[line_end + 1 : min(line_end + 80, end)].lstrip(" \t")
    return (
        following[:1].islower()
        and line_end > line
        and text[line_end - 1] not in ".!?:;。！？：；"
        and _BULLET.match(following) is None
    )


def _split_line(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and not _ends_sentence(text, start, stop):
            continue
        start = _add(text, start, stop.end(), spans)
    _add(text, start, end, spans)


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> int:
    """Add the span without outer white space, if a letter or digit stands in it; return `end`."""
    sentence = text[start:end]
    stripped = sentence.strip()
    if any(map(str.isalnum, stripped)):
        start += len(sentence) - len(sentence.lstrip())
        spans.append((start, start + len(stripped)))
    return end


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    """Tell whether a stop inside a line is the end of the sentence that began at `start`."""
    mark = text[stop.start()]
    if mark in "。！？":
        return True
    upcoming = _NEXT_WORD.match(text, stop.end())
    next_word = (upcoming.group(1) or "") if upcoming else ""
    # "Yahoo! Inc." goes on, as does any lower-case word.
    if next_word[:1].islower() or next_word.lower() in {"inc", "ltd", "corp"}:
        return False
    if mark != "." or text[stop.start() : stop.end()].startswith(".."):
        return True
    before = _WORD_BEFORE.search(text, max(start, stop.start() - 20), stop.start())
    word = before.group().lower() if before else ""
    if word in _BOUND:
        # "No. 5" and "Fig. 2", but "He said no."
        return word in {"no", "art", "sec", "op", "ed"} and bool(next_word)
    if word in _LOOSE or (len(word) == 1 and word.isalpha()) or re.fullmatch(r"(?:\w\.)+\w", word):
        return next_word.lower() in _STARTERS
    return True
