"""What an English sentence claims."""

from __future__ import annotations

import re
from dataclasses import replace

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.english_belonging import belongings
from briefings.ledger.english_deals import deals
from briefings.ledger.english_figures import price_at, undisclosed
from briefings.ledger.english_funding import funding
from briefings.ledger.english_holders import HOLDERS
from briefings.ledger.english_kept import each_once, with_own_figures
from briefings.ledger.english_metrics import metrics_of
from briefings.ledger.english_passing import without_the_passing
from briefings.ledger.english_rulings import rulings
from briefings.ledger.english_short import with_targets
from briefings.ledger.english_sides import is_of_others
from briefings.ledger.english_ties import ties
from briefings.ledger.english_ventures import of_the_two, ventures
from briefings.ledger.english_view import MONEY, View
from briefings.ledger.english_whose import with_own_parties
from briefings.ledger.metrics import metrics
from briefings.ledger.sentence import Draft, Sentence

_DEAL_TERMS = re.compile(
    r" (?:the|this|its|under the|of the|proposed) (?:\S+ ){0,2}"
    r"(?:deal|transaction|purchase|acquisition|agreement|investment|takeover|sale|merger|stake)"
    r"|terms|purchase price"
)


_NOT_TOLD = re.compile(
    r"^ (?:had|should|were) (?:@|it|he|they) | (?:parallel world|april fool|joke|as collateral) "
    r"| (?:earlier|previous|first) version of (?:this|the) "
)
"""What would have been, and what a correction takes back."""
_KEEPING = frozenset({"keeping", "retaining"})
_MAY_CLAIM = re.compile(
    r"\b(?:acqui|b(?:uy|ought)|purchas|absorb|swallow|t(?:ake|ook|aking)|h[eo]ld|own|stake"
    r"|interest|shar(?:e|ing)|rais(?:e|ing)|increas|boost|s(?:ell|old)|sale|divest|offload"
    r"|unload|hand|distribut|exit|transfer|cut|reduc|trim|invest|inject|pour|plough|put|fund"
    r"|back|pay|paid|merg|takeover|buyout|deal|transaction|terms|bid|offer|partner|alli|ally|tie"
    r"|team|join|joint|cooperat|co-operat|collaborat|pact|accord|agreement|fine|penal|investigat"
    r"|prob|sue|suing|suit|lawsuit|approv|clear|block|ban|order|charge|sanction|inquiry"
    r"|proceedings|brought in|took in|generat|disclos|employ|lost|round|pull|haul|g[ia]v|left"
    r"|leav|turned over|review|settl|nod\b|permi|people use|faces?\b|facing|subpoena|blacklist"
    r"|bag|draw|drew|collect|gather|obtain|net|anchor|contribut|chipp|exit|tenth|third|quarter"
    r"|half|participat|financ|together|unite|link|summon|%|percent|pct|worth|valued|disposal"
    r"|disposition|privati|snap|scoop|dispos|dump|shed|commit|pump|funnel|sank|sink|plow"
    r"|land(?:ed|s)|add(?:s|ed)|attract|receiv|gain|won\b|w[io]n|licen[cs]e|sources?|pledg"
    r"|investor|holder|set itself|earn|spen[dt]|merge|pool|fold|accept|work(?:s|ed|ing)? with"
    r"|sought|seek|want|eye[ds]|consider|weigh|mull|pursu|got\b|gets?\b|secur|doubl|tripl|trebl"
    r"|quadrupl|topped|cash|looking into|accus|bless|green.?li|waved? through|signed|chose|pick"
    r"|selected|named|appoint|enlist|halt|bar(?:s|red)\b|suspend|prohibit|forbade|vetoe|placed"
    r"|used by|ship|deliver|payroll|recruit|hire|belong|bec[ao]m|hands of|ownership|subscri"
    r"|sp[iu]n|carve|hiv|cost|ties)",
    re.IGNORECASE,
)


def claims_something(text: str) -> bool:
    """Tell cheaply whether the rules may find anything in a sentence."""
    return _MAY_CLAIM.search(text) is not None or bool(metrics.find(text))


def drafts(sentence: Sentence) -> list[Draft]:
    """Return what the sentence claims, each deal and each figure once, in its order."""
    view = View(sentence)
    if view.row.rstrip(' "”’').endswith("?") or _NOT_TOLD.search(view.row):
        return []
    told = undisclosed(view)
    found = [
        replace(draft, undisclosed=told and draft.amount is None)
        for draft in with_targets([*deals(view), *belongings(view)])
    ]
    found += funding(view)
    together = list(of_the_two(view, found))
    found += together or _without_ventures_tie([*ties(view, dealt=bool(found)), *ventures(view)])
    found += rulings(view)
    paid = [draft.amount for draft in found if draft.amount is not None]
    if not found:
        found += _more_of_a_deal(view, told)
    found = _without_held_before(view, _guarded(view, found))
    found = each_once(view, _once(view, found))
    found = _without_shares_sold(_without_buyers_tie(found))
    paid += [draft.amount for draft in found if draft.amount is not None]
    for draft in metrics_of(view):
        if draft.amount not in paid and not (found and draft.metric == "valuation"):
            found.append(draft)
    return found


def _guarded(view: View, found: list[Draft]) -> list[Draft]:
    """Return the deals whose parties and figures are plainly theirs, none that is asked."""
    asked = max((at for at, word in enumerate(view.words) if word == "?"), default=-1)
    return [
        kept
        for draft in found
        if draft.deal > asked
        and (own := with_own_parties(view, draft))
        and not is_of_others(view, own)
        and (meant := without_the_passing(view, own))
        and (kept := with_own_figures(view, meant))
    ]


def _without_held_before(view: View, found: list[Draft]) -> list[Draft]:
    """Return the deals without what the buyer held already: "X bought Y, in which it held 5%"."""
    held = [
        draft.kind is Kind.STAKE
        and (view.aside(draft.deal) is not None or view.word(draft.deal) in _KEEPING)
        for draft in found
    ]
    bought = [
        {(role, name.key) for role, name in draft.names}
        for draft, before in zip(found, held, strict=True)
        if not before and (draft.kind is Kind.ACQUISITION or draft.amount is not None)
    ]
    return [
        draft
        for draft, before in zip(found, held, strict=True)
        if not before or {(role, name.key) for role, name in draft.names} not in bought
    ]


def _without_buyers_tie(found: list[Draft]) -> list[Draft]:
    """Return the drafts without the partnerships of those that are told to buy together."""
    buying = [
        {name.key for name in draft.named(PartyRole.BUYER)}
        for draft in found
        if draft.kind in {Kind.STAKE, Kind.ACQUISITION, Kind.INVESTMENT}
    ]
    return [
        draft
        for draft in found
        if draft.kind is not Kind.PARTNERSHIP
        or not draft.names
        or not any({name.key for _, name in draft.names} <= buyers for buyers in buying)
    ]


def _without_ventures_tie(found: list[Draft]) -> list[Draft]:
    """Return the drafts without the partnerships of those that found a firm together."""
    founding = [
        {name.key for _, name in draft.names} for draft in found if draft.kind is Kind.JOINT_VENTURE
    ]
    return [
        draft
        for draft in found
        if draft.kind is not Kind.PARTNERSHIP
        or {name.key for _, name in draft.names} not in founding
    ]


def _without_shares_sold(found: list[Draft]) -> list[Draft]:
    """Return the drafts without the stakes that are told only as what is sold."""
    sold = {id(draft.percent) for draft in found if draft.kind is Kind.DIVESTMENT}
    return [
        draft
        for draft in found
        if draft.kind is not Kind.STAKE or draft.percent is None or id(draft.percent) not in sold
    ]


def _more_of_a_deal(view: View, told: bool) -> list[Draft]:
    """Return what tells more of a deal named elsewhere: "The deal is worth $586m"."""
    if not _DEAL_TERMS.search(view.row):
        return []
    prices = [
        price
        for at, word in enumerate(view.words)
        if word == MONEY and (price := price_at(view, at)) is not None
    ]
    if not (told or len(prices) == 1):
        return []
    amount = prices[0] if len(prices) == 1 else None
    return [Draft(None, Status.ANNOUNCED, (), amount=amount, undisclosed=told and not amount)]


def _once(view: View, found: list[Draft]) -> list[Draft]:
    """Return the drafts with those of one deal made one; the first says how far it has come."""
    kept: list[Draft] = []
    for draft in found:
        for index, other in enumerate(kept):
            if _same(view, draft, other):
                kept[index] = _united(other, draft)
                break
        else:
            kept.append(draft)
    return kept


def _same(view: View, one: Draft, other: Draft) -> bool:
    if one.kind is not other.kind:
        family = {Kind.STAKE, Kind.INVESTMENT, Kind.ACQUISITION}
        if not {one.kind, other.kind} <= family:
            return False
        if not view.together(one.deal, other.deal):
            return False  # "raised $1bn from X, which holds 36%"
    if _crossed(one, other) or _is_held_beside(view, one, other):
        return False
    if any(view.word(draft.deal).startswith(("keep", "kept", "retain")) for draft in (one, other)):
        return False
    bought, taken = ({n.named for n in draft.named(PartyRole.TARGET)} for draft in (one, other))
    if bought and taken and not (bought <= taken or taken <= bought):
        return False  # two units of one owner
    buying, taking = ({n.key for n in draft.named(PartyRole.BUYER)} for draft in (one, other))
    if buying and taking and not (buying <= taking or taking <= buying):
        return False
    ours, theirs = ({name.key for _, name in draft.names} for draft in (one, other))
    if not (ours <= theirs or theirs <= ours):
        return False
    return one.percent is None or other.percent is None or one.percent == other.percent


def _is_held_beside(view: View, one: Draft, other: Draft) -> bool:
    """Tell whether a holding is told beside an offer: "X, owner of 18% of Y, bids for the rest"."""
    if {one.kind, other.kind} != {Kind.STAKE, Kind.ACQUISITION}:
        return False
    held, bought = (one, other) if one.kind is Kind.STAKE else (other, one)
    return view.word(held.deal) in HOLDERS and bought.percent is None and held.deal < bought.deal


def _crossed(one: Draft, other: Draft) -> bool:
    """Tell whether one buys into who buys: two deals, of which one pays for the other."""
    buyers, targets = (
        [{name.named for name in draft.named(role)} for draft in (one, other)]
        for role in (PartyRole.BUYER, PartyRole.TARGET)
    )
    return bool(buyers[0] & targets[1]) or bool(buyers[1] & targets[0])


def _united(first: Draft, second: Draft) -> Draft:
    """Return two drafts of one deal as one, what the first lacks taken from the second."""
    richer = second if len(second.names) > len(first.names) else first
    missing = first.missing if len(first.missing) <= len(second.missing) else second.missing
    return replace(
        first,
        kind=Kind.STAKE if Kind.STAKE in {first.kind, second.kind} else first.kind,
        names=richer.names,
        percent=first.percent or second.percent,
        option_percent=first.option_percent or second.option_percent,
        amount=first.amount or second.amount,
        undisclosed=first.undisclosed or second.undisclosed,
        when=first.when or second.when,
        missing=missing,
    )
