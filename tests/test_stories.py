"""Which reports are put into one story, and the days held in memory for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.eval import REPORTS, read_lines
from benchmarks.eval_stories import Labelled, measure, reports, rewrites, stories_of
from briefings.model import StoryKey, StoryMember
from briefings.stories import WINDOW, StoryIndex, days, meaning_text, story_key
from briefings.summaries.embedding import embed

EVAL = Path(__file__).resolve().parents[1] / "../shared/eval"
NOON = datetime(2023, 10, 31, 12, tzinfo=UTC)
ALIBABA = frozenset({"alibaba"})
TITLE = "Alibaba opens a data centre in Mexico"
LEAD = "Alibaba Cloud will open its first data centre in Mexico by the end of March."
WORDS = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
LONG = " ".join(WORDS)


@cache
def key(title: str = TITLE, text: str = LEAD) -> StoryKey:
    (vector,) = embed([meaning_text(title, text)])
    return story_key(title, text, vector)


def member(number: int = 1, at: datetime = NOON, **changes: object) -> StoryMember:
    return replace(StoryMember(number, number, at, ALIBABA, key()), **changes)


def index_of(*members: StoryMember) -> StoryIndex:
    index = StoryIndex()
    for one in members:
        index.add(one)
    return index


# --- what belongs together ----------------------------------------------------------------------


def test_the_first_report_tells_a_new_story() -> None:
    assert StoryIndex().find(key(), NOON, ALIBABA) is None


def test_the_same_report_from_another_publisher_is_the_same_story() -> None:
    assert index_of(member(7)).find(key(), NOON, ALIBABA) == 7


def test_another_event_is_another_story() -> None:
    other = key("Alibaba names a new head of retail", "The executive ran Freshippo for six years.")
    assert index_of(member()).find(other, NOON, ALIBABA) is None


def test_a_report_in_another_language_is_the_same_story() -> None:
    chinese = key("阿里巴巴在墨西哥开设数据中心", "阿里云将于3月底前在墨西哥开设首个数据中心。")
    assert index_of(member(7)).find(chinese, NOON, ALIBABA) == 7


@pytest.mark.parametrize(("apart", "found"), [(WINDOW, 7), (WINDOW + timedelta(seconds=1), None)])
@pytest.mark.parametrize("sign", [1, -1])
def test_reports_far_apart_in_time_are_two_stories(
    apart: timedelta, found: int | None, sign: int
) -> None:
    assert index_of(member(7)).find(key(), NOON + sign * apart, ALIBABA) == found


@pytest.mark.parametrize(
    ("there", "here", "found"),
    [
        ({"alibaba", "tencent"}, {"tencent"}, 7),
        ({"alibaba"}, {"tencent"}, None),
        (set(), {"tencent"}, 7),
        ({"alibaba"}, set(), 7),
    ],
)
def test_reports_share_an_organisation_where_both_name_any(
    there: set[str], here: set[str], found: int | None
) -> None:
    index = index_of(member(7, organisations=frozenset(there)))
    assert index.find(key(), NOON, frozenset(here)) == found


def test_a_long_text_is_recognised_whatever_organisations_it_was_tagged_with() -> None:
    index = index_of(member(7, key=key("A headline", LONG)))
    assert index.find(key("Another one", LONG), NOON, frozenset({"tencent"})) == 7


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("buys back shares for $1.02 billion", "buys back shares for $1.05 billion", False),
        ("buys back shares for $1.02 billion", "buys back shares for $1.02 billion", True),
        ("buys 9,500,000 shares at HK$383.40", "buys 9,500,000 shares at HK$379.20", True),
        ("buys 9,500,000 shares at HK$383.40", "buys 8,100,000 shares at HK$379.20", False),
        ("takes 18% of Weibo", "takes 18% of Weibo for $586 million", True),
        ("takes 18% of Weibo", "takes part of Weibo for $586 million", True),
        ("fined 18% on May 20", "fined 18% on May 21", True),
        ("fined on May 20", "fined on May 21", False),
    ],
)
def test_figures_tell_like_reports_apart(first: str, second: str, same: bool) -> None:
    index = index_of(member(7, key=key(f"Tencent {first}", "")))
    assert index.find(key(f"Tencent {second}", ""), NOON, ALIBABA) == (7 if same else None)


def test_a_text_without_a_vector_is_recognised_by_its_words() -> None:
    index = index_of(member(7, key=story_key(TITLE, LEAD, b"")))
    assert index.find(story_key(TITLE, LEAD, b""), NOON, ALIBABA) == 7
    assert index.find(story_key("Something else", "", b""), NOON, ALIBABA) is None


def test_a_report_joins_no_story_whose_first_report_is_far() -> None:
    like, between, first = WORDS[:30], WORDS[15:45], WORDS[30:60]
    texts = [" ".join(words) for words in (first, between, like)]
    keys = [story_key("", text, b"") for text in texts]
    index = index_of(
        member(1, key=keys[0], at=NOON - timedelta(hours=2)),
        member(2, key=keys[2], at=NOON - timedelta(hours=1), story_id=1),
    )
    assert index.find(keys[2], NOON, ALIBABA) is None


@pytest.mark.parametrize(
    ("title", "body", "same"),
    [(WORDS[:6], WORDS[6:22], True), (WORDS[60:66], WORDS[6:28], False)],
)
def test_less_likeness_is_asked_under_one_title(
    title: list[str], body: list[str], same: bool
) -> None:
    """Either text shares 22 of its 40 words with the known one."""
    known = story_key(" ".join(WORDS[:6]), " ".join(WORDS[6:40]), b"")
    filled = body + WORDS[70 : 70 + 40 - len(title) - len(body)]
    asked = story_key(" ".join(title), " ".join(filled), b"")
    assert index_of(member(7, key=known)).find(asked, NOON, ALIBABA) == (7 if same else None)


def test_of_two_stories_the_closer_is_chosen() -> None:
    exact = story_key("", " ".join(WORDS[:40]), b"")
    near = story_key("", " ".join(WORDS[:32] + WORDS[50:58]), b"")
    assert index_of(member(1, key=near), member(2, key=exact)).find(exact, NOON, ALIBABA) == 2


def test_a_key_of_another_layout_is_like_nothing() -> None:
    index = index_of(member(7, key=StoryKey((1,), b"\0" * 8)))
    assert index.find(key(), NOON, ALIBABA) is None
    assert index.find(StoryKey((1,), b""), NOON, ALIBABA) is None
    index.remove(7)


def test_reports_of_deals_are_put_together_and_hardly_any_two_merged() -> None:
    told = reports(read_lines(REPORTS.parent, REPORTS.stem))
    _, _, _, _, precision, recall, _ = measure("", told)
    assert float(str(precision)) > 85
    assert float(str(recall)) > 70


@pytest.mark.parametrize(
    "pair", [("buyback-mon", "buyback-tue"), ("jd-dividend", "meituan-dividend")]
)
def test_two_deals_of_one_company_on_successive_days_are_two_stories(pair: tuple[str, str]) -> None:
    told = reports(read_lines(REPORTS.parent, REPORTS.stem))
    stories = stories_of([report for report in told if report.story in pair])
    one, other = ({number for report, number in stories if report.story == name} for name in pair)
    assert not one & other


def test_rewrites_of_a_text_are_one_story() -> None:
    articles = read_lines(EVAL, "summaries-en-dev")
    if not articles:
        pytest.skip(f"no summaries-en-dev.jsonl in {EVAL}")
    *_, f1 = measure("", rewrites(articles))
    assert float(str(f1)) > 90


# --- the days held in memory --------------------------------------------------------------------


def test_the_days_of_a_window_hold_every_report_in_it() -> None:
    at = datetime(2023, 10, 31, 23, 59, tzinfo=UTC)
    assert days(at)[0] == (at - WINDOW).date()
    assert days(at)[-1] == (at + WINDOW).date()
    assert len(days(at)) == 7


def test_a_day_is_missing_until_it_is_loaded() -> None:
    index = StoryIndex()
    assert index.missing(NOON) == days(NOON)
    index.add(member(1))
    assert NOON.date() not in index
    index.load(NOON.date(), [member(1), member(2)])
    assert NOON.date() in index
    assert NOON.date() not in index.missing(NOON)
    assert len(index) == 2


def test_an_article_that_changed_is_found_as_it_is_now() -> None:
    index = index_of(member(1))
    rewritten = key("Weibo lists in Hong Kong", "The microblog raised money in Hong Kong.")
    index.add(member(1, key=rewritten))
    assert len(index) == 1
    assert index.find(key(), NOON, ALIBABA) is None
    assert index.find(rewritten, NOON, ALIBABA) == 1


def test_an_article_that_moved_to_another_day_leaves_the_old_one() -> None:
    index = index_of(member(1))
    index.add(member(1, at=NOON + timedelta(days=10)))
    assert index.find(key(), NOON, ALIBABA) is None
    assert index.find(key(), NOON + timedelta(days=10), ALIBABA) == 1


def test_an_article_that_was_removed_is_gone() -> None:
    index = index_of(member(1), member(2))
    index.remove(1)
    index.remove(1)
    assert index.find(key(), NOON, ALIBABA) == 2
    assert len(index) == 1


def test_days_unused_for_longest_are_let_go_first_and_never_those_in_use() -> None:
    index = StoryIndex(held=20)
    first = date(2023, 1, 1)
    for number in range(40):
        at = datetime(2023, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
        for day in index.missing(at):
            index.load(day, [member(10_000 + (day - first).days * 2 + i, at=at) for i in range(2)])
        assert index.missing(at) == []
    assert len(index) <= 20
    assert first not in index


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "remove"]), st.integers(1, 6), st.integers(0, 3)),
        max_size=30,
    )
)
def test_an_index_holds_what_was_added_and_not_removed(
    steps: list[tuple[str, int, int]],
) -> None:
    index, held = StoryIndex(), {}
    for step, number, day in steps:
        at = NOON + timedelta(days=10 * day)
        if step == "add":
            index.add(member(number, at=at))
            held[number] = at
        else:
            index.remove(number)
            held.pop(number, None)
    assert len(index) == len(held)
    for day in range(4):
        at = NOON + timedelta(days=10 * day)
        there = {number for number, when in held.items() if when == at}
        assert (index.find(key(), at, ALIBABA) in there) is bool(there)


def test_a_rewrite_is_found_among_texts_of_every_kind() -> None:
    texts = [Labelled(str(n), f"Report {n}", " ".join(WORDS[n : n + 60])) for n in (0, 80)]
    texts += [Labelled("0", "Report 0", " ".join(WORDS[2:58]))]
    *_, precision, recall, _ = measure("", texts)
    assert (precision, recall) == (100, 100)
