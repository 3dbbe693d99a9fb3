"""A sentence with what stands in it, and what its language's rules make of it.

Sentence -> english.drafts or chinese.drafts -> Draft -> across -> Claim
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.names import Name
from briefings.text.amounts import Figure
from briefings.text.periods import Moment


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article: `text` is `body[start:end]`, or `title[start:end]`.

    Names, figures and moments are in order, with positions in `text`.
    """

    text: str
    start: int
    end: int
    in_title: bool
    names: tuple[Name, ...]
    figures: tuple[Figure, ...]
    moments: tuple[Moment, ...]


class Stand(StrEnum):
    """What stands in a sentence where a name would."""

    ONE = "one"
    """Somebody named before: it, the company, the e-commerce giant, 该公司, 公司, 其."""
    BOTH = "both"
    """Two named before: they, both firms, the two companies, 双方, 两家公司."""
    NOBODY = "nobody"
    """Nothing at all: the part is left out ("a deal worth $586m", 此次交易)."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of a claim that the sentence leaves to the reader."""

    role: PartyRole
    stand: Stand
    said: str = ""
    """The words that stand for it, "" where nothing does."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim of one sentence, before the article is looked at as a whole.

    The fields are those of `facts.Claim`, as they stand in the sentence. A draft of kind None tells
    more of a deal that another sentence names ("Terms were not disclosed", "The deal is worth
    $586m"). `deal` is the place of the word that the draft was found by.
    """

    kind: Kind | None
    status: Status
    names: tuple[tuple[PartyRole, Name], ...]
    deal: int = 0
    percent: Figure | None = None
    option_percent: Figure | None = None
    amount: Figure | None = None
    undisclosed: bool = False
    metric: str = ""
    segment: str = ""
    value: Figure | None = None
    change_percent: Figure | None = None
    falls: bool = False
    """Whether `change_percent`, written without a sign, is a fall."""
    when: Moment | None = None
    missing: tuple[Missing, ...] = ()
    alone: bool = False
    """Whether a deal counts with one party named: shares bought back, sold on the market."""

    def named(self, role: PartyRole) -> tuple[Name, ...]:
        """Return the names that have this part, in order."""
        return tuple(name for part, name in self.names if part is role)
