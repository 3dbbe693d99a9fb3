"""Titles that try to be more than text, and answers in which every text is one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from briefings.answers import (
    AllianceLine,
    Answer,
    Briefing,
    Differing,
    FactLine,
    FactList,
    NumberedSource,
    SearchAnswer,
    SearchHit,
    Statement,
)
from tests.fakes.answers import ANSWERS, day

SIGNS = (
    "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\u200c", "\u200d",
    "\u2060", "\ufeff", "\xad", "\x00", "\x07", "\x1b[31m", "\x85", "\u2028", "\u2029", "\n",
    "\r\n",
    "\U000e0041", "\ufe0f", "a" + "\u0301" * 9, "\u0e33", "👨‍👩‍👧", "🇨🇳🇯🇵", "👍🏽", ":smile:",
    ":skin-tone-2:", "::", "\ud800", "\xa0", "\u3000", "\ufdfa", "ﬃ",
)  # fmt: skip
WORDS = (
    "Acme",
    "buys",
    "18%",
    "of Globex,",
    "阿里巴巴",
    "收购微博",
    "，腾讯。",
    "",
    " ",
    "US$586m",
    "Ω",
)


def title(rng: random.Random, kinds: Sequence[Sequence[str]]) -> str:
    """Some words of these kinds, one after the other; now and then far too many."""
    parts = [rng.choice(rng.choice(kinds)) for _ in range(rng.randint(1, 6))]
    made = rng.choice(("", " ", " ")).join(parts)
    if rng.random() < 0.003:
        made *= rng.randint(20, 200)
    return made


def answer_of(number: int, titles: Sequence[str], urls: Sequence[str]) -> Answer:
    """A briefing, hits or facts, in turn, with a title and an address each."""
    if number % 3 == 2:
        return fact_list(titles, urls)
    if number % 3 == 1:
        hits = tuple(
            SearchHit(n, text, titles[-n], day("2026-01-02"), url, titles[n - 7], ())
            for n, (text, url) in enumerate(zip(titles, urls, strict=True), start=1)
        )
        return SearchAnswer(titles[0], (), hits, more=False)
    briefing = ANSWERS["briefing"]
    assert isinstance(briefing, Briefing)
    stories = tuple(
        replace(briefing.stories[0], headline=text, organisations=("Acme",),
                statements=(Statement(titles[n - 2], (1,)),))
        for n, text in enumerate(titles)
    )  # fmt: skip
    made = replace(
        briefing, title=titles[0], topics=(titles[1],), stories=stories,
        sources=sources_of(titles, urls),
    )  # fmt: skip
    return with_ledger(made, titles)


def sources_of(titles: Sequence[str], urls: Sequence[str]) -> tuple[NumberedSource, ...]:
    return tuple(
        NumberedSource(n, titles[-n], day("2026-01-02"), text, url)
        for n, (text, url) in enumerate(zip(titles, urls, strict=True), start=1)
    )


def fact_lines(titles: Sequence[str]) -> tuple[FactLine, ...]:
    """A fact a title: it is the sentence, and others are parties, figures and what differs."""
    return tuple(
        FactLine(
            number=n + 1,
            kind="Stake",
            parties=(titles[-n], titles[n - 1]),
            what=titles[n - 3] if n % 2 else "",
            says=titles[n - 5],
            status="announced",
            when="2013-04-29",
            standing="single source",
            quote=text,
            cites=(n + 1, 1),
            differing=(
                Differing(
                    titles[n - 4],
                    (Statement(titles[n - 2], (1,)), Statement("18%", (2,))),
                    explained=n % 3 == 0,
                ),
            ),
            superseded_by=titles[n - 7] if n % 2 else "",
        )
        for n, text in enumerate(titles)
    )


def fact_list(titles: Sequence[str], urls: Sequence[str]) -> FactList:
    facts = ANSWERS["facts"]
    assert isinstance(facts, FactList)
    return replace(
        facts,
        title=titles[0],
        topics=(titles[1],),
        facts=fact_lines(titles),
        sources=sources_of(titles, urls),
    )


def with_ledger(briefing: Briefing, titles: Sequence[str]) -> Briefing:
    """A briefing whose alliances, figures and disputed facts are hostile, too."""
    lines = fact_lines(titles)
    between = AllianceLine(
        organisations=(titles[2], titles[3]),
        kinds=("stake",),
        status="announced",
        says=titles[4],
        since="2013-04-29",
        last="2014-03-20",
        cites=(1,),
        beside=(titles[5],),
    )
    return replace(briefing, alliances=(between,), figures=lines[:3], disputed=lines[3:5])
