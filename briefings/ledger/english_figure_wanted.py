"""Whether a figure of an English sentence is one that somebody wants or expects."""

from __future__ import annotations

import re

from briefings.ledger.english_metric_words import WANTING
from briefings.ledger.english_owners import OWNER_REACH
from briefings.ledger.english_view import View

_TARGET = re.compile(
    r" (?:looking to|sights (?:set )?on|should have"
    r"|looking for|means to|counts? on|counting on|set to|on track to|on course to"
    r"|to reach|to attract|should (?:bring|add|reach|generate|contribute|help|lift)) "
)
_EXPECTED = re.compile(
    r"^ (?:\S+ )?(?:is|are|was|were) (?:likely|expected|forecast|seen|projected|set|tipped) "
)
_SEEN_COMING = re.compile(
    r" sees? (?:\S+ ){1,5}?(?:rising|growing|reaching|falling|climbing|dropping|coming in) "
)
_FORECAST = re.compile(r" (?:sees?|has|have) @ 's (?:\S+ ){1,4}?at [$#] ")
"""What analysts say who "see X's revenue at $5bn"."""
_FORETOLD = re.compile(
    r" (?:forecasts?|predict(?:s|ed)|expect(?:s|ed)?|project(?:s|ed)) (?:that )?(?:@ 's )?"
    r"(?:\S+ )?$"
)
"""What is forecast of a time that is over: "analysts forecast that X's revenue grew 5%"."""
_HAS_COME = re.compile(
    r"^ (?!.* (?:target|goal|forecast|expected|guidance|would|will|should"
    r"|consensus|to (?!(?:[a-z]+ ){0,3}[$#%])\S+) )"
    r"(?:\S+ ){1,6}?"
    r"(?:rose|fell|grew|climbed|dropped|declined|was|were|jumped|surged|slipped|slid) "
)
"""A metric that is told to have come to its figure, whatever is wanted before it."""
_OUTDONE = re.compile(
    r" (?:beat|beats|beating|missed|misses|missing|topped|tops|exceeded|surpassed|met|lagged"
    r"|trailed|dashed|despite)(?: \S+){0,4}? (?:estimates?|expectations|forecasts?|targets?"
    r"|consensus|guidance|by)(?: \S+){0,4} $"
)
"""A result that is set against what was expected: "missed estimates with revenue of"."""
_CLAUSES = frozenset({";", "which", "while", "after", "adding", "whereas"})


def is_wanted(view: View, left: int, place: int) -> bool:
    """Tell whether the figure is one that somebody wants or expects."""
    clause = left
    while clause > 0 and left - clause < OWNER_REACH and view.word(clause - 1) not in _CLAUSES:
        clause -= 1
    before = f" {' '.join(view.words[clause : max(left, place)])} "
    if " than expected " in view.row or " as expected " in view.row:
        return False
    if _OUTDONE.search(before):
        return False
    if _FORETOLD.search(f" {' '.join(view.words[clause:left])} "):
        return True
    if _HAS_COME.search(f" {' '.join(view.words[left : place + 1])} "):
        return False
    wanting = view.has(clause, max(left, place), WANTING) or bool(
        _EXPECTED.match(f" {' '.join(view.words[place + 1 : place + 6])} ")
    )
    seen = _SEEN_COMING.search(view.row) or _FORECAST.search(view.row)
    return wanting or bool(_TARGET.search(before) or seen)
