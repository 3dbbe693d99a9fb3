"""What belongs together across the sentences of one article.

    drafts by sentence -> short names -> who "it" is -> amounts told later -> one claim a deal

A word that stands for somebody is followed only where one reading is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from briefings.facts import (
    FIGURES,
    Claim,
    Evidence,
    Kind,
    Money,
    Party,
    PartyRole,
    Quantity,
    Status,
)
from briefings.ledger.events import Stage, stage
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft, Sentence
from briefings.ledger.standing import BACK, Told, full_names, renamed, resolved
from briefings.text.amounts import Figure

DEALS = frozenset(
    {
        Kind.STAKE,
        Kind.INVESTMENT,
        Kind.ACQUISITION,
        Kind.DIVESTMENT,
        Kind.PARTNERSHIP,
        Kind.JOINT_VENTURE,
    }
)
"""Kinds that are between two organisations."""

FIRST, LATEST = 20, 60
"""How many deals of a very long list a further sentence is compared with."""

_BUYING = frozenset({Kind.STAKE, Kind.INVESTMENT, Kind.ACQUISITION})
_STAGES = (
    Status.RUMOURED,
    Status.IN_TALKS,
    Status.ANNOUNCED,
    Status.COMPLETED,
    Status.DENIED,
    Status.UNWOUND,
)
_ORDER = (
    PartyRole.BUYER,
    PartyRole.SELLER,
    PartyRole.TARGET,
    PartyRole.PARTNER,
    PartyRole.SUBJECT,
    PartyRole.REGULATOR,
)


@dataclass(slots=True)
class _Deal:
    """A claim that later sentences may add to."""

    draft: Draft
    at: int
    evidence: list[Sentence]


def claims(told: Sequence[Told], title: str, body: str) -> tuple[Claim, ...]:
    """Return the claims of an article whose sentences were read one by one."""
    full = full_names(told)
    deals: list[_Deal] = []
    for at, one in enumerate(told):
        for draft in one.drafts:
            if draft.kind is None:
                _add_terms(deals, at, draft, one.read())
                continue
            whole = _checked(resolved(renamed(draft, full), told, at, full))
            if whole is None:
                continue
            sentence = one.read()
            same = next(
                (
                    deal
                    for deal in _looked_at(deals)
                    # What a sentence tells as two is not one.
                    if (one.chinese or deal.at != at or deal.draft.kind is whole.kind)
                    and _same(deal.draft, whole)
                ),
                None,
            )
            if same is None:
                deals.append(_Deal(whole, at, [sentence]))
            else:
                _unite(same, whole, at, sentence)
    return tuple(_claim(deal, told, title, body) for deal in deals)


# --- deals --------------------------------------------------------------------------------------


def _looked_at(deals: list[_Deal]) -> list[_Deal]:
    """Return the deals a further sentence may be about: those told first, and the latest."""
    return deals if len(deals) <= FIRST + LATEST else deals[:FIRST] + deals[-LATEST:]


def _add_terms(deals: list[_Deal], at: int, terms: Draft, sentence: Sentence) -> None:
    """Add an amount to the deal that it can only be of."""
    between = [deal for deal in _looked_at(deals) if deal.draft.kind in DEALS]
    near = [deal for deal in between if at - deal.at <= BACK]
    candidates = near if len(near) == 1 else between if len(between) == 1 else []
    if len(candidates) != 1:
        return
    deal = candidates[0]
    if deal.draft.amount is not None or deal.draft.undisclosed:
        return
    deal.draft = replace(deal.draft, amount=terms.amount, undisclosed=terms.undisclosed)
    deal.evidence.append(sentence)


def _checked(draft: Draft) -> Draft | None:
    """Return the draft with everybody once, None where it does not say who with whom."""
    names: dict[str, tuple[PartyRole, Name]] = {}
    for role, name in _apart(draft):
        names.setdefault(name.key, (role, name))
    told = {role for role, _ in draft.names}
    draft = replace(draft, names=tuple(names.values()))
    acting = [role for role, _ in draft.names if role is not PartyRole.REGULATOR]
    if draft.alone and acting:
        return draft
    if draft.kind in DEALS and len(acting) < 2:
        return None
    if draft.kind in _BUYING and PartyRole.TARGET not in acting:
        return None
    if draft.kind is Kind.DIVESTMENT and PartyRole.TARGET in told - set(acting):
        return None  # what is sold is only known as its seller's
    return draft if acting else None


def _apart(draft: Draft) -> tuple[tuple[PartyRole, Name], ...]:
    """Return the names with a unit that its own owner buys or sells told apart from the owner.

    The catalogue knows it as the owner's, which it was not before that deal, or is no more after.
    """
    if draft.kind not in DEALS:
        return draft.names
    others = {name.organisation for role, name in draft.names if role is not PartyRole.TARGET}
    return tuple(
        (role, replace(name, organisation=name.named))
        if role is PartyRole.TARGET
        and name.organisation in others - {None}
        and name.named != name.organisation
        else (role, name)
        for role, name in draft.names
    )


def _same(one: Draft, other: Draft) -> bool:
    """Tell whether two drafts of an article are of one deal, or of one figure."""
    ours = {name.key for role, name in one.names if role is not PartyRole.REGULATOR}
    theirs = {name.key for role, name in other.names if role is not PartyRole.REGULATOR}
    if one.kind is other.kind or {one.kind, other.kind} <= _BUYING:
        if not (ours <= theirs or theirs <= ours):
            return False
    elif not _sale_and_purchase(one, other):
        return False
    if (one.metric, one.segment) != (other.metric, other.segment):
        return False
    if one.kind not in DEALS and not _same_unit(one, other):
        return False
    whens = [draft.when.when for draft in (one, other) if draft.when is not None]
    if len(whens) == 2 and whens[0] != whens[1] and one.kind not in DEALS:
        return False
    if not _one_stage(one, other):
        return False
    return all(_agree(getattr(one, field), getattr(other, field)) for field in FIGURES)


def _one_stage(one: Draft, other: Draft) -> bool:
    """Tell whether two deals may be one by how far they have come, or are by a figure of both.

    Who has a share and bids for the rest has not bought the rest.
    """
    if one.kind is None or other.kind is None:
        return True
    figures = [[getattr(draft, field) for field in FIGURES] for draft in (one, other)]
    stages = {
        stage(kind, draft.status, bare=not any(given))
        for kind, draft, given in zip((one.kind, other.kind), (one, other), figures, strict=True)
    }
    alike = any(mine and its for mine, its in zip(*figures, strict=True))
    return alike or stages != {Stage.HELD, Stage.SOUGHT}


def _same_unit(one: Draft, other: Draft) -> bool:
    """Tell whether two figures are of one unit; an owner's figure may be its unit's, if equal."""
    if {name.named for _, name in one.names} == {name.named for _, name in other.names}:
        return True
    return one.value is not None and other.value is not None


def _sale_and_purchase(one: Draft, other: Draft) -> bool:
    """Tell whether a sale and a purchase are the two sides of one deal."""
    if {one.kind, other.kind} & _BUYING == set() or Kind.DIVESTMENT not in {one.kind, other.kind}:
        return False
    sides = [
        {name.key for role, name in draft.names if role is wanted}
        for wanted in (PartyRole.BUYER, PartyRole.TARGET)
        for draft in (one, other)
    ]
    return bool(sides[0] & sides[1]) and bool(sides[2] & sides[3])


def _agree(one: Figure | None, other: Figure | None) -> bool:
    if one is None or other is None:
        return True
    return one.quantity.value == other.quantity.value and one.currency == other.currency


def _unite(deal: _Deal, draft: Draft, at: int, sentence: Sentence) -> None:
    """Add what a further sentence says of a deal; a headline gives way to the body."""
    headline = deal.evidence[0].in_title and not sentence.in_title
    first, draft = (draft, deal.draft) if headline else (deal.draft, draft)
    names = {name.key: (role, name) for role, name in first.names}
    for role, name in draft.names:
        if name.key not in names or names[name.key][1].named == name.key:
            names[name.key] = role, name
    known = {name.key: role for role, name in reversed(first.names)}
    united = tuple((known.get(key, role), name) for key, (role, name) in names.items())
    deal.draft = replace(
        first,
        names=united,
        percent=first.percent or draft.percent,
        option_percent=first.option_percent or draft.option_percent,
        amount=first.amount or draft.amount,
        status=_furthest(first.status, draft.status),
        undisclosed=(first.undisclosed or draft.undisclosed) and not (first.amount or draft.amount),
        value=first.value or draft.value,
        change_percent=first.change_percent or draft.change_percent,
        falls=first.falls if first.change_percent else draft.falls,
        when=first.when or draft.when,
    )
    if headline:
        deal.evidence.insert(0, sentence)
        deal.at = at
    else:
        deal.evidence.append(sentence)


def _furthest(one: Status, other: Status) -> Status:
    """Return how far a deal has come of which an article tells two stages."""
    return max(one, other, key=_STAGES.index)


# --- claims -------------------------------------------------------------------------------------


def _claim(deal: _Deal, told: Sequence[Told], title: str, body: str) -> Claim:
    draft = deal.draft
    assert draft.kind is not None  # noqa: S101 - those without were added to another
    parties = tuple(
        name.party(role) for role, name in sorted(draft.names, key=lambda one: _place(draft, one))
    )
    evidence = tuple(_evidence(sentence, title, body) for sentence in deal.evidence)
    distinct = tuple(dict.fromkeys(evidence))
    change = _quantity(draft.change_percent)
    if change is not None and draft.falls and change.value > 0:
        change = replace(change, value=-change.value)
    return Claim(
        kind=draft.kind,
        parties=_once(parties),
        status=draft.status,
        evidence=distinct[0],
        language="zh" if told[deal.at].chinese else "en",
        percent=_quantity(draft.percent),
        option_percent=_quantity(draft.option_percent),
        amount=Money(draft.amount.quantity, draft.amount.currency) if draft.amount else None,
        undisclosed=draft.undisclosed,
        metric=draft.metric,
        segment=draft.segment,
        value=_quantity(draft.value),
        change_percent=change,
        when=draft.when.when if draft.when is not None else None,
        also=distinct[1:],
    )


def _place(draft: Draft, one: tuple[PartyRole, Name]) -> int:
    role = one[0]
    if draft.kind is Kind.DIVESTMENT and role is PartyRole.SELLER:
        return -1
    if draft.kind is Kind.DIVESTMENT and role is PartyRole.BUYER:
        return _ORDER.index(PartyRole.TARGET) + 1
    if draft.kind in _BUYING and role is PartyRole.SELLER:
        return _ORDER.index(PartyRole.TARGET) + 1
    return _ORDER.index(role)


def _once(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    seen: dict[str, Party] = {}
    for party in parties:
        seen.setdefault(party.key, party)
    return tuple(seen.values())


def _quantity(figure: Figure | None) -> Quantity | None:
    return figure.quantity if figure is not None else None


def _evidence(sentence: Sentence, title: str, body: str) -> Evidence:
    text = title if sentence.in_title else body
    return Evidence(
        text[sentence.start : sentence.end], sentence.start, sentence.end, sentence.in_title
    )
