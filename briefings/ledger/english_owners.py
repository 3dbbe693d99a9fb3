"""Whose a figure is, in an English sentence."""

from __future__ import annotations

from dataclasses import dataclass

from briefings.facts import PartyRole
from briefings.ledger.english_metric_words import FALLS, HAVING, METRIC_LINKS, RISES
from briefings.ledger.english_parts import Part, coordinated, joined
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MOMENT, NAME, View
from briefings.ledger.english_words import PREPOSITIONS, PRONOUNS_ONE, VERBS, Form
from briefings.ledger.metrics import Term
from briefings.ledger.names import Name
from briefings.ledger.sentence import Missing, Stand

OWNER_REACH = 16
"""How many items before its figure the owner may stand."""
_OF = frozenset({"at", "of", "for", "on", "across", "from"})
"""What ties a metric to whose it is: "revenue at X", "users of X", "customers on X"."""
SHARES_OF = frozenset({"share", "shares", "stock", "stocks"})


_PERIODS = frozenset({"year", "quarter", "half", "month", "period", "week"})
_DOING_BUSINESS = frozenset(
    {"sell", "sold", "selling", "trade", "traded", "trading", "shop", "shopped", "shopping", "use",
     "used", "using", "do", "did", "earn", "earned", "earning", "offer", "offered", "offering",
     "advertise", "advertised", "deliver", "delivered", "delivering", "ride", "drive", "order",
     "ordered", "buy", "bought", "pay", "paid", "operate", "operated", "run", "ran", "open",
     "opened", "stream", "streamed", "publish", "post", "posted", "listen", "watch", "watched",
     "work", "worked", "working", "make", "made", "live", "rely", "relied", "book", "booked",
     "active", "registered", "listed", "present"}
)  # fmt: skip
"""What users, merchants and couriers do with or for somebody."""
_OUTDONE = frozenset(
    {"overtook", "overtaking", "overtaken", "beat", "beats", "beating", "surpassed", "surpassing",
     "passed", "passing", "outdid", "trails", "trailed", "trailing", "rivals", "leapfrogged"}
)  # fmt: skip
"""Behind these stands whom somebody else's figure is compared with."""
_SPENDINGS = frozenset({"capital expenditure", "research spending"})
"""Behind these "on" stands what is bought: "spent $1bn on Nvidia chips"."""
_SERVED_BY = frozenset({"on", "through", "via", "with", "for", "over", "across", "at"})


@dataclass(frozen=True, slots=True)
class Found:
    """A metric at [start:end] of the items, with its figure at `figure` where it has one."""

    term: Term
    start: int
    end: int
    figure: int | None
    row: tuple[int, int | None] | None = None
    """Where a row of metrics begins that it stands in, and its own change in percent."""


def owner_of(view: View, found: Found, left: int, place: int, wanted: bool) -> Part:
    used = next((i for i in range(place + 1, place + 5) if view.word(i) in {"use", "used"}), None)
    if used is not None and view.name(used + 1) is not None:
        return Part(joined(view, used + 1)[0][:1])
    if found.figure is not None and found.figure < found.start:
        served = _served_at(view, found.end)
        if served is not None:
            return Part((served,))
    attributable = _is_attributable(view, found.end)
    tie = _past_period(view, found.end)
    if view.word(tie) in {"from", "in"} and view.name(tie + 1) is None:
        tie = _past_segment(view, tie)
    spent = found.term.name in _SPENDINGS and view.word(tie) == "on"
    if (view.word(tie) in _OF and not spent) or attributable:
        behind = view.name(tie + 1)
        if behind is not None and view.word(tie) == "from" and _is_a_customer(view, tie + 1):
            return Part()
        if behind is not None:
            return Part((behind,))
    between = range(min(place, found.start), max(place, found.start))
    for at in between:
        name = view.name(at) if view.word(at - 1) == "at" else None
        if name is not None and at > found.end:
            return Part((name,))
        if view.word(at) == "'s" and view.name(at - 1) is not None:
            inner = view.items[at - 1].name
            if wanted and inner is not None:
                outer = _actor(view, left)
                return outer if outer.names else Part((inner,))
            return Part((inner,)) if inner is not None else Part()
    actor = _actor(view, left)
    if actor.names:
        return actor
    return _attributed(view) or _opened_by(view, place) or actor


def _is_a_customer(view: View, at: int) -> bool:
    """Tell whether a whole firm is whom money comes from: "Weibo's revenue from Alibaba"."""
    name = view.name(at)
    whole = name is not None and name.named in {name.organisation, view.text(at, at + 1)}
    return whole and view.word(at + 1) != "'s"


def _past_period(view: View, end: int) -> int:
    """Return where "revenue for the year at X" goes on."""
    if view.word(end) not in {"for", "in"}:
        return end
    at = end + 2 if view.word(end + 1) in {"the", "its", "last"} else end + 1
    while view.word(at) in {"full", "first", "second", "third", "fourth", "whole", "financial"}:
        at += 1
    period = view.word(at) in _PERIODS or view.word(at) == MOMENT
    return at + 1 if period and view.word(at + 1) in {"at", "of"} else end


def _served_at(view: View, end: int) -> Name | None:
    """Return X in "50,000 merchants sell goods on X": where those counted do business."""
    at = end
    while view.word(at) in {"now", "already", "also", "currently", "have", "regularly", "are"}:
        at += 1
    if view.word(at) not in _DOING_BUSINESS:
        return None
    for ahead in range(at + 1, at + 7):
        name = view.name(ahead)
        if name is not None:
            tied = view.word(ahead - 1) in _SERVED_BY or view.word(ahead - 1) in _DOING_BUSINESS
            return name if tied and view.word(ahead + 1) != "'s" else None
        if not view.word(ahead).replace("-", "").isalpha():
            return None
    return None


def _actor(view: View, left: int) -> Part:
    """Return whom the words before a figure are about: its possessor, else the subject."""
    for at in range(left - 1, max(-1, left - 5), -1):
        if view.word(at) in HAVING and not view.has(at + 1, left, {NAME, "'s", "its", "their"}):
            if view.word(at) == "with":
                return _accompanied(view, at)
            return subject(view, at, PartyRole.SUBJECT)
    for at in _reach(view, left):
        word = view.word(at)
        if word in {";", "."}:
            break
        if word in {"its", "their"} and at >= left - 4:
            return _subject_before(view, at)
        if word in PRONOUNS_ONE and word != "itself":
            return subject(view, at + 1, PartyRole.SUBJECT)
        if word == NAME and (owner := _named_owner(view, at, left)) is not None:
            return owner
    return Part()


def _accompanied(view: View, at: int) -> Part:
    """Return whose figure "with" at `at` adds: "X, with 400 shops", "X ended the year with 400".

    Behind a comma it is of whom stands right before that, and of nobody where that is no name; what
    outdoes another with a figure is not that other.
    """
    if view.has(at - 4, at, _OUTDONE):
        return Part()
    beside = at - 2 if view.word(at - 1) == "," else at - 1
    name = view.name(beside)
    if name is not None:
        return Part((name,))
    if beside == at - 2 and not (view.closed_at(at - 1) or view.asides):
        return Part()
    return subject(view, at, PartyRole.SUBJECT)


def _reach(view: View, left: int) -> tuple[int, ...]:
    """Return the places before a figure where its owner may stand, none of another clause."""
    near = range(left - 1, max(-1, left - 1 - 3 * OWNER_REACH), -1)
    return tuple(at for at in near if view.together(at, left))[:OWNER_REACH]


def _named_owner(view: View, at: int, left: int) -> Part | None:
    """Return whose the figure is if a name at `at` tells, None if another word has to."""
    name = view.name(at)
    before, after = view.word(at - 1), view.word(at + 1)
    if name is None or after in SHARES_OF or before in {"than", "like", "unlike"}:
        return Part()
    owned = view.word(at - 3) if before == "'s" else before
    if owned in _OUTDONE:
        return Part()
    if after == "'s":
        return Part() if view.has(at + 2, left, SHARES_OF) else Part((name,))
    if before == "of":
        if view.has(at - 5, at - 1, {"part", "unit", "owner"}):
            return None
        return Part((name,)) if left - at < 6 else Part()
    return None if before in PREPOSITIONS else Part(coordinated(view, at))


def _subject_before(view: View, at: int) -> Part:
    deal = next(
        (
            i
            for i, word in enumerate(view.words[:at])
            if word in VERBS and VERBS[word].form in {Form.PAST, Form.PRESENT, Form.BASE}
        ),
        None,
    )
    if deal is not None and view.together(deal, at) and view.has(deal + 1, at, {"and", "as"}):
        who = subject(view, deal, PartyRole.SUBJECT)  # "sold Y shares and its users grew"
        if len(who.names) == 1:
            return who
    for before in range(at - 1, -1, -1):
        name = view.name(before)
        if not view.together(before, at):
            continue
        if name is not None and view.word(before - 1) not in PREPOSITIONS:
            return Part(coordinated(view, before))
    return Part((), (Missing(PartyRole.SUBJECT, Stand.ONE, view.word(at)),))


def _attributed(view: View) -> Part:
    """Return who says it of itself: "The microblog has ..., according to Weibo"."""
    names = list(view.names(0, len(view)))
    if len({name.key for _, name in names}) != 1:
        return Part()
    at, name = names[0]
    said = view.word(at + 1) in {"said", "says", "reported"} and view.word(at - 1) == ","
    told = view.words[at - 2 : at] == ("according", "to") or (said and name.organisation)
    return Part((name,)) if told else Part()


def _opened_by(view: View, place: int) -> Part:
    """Return whom a figure that opens the sentence is of: "With 3 million users, X is ..."."""
    if view.word(0) not in {"with", "having", "boasting", "at", "commanding", "counting"}:
        return Part()
    for at in range(place, min(len(view), place + OWNER_REACH)):
        if view.word(at) == "," and view.name(at + 1) is not None:
            return Part(joined(view, at + 1)[0][:1])
    return Part()


def _is_attributable(view: View, end: int) -> bool:
    return view.word(end - 1) == "attributable" and view.word(end) == "to"


def _past_segment(view: View, end: int) -> int:
    """Return where "revenue from online advertising rose" goes on: at its verb, or its owner."""
    at = end + 1
    while view.word(at).replace("-", "").isalpha() and at < end + 6:
        if view.word(at) in _OF and view.name(at + 1) is not None:
            return at
        if view.word(at) in RISES | FALLS | {"was", "were", "came", "reached", "hit", "totalled"}:
            return at
        at += 1
    return end


def past_owner(view: View, end: int) -> int:
    """Return where "net profit at Tencent" or "revenue of its cloud unit" goes on."""
    end = _past_period(view, end)
    if view.word(end) in {"from", "in"}:
        end = _past_segment(view, end)
    ties = _OF | ({"to"} if _is_attributable(view, end) else set())
    if view.word(end) not in ties or view.name(end + 1) is None:
        return end
    _, at = joined(view, end + 1)
    if view.word(at) == "'s":
        at += 1
        while view.word(at).isalpha() and view.word(at) not in METRIC_LINKS and at < end + 7:
            at += 1
    return at
