"""What a Chinese sentence claims.

Sentence -> View -> deals, ties, acts of the law, figures -> Draft
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger import (
    chinese_deals,
    chinese_figures,
    chinese_holdings,
    chinese_law,
    chinese_passing,
    chinese_ties,
)
from briefings.ledger.chinese_view import View
from briefings.ledger.chinese_words import CLAIMS, read
from briefings.ledger.metrics import metrics
from briefings.ledger.sentence import Draft, Sentence
from briefings.text.names import folded

_OTHERWISE: Final = re.compile(
    "[0-9万亿]单|[与和同跟][^,;。]{2,30}合并|(?:成为|变为|变成)[^,;。]{2,24}(?:子公司|附属公司)"
)
"""What no word of the tables says alone."""


_TOLD: Final = frozenset({Status.ANNOUNCED, Status.COMPLETED, Status.IN_TALKS})
"""How far a headline and its text may tell the same deal to have come."""
_CORRECTED: Final = re.compile(
    "更正|勘误|编辑失误|(?:报道|消息|数字|数据|稿件)有误|系误[读传]|误称|误报"
)
"""What is told is told to be wrong."""


def claims_something(text: str) -> bool:
    """Tell cheaply whether the rules may find anything in a sentence."""
    plain = folded(text)
    if any(word.parts & CLAIMS for word in read(plain)):
        return True
    return bool(metrics.find(plain)) or _OTHERWISE.search(plain) is not None


def drafts(sentence: Sentence) -> list[Draft]:
    """Return what the rules find in a Chinese sentence, in the order of the text."""
    view = View(sentence)
    if _CORRECTED.search(view.text):
        return []
    deals = [*chinese_deals.drafts(view), *chinese_passing.drafts(view)]
    found = [
        *deals,
        *(() if any(map(_has_share, deals)) else chinese_holdings.drafts(view)),
        *chinese_ties.drafts(view),
        *chinese_law.drafts(view),
        *chinese_figures.drafts(view),
    ]
    found.sort(key=lambda draft: draft.deal)
    kept: list[Draft] = []
    for draft in found:
        for index, earlier in enumerate(kept):
            if (merged := _merged(earlier, draft)) is not None:
                kept[index] = merged
                break
        else:
            kept.append(draft)
    return kept


def _has_share(draft: Draft) -> bool:
    told = draft.alone or bool(draft.named(PartyRole.TARGET))
    return told and (draft.percent is not None or draft.option_percent is not None)


def _pays_for(paid: Draft, deal: Draft) -> bool:
    """Tell whether money put into nobody named is a deal's price: 投资2亿美元, 购得乙28%的股份."""
    return (
        paid.kind is Kind.INVESTMENT
        and not paid.named(PartyRole.TARGET)
        and not paid.missing
        and deal.kind in (Kind.STAKE, Kind.ACQUISITION)
        and len(deal.names) > len(paid.names)
    )


def _merged(one: Draft, other: Draft) -> Draft | None:
    """Return two drafts of one deal as one, None where they differ in anything both tell.

    A newspaper's line often has its headline written on to it, and says everything twice.
    """
    if one.metric != other.metric or one.segment != other.segment:
        return None
    if one.kind is not other.kind and not (_pays_for(one, other) or _pays_for(other, one)):
        return None
    if one.when and other.when and one.when != other.when:
        return None
    if one.status is not other.status and not {one.status, other.status} <= _TOLD:
        return None
    keys = [{name.key for _, name in draft.names} for draft in (one, other)]
    if not (keys[0] <= keys[1] or keys[1] <= keys[0]):
        return None
    for field in ("percent", "amount", "value", "change_percent"):
        here, there = getattr(one, field), getattr(other, field)
        if here and there and here.quantity.value != there.quantity.value:
            return None
    fuller, less = (one, other) if len(keys[0]) >= len(keys[1]) else (other, one)
    if _pays_for(fuller, less):
        fuller, less = less, fuller
    return replace(
        fuller,
        percent=fuller.percent or less.percent,
        option_percent=fuller.option_percent or less.option_percent,
        amount=fuller.amount or less.amount,
        value=fuller.value or less.value,
        change_percent=fuller.change_percent or less.change_percent,
        falls=fuller.falls if fuller.change_percent else less.falls,
        when=fuller.when or less.when,
        undisclosed=fuller.undisclosed and less.undisclosed,
    )
