"""What passes to whom, in Chinese sentences whose buyer stands behind the verb or beside it.

View -> 落入甲手中, 并入甲, 成为甲的全资子公司, 甲与乙合并 -> who takes over, and what -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from briefings.facts import Kind, PartyRole
from briefings.ledger.chinese_shares import shares
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_sums import Act, money
from briefings.ledger.chinese_view import MOST, Cast, View
from briefings.ledger.chinese_words import Part, Word
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure

_HALF: Final = 50
"""Whoever gets more percent than this acquires; less is a stake."""

_INTO: Final = re.compile(
    "(?:落入|落到|归入|划入|划归|并入|融入|收入|纳入|被?收归|投入到?|投向|转到|转至|投奔|加入|归)了?$"
)
_HANDS: Final = re.compile(
    "(?:集团|公司)?的?(?:之手|手中|手里|手上|囊中|旗下|麾下|怀抱|所有|名下|门下|大家庭|口袋)"
)
"""落入甲手中, 归甲所有, 投入甲怀抱."""
_UNDER: Final = re.compile("(?:并入|易主|划归|归入|下嫁|改嫁|转手给?|转投|归属于?|归于)了?$")
_CLOSED: Final = re.compile("(?:集团|公司)?(?:[,;。!、]|$|后|一[事案]|的)")
"""并入甲, 易主甲: nothing is told of 甲 behind it."""
_BECOMES: Final = re.compile("(?:成为|成了|变为|变成|沦为)了?$")
_SUBSIDIARY: Final = re.compile(
    "(?:集团)?的?(?:旗下)?(?:一家|间接)?(?:全资|控股)?(?:附属公司|子公司|孙公司|附属企业)"
)
_RIGHT_BEFORE: Final = re.compile(
    r"(?:集团|公司)?(?:的|约|近|超过?|逾|[\d.]+%|全部|整体|其余|多数|少数|剩余)*"
    r"(?:股权|股份|股票|控制权|控股权)?(?:\([^()]*\))?"
    r"(?:已经?|将|正式|最终|宣布|同意|确认|也|终于?|由此|成功|悉数|尽数|全部|整体|被|拟|或|有望|即将|随后|日前|昨日|今日"
    r"|于|[\d年月日]+)*"
)
"""Between what passes and the verb."""
_ENDS: Final = ((_INTO, _HANDS), (_UNDER, _CLOSED), (_BECOMES, _SUBSIDIARY))
_MERGED: Final = re.compile("(?:宣布|将|已|正式|拟|同意|完成|达成|战略性?|的|进行|全面|协议)*合并")
_MERGER_ENDS: Final = re.compile(
    "[,;:。!、]|$|成(?!本)|为|组成|后[,成]|一[事案]|案|事宜|交易|计划|谈判|协议|方案|传闻|传言|已|正式|完成|告吹|破裂|终止|获"
    "|的(?:消息|交易|传闻|传言|计划|谈判|协议|可能)"
)
"""Behind 合并: it is the two that merge, and not something of theirs."""
_ONE: Final = re.compile("(?:将|拟|已|正式|宣布|同意)*[与和同跟]")


def drafts(view: View) -> Iterator[Draft]:
    """Yield what a sentence says passes to somebody."""
    for name in islice(view.names, MOST):
        start, _ = view.clause(name.start)
        for ahead, behind in _ENDS:
            passing = ahead.search(view.text, start, name.start)
            if passing is None or not behind.match(view.text, name.end):
                continue
            if behind is not _HANDS and not view.is_sure(name):
                continue
            what = _what(view, start, passing.start())
            draft = _draft(view, passing, Cast((name,)), what)
            if draft is not None:
                yield draft
                return
    yield from _mergers(view)


def _what(view: View, start: int, end: int) -> Cast:
    """Return what passes: named right before the verb, but for its share, or a clause before."""
    own = view.group(start, end)
    if own.names and view.has(Part.TAKES, start=start, end=own.names[0].start):
        return Cast()  # 丙将乙并入甲: who hands on what he has
    if own.names:
        return own if _RIGHT_BEFORE.fullmatch(view.text, own.names[-1].end, end) else Cast()
    ahead = _RIGHT_BEFORE.fullmatch(view.text, start, end)
    return view.subject(end) if ahead else Cast()


def _mergers(view: View) -> Iterator[Draft]:
    """Yield who merges with whom: whoever is named first is taken to be the one that goes on."""
    for first, second in zip(view.names, view.names[1:], strict=False):
        between = view.text[first.end : second.start]
        merging = _MERGED.match(view.text, second.end)
        if view.text[max(0, first.start - 1) : first.start] in ("、", "和"):
            continue  # three who merge
        if merging is None or not _ONE.fullmatch(between):
            continue
        if not _MERGER_ENDS.match(view.text, merging.end()):
            continue
        draft = _draft(view, merging, Cast((first,)), Cast((second,)))
        if draft is not None:
            yield draft
            return


def _draft(view: View, verb: re.Match[str], buyer: Cast, target: Cast) -> Draft | None:
    names = (*buyer.names, *target.names)
    owners = {name.organisation or name.named for name in names}
    if not target.names or len(owners) < len(names) or any(name.regulator for name in names):
        return None
    word = Word(verb.group(), verb.start(), verb.end(), frozenset({Part.BUYS}))
    reached = status(view, word)
    if reached is None or not view.are_sure(names):
        return None
    start, end = view.clause(word.start)
    percents = shares(view, Act(Part.BUYS, word, start, end, 0, False))
    amounts = money(view, Act(Part.BUYS, word, start, len(view.text), 0, False))
    percent = percents[0] if percents else None
    return Draft(
        kind=_kind(percent),
        status=reached,
        names=(
            *((PartyRole.BUYER, name) for name in buyer.names),
            *((PartyRole.TARGET, name) for name in target.names),
        ),
        deal=word.start,
        percent=percent,
        amount=amounts[0] if amounts else None,
        undisclosed=not amounts and view.has(Part.UNTOLD),
        when=view.moment(word.start),
        alone=percent is not None,
    )


def _kind(percent: Figure | None) -> Kind:
    if percent is not None and percent.quantity.value <= _HALF:
        return Kind.STAKE
    return Kind.ACQUISITION
