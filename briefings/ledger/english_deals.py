"""Stakes, acquisitions, divestments and investments that an English sentence tells.

a verb or a noun of dealing -> its frame -> subject, object, others -> Draft
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from briefings.ledger.english_holders import HOLDERS, of_holder
from briefings.ledger.english_nouns import (
    OFFERS,
    for_whom,
    of_buying_noun,
    of_deal,
    of_investment,
    of_merger,
    of_selling_noun,
    of_share_noun,
    of_talks,
)
from briefings.ledger.english_payments import of_payment
from briefings.ledger.english_short import also_taken, gapped
from briefings.ledger.english_verbs import of_giving, of_parting, of_verb
from briefings.ledger.english_view import PERCENT, View
from briefings.ledger.english_words import (
    BUYING_NOUNS,
    DETERMINERS,
    MERGING,
    SELLING_NOUNS,
    SHARE_NOUNS,
    SPENDING,
    VERBS,
    Form,
    Verb,
)
from briefings.ledger.sentence import Draft

Rule = Callable[[View, int], Draft | None]

_PARTING = frozenset({"part", "parts", "parted", "parting", "rid", "cash", "cashed", "cashing"})
_GIVES = frozenset(
    {"give", "gives", "gave", "given", "giving", "leaves", "left", "leaving", "issue", "issues",
     "issued", "issuing", "grant", "grants", "granted", "granting"}
)  # fmt: skip


_PRAISING = frozenset({"a", "better", "best", "good", "great", "strong", "cheap", "bargain"})
"""What stands before "buy" where it is what an analyst calls a share."""


def deals(view: View) -> Iterator[Draft]:
    """Yield the deals a sentence tells, in the order of their words."""
    for at, word in enumerate(view.words):
        verb = VERBS.get(word)
        draft = None
        if verb is not None and not _is_noun(view, at, verb):
            draft = of_verb(view, at, verb)
        elif word in _RULES:
            draft = _RULES[word](view, at)
        if draft is not None:
            yield draft
            second = gapped(view, draft)
            if second is not None:
                yield second
            yield from also_taken(view, draft)


def _of_offer(view: View, at: int) -> Draft | None:
    accepted = view.has(at - 8, at, {"accepted", "accepts", "accept"})
    return of_buying_noun(view, at) if accepted or for_whom(view, at) else None


def _of_merger(view: View, at: int) -> Draft | None:
    return of_merger(view, at, MERGING.get(view.word(at)))


def _rules() -> Mapping[str, Rule]:
    words: dict[str, Rule] = {"deal": of_deal, "merger": _of_merger}
    for listed, rule in (
        (MERGING, _of_merger),
        (SHARE_NOUNS, of_share_noun),
        (SELLING_NOUNS, of_selling_noun),
        (HOLDERS, of_holder),
        ({"investment", "injection"}, of_investment),
        ({"talks", "discussions", "negotiations"}, of_talks),
        (OFFERS, _of_offer),
        (BUYING_NOUNS, of_buying_noun),
        (SPENDING, of_payment),
        (_GIVES, of_giving),
        (_PARTING, of_parting),
    ):
        words.update(dict.fromkeys(listed, rule))
    return MappingProxyType(words)


_RULES = _rules()
"""What reads a deal from a word that is no verb of dealing."""


def _is_noun(view: View, at: int, verb: Verb) -> bool:
    """Tell whether a word that looks like a verb is none here: "the purchase", "its holding"."""
    before, word = view.word(at - 1), view.word(at)
    if word == "buy" and before in _PRAISING:
        return True
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
