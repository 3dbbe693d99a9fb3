"""Deals an English sentence tells by whom something comes to belong to.

"9% of Y now belongs to X", "Y will become a wholly owned subsidiary of X", "Y fell to X"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_drafts import purchase, sale
from briefings.ledger.english_figures import moment, price
from briefings.ledger.english_objects import Thing, thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_shares import share_for
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MONEY, PERCENT, View
from briefings.ledger.english_words import DESCRIBED_NAME, Form
from briefings.ledger.sentence import Draft

_SHARE_BELONGS = re.compile(
    rf" (belong(?:s|ed)? to|(?:is|are) (?:now )?(?:in the hands of|with)) {DESCRIBED_NAME}"
)
_BECOMES = re.compile(
    r" (bec[ao]mes?|becoming|be made|made) (?:a |an )?(?:(?:wholly|fully|majority)(?: |-)owned )?"
    rf"(?:part|subsidiary|unit|division|arm) of (?!its |their )(?:the )?{DESCRIBED_NAME}"
)
_BECOMES_OWNED = re.compile(
    r" (bec[ao]mes?|becoming) (?:wholly|fully|entirely|completely|100 ?%)(?: |-)owned by "
    rf"(?:the )?{DESCRIBED_NAME}"
)
_FALLS_TO = re.compile(
    r" (f[ae]ll(?:s|en)?|pass(?:es|ed)?|c[ao]me|go(?:es)?|went|move[sd]?) "
    rf"(?:into|to|under) (?:the )?(?:hands|ownership|control) of {DESCRIBED_NAME}"
)
_SUBSCRIBES = re.compile(
    r" (subscrib(?:es?|ed|ing)) (?:for|to) (?:\S+ ){0,6}?% (?:of|in|stake in|interest in) "
)
_ENDS_UP = re.compile(
    r" ((?:end(?:s|ed|ing)?|w[io](?:u)?nd(?:s|ing)?) up|emerge[sd]?|c[ao]mes? (?:away|out)"
    r"|(?:is|are|was|were|be|being) left) with (?:\S+ ){0,2}?% (?:\S+ )?(?:of|in) "
)
_ISSUES = re.compile(
    r" (issu(?:e|es|ed|ing)|allot(?:s|ted|ting)?) (?:(?!to )\S+ ){0,5}?(?:shares|stock) "
    rf"(?:(?:worth|valued at) \$ )?to {DESCRIBED_NAME}"
)
_SPINS_OFF = re.compile(
    r" (sp[iu]n(?:s|ning)?|split(?:s|ting)?|hiv(?:es?|ed|ing)|carv(?:es?|ed|ing)) (?:off|out) "
    r"(?!into |from |as |in |of |on )"
)
_INVESTOR = re.compile(
    r" (bec[ao]mes?|becoming) (?:an?|the) (?:(?:strategic|lead|new|anchor|minority|early) )*"
    rf"(?:investor|shareholder|backer) in {DESCRIBED_NAME}"
)
_TELLING = frozenset(
    {"belong", "belongs", "belonged", "hands", "with", "part", "subsidiary", "unit", "division",
     "arm", "ownership", "control", "off", "out", "investor", "shareholder", "backer", "subscribe",
     "subscribes", "subscribed", "subscribing", "up", "emerges", "emerged", "emerge", "away",
     "left", "issue", "issues", "issued", "issuing", "allot", "allots", "allotted", "owned",
     "wholly-owned", "fully-owned"}
)  # fmt: skip
"""Without one of these a sentence tells nothing of the kind."""
_SOMETHING_ELSE = frozenset({"index", "benchmark", "family", "ecosystem", "platform", "'s", "app"})
"""What makes a name behind "part of" an attribute of what something becomes part of."""
_OTHERS_AFFAIR = frozenset({"not", "never", "if", "could", "might", "whether", "should"})


def belongings(view: View) -> Iterator[Draft]:
    """Yield the deals that are told by whom something comes to belong to."""
    if _TELLING.isdisjoint(view.words):
        return
    for match in _SHARE_BELONGS.finditer(view.row):
        at, names, what = _read(view, match)
        if what.percent is not None and what.target:
            yield from _bought(view, at, names, replace(what, share=True, whole=False))
    for pattern in (_BECOMES, _BECOMES_OWNED, _FALLS_TO):
        for match in pattern.finditer(view.row):
            at, names, what = _read(view, match)
            owned = subject(view, at, PartyRole.TARGET)
            if what.percent is not None or not owned.names:
                continue
            yield from _bought(view, at, names, Thing(owned, (), None, False, True, at + 1))
    for pattern in (_SUBSCRIBES, _ENDS_UP):
        for match in pattern.finditer(view.row):
            at = view.index(match.start() + 1)
            share = next(i for i in range(at, len(view)) if view.word(i) == PERCENT)
            what = thing(view, share, PartyRole.TARGET)
            who = subject(view, at, PartyRole.BUYER)
            told = status(view, at, _form(view.word(at)))
            if told is not None and who and what.target:
                bought = purchase(view, at, told, who, what)
                yield replace(bought, kind=Kind.STAKE) if pattern is _ENDS_UP else bought
    yield from _issued(view)
    for match in _SPINS_OFF.finditer(view.row):
        at = view.index(match.start() + 1)
        what = thing(view, at + 2, PartyRole.TARGET)
        who = subject(view, at, PartyRole.SELLER)
        told = status(view, at, _form(view.word(at)))
        named = any(name.named[:1].isupper() or name.organisation for name in what.target.names)
        if told is not None and who and (named or (what.share and what.target)):
            yield sale(view, at, told, who, what)
    yield from _new_investors(view)


def _issued(view: View) -> Iterator[Draft]:
    """Yield what "Y is issuing shares worth $ to X, giving the group 7%" tells."""
    for match in _ISSUES.finditer(view.row):
        at = view.index(match.start() + 1)
        buyers, end = joined(view, view.index(match.end() - 2))
        target = subject(view, at, PartyRole.TARGET)
        told = status(view, at, _form(view.word(at)))
        share = share_for(view, end)
        money = next((i for i in range(at, end + 4) if view.word(i) == MONEY), None)
        if told is None or not target or (share is None and money is None):
            continue
        yield Draft(
            kind=Kind.STAKE if share else Kind.INVESTMENT,
            status=told,
            names=(*roles(PartyRole.BUYER, buyers), *roles(PartyRole.TARGET, target.names)),
            deal=at,
            percent=share,
            amount=view.figure(money) if money is not None else None,
            when=moment(view, at),
            missing=target.missing,
        )


def _read(view: View, match: re.Match[str]) -> tuple[int, Part, Thing]:
    """Return the verb, those named at the end of a match, and the share named before the verb."""
    at = view.index(match.start() + 1)
    last = view.index(match.end() - 2)
    names, end = joined(view, last)
    if view.word(end) in _SOMETHING_ELSE:
        names = ()
    share = next((i for i in range(at - 1, max(-1, at - 16), -1) if view.word(i) == PERCENT), None)
    nothing = Thing(Part(), (), None, False, False, at + 1)
    what = nothing if share is None else thing(view, share, PartyRole.TARGET)
    return at, Part(names), replace(what, end=last + 1)


def _bought(view: View, at: int, buyers: Part, what: Thing) -> Iterator[Draft]:
    told = status(view, at, _form(view.word(at)))
    if told is None or not buyers or view.has(at - 5, at, _OTHERS_AFFAIR):
        return
    owned = {name.key for name in what.target.names}
    if owned.isdisjoint(name.key for name in buyers.names):
        yield purchase(view, at, told, buyers, what)


def _new_investors(view: View) -> Iterator[Draft]:
    """Yield what "X has become an investor in Y" tells where no share is named."""
    for match in _INVESTOR.finditer(view.row):
        at = view.index(match.start() + 1)
        last = view.index(match.end() - 2)
        who = subject(view, at, PartyRole.BUYER)
        told = status(view, at, _form(view.word(at)))
        names, end = joined(view, last)
        if told is None or not who or not names or PERCENT in view.words[end : end + 6]:
            continue
        yield Draft(
            kind=Kind.INVESTMENT,
            status=told,
            names=(*roles(PartyRole.BUYER, who.names), *roles(PartyRole.TARGET, names)),
            deal=at,
            amount=price(view, at, end),
            when=moment(view, at),
            missing=who.missing,
        )


def _form(word: str) -> Form:
    """Return the form of a verb of this file."""
    if word.endswith("ing"):
        return Form.GERUND
    past = word.endswith("ed") or word in {"became", "fell", "went", "came", "spun", "made"}
    return Form.PAST if past else Form.BASE
