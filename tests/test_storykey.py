"""What is kept of a report to recognise its story."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.storykey import MEANING, first_figures, meaning_text, sketch, story_key

VECTOR = np.linspace(-0.1, 0.1, MEANING).astype("<f2").tobytes()


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Alibaba paid $586 million for 18% of Weibo", ("5.86e+08", "18%")),
        ("阿里巴巴以5.86亿美元购入微博约18%的股份", ("5.86e+08", "18%")),
        ("fined 18.23 billion yuan", ("1.82e+10",)),
        ("罚款182.28亿元", ("1.82e+10",)),
        ("HK$1.02bn at HK$383.40 a share", ("1.02e+09", "3.83e+02")),
        ("1,234,567 shares at €5", ("1.23e+06", "5.00e+00")),
        ("up 8 percent, or 8 per cent", ("8%",)),
        ("on May 20, 20 May and 5月20日", ("day 5-20",)),
        ("1万亿元和3千万人", ("1.00e+12", "3.00e+07")),
        ("５．８６亿", ("5.86e+08",)),
        ("in 2013, the 3rd time, 24 units, Flight 9525, 9988.HK, 600315.SH, A380, 2014年", ()),
        ("9" * 400, ()),
        ("", ()),
    ],
)
def test_figures_have_one_spelling_in_both_languages(text: str, figures: tuple[str, ...]) -> None:
    assert first_figures(text) == figures


def test_no_more_than_twelve_figures_are_kept() -> None:
    text = ", ".join(f"{number}%" for number in range(1, 40))
    assert len(first_figures(text)) == 12
    assert len(story_key("", text, VECTOR).vector) == 6 + 256 + 128 + 48


def test_a_key_keeps_the_directions_of_the_meaning() -> None:
    meaning = np.frombuffer(VECTOR, "<f2").astype(np.float32)
    unpacked = sketch(story_key("Weibo", "", VECTOR).vector)
    assert unpacked is not None
    kept = unpacked.meaning.astype(np.float32)
    assert kept @ meaning / np.linalg.norm(kept) / np.linalg.norm(meaning) > 0.99


def test_only_the_title_and_the_lead_have_a_meaning() -> None:
    assert meaning_text("Title", "Lead. " * 100).startswith("Title. Lead.")
    assert len(meaning_text("Title", "Lead. " * 100)) == 160
    assert len(meaning_text("标题", "导语" * 100)) == 54


@pytest.mark.parametrize("vector", [b"", b"\0" * 11, b"\0" * 1024, b"\xff" * 1024])
def test_a_missing_or_broken_vector_is_an_empty_meaning(vector: bytes) -> None:
    unpacked = sketch(story_key("Weibo", "", vector).vector)
    assert unpacked is not None
    assert not unpacked.meaning.any()


def test_script_and_length_are_known() -> None:
    chinese, english = (sketch(story_key(t, "", b"").vector) for t in ("阿里巴巴" * 40, "Alibaba"))
    assert chinese is not None
    assert english is not None
    assert (chinese.cjk, english.cjk) == (True, False)
    assert chinese.terms > 127 > english.terms


@given(st.text(), st.text())
def test_any_text_has_a_key_and_always_the_same(title: str, text: str) -> None:
    key = story_key(title, text, VECTOR)
    assert key == story_key(title, text, VECTOR)
    assert len(key.bands) == 8
    assert all(-(2**63) <= band < 2**63 for band in key.bands)
    assert sketch(key.vector) is not None
