"""Short names that a Chinese text introduces, and units that it names with their owner.

甲北科技有限公司(以下简称"甲北") -> 甲北 is that company, from there on; 软银旗下愿景基金 -> 软银
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from briefings.ledger.names import Name
from briefings.ledger.sentence import Sentence

_ALIAS: Final = re.compile(r"[(（][^()（）]{0,6}(?:简称|下称|下文称|又称)[^()（）]{1,40}[)）]")
_QUOTED: Final = re.compile(r"[“\"‘「『]([^”\"’」』]{2,20})[”\"’」』]")
_OWNED: Final = re.compile("旗下的?|旗下(?:基金|公司|子公司)的?")

_DEALT_IN: Final = re.compile("(?:收购|入股|取得|买下|投资|认购|受让|出售|转让|增持|购入)了?$")
_INVESTING: Final = re.compile("投资(?=[、和与被及])")
"""Behind an owner: the firm he invests by, 阿里投资、某某和某某."""
_FUNDS: Final = ("基金", "创投", "产投", "产业投资", "风投", "战投")
"""A unit written on to its owner ends so: 软银愿景基金, 小米产投."""


def introduced(sentence: Sentence) -> dict[str, Name]:
    """Return the short names that a sentence introduces, each with the full one it is for."""
    return _introduced(sentence)[0]


def as_meant(sentence: Sentence) -> tuple[Name, ...]:
    """Return the names, each short one as the full one, a unit named with its owner as him."""
    short, brackets = _introduced(sentence)
    names: list[Name] = []
    for name in sentence.names:
        if any(start < name.start < end for start, end in brackets):
            continue
        full = short.get(name.named) if name.organisation is None else None
        full = full or _owner(sentence.text, names, name)
        end = name.end
        if name.organisation is not None and _INVESTING.match(sentence.text, end):
            end += 2
        names.append(replace(full or name, start=name.start, end=end))
    return tuple(names)


def _introduced(sentence: Sentence) -> tuple[dict[str, Name], list[tuple[int, int]]]:
    short: dict[str, Name] = {}
    brackets = []
    for bracket in _ALIAS.finditer(sentence.text):
        owners = [name for name in sentence.names if 0 <= bracket.start() - name.end <= 2]
        brackets.append(bracket.span())
        if owners:
            quoted = _QUOTED.findall(bracket.group()) or [bracket.group()[1:-1].partition("称")[2]]
            short |= {alias.strip().lstrip(":：").strip(): owners[-1] for alias in quoted}
    return short, brackets


def _owner(text: str, before: list[Name], name: Name) -> Name | None:
    """Return whose unit a plain name is, where its owner is written on to it: 软银旗下愿景基金."""
    if not before or name.organisation is not None or before[-1].organisation is None:
        return None
    between = text[before[-1].end : name.start]
    if between and _DEALT_IN.search(text, 0, before[-1].start):
        return None  # 收购甲旗下某某
    if not between and name.named.endswith(_FUNDS):
        return before[-1]
    return before[-1] if _OWNED.fullmatch(between) else None
