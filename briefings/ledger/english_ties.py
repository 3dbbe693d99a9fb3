"""Partnerships and joint ventures that an English sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_figures import moment, price_at
from briefings.ledger.english_parts import joined, once, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import MONEY, NAME, View
from briefings.ledger.english_words import PAIR_NOUNS, PREPOSITIONS, Form
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft, Missing, Stand
from briefings.text.amounts import Figure

_TIE_VERB = re.compile(
    r" (?:partner(?:s|ed|ing)? with|all(?:y|ies|ied|ying) with|partnered|partnering"
    r"|cooperat(?:es?|ed|ing)|co-operat(?:es?|ed|ing)|collaborat(?:es?|ed|ing)|unites?"
    r"|(?:team(?:s|ed|ing)?|link(?:s|ed|ing)?|tie[sd]?|tying|hook(?:s|ed)?) up"
    r"|join(?:s|ed|ing)? (?:forces|hands)|work(?:s|ed|ing)? together|pair(?:s|ed)? up)"
    r"(?= )"
)
_TIE_NOUN = re.compile(
    r" (joint venture|joint ventures|jv|partnership|alliance|tie-up|cooperation|co-operation"
    r"|collaboration|accord|pact"
    r"|(?:strategic|cooperation|licensing|distribution|marketing|supply|advertising|partnership|"
    r"framework|content|commercial|technology|cross-licensing|joint) (?:agreement|deal)"
    r"|joint (?:\S+ ){0,3}(?:plan|project|programme|program|campaign|initiative|platform|fund))"
    r"(?= )"
)
_MAKING = re.compile(
    r" (?:(announce[sd]?|announcing|sign(?:s|ed|ing)?|agree(?:s|d|ing)?|entered|enters?|entering|"
    r"reach(?:es|ed|ing)?|str(?:ike|ikes|uck|iking)|unveil(?:s|ed|ing)?|ink(?:s|ed)?|plans?"
    r"|renew(?:s|ed)?)"
    r"|(form(?:s|ed|ing)?|deepen(?:s|ed|ing)?|expand(?:s|ed|ing)?|launch(?:es|ed|ing)?|"
    r"extend(?:s|ed|ing)?|forg(?:es?|ed|ing)|seal(?:s|ed|ing)?|widen(?:s|ed|ing)?"
    r"|strengthen(?:s|ed|ing)?|beg(?:in|ins|an|un)|establish(?:es|ed|ing)?|set(?:s|ting)? up"
    r"|creat(?:es?|ed|ing)|build(?:s|ing)?|built|start(?:s|ed|ing)?)"
    r"|(end(?:s|ed|ing)?|terminat(?:es?|ed|ing)|dissolv(?:es?|ed|ing)|cancel(?:s|led|ed)?"
    r"|scrap(?:s|ped)?|abandon(?:s|ed)?|call(?:s|ed) off))(?= )"
)
_MAKING_REACH = 8


def ties(view: View) -> Iterator[Draft]:
    """Yield the partnerships and joint ventures a sentence tells."""
    for match in _TIE_VERB.finditer(view.row):
        at = view.index(match.start() + 1)
        draft = _tie(view, at, Kind.PARTNERSHIP, _verb_form(view.word(at)), at)
        if draft is not None:
            yield draft
    for match in _TIE_NOUN.finditer(view.row):
        at = view.index(match.start() + 1)
        venture = match.group(1).startswith(("joint venture", "jv"))
        kind = Kind.JOINT_VENTURE if venture else Kind.PARTNERSHIP
        made = _made(view, at)
        if made is not None:
            draft = _tie(view, made[0], kind, made[1], at)
            if draft is not None:
                yield draft


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
        return _made_behind(view, noun)
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


def _made_behind(view: View, noun: int) -> tuple[int, Form | Status] | None:
    """Return the verb in "the partnership between X and Y was extended"."""
    if view.word(noun + 1) != "between":
        return None
    for at in range(noun + 2, min(len(view), noun + 12)):
        if view.word(at - 1) in {"was", "were", "been"}:
            match = _MAKING.match(f" {view.word(at)} ")
            if match is None:
                return None
            return noun, Status.UNWOUND if match.group(3) else Form.PRESENT
    return None


def _tie(view: View, verb: int, kind: Kind, form: Form | Status, at: int) -> Draft | None:
    told = status(view, verb, form if isinstance(form, Form) else Form.PRESENT)
    if told is None:
        return None
    if isinstance(form, Status) and told is Status.ANNOUNCED:
        told = form
    if form is Form.PRESENT and told is Status.COMPLETED:
        told = Status.ANNOUNCED
    who = subject(view, verb, PartyRole.PARTNER)
    others = _others(view, at)
    names = once((*who.names, *others))
    names = tuple(name for name in names if not name.regulator)
    missing = who.missing
    if len(names) < 2 and not missing:
        if not names or not view.has(at, at + 8, {"the", "both", "two"} & PAIR_NOUNS):
            return None
        missing = (Missing(PartyRole.PARTNER, Stand.ONE),)
    return Draft(
        kind=kind,
        status=told,
        names=roles(PartyRole.PARTNER, names),
        deal=at,
        amount=_investment(view, at),
        when=moment(view, at),
        missing=missing,
    )


def _others(view: View, at: int) -> tuple[Name, ...]:
    """Return whom "with", "between" or "of" ties to it."""
    for index in range(at + 1, min(len(view), at + 12)):
        if view.word(index) in {".", ";", "that", "which"}:
            break
        if view.word(index) in {"with", "between"}:
            for ahead in range(index + 1, min(len(view), index + 7)):
                if view.name(ahead) is not None:
                    return joined(view, ahead)[0]
                if view.word(ahead) in PREPOSITIONS:
                    break
    return ()


def _investment(view: View, at: int) -> Figure | None:
    for index in range(at + 1, min(len(view), at + 14)):
        if view.word(index) == MONEY:
            return price_at(view, index)
    return None
