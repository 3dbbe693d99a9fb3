"""What the clocks of a zone showed, found out by looking at them from UTC, instant by instant.

Independent of briefings.slots: that asks a zone for the offset of a local time (and relies on its
folds); this only ever turns UTC into local time, which is never ambiguous. Seconds since 1970
everywhere, local ones as if the zone were UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR, DAY = 3600, 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DATE = date(1970, 1, 1)


class Timeline:
    """A zone's stretches of equal offset from `first` to `last` (years), looked for every `step`.

    `starts` are the instants where they begin, `offsets` theirs.
    """

    def __init__(self, key: str, first: int, last: int, *, step: int = DAY) -> None:
        self._zone = ZoneInfo(key)
        start, end = (
            int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
            for year in (first, last + 1)
        )
        self.starts, self.offsets = [start], [self._offset(start)]
        for instant in range(start + step, end + step, step):
            while (offset := self._offset(instant)) != self.offsets[-1]:
                self._find_change(self.starts[-1], instant)
                if self.offsets[-1] == offset:
                    break
        self._ends = [*self.starts[1:], end + 10 * 365 * DAY]

    def _offset(self, instant: int) -> int:
        offset = (EPOCH + timedelta(seconds=instant)).astimezone(self._zone).utcoffset()
        assert offset is not None
        return int(offset.total_seconds())

    def _find_change(self, low: int, high: int) -> None:
        """The first instant whose offset differs, in steps that end at one second."""
        old = self.offsets[-1]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset(middle) == old else (low, middle)
        self.starts.append(high)
        self.offsets.append(self._offset(high))

    def stretches(self, local: int) -> list[tuple[int, int, int]]:
        """Start, end and offset of the stretches about a local time."""
        low = max(bisect_right(self.starts, local - 2 * DAY) - 1, 0)
        high = bisect_left(self.starts, local + 2 * DAY)
        return list(
            zip(self.starts[low:high], self._ends[low:high], self.offsets[low:high], strict=True)
        )

    def first_showing(self, local: int) -> int | None:
        """The first instant at which the clocks show a local time; None: they never do."""
        return next(
            (local - o for start, end, o in self.stretches(local) if start <= local - o < end), None
        )

    def first_past(self, local: int) -> int:
        """The first instant at which the clocks show a later time than this one, not shown."""
        return next(start for start, _, o in self.stretches(local) if start + o > local)

    def has_date(self, day: int) -> bool:
        """Whether there was a moment of a date, `day` days after 1970-01-01."""
        midnight = day * DAY
        return any(
            start + o < midnight + DAY and end + o > midnight
            for start, end, o in self.stretches(midnight + DAY // 2)
        )

    def due(self, day: int, seconds: int) -> int | None:
        """When what happens at a time of day is due on a date; None where there is no such date."""
        local = day * DAY + seconds
        shown = self.first_showing(local)
        if shown is not None:
            return shown
        return self.first_past(local) if self.has_date(day) else None


def instant(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def day_number(day: date) -> int:
    return (day - EPOCH_DATE).days


def wall_name(local: int) -> str:
    return (EPOCH + timedelta(seconds=local)).strftime("%Y-%m-%dT%H:%M")
