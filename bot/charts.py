"""Pictures of answers: a timeline as a PNG that reads well on a phone, and as words.

    timeline -> its most telling events -> lines and dots from top to bottom -> Figure -> PNG

matplotlib is imported when the first picture is drawn, and its global state is left alone: no
pyplot, no settings, fonts by their files. A picture may be drawn in any thread.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.typesetting import Face, legible, lines
from briefings.answers import Timeline, TimelineEvent
from briefings.text.hygiene import clean_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EVENTS = 12
"""Events a picture shows; more would be too tall to read."""
ALT_TEXT = 1_000
"""Characters of a picture in words, which every chat platform takes."""

_PAPER, _INK, _SOFT, _ACCENT, _RULE = "#ffffff", "#1b1f24", "#57606a", "#0a5bab", "#b6bec7"
_WIDTH = 1080
_MARGIN = 60
_AXIS, _TEXT = 72, 120
_DOT = 10
_FIT = 0.985
"""The share of a column that is filled: characters drawn side by side round their widths."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How big and dark a line is, and how far its baseline is from the one above."""

    size: int
    colour: str
    lead: int


_TITLE = _Style(60, _INK, 76)
_PERIOD = _Style(30, _SOFT, 48)
_YEAR = _Style(44, _INK, 86)
_DATE = _Style(30, _ACCENT, 58)
_SOURCE = _Style(30, _SOFT, 0)
_HEADLINE = _Style(38, _INK, 50)
_NOTE = _Style(26, _SOFT, 38)


@dataclass(frozen=True, slots=True)
class _Line:
    x: float
    baseline: float
    text: str
    style: _Style


@dataclass(slots=True)
class _Sheet:
    """What stands where, in pixels from the top left at a width of 1080."""

    face: Face
    baseline: float = 42
    lines: list[_Line] = field(default_factory=list)
    dots: list[tuple[float, bool]] = field(default_factory=list)
    """Heights of the dots on the axis, and whether the day is known."""
    gaps: list[bool] = field(default_factory=list)
    """Whether years are left out between a dot and the next."""
    rules: list[float] = field(default_factory=list)

    def write(self, text: str, style: _Style, *, x: float, most: int) -> float:
        """Set a text in at most so many lines below what is there; the width of the last line."""
        width = _WIDTH - _MARGIN - x
        shown = legible(text, self.face)
        last = 0.0
        for line in lines(shown, width * _FIT, style.size, self.face, most):
            self.baseline += style.lead
            self.lines.append(_Line(x, self.baseline, line, style))
            last = self.face.width(line, style.size)
        return last

    def beside(self, text: str, tail: str, style: _Style, *, x: float) -> None:
        """Set a text on the last line; its tail (plain ASCII) is never cut."""
        width = (_WIDTH - _MARGIN - x) * _FIT - self.face.width(tail, style.size)
        shown = lines(legible(text, self.face), width, style.size, self.face, 1)
        line = "".join(shown) + tail
        self.lines.append(_Line(x, self.baseline, line, style))


def timeline_picture(
    timeline: Timeline, *, width_px: int = _WIDTH, zone: tzinfo = UTC, most: int = EVENTS
) -> bytes:
    """Draw a timeline as a PNG, as tall as its most telling events need; times by `zone`.

    The same timeline gives the same bytes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import

    png = io.BytesIO()
    figure = timeline_figure(timeline, width_px=width_px, zone=zone, most=most)
    FigureCanvasAgg(figure).print_png(  # type: ignore[no-untyped-call]
        png, metadata={"Software": None}
    )
    return png.getvalue()


def alt_text(timeline: Timeline, *, most: int = EVENTS) -> str:
    """A timeline's picture in words for who does not see it: 1,000 characters at most.

    Every event that is drawn is told, with as much of its headline as there is room for.
    """
    shown = pictured(timeline, most)
    about = clean_line(" and ".join(timeline.topics), 120)
    if not shown:
        return f"Timeline of {about}: no events."
    left_out = _left_out(timeline, shown)
    first, last = shown[0].date, shown[-1].date
    period = f"from {first} to {last}" if first != last else f"of {first}"
    count = f"{len(shown)} event{'s' if len(shown) > 1 else ''} {period}"
    begin = f"Timeline of {about}: {count}."
    end = f" {left_out} less telling left out." if left_out else ""
    for longest in range(300, 0, -10):
        told = "".join(f" {_dated(event)}: {_sentence(event, longest)}" for event in shown)
        if len(begin + told + end) <= ALT_TEXT:
            return begin + told + end
    return begin + end


def pictured(timeline: Timeline, most: int = EVENTS) -> list[TimelineEvent]:
    """The most telling events of a timeline, oldest first."""
    telling = sorted(event.rank for event in timeline.events)[:most]
    return [event for event in timeline.events if event.rank in telling]


def timeline_figure(
    timeline: Timeline, *, width_px: int = _WIDTH, zone: tzinfo = UTC, most: int = EVENTS
) -> Figure:
    """The picture of a timeline before it is drawn."""
    from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415

    path = sans_path()
    sheet = _Sheet(Face(path))
    shown = pictured(timeline, most)
    _write_head(sheet, timeline, shown)
    _write_events(sheet, timeline, shown)
    _write_notes(sheet, timeline, shown, zone)
    return _draw(sheet, str(path), width_px)


# --- what is written ----------------------------------------------------------------------------


def _write_head(sheet: _Sheet, timeline: Timeline, shown: Sequence[TimelineEvent]) -> None:
    sheet.write(timeline.title, _TITLE, x=_MARGIN, most=2)
    period = ["Timeline"]
    if shown:
        first, last = str(shown[0].date), str(shown[-1].date)
        period.append(f"{first} to {last}" if first != last else first)
    if timeline.since:
        period.append(f"since {timeline.since}")
    sheet.baseline += 6
    sheet.write(" · ".join(period), _PERIOD, x=_MARGIN, most=1)
    sheet.baseline += 34
    sheet.rules.append(sheet.baseline)


def _write_events(sheet: _Sheet, timeline: Timeline, shown: Sequence[TimelineEvent]) -> None:
    publishers = {source.number: source.publisher for source in timeline.sources}
    year: int | None = None
    for event in shown:
        if year is not None:
            sheet.gaps.append(event.date.first.year - year > 1)
        if event.date.first.year != year:
            year = event.date.first.year
            sheet.write(str(year), _YEAR, x=_TEXT, most=1)
        date_width = sheet.write(_dated(event), _DATE, x=_TEXT, most=1)
        known = event.date.first == event.date.last and not event.reported
        sheet.dots.append((sheet.baseline - 0.36 * _DATE.size, known))
        others = f" and {event.publishers - 1} more" if event.publishers > 1 else ""
        tail = f"{others} [{event.cites[0]}]"
        publisher = publishers.get(event.cites[0], "source")
        sheet.beside(publisher, tail, _SOURCE, x=_TEXT + date_width + 24)
        sheet.write(event.headline, _HEADLINE, x=_TEXT, most=3)
        sheet.baseline += 14
    if not shown:
        sheet.baseline += 40
        sheet.write("No event in this period.", _HEADLINE, x=_MARGIN, most=1)


def _write_notes(
    sheet: _Sheet, timeline: Timeline, shown: Sequence[TimelineEvent], zone: tzinfo
) -> None:
    sheet.baseline += 40
    sheet.rules.append(sheet.baseline)
    sheet.baseline += 16
    notes: list[str] = []
    if left_out := _left_out(timeline, shown):
        notes.append(f"The {len(shown)} most telling of {len(shown) + left_out} events")
    if any(sheet.gaps):
        notes.append("Not to scale; where the line is dashed, years are left out")
    if any(not known for _, known in sheet.dots):
        notes.append("Hollow dot: the day is not known")
    if shown:
        deals = any(event.kind != "story" for event in shown)
        dates = "Dates: a deal's own, else a first report's" if deals else "Dates: first reports"
        notes.append(f"{dates}; [n] is a source's number")
    as_of = timeline.as_of
    day = as_of.astimezone(zone).date() if isinstance(as_of, datetime) else as_of
    notes.append(f"intelbrief · as of {day}")
    for note in notes:
        sheet.write(note, _NOTE, x=_MARGIN, most=1)
    sheet.baseline += _MARGIN


def _dated(event: TimelineEvent) -> str:
    return f"reported {event.date}" if event.reported else str(event.date)


def _left_out(timeline: Timeline, shown: Sequence[TimelineEvent]) -> int:
    return timeline.more + len(timeline.events) - len(shown)


def _sentence(event: TimelineEvent, longest: int) -> str:
    headline = clean_line(event.headline, longest)
    return headline if headline.endswith((".", "!", "?", "…", "。", "！", "？")) else f"{headline}."


# --- how it is drawn ----------------------------------------------------------------------------


def _draw(sheet: _Sheet, font_file: str, width_px: int) -> Figure:
    """Put a sheet on a figure of 72 dots an inch at a width of 1080: a point is a pixel there."""
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.text import Text  # noqa: PLC0415
    from matplotlib.transforms import Affine2D  # noqa: PLC0415

    height = round(sheet.baseline)
    scale = width_px / _WIDTH
    figure = Figure(
        figsize=(_WIDTH / 72, height / 72), dpi=72 * scale, facecolor=_PAPER, frameon=True
    )
    from_top = Affine2D().scale(scale, -scale).translate(0, height * scale)

    def line(
        xs: tuple[float, float], ys: tuple[float, float], colour: str, width: float, dashed: bool
    ) -> None:
        figure.add_artist(
            Line2D(
                xs,
                ys,
                color=colour,
                linewidth=width,
                linestyle=(0, (2, 3)) if dashed else "-",
                solid_capstyle="butt",
                dash_capstyle="butt",
                marker="",
                transform=from_top,
            )
        )

    for y in sheet.rules:
        line((_MARGIN, _WIDTH - _MARGIN), (y, y), _RULE, 2, dashed=False)
    for ((above, _), (below, _)), gap in zip(pairwise(sheet.dots), sheet.gaps, strict=True):
        line((_AXIS, _AXIS), (above, below), _RULE, 4, dashed=gap)
    for y, known in sheet.dots:
        figure.add_artist(
            Line2D(
                [_AXIS],
                [y],
                linestyle="",
                marker="o",
                markersize=2 * _DOT,
                markerfacecolor=_ACCENT if known else _PAPER,
                markeredgecolor=_ACCENT,
                markeredgewidth=4,
                transform=from_top,
            )
        )
    for one in sheet.lines:
        figure.add_artist(
            Text(
                one.x,
                one.baseline,
                one.text,
                color=one.style.colour,
                fontproperties=FontProperties(fname=font_file, size=one.style.size),
                horizontalalignment="left",
                verticalalignment="baseline",
                usetex=False,
                parse_math=False,
                wrap=False,
                transform=from_top,
            )
        )
    return figure
