from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.errors import InputError
from briefings.model import FeedDefinition, FeedState, Source
from briefings.opml import LARGEST, export_opml, import_opml
from briefings.text.hygiene import clean_line

ENTITIES = """<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<opml version="2.0"><body><outline text="&b;" xmlUrl="https://wire.example/&b;"/></body></opml>"""


def opml(body: str) -> bytes:
    return f'<opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def sources(*definitions: FeedDefinition) -> list[Source]:
    return [Source(n, definition, "added", FeedState()) for n, definition in enumerate(definitions)]


def urls(data: bytes) -> list[str]:
    return [feed.url for feed in import_opml(data)]


def test_nested_outlines_in_document_order_each_address_once() -> None:
    found = import_opml(
        opml(
            """
            <outline text="China">
              <outline text="ignored" title="KrASIA" xmlUrl="https://kr.example/feed" type="rss"/>
              <outline text="Tech"><outline text="Tech &amp; Node" language="ZH"
                xmlUrl=" https://node.example/?a=1&amp;b=2 "/></outline>
            </outline>
            <outline text="again" xmlUrl="https://kr.example/feed"/>
            <outline xmlUrl="http://nameless.example/feed"/>
            """
        )
    )
    assert found == [
        FeedDefinition(url="https://kr.example/feed", publisher="KrASIA"),
        FeedDefinition(url="https://node.example/?a=1&b=2", publisher="Tech & Node", language="zh"),
        FeedDefinition(url="http://nameless.example/feed", publisher="nameless.example"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "feed:https://wire.example",
        "https://",
        "https://[::1",
        "/feed",
        "",
        "https://wire.example/" + "x" * 2000,
    ],
)
def test_only_web_addresses_count(url: str) -> None:
    ok = '<outline xmlUrl="https://wire.example/"/>'
    assert urls(opml(f'{ok}<outline text="x" xmlUrl="{url}"/>')) == ["https://wire.example/"]


def test_a_file_cannot_say_that_a_source_can_be_trusted() -> None:
    data = opml('<outline xmlUrl="https://w.example/" tier="filing" owner="x" category="filing"/>')
    assert import_opml(data) == [FeedDefinition(url="https://w.example/", publisher="w.example")]


def test_names_are_cleaned() -> None:
    (feed,) = import_opml(
        opml('<outline title="a\u202e\u200bb&#10;c" xmlUrl="https://w.example/"/>')
    )
    assert feed.publisher == "ab c"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "well-formed"),
        (b"\x00\x01\xff", "well-formed"),
        (b"<html><body>hello</body></html>", "not OPML"),
        (b"<opml><body><outline", "well-formed"),
        (b"<opml><body>&unknown;</body></opml>", "well-formed"),
        (opml(""), "no feed"),
        (opml('<outline text="folder"/>'), "no feed"),
        (b"<rss><opml/></rss>", "not OPML"),
        (opml("<outline>" * 40 + "</outline>" * 40), "nested deeper than 32"),
        (b"<opml>" + b"<a>" * 100_000, "nested deeper"),
        (opml("<outline/>" * 5001), "more than 5000"),
        (b" " * (LARGEST + 1), "larger than 5 MiB"),
        (ENTITIES.encode(), "document type"),
        (ENTITIES.encode("utf-16"), "document type"),
        (b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', "document type"),
        (b'<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd"><opml/>', "document type"),
    ],
)
def test_what_is_not_a_feed_list_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        import_opml(data)


def test_what_is_switched_off_is_not_exported() -> None:
    exported = export_opml(
        sources(
            FeedDefinition(url="https://on.example/", publisher="On"),
            FeedDefinition(url="https://off.example/", publisher="Off", enabled=False),
        )
    )
    assert urls(exported.encode()) == ["https://on.example/"]


LINES = st.text(max_size=40).map(clean_line)
DEFINITIONS = st.builds(
    FeedDefinition,
    url=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60).map(
        lambda rest: "https://wire.example/" + rest
    ),
    publisher=LINES.filter(bool),
    language=st.sampled_from(["", "en", "zh"]),
)


@given(st.lists(DEFINITIONS, min_size=1, max_size=8, unique_by=lambda feed: feed.url))
def test_what_is_exported_can_be_imported(definitions: list[FeedDefinition]) -> None:
    assert import_opml(export_opml(sources(*definitions)).encode()) == definitions


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: opml(t.replace("\ud800", ""))))
def test_any_bytes_are_feeds_or_an_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert import_opml(data)
