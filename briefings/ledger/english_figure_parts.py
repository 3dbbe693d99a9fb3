"""When a figure of an English sentence is of a part only: of a place, an event, a unit, a segment.

Where the ledger has a name for the part, that is its segment; where it has none, the figure is left
alone.
"""

from __future__ import annotations

import re

from briefings.ledger import metrics
from briefings.ledger.english_metric_words import HAVING, METRIC_LINKS
from briefings.ledger.english_owners import Found
from briefings.ledger.english_view import COUNT, MONEY, NAME, PERCENT, View
from briefings.ledger.metrics import Measure
from briefings.ledger.name_words import COUNTRIES, PLACES, words_of
from briefings.ledger.names import Name

_SIGNS = frozenset({MONEY, COUNT, PERCENT})

# --- places ---

_OPENS_WITH_A_PLACE = re.compile(
    r"^ (?:across |over |back |up |down )?(?:in|across|outside|from) (?:the |mainland |greater )?"
)
_NOT_OF_A_PLACE = words_of("""
said told filing filings statement listed trading traded shares court reporters investors interview
conference
""")


def is_of_a_place(view: View, found: Found, left: int, place: int) -> bool:
    """Tell whether a figure is of one place only.

    "AliExpress has 10 million users in Korea", "In London, Alibaba has 100 employees", "Lazada
    Thailand's profit was 604 million baht", "TikTok Shop's US sales rose".
    """
    last = max(found.end - 1, place)
    if view.has(left - 3, left, {"where"}):
        return True
    opening = _OPENS_WITH_A_PLACE.match(view.row)
    if opening is not None and _is_place(view, len(opening.group().split())):
        return True
    for at in range(left, min(len(view), last + 5)):
        if view.word(at) in {",", ";", "and", "while"} and at > last:
            break
        if view.word(at) in {"in", "across", "outside", "within"} and _place_behind(view, at):
            return not view.has(last + 1, at, _NOT_OF_A_PLACE | HAVING)
    owner = next((at for at in range(left - 1, max(-1, left - 9), -1) if view.name(at)), None)
    if owner is None:
        return False
    between = range(owner + 1, max(found.start, place))
    if view.has(owner + 1, left, _NOT_OF_A_PLACE):
        return False
    if any(_is_place(view, at) for at in between if not view.has(owner + 1, at, {","})):
        return view.word(owner + 1) in {"'s", "in"} or _is_place(view, owner + 1)
    return False


def _is_place(view: View, at: int) -> bool:
    word = view.word(at)
    if word == "us":
        return view.text(at, at + 1) == "US"
    if word in {"hk", "uae", "u.s.", "u.k."}:
        return True
    name = view.name(at)
    if name is not None and name.organisation is None:
        return view.sentence.text[name.start : name.end].casefold() in COUNTRIES | {"hk"}
    return word in PLACES and word not in {"new", "north", "south", "states", "u.n", "un"}


def _place_behind(view: View, at: int) -> bool:
    ahead = at + 1
    while view.word(ahead) in {"the", "mainland", "greater", "south", "north", "southeast", "all"}:
        ahead += 1
    return _is_place(view, ahead)


# --- parts of a business ---

PARTS = words_of("""
unit units arm arms division divisions business businesses segment segments subsidiary subsidiaries
affiliate affiliates operation operations initiatives venture ventures store stores shop chain
""")
_EVENT = re.compile(r"singles['’]? ?day|double (?:11|eleven)|11\.11|6\.18", re.IGNORECASE)
_OTHER_EVENT = re.compile(
    r"\b618\b|\bfestival|\bgala\b|\bpromotion\b|\bblack friday\b|\bshopping (?:day|event)|"
    r"\bdouble 12\b",
    re.IGNORECASE,
)
_OTHER_CLAUSES = frozenset({";", "when", "while", "whereas", "which"})
SINGLES_DAY = "singles' day"
_EVENT_METRICS = frozenset({"revenue", "gross merchandise value", "orders", "parcels", "users"})
_NO_SEGMENT = frozenset({"market value", "valuation", "gross merchandise value"})
"""Money that is told of units, not of segments."""


def event_of(view: View, found: Found) -> str | None:
    """Return the segment of a figure of one event, "" for an event that the ledger has no name for.

    "Singles' Day GMV hit 540 billion yuan" is not the year's; None where no event is told of.
    """
    if found.term.name not in _EVENT_METRICS:
        return None
    start, end = found.start, max(found.end, (found.figure or 0) + 1)
    while start > 0 and view.word(start - 1) not in _OTHER_CLAUSES:
        start -= 1
    while end < len(view) and view.word(end) not in _OTHER_CLAUSES:
        end += 1
    text = view.text(start, end)
    if _EVENT.search(text):
        return SINGLES_DAY
    return "" if _OTHER_EVENT.search(text) else None


def part_of(view: View, found: Found, owner: Name, at: int) -> str | None:
    """Return the segment of a part's figure, "" where it has none, None where no part is told.

    "The cloud arm of X" and "Alibaba Cloud" are cloud; "Shopee's Brazilian unit" has no name here.
    A unit that is named is told with the fact and needs no segment.
    """
    stop = found.start if at < found.start else max(found.start, found.figure or 0)
    said = next((i for i in range(at + 1, min(stop, at + 8)) if view.word(i) in PARTS), None)
    if (
        said is not None
        and view.word(at + 1) == "'s"
        and not view.has(at + 1, said, _SIGNS | {",", NAME, "from"})
    ):
        return segment_in(view.text(at + 1, said + 1))
    if found.term.measure is Measure.COUNT or found.term.name in _NO_SEGMENT:
        return None
    if owner.organisation is None or owner.named == owner.organisation:
        return None
    return segment_in(view.sentence.text[owner.start : owner.end]) or None


def segment_in(text: str) -> str:
    found = metrics.segments.find(text)
    return found[-1].term.name if found else ""


_TWO_SEGMENTS = frozenset({"international", "domestic"})


def is_of_part_of_a_part(view: View, start: int, end: int) -> bool:
    """Tell whether two segments narrow a figure: "overseas games revenue"."""
    words = metrics.segments.find(view.text(start, end))
    names = {word.term.name for word in words}
    return len(names) > 1 and bool(names & _TWO_SEGMENTS)


_GIVING = frozenset({"give", "gives", "giving", "gave"})


def is_of_an_unnamed_part(view: View, found: Found) -> bool:
    """Tell whether a metric is a part's that is not told further: "the unit's revenue rose 2%".

    "Revenue from electronics rose 5%" is of a part, too, that the ledger has no name for, and so is
    "giving the unit a valuation of $4bn".
    """
    if view.word(found.start - 1) == "'s" and view.word(found.start - 2) in PARTS:
        return True
    before = view.words[max(0, found.start - 5) : found.start]
    if not PARTS.isdisjoint(before) and not _GIVING.isdisjoint(before):
        return True
    if view.word(found.end) != "from" or found.term.measure is not Measure.MONEY:
        return False
    source = [
        word
        for word in view.words[found.end + 1 : found.end + 6]
        if word not in {"its", "the", "their"}
    ]
    if not source or not source[0].replace("-", "").isalpha() or source[0] in METRIC_LINKS:
        return False
    return not segment_in(view.text(found.end + 1, min(len(view), found.end + 6)))


# --- of less, or of others, by the words around it ---

_CONTRIBUTING = frozenset(
    {"accounted", "accounts", "accounting", "contributed", "contributes", "contribution",
     "contributing"}
)  # fmt: skip
_TOGETHER = re.compile(
    r" respectively | a combined [$#] "
    r"| (?:combined|joint|aggregate) (?:\S+ ){1,3}?(?:of|at) (?:both )?"
    r"@ (?:, @ )*(?:, )?and @ "
    r"| @ and @ 's (?:combined|joint|total) "
)
"""Figures of two that are told as one, or one behind the other."""
_CUTTING = frozenset({"cut", "cuts", "cutting", "shed", "axed", "eliminated", "slashed", "lost"})
_AT_A_PART = re.compile(
    r"^ (?:(?:from|compared with) \$ )?(?:at|in|from) (?:its|their) (?:[a-z-]+ ){0,3}"
    r"(?:unit|division|arm|business|businesses|initiatives|segment|operations|subsidiary) "
)
_ON_A_DEAL = re.compile(
    r"^ (?:on|from) (?:its |the |their )?(?:(?:sale|disposal) |@ (?:shares|stake) "
    r"|(?:\S+ ){0,2}?(?:investments?|shares|stake|sale) |@ )"
)
_OF_SOMETHING_ELSE = re.compile(
    r"^ (?:(?!and |while |, )\S+ ){0,5}?(?:(?:might|could|may) (?:\S+ ){0,3}?%"
    r"|(?:spent|watched|bought|made) % (?:more|less|fewer) )"
)


def is_of_others(view: View, found: Found, left: int, place: int, *, apart: bool) -> bool:
    """Tell whether a figure is of less, or of somebody else, than its sentence seems to say.

    "Excluding X", "accounted for $5m of sales", "its contribution to profit", "a loss at its new
    initiatives", "cut 500 jobs", "users spent 80% more time".
    """
    if view.word(0) == "excluding" or view.has(left - 6, left, _CONTRIBUTING):
        return True
    row = view.row.replace(" respectively ", " ") if apart else view.row
    if _TOGETHER.search(row):
        return True
    if found.term.name == "jobs" and view.has(left - 3, left, _CUTTING):
        return True
    end = max(found.end, place + 1)
    tail = f" {' '.join(view.words[end : end + 9])} "
    if found.figure is not None and _AT_A_PART.search(tail):
        return True
    if found.term.name.endswith(("loss", "profit")) and _ON_A_DEAL.match(tail):
        return True
    return found.figure is None and _OF_SOMETHING_ELSE.match(tail) is not None
