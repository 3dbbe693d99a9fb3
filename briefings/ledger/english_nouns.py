"""Deals that an English sentence names by a noun: an acquisition, a sale, a stake, a merger."""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import behind, purchase, sale
from briefings.ledger.english_figures import moment, price
from briefings.ledger.english_objects import Thing, thing
from briefings.ledger.english_parts import Part, description, joined, roles
from briefings.ledger.english_shares import unbounded
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MOMENT, MONEY, NAME, PERCENT, View
from briefings.ledger.english_words import AUXILIARIES, BUYING_NOUNS, SELLING_NOUNS, VERBS, Form
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

_STANDS = frozenset(
    {"stands", "stood", "is", "was", "to", "at", "of", "now", "about", "rose", "rises", "increased",
     "grew", "fell", "dropped", "reached", "amounts", "currently", "remains", "remained", "would",
     "will", "amount", "approximately", "roughly", "around", "be", "comes", "came", "totals",
     "has", "had", "been", "dwindled", "shrunk", "shrank", "fallen", "risen", "slipped", "declined",
     "rise", "increase", "grow", "climb", "fall", "drop", "go", "goes", "went", "raised", "lifted",
     "reduced", "cut", "diluted", "grown", "climbed", "just", "some", "still", "under",
     "over", "below", "above"}
)  # fmt: skip


_ACCEPTS = frozenset(
    {"accepted", "accepts", "accept", "approved", "approves", "agreed", "agrees", "backed",
     "endorsed", "recommended"}
)  # fmt: skip
OFFERS = frozenset({"bid", "offer", "bids"})
_WORTH = frozenset(
    {"lost", "value", "worth", "loss", "losses", "gain", "gains", "return", "returns", "write-down",
     "impairment", "profit", "income", "out", "exit", "exited", "exits", "exiting", "trimmed",
     "reduced", "divested"}
)  # fmt: skip
"""What is told of an investment that was made long ago, or given up."""
_KINDS_OF = frozenset(
    {"strategic", "minority", "equity", "significant", "major", "big", "large", "small", "new",
     "further", "additional", "latest", "first", "direct", "planned", "proposed", "possible",
     "potential", "substantial", "initial", "follow-on", "fresh", "separate", "financial"}
)  # fmt: skip


def for_whom(view: View, at: int) -> bool:
    return view.word(at + 1) == "for" or view.has(at + 1, at + 5, {"for"})


def of_buying_noun(view: View, at: int) -> Draft | None:
    tie = at + 1
    owner = _possessor(view, at)
    if not view.has(at, at + 5, {"of", "for"}) and (accepted := _accepted(view, at)):
        return accepted
    if view.word(at) in OFFERS:
        tie = next((i for i in range(at + 1, at + 5) if view.word(i) == "for"), at)
        if tie == at or view.word(tie + 1) in {MONEY, MOMENT}:
            return None
    elif view.word(tie) == "by":
        return _taken_over(view, at, owner)
    elif view.word(tie) != "of":
        return None
    told = status(view, at, None, since=owner)
    what = thing(view, tie + 1, PartyRole.TARGET)
    if told is None or not what.target:
        return None
    cost = _cost(view, what.end)
    buyers = behind(view, what.end, "by") or _named_at(view, owner)
    if not buyers and cost is not None:
        paid = purchase(view, at, Status.COMPLETED, Part(joined(view, cost + 1)[0]), what)
        return replace(paid, amount=view.figure(cost + 2))
    who = Part(buyers) if buyers else subject(view, _talking(view, at), PartyRole.BUYER)
    who = Part(tuple(name for name in who.names if not name.regulator), who.missing)
    return purchase(view, at, told, who, what) if who else None


def _talking(view: View, at: int) -> int:
    """Return "talks" in "X is in talks with Z about a buyout of Y", else the noun itself."""
    for before in range(at - 2, max(0, at - 12), -1):
        if view.word(before) in {"talks", "discussions", "negotiations"}:
            return before if view.word(before + 1) == "with" else at
    return at


def _cost(view: View, start: int) -> int | None:
    """Return the verb in "its purchase of Y cost X $90m"."""
    for at in range(start, min(len(view), start + 10)):
        if view.word(at) in {"cost", "costs"}:
            return at if view.name(at + 1) is not None and view.word(at + 2) == MONEY else None
    return None


def _taken_over(view: View, at: int, owner: int | None) -> Draft | None:
    """Return what "Y's takeover by X" tells."""
    buyers = behind(view, at + 1, "by")
    told = status(view, at, None, since=owner)
    for of in range(at + 3, at + 9):
        if buyers and told is not None and view.word(of) == "of":  # "the purchase by X of Y"
            what = thing(view, of + 1, PartyRole.TARGET)
            return purchase(view, at, told, Part(buyers), what) if what.target else None
    if owner is not None:
        target = Part(_named_at(view, owner))
    else:
        mark = next((i for i in range(at - 1, max(0, at - 4), -1) if view.word(i) == "'s"), None)
        target = description(view, mark - 1, PartyRole.TARGET) if mark is not None else Part()
    if told is None or not buyers or not target:
        return None
    return purchase(view, at, told, Part(buyers), Thing(target, (), None, False, True, at + 1))


def _accepted(view: View, at: int) -> Draft | None:
    """Return what "Y accepted a takeover offer from X", "Y's owners approved X's bid" tell."""
    verb = next((i for i in range(at - 1, max(0, at - 9), -1) if view.word(i) in _ACCEPTS), None)
    if verb is None:
        return None
    owner = _possessor(view, at)
    buyers = behind(view, at + 1, "by") or behind(view, at + 1, "from") or _named_at(view, owner)
    owned = {name.named: name for _, name in view.names(0, verb) if not name.regulator}
    told = status(view, at, None, since=verb)
    itself = not owned.keys().isdisjoint(name.named for name in buyers)
    if told is None or not buyers or len(owned) != 1 or itself:
        return None
    whole = Thing(Part(tuple(owned.values())), (), None, False, True, at + 1)
    return purchase(view, at, told, Part(buyers), whole)


def of_deal(view: View, at: int) -> Draft | None:
    """Return what "a $2bn deal for 36% of Y" or "a deal to buy" with a price before it tells."""
    if view.word(at + 1) != "for":
        return None
    what = thing(view, at + 2, PartyRole.TARGET)
    told = status(view, at, None)
    if told is None or not what.target or not (what.share or what.whole):
        return None
    start = at
    while start > 0 and view.word(start - 1) in {MONEY, "all-cash", "cash"}:
        start -= 1
    who = subject(view, start, PartyRole.BUYER)
    return purchase(view, at, told, who, what) if who else None


def of_talks(view: View, at: int) -> Draft | None:
    """Return what "X is in talks with Y over a 10% stake" tells."""
    tie = at + 1
    partners: tuple[Name, ...] = ()
    if view.word(tie) == "with":
        partners, tie = joined(view, tie + 1)
    if view.word(tie) == PERCENT:
        tie -= 1  # "about a 10%" is one figure
    elif view.word(tie) not in {"over", "about", "on", "for"}:
        return None
    what = thing(view, tie + 1, PartyRole.TARGET)
    dealt = SELLING_NOUNS | BUYING_NOUNS | {"its", "their", "to"}
    if not what.share or view.word(tie + 1) in VERBS or view.has(tie + 1, what.end, dealt):
        return None
    told = status(view, at + 1, None)
    who = subject(view, at, PartyRole.BUYER)
    target = what.target or Part(partners)
    if told is None or not who or not target:
        return None
    if tie == at or view.word(tie) == NAME:
        what = replace(what, percent=unbounded(what.percent))  # "over" is no bound here
    return purchase(view, at, told, who, replace(what, target=target))


def of_investment(view: View, at: int) -> Draft | None:
    """Return what "an investment of $5m in Y by X" or "X's investment in Y" tells."""
    tie = at + 1
    if view.word(tie) in {"of", "worth"} and view.word(tie + 1) == MONEY:
        tie += 2
    if view.word(tie) == "from" and view.has(tie + 1, tie + 3, {NAME}):
        return _received(view, at, tie)
    share = view.word(tie) == "for" and view.word(tie + 1) == PERCENT
    if not (share or view.word(tie) in {"in", "into"}) or view.has(at - 4, at, _WORTH):
        return None
    owner = _possessor(view, at)
    told = status(view, at, None, since=owner)
    what = thing(view, tie + 1, PartyRole.TARGET)
    if told is None or not what.target.names:
        return None
    start = at
    while start > 0 and (view.word(start - 1) in _KINDS_OF or view.word(start - 1) == MONEY):
        start -= 1
    buyers = behind(view, what.end, "by") or behind(view, what.end, "from")
    who = Part(buyers or _named_at(view, owner)) or subject(view, start, PartyRole.BUYER)
    if not who:
        return None
    money = next((i for i in range(max(0, at - 4), tie) if view.word(i) == MONEY), None)
    return Draft(
        kind=Kind.STAKE if share else Kind.INVESTMENT,
        percent=what.percent if share else None,
        status=told,
        names=(*roles(PartyRole.BUYER, who.names), *roles(PartyRole.TARGET, what.target.names)),
        deal=at,
        amount=view.figure(money) if money is not None else price(view, at, what.end),
        when=moment(view, at),
        missing=who.missing,
    )


def _received(view: View, at: int, tie: int) -> Draft | None:
    """Return what "Y won an investment from X of about $8m" tells."""
    start = at
    while start > 0 and (view.word(start - 1) in _KINDS_OF or view.word(start - 1) == MONEY):
        start -= 1
    told = status(view, start, Form.PAST)
    buyers, end = joined(view, tie + 1 if view.name(tie + 1) is not None else tie + 2)
    target = subject(view, start, PartyRole.TARGET)
    if told is None or not target:
        return None
    return Draft(
        kind=Kind.INVESTMENT,
        status=told,
        names=(*roles(PartyRole.BUYER, buyers), *roles(PartyRole.TARGET, target.names)),
        deal=at,
        amount=next((view.figure(i) for i in range(start, end + 5) if view.word(i) == MONEY), None),
        when=moment(view, at),
        missing=target.missing,
    )


def of_selling_noun(view: View, at: int) -> Draft | None:
    if view.word(at + 1) != "of":
        return None
    owner = _possessor(view, at)
    told = status(view, at, None, since=owner)
    what = thing(view, at + 2, PartyRole.TARGET)
    if told is None or not what.target:
        return None
    sellers = behind(view, what.end, "by") or _named_at(view, owner) or _paid(view, at + 2)
    who = Part(sellers) if sellers else subject(view, at, PartyRole.SELLER)
    return sale(view, at, told, who, what)


def _paid(view: View, start: int) -> tuple[Name, ...]:
    """Return the seller in "the sale of Y shares brought X $3bn"."""
    for at in range(start, min(len(view), start + 8)):
        if view.word(at) in {"brought", "earned", "netted", "gave", "handed", "made", "left"}:
            return joined(view, at + 1)[0]
    return ()


def _possessor(view: View, at: int) -> int | None:
    """Return where the name before a noun with 's is: "Elm's acquisition"."""
    for before in range(at - 1, max(0, at - 6), -1):
        if view.word(before) == "'s":
            return before - 1 if view.name(before - 1) is not None else None
        if view.word(before) in AUXILIARIES | {"its", "the", "of", ",", "a", "said"}:
            break
    return None


def _named_at(view: View, at: int | None) -> tuple[Name, ...]:
    name = view.name(at) if at is not None else None
    return (name,) if name is not None else ()


def of_share_noun(view: View, at: int) -> Draft | None:
    """Return the holding in "X's 30% stake in Y" and "X's stake in Y stands at 30%"."""
    owner = _possessor(view, at)
    if owner is None or view.word(at + 1) != "in":
        return None
    target, end = joined(view, at + 2)
    percent = next((view.figure(i) for i in range(owner, at) if view.word(i) == PERCENT), None)
    for index in range(end, min(len(view), end + 7)):
        if percent is None and view.word(index) == PERCENT:
            percent = view.figure(index)
        if view.word(index) not in _STANDS:
            break
    told = status(view, at, None, since=owner)
    if told is None or percent is None or not target:
        return None
    coming = view.has(end, end + 2, {"will", "would"})
    return Draft(
        kind=Kind.STAKE,
        status=Status.COMPLETED if told is Status.ANNOUNCED and not coming else told,
        names=(
            *roles(PartyRole.BUYER, _named_at(view, owner)),
            *roles(PartyRole.TARGET, target),
        ),
        deal=at,
        percent=percent,
        when=moment(view, at),
    )


def of_merger(view: View, at: int, form: Form | None) -> Draft | None:
    """Return the merger of two: whoever is named first is taken to be the one that goes on."""
    told = status(view, at, form)
    if told is None or view.has(at, len(view), {"venture", "ventures"}):
        return None
    if view.word(at + 1) in {"its", "their"}:
        return None  # "merged its China business with Y's"
    names: tuple[Name, ...] = ()
    for index in range(at + 1, min(len(view), at + 8)):
        if view.name(index) is not None:
            names, _ = joined(view, index)
            break
        if view.word(index) in {"in", ",", "for", "that", "which", "under"}:
            break
    who = Part() if len(names) == 2 else subject(view, at, PartyRole.BUYER)
    pair = (*who.names, *names)
    if len(pair) != 2 or who.missing:
        return None
    return Draft(
        kind=Kind.ACQUISITION,
        status=told,
        names=((PartyRole.BUYER, pair[0]), (PartyRole.TARGET, pair[1])),
        deal=at,
        amount=price(view, at, at + 1),
        when=moment(view, at),
    )
