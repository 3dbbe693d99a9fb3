"""Markdown to embeds: every form of it, where it is cut, and what does not fit."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.cutting import size
from bot.platforms.discord.limits import Excess, check, fits, weight
from bot.platforms.discord.markup import (
    DESCRIPTION_CHARS,
    GREEN,
    PAGE_CHARS,
    Page,
    page_of,
    pages,
    signed,
    spoken,
)
from bot.platforms.discord.runs import LONGEST_ADDRESS, divided, escape, written
from bot.platforms.nodes import Wanted
from bot.platforms.runs import Run as R
from tests.discord_platform.discord_grammar import Seen, read, read_marked

Embed = dict[str, Any]


def text(description: str) -> Embed:
    return {"description": description}


def fields(*pairs: tuple[str, str], **more: Any) -> Embed:
    made = [{"name": name, "value": value, "inline": False} for name, value in pairs]
    return more | {"fields": made}


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("", [text("–")]),
        ("# Acme & <Globex>", [{"title": "Acme & \\<Globex\\>"}]),
        ("# *Acme* `x`", [{"title": "Acme x"}]),
        ("#", [text("–")]),
        ("a", [text("a")]),
        ("# A\n\n*meta*\n\nb", [{"title": "A", "description": "-# meta\n\nb"}]),
        (
            "# A\n\n*5 articles · as of 2026*\n\nb",
            [{"title": "A", "description": "-# 5 articles\n\nb", "footer": {"text": "as of 2026"}}],
        ),
        (
            "# A\n\n*as of 2026*\n\nb",
            [{"title": "A", "description": "b", "footer": {"text": "as of 2026"}}],
        ),
        ("# A\n\n*as of @here · x*", [{"title": "A", "description": "-# as of \\@here · x"}]),
        ("*as `of` now* \\[1\\] \\[2\\]", [text("-# as of now \\[1\\] \\[2\\]")]),
        ("*as of* then", [text("*as of* then")]),
        ("# A\n\n## B\n\nb", [fields(("B", "b"), title="A")]),
        ("# A\n\nx\n\n## B\n\n- b", [fields(("B", "- b"), title="A", description="x")]),
        (
            "# A\n\n## B\n\n### C\n\n*meta*\n\nd\n\n### E\n\n*meta* \\[1\\]\n\nf\n\n## G\n\ng",
            [
                {"title": "A"},
                {"title": "B", "description": "**C**\n-# meta\nd\n\n**E**\n-# meta \\[1\\]\n\nf"},
                fields(("G", "g")),
            ],
        ),
        (
            "a **b** *c* ~~d~~ `e` ***f***",
            [text("a **b** *c* ~~d~~ `e` ***f***")],
        ),
        ("**a***b*", [text("**a**b")]),
        ("**a `b` c**", [text("**a** `b` **c**")]),
        ("**\\*a**", [text("\\*a")]),
        ("**a\\\nb**", [text("**a**\n**b**")]),
        ("a\nb\\\nc", [text("a b\nc")]),
        ("- a\n- b", [text("- a\n- b")]),
        (
            "- a\\\n  x\n  - b\n    1. c\n- d",
            [text("- a\n  x\n  - b\n    1\\. c\n- d")],
        ),
        ("7. a\n8. b\\\n   c", [text("7\\. a\n8\\. b\nc")]),
        ("a\n\n- b\n\nc", [text("a\n\n- b\n\nc")]),
        (
            "<https://harbour.example/a?b=1>",
            [text("[harbour.example](https://harbour.example/a?b=1)")],
        ),
        (
            "[bank.com](https://evil.example/x)",
            [text("bank.com ([evil.example](https://evil.example/x))")],
        ),
        ("<https://a.example/(b)>", [text("[a.example](https://a.example/%28b%29)")]),
        ("<https://a_b.example/_c_>", [text("<https://a_b.example/_c_>")]),
        ("<https://[::1]/a>", [text("<https://[::1]/a>")]),
        ("**<https://a.example/**>** b", [text("[a.example](https://a.example/**) b")]),
        ("[x](javascript:alert)", [text("\\[x\\]\\(javascript:alert)")]),
        ("<ftp://a.example/b>", [text("ftp\\://a.example/b")]),
        (
            "<https://bank.com@evil.example/>",
            [text("[evil.example](https://evil.example/)")],
        ),
        ("![alt](https://a.example/p.png)", [text("alt")]),
        ("> quote\n> more\\\n> x", [text("> quote more\n> x")]),
        ("```\na\n  b\n```", [text("```\na\n  b\n```")]),
        ("~~~\n```\n@here\n~~~", [text("\\`\\`\\`\n\\@here")]),
        ("a\n\n---\n\nb", [text("a\n\nb")]),
        ("<b>x</b>", [text("\\<b\\>x\\</b\\>")]),
        ("\\# a\\\n\\- b\\\n\\+ c\\\n1\\. d", [text("\\# a\n\\- b\n\\+ c\n1\\. d")]),
        ("| A | B |\n| :-- | --: |\n| `x` | y |\n| z | |\n", [text("- `x` · y\n- **z**")]),
        (
            "| A | B | C |\n|---|---|---|\n| x | 1 | <https://a.example> |\n",
            [text("- **x** · B: 1 · C: [a.example](https://a.example)")],
        ),
        ("\u202ea\u200bb\\\u2066c", [text("ab\\\\c")]),
        ("# A\n\n# B\n\nb", [{"title": "A"}, {"title": "B", "description": "b"}]),
    ],
)
def test_each_form(markdown: str, expected: list[Embed]) -> None:
    (page,) = pages(markdown)
    assert page.content == ""
    assert list(page.embeds) == [{"color": GREEN} | each for each in expected]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2 * 3 * 4 _a_ ~b~", "2 \\* 3 \\* 4 \\_a\\_ \\~b\\~"),
        ("||x|| <@1> @here", "\\|\\|x\\|\\| \\<\\@1\\> \\@here"),
        ("[a](https://b.example)", "\\[a\\]\\(https\\://b.example)"),
        (":smile: 09:00 12:30:45 a::b", "\\:smile: 09:00 12\\:30:45 a\\::b"),
        ("C:\\x `y`", "C:\\\\x \\`y\\`"),
        ("# a\n-# b\n - c\n12. d\n12.5", "\\# a\n\\-# b\n \\- c\n12\\. d\n12\\.5"),
        ("1,000 (18%) – a-b + c", "1,000 (18%) – a-b + c"),
        ("¯\\_(ツ)_/¯", "¯\\\\\\_(ツ)\\_/¯"),
    ],
)
def test_text_is_escaped_where_discord_would_read_it(written: str, shown: str) -> None:
    assert escape(written) == shown


@given(st.text(st.sampled_from("\\*_~`|<>[]()@:#+-.1 \nahttps/&!ere"), max_size=30))
@settings(max_examples=400, deadline=None)
def test_escaped_text_is_shown_letter_for_letter(text: str) -> None:
    seen = Seen()
    read_marked(escape(text), seen)
    assert seen.text == text + "\n"
    assert (seen.links, seen.mentions, seen.emoji, seen.styles) == ([], [], [], [])


@given(
    st.lists(
        st.builds(
            R,
            st.text(st.sampled_from("*_~`\\[]( ab.\n字"), min_size=1, max_size=12),
            st.frozensets(st.sampled_from(["bold", "italic", "strike", "code"])),
        ),
        max_size=5,
    )
)
@settings(max_examples=400, deadline=None)
def test_no_style_costs_a_letter(runs: list[R]) -> None:
    seen = Seen()
    read_marked(written(runs), seen)
    assert "".join(seen.text.split()) == "".join("".join(run.text for run in runs).split())


@given(st.text(st.sampled_from("a *_<\n字。"), max_size=400), st.integers(12, 60))
@settings(max_examples=150, deadline=None)
def test_parts_fit_and_lose_nothing(text: str, most: int) -> None:
    parts = list(divided([R(text, frozenset({"bold"}))], most))
    assert all(size(written(part)) <= most for part in parts)
    said = "".join(run.text for part in parts for run in part)
    assert "".join(said.split()) == "".join(text.split())


def test_an_address_too_long_to_be_a_link_is_cut_and_inert() -> None:
    (page,) = pages(f"<https://a.example/{'b' * LONGEST_ADDRESS}>")
    assert page.embeds[0]["description"] == f"https\\://a.example/{'b' * 281}…"


def test_a_picture_of_ours_is_wanted_by_the_last_page_and_others_are_words() -> None:
    picture = "![Timeline of Acme](intelbrief:timeline/Acme)"
    *others, last = pages(f"# A\n\n{'word ' * 2_000}\n\n{picture}\n")
    assert last.picture == Wanted("timeline Acme", "Timeline of Acme")
    assert [page.picture for page in others] == [None, None]
    assert pages(f"a {picture}")[0].picture is None


# --- pages --------------------------------------------------------------------------------------


def weighed(page: Page) -> int:
    return sum(map(weight, page.embeds))


def test_a_long_part_flows_over_embeds_and_pages_under_its_title() -> None:
    stories = "\n\n".join(f"### Story {n}\n\n*2026*\n\n{'word ' * 60}" for n in range(40))
    made = pages(f"# Title\n\n## Stories\n\n{stories}\n\n## End\n\nshort")
    assert [page.embeds[0].get("author") for page in made] == [
        None,
        {"name": "Title · page 2 of 3"},
        {"name": "Title · page 3 of 3"},
    ]
    assert [page.embeds[-1]["footer"]["text"] for page in made] == [
        f"page {n} of 3" for n in (1, 2, 3)
    ]
    assert all(weighed(page) <= PAGE_CHARS + 200 for page in made)
    assert all(
        size(embed.get("description", "")) <= DESCRIPTION_CHARS
        for page in made
        for embed in page.embeds
    )
    titles = [each["title"] for page in made for each in page.embeds if "title" in each]
    assert titles == ["Title", "Stories"]
    assert made[-1].embeds[-1]["fields"][0]["name"] == "End"
    for page in made:
        for embed in page.embeds:
            # A head never stands without its story.
            assert not embed.get("description", "-").endswith("**")


def test_a_part_that_fits_a_page_is_not_begun_at_the_end_of_another() -> None:
    long = "\n\n".join("word " * 200 for _ in range(3))
    made = pages(f"# T\n\n{long}\n\n## Next\n\n{long}")
    assert [page.embeds[-1].get("title") for page in made] == ["T", "Next"]


def test_many_short_parts_are_fields_of_as_few_embeds_as_take_them() -> None:
    (page,) = pages("# T\n\n" + "\n\n".join(f"## P{n}\n\nx" for n in range(60)))
    assert [len(each["fields"]) for each in page.embeds] == [25, 25, 10]


def test_more_embeds_than_a_message_takes_are_more_messages() -> None:
    made = pages("\n\n".join(f"## P{n}\n\n### H\n\nx" for n in range(23)))
    assert [len(page.embeds) for page in made] == [10, 10, 3]
    made = pages("\n\n".join(f"# P{n}" for n in range(11)))
    assert [len(page.embeds) for page in made] == [10, 1]


def test_the_key_is_in_the_last_line_of_each_page() -> None:
    key = "k7QhcV2Rz0mWbT9sLxYp4N"
    made = pages("# T\n\n*Mon 2 Mar 2026, 09:00 UTC · x*\n\n" + "word " * 2_000, key=key)
    assert [page.embeds[-1]["footer"]["text"] for page in made] == [
        f"Mon 2 Mar 2026, 09:00 UTC · page {n} of 3 · ref {key}" for n in (1, 2, 3)
    ]
    assert pages("a", key=key)[0].embeds[-1]["footer"] == {"text": f"ref {key}"}
    embeds = ({"description": "a"},)
    assert signed(embeds, "") == embeds
    assert signed(embeds, key) == ({"description": "a", "footer": {"text": f"ref {key}"}},)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["# ", "## ", "### ", "", "- ", "1. ", "> ", "| a |\n|---|\n| "]),
            st.sampled_from(["word ", "字", "*_", "a" * 300, "<https://a.example/b> ", "🇨🇳"]),
            st.integers(1, 1_500),
        ),
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None)
def test_whatever_comes_every_page_fits(parts: list[tuple[str, str, int]]) -> None:
    markdown = "\n\n".join(mark + (unit * times)[:5_000] for mark, unit, times in parts)
    made = pages(markdown, key="k" * 22)
    assert made
    for page in made:
        assert page.content == ""
        assert check({"embeds": page.embeds}) == ()


# --- text instead of embeds ---------------------------------------------------------------------


def test_what_embeds_say_as_the_content_of_a_message() -> None:
    (page,) = pages("# T\n\n*as of 2026*\n\na @everyone\n\n## P\n\n- b\n")
    said = spoken(page.embeds)
    assert said == "**T**\na \\@ everyone\n**P**\n- b\n-# as of 2026"
    assert read(said).mentions == []


def test_long_content_is_cut_between_lines() -> None:
    (page,) = pages("\n\n".join(f"- {n} " + "word " * 30 for n in range(30)))
    said = spoken(page.embeds)
    assert 1_700 < size(said) <= 2_000
    assert said.endswith("word\n…")
    assert spoken([]) == "–"


def test_embeds_discord_would_refuse_go_as_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert page_of([{"title": "x" * 300}]) == Page(f"**{'x' * 300}**", ())
    assert "embeds.0.title: 300 characters, 256 at most" in caplog.text
    assert "xxx" not in caplog.text


# --- limits -------------------------------------------------------------------------------------


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "x", "custom_id": "a"} | more


@pytest.mark.parametrize(
    ("payload", "path", "what"),
    [
        ({}, "content", "empty, and no embeds"),
        ({"content": "x" * 2_001}, "content", "2,001 characters, 2,000 at most"),
        ({"content": "😀" * 1_001}, "content", "2,002 characters, 2,000 at most"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "11 items, 10 at most"),
        (
            {"embeds": [{"description": "x" * 3_001}] * 2},
            "embeds",
            "6,002 characters together, 6,000 at most",
        ),
        ({"embeds": [{"color": 1}]}, "embeds.0", "empty"),
        ({"embeds": [{"title": " "}]}, "embeds.0.title", "empty"),
        (
            {"embeds": [{"title": "x", "color": 1 << 24}]},
            "embeds.0.color",
            "16777216, not a colour",
        ),
        (
            {"embeds": [{"description": "x" * 4_097}]},
            "embeds.0.description",
            "4,097 characters, 4,096 at most",
        ),
        (
            {"embeds": [{"title": "x", "footer": {"text": "x" * 2_049}}]},
            "embeds.0.footer.text",
            "2,049 characters, 2,048 at most",
        ),
        (
            {"embeds": [{"author": {"name": "x" * 257}}]},
            "embeds.0.author.name",
            "257 characters, 256 at most",
        ),
        (
            {"embeds": [fields(("a", "x" * 1_025))]},
            "embeds.0.fields.0.value",
            "1,025 characters, 1,024 at most",
        ),
        ({"embeds": [fields(("", "x"))]}, "embeds.0.fields.0.name", "empty"),
        ({"embeds": [fields(*[("a", "x")] * 26)]}, "embeds.0.fields", "26 items, 25 at most"),
        (
            {"content": "x", "components": [{"components": [button(custom_id="x" * 101)]}]},
            "components.custom_id",
            "101 characters, 100 at most",
        ),
        (
            {"content": "x", "components": [{"components": [button(label="x" * 81)]}]},
            "components.label",
            "81 characters, 80 at most",
        ),
        (
            {"content": "x", "components": [{"components": [button(), button()]}]},
            "components",
            "custom_id 'a' is there 2 times",
        ),
        ({"content": "x", "components": [{"components": []}]}, "components.0", "empty"),
    ],
)
def test_what_discord_would_refuse(payload: dict[str, Any], path: str, what: str) -> None:
    assert check(payload) == (Excess(path, what),)
    assert not fits(payload)
    assert str(Excess(path, what)) == f"{path}: {what}"


def test_the_longest_message_fits() -> None:
    embeds = [{"description": "x" * 4_096}, {"description": "x" * 1_904}]
    rows = [{"components": [button(custom_id=f"{r}{b}") for b in range(5)]} for r in range(5)]
    assert fits({"content": "x" * 2_000, "embeds": embeds, "components": rows})
