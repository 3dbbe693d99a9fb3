"""Rounds of funding and other ways of saying that money was put in, in an English sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_figures import moment, price_at
from briefings.ledger.english_objects import thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MONEY, View
from briefings.ledger.english_words import Form
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure

REACH = 16

_PUT_IN = re.compile(
    r" (?:(?:put(?:s|ting)?|placed|sank|ploughed|plowed) (?:\S+ ){0,2}"
    r"(?:money|\$|funds|capital|cash) (?:\S+ )?(?:into|in)|back(?:s|ed|ing)(?= @))"
)
_ROUND = re.compile(
    r" (led|leads|leading|co-led|joined|joins|joining|participated in|took part in|anchored)"
    r" (?:\S+ ){0,7}?(?:round|financing|fundraising|funding)(?: round)? "
)
_RAISED = re.compile(
    r" (raised|raises|raising|secured|secures|closed|completed|received) (?:\S+ ){0,3}?\$ "
)
_BUSINESS = frozenset({"startup", "start-up", "startups", "start-ups", "company", "round", MONEY})
"""A sentence without one of these may tell who backs whom in an election."""
_ROUND_WORDS = frozenset(
    {"round", "funding", "financing", "fundraising", "investors", "investment"}
)


def funding(view: View) -> Iterator[Draft]:
    """Yield the investments that a sentence tells by what the money is called."""
    for match in _PUT_IN.finditer(view.row):
        at = view.index(match.start() + 1)
        backed = view.word(at).startswith("back")
        if backed and not view.has(0, len(view), _BUSINESS):
            continue
        start = at + 1 if backed else view.index(match.end() + 1)
        target = thing(view, start, PartyRole.TARGET).target
        yield from _investment(view, at, subject(view, at, PartyRole.BUYER), target)
    for match in _ROUND.finditer(view.row):
        at = view.index(match.start() + 1)
        end = view.index(match.end())
        if view.word(end) in {"in", "of", "for", "by", "at"}:
            target = thing(view, end + 1, PartyRole.TARGET).target
            yield from _investment(view, at, subject(view, at, PartyRole.BUYER), target)
    for match in _RAISED.finditer(view.row):
        at = view.index(match.start() + 1)
        money = view.index(match.end() - 2)
        investors = _investors(view, money + 1)
        if investors and (
            view.has(money, len(view), _ROUND_WORDS) or view.has(money, money + 4, {"from"})
        ):
            target = subject(view, at, PartyRole.TARGET)
            yield from _investment(view, at, Part(investors), target)


def _investment(view: View, at: int, who: Part, target: Part) -> Iterator[Draft]:
    done = view.word(at).endswith("d") or view.word(at) == "put"
    planned = view.has(at - 2, at, {"to", "will", "would"})
    told = status(view, at, Form.PAST if done and not planned else Form.PRESENT)
    if told is None or not who or not target:
        return
    yield Draft(
        kind=Kind.INVESTMENT,
        status=told,
        names=(*roles(PartyRole.BUYER, who.names), *roles(PartyRole.TARGET, target.names)),
        deal=at,
        amount=_sum(view, at),
        when=moment(view, at),
        missing=(*who.missing, *target.missing),
    )


def _investors(view: View, start: int) -> tuple[Name, ...]:
    for at in range(start, min(len(view), start + REACH)):
        if view.word(at) in {"from", "by", "including"}:
            for ahead in range(at + 1, min(len(view), at + 7)):
                if view.name(ahead) is not None:
                    return joined(view, ahead)[0]
                if view.word(ahead) in {"selling", "issuing", "a", "the", ","}:
                    break
    return ()


def _sum(view: View, at: int) -> Figure | None:
    for index in range(max(0, at - 2), min(len(view), at + REACH)):
        figure = view.figure(index)
        if view.word(index) == MONEY and figure is not None:
            if view.has(index - 3, index, {"valuation", "valuing", "valued"}):
                continue
            return price_at(view, index) or (None if figure.per else figure)
    return None
