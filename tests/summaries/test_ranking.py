"""Which sentences are chosen, with vectors made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.summaries.ranking import is_boilerplate, rank

PLAIN = "The company opened another office in the city of {} last week for its own staff."
CITIES = ("Hangzhou", "Shenzhen", "Beijing", "Shanghai", "Chengdu", "Wuhan")


def vectors(*rows: Sequence[float]) -> npt.NDArray[np.float32]:
    table = np.array(rows, np.float32)
    return table / np.linalg.norm(table, axis=1, keepdims=True)


def apart(count: int) -> npt.NDArray[np.float32]:
    """Sentences that have nothing to do with each other."""
    return np.eye(count, dtype=np.float32)


def plain(count: int) -> list[str]:
    return [PLAIN.format(city) for city in CITIES[:count]]


def test_among_equals_the_first_are_chosen() -> None:
    assert rank(plain(5), apart(5), 2) == [0, 1]


def test_the_sentence_closest_to_the_others_is_chosen() -> None:
    rows = vectors([1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 0], [0, 0, 0, 1])
    assert rank(plain(5), rows, 1) == [2]


def test_a_sentence_that_repeats_one_already_chosen_is_passed_over() -> None:
    rows = vectors([1, 0, 0, 0], [1, 0.01, 0, 0], [0, 0, 1, 0.6], [0, 0, 0.6, 1])
    assert rank(plain(4), rows, 2) == [0, 2]


@pytest.mark.parametrize(
    "weak",
    [
        "Is the company going to open another office in the city of Hangzhou for its staff?",
        '"We opened another office in the city of Hangzhou last week for our own staff."',
        "But it then opened another office in the city of Hangzhou last week for its staff.",
        "Office, Hangzhou.",
        PLAIN.format("Hangzhou").rstrip("."),
        PLAIN.format("Hangzhou, Suzhou, Ningbo, Wenzhou, Jiaxing and a dozen other places " * 6),
    ],
)
def test_what_does_not_stand_by_itself_is_demoted(weak: str) -> None:
    strong = plain(4)[2:]
    assert rank([weak, *strong], apart(3), 2) == [1, 2]


def test_a_dangling_sentence_stands_after_the_one_it_points_back_to() -> None:
    first, second, last = plain(3)
    dangling = f"But {second[0].lower()}{second[1:]}"
    assert rank([first, dangling, last], apart(3), 2) == [0, 1]
    assert rank([dangling, first, last], apart(3), 2) == [1, 2]


@given(st.lists(st.text(max_size=60), max_size=12), st.integers(0, 8))
def test_places_are_distinct_in_text_order_and_always_the_same(
    sentences: list[str], points: int
) -> None:
    rows = apart(len(sentences))
    places = rank(sentences, rows, points)
    assert places == sorted(set(places))
    assert len(places) == min(points, len(sentences))
    assert all(0 <= place < len(sentences) for place in places)
    assert rank(sentences, rows, points) == places


@pytest.mark.parametrize(
    ("sentence", "about_the_page"),
    [
        ("Read more: Tencent buys a studio", True),
        ("Sign up for our newsletter", True),
        ("We use cookies to improve your experience.", True),
        ("The post Weibo lists in Hong Kong appeared first on Example.", True),
        ("责任编辑：王某", True),
        ("（分享自某报）", True),
        ("Subscribers to Tencent Video fell to 117 million in the quarter.", False),
        ("微博今日在港交所挂牌。", False),
    ],
)
def test_sentences_about_the_page_are_told_from_the_news(
    sentence: str, about_the_page: bool
) -> None:
    assert is_boilerplate(sentence) is about_the_page
