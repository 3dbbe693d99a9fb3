"""The fast path and feedparser agree on every field of every feed the fast path takes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefings.errors import ReadingError
from briefings.reading import feed as feed_module
from briefings.reading.anyfeed import read_any
from briefings.reading.feed import parse_feed
from briefings.reading.plainfeed import read_plain
from tests.reading.feed_documents import NAMESPACES, odd_feeds, plain_feeds

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "reading" / "feeds"
BASE = "https://feeds.example/dir/feed.xml"
NOW = datetime(2024, 6, 1, tzinfo=UTC)

unhurried = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(plain_feeds)
def test_a_plain_feed_is_taken_and_read_alike(document: str) -> None:
    plain = read_plain(document.encode(), BASE)

    assert plain is not None
    assert plain == read_any(document, BASE)


@unhurried
@given(odd_feeds)
def test_an_odd_feed_is_declined_or_read_alike(document: str) -> None:
    plain = read_plain(document.encode(), BASE)

    assert plain is None or plain == read_any(document, BASE)


@unhurried
@given(st.one_of(plain_feeds, odd_feeds), st.data())
def test_a_damaged_feed_is_declined_or_read_alike(document: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(document)))
    cut = data.draw(st.integers(0, 8))
    put = data.draw(
        st.sampled_from(
            [
                *("", "<", "&", "]]>", "<!--", "\ufeff", "\x01", "&#1;", "\r\n", "&foo;", "é"),
                *("<item>", "</item>", "<!DOCTYPE a>", 'a="1"', ' xmlns="urn:y"'),
                ' xmlns:media="urn:z"',
            ]
        )
    )
    damaged = document[:at] + put + document[at + cut :]
    try:
        plain = read_plain(damaged.encode(), BASE)
    except ReadingError:
        return

    assert plain is None or plain == read_any(damaged, BASE)


@pytest.mark.parametrize(
    "name",
    ["wordpress", "atom", "chinese", "corners"],
)
def test_plain_golden_feeds_take_the_fast_path(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = (GOLDEN / f"{name}.xml").read_bytes()
    assert read_plain(body, BASE) is not None
    fast = parse_feed(body, "", BASE, frozenset(), NOW)

    monkeypatch.setattr(feed_module, "read_plain", lambda *_: None)
    assert parse_feed(body, "", BASE, frozenset(), NOW) == fast


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("<item><title>a</title><title>b</title></item>", id="two titles"),
        pytest.param("<item><description>a</description><description>b</description></item>"),
        pytest.param("<item><description><p>markup</p></description></item>"),
        pytest.param("<item><itunes:summary>s</itunes:summary></item>"),
        pytest.param("<item><media:title>m</media:title></item>", id="only a media title"),
        pytest.param("<item><date>2024-01-01</date></item>", id="an element nobody defined"),
        pytest.param("<item><title>caf\u00c3\u00a9</title></item>", id="UTF-8 encoded twice"),
        pytest.param("<item><link xml:base='https://b.org/'>x</link></item>"),
        pytest.param("<textInput><title>t</title></textInput>"),
    ],
)
def test_what_feedparser_treats_in_its_own_way_is_declined(inside: str) -> None:
    document = f'<rss version="2.0" {NAMESPACES}><channel>{inside}</channel></rss>'

    assert read_plain(document.encode(), BASE) is None
    read_any(document, BASE)
