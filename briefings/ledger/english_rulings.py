"""What regulators and courts do to organisations, in an English sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_drafts import behind
from briefings.ledger.english_figures import moment
from briefings.ledger.english_parts import Part, joined, once, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MONEY, NAME, View
from briefings.ledger.english_words import BACKGROUND, BUYING_NOUNS, PREPOSITIONS, Form
from briefings.ledger.name_words import COUNTRIES, PUBLIC_BODIES
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

_FINES = frozenset({"fined", "fines", "penalised", "penalized", "fining"})
_ACTS = _FINES | frozenset(
    {
        "investigates", "investigated", "investigating", "probes", "probed", "probing", "sued",
        "sues", "suing", "approved", "approves", "cleared", "clears", "blocked", "blocks", "banned",
        "bans", "ordered", "orders", "charged", "summoned", "sanctioned", "rejected", "slapped",
        "subpoenaed", "blacklisted", "told", "instructed",
        "reprimanded", "raided", "accused", "accuses", "penalising", "penalizing", "barred", "bars",
        "prohibited", "prohibits", "forbade", "vetoed", "suspended", "suspends", "halted",
    }
)  # fmt: skip
_SUITS = frozenset({"sued", "sues", "suing"})
_CASES = re.compile(
    r" (?:(?:anti-?trust |anti-monopoly |competition |criminal |formal |in-depth |regulatory )*"
    r"(?:investigation|probe|inquiry|enquiry|proceedings|lawsuit|suit|case"
    r"|(?:security|cybersecurity|data|antitrust|national-security) review))"
    r" (?:into|against|of|on) | under (?:\S+ ){0,2}?(?:investigation|scrutiny|inquiry|probe) "
    r"| (?:faces?|facing|faced) (?:(?!over |for |in |on |of |@ )\S+ ){0,4}?"
    r"(?:investigation|probe|inquiry|lawsuit|suit) "
)
_APPROVAL = re.compile(
    r" (?:won|wins|receiv(?:ed|es)|obtain(?:ed|s)|secur(?:ed|es)|got|gets|gained|been granted"
    r"|been given|was granted|was given|cleared) (?:\S+ ){0,4}?"
    r"(?:approval|clearance|licen[cs]es?|go-ahead|permission|nod|consent|green light|blessing) "
)
_BLESSED = re.compile(
    r" (?:(?:gave|gives?|given|granted|grants) (?:@ )?(?:\S+ ){0,3}?(?:approval|clearance|go-ahead"
    r"|consent|nod|green light|blessing|permission|licen[cs]es?)"
    r"|wave[sd] through|sign(?:s|ed) off on|green-?li(?:t|ghted)"
    r"|(?:beg[au]n |are |is |been |started )looking into"
    r"|(?:put|puts|placed|added) @ (?:on|to) (?:\S+ ){0,4}?(?:list|blacklist)) "
)
_PAYS = re.compile(
    r" (?:pay|pays|paid|paying) \$ (?:\S+ ){0,3}?(?:for|over) (?:\S+ )?(?:misleading|breaking"
    r"|breaching|violating|failing|flouting|infringing|abusing|forcing|evading|defrauding|ignoring"
    r"|monopolistic|violations?|breach(?:es)?|infringements?|fraud) "
)
_SETTLED = re.compile(
    r" settl(?:e|ed|es|ing) (?:\S+ ){0,5}?(?:lawsuits?|suits?|cases?|charges|claims|allegations"
    r"|class action|probe|investigation|inquiry) "
)
_IMPOSED = frozenset({"imposed", "levied", "slapped", "handed"})
_PENALTY = re.compile(r" (?:fine|penalty|fines|penalties) ")
_BODIES = PUBLIC_BODIES | {
    "watchdog", "authorities", "government", "prosecutors", "judge", "watchdogs", "overseer",
    "supervisor", "police",
}  # fmt: skip
_BOARDS = frozenset(
    {"competition", "antitrust", "anti-trust", "anti-monopoly", "antimonopoly", "data-protection",
     "protection", "securities", "regulatory", "licensing", "communications"}
)  # fmt: skip
"""What a board is of that is no company's."""
_UNITING = frozenset({"combine", "combining", "merge", "merging"})
_JUDGED = BUYING_NOUNS | {"merger", "deal"}
"""A ruling on one of these is one on everybody named with it."""
_BODY_REACH = 5
_BE = frozenset({"was", "were", "been", "be", "being", "is", "are", "got"})
_BETWEEN = frozenset({"each", "also", "both", "now", "again", "together", "then", "since"})
_ORDERED = frozenset(
    {"pay", "stop", "halt", "suspend", "divest", "rectify", "recall", "remove", "fine", "cease",
     "overhaul", "delete", "restrict", "refund"}
)  # fmt: skip
"""What only an authority orders."""
ORDER_REACH = 20
_OPENS = frozenset(
    {"launches", "launched", "opens", "opened", "starts", "started", "begins", "began", "imposes",
     "imposed", "has", "is"}
)  # fmt: skip
_FILED = frozenset({"filed", "files", "filing", "brought", "lodged", "launched", "won", "lost"})
_PUNISHED = frozenset(
    {"paid", "pay", "pays", "paying", "hit", "faces", "face", "facing", "received", "receives",
     "slapped", "handed", "under", "given", "imposed", "incurred", "ordered", "drew", "accepted",
     "accepts"}
)  # fmt: skip


def rulings(view: View) -> Iterator[Draft]:
    """Yield what regulators and courts do to organisations."""
    for at, word in enumerate(view.words):
        if word in _ACTS:
            draft = _act(view, at)
            if draft is not None:
                yield draft
                return
    blessed = _blessed(view)
    if blessed is not None:
        yield blessed
        return
    case = _CASES.search(view.row) or _PENALTY.search(view.row)
    if case is not None:
        draft = _case(view, view.index(case.start() + 1), view.index(case.end()))
        if draft is not None:
            yield draft
            return
    yield from _permitted_or_settled(view)


def _permitted_or_settled(view: View) -> Iterator[Draft]:
    """Yield the approvals and the settlements that a sentence tells by a noun."""
    for pattern in (_APPROVAL, _SETTLED, _PAYS):
        match = pattern.search(view.row)
        if match is None:
            continue
        at = view.index(match.start() + 1)
        done = pattern is _APPROVAL or view.word(at) not in {"pay", "pays", "settle", "settles"}
        told = status(view, at, Form.PAST if done else Form.PRESENT)
        bodies = (_body_at(view, index) for index in range(len(view)))
        acting = next(filter(None, bodies), None)
        who = subject(view, at, PartyRole.SUBJECT)
        if told is None or not who.names or (pattern is _APPROVAL and acting is None):
            continue
        ruling = _ruling(view, at, told, who, acting)
        if ruling is not None:
            yield ruling
            return


def _blessed(view: View) -> Draft | None:
    """Return what "the regulator gave its blessing to X's purchase of Y" tells."""
    match = _BLESSED.search(view.row)
    if match is None:
        return None
    at = view.index(match.start() + 1)
    acting = _body_before(view, at)
    told = status(view, at, Form.PAST)
    names = _first(view, at + 1, at + 12)
    if acting is None or told is None or not names:
        return None
    return _ruling(view, at, told, Part(names), acting)


def _act(view: View, at: int) -> Draft | None:
    told = status(view, at, Form.PAST)
    if told is None:
        return None
    if told is Status.UNWOUND:
        told = Status.COMPLETED
    word = view.word(at)
    passive = _is_passive(view, at)
    if passive:
        deal = view.has(0, at, _JUDGED) and tuple(
            name
            for place, name in view.names(0, at)
            if view.together(place, at)  # none of ", in which Ash held 36%,"
        )
        subjects = Part(once(deal)) if deal else subject(view, at, PartyRole.SUBJECT)
        acting = _body_behind(view, at)
        punished = word == "ordered" and view.has(at, at + ORDER_REACH, _ORDERED)
        if acting is None and word not in _FINES | _SUITS and not punished:
            return None
        if word in _SUITS and acting is None:
            subjects = Part(once((*subjects.names, *behind(view, at + 1, "by"))), subjects.missing)
    else:
        acting = _body_before(view, at)
        names = _first(view, at + 1, at + 7)
        subjects = Part(once((*names, *_to_be_united(view, at))) if names else ())
        if word in {"told", "instructed"} and not view.has(at + 2, at + 9, {"to"}):
            return None
        if acting is None:
            if word not in _SUITS:
                return None
            suing = subject(view, at, PartyRole.SUBJECT).names if names else ()
            subjects = Part(once((*suing, *names))) if suing else Part()
    if not subjects.names and not subjects.missing:
        return None
    return _ruling(view, at, told, subjects, acting)


def _to_be_united(view: View, at: int) -> tuple[Name, ...]:
    """Return Y and Z in "blocked X's plan to combine Y and Z", "to merge Y with Z"."""
    for verb in range(at + 1, min(len(view), at + 9)):
        if view.word(verb) in _UNITING and view.name(verb + 1) is not None:
            names, end = joined(view, verb + 1)
            if view.word(end) in {"with", "into"} and view.name(end + 1) is not None:
                return (*names, *joined(view, end + 1)[0])
            return names
    return ()


def _is_passive(view: View, at: int) -> bool:
    before = at - 1
    while view.word(before) in _BETWEEN or view.word(before).endswith("ly"):
        before -= 1
    return view.word(before) in _BE and not view.word(at).endswith("ing")


def _suit(view: View, at: int, names: tuple[Name, ...]) -> Draft | None:
    """Return what "X filed a lawsuit against Y" tells."""
    for verb in range(at - 1, max(-1, at - 7), -1):
        if view.word(verb) in _FILED:
            told = status(view, verb, Form.PAST)
            suing = subject(view, verb, PartyRole.SUBJECT).names
            if told is None or told is Status.UNWOUND or not suing:
                return None
            return _ruling(view, at, told, Part(once((*suing, *names))), None)
    return None


def _case(view: View, at: int, end: int) -> Draft | None:
    told = status(view, at, None)
    if told is None or told is Status.UNWOUND:
        return None
    acting = next(
        (body for index in range(at) if (body := _body_at(view, index))), _body_behind(view, end)
    )
    names = _first(view, end, end + 8 if view.has(end, end + 5, _IMPOSED) else end + 6)
    punished = view.has(0, at + 1, _PUNISHED)
    if not names and (acting is None or punished):
        names = subject(view, at, PartyRole.SUBJECT).names
        if not punished:
            return None
    elif names and acting is None and not view.has(at, end + 8, _IMPOSED):
        return _suit(view, at, names)
    elif not names:
        return None
    names = tuple(name for name in names if not name.regulator)
    return _ruling(view, at, told, Part(names), acting) if names else None


def _ruling(view: View, at: int, told: Status, subjects: Part, acting: Name | None) -> Draft | None:
    names = tuple(name for name in subjects.names if not name.regulator)
    if not names and not subjects.missing:
        return None
    bodies = (acting,) if acting is not None else ()
    amounts = [
        price
        for index in range(len(view))
        if view.word(index) == MONEY
        and view.together(at, index)
        and not _is_earlier(view, at, index)
        and not _is_of_another(view, at, index, {name.start for name in names})
        and (price := view.figure(index))
        and not price.per
    ]
    return Draft(
        kind=Kind.REGULATORY,
        status=told,
        names=(*roles(PartyRole.SUBJECT, names), *roles(PartyRole.REGULATOR, bodies)),
        deal=at,
        amount=amounts[0] if amounts else None,
        when=moment(view, at),
        missing=subjects.missing,
    )


def _is_earlier(view: View, at: int, index: int) -> bool:
    """Tell whether money is of what was before: "summoned X a day after it fined Y 3m"."""
    return any(
        view.word(tie) in {"after", "before"} and view.word(tie + 1) in {"it", "they", "having"}
        for tie in range(at, index)
    )


def _is_of_another(view: View, at: int, index: int, ours: set[int]) -> bool:
    """Tell whether money is of sales, or somebody else's: "4% of its revenue of 455bn"."""
    if view.has(index - 5, index, BACKGROUND) or view.has(index + 1, index + 3, BACKGROUND):
        return True
    if view.has(at + 1, index, _FINES):
        return True  # "is investigating Elm and has fined Ash $120m"
    if view.has(min(at, index), max(at, index), {"which", "while", "worth", "valued", "settling"}):
        return True
    nearest = next((view.name(i) for i in range(index - 1, -1, -1) if view.name(i)), None)
    if nearest is None or nearest.regulator or nearest.start in ours:
        return False
    if index < at:
        return True  # "is to fine Larch 200m, it opened a case against Elm"
    first = next((i for i, name in view.names(at, index) if name.start == nearest.start), index)
    return any(name.start in ours for _, name in view.names(at, first)) and (
        view.word(first - 1) in {",", "and", "while"} and view.word(first + 1) == "$"
    )


def _first(view: View, start: int, stop: int) -> tuple[Name, ...]:
    for at, name in view.names(start, stop):
        if not name.regulator:
            return joined(view, at)[0]
    return ()


def _body_before(view: View, verb: int) -> Name | None:
    for at in range(verb - 1, max(-1, verb - 9), -1):
        body = _body_at(view, at)
        if body is not None:
            return body
        if view.word(at) in {",", ";", "that"} or (view.word(at) == NAME and at < verb - 1):
            return None
    return None


def _body_behind(view: View, verb: int) -> Name | None:
    for at in range(verb + 1, min(len(view), verb + 16)):
        if view.word(at) == "by":
            return next(
                (b for i in range(at + 1, min(len(view), at + 7)) if (b := _body_at(view, i))), None
            )
    return None


def _body_at(view: View, at: int) -> Name | None:
    """Return the public body at `at`: one of the catalogue, or as it is described."""
    name = view.name(at)
    if name is not None:
        return name if name.regulator else None
    acts = _ACTS | _OPENS | {"put", "puts", "placed", "added"}
    if view.word(at) in COUNTRIES and view.has(at + 1, at + 3, acts):
        item = view.items[at]
        return Name(item.start, item.end, None, view.text(at, at + 1), True)
    central = view.word(at) == "bank" and view.word(at - 1) == "central"
    board = view.word(at) == "board" and view.word(at - 1) in _BOARDS
    if view.word(at) not in _BODIES and not central and not board:
        return None
    if view.word(at + 1) == "'s" or view.word(at + 1) in _BODIES:
        return None
    start = at
    while start > 0 and at - start < _BODY_REACH:
        before = view.word(start - 1)
        if before in PREPOSITIONS or not (before.isalpha() or before == "'s" or "-" in before):
            break
        start -= 1
    article = next((i for i in range(at, start, -1) if view.word(i) in {"the", "a"}), None)
    if article is not None:
        start = article  # "the same day the securities regulator"
    if view.word(start) in {"the", "a"}:
        start += 1
    text = " ".join(view.text(start, at + 1).split())
    return Name(view.items[start].start, view.items[at].end, None, text, True)
