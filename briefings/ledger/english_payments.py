"""Deals told by the money: paid for a share, put into somebody."""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import purchase
from briefings.ledger.english_figures import moment, price, price_at
from briefings.ledger.english_objects import thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_passives import is_passive
from briefings.ledger.english_shares import share_for
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MOMENT, MONEY, PERCENT, View
from briefings.ledger.english_words import Form, Frame, Verb
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft, Missing, Stand

_SPENDS = frozenset({"spend", "spends", "spent", "spending"})
_INVESTING = ("invest", "inject", "pour", "plough")
_MONEY = frozenset({MONEY, "money", "funds", "capital", "cash", "millions", "billions"})
_RESULTS = frozenset(
    {"results", "result", "profit", "profits", "revenue", "sales", "growth", "earnings", "loss"}
)
"""What is contributed to that is no investment."""
_NOT_WHERE = frozenset({"exchange", "return", "total", "cash", MONEY, MOMENT})


def of_payment(view: View, at: int) -> Draft | None:
    """Return what "X will pay $ for Y" or "X spends $ on 10% of Y" tells."""
    money = next((i for i in range(at + 1, min(at + 7, len(view))) if view.word(i) == MONEY), None)
    tie = "on" if view.word(at) in _SPENDS else "for"
    if money is None or not view.has(money + 1, money + 5, {tie}):
        return None
    start = next(i for i in range(money + 1, money + 5) if view.word(i) == tie) + 1
    what = thing(view, start, PartyRole.TARGET)
    buying = view.word(start) in {"buying", "acquiring"}
    if not buying and ((tie == "on" and not what.share) or view.word(start).endswith("ing")):
        return None
    who = subject(view, at, PartyRole.BUYER)
    form = Form.PAST if view.word(at) == "paid" else Form.BASE
    told = status(view, at, form)
    if told is None or not who or not what.target or is_passive(view, at, Verb(Frame.BUY, form)):
        return None
    return replace(purchase(view, at, told, who, what), amount=price_at(view, money))


def invested(view: View, at: int, told: Status) -> Draft | None:
    """Return what "X invests $ in Y" tells; for a share named it is a stake."""
    inside = _where_to(view, at)
    if inside is None:
        return None
    if not view.word(at).startswith(_INVESTING) and not view.has(at + 1, inside, _MONEY):
        return None  # "contributed to Unicef's campaigns"
    if view.word(at).startswith("contribut") and view.has(inside, inside + 6, _RESULTS):
        return None
    what = thing(view, inside + 1, PartyRole.TARGET)
    target = what.target.names
    if not target and (
        view.word(what.end) in {"such", ",", "including", "like"}
        or view.word(what.end - 1) == "such"
    ):
        target = _first_names(view, what.end, what.end + 5) or target
    who = subject(view, at, PartyRole.BUYER)
    whose = what.target or _whose_round(view, inside)
    if not who or not (target or whose.missing):
        return None
    missing = (*who.missing, *(() if target else whose.missing))
    percent = share_for(view, inside)
    return Draft(
        kind=Kind.STAKE if percent else Kind.INVESTMENT,
        status=told,
        names=(*roles(PartyRole.BUYER, who.names), *roles(PartyRole.TARGET, target)),
        deal=at,
        percent=percent,
        amount=price(view, at, inside),
        when=moment(view, at),
        missing=missing,
    )


def _whose_round(view: View, inside: int) -> Part:
    """Return whom "its" stands for in "contribute $1bn to its new round"."""
    round_told = view.has(inside + 2, inside + 6, {"round", "financing", "funding", "fundraising"})
    if view.word(inside + 1) in {"its", "their"} and round_told:
        return Part((), (Missing(PartyRole.TARGET, Stand.ONE, view.word(inside + 1)),))
    return Part()


def _where_to(view: View, at: int) -> int | None:
    """Return the word before what money is put into: "in Y", "to Y", "for 10% of Y"."""
    ties = {"in", "into"}
    if view.word(at).startswith(("commit", "contribut")):
        ties.add("to")
    for index in range(at + 1, min(at + 14, len(view))):
        word, after = view.word(index), view.word(index + 1)
        if word in ties and after not in _NOT_WHERE:
            return index
        if word == "for" and view.has(index + 1, index + 4, {PERCENT}):
            return index
    return None


def _first_names(view: View, start: int, stop: int) -> tuple[Name, ...]:
    for at, _ in view.names(start, stop):
        names, end = joined(view, at)
        return () if view.word(end) in {MONEY, PERCENT} else names
    return ()
