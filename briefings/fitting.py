"""A digest cut down to what its preset holds: fewer stories, sentences and sources. Pure.

What does not fit as a story is named among the headlines, what does not fit there is counted as
beyond; sources that nothing cites any more go, and the others are numbered anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from briefings.answers import (
    ChangeLine,
    DevelopingStory,
    Digest,
    FactLine,
    HeadlineRow,
    Statement,
    StoryLine,
)
from briefings.presets import Preset


def fit(digest: Digest, preset: Preset) -> Digest:
    """Return what of a digest its preset shows."""
    new = digest.new[: preset.stories]
    developing = digest.developing[: preset.stories - len(new)]
    rest = chain(
        (_row(line) for line in digest.new[len(new) :]),
        (_row(told.line, told) for told in digest.developing[len(developing) :]),
    )
    rows = tuple(chain((row for row in rest if row is not None), digest.headlines))
    lines = len(digest.new) + len(digest.developing) + len(digest.headlines)
    headlines = rows[: preset.headlines]
    shown = len(new) + len(developing) + len(headlines)
    return _renumbered(
        replace(
            digest,
            bottom_line=digest.bottom_line if preset.bottom_line else (),
            new=tuple(_shortened(line, preset) for line in new),
            developing=tuple(_developed(told, preset) for told in developing),
            headlines=headlines,
            corrections=tuple(map(_in_short, digest.corrections)),
            changes=tuple(map(_in_short, digest.changes[: preset.facts])),
            beyond=digest.beyond + lines - shown,
            beyond_command=digest.beyond_command or _command(digest, rows[preset.headlines :]),
        )
    )


def _command(digest: Digest, cut: Sequence[HeadlineRow]) -> str:
    """The command that shows the stories that were cut."""
    if not cut:
        return ""
    first = min((row.published for row in cut), key=lambda published: published.at)
    return f"/intel {' '.join(digest.topics)} since {first}"


def _row(line: StoryLine, told: DevelopingStory | None = None) -> HeadlineRow | None:
    """A story as a headline with its first source; None when it has none."""
    cited = chain(*(statement.cites for statement in line.statements), line.also)
    cite = next(cited, None)
    if cite is None:
        return None
    return HeadlineRow(
        headline=line.headline,
        published=line.published,
        publishers=line.publishers,
        cite=cite,
        about=line.about,
        first_told=told.first_told if told else None,
    )


def _in_short(line: ChangeLine) -> ChangeLine:
    """A fact with one source, and what contradicts in it; once that is all there is to say."""
    fact = line.fact
    against = tuple(one for one in fact.differing if not one.explained)
    cites = () if line.change == "contradicted" else fact.cites[:1]
    return replace(line, fact=replace(fact, cites=cites, differing=against))


def _shortened(line: StoryLine, preset: Preset) -> StoryLine:
    """A story in fewer sentences and sources; one without a sentence keeps a source."""
    kept = line.statements[: preset.statements]
    also = line.also[: preset.also if kept else max(preset.also, 1)]
    if not kept and not also and line.statements:
        also = line.statements[0].cites[:1]
    return replace(line, statements=kept, also=also)


def _developed(told: DevelopingStory, preset: Preset) -> DevelopingStory:
    """The same; who reports it without anything new is said where there is nothing else."""
    line = _shortened(told.line, preset)
    named = told.reported_by if line.also and told.line.also else ()
    return replace(told, line=line, reported_by=named)


def _renumbered(digest: Digest) -> Digest:
    """Number the sources anew in the order they are first cited, and drop the others."""
    lines = (*digest.new, *(told.line for told in digest.developing))
    facts = (*digest.corrections, *digest.changes)
    cited = chain(
        chain.from_iterable(statement.cites for statement in digest.bottom_line),
        chain.from_iterable(_cited_by_fact(line.fact) for line in facts),
        chain.from_iterable(_cites(line) for line in lines),
        (row.cite for row in digest.headlines),
    )
    numbers = {old: new for new, old in enumerate(dict.fromkeys(cited), start=1)}
    if len(numbers) == len(digest.sources) and all(old == new for old, new in numbers.items()):
        return digest
    by_number = {source.number: source for source in digest.sources}
    return replace(
        digest,
        bottom_line=tuple(_stated_anew(each, numbers) for each in digest.bottom_line),
        corrections=tuple(_fact_anew(line, numbers) for line in digest.corrections),
        changes=tuple(_fact_anew(line, numbers) for line in digest.changes),
        new=tuple(_cited_anew(line, numbers) for line in digest.new),
        developing=tuple(
            replace(told, line=_cited_anew(told.line, numbers)) for told in digest.developing
        ),
        headlines=tuple(replace(row, cite=numbers[row.cite]) for row in digest.headlines),
        sources=tuple(replace(by_number[old], number=new) for old, new in numbers.items()),
    )


def _cites(line: StoryLine) -> chain[int]:
    return chain(chain.from_iterable(each.cites for each in line.statements), line.also)


def _cited_anew(line: StoryLine, numbers: dict[int, int]) -> StoryLine:
    return replace(
        line,
        statements=tuple(_stated_anew(each, numbers) for each in line.statements),
        also=tuple(numbers[n] for n in line.also),
    )


def _cited_by_fact(fact: FactLine) -> chain[int]:
    readings = chain.from_iterable(one.readings for one in fact.differing)
    return chain(fact.cites, chain.from_iterable(each.cites for each in readings))


def _fact_anew(line: ChangeLine, numbers: dict[int, int]) -> ChangeLine:
    fact = line.fact
    differing = tuple(
        replace(one, readings=tuple(_stated_anew(each, numbers) for each in one.readings))
        for one in fact.differing
    )
    cites = tuple(numbers[n] for n in fact.cites)
    return replace(line, fact=replace(fact, cites=cites, differing=differing))


def _stated_anew(statement: Statement, numbers: dict[int, int]) -> Statement:
    return replace(statement, cites=tuple(numbers[n] for n in statement.cites))
