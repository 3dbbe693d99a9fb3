"""Results that a sentence tells of nobody named: of the firm the sentences before it speak of.

"Alibaba's chief called it a rare chance. Revenue for the December quarter was up 8% at 280bn yuan."

The sentence has to begin with the metric and to name nobody, and the sentences before it have to
name one firm only (see `standing`): "Retail sales in China rose 3%" is nobody's result.
"""

from __future__ import annotations

from briefings.facts import PartyRole
from briefings.ledger import metrics
from briefings.ledger.english_metric_words import FALLS, RISES
from briefings.ledger.english_owners import Found
from briefings.ledger.english_parts import Part
from briefings.ledger.english_view import MOMENT, View
from briefings.ledger.metrics import Term
from briefings.ledger.name_words import words_of
from briefings.ledger.sentence import Missing, Stand

_RESULTS = frozenset(
    {"revenue", "net profit", "net loss", "operating profit", "operating loss",
     "adjusted net profit", "monthly active users", "daily active users"}
)  # fmt: skip
"""What a firm reports; users and orders may as well be of a market."""
_OPENING = words_of("""
net total group quarterly annual overall adjusted the in for full-year its
online
""")
_SAID = RISES | FALLS | words_of("was were came reached hit totalled totaled stood amounted by")
_LONGEST = 8
"""How many items before its metric a sentence of results may have."""


def of_the_firm_before(view: View, found: Found) -> Part:
    """Return who is left to the reader in "Revenue for the quarter was up 8% at 280bn yuan"."""
    if found.term.name not in _RESULTS or any(True for _ in view.names(0, len(view))):
        return Part()
    first = next(iter(metrics.metrics.find(view.sentence.text)), None)
    if first is None or first.term.name not in _RESULTS:
        return Part()
    start = next((at for at, item in enumerate(view.items) if item.start >= first.start), 0)
    end = next((at for at, item in enumerate(view.items) if item.start >= first.end), len(view))
    if not (_opens(view, start, first.term) and _is_said(view, end)):
        return Part()
    return Part((), (Missing(PartyRole.SUBJECT, Stand.ONE),))


def _opens(view: View, start: int, term: Term) -> bool:
    """Tell whether only a period, a part of the business and the like stand before the metric."""
    if start > _LONGEST:
        return False
    sold = view.word(start) == "sales"  # "Retail sales", "Car sales" are a market's
    return all(
        word in _OPENING
        or word in {MOMENT, ","}
        or (not sold and term.name == "revenue" and bool(metrics.segments.find(word)))
        for word in view.words[:start]
    )


def _is_said(view: View, end: int) -> bool:
    """Tell whether the metric goes on with what it came to, maybe behind its period."""
    at = end
    if view.word(at) in {"for", "in"}:
        at += 2 if view.word(at + 1) == "the" else 1
        if view.word(at) != MOMENT:
            return False
        at += 1
    if view.word(at) == ",":
        closing = next((i for i in range(at + 1, at + 5) if view.word(i) == ","), at)
        at = closing + 1  # ", by contrast,"
    return view.word(at) in _SAID
