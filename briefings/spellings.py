"""How the names and tickers of an organisation are spelt, in a text and by a reader.

A Latin name stands alone when no Latin letter or digit touches it ("Tencent's" and
"Tencent-backed" name Tencent, "Tencentric" does not); a Chinese name needs no boundary. A ticker
counts where it is marked as one ($WB, NYSE: WB, 9988.HK) or, from four letters on, in capitals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from briefings.model import Organisation
from briefings.text.names import CJK, folded, name_key, plain_width

_BARE_TICKER = 4
"""Letters of the shortest ticker that counts without a mark: META, but not WB."""

_HONG_KONG_DIGITS = 5

_ASCII_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_CJK = re.compile(f"[{CJK}]")
_EXCHANGE = re.compile(
    r"(?:\b(?:nyse|nasdaq|amex|otc\w*|hk\w*|sehk|sse|szse|sh[ae]?|sz|tyo|tse|lse|lon|krx|ams|etr)"
    r"|纽交所|纳斯达克|港交所|上交所|深交所|美股|港股)\s?\Z"
)
_EXCHANGE_WINDOW = 10


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a piece of folded text says when it is found: its `[lead:lead + length]` is a name.

    `cased`, where given, is the only form of the name that counts; `listed` asks for the name of
    an exchange before it.
    """

    organisation: str
    length: int
    lead: int = 0
    cased: str = ""
    listed: bool = False

    def stands(self, text: str, haystack: str, found: int) -> bool:
        """Tell whether the name is one where the piece was found in `haystack`, `text` folded."""
        start = found + self.lead
        end = start + self.length
        if start and _is_latin(haystack[start - 1]) and _is_latin(haystack[start]):
            return False
        if end < len(haystack) and _is_latin(haystack[end]) and _is_latin(haystack[end - 1]):
            return False
        if self.cased and plain_width(text[start:end]) != self.cased:
            return False
        before = haystack[max(0, found - _EXCHANGE_WINDOW) : found]
        return not self.listed or _EXCHANGE.search(before) is not None


def spellings(
    organisation: Organisation, nobodys: AbstractSet[str]
) -> Iterator[tuple[str, Spelling]]:
    """Yield (folded text to look for, what it says), for all names but `nobodys`, by key."""
    id = organisation.id
    for name in organisation.exact:
        if name_key(name) not in nobodys:
            yield folded(name), Spelling(id, len(name), cased=plain_width(name))
    for name in (organisation.name, organisation.name_zh, *organisation.aliases):
        if name and name not in organisation.exact and name_key(name) not in nobodys:
            yield folded(name), Spelling(id, len(name))
    for ticker in organisation.tickers:
        yield from _of_ticker(id, ticker)


def _of_ticker(id: str, ticker: str) -> Iterator[tuple[str, Spelling]]:
    market = ticker.partition(".")[2]
    for code in _codes(ticker):
        length = len(code)
        yield f":{code}".lower(), Spelling(id, length, lead=1, cased=code, listed=True)
        yield f": {code}".lower(), Spelling(id, length, lead=2, cased=code, listed=True)
        if code.isalpha():
            yield f"${code}".lower(), Spelling(id, length, lead=1, cased=code)
            if length >= _BARE_TICKER:
                yield code.lower(), Spelling(id, length, cased=code)
        if code.startswith("0") and length == _HONG_KONG_DIGITS:
            yield f"({code})", Spelling(id, length, lead=1)
        if market:
            length += 1 + len(market)
            yield f"{code}.{market}".lower(), Spelling(id, length)
            yield f"({code} {market}".lower(), Spelling(id, length, lead=1)


def names_by_key(organisations: Iterable[Organisation]) -> dict[str, tuple[str, ...]]:
    """Return the ids each name may mean, by `name_key`; a ticker yields to a name."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    listed: dict[str, str] = {}
    for one in organisations:
        for name in (one.id, one.name, one.name_zh, *one.aliases, *one.exact):
            if name and one.id not in named[name_key(name)]:
                named[name_key(name)].append(one.id)
        for ticker in one.tickers:
            market = ticker.partition(".")[2].lower()
            for code in map(str.lower, _codes(ticker)):
                listed |= dict.fromkeys((code, code + market, market + code), one.id)
    tickers = {key: (id,) for key, id in listed.items()}
    return tickers | {key: tuple(ids) for key, ids in named.items()}


def _codes(ticker: str) -> tuple[str, ...]:
    """Return how the code of a ticker is written: that of 0700.HK as 0700, 00700 and 700."""
    code, _, market = ticker.partition(".")
    if market == "HK":
        return tuple(dict.fromkeys((code, code.zfill(_HONG_KONG_DIGITS), code.lstrip("0"))))
    return (code,)


def _is_latin(character: str) -> bool:
    """Tell whether a folded character is of a word in a script that sets spaces."""
    return character in _ASCII_WORD or (
        not character.isascii() and character.isalnum() and _CJK.match(character) is None
    )
