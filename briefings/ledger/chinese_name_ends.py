"""Where a Chinese name begins and ends within the run it stands in.

a run between two marks -> without what describes the name, and without verbs and adverbs
written on to it -> the name
"""

from __future__ import annotations

import re
from typing import Final

from briefings.ledger.chinese_name_words import (
    ABROAD,
    DESCRIBED,
    NOBODY,
    TRADES,
    WRITTEN_ON,
)
from briefings.ledger.chinese_words import Part, Word, words
from briefings.text.chinese import HAN

SHORTEST: Final = 2
"""Characters of a plain name, at least."""

SPOKEN: Final = 8
"""A name known by its place alone is no longer than this in Chinese characters."""

_DEALS: Final = frozenset(
    {Part.BUYS, Part.BUYS_SHARES, Part.SELLS, Part.INVESTS, Part.LEADS, Part.PLEDGES}
)
_SOLD_FOR: Final = frozenset({Part.COMMA, Part.STOP, Part.SELLS, Part.PAYS})
_LATIN_NAME: Final = re.compile(
    f"[{HAN}·]*?(?P<name>[a-z][a-z0-9.&' -]*[a-z0-9])(?:[{HAN}]{{0,6}}业务)?$"
)
"""A Latin name with what it is described by before it, and its business behind: PPS视频业务."""
_CHANNELS: Final = words("tv app fm")


def trimmed(plain: str, before: Word, after: Word) -> tuple[int, int]:
    """Return [start:end] of the run between two marks without what is written on to a name."""
    start, end = before.end, after.start
    while start < end and not plain[start].isalnum() and plain[start] != "*":
        start += 1
    while start < end and not (plain[end - 1].isalnum() or plain[end - 1] in ".)"):
        end -= 1
    if before.text.isdigit():
        while start < end and plain[start] in "年月日":
            start += 1
    described = DESCRIBED.match(plain, start, end)
    if described and Part.MARK not in before:
        start = described.end()
    if (abroad := ABROAD.match(plain, start, end)) and _is_whole(plain[abroad.end() : end]):
        start = abroad.end()
    if latin := _LATIN_NAME.match(plain, start, end):
        if latin["name"] in _CHANNELS and end - start <= SPOKEN:
            return start, end  # 芒果TV
        return latin.span("name")
    if WRITTEN_ON.fullmatch(plain, start, end):
        return start, start
    if before.text == "在" and end - start > SHORTEST and plain[end - 1] in "中里内":
        end -= 1
    if end - start > SHORTEST and (adverbs := WRITTEN_ON.search(plain, start + SHORTEST, end)):
        end = adverbs.start()
    return start, _without_shares(plain, start, end, before, after)


def _without_shares(plain: str, start: int, end: int, before: Word, after: Word) -> int:
    """Return where a name ends, without the shares of it: 所持永辉超市股份, 清仓优步股份."""
    if not plain.startswith("股份", end - 2):
        return end
    stem = plain[start : end - 2]
    dealt = before.parts & _DEALS and (end - start > 4 or stem.isascii() or stem.endswith("公司"))
    held = Part.HOLDS in before or (Part.TAKES in before and Part.SELLS in after)
    sold = Part.SELLS in before and after.parts & _SOLD_FOR
    if before.text == "的" and plain.startswith("%", before.start - 1):
        return end - 2  # 约36%的菜鸟股份
    if dealt or sold or (held and not after.text.isdigit()):
        return end - 2
    return end


def _is_whole(run: str) -> bool:
    """Tell whether a name stays one without the country before it: 新世界集团, but 美国银行."""
    stem = run.removesuffix("集团").removesuffix("公司").removesuffix("控股")
    if run[:1].isascii():
        return len(run) >= SHORTEST
    return len(stem) >= SHORTEST and run not in NOBODY and TRADES.fullmatch(stem) is None
