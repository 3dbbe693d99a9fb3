"""The picture of a timeline: nothing overlaps or is cut off, and it can be read and told."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.typing import ColorType
from PIL import Image

from bot.charts import ALT_TEXT, EVENTS, alt_text, pictured, timeline_figure, timeline_picture
from briefings.answers import NumberedSource, Timeline, TimelineEvent
from briefings.facts import When
from briefings.model import Precision, Published
from tests.fakes.answers import ANSWERS
from tests.fakes.articles import day

ROOT = Path(__file__).resolve().parents[1]
ENGLISH = "Tencent invests $215 million in JD.com, opening WeChat’s doors to the “retailer”"
CHINESE = "腾讯与阿里巴巴宣布互联互通：淘宝、天猫商家可在微信视频号、朋友圈投放广告，直接跳转至店铺"
ENDLESS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 4
TITLES = (
    ENGLISH,
    CHINESE,
    ENDLESS,
    "Short",
    "한국 🚀 news",
    "gjpqy ÀÉÎ",
    "W" * 200,
    "$a$ {b} \\frac",
)


def timeline(
    events: Sequence[tuple[str, str]], *, title: str = "Acme / Globex", publisher: str = "Daily"
) -> Timeline:
    """A timeline of (date, headline), the later the more telling."""
    ordered = sorted(events, key=lambda event: day(event[0]).at)
    made = tuple(
        TimelineEvent(
            date=When.of(day(date)),
            headline=headline,
            statement=None,
            cites=(number,),
            organisations=(),
            publishers=1 + number % 3,
            rank=len(ordered) + 1 - number,
        )
        for number, (date, headline) in enumerate(ordered, start=1)
    )
    return Timeline(
        title=title,
        topics=tuple(title.split(" / ")),
        since=None,
        as_of=datetime(2026, 2, 3, 23, 30, tzinfo=UTC),
        events=made,
        more=0,
        passing=0,
        articles=len(made),
        unread=0,
        sources=tuple(
            NumberedSource(number, publisher, day(str(event.date)), event.headline, "")
            for number, event in enumerate(made, start=1)
        ),
    )


def of(count: int) -> Timeline:
    return timeline([(f"{2000 + n // 3}-0{1 + n % 3}-01", TITLES[n % 4]) for n in range(count)])


def texts_of(figure: Figure) -> list[Text]:
    return [artist for artist in figure.artists if isinstance(artist, Text)]


def dots_of(figure: Figure) -> list[Line2D]:
    found = [artist for artist in figure.artists if isinstance(artist, Line2D)]
    return [line for line in found if line.get_marker() == "o"]


def shown(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts_of(figure)]


def check_layout(figure: Figure) -> None:
    """Every text lies on the canvas, apart from the axis, and overlaps no other."""
    canvas = FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    width, height = canvas.get_width_height()
    scale = width / 1080
    texts = texts_of(figure)
    boxes = [text.get_window_extent(renderer) for text in texts]
    for text, box in zip(texts, boxes, strict=True):
        assert 59 * scale <= box.x0, text
        assert box.x1 <= width - 50 * scale, text
        assert 0 < box.y0 < box.y1 < height, text
    for (one, first), (other, second) in combinations(zip(texts, boxes, strict=True), 2):
        apart = (
            first.x1 <= second.x0
            or second.x1 <= first.x0
            or first.y1 <= second.y0
            or second.y1 <= first.y0
        )
        assert apart, (one, other)
    dots = dots_of(figure)
    assert all(line.get_window_extent(renderer).x1 < 110 * scale for line in dots)
    heights = [dot_height(dot) for dot in dots]
    assert heights == sorted(heights)


def dot_height(dot: Line2D) -> float:
    (height,) = np.asarray(dot.get_ydata(), float)
    return float(height)


_DATES = st.builds(
    lambda year, month, day_, form: f"{year}-{month:02}-{day_:02}"[: (4, 7, 10)[form]],
    st.integers(1995, 2099),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 2),
)
_TITLES = st.one_of(
    st.sampled_from(TITLES),
    st.text(max_size=120),
    st.lists(st.sampled_from(TITLES), min_size=1, max_size=3).map(" ".join),
    st.text(alphabet="阿里巴巴腾讯微博，。《》、“”（）…—18%亿元", max_size=90),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(_DATES, _TITLES), max_size=14),
    _TITLES.filter(str.strip),
    _TITLES,
    st.sampled_from([1080, 720]),
)
@example([("2020", title) for title in TITLES], CHINESE, ENDLESS, 1080)
def test_nothing_overlaps_or_leaves_the_canvas(
    events: list[tuple[str, str]], title: str, publisher: str, width: int
) -> None:
    figure = timeline_figure(timeline(events, title=title, publisher=publisher), width_px=width)
    check_layout(figure)
    assert len(dots_of(figure)) == min(len(events), 12)


@pytest.mark.parametrize(("events", "height"), [(0, 560), (1, 640), (2, 800), (12, 2900)])
def test_the_picture_is_as_wide_as_a_phone_and_as_tall_as_its_events_need(
    events: int, height: int
) -> None:
    picture = Image.open(BytesIO(timeline_picture(of(events))))
    assert (picture.format, picture.width) == ("PNG", 1080)
    assert height * 0.75 < picture.height < height * 1.25


def test_the_edges_of_a_full_picture_are_blank() -> None:
    drawn = timeline([(f"20{n}-01-01", TITLES[n % 8]) for n in range(10, 26)], title=ENDLESS)
    picture = Image.open(BytesIO(timeline_picture(drawn))).convert("L")
    inside = (24, 24, picture.width - 24, picture.height - 24)
    assert picture.crop(inside).getextrema() == (30, 255)
    picture.paste(255, inside)
    assert picture.getextrema() == (255, 255)


def test_the_same_timeline_gives_the_same_bytes_in_any_thread() -> None:
    drawn: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(timeline_picture(of(5)))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(drawn) == {timeline_picture(of(5))}
    assert b"Software" not in drawn[0]


def test_a_full_picture_takes_less_than_a_second() -> None:
    timeline_picture(of(1))
    full = timeline([(f"20{n}-01-01", CHINESE) for n in range(10, 22)])
    started = process_time()
    timeline_picture(full)
    assert process_time() - started < 1


def test_the_shell_starts_without_matplotlib_and_leaves_its_state_alone() -> None:
    check = """
import sys, bot.__main__
from bot.charts import timeline_picture
from tests.fakes.answers import ANSWERS
assert "matplotlib" not in sys.modules
import matplotlib
before = list(dict.items(matplotlib.rcParams))  # to ask it for its backend imports pyplot
assert timeline_picture(ANSWERS["timeline"])
assert list(dict.items(matplotlib.rcParams)) == before
assert "matplotlib.pyplot" not in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0


# --- what it shows ------------------------------------------------------------------------------


def test_events_have_their_dates_sources_and_headlines_in_order() -> None:
    answer = ANSWERS["timeline"]
    assert isinstance(answer, Timeline)
    assert shown(timeline_figure(answer)) == [
        "Acme / Globex",
        "Timeline · 2019-05-01 to 2023-10-31 · since 2019",
        *("2019", "2019-05-01", "Pasted text [1]", "1. Notes # from a meeting"),
        *("2020", "2020", "财经 and 1 more [2]", "艾克美与环球公司的合作"),
        *("2023", "2023-10-31", "Harbour Post and 2 more [3]", "Acme buys a stake in Globex"),
        "The 3 most telling of 5 events",
        "Not to scale; where the line is dashed, years are left out",
        "Hollow dot: the day is not known",
        "Dates: first reports; [n] is a source's number",
        "intelbrief · as of 2026-02-03",
    ]


def test_the_day_it_stands_at_is_that_of_the_zone() -> None:
    figure = timeline_figure(of(1), zone=ZoneInfo("Asia/Shanghai"))
    assert shown(figure)[-1] == "intelbrief · as of 2026-02-04"
    asked = replace(of(1), as_of=Published(datetime(2018, 6, 1, tzinfo=UTC), Precision.MONTH))
    assert shown(timeline_figure(asked))[-1] == "intelbrief · as of 2018-06"


def test_a_headline_takes_three_lines_before_it_is_cut() -> None:
    fits, too_long = CHINESE + CHINESE[:20], CHINESE * 2
    texts = shown(timeline_figure(timeline([("2020-01-01", fits)])))
    assert "".join(texts[5:8]) == fits
    texts = shown(timeline_figure(timeline([("2020-01-01", too_long)])))
    assert texts[7].endswith("…")
    assert too_long.startswith("".join(texts[5:8])[:-1])


def test_the_axis_is_dashed_where_years_are_left_out_and_dots_hollow_without_a_day() -> None:
    figure = timeline_figure(
        timeline([("2013-05-07", "a"), ("2014", "b"), ("2016-01", "c"), ("2016-02-03", "d")])
    )
    drawn = [artist for artist in figure.artists if isinstance(artist, Line2D)]
    axis = [line for line in drawn if line.get_linewidth() == 4 and line.get_marker() != "o"]
    assert [line.is_dashed() for line in axis] == [False, True, False]
    dots = dots_of(figure)
    faces = [dot.get_markerfacecolor() for dot in dots]
    assert faces[0] == faces[3] != faces[1] == faces[2]
    assert [year for year in shown(figure) if year in ("2013", "2014", "2015", "2016")] == [
        "2013", "2014", "2014", "2016",
    ]  # fmt: skip


def test_the_most_telling_twelve_are_pictured_oldest_first() -> None:
    found = of(40)
    events = pictured(found)
    assert len(events) == EVENTS
    assert {event.rank for event in events} == set(range(1, 13))
    assert all(one.date.first <= other.date.first for one, other in pairwise(events))
    assert "The 12 most telling of 40 events" in shown(timeline_figure(found))
    assert [event.rank for event in pictured(found, 2)] == [2, 1]


def test_every_colour_of_a_text_has_the_contrast_to_be_read() -> None:
    def luminance(colour: ColorType) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    figure = timeline_figure(of(3))
    paper = luminance(figure.get_facecolor())
    for text in texts_of(figure):
        assert (paper + 0.05) / (luminance(text.get_color()) + 0.05) >= 6  # WCAG asks for 4.5
        assert float(text.get_fontsize()) >= 26


def test_no_formula_is_read_into_a_headline() -> None:
    texts = shown(timeline_figure(timeline([("2020-01-01", "$586 for a $\\frac{1}{2}$ {stake}")])))
    assert "$586 for a $\\frac{1}{2}$ {stake}" in texts
    timeline_picture(timeline([("2020-01-01", "$\\unknown{ $")]))


# --- in words -----------------------------------------------------------------------------------


def test_the_picture_in_words() -> None:
    answer = ANSWERS["timeline"]
    assert isinstance(answer, Timeline)
    assert alt_text(answer) == (
        "Timeline of Acme and Globex: 3 events from 2019-05-01 to 2023-10-31. "
        "2019-05-01: 1. Notes # from a meeting. 2020: 艾克美与环球公司的合作. "
        "2023-10-31: Acme buys a stake in Globex. 2 less telling left out."
    )
    assert alt_text(timeline([("2020", "Done!")])) == (
        "Timeline of Acme and Globex: 1 event of 2020. 2020: Done!"
    )
    assert alt_text(timeline([])) == "Timeline of Acme and Globex: no events."


@given(st.lists(st.tuples(_DATES, _TITLES), min_size=1, max_size=14), st.text(max_size=600))
@example([("2020-01-01", ENDLESS)] * 14, "x" * 600)
def test_every_event_is_told_in_a_thousand_characters(
    events: list[tuple[str, str]], title: str
) -> None:
    found = timeline(events, title=f"{title} / {title}")
    told = alt_text(found)
    assert len(told) <= ALT_TEXT
    for event in pictured(found):
        assert f" {event.date}: " in told
    assert (f"{len(events) - 12} less telling left out." in told) == (len(events) > 12)
