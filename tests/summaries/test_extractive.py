"""Summaries of whole texts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.eval import read_lines
from benchmarks.eval_summaries import chinese, english
from briefings.summaries.embedding import meaning_workers
from briefings.summaries.extractive import LONGEST_POINT, ExtractiveSummariser, summarise_text

EVAL = Path(__file__).resolve().parents[2] / "../shared/eval"
ENGLISH = (
    "Alibaba Group agreed on Monday to buy about 18 percent of Weibo for $586 million. "
    "Analysts had expected a deal for months. "
    '"We are delighted," said one of them. '
    "The agreement lets Alibaba raise its holding in Weibo to 30 percent later. "
    "Both companies will link their accounts, payments and advertising, they said. "
    "Will users like it? "
    "Shares of Sina, the parent of Weibo, rose 9 percent in New York. "
    "Read more: ten facts about microblogs."
)
CHINESE = (
    "阿里巴巴周一宣布以5.86亿美元购入新浪微博约18%的股份。有人感到意外！"
    "根据协议，阿里巴巴有权在未来将持股比例提高至30%。双方将在账户互通、支付和广告上合作。"
    "新浪股价当日上涨9%。责任编辑：王某"
)


@pytest.mark.parametrize(("body", "telling"), [(ENGLISH, "586"), (CHINESE, "5.86亿")])
def test_points_are_sentences_of_the_text_in_its_order(body: str, telling: str) -> None:
    points = summarise_text(body, 3).points
    assert len(points) == 3
    assert telling in points[0].text
    assert all(body[point.start : point.end] == point.text for point in points)
    assert all(one.end <= other.start for one, other in pairwise(points))


def test_a_text_of_few_sentences_is_its_own_summary() -> None:
    body = "Weibo lists in Hong Kong.  It raised $385 million.\nSign up for our newsletter."
    texts = [point.text for point in summarise_text(body, 3).points]
    assert texts == ["Weibo lists in Hong Kong.", "It raised $385 million."]


def test_a_sentence_that_stands_twice_is_chosen_once() -> None:
    body = "\n\n".join(["Weibo lists in Hong Kong", "Weibo lists in  Hong Kong", ENGLISH])
    texts = [point.text for point in summarise_text(body, 8).points]
    assert "Weibo lists in Hong Kong" in texts
    assert "Weibo lists in  Hong Kong" not in texts


@pytest.mark.parametrize("body", ["", "   \n", "……", "Advertisement"])
def test_a_text_without_news_has_no_points(body: str) -> None:
    assert summarise_text(body, 3).points == ()


@pytest.mark.parametrize("word", ["word ", "阿里巴巴，", "x"])
def test_an_endless_sentence_is_cut(word: str) -> None:
    body = word * 20_000
    (point,) = summarise_text(body, 3).points
    assert LONGEST_POINT // 2 <= len(point.text) <= LONGEST_POINT
    assert body[point.start : point.end] == point.text


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("Ab 阿里。.!?\"'“”\n\t-1ﷺ\ud800"), max_size=200), st.integers(0, 4))
def test_any_text_is_summarised_by_its_own_spans(body: str, points: int) -> None:
    summary = summarise_text(body, points)
    assert len(summary.points) <= points
    assert all(body[point.start : point.end] == point.text for point in summary.points)
    assert summarise_text(body, points) == summary


async def test_summaries_are_made_in_a_worker_in_order() -> None:
    workers = meaning_workers()
    try:
        summaries = await ExtractiveSummariser(workers).summarise([ENGLISH, "", CHINESE], points=2)
    finally:
        await workers.close()
    assert summaries == [summarise_text(text, 2) for text in (ENGLISH, "", CHINESE)]


def test_english_summaries_say_more_than_the_first_sentences() -> None:
    rows = english(eval_texts("summaries-en-dev")[:60], ("first sentences", "ours"), ("rouge1",))
    lead, ours = (float(str(row[1])) for row in rows)
    assert ours > lead + 0.5


def test_chinese_summaries_say_more_than_the_first_sentence() -> None:
    rows = chinese(eval_texts("headlines-zh-dev"), ("first sentences", "ours"))
    lead, ours = (float(str(row[1])) for row in rows)
    assert ours > lead


def eval_texts(name: str) -> list[dict[str, Any]]:
    records = read_lines(EVAL, name)
    if not records:
        pytest.skip(f"no {name}.jsonl in {EVAL}")
    return records
