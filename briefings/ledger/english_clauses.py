"""The asides of an English sentence: what is told beside its main clause, between commas.

"Tencent, which owns 5% of Ubisoft, may go up to 10%"     -> ", which owns 5% of Ubisoft"
"Ele.me, bought by Alibaba in 2018, has a new chief"       -> ", bought by Alibaba in 2018"

Figures, moments and how far a deal has come do not pass from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefings.ledger.english_words import AUXILIARIES, VERBS
from briefings.ledger.name_words import words_of

Span = tuple[int, int]
"""[start:end] of the items: from the comma that opens an aside to the one that closes it."""

_RELATIVES = frozenset({"which", "who", "whose", "whom"})
_BEFORE_RELATIVES = frozenset({"in", "of", "by", "for", "from", "with", "to", "through", "under"})
_PARTICIPLES = words_of("""
backed owned controlled bought acquired founded co-founded led run valued listed launched funded
financed established held formed headquartered created signed agreed announced struck
released opened introduced
""")
"""Verbs that open an aside without a relative: ", backed by X,"."""
_TELLING = words_of("""
put paid set let got spent won lost led began came grew fell rose saw met built
said says makes made runs ran competes competed employs employed operates serves became went hit
""")
_ARTICLES = frozenset({"a", "an", "the"})
_REACH = 6
"""How many items behind a comma the word may stand that makes it open an aside."""


def asides(words: Sequence[str]) -> tuple[Span, ...]:
    """Return the asides of a sentence, in order, none within another."""
    found: list[Span] = []
    at = 1
    while at < len(words) - 2:
        end = _end(words, at) if words[at] == "," else None
        if end is not None:
            found.append((at, end))
        at = end if end is not None else at + 1
    return tuple(found)


def _end(words: Sequence[str], comma: int) -> int | None:
    """Return where the aside ends that a comma opens, None if it opens none."""
    if _opens_relative(words, comma):
        return _closing(words, comma) or len(words)
    if words[comma + 1] in {"fined", "valued", "worth"}:
        return _closing(words, comma)
    close = comma + 2 if words[comma - 1] != "@" else comma + 4
    if any(
        words[at] in _PARTICIPLES and words[at + 1 : at + 2] and words[at + 1] in {"by", "in"}
        for at in range(comma + 1, min(len(words), close))
        if "@" not in words[comma + 1 : at] and "," not in words[comma + 1 : at]
    ):
        return _closing(words, comma)
    return None


def _opens_relative(words: Sequence[str], comma: int) -> bool:
    if words[comma + 1] in _RELATIVES:
        return True
    for at in range(comma + 2, min(len(words), comma + _REACH)):
        if words[at] in _RELATIVES:
            return words[at - 1] in _BEFORE_RELATIVES
        if words[at] in {",", ";", "@"} or words[at] in VERBS:
            return False
    return False


def _closing(words: Sequence[str], comma: int) -> int | None:
    """Return the comma that closes an aside: the first behind its verb."""
    told = False
    for at in range(comma + 1, len(words)):
        word = words[at]
        if word in {";", "—"}:
            return at
        told = told or word in VERBS or word in AUXILIARIES or word in _TELLING
        told = told or (word.endswith(("ed", "s")) and len(word) > 4)
        if word != "," or not told:
            continue
        following = words[at + 1] if at + 1 < len(words) else ""
        if following in _ARTICLES and "," in words[at + 1 : at + 12]:
            continue  # "which owns Y, a maker of games, ..."
        return at
    return None
