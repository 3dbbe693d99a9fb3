"""Text hygiene: rule C8 of the chat-security rules, and what must survive it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from briefings.text.hygiene import MARKS_KEPT, clean, clean_line

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\r\n\t\0\x0b\u202e\u2066\u200b\u200d\u200e\ufeff\ufe0f\ufe00\U000e0101\U000e0041"
            "\u0301\u0308\u0323\u05b4\u093c\u0e31ea👩💻❤🏽阿中é\ud800\u2028 "
        ),
    ),
    max_size=40,
)
FORBIDDEN = frozenset(
    chr(point)
    for span in (
        range(0, 0x09),
        range(0x0B, 0x20),
        range(0x7F, 0xA0),
        range(0x200B, 0x200D),
        range(0x200E, 0x2010),
        range(0x2028, 0x202F),
        range(0x2060, 0x2070),
        range(0xD800, 0xE000),
        range(0xE0000, 0xE0080),
        (0x061C, 0xFEFF),
    )
    for point in span
)


@given(HOSTILE)
@example("x\ufe0f\u200d\ufe0f")
@example("\ufe0fe\u0301")
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert clean_line(clean_line(text, 12), 12) == clean_line(text, 12)


@given(HOSTILE)
def test_nothing_forbidden_remains(text: str) -> None:
    cleaned = clean(text)
    assert not FORBIDDEN & set(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
    marks = 0
    for character in cleaned:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        assert marks <= MARKS_KEPT


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=60))
def test_ordinary_text_is_only_normalised(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@given(HOSTILE, st.integers(1, 30))
def test_a_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = clean_line(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())


@pytest.mark.parametrize(
    ("dirty", "wanted"),
    [
        ("plain text", "plain text"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00\x0b\x1b[31mb", "a[31mb"),
        ("moc.\u202ebank\u202c", "moc.bank"),
        ("Ali\u200bbaba Ten\xadcent", "Alibaba Tencent"),
        ("half \ud83d pair", "half  pair"),
        ("flag\U000e0067\U000e007f", "flag"),
        ("cafe\u0301", "café"),
        ("z" + "\u0335" * 40, "z" + "\u0335" * MARKS_KEPT),
        ("เก็บที่นี่", "เก็บที่นี่"),
        ("हिन्दी में", "हिन्दी में"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👍🏽\u200d", "👍🏽"),
        ("a\u200db", "ab"),
        ("❤\ufe0f\ufe01\U000e0100", "❤\ufe0f"),
        ("阿里巴巴　＆腾讯", "阿里巴巴　＆腾讯"),
    ],
)
def test_examples(dirty: str, wanted: str) -> None:
    assert clean(dirty) == wanted


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert clean_line("one\n two\t three", 9) == "one two…"
    assert clean_line("阿里巴巴" * 200, 5) == "阿里巴巴…"
    assert clean_line("ab👩\u200d💻", 4) == "ab👩…"
    assert clean_line("a" + " " * 9000 + "b", 5) == "a b"
