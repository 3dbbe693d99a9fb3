"""Who speaks in the reports of a fact: independent voices, reprints, the parties themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from briefings.facts import Corroboration, Party, Report, Status
from briefings.ledger.events import party_key
from briefings.text.names import name_key

AGGREGATOR, COMPANY, FILING = "aggregator", "company", "filing"

_PRESS = 1
_TIERS = {FILING: 3, COMPANY: 2, AGGREGATOR: 0}
"""How near a source is to what it tells, more being nearer."""

_COPIED = 60
"""Letters and digits at the beginning or the end that make two sentences one."""
_READ = 2000


@dataclass(frozen=True, slots=True)
class Voices:
    """Whose word each report is, by its place; a reprint is the word of its source.

    `own` are the places of what a party publishes, `partial` these and the reprints of it.
    """

    of: Sequence[str]
    own: frozenset[int]
    partial: frozenset[int]

    def count(self, places: Iterable[int]) -> int:
        """Count the independent voices among some reports; nobody known counts when alone."""
        return len(_known({self.of[place] for place in places if place not in self.partial}))

    def independent_among(self, places: Iterable[int]) -> int:
        """Count the independent voices among some reports, as if there were no others.

        Where a party speaks, too, nobody known may be the party again.
        """
        heard = {self.of[place] for place in places if place not in self.partial}
        return len(heard - {""}) or (0 if self.partial else len(heard))


def voices(reports: Sequence[Report], parties: Iterable[Party]) -> Voices:
    """Tell whose word each report is; `reports` are in the order of publication.

    A sentence is the word of whoever published it first, for all who print it after; an
    aggregator's, or that of nobody known, only if no other has it.
    """
    concerned = {party_key(party) for party in parties}
    owned = {voice for voice in {report.voice for report in reports} if _is_of(voice, concerned)}
    own = frozenset(place for place, report in enumerate(reports) if report.voice in owned)
    whose: dict[str, int] = {}
    of = [report.voice for report in reports]
    partial = set(own)
    for place in _by_precedence(reports) if len(reports) > 1 else ():
        sentence = name_key(reports[place].claim.evidence.text[:_READ])
        ends = (f"^{sentence[:_COPIED]}", f"{sentence[-_COPIED:]}$") if sentence else ()
        source = next((whose[end] for end in ends if end in whose), place)
        of[place] = of[source]
        if source in partial:
            partial.add(place)
        for end in ends:
            whose.setdefault(end, source)
    return Voices(of, own, frozenset(partial))


def corroboration(
    reports: Sequence[Report], speaking: Voices, status: Status, places: Collection[int]
) -> Corroboration:
    """Tell how well it stands what some of the reports say, by their places."""
    independent = speaking.independent_among(places)
    tiers = {reports[place].tier for place in places}
    if FILING in tiers:
        return Corroboration.FILING
    if status is Status.RUMOURED and independent < 2:
        return Corroboration.RUMOUR
    if not speaking.own.isdisjoint(places):
        return Corroboration.COMPANY
    return Corroboration.INDEPENDENT if independent > 1 else Corroboration.SINGLE


def nearest(places: Iterable[int], reports: Sequence[Report], speaking: Voices) -> int:
    """Tell how near the nearest of some reports is, more being nearer.

    A company's newsroom is nearer than the press to what the company is party to, and to no more.
    """
    return max(
        _PRESS
        if reports[place].tier == COMPANY and place not in speaking.own
        else _TIERS.get(reports[place].tier, _PRESS)
        for place in places
    )


def _known(heard: set[str]) -> set[str]:
    return (heard - {""}) or heard


def _is_of(voice: str, concerned: set[str]) -> bool:
    return bool(voice) and (voice in concerned or name_key(voice) in concerned)


def _by_precedence(reports: Sequence[Report]) -> list[int]:
    """Places in the order in which sentences are credited."""

    def last(place: int) -> tuple[bool, bool]:
        return reports[place].tier == AGGREGATOR, not reports[place].voice

    return sorted(range(len(reports)), key=last)
