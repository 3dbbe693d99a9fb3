"""Text set in lines: what a line may begin and end with, and what stands for missing characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylopdf_fonts_zh_cn import sans_path

from bot.typesetting import ELLIPSIS, MISSING, Face, legible, lines

FACE = Face(sans_path())
WORDS = st.lists(
    st.one_of(
        st.sampled_from(["Alibaba", "腾讯", "阿里巴巴集团", "「互联互通」", "，", "$586", "18%"]),
        st.text(alphabet="abcdefgh-/", min_size=1, max_size=60),
        st.text(alphabet="的一是在不了有和人这。，、：（）《》", min_size=1, max_size=40),
    ),
    max_size=12,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Alibaba buys 18%", "Alibaba buys 18%"),
        ("  two \n lines\t", "two lines"),
        ("阿里巴巴“和解”", "阿里巴巴“和解”"),
        ("微信’s 微博", "微信’s 微博"),
        ("Weibo’s “deal” of ‘18%’", "Weibo's \"deal\" of '18%'"),
        ("腾讯’ QQ’s", "腾讯’ QQ's"),
        ("Shares soar 🚀 🇨🇳 today", "Shares soar today"),
        ("👩‍👩‍👧 family", "family"),
        ("한국 신문 reports", f"{MISSING} reports"),
        ("שלום 아 Acme", f"{MISSING} Acme"),
        ("Dvořák in 𝐁𝐞𝐫𝐥𝐢𝐧", "Dvorák in Berlin"),
        ("Ắ", "A"),
        ("e\u0301 q\u0301", "é q"),
        ("🚀", MISSING),
        ("", MISSING),
    ],
)
def test_what_the_font_has_not_is_replaced(text: str, shown: str) -> None:
    assert legible(text, FACE) == shown


@given(st.text(max_size=80))
def test_a_legible_text_is_all_in_the_font_and_stays_as_it_is(text: str) -> None:
    shown = legible(text, FACE)
    assert shown
    assert shown == shown.strip()
    assert all(FACE.has(character) for character in shown)
    assert legible(shown, FACE) == shown


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 1000, ["one two three"]),
        ("one two three", 160, ["one two", "three"]),
        ("腾讯与阿里巴巴，互联", 280, ["腾讯与阿里巴", "巴，互联"]),
        ("腾讯与阿里巴，互联网", 240, ["腾讯与阿里", "巴，互联网"]),
        ("腾讯阿里巴《互联网》", 240, ["腾讯阿里巴", "《互联网》"]),
        ("Change E-Commerce", 245, ["Change", "E-Commerce"]),
        ("Sino-American", 180, ["Sino-", "American"]),
        ("in 2023-24", 150, ["in", "2023-24"]),
        ("aaaaaaaaaaaa", 100, ["aaaa", "aaaa", "aaaa"]),
    ],
)
def test_where_a_line_may_end(text: str, width: float, expected: list[str]) -> None:
    assert lines(text, width, 40, FACE, 3) == expected


def test_what_does_not_fit_ends_in_an_ellipsis_and_only_that() -> None:
    exactly = "one two three"
    assert lines(exactly, 160, 40, FACE, 2) == ["one two", "three"]
    assert lines(exactly + " four", 160, 40, FACE, 2) == ["one two", "three…"]
    assert lines("one two, three", 205, 40, FACE, 1) == ["one two…"]
    assert lines("腾讯与阿里巴巴", 205, 40, FACE, 1) == ["腾讯与阿…"]


@given(WORDS, st.integers(150, 1000), st.integers(1, 4))
def test_lines_fit_and_lose_nothing_but_what_an_ellipsis_stands_for(
    text: str, width: int, most: int
) -> None:
    shown = legible(text, FACE)
    found = lines(shown, width, 38, FACE, most)
    assert 1 <= len(found) <= most
    assert all(FACE.width(line, 38) <= width for line in found)
    told = "".join(found).replace(" ", "")
    whole = shown.replace(" ", "")
    if told != whole:
        assert told.endswith(ELLIPSIS)
        assert whole.startswith(told.removesuffix(ELLIPSIS))
        assert len(lines(shown, width, 38, FACE, 10_000)) > most
