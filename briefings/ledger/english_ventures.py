"""Joint ventures that an English sentence tells without a verb of making before them.

"The joint venture between X and Y will ...", "X and Y jointly founded a company"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_figures import moment
from briefings.ledger.english_parts import Part, joined, roles
from briefings.ledger.english_status import status
from briefings.ledger.english_subjects import subject
from briefings.ledger.english_view import View
from briefings.ledger.english_words import DESCRIBED_NAME, Form
from briefings.ledger.sentence import Draft

_FIRM = r"(?:an?|the|their) (?:\S+ ){0,4}?(?:company|firm|business|venture|joint-venture|start-up)"
_OF_BOTH = re.compile(
    rf" (?:joint (venture)|(jv)|joint (company)) (?:between|of|owned by) (?:both )?{DESCRIBED_NAME}"
    r"(?=(?:and|,) )"
)
_FOUNDED = re.compile(
    r" (?:jointly|together|co-) ?(found(?:ed|s)?|set(?:s)? up|establish(?:ed|es)?|form(?:ed|s)?"
    rf"|creat(?:ed|es)?|incorporated|registered|started) {_FIRM}(?= )"
)
_FOUNDED_BY = re.compile(
    r" (?:company|firm|business|venture|start-up) (?:\S+ ){0,6}?(?:was|has been|is being|will be) "
    r"(?:(?:jointly|together) (?:founded|set up|established|formed|created) by"
    r"|(?:founded|set up|established|formed|created) (?:jointly|together) by) "
    rf"{DESCRIBED_NAME}(?=(?:and|,) )"
)
_CHOSEN_BY = re.compile(
    r" (?:chosen|picked|selected|named|appointed|enlisted) by "
    rf"{DESCRIBED_NAME}(?=as (?:\S+ ){{0,4}}?partner )"
)
_BY_THE_TWO = re.compile(
    r" and (?:the two(?: companies| firms| groups| sides)?|both (?:companies|firms|sides)|the pair)"
    r" (?:also )?(?:said (?:that )?they )?(will|would|agreed to|plan to|are to|have agreed to)"
    r" (?:(?:(?!not |never |no )\S+ ){1,5}?(?:together|jointly)"
    r"|(?:jointly|work together|cooperate|collaborate)) "
)
_TELLING = frozenset(
    {"venture", "jv", "company", "firm", "business", "start-up", "partner", "joint-venture"}
)
"""Without one of these a sentence tells nothing of the kind."""
_UNSURE = frozenset(
    {"would", "could", "might", "may", "unlikely", "not", "never", "if", "whether", "should",
     "no", "makes", "rumoured", "denied", "untrue", "false", "seems", "looks", "sounds"}
)  # fmt: skip
_CLAUSE = 8


def ventures(view: View) -> Iterator[Draft]:
    """Yield the ventures told by whose they are, what two founded, and who was chosen."""
    if _TELLING.isdisjoint(view.words):
        return
    for match in _OF_BOTH.finditer(view.row):
        at = view.index(match.start() + 1)
        names, end = joined(view, view.index(match.end() - 2))
        if not view.has(end, end + _CLAUSE, _UNSURE):
            yield from _venture(view, at, None, Part(names))
    for match in _FOUNDED.finditer(view.row):
        at = view.index(match.start(1))
        yield from _venture(view, at, Form.PAST, subject(view, at, PartyRole.PARTNER))
    for match in _FOUNDED_BY.finditer(view.row):
        at = view.index(match.start() + 1)
        names, _ = joined(view, view.index(match.end() - 2))
        yield from _venture(view, at, None, Part(names))

    for match in _CHOSEN_BY.finditer(view.row):
        at = view.index(match.start() + 1)
        choosing, _ = joined(view, view.index(match.end() - 2))
        chosen = subject(view, at, PartyRole.PARTNER)
        both = Part((*chosen.names, *choosing))
        yield from _venture(view, at, Form.PRESENT, both, Kind.PARTNERSHIP)


def of_the_two(view: View, found: Sequence[Draft]) -> Iterator[Draft]:
    """Yield what two do together beside their deal: "X took 5% of Y, and the two will ... jointly".

    Who the two are, the one deal of the sentence has to tell.
    """
    if len(found) != 1 or not {"two", "both", "pair"} & set(view.words):
        return
    match = _BY_THE_TWO.search(view.row)
    names = tuple(name for _, name in found[0].names)
    done = found[0].status in {Status.ANNOUNCED, Status.COMPLETED}
    if match is None or not done or len(names) != 2 or found[0].missing:
        return
    at = view.index(match.start(1))
    if found[0].deal < at:
        yield from _venture(view, at, Form.PRESENT, Part(names), Kind.PARTNERSHIP)


def _venture(
    view: View, at: int, form: Form | None, who: Part, kind: Kind = Kind.JOINT_VENTURE
) -> Iterator[Draft]:
    names = tuple(name for name in who.names if not name.regulator)
    told = status(view, at, form)
    if told is None or len({name.key for name in names}) < 2:
        return
    yield Draft(
        kind=kind,
        status=told,
        names=roles(PartyRole.PARTNER, names),
        deal=at,
        when=moment(view, at),
    )
