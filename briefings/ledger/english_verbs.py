"""What a verb of dealing tells of its subject and its object."""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import behind, purchase, sale
from briefings.ledger.english_objects import Thing, is_share_of_takings, thing
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_passives import is_passive, passive
from briefings.ledger.english_payments import invested
from briefings.ledger.english_shares import share_reached, unbounded
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import counterpart, subject
from briefings.ledger.english_view import MONEY, PERCENT, View
from briefings.ledger.english_words import (
    ASSETS,
    BUYING_NOUNS,
    NEEDS_SHARE,
    SELLING_NOUNS,
    SHARE_NOUNS,
    SHARE_ONLY,
    SHARES,
    VERBS,
    WHOLE,
    Form,
    Frame,
    Verb,
)
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

OFFICE_REACH = 14

_NO_DEAL = frozenset({"back", "time", "into", "itself"})
_NOTHING_HELD = frozenset({"part", "place", "rid"})
_PARTICLES = frozenset({"up", "over", "down", "off", "out", "of", "away"})
_WITH_UP = ("snap", "scoop")
"""Verbs that tell a purchase with "up" only."""
_KEEPS = ("keep", "kept", "retain", "w")
"""Begins of verbs of holding that tell nothing new of control: keep, retain, win."""
_OFFICES = frozenset(
    {"as", "reins", "helm", "role", "duties", "post", "job", "chief", "chairman", "chairwoman",
     "ceo", "president", "responsibilities"}
)  # fmt: skip
"""What people take over who succeed somebody."""
_STATES = frozenset({"holds", "hold", "owns", "own", "has", "have", "controls", "owned", "held"})
_CONTROL = frozenset({"private", "control"})
_OWN = frozenset({"its", "their", "the", "all"})
_VENTURES = frozenset({"venture", "ventures"})
_GETS = frozenset({"get", "gets", "got", "getting", "gotten"})
_PAST = frozenset({"parted", "got", "gotten", "cashed", "sold"})
_NOT_SOUGHT = BUYING_NOUNS | SELLING_NOUNS | {"its", "their", "whose", "to", "cut", "increase"}
"""What makes a share the matter of another deal: "considers a sale of its stake"."""


def of_verb(view: View, at: int, verb: Verb) -> Draft | None:
    """Return the deal that the verb at `at` tells."""
    following = view.word(at + 1)
    of_itself = verb.frame is Frame.SELL and view.words[at + 1 : at + 3] == ("itself", "of")
    if following != "up" and view.word(at).startswith(_WITH_UP):
        return None
    if (following in _NO_DEAL and not of_itself) or (
        verb.frame is Frame.HOLD and following in _NOTHING_HELD
    ):
        return None
    told = status(view, at, verb.form)
    if told is None:
        return None
    if verb.frame is Frame.HOLD and (paid_for := _paid_for(view, at)) is not None:
        return _sold(view, at, verb, told, thing(view, paid_for, PartyRole.TARGET))
    if verb.frame is Frame.INVEST:
        return invested(view, at, told)
    if verb.frame is Frame.SELL and _is_given(view, at):
        return of_giving(view, at)
    start = at + 2 if following in _PARTICLES else at + 3 if of_itself else at + 1
    if verb.frame is Frame.HOLD and following == "over":
        if view.has(start, start + OFFICE_REACH, _OFFICES):
            return None
        verb = replace(verb, frame=Frame.BUY)  # "take over X"
    if is_passive(view, at, verb):
        return passive(view, at, verb, told)
    what = thing(view, start, PartyRole.TARGET)
    if _is_taken_over(view, at, what):
        what = replace(what, percent=unbounded(what.percent))
    kept = view.word(at).startswith(_KEEPS)
    grasped = verb.frame in {Frame.HOLD, Frame.SEEK} and not kept
    if grasped and view.has(start, what.end, _CONTROL):
        what = replace(what, whole=True, share=True)  # "take X private", "take control of X"
    needed = verb.frame in SHARE_ONLY or view.word(at) in NEEDS_SHARE
    if (needed and not what.share) or is_share_of_takings(view, start, what.end):
        return None
    return _done(view, at, verb, told, what)


def _is_taken_over(view: View, at: int, what: Thing) -> bool:
    """Tell whether "over" is of the verb: "took over 80% of Y"."""
    return (
        what.percent is not None
        and what.percent.quantity.value > 50
        and view.word(at) in {"take", "takes", "took", "taken", "taking"}
        and view.text(at + 1, at + 2).startswith("over ")
    )


def _done(view: View, at: int, verb: Verb, told: Status, what: Thing) -> Draft | None:
    """Return what a verb with its object tells."""
    if verb.frame is Frame.SEEK:
        return _sought(view, at, told, what)
    if verb.frame in {Frame.SELL, Frame.CUT}:
        return _sold(view, at, verb, told, what)
    if verb.frame is Frame.HOLD and view.has(at + 1, what.end + 2, _VENTURES):
        return None
    return _bought(view, at, verb, told, what)


def _paid_for(view: View, at: int) -> int | None:
    """Return what follows "for" in "got $50m for its 9% stake in Y": money for what is sold."""
    money = next((i for i in range(at + 1, at + 4) if view.word(i) == MONEY), None)
    if money is None or view.word(money + 1) != "for" or view.word(money + 2) not in _OWN:
        return None
    return money + 2 if view.has(money + 3, money + 8, SHARE_NOUNS | SHARES | {PERCENT}) else None


def of_giving(view: View, at: int) -> Draft | None:
    """Return what "gave X 18% of Y" and "X gave up its stake in Y" tell."""
    done = view.word(at).endswith("ed") or view.word(at) in {"gave", "given", "left", "sold"}
    form = Form.PAST if done else Form.BASE
    if view.word(at + 1) == "up":
        return of_verb(view, at, Verb(Frame.CUT, form))
    told = status(view, at, form)
    names, end = joined(view, at + 1)
    if told is None or not names or not view.has(end, end + 3, {PERCENT}):
        return None
    what = thing(view, end + 1 if view.word(end) == "with" else end, PartyRole.TARGET)
    sold = view.word(at).startswith(("s", "hand"))
    if sold and (view.asides or view.word(end) == PERCENT) and not what.target:
        return None  # a share in something else: "sold X 20% for $5m"
    if not what.target and what.share:  # "Y issued X a 33% stake"
        what = replace(what, target=subject(view, at, PartyRole.TARGET))
    if not what.target:
        return None
    return _as_stake(purchase(view, at, told, Part(names), what), what)


def _is_given(view: View, at: int) -> bool:
    """Tell whether somebody is handed a share: "sold X an 18% stake", but no "sold X shares"."""
    names, end = joined(view, at + 1)
    return bool(names) and view.has(end, end + 2, {PERCENT}) and view.word(end) != "'s"


def of_parting(view: View, at: int) -> Draft | None:
    """Return what "parted with its stake in Y", "got rid of Y", "cashed out of Y" tell."""
    word, following = view.word(at), view.words[at + 1 : at + 3]
    parted = following[:1] == ("with",) and word.startswith("part")
    if parted or (word == "rid" and following[:1] == ("of",) and view.word(at - 1) in _GETS):
        start = at + 2
    elif following == ("out", "of") and word.startswith(("cash", "sold", "sell")):
        start = at + 3
    else:
        return None
    form = Form.PAST if view.word(at if word != "rid" else at - 1) in _PAST else Form.BASE
    told = status(view, at, form)
    what = thing(view, start, PartyRole.TARGET)
    if told is None or (word.startswith("part") and not what.share):
        return None
    return _sold(view, at, Verb(Frame.SELL, form), told, what)


def _sought(view: View, at: int, told: Status, what: Thing) -> Draft | None:
    """Return what "X is seeking a stake in Y" tells: a share that is not agreed on yet."""
    first = view.word(at + 1)
    doing = first.endswith("ing") or (first in VERBS and first not in _CONTROL)
    another = doing or view.has(at + 1, what.end, _NOT_SOUGHT)
    who = subject(view, at, PartyRole.BUYER)
    if another or not who or not what.target:
        return None
    undecided = told in {Status.ANNOUNCED, Status.COMPLETED}
    return purchase(view, at, Status.IN_TALKS if undecided else told, who, what)


def _bought(view: View, at: int, verb: Verb, told: Status, what: Thing) -> Draft | None:
    who = subject(view, at, PartyRole.BUYER)
    if not what.target:
        what = replace(what, target=_relative(view, at))
    if verb.form is Form.GERUND and view.word(at + 1) in {"its", "their"}:
        what = replace(what, target=_left_behind(view, at, who, ()) or what.target)
    if what.share and not what.target:
        what = replace(what, target=Part(counterpart(view, at)))  # "agreed with Y to buy a stake"
    if not who or not what.target:
        return None
    held = view.word(at) in _STATES
    if held and verb.form in {Form.PRESENT, Form.BASE, Form.PAST} and told is Status.ANNOUNCED:
        coming = view.has(at - 3, at, {"will", "would", "to"})
        told = Status.ANNOUNCED if coming else Status.COMPLETED
    first = view.word(at + 2 if view.word(at + 1) in _PARTICLES else at + 1)
    raised = verb.frame is Frame.RAISE or (verb.frame is Frame.HOLD and first in {"its", "their"})
    if raised:
        what = replace(what, percent=share_reached(view, what) or what.percent)
    draft = purchase(view, at, told, who, what)
    if view.word(at + 1) in {"its", "their"} and not raised:
        draft = _sold_by(draft, counterpart(view, at))
    return _as_stake(draft, what) if held or raised else draft


def _sold_by(draft: Draft, sellers: tuple[Name, ...]) -> Draft:
    """Return a purchase with those it was agreed with: "agreed with Z to buy its stake in Y"."""
    named = {name.named for _, name in draft.names}
    more = tuple(name for name in sellers if name.named not in named)
    return replace(draft, names=(*draft.names, *roles(PartyRole.SELLER, more)))


def _as_stake(draft: Draft, what: Thing) -> Draft:
    """Return a share that is held or raised as a stake, though it be more than half."""
    return replace(draft, kind=Kind.STAKE) if what.share and not what.whole else draft


def _sold(view: View, at: int, verb: Verb, told: Status, what: Thing) -> Draft | None:
    who = subject(view, at, PartyRole.SELLER)
    if not who:
        return None
    if not what.share and (
        _is_of_goods(view, at, what) or view.word(what.end) == "on" or _is_partners_aim(view, at)
    ):
        return None
    buyers = behind(view, what.end, "to") if verb.frame is Frame.SELL and what.share else ()
    if any(missing.said == "it" for missing in what.target.missing):
        return None  # "X said Y had sold 3% of it"
    if not what.target and (left := _left_behind(view, at, who, buyers)):
        what = replace(what, target=left)
    if buyers and who.names and _is_own(view, at, what):
        return purchase(view, at, told, Part(buyers), replace(what, target=who))
    if not what.target:
        what = replace(what, target=_relative(view, at))
    return sale(view, at, told, who, what) if what.target else None


def _left_behind(view: View, at: int, who: Part, buyers: tuple[Name, ...]) -> Part:
    """Return Y in "X said goodbye to Y, selling 78%": the one other who is named before."""
    if view.word(at - 1) != "," or not view.word(at).endswith("ing"):
        return Part()
    known = {name.named for name in (*who.names, *buyers)}
    others = {name.named: name for _, name in view.names(0, at) if name.named not in known}
    return Part(tuple(others.values())) if len(others) == 1 else Part()


def _is_own(view: View, at: int, what: Thing) -> bool:
    """Tell whether somebody sells shares in itself: "Y sold an 18% stake to X"."""
    if what.target or view.has(at + 1, what.end, {"in"}) or _is_of_another(view, at):
        return False
    of = next((i for i in range(at + 1, what.end) if view.word(i) == "of"), None)
    if of is None:
        return True
    if view.word(of + 1) in {"its", "their"}:
        return view.has(of + 2, of + 5, SHARES | SHARE_NOUNS | {"capital"})
    owners = view.word(of - 1) == PERCENT and view.word(at + 1) in _OWN - {"the"}
    return view.word(of + 1) in {"itself", "the", "it"} and not owners


def _is_of_another(view: View, at: int) -> bool:
    """Tell whether who sells a share is not the firm that it is a share in.

    "Larch fell 9% as Elm sold 3%", "Larch's Ann Ash sold 5%", "Ash selling 51% to Elm"
    """
    seller = at - 1
    while seller > 0 and view.word(seller) in {"has", "had", "have", "will", "also", "then"}:
        seller -= 1
    name = view.name(seller)
    if name is None:
        return view.word(seller) in {"which", "who"}
    before = view.word(seller - 1)
    if before in {"as", "when", "after", "while", "because", "whereas"} and seller > 1:
        return any(True for _ in view.names(0, seller - 1))
    person = before == "'s" and name.organisation is None
    return person or (view.word(at).endswith("ing") and seller == at - 1)


def _is_of_goods(view: View, at: int, what: Thing) -> bool:
    """Tell whether "sell the goods of Y" is of trade: Y itself is not what is sold."""
    if view.word(at + 1) in _PARTICLES:
        return False
    for of in range(at + 2, what.end):
        if view.word(of) in {"of", "by", "from"} and view.name(of + 1) is not None:
            return view.word(of - 1) not in ASSETS | SHARES | WHOLE | BUYING_NOUNS
    return False


def _is_partners_aim(view: View, at: int) -> bool:
    """Tell whether "works with Y to sell" says what two do in the market."""
    return (
        view.word(at - 1) == "to" and view.name(at - 2) is not None and view.word(at - 3) == "with"
    )


def _relative(view: View, at: int) -> Part:
    """Return what a relative clause is about: "Ele.me, which Alibaba bought"."""
    for before in range(at - 1, max(0, at - 7), -1):
        if view.word(before) in {"which", "that"}:
            behind = before - 1 if view.word(before - 1) == "in" else before
            comma = view.word(behind - 1) == ","
            behind -= 2 if comma else 1
            name = view.name(behind)
            if view.word(behind - 1) in {"by", "from", "and", "&"}:
                return Part()  # "a round led by Z, in which X sold shares"
            if comma and view.has(behind - 3, behind - 1, SHARE_NOUNS | SHARES):
                return Part()  # "its stake in Y, which it first bought in 2000"
            return Part((name,)) if name is not None else Part()
    return Part()
