"""Partnerships and joint ventures that an English sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_figures import moment, price_at
from briefings.ledger.english_parts import Part, description, joined, once, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MOMENT, MONEY, NAME, PERCENT, View
from briefings.ledger.english_words import (
    AUXILIARIES,
    DESCRIBED_NAME,
    PAIR_NOUNS,
    PREPOSITIONS,
    Form,
)
from briefings.ledger.sentence import Draft, Missing, Stand
from briefings.text.amounts import Figure

_TIE_VERB = re.compile(
    r" (?:partner(?:s|ed|ing)? with|all(?:y|ies|ied|ying) with|partner(?:s|ed|ing)(?= @)"
    r"|cooperat(?:es?|ed|ing)|co-operat(?:es?|ed|ing)|collaborat(?:es?|ed|ing)|unites?|link(?:s"
    r"|ed|ing)? arms|(?:team(?:s|ed|ing)?|link(?:s|ed|ing)?|tie[sd]?|tying|hook(?:s|ed)?) up"
    r"|sign(?:s|ed|ing)? up(?= with)|join(?:s|ed|ing)? (?:forces|hands|up)"
    r"|work(?:s|ed|ing)? (?:\S+ )?together|working with"
    rf"|work(?:s|ed)? (?:closely )?with(?= {DESCRIBED_NAME[:-1]})|pair(?:s|ed|ing)? (?:up|with)"
    r"|(?:co-|jointly )(?:develop|build|launch|create|design|offer|operate|promote|make"
    r"|produce|run|explore|market|manufactur|sell|provid|train|research|organis|host|publish"
    r"|introduc|deliver)(?:e|s|es|d|ed|ing|t)?)(?= )"
)
_TIE_NOUN = re.compile(
    r" (joint venture|joint ventures|jv|joint company|partnership|alliance|tie-up|cooperation"
    r"|co-operation|collaboration|accord|pact|memorandum of understanding|agreement|(?:strategic"
    r"|cooperation|licensing|distribution|marketing|supply|advertising|partnership|framework"
    r"|content|commercial|technology|cross-licensing|joint) (?:agreement|deal)|deal|contract"
    r"|ties|joint (?:\S+ ){0,3}(?:plan|project|programme|program|campaign|initiative|platform"
    r"|fund))(?= )"
)
_MAKING = re.compile(
    r" (?:(announce[sd]?|announcing|sign(?:s|ed|ing)?|agree(?:s|d|ing)?|entered|enters?|entering|"
    r"reach(?:es|ed|ing)?|str(?:ike|ikes|uck|iking)|unveil(?:s|ed|ing)?|ink(?:s|ed)?|plans?"
    r"|renew(?:s|ed)?|resum(?:es?|ed|ing)|clinch(?:es|ed)?|invest(?:s|ed|ing)?)"
    r"|(form(?:s|ed|ing)?|deepen(?:s|ed|ing)?|expand(?:s|ed|ing)?|launch(?:es|ed|ing)?|"
    r"extend(?:s|ed|ing)?|forg(?:es?|ed|ing)|seal(?:s|ed|ing)?|widen(?:s|ed|ing)?"
    r"|strengthen(?:s|ed|ing)?|beg(?:in|ins|an|un)|establish(?:es|ed|ing)?|set(?:s|ting)? up"
    r"|creat(?:es?|ed|ing)|build(?:s|ing)?|built|start(?:s|ed|ing)?|own(?:s|ed|ing)?|hold(?:s|ing)?|h[ae]s|have|merg(?:es?|ed|ing)"
    r"|combin(?:es?|ed|ing)|pool(?:s|ed|ing)?|fold(?:s|ed|ing)?|us(?:es|ed|ing)|join(?:s|ed|ing)"
    r"|(?:co-)?found(?:ed|s|ing)|partners in|set up"
    r"|conclud(?:es?|ed|ing)|cement(?:s|ed)?|broaden(?:s|ed|ing)?)"
    r"|(end(?:s|ed|ing)?|terminat(?:es?|ed|ing)|dissolv(?:es?|ed|ing)|cancel(?:s|led|ed)?"
    r"|scrap(?:s|ped)?|abandon(?:s|ed)?|call(?:s|ed) off))(?= )"
)
_SPOKEN_OF = re.compile(
    r" (?:talks|discussions|negotiations|talking|negotiating|discussing|considering|exploring) "
    r"(?:(?:on|about|over|for|to form|with|a|an|the|possible|potential|strategic|@) ){0,6}$"
)
_CHOSEN = re.compile(
    r" (?:cho(?:se|sen|oses)|pick(?:s|ed)|select(?:s|ed)|nam(?:es|ed)|appoint(?:s|ed)|sign(?:s|ed)"
    r"|taken on|enlist(?:s|ed)) @ (?:as (?:\S+ ){0,4}?partner"
    r"|to (?:power|provide|supply|run|handle|host|deliver|develop)) "
)
_WISHING = frozenset({"want", "wants", "wanted", "hope", "hopes", "hoped", "willing", "keen"})
_DOING = frozenset({NAME, "also", "now", "already", "both", "and", "closely"})
_PLAIN = frozenset({"agreement", "deal", "contract"})
_STRIKING = (
    "sign",
    "str",
    "reach",
    "announce",
    "unveil",
    "ink",
    "seal",
    "clinch",
    "enter",
    "renew",
)
_DEEPENING = ("deepen", "strengthen", "expand", "forg", "broaden", "widen", "cement")
_MAKING_REACH = 8
_BY_WHAT = frozenset({"under", "through", "via", "part", "thanks"})


def ties(view: View, *, dealt: bool) -> Iterator[Draft]:
    """Yield the partnerships and joint ventures a sentence tells.

    A plain agreement is one only where the sentence tells no other deal (`dealt`).
    """
    for match in _TIE_VERB.finditer(view.row):
        at = view.index(match.start() + 1)
        draft = _tie(view, at, Kind.PARTNERSHIP, _verb_form(view.word(at)), at)
        loose = view.word(at).startswith("work") and not match.group().endswith("together")
        if draft is not None and (not loose or _is_of_business(view, at, draft)):
            yield draft
    for match in _CHOSEN.finditer(view.row):
        at = view.index(match.start() + 1)
        chosen = next(i for i, _ in view.names(at, len(view)))
        name = view.name(chosen)
        if view.word(chosen + 1) == "to" and (name is None or name.organisation is None):
            continue  # people are chosen too
        draft = _tie(view, at, Kind.PARTNERSHIP, Form.PRESENT, chosen - 1)
        if draft is not None:
            yield draft
    for match in _TIE_NOUN.finditer(view.row):
        at = view.index(match.start() + 1)
        venture = match.group(1).startswith(("joint venture", "joint company", "jv"))
        kind = Kind.JOINT_VENTURE if venture else Kind.PARTNERSHIP
        tied = view.word(at + 1) in {"with", "between"}
        if match.group(1) in _PLAIN and (dealt or not (tied or _is_signed_by_two(view, at))):
            continue
        made = _made(view, at)
        if made is not None and match.group(1) == "ties":
            made = made if view.word(made[0]).startswith(_DEEPENING) else None
        if made is not None and match.group(1) in {"deal", "contract"}:
            struck = view.word(made[0]).startswith(_STRIKING) or view.has(at - 5, at, _BY_WHAT)
            made = made if struck else None
        if made is not None:
            draft = _tie(view, made[0], kind, made[1], at)
            loose = match.group(1) in {"deal", "contract"}
            if draft is not None and (not loose or _is_of_business(view, at, draft)):
                yield draft


def _is_signed_by_two(view: View, noun: int) -> bool:
    """Tell whether "X and Y signed a patent-sharing deal" is what the noun stands in."""
    for at in range(noun - 1, max(0, noun - 6), -1):
        if view.word(at) in {"signed", "sign", "struck", "inked"}:
            names = subject(view, at, PartyRole.PARTNER).names
            return len(names) > 1 and all(name.organisation for name in names)
    return False


def _is_of_business(view: View, at: int, draft: Draft) -> bool:
    """Tell whether "works with" or "a deal with" may tie two firms: one of them has to be known.

    People work with each other, and sign contracts with clubs.
    """
    done = view.word(at) == "work" and view.word(at - 1) not in _DOING | AUXILIARIES
    return not done and any(name.organisation for _, name in draft.names)


def _verb_form(word: str) -> Form:
    if word.endswith("ed"):
        return Form.PAST
    return Form.GERUND if word.endswith("ing") else Form.PRESENT


def _made(view: View, noun: int) -> tuple[int, Form | Status] | None:
    """Return the verb that makes, or ends, what the noun says, and its form."""
    start = max(0, noun - _MAKING_REACH)
    before = f" {' '.join(view.words[start:noun])} "
    found = list(_MAKING.finditer(before))
    if not found:
        spoken_of = _SPOKEN_OF.search(before)
        if spoken_of is not None:
            return start + before[1 : spoken_of.start() + 1].count(" ") + 1, Form.PRESENT
        return _made_behind(view, noun) or _under(view, noun)
    last = found[-1]
    at = start + before[1 : last.start() + 1].count(" ")
    between = view.words[at + 1 : noun]
    named = NAME in between and view.words[noun - 2 : noun] != (",", "a")
    if named and not view.has(at + 1, noun, {"'s"}):
        return None
    agreed, _, ended = last.groups()
    if ended:
        return at, Status.UNWOUND
    return at, Form.PRESENT if agreed else _verb_form(view.word(at))


def _under(view: View, noun: int) -> tuple[int, Form | Status] | None:
    """Return the noun itself in "under a tie-up with Y": something is done by what was agreed."""
    after = noun + 2 if view.word(noun) == "joint" else noun + 1
    if view.word(after) not in {"with", "between"}:
        return None
    if view.word(noun) == "joint" and view.words[noun - 2 : noun] in ((",", "a"), ("is", "a")):
        return noun, Form.PRESENT
    for at in range(noun - 1, max(-1, noun - 6), -1):
        if view.word(at) in _BY_WHAT:
            return noun, Form.PRESENT
        if view.word(at) in PREPOSITIONS - {"of"} or view.word(at) in {NAME, ","}:
            return None
    return None


def _made_behind(view: View, noun: int) -> tuple[int, Form | Status] | None:
    """Return the verb in "the partnership between X and Y was extended"."""
    for at in range(noun + 1, min(len(view), noun + 12)):
        if view.word(at - 1) in {"was", "were", "been", "be", "being"}:
            match = _MAKING.match(f" {view.word(at)} {view.word(at + 1)} ")
            by = view.has(at, at + 4, {"by"})
            tied = view.has(noun + 1, noun + 3, {"between", "of", "with"})
            if match is None or not (by or tied):
                return None
            return noun, Status.UNWOUND if match.group(3) else Form.PRESENT
        if view.word(at) in {";", ",", "which", "that"}:
            return None
    return None


def _tie(view: View, verb: int, kind: Kind, form: Form | Status, at: int) -> Draft | None:
    told = status(view, verb, form if isinstance(form, Form) else Form.PRESENT)
    if told is None or (told is Status.ANNOUNCED and view.has(verb - 3, verb, _WISHING)):
        return None
    if isinstance(form, Status) and told is Status.ANNOUNCED:
        told = form
    if form is Form.PRESENT and told is Status.COMPLETED:
        told = Status.ANNOUNCED
    between = view.word(at + 1) == "between"
    who = Part() if between else subject(view, verb, PartyRole.PARTNER)
    others = _others(view, at)
    if (
        verb == at
        and not between
        and _TIE_VERB.match(f" {' '.join(view.words[at : at + 3])} ") is None
    ):
        who = _first_named(view, at) or _fronted(view, at)
    if view.word(at + 1) == "with" and not others:
        return None  # "works with church groups"
    if verb != at and view.word(0) in {"together", "along", "alongside"}:
        first = next((i for i, _ in view.names(0, verb)), verb)
        others = Part((*others.names, *joined(view, first)[0]), others.missing)
    names = once((*who.names, *others.names))
    names = tuple(name for name in names if not name.regulator)
    missing = who.missing or others.missing
    if len(names) < 2 and not missing:
        if not names or not view.has(at, at + 8, {"the", "both", "two"} & PAIR_NOUNS):
            return None
        missing = (Missing(PartyRole.PARTNER, Stand.ONE),)
    return Draft(
        kind=kind,
        status=told,
        names=roles(PartyRole.PARTNER, names),
        deal=at,
        percent=_share_of(view, at) if kind is Kind.JOINT_VENTURE else None,
        amount=_investment(view, at),
        when=moment(view, at),
        missing=missing,
    )


def _others(view: View, at: int) -> Part:
    """Return whom "with", "between" or "of" ties to it."""
    if view.word(at).startswith("partner") or view.word(at + 2) == "as":
        partners, _ = joined(view, at + 1)  # "partnered Z", "chose Z as its partner"
        if partners:
            return Part(partners)
    noun = at + 1 if view.word(at) == "joint" else at
    if view.word(noun + 1) == "of" and view.name(noun + 2) is not None:
        pair, _ = joined(view, noun + 2)
        return Part(pair if len(pair) > 1 else ())
    for index in range(at + 1, min(len(view), at + 12)):
        if view.word(index) in {".", ";", "that", "which", "while", "whereas"}:
            break
        by = view.word(index) == "by" and _is_made_by(view, index)
        if by or view.word(index) in {"with", "between"}:
            for ahead in range(index + 1, min(len(view), index + 9)):
                if view.name(ahead) is not None:
                    names, end = joined(view, ahead)
                    return Part(names, _described(view, end) if len(names) == 1 else ())
                if view.word(ahead) in PREPOSITIONS - {"of"}:
                    break
    return Part()


def _is_made_by(view: View, by: int) -> bool:
    """Tell whether "by" is behind a verb of making: "has been established jointly by"."""
    end = by
    while view.word(end - 1) in {"jointly", "together", "up", "yesterday", MOMENT}:
        end -= 1
    return _MAKING.search(f" {' '.join(view.words[end - 1 : by])} ") is not None


def _described(view: View, end: int) -> tuple[Missing, ...]:
    """Return whom "between X and the retailer" leaves to the reader."""
    if view.word(end) != "and" or view.word(end + 1) != "the":
        return ()
    for noun in range(end + 2, min(len(view), end + 6)):
        if found := description(view, noun, PartyRole.PARTNER).missing:
            return found
    return ()


def _first_named(view: View, at: int) -> Part:
    """Return who does something under what was agreed: the first who is named before it."""
    for start, _ in view.names(0, at):
        if view.word(start - 1) not in PREPOSITIONS and view.word(start + 1) != "'s":
            return Part(joined(view, start)[0])
    return Part()


def _fronted(view: View, at: int) -> Part:
    """Return X in "Under a deal with Y, X will sell": who is named behind the comma."""
    for comma in range(at, min(len(view), at + 12)):
        if view.word(comma) == "," and view.name(comma + 1) is not None:
            return Part(joined(view, comma + 1)[0]) if view.word(0) in _BY_WHAT else Part()
    return Part()


def _share_of(view: View, at: int) -> Figure | None:
    """Return the share in "48% of a joint venture"."""
    for index in range(at - 1, max(-1, at - 6), -1):
        if view.word(index) == PERCENT and view.word(index + 1) in {"of", "stake", "in"}:
            return view.figure(index)
    return None


def _investment(view: View, at: int) -> Figure | None:
    for index in range(at + 1, min(len(view), at + 14)):
        if view.word(index) == MONEY and view.together(at, index):
            return price_at(view, index)
    return None
