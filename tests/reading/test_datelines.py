"""Datelines: sixty forms that date a text, as many traps, and no day from anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.reading.datelines import LONGEST_DATELINE, read_dateline, read_dateline_line
from briefings.reading.pasted import DATELINE_IN_BODY, read_pasted

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "reading"


def _lines(name: str) -> list[str]:
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


FORMS = [tuple(part.strip() for part in line.split("|")) for line in _lines("datelines.txt")]
TRAPS = _lines("no_datelines.txt")
PROSE = (
    "Kestrel and Finch have worked together for years, and both have said that this will go on.",
    "Analysts who follow the two companies had expected a deal like this one for some time now.",
    "Shares of Finch rose in early trading, and those of Kestrel fell a little after the news.",
    "青禾科技与远山网络合作多年，双方均表示今后将继续合作，并共同开拓海外市场。",
)


@pytest.mark.parametrize(("day", "publisher", "paragraph"), FORMS)
def test_a_dateline_dates_the_text(day: str, publisher: str, paragraph: str) -> None:
    dateline, said = paragraph.split("¦")
    credits, rest = read_dateline(dateline + said)
    assert (str(credits.published), credits.publisher, rest) == (day, publisher, said)


@pytest.mark.parametrize("paragraph", TRAPS)
def test_what_only_looks_like_a_dateline_dates_nothing(paragraph: str) -> None:
    assert read_dateline(paragraph)[0].published is None
    assert read_pasted(f"A headline\n\n{paragraph}\n\n{PROSE[0]}").credits.published is None


@pytest.mark.parametrize(
    ("line", "day", "publisher"),
    [
        ("HONG KONG, May 7, 2013", "2013-05-07", ""),
        ("Beijing (AFP) May 7, 2013", "2013-05-07", "AFP"),
        ("May 7, 2013 (Reuters)", "2013-05-07", "Reuters"),
    ],
)
def test_a_dateline_on_a_line_of_its_own(line: str, day: str, publisher: str) -> None:
    credits = read_dateline_line(line)
    assert credits is not None
    assert (str(credits.published), credits.publisher) == (day, publisher)


@pytest.mark.parametrize(
    ("elsewhere", "day"),
    [
        ("The two had met on April 29, 2013 and agreed on everything that was to be agreed.", True),
        ("2013年4月29日晚间，双方在杭州签署了有关的合作协议，此后即告生效，各方均表示满意。", True),
        ("Copyright 2013 Harbour Post. All rights reserved.", True),
        ("In 2013 the two had met and agreed on everything that was there to be agreed.", False),
        ("The two had met on May 2, 2013 and agreed on everything that was to be agreed.", False),
    ],
)
@pytest.mark.parametrize(
    "head",
    [
        "新浪科技讯 4月29日晚间消息，青禾科技宣布以换股方式入股远山网络，交易尚待批准。",
        "OSLO, April 29 (Reuters) - Kestrel said that it would take a part of Finch this year.",
    ],
)
def test_a_day_without_a_year_has_that_of_the_same_day(
    head: str, elsewhere: str, day: bool
) -> None:
    found = read_pasted(f"A headline\n\n{head}\n\n{PROSE[0]}\n\n{elsewhere}").credits.published
    # A year of copyright alone is better than none; one that the text names is not.
    assert str(found or "") == ("2013-04-29" if day else "")


def test_a_chronology_has_no_dateline() -> None:
    text = "\n\n".join(
        f"{day} - Kestrel and Finch agreed on one thing and another, and then on the next."
        for day in ("May 7, 2013", "June 3, 2014", "July 9, 2015")
    )
    assert read_pasted(f"How it came about\n\n{text}").credits.published is None


@given(
    st.sampled_from(FORMS),
    st.integers(0, 6),
    st.lists(st.sampled_from(PROSE), min_size=7, max_size=7),
    st.booleans(),
)
def test_no_day_is_taken_that_does_not_stand_ahead_of_the_text(
    form: tuple[str, str, str], place: int, prose: list[str], inside: bool
) -> None:
    """Wherever a dateline stands but at the head of the first paragraphs, it dates nothing."""
    day, _, paragraph = form
    paragraphs = [f"{line} {number}." for number, line in enumerate(prose)]
    line = paragraph.replace("¦", "") + " " + PROSE[0]
    paragraphs[place] = f"{paragraphs[place]} {line}" if inside else line
    found = read_pasted("A headline\n\n" + "\n\n".join(paragraphs)).credits.published
    ahead = not inside and place < DATELINE_IN_BODY
    assert str(found or "") == (day if ahead else "")


@given(st.text(alphabet="BEIJNG AP(),-–—0123456789 May2013年月日电讯消息新华社", max_size=400))
def test_what_is_left_is_the_end_of_the_paragraph(text: str) -> None:
    credits, rest = read_dateline(text)
    assert text.endswith(rest)
    assert len(text) - len(rest) <= LONGEST_DATELINE
    if credits.published is not None:
        assert str(credits.published.at.day) in text[: len(text) - len(rest)]
