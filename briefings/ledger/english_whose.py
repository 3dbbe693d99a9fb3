"""Names that are no party of an English deal: they say whose somebody else is.

"a 10% stake in Elm's cloud unit"        -> no stake in Elm
"Elm's founder sold 10% of Larch"        -> no sale of Elm's

A deal with such a party is not told; a seller or a buyer who is only mentioned so is left out.
"""

from __future__ import annotations

from dataclasses import replace

from briefings.facts import Kind, PartyRole
from briefings.ledger.english_view import NAME, PERCENT, View
from briefings.ledger.english_words import (
    AUXILIARIES,
    FRACTIONS,
    PREPOSITIONS,
    SHARE_NOUNS,
    SHARES,
    UNITS,
    VERBS,
    Form,
)
from briefings.ledger.name_words import words_of
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft

RELATIONS = words_of("""
parent owner owners operator operators shareholder shareholders stockholder stockholders backer
backers founder founders co-founder co-founders cofounder chairman chairwoman chief ceo president
executive executives head heads boss director directors partner partners rival rivals competitor
competitors customer customers supplier suppliers peer peers maker creator creators family heirs
widow estate friend buyer investor investors holder holders spin-off spinoff predecessor successor
affiliate affiliates manager managers employee employees staff lender lenders creditor creditors
son daughter wife brother bank banker adviser advisers agent landlord distributor
""")
"""What one is to somebody who is named for it: "Elm's parent", "the founder of Elm"."""
_HOLDING = words_of("""
shareholder shareholders stockholder stockholders backer backers investor investors holder holders
""")
_PARTS_OF = UNITS | words_of("""
operations operation studio studios label maker network team portfolio venture ventures fund funds
joint-venture spin-out
""") - words_of("holding brand app")
_POSSESSIVE = frozenset({"'s", "'", "’"})
_RIGHTS = words_of("""
rights sponsorship licence license licences licenses land plot option options warrants bonds
""")
"""What is paid for and is nobody's firm."""
_RUNS = words_of("behind runs operates owns makes publishes publishing operating running owning")
_BECOMING = words_of("become becomes became becoming made")
WORD_REACH = 7
_TELLING = words_of("put puts paid spent said says led joined kept stocks runs owns")
_SHARED = words_of("stake stakes holding holdings")
_BUYING = frozenset({Kind.STAKE, Kind.ACQUISITION, Kind.INVESTMENT})


def with_own_parties(view: View, draft: Draft) -> Draft | None:
    """Return the draft without those who are only mentioned; None where that leaves no deal.

    "bought 5% of Larch from Elm's former partner" keeps the purchase and names no seller;
    "bought 5% of Larch's parent" tells of no purchase that can be named.
    """
    kept = []
    for role, name in draft.names:
        at = position(view, name)
        if at is None or role is PartyRole.REGULATOR or not _is_mentioned(view, at, role, draft):
            kept.append((role, name))
        elif _is_needed(role, draft.kind):
            return None
    draft = _without_next_clause(view, replace(draft, names=tuple(kept)))
    if draft.kind is Kind.DIVESTMENT and not (
        _has(draft, PartyRole.TARGET) and _has(draft, PartyRole.SELLER)
    ):
        return None
    if any(_is_nobody(name) for name in draft.named(PartyRole.TARGET)):
        return None
    return draft


def _is_nobody(name: Name) -> bool:
    """Tell whether what is bought is a right, or somebody not named: "parent company"."""
    words = name.named.split()
    described = name.organisation is None and name.named.islower()
    return words[-1].casefold() in _RIGHTS or (described and not RELATIONS.isdisjoint(words))


def _has(draft: Draft, role: PartyRole) -> bool:
    return bool(draft.named(role)) or any(missing.role is role for missing in draft.missing)


def _without_next_clause(view: View, draft: Draft) -> Draft:
    """Return the draft without targets that act in the next clause: "10% of Larch, and Ash put"."""
    bought = [
        (at, name)
        for name in draft.named(PartyRole.TARGET)
        if (at := position(view, name)) is not None and at > draft.deal
    ]
    if len(bought) < 2:
        return draft
    bought.sort(key=lambda one: one[0])
    last = bought[-1][0]
    after = view.word(last + 1)
    verb = VERBS.get(after)
    acts = (verb is not None and verb.form is not Form.GERUND) or after in AUXILIARIES | _TELLING
    gapped = after == "in" and view.word(last + 2) in {"its", "their", "the", "a"}
    parted = view.words[bought[0][0] + 1 : bought[0][0] + 3] == (",", "and")
    if not (acts or gapped or parted):
        return draft
    others = {id(name) for _, name in bought[1:]}
    return replace(draft, names=tuple(one for one in draft.names if id(one[1]) not in others))


def position(view: View, name: Name) -> int | None:
    """Return which item a name is, None where it is put together from several."""
    return next((at for at, other in view.names(0, len(view)) if other.start == name.start), None)


def _is_needed(role: PartyRole, kind: Kind | None) -> bool:
    if kind in _BUYING:
        return role is not PartyRole.SELLER
    return not (kind is Kind.DIVESTMENT and role is PartyRole.BUYER)


def _is_mentioned(view: View, at: int, role: PartyRole, draft: Draft) -> bool:
    if role is PartyRole.TARGET and (
        view.word(at - 1) == "by"
        or (at < draft.deal and view.word(at - 1) in _HOLDING | {"owners", "founders"})
    ):
        return True  # "part-owned by Elm", "its owners Elm and Ash sold 10%"
    others = view.words[at + 1 : at + 3] == ("and", "other")
    if role is PartyRole.TARGET and others and view.word(at + 3) in _HOLDING:
        return True  # "buying out Elm and other investors"
    owns = _owns_what_follows(view, at, role, draft)
    return owns or _is_behind_relation(view, at, role, draft) or _is_former(view, at)


def _owns_what_follows(view: View, at: int, role: PartyRole, draft: Draft) -> bool:
    """Tell whether the name at `at` is that of an owner: "Elm's founder", "Elm rival Larch"."""
    following = view.word(at + 1)
    if view.sentence.text.startswith("-", view.items[at].end):
        return False  # "Elm-led investors"
    if role is PartyRole.TARGET and _is_holder(view, at, draft):
        return True
    if following not in _POSSESSIVE:
        joined = following in RELATIONS - {"bank", "holder", "staff", "maker"}
        if role is PartyRole.TARGET and draft.kind is not Kind.ACQUISITION:
            joined = joined or following in {"unit", "subsidiary", "arm", "affiliate"}
        return joined and view.word(at + 2) not in {"of", "in"}
    plural = at + 3 == draft.deal and view.word(at + 2).endswith("s")
    if plural and role is not PartyRole.TARGET and view.word(at + 2) not in UNITS:
        return True  # "Elm's buybacks keep its holding at 24%"
    return _owns_unnamed(view, at, role, draft)


def _owns_unnamed(view: View, at: int, role: PartyRole, draft: Draft) -> bool:
    """Tell whether "Elm's" at `at` says whose somebody is who has no name: "Elm's rival"."""
    shared = draft.percent is not None or draft.kind is Kind.STAKE
    unit = role is PartyRole.TARGET and shared
    for ahead in range(at + 2, min(len(view), at + 2 + WORD_REACH)):
        word = view.word(ahead)
        if unit and word in SHARES | SHARE_NOUNS | {"capital"}:
            return False
        if word == NAME:
            return view.word(ahead - 1) in RELATIONS and ahead - at > 2
        if word in _HOLDING and role is PartyRole.TARGET and at <= draft.deal:
            return False  # "Larch's largest shareholder, Elm, sold its stake"
        if word in RELATIONS or (unit and word in _PARTS_OF) or word in _RIGHTS:
            return True
        if word == PERCENT:
            continue
        if word in UNITS and role is PartyRole.TARGET and view.word(ahead + 1) == "in":
            return True  # "bought Elm's business in China"
        ends = not word[:1].isalpha() or word in PREPOSITIONS | AUXILIARIES
        verb = VERBS.get(word)
        if ends or (verb is not None and verb.form is not Form.GERUND):
            # A share "of Elm's soccer club" is none in Elm.
            return unit and ahead > at + 2 and at > draft.deal
    return False


def _is_holder(view: View, at: int, draft: Draft) -> bool:
    """Tell whether what is bought is a share that the name at `at` holds: "Elm's half"."""
    own = next((i for i in range(at + 1, at + 4) if view.word(i) == "'s"), None)
    if own is None:
        return False
    after = view.word(own + 1)
    if own > at + 1:  # "lifting the Elm fund's stake to 20%"
        plain = all(word.isalpha() for word in view.words[at + 1 : own])
        return plain and after in _SHARED
    held = after in FRACTIONS | {PERCENT} or (after in _SHARED and at > draft.deal)
    return held and view.word(at + 3) not in {"of", "in", "stake", "share", "shares", "interest"}


def _is_behind_relation(view: View, at: int, role: PartyRole, draft: Draft) -> bool:
    """Tell whether the name at `at` ends "the parent of the Larch app", "the firm behind Larch"."""
    start = at - 1 if view.word(at - 1) != "'s" else at - 3
    while start > 0 and at - start < WORD_REACH and describes(view.word(start)):
        start -= 1
        if view.word(start) == "'s":
            start -= 2  # "the owner of Elm's rival Larch"
    before = view.word(start - 1)
    if view.word(start) in _RUNS:
        return role is PartyRole.TARGET and before in words_of(
            "company firm group studio business team developer that which start-up startup"
        )
    if view.word(start) != "of" or before == "":
        return False
    if before in {"company", "firm", "group"} and view.word(start - 2) in RELATIONS | {"holding"}:
        before = "parent"  # "the parent company of Larch"
    if before in RELATIONS:
        shared = view.has(start - 6, start, {PERCENT, "stake", "interest", "shares"})
        return role is not PartyRole.TARGET or before not in _HOLDING or shared
    apart = before in {"unit", "subsidiary", "arm", "affiliate", "division", "units"}
    apart = apart or (
        before in {"business", "businesses", "operations"}
        and role is PartyRole.TARGET
        and (draft.kind is not Kind.ACQUISITION or draft.percent is not None)
    )
    becomes = view.has(start - 7, start, _BECOMING)
    subject = role is PartyRole.SUBJECT and view.word(start - 2) != "former"
    return apart and not subject and not becomes


def describes(word: str) -> bool:
    return (
        word[:1].isalpha()
        and word not in PREPOSITIONS | AUXILIARIES | _RUNS
        and (word not in VERBS)
        and word not in {"and", "that", "which"}
    )


def _is_former(view: View, at: int) -> bool:
    """Tell whether somebody is meant who was the named one's: "a former Elm executive"."""
    return view.word(at - 1) in {"former", "ex", "then"} and view.word(at + 1) != ","
