"""robots.txt as RFC 9309 reads it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.egress.robots import Robots, RobotsCache, parse
from tests.fakes.clock import FakeClock

FILE = """\
\ufeff# a comment
Sitemap: https://public.net/sitemap.xml
User-agent: otherbot
Disallow: /

User-Agent: IntelBrief/1.0   # us, whatever the version
user-agent: thirdbot
Disallow: /drafts/
Allow: /drafts/open
Disallow: /*?print=
Disallow: /*.pdf$
Disallow: /caf%c3%a9/%7esecret

Crawl-delay: 2.5

User-agent: *
Disallow: /everyone
Crawl-delay: 99

User-agent: intelbrief
Disallow: /second-group
Disallow:
"""


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        *(("/", True), ("/drafts", True), ("/drafts/", False), ("/drafts/x", False)),
        *(("/drafts/open", True), ("/drafts/opening", True), ("/everyone", True)),
        *(("/a?print=1", False), ("/a?b=1&print=1", True), ("/a/b.pdf", False)),
        *(("/a.pdf?x", True), ("/caf%C3%A9/~secret", False), ("/second-group", False)),
    ],
)
def test_the_longest_rule_that_fits_decides(resource: str, allowed: bool) -> None:
    assert parse(FILE, "intelbrief").allow(resource) is allowed


def test_crawl_delay_comes_from_the_robots_own_group() -> None:
    assert parse(FILE, "intelbrief").crawl_delay_s == 2.5
    assert parse(FILE, "unheard-of").crawl_delay_s == 99


def test_a_robot_nobody_named_is_everyone() -> None:
    robots = parse(FILE, "unheard-of")
    assert (robots.allow("/everyone"), robots.allow("/drafts/")) == (False, True)
    assert not parse(FILE, "otherbot").allow("/x")


def test_a_tie_is_in_favour_of_reading() -> None:
    assert parse("User-agent: *\nDisallow: /page\nAllow: /page", "x").allow("/page")


@pytest.mark.parametrize(
    ("pattern", "resource", "fits"),
    [
        *(("*", "/x", True), ("/$", "/", True), ("/$", "/x", False), ("/a$", "/a", True)),
        *(("/a*b*c", "/axxbxxcxx", True), ("/a*b*c", "/acb", False), ("*a$", "/ba", True)),
        *(("/a*a$", "/a", False), ("/a*a$", "/aa", True), ("/*/x/*/y$", "/1/x/2/y", True)),
        *(("/$b", "/$b", True), ("x", "/x", False), ("**", "/", True)),
    ],
)
def test_wildcards(pattern: str, resource: str, fits: bool) -> None:
    assert parse(f"User-agent: *\nDisallow: {pattern}", "x").allow(resource) is not fits


@pytest.mark.parametrize("delay", ["-1", "1e9", "nan", "inf", "²", "9" * 5000, "soon", ""])
def test_a_crawl_delay_that_is_no_number_of_seconds_is_ignored(delay: str) -> None:
    assert parse(f"User-agent: *\nCrawl-delay: {delay}", "x").crawl_delay_s == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><p>Not found</p></html>",
        "User-agent: *",
        "Disallow: /",
        "User-agent\nDisallow: /",
    ],
)
def test_a_file_without_rules_closes_nothing(text: str) -> None:
    assert parse(text, "intelbrief") == Robots()


def test_patterns_made_to_be_slow_are_not() -> None:
    text = "User-agent: *\n" + "Disallow: /" + "*a" * 1000 + "$\n"
    assert parse(text * 100, "x").allow("/" + "a" * 900 + "b")


@given(st.text(alphabet="User-agent: *\nDisalow/%$#²\x00\r", max_size=200), st.text(max_size=20))
def test_any_file_can_be_read(text: str, resource: str) -> None:
    parse("User-agent: x\nDisallow: /" + text, "x").allow("/" + resource)


async def test_a_site_is_asked_once_for_all_who_wait(clock: FakeClock) -> None:
    cache = RobotsCache(clock)
    reads = 0

    async def read() -> Robots:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0)
        return Robots(crawl_delay_s=reads)

    sites = await asyncio.gather(*(cache.rules("http://public.net", read) for _ in range(5)))
    assert sites == [Robots(crawl_delay_s=1)] * 5
    await cache.rules("https://public.net", read)
    assert reads == 2
    clock.advance(hours=24)
    assert await cache.rules("http://public.net", read) == Robots(crawl_delay_s=3)


async def test_a_failure_is_not_remembered(clock: FakeClock) -> None:
    cache = RobotsCache(clock)

    async def fail() -> Robots:
        raise LookupError

    async def read() -> Robots:
        return Robots()

    with pytest.raises(LookupError):
        await cache.rules("http://public.net", fail)
    assert await cache.rules("http://public.net", read) == Robots()


async def test_sites_asked_long_ago_are_forgotten(clock: FakeClock) -> None:
    cache = RobotsCache(clock)

    async def read() -> Robots:
        return Robots()

    async def fail() -> Robots:
        raise LookupError

    for number in range(200):
        await cache.rules(f"http://host-{number}.net", read)
    assert await cache.rules("http://host-199.net", fail) == Robots()
    with pytest.raises(LookupError):
        await cache.rules("http://host-0.net", fail)
