"""Which share, which price and which date an English deal keeps: those that are plainly its own.

"trim its 26% stake"                  -> 26% is not what is sold
"7% of Larch, 4% of a $10bn fund"     -> no price
"Founded in 1999, Elm bought Larch"   -> no date

A figure belongs to one deal: where two would have it, the nearer keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_parts import joined
from briefings.ledger.english_view import MONEY, PERCENT, View
from briefings.ledger.english_whose import position
from briefings.ledger.english_words import (
    BACKGROUND,
    FRACTIONS,
    PREPOSITIONS,
    SPENDING,
    VERBS,
    Frame,
)
from briefings.ledger.name_words import words_of
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure
from briefings.text.periods import Moment

_SOME = words_of("part parts some more much most half slice portion chunk fraction bit lots piece")
_OWN = words_of("its their his her")
_LESSENING = words_of("trim cut reduce pare lower slash whittle shrink")
_BEHIND_AT = words_of("valued priced")
_NO_PRICE_BEHIND = words_of("""
loan loans loss losses offering fund debt value valuation contract funding-round dividend
""")
_NO_PRICE_BEFORE = words_of("""
loan loans debt fund profit contract issue offering ipo portfolio value capitalisation
capitalization
""")
_NOT_OWNED = words_of("money portfolio assets time costs budget income cash wealth fund funds")
_COMPARED = words_of("more less lower higher cheaper below above")
_IS = words_of("is are was were be been being remains , also about around now already")
_STARTED = words_of("""
founded started established created launched born spun listed set formed floated incorporated
""")
_NOT_THEN = words_of("than until since within unlike ago valued worth")
_SUBORDINATE = words_of("which while whereas whose having")
_TELLING = words_of("has had will plans put puts paid spent led")
_RELATIVES = words_of("which who whose")


def with_own_figures(view: View, draft: Draft) -> Draft | None:
    """Return the draft with the figures and the date that are plainly its own.

    None where a pair of shares leaves open who has which: "Elm and Larch hold 7% and 5% of Ash".
    """
    share = _place(view, draft.percent)
    if share is not None and _is_paired(view, share):
        return None
    if share is not None and (_is_of_a_part(view, share) or _is_apart(view, share, draft)):
        if draft.kind is not Kind.DIVESTMENT:
            return None
        draft = replace(draft, percent=None)
    if share is not None and _is_someones(view, draft):
        return None
    cost = _place(view, draft.amount)
    if cost is not None and (_is_no_price(view, cost, draft) or _is_holdings_worth(view, cost)):
        draft = replace(draft, amount=None)
    then = _moment_place(view, draft.when)
    if then is not None and (
        _is_history(view, then, draft.deal)
        or _is_compared(view, then)
        or (then > draft.deal and _is_of_a_thing(view, then))
        or _is_of_what_was(view, then, draft)
        or _is_of_next(view, then, draft.deal, share)
    ):
        draft = replace(draft, when=None)
    return draft


def each_once(view: View, found: Sequence[Draft]) -> list[Draft]:
    """Return the drafts, a price and a date that several would have left to the nearest.

    "Elm bought 18% of Larch in 2013 and all of Ash in 2016": 2016 is not the date of both.
    """
    return [
        replace(
            draft,
            amount=draft.amount if _is_nearest(view, draft, draft.amount, found) else None,
            when=draft.when if _is_dated(view, draft, found) else None,
        )
        for draft in found
    ]


def _is_nearest(view: View, draft: Draft, figure: Figure | None, found: Sequence[Draft]) -> bool:
    at = _place(view, figure)
    if at is None:
        return True
    rivals = [
        other
        for other in found
        if other is not draft and other.amount is figure and not _is_one(draft, other)
    ]
    if rivals and draft.kind is Kind.REGULATORY:
        return False
    return all(_distance(view, draft, at) < _distance(view, other, at) for other in rivals)


def _is_dated(view: View, draft: Draft, found: Sequence[Draft]) -> bool:
    """Tell whether a date is that of a deal: it opens the sentence, or no other deal is nearer."""
    at = _moment_place(view, draft.when)
    if at is None:
        return True
    rivals = [
        other
        for other in found
        if other is not draft and other.when is draft.when and not _is_one(draft, other)
    ]
    if not rivals or any(Kind.REGULATORY is one.kind for one in (draft, *rivals)):
        return True
    if at < min(one.deal for one in (draft, *rivals)):
        return True
    return all(_distance(view, draft, at) < _distance(view, other, at) for other in rivals)


def _is_one(one: Draft, other: Draft) -> bool:
    """Tell whether two drafts are of the same target: two sides of one deal."""
    if Kind.REGULATORY in {one.kind, other.kind}:
        return other.kind is Kind.REGULATORY
    ours, theirs = ({n.key for n in d.named(PartyRole.TARGET)} for d in (one, other))
    return bool(ours & theirs)


def _distance(view: View, draft: Draft, at: int) -> int:
    """Return how far the last word of a draft before `at` stands from it."""
    places = [place for _, name in draft.names if (place := position(view, name)) is not None]
    before = [place for place in (*places, draft.deal) if place < at]
    return at - max(before) if before else len(view) + min((*places, draft.deal)) - at


def _place(view: View, figure: Figure | None) -> int | None:
    if figure is None:
        return None
    return next((at for at, item in enumerate(view.items) if item.figure is figure), None) or next(
        (at for at, i in enumerate(view.items) if i.figure and i.figure.start == figure.start), None
    )


def _moment_place(view: View, moment: Moment | None) -> int | None:
    if moment is None:
        return None
    return next((at for at, item in enumerate(view.items) if item.moment is moment), None)


# --- shares ---------------------------------------------------------------------------------------


def _is_paired(view: View, at: int) -> bool:
    """Tell whether shares are told in a row: "7% and 5.5% of Larch", "10%, 9% and 3%"."""
    behind = view.words[at + 1 : at + 3]
    before = view.words[max(0, at - 2) : at]
    return behind in {("and", PERCENT), ("to", PERCENT)} or before == (PERCENT, "and")


def _is_of_a_part(view: View, at: int) -> bool:
    """Tell whether a share is the whole holding of which a part is sold.

    "part of its 17% stake", "trim its 26% stake", "sell down its 25%", "a tenth of Elm's 12%"
    """
    before = view.word(at - 1)
    if view.word(at + 1) in _COMPARED:
        return True  # "bought 100% more of Larch"
    if before not in _OWN | {"'s"}:
        return False
    start = at - 2 if before in _OWN else at - 3
    if view.word(start) == "of":
        part = view.word(start - 1)
        return part in _SOME | FRACTIONS or part.endswith(("th", "ths"))
    verb = VERBS.get(view.word(start))
    lessens = verb is not None and verb.frame in {Frame.CUT, Frame.RAISE}
    down = view.word(start) == "down" and view.word(start - 1).startswith(("sell", "sold"))
    return before in _OWN and (lessens or down or view.word(start) in _LESSENING)


def _is_apart(view: View, at: int, draft: Draft) -> bool:
    """Tell whether a share is of another matter: "70% of rides and 1% of Larch"."""
    targets = [p for n in draft.named(PartyRole.TARGET) if (p := position(view, n)) is not None]
    behind = [place for place in targets if place > at]
    if not view.together(at, draft.deal) or _is_of_something(view, at):
        return True
    if targets and not behind:
        verb = VERBS.get(view.word(max(targets) - 1))
        raised = verb is not None and verb.frame is Frame.RAISE and max(targets) == at - 1
        return raised or view.words[at + 1 : at + 3] in {("of", "a"), ("of", "an")}
    if not behind or len(behind) < len(targets):
        return False
    if view.words[max(behind) + 1 : max(behind) + 3] == ("'s", PERCENT):
        return True  # "85% of Elm's 29%"
    between = view.words[at + 1 : min(behind)]
    tie = next((i for i, word in enumerate(between) if word in {"of", "in"}), len(between))
    of_rides = between[:1] == ("of",) and "and" in between
    return PERCENT in between or "and" in between[:tie] or of_rides


def _is_of_something(view: View, at: int) -> bool:
    """Tell whether a share is of what nobody sells: "16% of its money in Elm"."""
    if view.word(at + 1) != "of" or view.word(at + 2) not in _OWN:
        return False
    return view.word(at + 3) in _NOT_OWNED


def _is_someones(view: View, draft: Draft) -> bool:
    """Tell whether a share is told by its holder alone: "bid for 37% held by Ash"."""
    by = view.words[draft.deal - 1 : draft.deal + 2 : 2] == (PERCENT, "by")
    return by and view.word(draft.deal - 2) not in _IS


# --- prices ---------------------------------------------------------------------------------------


def _is_no_price(view: View, at: int, draft: Draft) -> bool:
    """Tell whether money is a valuation, a loan, a fund: "at $32 billion", "of a $10bn fund"."""
    before, behind = view.word(at - 1), view.word(at + 1)
    if behind in _NO_PRICE_BEHIND or view.has(at - 3, at, _NO_PRICE_BEFORE):
        return True
    if before == "at" and view.word(at - 2) not in _BEHIND_AT:
        return draft.kind in {Kind.STAKE, Kind.INVESTMENT}
    if view.words[max(0, at - 3) : at - 1] == ("part", "of"):
        return True
    if before == "with" and draft.kind is Kind.ACQUISITION and at > draft.deal:
        return True
    if view.word(draft.deal + 1) == MONEY and at > draft.deal + 1:
        return True  # "bought $20 million of Elm in 2000, $60 million more in 2003"
    return _is_of_others_clause(view, at, draft)


def _is_of_others_clause(view: View, at: int, draft: Draft) -> bool:
    """Tell whether a clause of its own stands between a deal and money: "while Elm ... $15bn"."""
    if at <= draft.deal:
        return False
    for between in range(draft.deal + 1, at):
        tied = view.word(between) == "which" and view.word(between - 1) in PREPOSITIONS
        done = view.word(between) == "having" and view.word(between + 1) in VERBS
        if view.word(between) in _SUBORDINATE and not (tied or done):
            if view.together(between, draft.deal):
                return True
            continue
        if view.word(between) in {",", "and", "when"} and view.name(between + 1) is not None:
            named = view.items[between + 1].name
            _, end = joined(view, between + 1)
            following = view.word(end)
            ours = any(named is name for _, name in draft.names)
            aside = following == "," and view.has(end + 1, end + 3, _RELATIVES)
            if not ours and (aside or following in VERBS or following in _TELLING):
                return True
    return False


def _is_holdings_worth(view: View, at: int) -> bool:
    """Tell whether money is what a whole holding is worth: "part of its stake, worth $24bn"."""
    if view.word(at - 1) not in {"worth", "at"} or view.word(at - 2) not in {",", "valued"}:
        return False
    before = view.words[max(0, at - 14) : at]
    return any(
        word in _SOME and before[index + 1 : index + 2] == ("of",)
        for index, word in enumerate(before)
    )


# --- dates ----------------------------------------------------------------------------------------


def _is_history(view: View, at: int, deal: int) -> bool:
    """Tell whether a date is of a beginning told first: "Founded by Ash in 1999, Elm bought"."""
    if at < deal and view.word(0) in _STARTED and "," in view.words[at:deal]:
        return True
    comma = next((i for i in range(at, max(0, at - 8), -1) if view.word(i) == ","), None)
    begun = comma is not None and view.has(comma + 1, comma + 3, _STARTED)
    return begun and not (comma is not None and comma < deal < at)


def _is_of_next(view: View, at: int, deal: int, share: int | None) -> bool:
    """Tell whether a date is of another share told behind: "8% at its IPO, 6% in 2018"."""
    if share is not None and share < at and PERCENT in view.words[share + 1 : at]:
        return True
    return any(
        view.name(between) is not None
        and view.word(between + 1) in SPENDING
        and view.word(between - 1) not in {",", "that"}
        for between in range(deal + 1, at)
    )


def _is_of_a_thing(view: View, at: int) -> bool:
    """Tell whether a date only says which thing is meant: "a year after its 2017 listing"."""
    after = view.word(at + 1)
    return view.word(at - 1) in {"its", "their"} and after.isalpha() and after not in PREPOSITIONS


def _is_of_what_was(view: View, at: int, draft: Draft) -> bool:
    """Tell whether a date is of what a deal follows, or a fine is for: "after the sale of 2021"."""
    begun = {"begun", "started"} | (set() if draft.kind is Kind.PARTNERSHIP else {"signed"})
    if at > draft.deal and view.has(at - 2, at, begun):
        return True
    if draft.kind is Kind.REGULATORY:
        return view.has(draft.deal, at, {"over", "including", "dating", "violations"})
    return at > draft.deal and view.word(at - 1) == "of" and view.has(at - 5, at, {"after"})


def _is_compared(view: View, at: int) -> bool:
    """Tell whether a date is only compared with, or a limit: "less than agreed in 2020"."""
    if view.has(at + 1, at + 2, {"ago"}) or view.has(at - 4, at, _NOT_THEN):
        return True
    if view.words[max(0, at - 2) : at] in {("back", "to"), ("back", "as")}:
        return True  # "deals going back to 2012"
    said = view.text(at, at + 1).casefold()
    if any(view.text(i, i + 1).endswith("ago") for i in range(max(0, at - 2), at)):
        return True  # "five years ago this week"
    return said.startswith("until") or view.has(at + 1, at + 3, BACKGROUND)
