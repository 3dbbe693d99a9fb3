"""Figures that a verb names: "brought in 25 billion yuan", "employs 3,000 people"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.ledger import metrics
from briefings.ledger.english_owners import Found
from briefings.ledger.english_view import COUNT, MONEY, View

_BROUGHT_IN = re.compile(
    r" (?:brought in|brings in|took in|takes in|generated|generates|brought @|brings @|turned over"
    r"|(?:business|division|unit|arm|segment) (?:made|makes)) $"
)
_BROUGHT_TO = re.compile(r" (?:brought|brings) @ $")
"""What a part of a business brought somebody: of the part, which has to have a name."""
_RESEARCH = re.compile(r"^ (?:in|into|on|for) (?:research|r&d) ")
_PAID_STAFF = re.compile(r"^ (?:people|workers) (?:on (?:its|the) payroll|(?:now )?work for @) ")
_USED_BY = re.compile(r" (?:is|are|was|were) (?:now )?(?:\S+ly )?used by $")
_PEOPLE = re.compile(r"^ (?:people|consumers|chinese|shoppers) ")
_HIRES = re.compile(r" (?:hire|hires|hired|recruit|recruits|recruited) $")
_STAFF = re.compile(r"^ (?:(?:more|new|extra|additional) )?(?:people|graduates|engineers) ")
_SOLD = re.compile(r" (?:ship|shipped|ships|deliver|delivers|delivered|sell|sold) $")
_GOODS = re.compile(
    r"^ (?:\S+ ){0,2}?(?:smartphones|phones|handsets|cars|vehicles|evs|units|devices|tablets"
    r"|consoles|copies|scooters) "
)
_LOST = re.compile(r" lost $")
_EARNED = re.compile(
    r"(?<! business)(?<! division)(?<! unit)(?<! arm)(?<! segment)"
    r" (?:earned|earns|earning|netted) $"
)
_EMPLOYS = re.compile(r" employ(?:s|ed)? $")
_SPENT_AT = re.compile(
    r" (?:shoppers|consumers|customers|buyers|users|people) (?:had |have )?"
    r"(?:spent|spend|splurged|shelled out|bought goods worth|bought goods for) (?:\S+ ){0,2}?$"
)
_TRADED = re.compile(
    r"^ (?:worth )?of (?:goods|merchandise|products) (?:(?:have|has|had|was|were) )?"
    r"(?:changed hands|sold|been sold|traded|passed|bought) (?=(?:on|through|across|via) @ )"
)
_GOODS_WORTH = re.compile(r" (?:goods|merchandise|products) (?:worth|valued at) $")
_PASSED = re.compile(
    r"^ (?:changed hands|(?:have been|were|was) (?:sold|traded|bought)|passed) "
    r"(?=(?:on|through|across|via) @ )"
)
_FESTIVAL = re.compile(r" (?:festival|sale|gala|day|event|promotion|show) \S+ $")
_AT_WHOSE = re.compile(r"^ (?:on|across|through|at) ")
_BUILDING = re.compile(
    r"^ (?:in|into|on|for|to build|building) (?:(?!% |stakes? |shares? |interest )\S+ ){0,5}?"
    r"(?:infrastructure|data cent(?:er|re)s?"
    r"|ai|artificial intelligence|research|logistics|capacity|computing|chips|overseas expansion)"
    r"(?! (?:\S+ )?(?:revenues?|sales|company|group|firm|unit|arm|business|provider|start-?up)) "
)
"""What is spent to build, and is not paid for somebody: "$3bn for 36% of the logistics firm"."""
_USE = re.compile(
    r"^ (?:people|chinese|consumers|shoppers|accounts) (?:now )?(?:use|used|are on) @ "
)
_ANY = re.compile("")
_AFTER_TAX = re.compile(r"^ (?!pre-?tax |before (?:tax|interest))")

_TOLD = (
    (MONEY, _ANY, _TRADED, "gross merchandise value"),
    (MONEY, _GOODS_WORTH, _PASSED, "gross merchandise value"),
    (MONEY, _BROUGHT_IN, _ANY, "revenue"),
    (MONEY, _LOST, _AFTER_TAX, "net loss"),
    (MONEY, _EARNED, _AFTER_TAX, "net profit"),
    (MONEY, _SPENT_AT, _AT_WHOSE, "gross merchandise value"),
    (MONEY, _ANY, _RESEARCH, "research spending"),
    (MONEY, _ANY, _BUILDING, "capital expenditure"),
    (COUNT, _ANY, _PAID_STAFF, "employees"),
    (COUNT, _USED_BY, _PEOPLE, "users"),
    (COUNT, _SOLD, _GOODS, "units sold"),
    (COUNT, _HIRES, _STAFF, "employees"),
    (COUNT, _ANY, _USE, "users"),
    (COUNT, _EMPLOYS, _ANY, "employees"),
)
"""The sign of a figure, the words before it and behind it, and the metric they name."""
_BEFORE, _BEHIND = 6, 9


def told_by_verbs(view: View) -> Iterator[Found]:
    """Yield the figures whose metric a verb tells."""
    for at, sign in enumerate(view.words):
        if sign not in {MONEY, COUNT}:
            continue
        before = f" {' '.join(view.words[max(0, at - _BEFORE) : at])} "
        behind = f" {' '.join(view.words[at + 1 : at + 1 + _BEHIND])} "
        for wanted, ahead, after, metric in _TOLD:
            told = after.search(behind) if sign == wanted and ahead.search(before) else None
            if told is None:
                continue
            if _BROUGHT_TO.search(before) and not metrics.segments.find(view.text(0, at)):
                break
            if metric != "revenue" or not _FESTIVAL.search(before):
                end = at + 1 + (len(told.group().split()) if after in {_TRADED, _PASSED} else 0)
                yield Found(metrics.metrics.terms[metric], at, end, at)
            break
