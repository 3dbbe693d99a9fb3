"""Who does what a verb of an English sentence says."""

from __future__ import annotations

from briefings.facts import PartyRole
from briefings.ledger.english_parts import (
    FARTHEST,
    Part,
    before_described,
    coordinated,
    description,
    joined,
)
from briefings.ledger.english_speakers import speaker_of
from briefings.ledger.english_view import MOMENT, NAME, View
from briefings.ledger.english_words import (
    CHAIN,
    ORGANISATION_NOUNS,
    PAIR_NOUNS,
    PREPOSITIONS,
    PRONOUNS_BOTH,
    PRONOUNS_ONE,
    RELATIVES,
    SHARE_NOUNS,
    UNITS,
    VERBS,
    Form,
)
from briefings.ledger.name_words import TITLES
from briefings.ledger.names import Name
from briefings.ledger.sentence import Missing, Stand

_BEFORE_GERUNDS = frozenset({"by", "after", "before", "while", "through", "in", "following"})
_ADVERB = "ly"
_ABOUT = frozenset({"about", "over", "on"})
_AGREEING = frozenset(
    {"agreed", "agrees", "agree", "agreement", "deal", "talks", "negotiations", "discussions",
     "contract", "pact", "accord", "negotiating", "talking", "terms"}
)  # fmt: skip
_TOGETHER = frozenset(
    {"up", "together", "forces", "hands", "along", "consortium", "partnered", "allied", "jointly"}
)
_ALL_OF_THEM = frozenset({"together", "jointly", "both", "all", "each", "between"})
_ASIDE = frozenset({"said", "says", "announced", "told", "agreed"})


def subject(view: View, verb: int, role: PartyRole) -> Part:
    """Return who does what the verb at `verb` says."""
    at = verb - 1
    while at >= 0 and (_in_chain(view, at) or _is_contracted(view, at)):
        at -= 1
    word = view.word(max(at, 0))
    if at < 0 or (at == 0 and word == "having"):
        return _behind_purpose(view, verb) if word in {"to", "having"} else Part()
    if word in RELATIVES:
        return _antecedent(view, at, role)
    if word in PRONOUNS_ONE | PRONOUNS_BOTH:
        return _pronoun(view, at, role)
    if word == NAME and view.word(at - 1) == "from" and view.word(at + 1) == "to":
        return _opening(view, at)  # "X borrowed $5m from Y to buy"
    if word == NAME:
        return _beside(view, at, verb, role) or Part(coordinated(view, at))
    if word in _ABOUT and view.word(verb).endswith("ing"):
        return subject(view, at, role)  # "in talks with Y about buying"
    if word in {"and", "but", ","}:
        return _shared(view, at, role)
    if word in UNITS and (owner := _owner_of_unit(view, at)):
        return owner
    if word in _BEFORE_GERUNDS and view.word(verb).endswith("ing"):
        return _opening(view, at) or _first_described(view, at, role)
    described = description(view, at, role)
    if described:
        named = _opening(view, at)
        return named if _says(view, at) and named else described
    return _nearest(view, at)


def _pronoun(view: View, at: int, role: PartyRole) -> Part:
    """Return whom the pronoun at `at` stands for: who opens the sentence, or one to be found."""
    word = view.word(at)
    if word == "we" and (speaker := speaker_of(view, at)):
        return speaker
    opening = _opening(view, at)
    if word in PRONOUNS_ONE:
        return opening or Part((), (Missing(role, Stand.ONE, word),))
    return opening if len(opening.names) > 1 else Part((), (Missing(role, Stand.BOTH, word),))


def _shared(view: View, at: int, role: PartyRole) -> Part:
    """Return who acts behind "and" or a comma at `at`: as before it, or before the aside."""
    if view.closed_at(at) is not None:
        return _before_aside(view, at, role)
    former = _former(view, at)
    if former is not None:
        return subject(view, former, role)
    if view.word(at) == ",":
        return _past_aside(view, at) or _opening(view, at)
    return _nearest(view, at)


def _former(view: View, at: int) -> int | None:
    """Return the verb before "and" whose subject the verb behind it shares: "bought Y and took"."""
    following = VERBS.get(view.word(at + 1))
    finite = following is not None and following.form in {Form.PAST, Form.PRESENT}
    if view.word(at) == "," and not finite:
        opening = next((i for i in range(at - 1, at - 9, -1) if view.word(i) == ","), 0)
        if view.word(opening - 1) not in {"and", "but"}:
            return None
        at = opening - 1  # "and, in a separate deal, took"
    for before in range(at - 1, -1, -1):
        word = view.word(before)
        if not view.together(before, at):
            continue
        if word == ";":
            return None
        verb = VERBS.get(word)
        if verb is not None and (verb.form is not Form.GERUND) and word not in SHARE_NOUNS:
            return before
    return None


def _before_aside(view: View, at: int, role: PartyRole) -> Part:
    """Return who stands before the aside that the comma at `at` closes."""
    span = view.closed_at(at)
    if span is None:
        return Part()
    before = span[0] - 1
    if view.name(before) is not None:
        return Part(coordinated(view, before))
    if view.word(before) in UNITS and (owner := _owner_of_unit(view, before)):
        return owner
    return description(view, before, role)


def counterpart(view: View, verb: int) -> tuple[Name, ...]:
    """Return Z in "X agreed with Z to buy": those that what the verb says was agreed with."""
    at = verb - 1
    while at > 0 and view.word(at) in CHAIN | _ABOUT:
        at -= 1
    tie = _tied_with(view, at) if view.name(at) is not None else None
    agreed = tie is not None and view.word(tie - 1) in _AGREEING
    return coordinated(view, at) if agreed else ()


def _tied_with(view: View, at: int) -> int | None:
    """Return where "with" stands before the names that end at `at`."""
    names = coordinated(view, at)
    start = next((i for i in range(at, -1, -1) if view.name(i) is names[0]), at)
    start = before_described(view, start)
    return start - 1 if view.word(start - 1) == "with" else None


def _beside(view: View, at: int, verb: int, role: PartyRole) -> Part:
    """Return who acts in "X agreed with Z to buy", and in "X teamed up with Z to buy"."""
    tie = _tied_with(view, at)
    if tie is None or not (view.has(at + 1, verb, {"to"}) or view.word(at + 1) in _ABOUT):
        return Part()
    before = view.word(tie - 1)
    if before in _AGREEING:
        return subject(view, tie, role)
    if before in _TOGETHER:
        who = subject(view, tie, role)
        return Part((*who.names, *coordinated(view, at)), who.missing)
    return Part()


def _behind_purpose(view: View, verb: int) -> Part:
    """Return who acts in "To gain control of Y, X will pay ..."."""
    for at in range(verb + 1, min(len(view), verb + FARTHEST // 2)):
        if view.word(at) == "," and view.name(at + 1) is not None:
            return Part(joined(view, at + 1)[0])
    return Part()


def _is_contracted(view: View, at: int) -> bool:
    """Tell whether 's is a verb: "it's looking to buy"."""
    return view.word(at) == "'s" and view.word(at - 1) in PRONOUNS_ONE | RELATIVES


def _in_chain(view: View, at: int) -> bool:
    word = view.word(at)
    if word == "that":
        return view.word(at - 1) in _ASIDE
    if word == "on" and view.word(at + 1) == MOMENT:
        return True  # "offered on Friday to buy"
    if word == "turn" or (word == "in" and view.word(at + 1) == "turn"):
        return True
    return word in CHAIN or (word.endswith(_ADVERB) and len(word) > 4) or word in {"~", "last"}


def _antecedent(view: View, at: int, role: PartyRole) -> Part:
    before = at - 1
    if view.word(before) == ",":
        before -= 1
    name = view.name(before)
    if name is not None:
        alone = view.word(before + 1) == "," and view.word(at + 1) not in _ALL_OF_THEM
        if alone and _describes_another(view, before):
            return Part()
        return Part((name,) if alone else coordinated(view, before))
    opens = view.words[:before] == ("the",) and view.word(before) in {"company", "group", "firm"}
    if opens and view.word(before + 1) == ",":
        return description(view, before, role)  # "The company, which bought Y in 2017, has"
    if view.word(before) in PAIR_NOUNS | ORGANISATION_NOUNS | {"investors", "backers"}:
        if view.has(before - 4, before, {"among", "of"}):
            return _opening(view, before)
        for comma in range(before - 1, max(0, before - 6), -1):
            if view.word(comma) == "," and view.name(comma - 1) is not None:
                return Part(coordinated(view, comma - 1))  # "X, the group that owns ..."
        return Part()
    if view.word(before) == "." or before < 0:
        return Part((), (Missing(role, Stand.ONE, view.word(at)),))
    return Part()


def _describes_another(view: View, at: int) -> bool:
    """Tell whether the name at `at` says of what another is: "Y, the maker of Creed, which"."""
    for before in range(at - 1, max(0, at - 8), -1):
        if view.word(before) == ",":
            opens = view.word(before + 1) in {"the", "a", "an", "maker", "owner", "creator"}
            return opens and view.name(before - 1) is not None
        if view.word(before) in VERBS or view.word(before) == "and":
            return False
    return False


def _past_aside(view: View, at: int) -> Part:
    """Return who stands before an aside between commas: "X Corp, a unit of Y Inc, agreed"."""
    for before in range(at - 1, max(-1, at - FARTHEST), -1):
        if view.word(before) != ",":
            continue
        if view.name(before - 1) is not None and view.name(before + 1) is None:
            along: tuple[Name, ...] = ()
            if view.word(before + 1) in {"along", "alongside", "together", "with"}:
                first = next((i for i, _ in view.names(before, before + 5)), before)
                along, _ = joined(view, first)
            return Part((*coordinated(view, before - 1), *along))
    return Part()


def _opening(view: View, limit: int) -> Part:
    """Return whom the sentence is about: the first who is named without a preposition before."""
    main = view.fronted
    for at, name in view.names(main if main < limit else 0, limit):
        before = view.word(at - 1)
        if before in PREPOSITIONS and not view.has(at - 2, at, {"led", "controlled", "by"}):
            continue
        if view.word(at + 1) == "'s":
            of = _possessed(view, at, limit)
            if of is not None:
                return Part((of,))
        if view.word(at + 1) in TITLES:
            return Part((name,))
        names, _ = joined(view, at)
        return Part(names)
    return Part()


def _first_described(view: View, limit: int, role: PartyRole) -> Part:
    """Return what a sentence that names nobody begins with: "Both giants"."""
    found = (description(view, at, role) for at in range(min(limit, 8)))
    return next(filter(None, found), Part())


def _possessed(view: View, at: int, limit: int) -> Name | None:
    """Return the unit in "Elm Corp's Larch Foods Ltd unit", the owner if it has none."""
    for after in range(at + 2, min(at + 8, limit)):
        name = view.name(after)
        if name is not None:
            return name
        if view.word(after) in PREPOSITIONS or view.word(after) in VERBS:
            break
    return view.name(at)


def _owner_of_unit(view: View, at: int) -> Part:
    """Return who acts in "Tencent's investment arm" or "the Art Store unit"."""
    for before in range(at - 1, max(-1, at - 6), -1):
        name = view.name(before)
        if name is not None:
            return Part((name,))
        if view.word(before) in {"its", "their"}:
            return _opening(view, before)
        if view.word(before) in PREPOSITIONS or view.word(before) in {",", "that"}:
            break
    return Part()


def _says(view: View, at: int) -> bool:
    """Tell whether a description is spoken of by whom the sentence names first."""
    return view.has(0, at, {"said", "says", "announced"})


def _nearest(view: View, at: int) -> Part:
    """Return the name that leads the words before the verb, if nothing stands between."""
    for before in range(at, max(-1, at - 9), -1):
        word = view.word(before)
        if word in {",", ":", ";", "—", "while", "after", "as", "if"} | RELATIVES:
            return Part()
        if word == NAME:
            if view.word(before + 1) in TITLES or view.word(before + 1) in {"shares", "stock"}:
                return Part()
            if view.word(before - 1) in PREPOSITIONS and not view.has(
                before - 3, before, {"by", "of", "led"}
            ):
                return Part()
            return Part(coordinated(view, before))
    return Part()
