"""Every hostile page of the catalogue (P01-P09): read in time, or stopped at the deadline.

P10 (a page whose text gives orders) is text like any other here; nothing in reading obeys text.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from briefings.containment import WorkerPool
from briefings.errors import ContainmentError, NotAnArticle
from briefings.model import ParsedArticle
from briefings.reading.article import read_article

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROSE = (
    "<p>Kestrel Parcels said on Wednesday that it would buy 12% of its rival Finch Logistics for "
    "84 million pounds, in a deal meant to end three years of discounting.</p>"
    "<p>Finch will in turn take a seat on the board of Kestrel. The two carried 310 million "
    "parcels last year, about a fifth of the market, according to the regulator.</p>"
)
LEAD = "Kestrel Parcels said on Wednesday"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool("pages", size=2, preload=["briefings.reading.article", "trafilatura"])
    yield pool
    await pool.close()


def page(body: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>A page</title>{head}</head>"
        f"<body><article>{body}</article></body></html>"
    )


async def read(pool: WorkerPool, html: str) -> ParsedArticle:
    return await pool.run(read_article, html.encode(), "text/html", "", "page.html")


ATTRIBUTES = " ".join(f"a{n}=1" for n in range(100_000))
IN_TIME = {
    "P01 attributes": page(f"<p {ATTRIBUTES}>one</p>{PROSE}"),
    "P07 colspan": page(f"<table><tr><td colspan=9007199254740991>x</td></tr></table>{PROSE}"),
    "P08 JSON-LD": page(
        PROSE,
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"'
        + "x" * 5_000_000
        + '"}</script>',
    ),
    "P08 JSON-LD, nested": page(
        PROSE, '<script type="application/ld+json">' + '[{"a":' * 900_000 + "</script>"
    ),
    "unclosed scripts": page(PROSE + "<script>" * 100_000),
    "unclosed comments": page(PROSE + "<!--" * 200_000),
}
IN_TIME_OR_STOPPED = {
    "P02 line breaks": page(PROSE + "x<br>" * 100_000),
    "P03 cells": page("<table><tr>" + "<td>c</td>" * 100_000 + f"</tr></table>{PROSE}"),
    "P04 paragraphs": page(
        PROSE + "<p>One more paragraph of ten words, as many pages have.</p>" * 120_000
    ),
    "P05 links": page("<a href='/x'>link</a>" * 100_000 + PROSE),
    "P05 divs": page("<div>div</div>" * 100_000 + PROSE),
    "P06 unclosed links": page("<a href=x>" * 100_000 + PROSE),
    "P09 nested divs": page("<div>" * 100_000 + PROSE),
}


@pytest.mark.parametrize("name", IN_TIME)
async def test_pages_that_are_made_harmless(pool: WorkerPool, name: str) -> None:
    article = await read(pool, IN_TIME[name])

    assert LEAD in article.body
    assert "<" not in article.body


async def test_pages_that_are_read_or_stopped(pool: WorkerPool) -> None:
    """All at once, so that the waits for the deadline overlap."""
    outcomes = await asyncio.gather(
        *(read(pool, html) for html in IN_TIME_OR_STOPPED.values()), return_exceptions=True
    )

    for name, outcome in zip(IN_TIME_OR_STOPPED, outcomes, strict=True):
        match outcome:
            case ParsedArticle():
                assert "<" not in outcome.body, name
            case ContainmentError():
                assert outcome.ids["reason"] in ("time", "memory"), name
            case _:
                assert isinstance(outcome, NotAnArticle), name
    assert LEAD in (await read(pool, page(PROSE))).body  # the pool goes on
