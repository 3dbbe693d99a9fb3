"""A deal put together: who buys or sells what, its shares and its price, as a draft."""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_figures import moment, price
from briefings.ledger.english_objects import Thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_shares import share_left, shares
from briefings.ledger.english_view import MOMENT, MONEY, PERCENT, View
from briefings.ledger.english_words import VERBS
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

REACH = 14
"""How far behind the object "from", "to" and "by" still belong to the deal."""


_PARTING = frozenset(
    {";", ":", "which", "while", "following", "after", "approval", "subject", "approved", "beat",
     "beats", "topped", "trumped", "offer", "bid", "approach", "rival", "loan", "loans", "help",
     "using"}
)  # fmt: skip
"""Words behind which something else is told."""


_BESIDE = frozenset({"rival", "rivals", "partner", "partners", "competitor", "customer", "peer"})
"""Who is said to be something to the one named."""
_KIN = frozenset({"heirs", "family", "founder", "founders", "estate", "widow", "children"})
"""Who is not the one named behind "of"."""


def purchase(view: View, at: int, told: Status, who: Part, what: Thing) -> Draft:
    """Return what "X buys Y" tells: a stake, or the acquisition of the whole."""
    percent, option = shares(view, at, what)
    share = what.share and not what.whole
    owners = () if share else what.owners  # a stake in "Sina's Weibo" need not be sold by Sina
    sellers = owners or behind(view, what.end, "from")
    over_half = percent is not None and percent.quantity.value > 50
    kind = Kind.STAKE if share and not over_half else Kind.ACQUISITION
    return _checked(
        Draft(
            kind=kind,
            status=told,
            names=(
                *roles(PartyRole.BUYER, who.names),
                *roles(PartyRole.TARGET, what.target.names),
                *roles(PartyRole.SELLER, sellers),
            ),
            deal=at,
            percent=percent,
            option_percent=option,
            amount=price(view, at, what.end),
            when=moment(view, at),
            missing=(*who.missing, *what.target.missing),
        )
    )


def sale(view: View, at: int, told: Status, who: Part, what: Thing) -> Draft:
    """Return what "X sells Y to Z" tells."""
    buyers = behind(view, what.end, "to")
    keys = {name.key for name in buyers}
    sellers = tuple(name for name in who.names if name.key not in keys)
    left = share_left(view, at)
    return _checked(
        Draft(
            kind=Kind.DIVESTMENT,
            status=told,
            names=(
                *roles(PartyRole.SELLER, sellers or what.owners),
                *roles(PartyRole.TARGET, what.target.names),
                *roles(PartyRole.BUYER, buyers),
            ),
            deal=at,
            percent=left or what.percent,
            amount=price(view, at, what.end),
            when=moment(view, at),
            missing=(*who.missing, *what.target.missing),
        )
    )


def _begins_another(view: View, at: int) -> bool:
    """Tell whether something else is told behind `at`: another share, another who acts."""
    if view.word(at) == "and":
        return view.word(at + 1) in {"its", ",", PERCENT, "a"} and view.has(
            at + 1, at + 6, {PERCENT, ","}
        )
    if view.word(at) == "to" and view.word(at + 1) in VERBS:
        return True  # "hired banks to sell"
    acts = view.word(at + 2)
    return (
        view.word(at) == ","
        and view.name(at + 1) is not None
        and (acts in {"now", "then", "also", "later", "has", "had", "will", "is", "was"})
    )


def _checked(draft: Draft) -> Draft:
    """Return the draft with everybody named once; who is in two parts keeps the first."""
    seen: set[str] = set()
    names = []
    for role, name in draft.names:
        if name.named not in seen:
            seen.add(name.named)
            names.append((role, name))
    return replace(draft, names=tuple(names))


def behind(view: View, start: int, preposition: str) -> tuple[Name, ...]:
    """Return the names that "from", "to" or "by" ties to a deal behind its object."""
    for at in range(start, min(len(view), start + REACH)):
        word = view.word(at)
        if not view.together(at, start - 1):
            continue
        if word in _PARTING or (word in VERBS and at > start) or _begins_another(view, at):
            return ()
        if word != preposition:
            continue
        for ahead in range(at + 1, min(len(view), at + 9)):
            if view.word(ahead) in {MONEY, PERCENT, MOMENT, "be", "for", "from", "at"}:
                break
            ends = preposition == "from" or view.word(ahead + 1) == "and"
            if view.word(ahead) == "," and ends:
                break  # "by the search company, and X considered"
            if view.name(ahead) is None:
                continue
            if view.word(ahead - 1) == "of" and view.word(ahead - 2) in _KIN:
                return ()
            names, end = joined(view, ahead)
            names = tuple(name for name in names if not name.regulator)
            if view.word(end) == "'s":
                if view.has(end + 1, end + 4, _BESIDE):
                    return ()
                unit = next((n for _, n in view.names(end + 1, end + 5)), None)
                return (unit,) if unit is not None else names
            return names
    return ()
