"""Rounds of funding and other ways of saying that money was put in, in an English sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_figures import moment, price_at
from briefings.ledger.english_objects import thing
from briefings.ledger.english_parts import Part, joined, once, roles
from briefings.ledger.english_shares import share_for
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import COUNT, MONEY, NAME, View
from briefings.ledger.english_words import (
    ASSETS,
    DESCRIBED_NAME,
    DETERMINERS,
    ORGANISATION_NOUNS,
    Form,
)
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure

REACH = 16

_PUT_IN = re.compile(
    r" (?:(?:put(?:s|ting)?|placed|sank|ploughed|plowed) (?:\S+ ){0,2}"
    r"(?:money|\$|funds|capital|cash) (?:\S+ )?(?:into|in)"
    rf"|back(?:s|ed|ing)?(?= {DESCRIBED_NAME}))"
)
_ROUND = re.compile(
    r" ((?:co-)?(?:led|leads|leading|lead)|joined|joins|joining|join|participat(?:ed|es|ing) in"
    r"|(?:took|takes|taking|take) part in|anchor(?:ed|s|ing)"
    r"|(?:was|were|is) (?:the|an?) (?:\S+ )?investors? in)"
    r" (?:\S+ ){0,9}?(?:round|financing|fundraising|funding|series \S+)(?: round)? "
)
_RAISED = re.compile(
    r" (rais(?:ed|es|ing|e)|secur(?:ed?|es|ing)|clos(?:ed?|es|ing)|complet(?:ed?|es|ing)"
    r"|receiv(?:ed?|es|ing)|gets?|land(?:ed|s|ing)|attract(?:ed|s|ing)|bagg(?:ed|ing)|added|adds|won|wins"
    r"|obtain(?:ed|s)|got|gets|drew|collected|gathered|nett(?:ed|ing)|pulled in|took in|hauled in"
    r"|announce[sd]) (?:\S+ ){0,4}?\$ "
)
_ALONGSIDE = re.compile(
    r" (?:(?:tak(?:es?|ing)|took) part|participat(?:es?|ed|ing)|join(?:s|ed|ing)?(?: in)?"
    r"|leading|leads?|led|in the lead|as (?:the )?lead"
    r"|also invest(?:s|ed|ing)?|(?:also )?among|contribut(?:es?|ed|ing)|chipp(?:ed|ing) in)(?= )"
)
_LED_BY = re.compile(
    r" (?:round|financing|fundraising|funding) (?:\S+ ){0,9}?(?:was|were|is|being|been) "
    r"(?:co-)?(?:led|anchored|joined) by "
)
_INCLUDE = re.compile(
    r" (?:(?:investors|backers) (?:in|of) @|@ 's (?:\S+ ){0,2}?(?:investors|backers))"
    r" (?:include|are|included) (?:both )?(?=@ )"
)
_AMONG = re.compile(
    r" (?:among|one of) (?:the |its |their )?(?:\S+ )?(?:investors|backers)(?: (?:in|of|behind))? "
)
_COUNTS = frozenset({"counts", "counted", "count", "lists", "has", "numbers"})
_BACKED = re.compile(r" (?:back(?:ed)?|funded|financed) by ")
_BUSINESS = frozenset({"startup", "start-up", "startups", "start-ups", "company", "round", MONEY})
"""A sentence without one of these may tell who backs whom in an election."""
_ROUND_WORDS = frozenset(
    {"round", "funding", "financing", "fundraising", "investors", "investment", "series",
     "capital", "backers", "investor"}
)  # fmt: skip
_NO_FUNDS = frozenset(
    {"damages", "compensation", "orders", "contract", "contracts", "loan", "loans", "refund",
     "dividends", "dividend", "fees", "royalties", "rent"}
)  # fmt: skip
_PAID_FOR = re.compile(
    r" (?:in (?:return|exchange) )?for (?:its|their|the) (?:\S+ ){0,3}(?:shares|stake|holding) "
)
_FROM = frozenset(
    {"from", "by", "including", "alongside", "joined", "with", "among", "to", "were", "was",
     "include", "includes", "included"}
)  # fmt: skip
"""What investors are named behind."""
_ANOTHER_MATTER = frozenset({";", "valuing", "which", "while", "but", "despite", "after"})


def funding(view: View) -> Iterator[Draft]:
    """Yield the investments that a sentence tells by what the money is called."""
    for match in _PUT_IN.finditer(view.row):
        at = view.index(match.start() + 1)
        backed = view.word(at).startswith("back")
        if backed and not view.has(0, len(view), _BUSINESS):
            continue
        start = at + 1 if backed else view.index(match.end() + 1)
        target = thing(view, start, PartyRole.TARGET).target
        share = share_for(view, start)
        yield from _investment(view, at, subject(view, at, PartyRole.BUYER), target, share)
    for match in _ROUND.finditer(view.row):
        at = view.index(match.start() + 1)
        end = view.index(match.end())
        who = subject(view, at, PartyRole.BUYER)
        if view.word(end) in {"in", "of", "for", "by", "at"}:
            target = thing(view, end + 1, PartyRole.TARGET).target
            yield from _investment(view, at, who, target)
        else:
            owner = next((i for i, _ in view.names(at, end) if view.word(i + 1) == "'s"), None)
            if owner is not None:
                yield from _investment(view, at, who, Part(joined(view, owner)[0][:1]))
    yield from _raised(view)
    yield from _led(view)
    yield from _among_investors(view)
    yield from _backed(view)


def _raised(view: View) -> Iterator[Draft]:
    """Yield the rounds told from the side of who is given money: "Y raised $5m from X"."""
    for match in _RAISED.finditer(view.row):
        at = view.index(match.start() + 1)
        money = view.index(match.end() - 2)
        if view.has(money + 1, money + 4, _NO_FUNDS) or _PAID_FOR.search(view.row):
            continue
        if view.has(money + 1, len(view), {"court", "lawsuit", "suit", "damages", "arbitration"}):
            continue
        if view.has(money + 1, money + 5, {"sale", "sales", "selling", "disposal", "placing"}):
            continue
        investors = _investors(view, money + 1)
        last = max((i for i, name in view.names(money, len(view)) if name in investors), default=0)
        if last and view.word(last + 1) == "for" and view.name(last + 2) is not None:
            continue  # "got $2bn from X for Y": what it sold
        if not investors and view.words[:2] == ("backed", "by"):
            investors = joined(view, 2)[0]
        if investors and (
            view.has(money, len(view), _ROUND_WORDS) or view.has(money, money + 4, {"from"})
        ):
            target = subject(view, at, PartyRole.TARGET)
            keys = {name.key for name in target.names}
            others = tuple(name for name in investors if name.key not in keys)
            yield from _investment(view, at, Part(others), target, share_for(view, money + 1))


def _led(view: View) -> Iterator[Draft]:
    """Yield the rounds told by who led them: "a round for Y was led by X"."""
    for match in _LED_BY.finditer(view.row):
        at = view.index(match.start() + 1)
        end = view.index(match.end())
        names, _ = _named_behind(view, end - 1)
        further = _investors(view, end)
        whose = next(
            (i for i, _ in view.names(0, end)
             if view.has(i - 6, i, {"for", "in", "at", "of"}) or view.word(i + 1) == "'s"), None
        )  # fmt: skip
        if names and whose is not None:
            target = Part(joined(view, whose)[0])
            yield from _investment(view, at, Part(once((*names, *further))), target)


def _among_investors(view: View) -> Iterator[Draft]:
    """Yield what "investors in Y include X" and "Y counts X among its investors" tell."""
    for match in _INCLUDE.finditer(view.row):
        at = view.index(match.start() + 1)
        whose = at if view.name(at) is not None else at + 2
        target = tuple(name for _, name in view.names(whose, whose + 1))
        end = view.index(match.end()) - 1
        investors, _ = _named_behind(view, end)
        yield from _investment(view, at, Part(investors), Part(target))
    for match in _AMONG.finditer(view.row):
        at = view.index(match.start() + 1)
        end = view.index(match.end())
        if view.word(end - 1) in {"in", "of", "behind"}:
            who = subject(view, at, PartyRole.BUYER)
            named = next((i for i, _ in view.names(end, end + 10)), None)
            target = joined(view, named)[0] if named is not None else ()
            yield from _investment(view, at, who, Part(target))
        else:
            counts = next((i for i in range(at) if view.word(i) in _COUNTS), None)
            if counts is not None and view.name(counts + 1) is not None:
                investors, _ = joined(view, counts + 1)
                target = subject(view, counts, PartyRole.TARGET).names
                yield from _investment(view, counts, Part(investors), Part(target))


def _backed(view: View) -> Iterator[Draft]:
    """Yield the investors in "Y, backed by X," and "Backed by X, Y ..."."""
    for match in _BACKED.finditer(view.row):
        at = view.index(match.start() + 1)
        start = at + 2
        while view.word(start) in DETERMINERS | {"investors", "like", "such", "as", "both"}:
            start += 1
        investors, end = joined(view, start)
        if not investors or view.word(end) in {"rival", "'s"}:
            continue
        if at == 0:
            target = next(
                (joined(view, i)[0] for i, _ in view.names(end, end + 9)
                 if view.word(i + 1) != "'s"), ()
            )  # fmt: skip
        else:
            before = at - 2 if view.word(at - 1) in {",", "(", "is", "also"} else at - 1
            before -= view.word(before) in {"is", "was", ","}
            name = view.name(before)
            target = (name,) if name is not None else ()
        known = any(name.organisation for name in target)
        if known or view.has(0, len(view), _BUSINESS | ASSETS | ORGANISATION_NOUNS):
            for draft in _investment(view, at, Part(investors), Part(target)):
                yield replace(draft, amount=None, when=None)  # what was put in is not told


def _investment(
    view: View, at: int, who: Part, target: Part, share: Figure | None = None
) -> Iterator[Draft]:
    done = view.word(at).endswith("d") or view.word(at) in {"put", "got", "won", "drew"}
    planned = view.has(at - 2, at, {"to", "will", "would"})
    told = status(view, at, Form.PAST if done and not planned else Form.PRESENT)
    if told is None or not who or not target:
        return
    yield Draft(
        kind=Kind.STAKE if share else Kind.INVESTMENT,
        status=told,
        names=(*roles(PartyRole.BUYER, who.names), *roles(PartyRole.TARGET, target.names)),
        deal=at,
        percent=share,
        amount=_sum(view, at),
        when=moment(view, at),
        missing=(*who.missing, *target.missing),
    )


def _investors(view: View, start: int) -> tuple[Name, ...]:
    """Return everybody who puts money in: who leads, who joins, "with A and B taking part"."""
    found: list[Name] = []
    at = start
    while at < min(len(view), start + 2 * REACH):
        if view.word(at) in _ANOTHER_MATTER and not (
            view.word(at) == "which" and view.word(at - 1) == "in"
        ):
            break
        if (
            found
            and view.word(at) in {MONEY, COUNT}
            and view.word(at - 1) in {"and", NAME, "at", "then"}
        ):
            break  # "$104m from X and $486m from Z"
        if view.word(at) in _FROM and (view.word(at) != "to" or view.word(at - 1) == "thanks"):
            names, end = _named_behind(view, at)
            behind = f" {' '.join(view.words[end : end + 3])} "
            led = view.word(at) not in {"with", "were", "was", "among"} or view.has(
                at + 1, at + 4, {"from", "including"}
            )
            if names and (led or _ALONGSIDE.match(behind)):
                found += names
                at = end - 1
        elif view.name(at) is not None:
            names, end = joined(view, at)
            if (found or view.word(at - 1) == "which") and _ALONGSIDE.match(
                f" {' '.join(view.words[end : end + 3])} "
            ):
                found += names
                at = end - 1
        at += 1
    return once(tuple(found))


def _named_behind(view: View, at: int) -> tuple[tuple[Name, ...], int]:
    for ahead in range(at + 1, min(len(view), at + 8)):
        if view.name(ahead) is not None:
            return joined(view, ahead)
        if view.word(ahead) in {"selling", "issuing", ",", "by", "with"}:
            break
    return (), at


def _sum(view: View, at: int) -> Figure | None:
    first = at if view.word(at).startswith(("put", "plac", "sank", "plo")) else max(0, at - 2)
    for index in range(first, min(len(view), at + REACH)):
        figure = view.figure(index)
        if view.word(index) == MONEY and figure is not None:
            valued = view.has(index - 3, index, {"valuation", "valuing", "valued"})
            valued = valued or view.word(index - 1) == "at"
            if valued or view.word(index + 1) == "valuation" or not view.together(at, index):
                continue
            return price_at(view, index) or (None if figure.per else figure)
    return None
