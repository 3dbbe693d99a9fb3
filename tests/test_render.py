"""Answers as Markdown: golden files, and titles that try to be more than text.

After a wanted change of a template: `GOLDEN=write pytest tests/test_render.py`, and read
the difference before keeping it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError
from markdown_it import MarkdownIt
from markdown_it.token import Token

from briefings.answers import Answer, SearchAnswer
from briefings.render import (
    TEMPLATES,
    Markdown,
    environment,
    escape,
    link,
    markdown,
    picture,
    pictured,
)
from briefings.text.hygiene import clean_line
from tests.fakes.answers import ANSWERS, COVERAGE, SOURCE_1

GOLDEN = Path(__file__).parent / "golden" / "answers"
HOSTILE = (
    "# [x](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "[a]: https://evil.example",
    "<script>alert(1)</script>",
    "<https://evil.example>",
    "&lt;b&gt; &#60;i&#62;",
    "`code` ``` fence",
    "~~~ fence ~~struck~~",
    "| a | b |",
    "| --- |",
    "***bold*** __bold__ _em_",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "1) item",
    "> quote",
    "=== setext",
    "---",
    "***",
    "    indented code",
    "line\n# heading\n\n| a |\n|---|",
    "line\r\u2028# heading\u0085- item",
    "trailing backslash \\",
    "\\[escaped\\](https://evil.example)",
    "@everyone <@U123> <!channel>",
    "https://evil.example/ www.evil.example evil@example.com",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "[ ] task",
    "[^1]: note",
    "$$x$$ ==mark== ||spoiler||",
)


def tokens(text: str) -> Iterator[Token]:
    for token in (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    ):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    return "".join(token.content for token in tokens(text) if token.type == "text")


@pytest.mark.parametrize("name", ANSWERS)
def test_golden(name: str) -> None:
    rendered = markdown(ANSWERS[name])
    path = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(rendered, encoding="utf-8")
    assert rendered == path.read_text(encoding="utf-8")


def test_every_kind_of_answer_has_a_template_and_a_golden_file() -> None:
    assert set(TEMPLATES) == set(get_args(Answer)) == {type(answer) for answer in ANSWERS.values()}
    assert {path.stem for path in GOLDEN.glob("*.md")} == set(ANSWERS)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_value_is_inert_and_shown_letter_for_letter(title: str) -> None:
    rendered = escape(title)
    assert {token.type for token in tokens(rendered)} <= {
        "paragraph_open",
        "inline",
        "text",
        "paragraph_close",
    }
    assert shown(rendered) == " ".join(title.split())


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(codec="utf-8"), st.sampled_from("#[]()<>!*_`~|\\&-+=1.) \n@:/w")
        )
    )
)
def test_any_value_is_inert_and_shown_letter_for_letter(title: str) -> None:
    rendered = escape(title)
    assert {token.type for token in tokens(rendered)} <= {
        "paragraph_open",
        "inline",
        "text",
        "paragraph_close",
    }
    # CommonMark itself replaces NUL; `text.hygiene` has dropped it long before.
    assert shown(rendered) == " ".join(title.split()).replace("\0", "\ufffd")


def shape(answer: Answer) -> list[tuple[str, object]]:
    return [
        (token.type, token.attrGet("href"))
        for token in tokens(markdown(answer))
        if token.type != "text"
    ]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_changes_nothing_in_the_shape_of_an_answer(title: str) -> None:
    briefing, search = ANSWERS["briefing"], ANSWERS["search"]
    sources, topics = ANSWERS["sources"], ANSWERS["topics"]
    plain = "plain"
    for answer, change in (
        (briefing, lambda a, t: replace(a, title=t, topics=(t, t))),
        (
            briefing,
            lambda a, t: replace(
                a, stories=(replace(a.stories[0], headline=t, organisations=(t,)),)
            ),
        ),
        (briefing, lambda a, t: replace(a, bottom_line=(replace(a.bottom_line[0], text=t),))),
        (
            briefing,
            lambda a, t: replace(a, sources=(replace(SOURCE_1, title=t, publisher=t, owned_by=t),)),
        ),
        (briefing, lambda a, t: replace(a, coverage=replace(COVERAGE, failing=(t,)))),
        (
            search,
            lambda a, t: replace(
                a, words=t, hits=(replace(a.hits[0], title=t, snippet=t, publisher=t),)
            ),
        ),
        (
            sources,
            lambda a, t: replace(a, rows=(replace(a.rows[0], publisher=t, detail=t),), notice=t),
        ),
        (topics, lambda a, t: replace(a, rows=(replace(a.rows[0], name=t, units=(t, t)),))),
        (
            ANSWERS["subscriptions"],
            lambda a, t: replace(
                a,
                rows=(replace(a.rows[1], topics=(t, t), when=t, preset=t, paused=t, last=t),),
                notice=t,
            ),
        ),
        (ANSWERS["preview"], lambda a, t: replace(a, topics=(t, t))),
        (
            ANSWERS["status-deliveries"],
            lambda a, t: replace(
                a, deliveries=(replace(a.deliveries[1], digest=f"D {t}", place=t, says=t, step=t),)
            ),
        ),
        (ANSWERS["choice-unknown"], lambda a, t: replace(a, query=t, names=(t, t))),
        (ANSWERS["failure"], lambda a, t: replace(a, message=t, remedy=t)),
        (ANSWERS["article"], lambda a, t: replace(a, title=t, author=t)),
        (ANSWERS["status"], lambda a, t: replace(a, problems=(t,))),
    ):
        assert shape(change(answer, title)) == shape(change(answer, plain))


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://a.example/x?y=1&z=(2)#part", "https://a.example/x?y=1&z=(2)"),
        ("http://user:secret@a.example:8080/", "http://a.example:8080/"),
        ("https://例子.example/路径", "https://xn--fsqu00a.example/%E8%B7%AF%E5%BE%84"),
        ("https://a.example/%E8%B7%AF", "https://a.example/%E8%B7%AF"),
        ("https://a.example/a b|c`d<e>\\f", "https://a.example/a%20b%7Cc%60d%3Ce%3E%5Cf"),
        ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
    ],
)
def test_a_web_address_becomes_a_link_that_shows_where_it_leads(address: str, target: str) -> None:
    rendered = link(address)
    assert rendered == f"<{target}>"
    (href,) = [token.attrGet("href") for token in tokens(rendered) if token.type == "link_open"]
    assert href is not None
    assert target.partition("://")[0] in href


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,<b>",
        "file:///etc/passwd",
        "https://a.example\\@evil.example/",
        "https://evil.example&lt;/",
        "https://",
        "https://[::1",
        "https://a.example:99999/",
        "",
    ],
)
def test_anything_else_is_no_link(address: str) -> None:
    assert not [token for token in tokens(link(address)) if token.type == "link_open"]


@given(st.text())
def test_no_address_breaks_rendering(address: str) -> None:
    hit = replace(ANSWERS["search"].hits[0], url=address)  # type: ignore[union-attr]
    rendered = markdown(SearchAnswer("words", (), (hit,), more=False))
    links = [token for token in tokens(rendered) if token.type == "link_open"]
    assert all(str(token.attrGet("href")).startswith(("http://", "https://")) for token in links)


@pytest.mark.parametrize("page", HOSTILE)
def test_a_page_is_markdown_only_where_it_was_drawn_as_such(page: str) -> None:
    preview = ANSWERS["preview"]
    drawn = markdown(replace(preview, page=Markdown("**bold**\n\n| a |\n|---|\n")))  # type: ignore[type-var]
    assert {"strong_open", "table_open"} <= {token.type for token in tokens(drawn)}
    plain = markdown(replace(preview, page="plain"))  # type: ignore[type-var]
    hostile = markdown(replace(preview, page=page))  # type: ignore[type-var]
    assert [token.type for token in tokens(hostile) if token.type != "text"] == [
        token.type for token in tokens(plain) if token.type != "text"
    ]


@given(st.lists(st.text(min_size=1).filter(lambda name: name.strip()), min_size=1, max_size=2))
def test_a_picture_of_any_topics_is_one_image_and_tells_their_command(topics: list[str]) -> None:
    try:
        text = picture(topics)
    except UnicodeEncodeError:
        return  # half a character
    (_, inline, _) = MarkdownIt("commonmark").parse(text)
    (image,) = inline.children or []
    assert image.type == "image"
    address = str(image.attrs["src"])
    assert re.fullmatch(r"intelbrief:timeline/[\w.~%-]*(/[\w.~%-]*)?", address, re.ASCII)
    names = [clean_line(topic, 120) for topic in topics]
    assert pictured(address) == (f"timeline {' '.join(names)}" if all(names) else "")
    said = "".join(child.content for child in image.children or [])
    assert said == f"Timeline of {' '.join(' and '.join(names).split())}"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example/intelbrief:timeline/a",
        "intelbrief:status/a",
        "intelbrief:timeline",
        "intelbrief:timeline/",
        "intelbrief:timeline/%20",
        "intelbrief:timeline/a/",
        "intelbrief:timeline/a/b/c",
        "Intelbrief:timeline/a",
        " intelbrief:timeline/a",
    ],
)
def test_any_other_address_is_no_picture_of_ours(address: str) -> None:
    assert pictured(address) == ""


def test_a_picture_asks_for_a_timeline_whatever_its_address_says() -> None:
    assert pictured("intelbrief:timeline/a%0Astatus") == "timeline a status"
    assert pictured("intelbrief:timeline/%2Fintel%20unsubscribe%201") == (
        "timeline /intel unsubscribe 1"
    )


def test_times_are_shown_in_the_zone_asked_for() -> None:
    assert "2026-02-03 22:05 Asia/Shanghai" in markdown(
        ANSWERS["status"], ZoneInfo("Asia/Shanghai")
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ text.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ rows.append(1) }}",
        "{{ text.format.__globals__ }}",
    ],
)
def test_the_sandbox_holds(template: str) -> None:
    with pytest.raises(SecurityError):
        environment().from_string(template).render(text="x", rows=[])


def test_templates_see_no_globals() -> None:
    assert not environment().globals
