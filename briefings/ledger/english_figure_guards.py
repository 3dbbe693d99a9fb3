"""When a figure of an English sentence is of less, or of somebody else, than it seems.

A figure is told of a whole organisation only. Where a place, an event, a customer, a deal or a part
without a name in the ledger stands beside it, it is not given. Each guard looks at one construction
and says yes where the figure has to be left alone.
"""

from __future__ import annotations

import re

from briefings.ledger import metrics
from briefings.ledger.english_figure_parts import segment_in
from briefings.ledger.english_metric_words import FALLS, HAVING, METRIC_LINKS, RISES
from briefings.ledger.english_owners import Found, past_owner
from briefings.ledger.english_view import COUNT, MOMENT, MONEY, PERCENT, View
from briefings.ledger.english_words import SELLING_NOUNS, VERBS
from briefings.ledger.metrics import Measure
from briefings.ledger.name_words import CORPORATE, PLACES, TITLES, words_of
from briefings.ledger.names import Name

_SIGNS = frozenset({MONEY, COUNT, PERCENT})

# --- changes, not totals; some of them, not all ---

_CHANGING = words_of("""
lost lose loses losing gained gaining added adding cut cutting shed axed shedding eliminated slashed
poached
""")
_OPENING = words_of("open opens opened opening close closes closed closing shut shutting add adds")
_RELATED = words_of("""
rival rivals competitor competitors partner partners supplier suppliers seller sellers customer
customers client clients backer backers owner parent shareholder shareholders investor investors
affiliate merchants vendors developers bloggers operator maker distributor reseller
""")
_INCLUDING = words_of("includes include including comprises such namely")
_FOUNDED = words_of("founded co-founded started led run owned backed controlled headed")
_SOME = words_of("hundreds thousands dozens some many several most")
_BACKED = ("-backed", "-owned", "-controlled", "-invested", "-funded", "-led")
_LOST_ON = re.compile(
    r"^ (?:on|from) (?:its |the |their )?(?:two |three )?"
    r"(?:sales?|disposals?|deals?|stakes?|exits?) "
    r"| on the (?:sale|disposal) of "
)
_ON_A_DEAL = re.compile(
    r" (?:on|from) (?:the|that|this|its|their|both|each) (?:\S+ ){0,2}?"
    r"(?:transactions?|deals?|sales?|disposals?|divestments?|exits?|stakes?|swap) "
)
_BOOKING = words_of("""
booking taking recording recognising recognizing incurring realising realizing making posting
reporting registering suffering resulting producing yielding
""")


def is_a_change(view: View, found: Found, left: int) -> bool:
    """Tell whether a count is what was won or lost: "added 20 million users", "opened 70 stores".

    "Cut 19,576 jobs" is no count of jobs, and "to open 70 stores" no target of 70.
    """
    if found.term.measure is not Measure.COUNT or found.figure is None or found.figure > found.end:
        return False
    if view.has(left - 2, left, _CHANGING):
        return True
    return found.term.name == "stores" and view.has(left - 3, left, _OPENING)


_EXPECTED = words_of(
    "expected forecast forecasted estimated predicted projected anticipated consensus"
)
_BEYOND = words_of("below beneath above short ahead shy beat missed topped exceeded")


def is_what_was_expected(view: View, found: Found) -> bool:
    """Tell whether a figure is a forecast that a result is held against.

    "Revenue was 8% below the 240 billion yuan expected", "missed the 135bn analysts had forecast".
    """
    at = found.figure
    if at is None or at < found.start:
        return False
    return view.word(at + 1) in _EXPECTED or (
        view.has(at - 4, at, _BEYOND)
        and (view.has(at + 1, at + 5, _EXPECTED) or view.has(at - 3, at, _EXPECTED))
    )


_AGAINST = frozenset({"from", "against", "versus", "vs", "with", "than"})


def is_of_once(view: View, found: Found, left: int) -> bool:
    """Tell whether a figure is one of old: "its cloud arm, once valued at $60 billion".

    "Swung to a loss of $23 million from a profit of $87 million": the profit is.
    """
    article = view.word(left - 1) in {"a", "an"}
    if article and view.word(left - 2) in _AGAINST and left > 3:
        beside = view.word(left - 2) == "with" and view.word(left - 3) != "compared"
        return not beside and any(word in _SIGNS for word in view.words[: left - 2])
    return view.has(left - 2, max(found.start, left), {"once", "previously", "formerly", "then"})


def is_a_share_of_it(view: View, left: int) -> bool:
    """Tell whether a figure is somebody's share of the metric: "X's share of Y's profit"."""
    return any(
        view.word(at) == "of" and view.word(at - 1) in {"share", "portion", "slice"}
        for at in range(max(1, left - 4), left)
    )


def is_bought_or_spent(view: View, found: Found) -> bool:
    """Tell whether a figure before a metric is what changes hands: "bought 12 stores from X".

    "Will invest 1 billion in merchants" and "a partnership worth $5bn in sales" neither say how
    much of it somebody has.
    """
    at = found.figure
    if at is None or at >= found.start:
        return False
    if found.term.measure is Measure.COUNT:
        return view.word(found.end) == "from" or view.word(at + 1) == "in"
    return view.word(at - 1) == "worth" and not view.has(at + 1, found.start, {"goods"})


def tells_of_some(view: View, found: Found) -> bool:
    """Tell whether a count that opens a clause says what some of them did.

    "5,000 employees of X moved", "1.5 million merchants on Taobao will lose out", "402 brands sold
    more than 100 million yuan each".
    """
    at = found.figure
    if found.term.measure is Measure.COUNT and view.has(found.start - 4, found.start, _SOME):
        return True
    if at is None or at != found.start - 1 or found.term.measure is not Measure.COUNT:
        return False
    if view.has(found.end, found.end + 8, {"each", "apiece"}):
        return True
    if at > 2 or view.word(found.end) not in {"of", "at", "on"}:
        return False
    if view.name(found.end + 1) is None:
        return False
    after = found.end + 2
    while view.word(after) in {"will", "have", "had", "would", "were", "are", "is"}:
        after += 1
    word = view.word(after)
    foretold = view.word(after - 1) in {"will", "would"}
    return word.isalpha() and (
        foretold or word not in METRIC_LINKS | HAVING | {"use", "used", "now"}
    )


_QUALIFYING = words_of("deferred unearned taxable pre-tax pretax headline forgone")


def is_another_measure(view: View, found: Found) -> bool:
    """Tell whether a metric's word only helps to name another: "cost of revenue"."""
    if view.word(found.start - 1) == "of":
        return view.word(found.start - 2) in {"cost", "costs"}
    return view.word(found.start - 1) in _QUALIFYING


def is_a_base(view: View, found: Found) -> bool:
    """Tell whether a metric only says of what a percentage is: "paid 3% of 2020 sales, $5m"."""
    at = found.start - 1
    while view.word(at) in {MOMENT, "its", "the", "their", "total", "annual", "net", "domestic"}:
        at -= 1
    if view.word(at) == "'s":
        at -= 2
    if view.word(at) != "of":
        return False
    return view.word(at - 1) in {PERCENT, "third", "quarter", "half", "tenth", "fifth"}


def is_change_of_more(view: View, found: Found, change: int) -> bool:
    """Tell whether a percentage without a figure is of something else than the metric.

    "Users spent 80% more time", "riders delivered 21.9 billion orders, up 24%", "1,200 sellers
    polled expect revenue to fall 10%".
    """
    return any(
        word not in METRIC_LINKS | {MOMENT, "(", ")", ",", "more", "year", "in"}
        and not word.endswith("ly")
        for word in view.words[past_owner(view, found.end) : change]
    ) or view.has(change + 1, change + 4, {"time", "often", "likely"})


def is_of_a_related_firm(view: View, at: int, found: Found) -> bool:
    """Tell whether the name at `at` only says whose rival, seller or partner is spoken of.

    "The Alibaba seller Anker, with 13 billion yuan in revenue", "Alibaba sellers expect sales to
    fall", "Alibaba and SoftBank-backed Paytm lost 5 billion".
    """
    after = at + 2 if view.word(at + 1) == "'s" else at + 1
    if (
        view.word(after) in _RELATED
        and not found.start <= after < found.end
        and view.word(found.end - 1) != "attributable"  # "to X's shareholders"
        and not segment_in(view.text(after, min(len(view), after + 2)))  # "customer management"
    ):
        return True
    if _is_a_product(view, at):
        return True
    if view.has(at - 2, at, _INCLUDING):
        return True
    if view.word(at - 1) == "by" and view.word(at - 2) in _FOUNDED:
        return True  # "the company founded by Jack Ma employs"
    if view.word(at - 1) == PERCENT and view.word(at + 1) == "'s":
        return True  # "JD Logistics, 63% JD.com's"
    if view.word(at - 1) == "about" or (view.word(at - 1) == "'s" and view.word(at - 3) == "about"):
        return True  # "a post about Y drew 3 million users"
    return view.word(at + 1) == "and" and view.word(at + 2).endswith(_BACKED)


def _is_a_product(view: View, at: int) -> bool:
    """Tell whether a firm's name only opens that of something it makes: "Tencent Docs"."""
    name = view.name(at)
    if name is None or name.organisation is None or name.named != name.organisation:
        return False
    word = view.word(at + 1)
    written = view.text(at + 1, at + 2)
    if not written.istitle() or not word.isalpha() or word in CORPORATE | TITLES | METRIC_LINKS:
        return False
    behind = view.text(at + 2, at + 4)
    return behind.islower() and view.sentence.text[: name.start].strip(" “\"'") == ""


def is_lost_on_a_deal(view: View, found: Found) -> bool:
    """Tell whether a loss or profit is one deal's: "On the two sales Alibaba lost 22 billion"."""
    if not found.term.name.endswith(("loss", "profit")):
        return False
    behind = f" {' '.join(view.words[max(found.end, found.figure or 0) :])} "
    return bool(_LOST_ON.search(view.row) or _ON_A_DEAL.search(behind)) or _is_booked(view, found)


def _is_booked(view: View, found: Found) -> bool:
    """Tell whether a loss is booked behind a deal: "sold Larch, booking a loss of $9bn"."""
    booked = next(
        (at for at in range(found.start - 1, found.start - 6, -1) if view.word(at) in _BOOKING), -1
    )
    return any(word in VERBS or word in SELLING_NOUNS for word in view.words[: max(0, booked)])


def is_gapped(view: View, found: Found) -> bool:
    """Tell whether a name and its figure share the verb of another clause.

    "Weibo signed up a million bloggers and Tencent 3 million creators": no verb says what of.
    """
    at = found.figure
    return (
        at is not None
        and found.figure is not None
        and at < found.start
        and view.name(at - 1) is not None
        and at > 2
        and view.has(at - 4, at - 1, {"and", ",", ";"})
    )


def is_in_a_row(view: View, found: Found) -> bool:
    """Tell whether a figure stands in a row with others of its kind: "250,000 and 88 million"."""
    at = found.figure
    if at is None or view.word(at) not in _SIGNS:
        return False
    sign = view.word(at)
    ahead = at + 1
    while view.word(ahead) in {",", "to", "by"} or view.word(ahead) in RISES | FALLS:
        ahead += 1
    follows = view.word(ahead) == "and" and view.word(ahead + 1) == sign
    if follows and at > found.start:
        return not _has_metric(view, ahead + 2)
    return at < found.start and view.word(at - 1) == "and" and view.word(at - 2) == sign


def _has_metric(view: View, start: int) -> bool:
    """Tell whether a metric stands right behind a figure: "and 3 million users"."""
    text = view.text(start, min(len(view), start + 3))
    return any(word.start == 0 for word in metrics.metrics.find(text))


_NO_FIRMS = words_of("""
iaas paas saas yoy qoq ifrs gaap non-ifrs non-gaap vas hk us uk eu ebita ebit ebitda mau dau gmv ai
arpu ads adr ceo cfo cny rmb usd hkd ipo q1 q2 q3 q4 h1 h2 fintech app apps finnish group
""")


_OF_A_TITLE = re.compile(r"(?<!^)\b[A-Z][a-z]+ of (?:the )?\Z")


def is_no_firm(view: View, name: Name) -> bool:
    """Tell whether a name is none of an organisation: IaaS, EBITA, "FinTech", "Games"."""
    if name.organisation is not None:
        return False
    before = view.sentence.text[: name.start].casefold().split()
    text = view.sentence.text[name.start : name.end]
    if _OF_A_TITLE.search(view.sentence.text, 0, name.start):
        return True  # "Honor of Kings"
    if name.start == 0 and text.isalpha() and view.sentence.text.startswith(" sales", name.end):
        return True  # "Car sales rose 8%"
    if text.casefold() in _NO_FIRMS or text.casefold() in PLACES:
        return True
    if before in (["in"], ["from"], ["in", "the"], ["over", "in"]) and len(text.split()) > 1:
        return text.casefold().split()[0] in PLACES  # "In Indonesia Bukalapak has"
    whole = metrics.segments.find(text) + metrics.metrics.find(text)
    return any(word.start == 0 and word.end == len(text) for word in whole)
