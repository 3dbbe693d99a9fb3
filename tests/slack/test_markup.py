"""Markdown to Block Kit: every form of it, where it is cut, and what does not fit."""

from __future__ import annotations

import json
import logging
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.cutting import cut, fitting, size
from bot.platforms.slack import limits
from bot.platforms.slack.limits import check, fits, weight
from bot.platforms.slack.markup import (
    PAGE_BLOCKS,
    PAGE_CHARS,
    blocks,
    page_of,
    pages,
    plain,
    spoken,
)
from tests.slack.slack_grammar import refused_by_schema

Block = dict[str, Any]


def text(words: str, **style: bool) -> Block:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def bullets(*items: Block, style: str = "bullet", **more: int) -> Block:
    return {"type": "rich_text_list", "style": style, "elements": list(items), **more}


def link(url: str, label: str) -> Block:
    return {"type": "link", "url": url, "text": label}


def context(words: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "plain_text", "text": words, "emoji": False}],
    }


def header(words: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


DIVIDER = {"type": "divider"}


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", []),
        ("# Acme & <Globex>", [header("Acme & <Globex>")]),
        ("# *Acme* `x`", [header("Acme x")]),
        ("#", []),
        ("## Part", [rich(section(text("Part", bold=True)))]),
        (
            "# A\n\n*meta*\n\n## B",
            [header("A"), context("meta"), rich(section(text("B", bold=True)))],
        ),
        ("x\n\n## B", [rich(section(text("x"))), DIVIDER, rich(section(text("B", bold=True)))]),
        ("*as `of` now* \\[1\\] \\[2\\]", [context("as of now [1] [2]")]),
        ("*as of* then", [rich(section(text("as of", italic=True), text(" then")))]),
        (
            "a **b** *c* ~~d~~ `e` ***f***",
            [rich(section(
                text("a "), text("b", bold=True), text(" "), text("c", italic=True), text(" "),
                text("d", strike=True), text(" "), text("e", code=True), text(" "),
                text("f", bold=True, italic=True),
            ))],
        ),
        ("a\nb\\\nc", [rich(section(text("a b\nc")))]),
        ("- a\n- b", [rich(bullets(section(text("a")), section(text("b"))))]),
        (
            "- a\n  - b\n    1. c\n- d",
            [rich(
                bullets(section(text("a"))),
                bullets(section(text("b")), indent=1),
                bullets(section(text("c")), style="ordered", indent=2),
                bullets(section(text("d"))),
            )],
        ),
        ("1. a\n2. b", [rich(bullets(section(text("a")), section(text("b")), style="ordered"))]),
        ("7. a\n8. b", [rich(section(text("7. a\n")), section(text("8. b")))]),
        (
            "## B\n\n- a",
            [rich(section(text("B", bold=True), text("\n")), bullets(section(text("a"))))],
        ),
        (
            "### C\n\n*meta*\n\nd",
            [rich(section(text("C", bold=True))), context("meta"), rich(section(text("d")))],
        ),
        (
            "<https://harbour.example/a?b=1>",
            [rich(section(link("https://harbour.example/a?b=1", "harbour.example/a?b=1")))],
        ),
        (
            "[bank.com](https://evil.example/x)",
            [rich(section(
                text("bank.com ("), link("https://evil.example/x", "evil.example/x"), text(")")
            ))],
        ),
        ("[x](javascript:alert)", [rich(section(text("[x](javascript:alert)")))]),
        ("<ftp://a.example/b>", [rich(section(text("ftp://a.example/b")))]),
        (
            "<https://bank.com@evil.example/>",
            [rich(section(link("https://evil.example/", "evil.example")))],
        ),
        ("![alt](https://a.example/p.png)", [rich(section(text("alt")))]),
        (
            "> quote\n> more",
            [rich({"type": "rich_text_quote", "elements": [text("quote more")]})],
        ),
        (
            "```\na\n  b\n```",
            [rich({"type": "rich_text_preformatted", "elements": [text("a\n  b")]})],
        ),
        ("a\n\n---", [rich(section(text("a"))), DIVIDER]),
        ("<b>x</b>", [rich(section(text("<b>x</b>")))]),
        (
            "| A | B |\n| :-- | --: |\n| `x` | |\n",
            [{
                "type": "table",
                "column_settings": [
                    {"align": "left", "is_wrapped": True}, {"align": "right", "is_wrapped": True},
                ],
                "rows": [
                    [{"type": "raw_text", "text": "A"}, {"type": "raw_text", "text": "B"}],
                    [rich(section(text("x", code=True))), {"type": "raw_text", "text": "–"}],
                ],
            }],
        ),
        ("\u202ea\u200bb\\\u2066c", [rich(section(text("ab\\c")))]),
    ],
)  # fmt: skip
def test_a_form_of_markdown(markdown: str, expected: list[Block]) -> None:
    assert blocks(markdown) == expected


def test_a_hidden_letter_does_not_make_a_line_a_head() -> None:
    """Text is cleaned after it was read as Markdown: before, `#` would come to stand first."""
    assert blocks("\u200b# x") == [rich(section(text("# x")))]


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://a.example/" + "b" * 100, "a.example/" + "b" * 49 + "…"),
        ("https://a.example/%E8%B7%AF", "a.example/…"),
        ("https://" + "a." * 60 + "example/x/y", "a." * 60 + "example/…"),
        ("https://xn--fsqu00a.example/", "xn--fsqu00a.example"),
    ],
)
def test_an_address_shows_its_whole_host(url: str, label: str) -> None:
    assert blocks(f"<{url}>") == [rich(section(link(url, label)))]


def test_an_address_too_long_for_a_link_is_text() -> None:
    url = "https://a.example/" + "b" * 2_000
    (block,) = blocks(f"<{url}>")
    assert block["elements"][0]["elements"] == [text(url)]


def test_a_long_title_ends_in_an_ellipsis_after_a_word() -> None:
    (block,) = blocks("# " + "Acme and Globex " * 20)
    assert block["text"]["text"] == "Acme and Globex " * 9 + "Acme…"


def test_a_table_too_large_is_a_list_that_names_its_columns() -> None:
    lines = "".join(f"| N{n} | {n} | |\n" for n in range(120))
    found = blocks(f"| Name | Count | None |\n|---|---|---|\n{lines}")
    assert {block["type"] for block in found} == {"rich_text"}
    said = spoken(found)
    assert "• N0 · Count: 0\n" in said
    assert said.endswith("• N119 · Count: 119")


def test_a_long_list_keeps_its_numbers_and_is_cut_between_items() -> None:
    items = "".join(f"{n}. {'word ' * 40}end {n}\n" for n in range(1, 60))
    found = blocks(items)
    assert len(found) > 3
    for block in found:
        first = block["elements"][0]["elements"][0]["text"]
        last = block["elements"][-1]["elements"][-1]["text"]
        assert first.split(". ")[0].isdigit()
        assert last.split()[-2] == "end"
    assert spoken(found).count("\n59. word") == 1


def test_a_long_paragraph_is_cut_after_sentences_and_nothing_is_lost() -> None:
    sentences = " ".join(f"Sentence {n} says so." for n in range(400))
    found = blocks(sentences)
    parts = [block["elements"][0]["elements"][0]["text"] for block in found]
    assert " ".join(parts) == sentences
    assert all(part.endswith("so.") for part in parts)


@pytest.mark.parametrize(
    "sign",
    ["e\u0301\u0323", "👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "❤\ufe0f", "\U00020bb7"],
    ids=["marks", "family", "flag", "skin", "heart", "han beyond the first plane"],
)
@pytest.mark.parametrize("before", range(6))
def test_a_cut_does_not_fall_inside_a_character(sign: str, before: int) -> None:
    words = "x" * before + sign * 40
    kept = cut(words, 60).removesuffix("…")
    assert kept
    rest = words[len(kept) :]
    assert kept.endswith(sign) or sign == "🇨🇳"
    assert not unicodedata.category(rest[0]).startswith("M")


@pytest.mark.parametrize(
    ("words", "most", "kept"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("unbreakable", 5, "unbr…"),
        ("a unbreakable", 6, "a unb…"),
        ("One is so. Two is", 16, "One is so. Two…"),
        ("阿里巴巴收购微博股份", 6, "阿里巴巴收…"),
    ],
)
def test_cut(words: str, most: int, kept: str) -> None:
    assert cut(words, most) == kept


@given(st.text(min_size=1), st.integers(1, 40))
def test_a_cut_has_room_and_is_a_beginning(words: str, most: int) -> None:
    end = fitting(words, most)
    assert size(words[:end]) <= most
    assert size(cut(words, most)) <= most


# --- pages --------------------------------------------------------------------------------------


def document(stories: int) -> str:
    parts = "".join(
        f"### Story {n}\n\n*2026-01-0{n % 9 + 1}*\n\n{'It is so. ' * 30}\n\n"
        for n in range(stories)
    )
    sources = "".join(f"{n}. Post: title\\\n   <https://a.example/{n}>\n" for n in range(1, 40))
    return f"# Acme\n\n*meta*\n\n## Stories\n\n{parts}## Sources\n\n{sources}"


def test_pages_hold_together_what_belongs_together() -> None:
    found = pages(document(30))
    assert len(found) > 2
    for page in found:
        assert check({"blocks": page.blocks, "text": page.text}) == ()
        assert len(page.blocks) <= PAGE_BLOCKS
        assert weight(list(page.blocks)) <= PAGE_CHARS
        assert page.blocks[-1]["type"] == "rich_text"
        last = page.blocks[-1]["elements"][-1]["elements"][-1]
        assert not last.get("style", {}).get("bold")
    assert [page.text.split("\n")[0] for page in found[1:]] == [
        f"Acme · page {n} of {len(found)}" for n in range(2, len(found) + 1)
    ]


def test_a_page_ends_between_parts_where_that_leaves_it_half_full() -> None:
    found = pages(document(9))
    starts = [page.blocks[1]["elements"][0]["elements"][0]["text"] for page in found[1:]]
    assert "Sources" in starts


def test_every_line_of_a_document_is_on_one_page() -> None:
    said = "\n".join(spoken(page.blocks) for page in pages(document(30)))
    for n in range(30):
        assert said.count(f"Story {n}\n") == 1
    for n in range(1, 40):
        assert said.count(f"https://a.example/{n}\n") + said.endswith(f"https://a.example/{n}") == 1


def test_two_tables_are_on_two_pages() -> None:
    table = "| A |\n|---|\n| b |\n"
    found = pages(f"{table}\n\nx\n\n{table}")
    assert [sum(b["type"] == "table" for b in page.blocks) for page in found] == [1, 1]


def test_an_empty_document_is_a_page_all_the_same() -> None:
    (page,) = pages("")
    assert (page.blocks, page.text) == ((), "–")


def test_blocks_that_slack_would_refuse_are_sent_as_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = page_of([header("x" * 151)])
    assert (page.blocks, page.text) == ((), "x" * 151)
    assert caplog.messages == [
        "blocks that Slack would refuse are sent as text: "
        "/blocks/0/text/text: 151 characters, 150 at most"
    ]


def test_plain_text_is_escaped_begins_with_the_title_and_says_that_it_goes_on() -> None:
    assert plain("# A & B\n\n*meta*\n\n- <https://a.example/?x=1&y=2>") == (
        "A &amp; B\nmeta\n\n• https://a.example/?x=1&amp;y=2".replace("\n\n•", "\n•")
    )
    long = plain("# T\n\n" + "a < b & c > d " * 1_000)
    assert long.startswith("T\n\na &lt; b &amp; c")
    assert long.endswith("…")
    assert 2_900 < len(long) <= 3_000
    assert "<" not in long


SIGNS = st.sampled_from(
    [*"#*_`~-|[]()<>&\\\nx阿", "\n\n", "1. ", "https://a.example/", "👨\u200d👩\u200d👧"]
)
MARKDOWN = st.one_of(
    st.text(max_size=400),
    st.lists(st.one_of(SIGNS, st.just("\n\n"), st.just("- "), st.just("word ")), max_size=80).map(
        "".join
    ),
)


@settings(max_examples=80, deadline=None)
@given(MARKDOWN)
def test_any_markdown_is_within_the_limits(markdown: str) -> None:
    for block in blocks(markdown):
        assert check({"blocks": [block]}) == ()
    for page in pages(markdown):
        assert page.text
        assert fits({"blocks": page.blocks, "text": page.text})
        assert json.loads(json.dumps(page.blocks)) == list(page.blocks)


@pytest.mark.parametrize(
    "markdown",
    [
        "*a*`b` " * 3_000,
        "[a](https://x.example/" + "b" * 1_900 + ") " + "c" * 9_000,
        "- " * 9 + "deep",
        "# a\n\n" * 300,
        "## a\n\n### b\n\n" * 100,
        "> " * 9 + "quote",
        '"\\\\' * 5_000,
        "x" * 100_000,
        "阿" * 20_000,
        "| a |\n|---|\n" + "| `b` |\n" * 200,
        "|" + " a |" * 30 + "\n|" + "---|" * 30 + "\n|" + " b |" * 30 + "\n",
        "1. a\n   - b\n\n     c\n2. d\n\n   ```\n   e\n   ```\n" * 50,
        "<https://x.example/" + "%20" * 600 + ">\n" * 40,
    ],
    ids=range(13),
)
def test_markdown_of_unusual_shape_is_within_the_limits(markdown: str) -> None:
    found = pages(markdown)
    for page in found:
        assert page.blocks
        assert check({"blocks": page.blocks, "text": page.text}) == ()
    assert refused_by_schema(found[0].blocks) == []


# --- limits -------------------------------------------------------------------------------------


def button(**more: Any) -> Block:
    return {"type": "button", "text": {"type": "plain_text", "text": "x"}, **more}


def section_of(words: str) -> Block:
    return {"type": "section", "text": {"type": "plain_text", "text": words}}


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ({"blocks": [DIVIDER] * 51}, "/blocks"),
        ({"blocks": [], "text": "x" * 40_001}, "/text"),
        ({"blocks": [section_of("x" * 2_900)] * 5}, "/blocks"),
        ({"blocks": [section_of("x" * 3_001)]}, "/blocks/0/text/text"),
        ({"blocks": [section_of("")]}, "/blocks/0/text/text"),
        ({"blocks": [{"type": "section"}]}, "/blocks/0"),
        ({"blocks": [header("👍" * 76)]}, "/blocks/0/text/text"),
        ({"blocks": [{"type": "context", "elements": []}]}, "/blocks/0/elements"),
        ({"blocks": [{"type": "actions", "elements": [button()] * 26}]}, "/blocks/0/elements"),
        (
            {"blocks": [{"type": "actions", "elements": [button(value="x" * 2_001)]}]},
            "/blocks/0/elements/0/value",
        ),
        (
            {"blocks": [{"type": "actions", "elements": [button(action_id="a")] * 2}]},
            "/blocks/0/elements",
        ),
        ({"blocks": [rich()]}, "/blocks/0/elements"),
        ({"blocks": [rich(section())]}, "/blocks/0/elements/0/elements"),
        ({"blocks": [rich(section(text("")))]}, "/blocks/0/elements/0/elements/0/text"),
        ({"blocks": [rich(bullets(section(text("x")), indent=9))]}, "/blocks/0/elements/0/indent"),
        ({"blocks": [{"type": "table", "rows": [[]]}]}, "/blocks/0/rows/0"),
        ({"type": "modal", "blocks": [DIVIDER] * 101}, "/blocks"),
        ({"type": "modal", "blocks": [], "title": {"text": "x" * 25}}, "/title/text"),
        ({"type": "home", "blocks": [], "private_metadata": "x" * 3_001}, "/private_metadata"),
    ],
)
def test_what_is_too_much_is_named_by_its_place(payload: Block, pointer: str) -> None:
    assert not fits(payload)
    assert [excess.pointer for excess in check(payload)] == [pointer]


def test_what_is_just_enough_fits() -> None:
    full = [header("x" * 150), section_of("x" * 3_000), *[DIVIDER] * 48]
    assert fits({"blocks": full, "text": "x" * 40_000})
    assert fits({"type": "home", "blocks": [DIVIDER] * 100})
    assert len(full) == limits.BLOCKS_A_MESSAGE
