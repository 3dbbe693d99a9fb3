"""What somebody plans to spend on something of his own, in Chinese sentences.

View -> 投入, 投资 with a sum, planned, and nobody it goes to -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_sums import spends
from briefings.ledger.chinese_view import MOST, View
from briefings.ledger.chinese_words import Part
from briefings.ledger.sentence import Draft

_DEALS: Final = (
    Part.BUYS, Part.BUYS_SHARES, Part.BUYS_BACK, Part.SELLS, Part.PLEDGES, Part.LEADS, Part.JOINS,
)  # fmt: skip


_FOR_GOOD: Final = re.compile(
    "共同富裕|公益|慈善|捐|扶贫|救灾|抗疫|补贴|回购|回馈|种树|植树|乡村振兴"
)
"""What is given away, or back."""


def drafts(view: View) -> Iterator[Draft]:
    """Yield what somebody plans to spend: a target, as everything that is planned."""
    for word in islice(view.having(Part.SPENDS), MOST):
        amount = spends(view, word)
        reached = status(view, word) if amount else None
        following = view.having(*_DEALS, start=word.start)
        if amount is None or reached is None or next(following, None) is not None:
            continue
        behind = view.object(word.end, view.clause(word.start)[1])
        whose = view.subject(word.start)
        toward = view.before(word.start, Part.TO, start=view.clause(word.start)[0])
        if _FOR_GOOD.search(view.text):
            continue
        if behind or toward is not None or not whose or not view.are_sure(whose.names):
            continue
        role = PartyRole.SUBJECT
        yield Draft(
            kind=Kind.TARGET,
            status=Status.ANNOUNCED if reached is not Status.DENIED else reached,
            names=tuple((role, name) for name in whose.names),
            deal=word.start,
            amount=amount,
            metric="capital expenditure",
            when=view.moment(word.start),
            missing=whose.missing(role),
        )
        return
