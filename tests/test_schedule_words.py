"""Schedules as people write them, in any order, and what is said to those that make no sense."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.errors import InputError
from briefings.schedule import describe, find_zone, is_schedule_word, read_schedule
from briefings.subscriptions import Frequency, Schedule
from briefings.zones import zones_matching

BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> Schedule:
    return read_schedule(text.split(), BERLIN)


def error(text: str) -> str:
    with pytest.raises(InputError) as raised:
        read(text)
    return str(raised.value)


def test_nothing_said_is_monday_at_nine_in_the_zone_given() -> None:
    assert read("") == Schedule(Frequency.WEEKLY, time(9), "Europe/Berlin", 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("weekly mon 09:00 Asia/Shanghai", "weekly on Monday at 09:00, Asia/Shanghai"),
        ("asia/shanghai 09:00 weekly MON", "weekly on Monday at 09:00, Asia/Shanghai"),
        ("weekly", "weekly on Monday at 09:00, Europe/Berlin"),
        ("weekly on Thursday at 9", "weekly on Thursday at 09:00, Europe/Berlin"),
        ("fri 17:05", "weekly on Friday at 17:05, Europe/Berlin"),
        ("tuesdays utc", "weekly on Tuesday at 09:00, UTC"),
        ("daily at 9:00", "daily at 09:00, Europe/Berlin"),
        ("daily 9am", "daily at 09:00, Europe/Berlin"),
        ("daily 9:45 PM", "daily at 21:45, Europe/Berlin"),
        ("daily 12am", "daily at 00:00, Europe/Berlin"),
        ("daily 12pm", "daily at 12:00, Europe/Berlin"),
        ("daily Shanghai", "daily at 09:00, Asia/Shanghai"),
        ("daily at 8 in New York", "daily at 08:00, America/New_York"),
        ("at 10:00", "weekly on Monday at 10:00, Europe/Berlin"),
        ("weekdays 7:30 UTC", "Monday to Friday at 07:30, UTC"),
        ("monthly", "monthly on the 1st at 09:00, Europe/Berlin"),
        ("monthly 15", "monthly on the 15th at 09:00, Europe/Berlin"),
        ("monthly on the 22nd", "monthly on the 22nd at 09:00, Europe/Berlin"),
        ("monthly 29", "monthly on the 29th (or the month's last day) at 09:00, Europe/Berlin"),
        ("monthly 31 at 18:30 Europe/Berlin", "monthly on the last day at 18:30, Europe/Berlin"),
        ("monthly last", "monthly on the last day at 09:00, Europe/Berlin"),
        ("3rd 10:00", "monthly on the 3rd at 10:00, Europe/Berlin"),
        ("hourly", "hourly at :00, Europe/Berlin"),
        ("hourly at :15", "hourly at :15, Europe/Berlin"),
        ("hourly at 5", "hourly at :05, Europe/Berlin"),
        ("hourly 10:20", "hourly at :20, Europe/Berlin"),
        ("每周一 09:00 上海", "weekly on Monday at 09:00, Asia/Shanghai"),
        ("每周日晚上8点半", "weekly on Sunday at 20:30, Europe/Berlin"),
        ("星期三 北京", "weekly on Wednesday at 09:00, Asia/Shanghai"),
        ("禮拜天 9點", "weekly on Sunday at 09:00, Europe/Berlin"),
        ("每天 上午9点15分", "daily at 09:15, Europe/Berlin"),
        ("工作日 １８：３０", "Monday to Friday at 18:30, Europe/Berlin"),
        ("每月15号", "monthly on the 15th at 09:00, Europe/Berlin"),
        ("每个月 31日", "monthly on the last day at 09:00, Europe/Berlin"),
        ("每小时", "hourly at :00, Europe/Berlin"),
        ("每天早上八点半", "daily at 08:30, Europe/Berlin"),
        ("每天 早上八点半", "daily at 08:30, Europe/Berlin"),
        ("每天下午三点", "daily at 15:00, Europe/Berlin"),
        ("每天晚上十一點四十五分", "daily at 23:45, Europe/Berlin"),
        ("每天 两点一刻", "daily at 02:15, Europe/Berlin"),
        ("每天中午十二点", "daily at 12:00, Europe/Berlin"),
        ("每天中午一点", "daily at 13:00, Europe/Berlin"),
        ("每天凌晨十二点零五分", "daily at 00:05, Europe/Berlin"),
        ("工作日下午三点 上海", "Monday to Friday at 15:00, Asia/Shanghai"),
        ("每周一九点钟", "weekly on Monday at 09:00, Europe/Berlin"),
        ("每月1日", "monthly on the 1st at 09:00, Europe/Berlin"),
        ("每月一日上午十点整", "monthly on the 1st at 10:00, Europe/Berlin"),
        ("每月二十一号", "monthly on the 21st at 09:00, Europe/Berlin"),
    ],
)
def test_a_schedule_is_read_and_told(text: str, told: str) -> None:
    assert describe(read(text)) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("weekly munday", "“munday” is not understood. Did you mean monday?"),
        ("weeky mon", "“weeky” is not understood. Did you mean weekly?"),
        ("weekly soon 09:00 Asia/Shanghai",
         "“soon” is not a day of the week. Write weekly mon, tue, wed, thu, fri, sat or sun."),
        ("weekly 3",
         "“3” is not a day of the week. Write weekly mon, tue, wed, thu, fri, sat or sun."),
        ("每天二十五点", "“二十五点” is not a time of day. Times go from 00:00 to 23:59."),
        ("daily 25:00", "“25:00” is not a time of day. Times go from 00:00 to 23:59."),
        ("daily 24:00", "“24:00” is not a time of day. Times go from 00:00 to 23:59."),
        ("daily 09:60", "“09:60” is not a time of day. Times go from 00:00 to 23:59."),
        ("daily 13pm", "“13pm” is not a time of day. Times go from 00:00 to 23:59."),
        ("hourly at :60", "“60” is not a minute of the hour. Minutes go from 00 to 59."),
        (":15", "“:15” is a minute without an hour. Write 09:15, or hourly at :15."),
        ("monthly 0", "No month has a day 0. Give a day from 1 to 31; where a month is shorter, "
         "its last day counts."),
        ("monthly 32", "No month has a day 32. Give a day from 1 to 31; where a month is shorter, "
         "its last day counts."),
        ("daily 9", "“9” may be a time or a day. Write 09:00 for a time, monthly 9 for a day of "
         "the month."),
        ("daily 09:00 10:00", "“10:00” is one too many: a schedule has one frequency, one day and "
         "one time. Write it like weekly mon 09:00 Asia/Shanghai, daily 18:30, monthly 15 or "
         "hourly at :15."),
        ("daily mon", "daily does not go with Monday. Write weekly Monday."),
        ("weekdays 15th", "weekdays does not go with the 15th. Write monthly 15."),
        ("daily at", "“at” is not followed by a time. Write at 09:00, for example."),
        ("daily please Asia/Shanghai", "“please” is not part of a schedule. Write it like weekly "
         "mon 09:00 Asia/Shanghai, daily 18:30, monthly 15 or hourly at :15."),
        ("daily London Paris", "A schedule has one time zone, not 2: London Paris. Name one."),
        ("daily Asia/Shanghia", "There is no time zone “Asia/Shanghia”. Did you mean "
         "Asia/Shanghai?"),
        ("daily UTC+8", "“UTC+8” does not say where, and so not when the clocks change. Name the "
         "zone of a city, such as Asia/Shanghai, Europe/Berlin or America/New_York; UTC will do, "
         "too."),
    ],
)  # fmt: skip
def test_an_error_names_the_word_and_the_remedy(text: str, said: str) -> None:
    assert error(text) == said


SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("before", "text", "told"),
    [
        ("weekly fri 17:00 Asia/Shanghai", "", "weekly on Friday at 17:00, Asia/Shanghai"),
        ("weekly fri 17:00 Asia/Shanghai", "daily", "daily at 17:00, Asia/Shanghai"),
        ("weekly fri 17:00 Asia/Shanghai", "10:00", "weekly on Friday at 10:00, Asia/Shanghai"),
        ("weekly fri 17:00 Asia/Shanghai", "Tokyo", "weekly on Friday at 17:00, Asia/Tokyo"),
        ("weekly fri 17:00 Asia/Shanghai", "tue", "weekly on Tuesday at 17:00, Asia/Shanghai"),
        ("weekly fri 17:00 Asia/Shanghai", "monthly", "monthly on the 1st at 17:00, Asia/Shanghai"),
        ("daily 17:00 UTC", "fri", "weekly on Friday at 17:00, UTC"),
        ("daily 17:00 UTC", "3rd", "monthly on the 3rd at 17:00, UTC"),
        ("daily 17:00 UTC", "hourly", "hourly at :00, UTC"),
        ("monthly 15 17:00 UTC", "10:00", "monthly on the 15th at 10:00, UTC"),
        ("monthly 15 17:00 UTC", "20", "monthly on the 20th at 17:00, UTC"),
        ("monthly 15 17:00 UTC", "weekly", "weekly on Monday at 17:00, UTC"),
        ("hourly at :15 UTC", "Tokyo", "hourly at :15, Asia/Tokyo"),
        ("hourly at :15 UTC", ":20", "hourly at :20, UTC"),
        ("hourly at :15 UTC", "at 20", "hourly at :20, UTC"),
        ("hourly at :15 UTC", "daily", "daily at 09:00, UTC"),
    ],
)
def test_what_is_not_said_is_as_before(before: str, text: str, told: str) -> None:
    standing = read_schedule(before.split(), SHANGHAI)
    assert describe(read_schedule(text.split(), SHANGHAI, standing)) == told


def test_an_hourly_digest_has_no_hour_to_change() -> None:
    with pytest.raises(InputError) as raised:
        read_schedule(["10:20"], SHANGHAI, read("hourly"))
    assert str(raised.value) == (
        "This digest comes hourly, and “10:20” has an hour. Write daily 10:20, or hourly at :20."
    )


@pytest.mark.parametrize("text", ["daily weekly", "mon tue", "1st 2nd", "monthly 1 2", "9am :15"])
def test_what_is_said_twice_is_one_too_many(text: str) -> None:
    assert "one too many" in error(text)


def test_the_same_said_twice_is_fine() -> None:
    assert read("weekly mon monday 9:00 09:00") == read("weekly")


def test_every_zone_is_found_by_its_key_in_any_case() -> None:
    keys = available_timezones() - {"Factory", "localtime", "EST", "HST", "MST"}
    assert len(keys) > 500
    for key in keys:
        assert find_zone(key.lower()).key == key
        assert find_zone(key.upper()).key == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Shanghai", "Asia/Shanghai"),
        ("new york", "America/New_York"),
        ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("St. John's", "America/St_Johns"),
        ("Port-au-Prince", "America/Port-au-Prince"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("Beijing", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("Singapore", "Singapore"),
        ("utc", "UTC"),
        ("GMT", "GMT"),
    ],
)
def test_a_zone_is_found_by_its_city(name: str, key: str) -> None:
    assert find_zone(name).key == key


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Asia/Shangai", "Did you mean Asia/Shanghai?"),
        ("Shangai", "Did you mean Asia/Shanghai?"),
        ("new yrok", "Did you mean America/New_York?"),
        ("Europe/Moskow", "Did you mean Europe/Moscow or Europe/Oslo?"),
        ("Asia/Beijing", "Did you mean Asia/Shanghai?"),
        ("America/London", "Did you mean Europe/London?"),
        ("Mars/Olympus", "Name it as the IANA database does, such as Asia/Shanghai or "
         "Europe/Berlin."),
        ("../../etc/passwd", "Name it as the IANA database does, such as Asia/Shanghai or "
         "Europe/Berlin."),
        ("", "Name it as the IANA database does, such as Asia/Shanghai or Europe/Berlin."),
        ("Factory", "Name it as the IANA database does, such as Asia/Shanghai or Europe/Berlin."),
    ],
)  # fmt: skip
def test_an_unknown_zone_is_told_the_nearest(name: str, remedy: str) -> None:
    with pytest.raises(InputError) as raised:
        find_zone(name)
    assert (raised.value.message, raised.value.remedy) == (
        f"There is no time zone “{name}”.",
        remedy,
    )


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("shang", ("Asia/Shanghai",)),
        ("北京", ("Asia/Shanghai",)),
        ("utc", ("UTC",)),
        ("berln", ("Europe/Berlin",)),
        (
            "new",
            (
                "America/New_York",
                "America/North_Dakota/New_Salem",
                "Asia/Kolkata",
                "Canada/Newfoundland",
            ),
        ),
        *((nothing, ()) for nothing in ("", "  ", "+8", "CST", "Etc/GMT+8", "Factory", "<!here>")),
    ],
)
def test_zones_are_offered_as_they_are_typed(typed: str, keys: tuple[str, ...]) -> None:
    assert zones_matching(typed, 5) == keys


def test_so_many_zones_are_offered_and_no_more() -> None:
    assert len(zones_matching("a", 100)) == 100
    assert zones_matching("europe/", 2) == ("Europe/Amsterdam", "Europe/Andorra")


@pytest.mark.parametrize(
    "name", ["UTC+8", "utc-05:30", "GMT+8", "+08:00", "-0330", "UTC8", "CST", "est", "EDT", "PT"]
)
def test_an_offset_or_an_abbreviation_is_no_place(name: str) -> None:
    with pytest.raises(InputError) as raised:
        find_zone(name)
    assert raised.value.message.startswith(f"“{name}” does not say where")


@pytest.mark.parametrize(
    "word",
    ["hourly", "daily", "Weekdays", "WEEKLY", "monthly", "at", "09:00", "9:00", "25:00", "9am",
     ":15", "９：００", "Asia/Shanghai", "america/argentina/buenos_aires", "UTC", "gmt", "每周",
     "每周一", "周一", "每天", "工作日", "每月15号", "9点", "每周一9点"],
)  # fmt: skip
def test_a_schedule_starts_with(word: str) -> None:
    assert is_schedule_word(word)


@pytest.mark.parametrize(
    "word",
    ["alibaba", "Phoenix", "Nice", "Shanghai", "Monday", "Mon", "Sun", "360", "7", "3M", "AT&T",
     "三星", "十方", "一点资讯", "九号公司", "58同城", "周大福",
     "每日优鲜", "Workday", "15日", "15th", "last", "on", "the", "EST",
     "Turkey", "C/S", "Asia/Pacific", "am", "Dailymotion", ""],
)  # fmt: skip
def test_a_company_may_be_called(word: str) -> None:
    assert not is_schedule_word(word)


VOCABULARY = [
    "weekly", "daily", "hourly", "weekdays", "monthly", "mon", "friday", "at", "on", "the", "am",
    "9", "15", "32", "15th", ":15", ":99", "09:00", "9am", "25:00", "last", "utc", "Asia/Shanghai",
    "Asia/", "/", "new", "york", "Nowhere", "CST", "+08", "每周一", "每月", "9点", "上午", "²", "፩",
]  # fmt: skip


def read_or_refused(words: list[str]) -> Schedule | InputError:
    try:
        return read_schedule(words, BERLIN)
    except InputError as refused:
        return refused


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.one_of(st.sampled_from(VOCABULARY), st.text(max_size=6)), max_size=6),
    st.sampled_from(["weekly fri 17:00", "daily 18:30", "monthly 15", "hourly at :20", "weekdays"]),
)
def test_words_are_a_schedule_that_reads_back_or_an_error_with_a_remedy(
    words: list[str], other: str
) -> None:
    before = read_schedule(other.split(), SHANGHAI)
    read = read_or_refused(words)
    if isinstance(read, InputError):
        assert read.message
        assert read.remedy
    else:
        told = describe(read).replace(" (or the month's last day)", "")
        told = told.replace("last day", "last").replace("Monday to Friday", "weekdays")
        everything = told.replace(",", "").split()
        assert read_schedule(everything, ZoneInfo("UTC")) == read
        assert read_schedule(everything, ZoneInfo("UTC"), before) == read
