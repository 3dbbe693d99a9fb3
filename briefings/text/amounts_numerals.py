"""Numbers in digits, in English words and in Chinese characters, as decimals with their step.

All of it reads folded text (`text.names.folded`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from briefings.facts import Bound
from briefings.text import amounts_words as words

LONGEST_NUMBER = 24
"""Characters in the longest run of digits or numerals that is read as a number."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number at [start:end] of a text.

    `share`: it says itself that it is a share, in percent (百分之十八, a one-third stake).
    `plain`: digits without groups, or words; a year or a code may look so.
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    share: bool = False
    plain: bool = True
    bound: Bound = Bound.EXACT


_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MIXED = re.compile(r"([0-9]{1,5})-([0-9]{1,2})/(2|4|8|16|32)")

_WORDS_UNITS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
_UNITS = _WORDS_UNITS.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: number for number, word in enumerate(_UNITS, start=1)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_TEN = "|".join(_TENS)
_SHARES = {
    "half": (Decimal(50), Decimal(1), Bound.EXACT),
    "一半": (Decimal(50), Decimal(1), Bound.EXACT),
    "third": (Decimal("33.3"), Decimal("0.1"), Bound.ABOUT),
    "quarter": (Decimal(25), Decimal(1), Bound.EXACT),
    "thirds": (Decimal("66.7"), Decimal("0.1"), Bound.ABOUT),
    "quarters": (Decimal(75), Decimal(1), Bound.EXACT),
}
_CHINESE_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_CHINESE_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_FOLLOWED = (
    rf"(?=(?:[ ]{{1,3}}|-[ ]?)(?:{words.any_of(words.SCALES)}|{words.PERCENT}|{words.POINTS}"
    rf"|{words.any_of(word for word in words.CURRENCIES_AFTER if word.isascii())}))"
)
_NUMERAL = re.compile(
    r"(?P<compound>[0-9]{1,6}亿[0-9]{1,4}(?=万)|[0-9]{1,6}万[0-9](?=千))"
    r"|(?P<digits>[0-9]++(?:[.,:/-][0-9]++)*+)"
    r"|(?P<chinese>(?:百分之)?[一二两三四五六七八九十][〇零一二两三四五六七八九十百千万亿点]*+)"
    r"|(?P<all>百分之百)"
    r"|\b(?:"
    r"(?P<share>(?:(?:a |one[ -])?(?:half|third|quarter)|two[ -]thirds|three[ -]quarters)"
    r"(?= (?:stake|interest|share|shareholding|holding|ownership|equity)\b"
    r"| of (?:the |its |all )?(?:company|shares|equity|capital|stock|firm|voting)\b))"
    rf"|(?P<english>(?:half an?|(?:(?:{_TEN})(?:[ -](?:{_UNIT}))?|{_UNIT}|an?)"
    rf"(?: hundred)?(?: and a half)?){_FOLLOWED}))"
)

_SURELY_COUNTED = 10_000
"""Chinese characters for less than this may be part of a word."""


def numerals(plain: str) -> Iterator[Numeral]:
    """Yield the numbers of a folded text in order; what only looks like one is left out."""
    for match in _NUMERAL.finditer(plain):
        start, end = match.span()
        token = match.group()
        if end - start > LONGEST_NUMBER:
            continue
        if match["compound"]:
            # 1亿5000万 is 15,000 times 万, which follows; 3万5千 is 35 times 千.
            high, low = re.split("[亿万]", token)
            value = Decimal(high) * (10_000 if "亿" in token else 10) + Decimal(low)
            yield Numeral(start, end, value, Decimal(1))
        elif match["digits"]:
            yield from _of_digits(token, start, end)
        elif match["chinese"]:
            yield from _of_chinese(plain, token, start)
        elif match["english"]:
            yield Numeral(start, end, *_english(token))
        elif match["all"]:
            yield Numeral(start, end, Decimal(100), Decimal(1), share=True)
        else:
            value, step, bound = _SHARES[token.replace("-", " ").rsplit(" ", 1)[-1]]
            yield Numeral(start, end, value, step, share=True, bound=bound)


def _of_digits(token: str, start: int, end: int) -> Iterator[Numeral]:
    """Yield the number in digits, or both ends of a range (10-15); nothing for a date or code."""
    grouped = "," in token
    if (read := _digits(token)) is not None:
        yield Numeral(start, end, *read, plain=not grouped)
        return
    low, dash, high = token.partition("-")
    ends = _digits(low), _digits(high)
    if dash and ends[0] and ends[1] and ends[0][0] < ends[1][0]:
        yield Numeral(start, start + len(low), *ends[0], plain=not grouped)
        yield Numeral(end - len(high), end, *ends[1], plain=not grouped)


def _digits(token: str) -> tuple[Decimal, Decimal] | None:
    """Return value and step of 1,234.5 or 58-1/4; None for anything else."""
    if _PLAIN.fullmatch(token) or _GROUPED.fullmatch(token):
        _, _, decimals = token.partition(".")
        return Decimal(token.replace(",", "")), Decimal(1).scaleb(-len(decimals))
    if (mixed := _MIXED.fullmatch(token)) and int(mixed[2]) < int(mixed[3]):
        unit = Decimal(1) / int(mixed[3])
        return int(mixed[1]) + int(mixed[2]) * unit, unit
    return None


def _english(token: str) -> tuple[Decimal, Decimal]:
    """Return value and step of a number in English words below a thousand."""
    if token.startswith("half"):
        return Decimal("0.5"), Decimal("0.1")
    token, half, _ = token.partition(" and a half")
    token, hundred, _ = token.partition(" hundred")
    value = sum((Decimal(_WORDS.get(word, 1)) for word in re.split("[- ]", token)), Decimal(0))
    if half:
        value += Decimal("0.5")
    unit = Decimal(100) if hundred else Decimal(1)
    return value * unit, unit * (Decimal("0.5") if half else 1)


def _of_chinese(plain: str, run: str, start: int) -> Iterator[Numeral]:
    """Yield the number of a run of Chinese numerals, its last characters left out if need be."""
    if run == "一" and plain.startswith("半", start + 1):
        rest = plain[start + 2 : start + 6].lstrip("的")
        if rest.startswith(("股权", "股份", "权益", "股本")):
            value, step, bound = _SHARES["一半"]
            yield Numeral(start, start + 2, value, step, share=True, bound=bound)
        return
    share = run.startswith("百分之")
    written = (run[3:] if share else run).rstrip("点")
    if (read := _chinese(written)) is not None:
        end = start + 3 * share + len(written)
        yield Numeral(start, end, *read, share=share, plain=read[0] < _SURELY_COUNTED)


def _chinese(numeral: str) -> tuple[Decimal, Decimal] | None:
    """Return value and step of a number in Chinese characters; None where it is none."""
    bare = numeral.rstrip("十百千万亿")
    step = Decimal(1)
    for place in numeral[len(bare) :]:
        step *= _CHINESE_PLACES[place]
    whole, point, decimals = bare.partition("点")
    if not point:
        value = _chinese_whole(numeral)
        return None if value is None else (Decimal(value), step)
    value = _chinese_whole(whole)
    if value is None or any(place not in _CHINESE_DIGITS for place in decimals):
        return None
    fraction = "".join(str(_CHINESE_DIGITS[place]) for place in decimals)
    return Decimal(f"{value}.{fraction}") * step, Decimal(1).scaleb(-len(fraction)) * step


def _chinese_whole(numeral: str) -> int | None:
    """Return the value of whole Chinese numerals; digits without places (二三) are no number."""
    total = section = digit = place = 0
    for character in numeral:
        if character in _CHINESE_DIGITS:
            if digit:
                return None
            digit = _CHINESE_DIGITS[character]
        elif character in _CHINESE_PLACES:
            place = _CHINESE_PLACES[character]
            if place < 10_000:
                section += (digit or 1) * place
            else:
                # 万 multiplies what stands since the last 亿, 亿 all before it: 一万二千亿.
                here = section + digit
                total = total + here * place if place == 10_000 else (total + here) * place
                section = 0
            digit = 0
        else:
            return None
    # 一千二 is 1,200; 一千零二 has its zero.
    if digit and place > 10 and numeral[-2:-1] not in {"零", "〇"}:
        digit *= place // 10
    return total + section + digit
