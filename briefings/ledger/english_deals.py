"""Stakes, acquisitions, divestments and investments that an English sentence tells.

a verb or a noun of dealing -> its frame -> subject, object, others -> Draft
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import behind, purchase, sale
from briefings.ledger.english_figures import (
    moment,
    price,
    price_at,
    share_before,
    share_for,
    share_reached,
)
from briefings.ledger.english_nouns import (
    for_whom,
    of_buying_noun,
    of_merger,
    of_selling_noun,
    of_share_noun,
)
from briefings.ledger.english_objects import Thing, thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MONEY, PERCENT, View
from briefings.ledger.english_words import (
    BUYING_NOUNS,
    DETERMINERS,
    MERGING,
    NEEDS_SHARE,
    SELLING_NOUNS,
    SHARE_NOUNS,
    SHARE_ONLY,
    VERBS,
    Form,
    Frame,
    Verb,
)
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

_NO_DEAL = frozenset({"back", "time", "into", "itself"})
_NOTHING_HELD = frozenset({"part", "place"})
_BE = frozenset({"be", "been", "being", "is", "are", "was", "were"})
_PAYS = frozenset({"pay", "pays", "paid", "paying"})


def deals(view: View) -> Iterator[Draft]:
    """Yield the deals a sentence tells, in the order of their words."""
    for at, word in enumerate(view.words):
        verb = VERBS.get(word)
        if verb is not None and not _is_noun(view, at, verb):
            draft = _of_verb(view, at, verb)
        elif word in _PAYS:
            draft = _of_payment(view, at)
        elif word in BUYING_NOUNS or (word in {"bid", "offer", "bids"} and for_whom(view, at)):
            draft = of_buying_noun(view, at)
        elif word in SELLING_NOUNS:
            draft = of_selling_noun(view, at)
        elif word in SHARE_NOUNS:
            draft = of_share_noun(view, at)
        elif word in MERGING or word == "merger":
            draft = of_merger(view, at, MERGING.get(word))
        else:
            continue
        if draft is not None:
            yield draft


# --- verbs --------------------------------------------------------------------------------------


def _is_noun(view: View, at: int, verb: Verb) -> bool:
    """Tell whether a word that looks like a verb is none here: "the purchase", "its holding"."""
    before, word = view.word(at - 1), view.word(at)
    if word in {"purchase", "purchases", "transfer", "transfers", "raise", "cut", "cuts", "exit"}:
        return before in DETERMINERS | {"'s", "proposed", "and", "of", "planned"} or (
            word == "purchase" and view.word(at + 1) in {"of", "price", "agreement"}
        )
    if verb.form is Form.GERUND and before in {"a", "an", "the", "its", "their", "'s"}:
        return True
    if word in SHARE_NOUNS and verb.form in {Form.GERUND, Form.PRESENT}:
        return view.word(at + 1) not in {PERCENT, "a", "an"}
    if word in {"own", "held", "controlled", "owned", "built"} and verb.form is not Form.PRESENT:
        return before in {"its", "their", "his", "'s", "privately", "publicly", "wholly", "closely"}
    return word in {"have", "has", "had", "having"} and view.word(at + 1) not in {"a", "an", "%"}


def _of_verb(view: View, at: int, verb: Verb) -> Draft | None:
    following = view.word(at + 1)
    if following in _NO_DEAL or (verb.frame is Frame.HOLD and following in _NOTHING_HELD):
        return None
    told = status(view, at, verb.form)
    if told is None:
        return None
    if verb.frame is Frame.INVEST:
        return _invested(view, at, told)
    start = at + 2 if view.word(at + 1) in {"up", "over", "down", "off", "out"} else at + 1
    if _is_passive(view, at, verb):
        return _passive(view, at, verb, told)
    acting = PartyRole.SELLER if verb.frame in {Frame.SELL, Frame.CUT} else PartyRole.BUYER
    what = thing(view, start, PartyRole.TARGET)
    if verb.frame is Frame.HOLD and view.has(start, what.end, {"private", "control"}):
        what = replace(what, whole=True, share=True)  # "take X private", "take control of X"
    if (verb.frame in SHARE_ONLY or view.word(at) in NEEDS_SHARE) and not what.share:
        return None
    who = subject(view, at, acting)
    if not what.target:
        what = replace(what, target=_relative(view, at))
    if not who or not what.target:
        return None
    if verb.frame in {Frame.SELL, Frame.CUT}:
        return sale(view, at, told, who, what)
    if verb.frame is Frame.HOLD and verb.form in {Form.PRESENT, Form.BASE, Form.PAST}:
        held = view.word(at) in {"holds", "hold", "owns", "own", "has", "have", "controls"}
        told = Status.COMPLETED if held and told is Status.ANNOUNCED else told
    if verb.frame is Frame.RAISE:
        what = replace(what, percent=share_reached(view, what) or what.percent)
    return purchase(view, at, told, who, what)


def _relative(view: View, at: int) -> Part:
    """Return what a relative clause is about: "Ele.me, which Alibaba bought"."""
    for before in range(at - 1, max(0, at - 7), -1):
        if view.word(before) in {"which", "that"}:
            behind = before - 1 if view.word(before - 1) == "in" else before
            comma = view.word(behind - 1) == ","
            name = view.name(behind - 2 if comma else behind - 1)
            return Part((name,)) if name is not None else Part()
    return Part()


def _is_passive(view: View, at: int, verb: Verb) -> bool:
    if verb.form not in {Form.PAST, Form.PARTICIPLE}:
        return False
    before = at - 1
    while view.word(before).endswith("ly") or view.word(before) in {"also", "already", "now"}:
        before -= 1
    if view.word(before) in _BE:
        return True
    return view.word(at + 1) == "by" and view.word(before) not in {"has", "have", "had"}


def _passive(view: View, at: int, verb: Verb, told: Status) -> Draft | None:
    target = subject(view, at, PartyRole.TARGET)
    by = behind(view, at + 1, "by")
    if not target:
        return None
    what = Thing(target, (), share_before(view, at), False, True, at + 1)
    if verb.frame is Frame.BUY and by:
        return purchase(view, at, told, Part(by), what)
    if verb.frame is Frame.HOLD and by and what.percent is not None:
        return purchase(
            view, at, Status.COMPLETED, Part(by), replace(what, share=True, whole=False)
        )
    if verb.frame is Frame.SELL and view.word(at) == "sold":
        buyers = behind(view, at + 1, "to")
        if by or buyers:
            return sale(view, at, told, Part(by), what)
    return None


def _of_payment(view: View, at: int) -> Draft | None:
    """Return what "X will pay $ for Y" tells."""
    money = next((i for i in range(at + 1, min(at + 7, len(view))) if view.word(i) == MONEY), None)
    if money is None or not view.has(money + 1, money + 5, {"for"}):
        return None
    start = next(i for i in range(money + 1, money + 5) if view.word(i) == "for") + 1
    what = thing(view, start, PartyRole.TARGET)
    who = subject(view, at, PartyRole.BUYER)
    form = Form.PAST if view.word(at) == "paid" else Form.BASE
    told = status(view, at, form)
    if told is None or not who or not what.target or _is_passive(view, at, Verb(Frame.BUY, form)):
        return None
    return replace(purchase(view, at, told, who, what), amount=price_at(view, money))


def _invested(view: View, at: int, told: Status) -> Draft | None:
    inside = next(
        (i for i in range(at + 1, min(at + 12, len(view))) if view.word(i) in {"in", "into"}), None
    )
    if inside is None:
        return None
    what = thing(view, inside + 1, PartyRole.TARGET)
    target = what.target.names
    if (
        view.word(what.end) in {"such", ",", "including", "like"}
        or view.word(what.end - 1) == "such"
    ):
        target = _first_names(view, what.end, what.end + 5) or target
    who = subject(view, at, PartyRole.BUYER)
    if not who or not (target or what.target.missing):
        return None
    missing = (*who.missing, *(() if target else what.target.missing))
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


def _first_names(view: View, start: int, stop: int) -> tuple[Name, ...]:
    for at, _ in view.names(start, stop):
        return joined(view, at)[0]
    return ()
