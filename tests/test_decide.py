from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings import decide
from briefings.decide import Moment, Reading
from briefings.errors import (
    Blocked,
    ContainmentError,
    EgressError,
    IntelbriefError,
    NotAFeed,
    ReadingError,
    TooLarge,
    TooSlow,
)
from briefings.failures import Failure, failure_of, refusal
from briefings.model import FeedState, Fetched, Health, ParsedEntry
from briefings.novelty import NEW_PER_POLL, classify_entries
from tests.fakes.feedvalues import URL, entry, feed, fetched, source

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def read(
    state: FeedState,
    *entries: ParsedEntry,
    at: datetime = NOW,
    answer: Fetched | None = None,
    kept: int = 0,
    jitter: float = 0.0,
    **hints: Any,
) -> FeedState:
    """The state after the feed was read with these entries in it, none of them known."""
    parsed = feed(*entries, **hints)
    reading = Reading(parsed, classify_entries(parsed, {}), kept)
    return decide.after_success(state, answer or fetched(), reading, Moment(at, jitter))


def fail(state: FeedState, at: datetime, kind: str = "unreachable") -> FeedState:
    return decide.after_failure(state, Failure(kind, "no answer"), Moment(at))


# --- asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "etag",
    ['"abc"', 'W/"abc"', "unquoted", '"abc-gzip"', '"a b"', '""', ""],
)
def test_validators_go_back_exactly_as_they_came(etag: str) -> None:
    modified = "Mon, 02 Mar 2026 08:00:00 GMT"
    state = read(FeedState(), answer=fetched(etag=etag, last_modified=modified))
    request = decide.request_for(source(state))
    assert (request.etag, request.last_modified, request.url) == (etag, modified, URL)
    assert not request.article


@pytest.mark.parametrize("etag", ['"\udcff"', '"ü"', '"a\nb"', '"\0"', "x" * 5000])
def test_a_validator_that_cannot_be_sent_back_unharmed_is_none(etag: str) -> None:
    assert read(FeedState(), answer=fetched(etag=etag)).etag == ""


def test_a_new_answer_replaces_both_validators_and_not_modified_keeps_them() -> None:
    state = read(FeedState(), answer=fetched(etag='"1"', last_modified="then"))
    assert decide.after_unchanged(state, fetched(304), Moment(NOW)).etag == '"1"'
    renewed = decide.after_unchanged(state, fetched(304, etag='"2"'), Moment(NOW))
    assert (renewed.etag, renewed.last_modified) == ('"2"', "then")
    assert read(state, answer=fetched(last_modified="now")).etag == ""


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (FeedState(), True),
        (FeedState(next_check_at=NOW, checked_at=NOW - timedelta(minutes=1)), True),
        (FeedState(next_check_at=NOW + HOUR, checked_at=NOW - timedelta(minutes=1)), True),
        (
            FeedState(next_check_at=NOW + HOUR, checked_at=NOW - DAY, error_kind="asked to wait"),
            False,
        ),
        (FeedState(stopped="gone"), False),
    ],
)
def test_what_may_be_asked_before_it_is_due(state: FeedState, may: bool) -> None:
    assert decide.may_ask(source(state), NOW) is may
    assert not decide.may_ask(source(state, enabled=False), NOW)


# --- what came back -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None),
        (203, None),
        (300, "bad response"),
        (400, "refused"),
        (401, "refused"),
        (403, "refused"),
        (404, "not found"),
        (410, "gone"),
        (429, "asked to wait"),
        (500, "server error"),
        (503, "asked to wait"),
        (599, "server error"),
    ],
)
def test_statuses(status: int, kind: str | None) -> None:
    failure = refusal(FeedState(), fetched(status), NOW)
    assert (failure and failure.kind) == kind
    if failure is not None:
        assert str(status) in failure.reason


def test_not_modified_answers_a_conditional_question_only() -> None:
    """H14."""
    assert refusal(FeedState(etag='"1"'), fetched(304), NOW) is None
    assert refusal(FeedState(body_hash=b"1"), fetched(304), NOW) is None
    failure = refusal(FeedState(), fetched(304), NOW)
    assert failure is not None
    assert failure.kind == "bad response"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (EgressError("x"), "unreachable"),
        (Blocked("x"), "blocked"),
        (TooLarge("larger than 10 MiB"), "too large"),
        (TooSlow("x"), "too slow"),
        (NotAFeed("x"), "not a feed"),
        (ReadingError("x"), "unreadable"),
        (ContainmentError("x"), "too costly to read"),
        (IntelbriefError("x"), "internal error"),
        (KeyError("x"), "internal error"),
    ],
)
def test_kinds_of_errors(error: Exception, kind: str) -> None:
    assert failure_of(error).kind == kind


def test_the_same_body_is_not_read_again() -> None:
    state = read(FeedState(), answer=fetched(body=b"<rss/>"))
    assert decide.is_unchanged(state, fetched(body=b"<rss/>"))
    assert not decide.is_unchanged(state, fetched(body=b"<rss></rss>"))
    assert not decide.is_unchanged(FeedState(), fetched(body=b""))


# --- a feed that answers ------------------------------------------------------------------------


def test_the_first_reading() -> None:
    entries = [entry(str(n), published=NOW - timedelta(hours=3) * (n + 1)) for n in range(5)]
    state = read(FeedState(), *entries, kept=2, answer=fetched(etag='"1"'))
    assert state == FeedState(
        etag='"1"',
        body_hash=decide.body_hash(b"<rss/>"),
        interval_s=3 * 3600,
        next_check_at=NOW + 3 * HOUR,
        checked_at=NOW,
        succeeded_at=NOW,
        changed_at=NOW - 3 * HOUR,
        entries_seen=5,
        entries_kept=2,
    )


def test_what_was_left_comes_with_the_next_answer_even_if_it_is_the_same() -> None:
    many = [entry(str(n)) for n in range(NEW_PER_POLL + 1)]
    answer = fetched(etag='"1"', last_modified="Mon, 02 Mar 2026 09:00:00 GMT")
    state = read(FeedState(), *many, answer=answer)
    assert not decide.is_unchanged(state, answer)
    request = decide.request_for(source(state))
    assert (request.etag, request.last_modified) == ("", "")
    state = read(state, *many[:-1], answer=answer)
    assert decide.is_unchanged(state, answer)
    assert decide.request_for(source(state)).etag == '"1"'


def test_a_feed_long_dead_when_it_is_first_read_is_silent_and_asked_daily() -> None:
    entries = [entry(str(n), published=NOW - timedelta(days=400, hours=n)) for n in range(5)]
    state = read(FeedState(), *entries)
    assert state.next_check_at == NOW + DAY
    assert decide.health(source(state), NOW) is Health.SILENT


def test_dates_of_the_future_do_not_move_the_last_change_there() -> None:
    assert read(FeedState(), entry("a", published=NOW + 9 * DAY)).changed_at == NOW


def test_news_and_silence_move_the_interval() -> None:
    state = replace(FeedState(), succeeded_at=NOW, changed_at=NOW, interval_s=4 * 3600)
    later = NOW + 4 * HOUR
    busy = read(state, *(entry(str(n)) for n in range(4)), at=later)
    assert (busy.interval_s, busy.changed_at, busy.next_check_at) == (7200, later, later + 2 * HOUR)
    quiet = decide.after_unchanged(busy, fetched(304), Moment(later + 100 * HOUR))
    assert (quiet.interval_s, quiet.changed_at) == (10 * 3600, later)


def test_hints_of_the_publisher_postpone_the_next_question() -> None:
    state = FeedState()
    assert read(state, ttl_s=6 * 3600).next_check_at == NOW + 6 * HOUR
    cached = read(state, answer=fetched(cache_control="max-age=18000"))
    assert (cached.next_check_at, cached.interval_s) == (NOW + 5 * HOUR, 3600)
    skipping = read(state, skip_hours=(10, 11))
    assert skipping.next_check_at == NOW + 3 * HOUR
    again = decide.after_unchanged(skipping, fetched(304), Moment(NOW))
    assert again.next_check_at == NOW + 3 * HOUR
    assert read(state, ttl_s=300).interval_s == 3600  # may be asked more often, need not


def test_recovery_forgets_the_trouble() -> None:
    state = read(FeedState(), at=NOW)
    for n in range(3):
        state = fail(state, NOW + n * HOUR)
    assert (state.failures, state.error_kind) == (3, "unreachable")
    well = decide.after_unchanged(state, fetched(304), Moment(NOW + 9 * HOUR))
    assert (well.failures, well.failing_since, well.error, well.error_kind) == (0, None, "", "")


# --- a feed that fails --------------------------------------------------------------------------


def test_gone_stops_at_once() -> None:
    """H13."""
    state = fail(FeedState(), NOW, "gone")
    assert state.stopped == "gone: the publisher removed it (410)"
    assert state.next_check_at is None
    assert not decide.may_ask(source(state), NOW + 400 * DAY)


def until_stopped(kind: str, start: FeedState, at: datetime) -> tuple[FeedState, datetime, int]:
    state, asked = start, 0
    while not state.stopped:
        state = fail(state, at, kind)
        asked += 1
        last, at = at, state.next_check_at or at
    return state, last, asked


@pytest.mark.parametrize(("kind", "days"), [("not found", 7), ("unreachable", 30)])
def test_lasting_trouble_stops_a_feed_after_its_time_and_few_questions(
    kind: str, days: int
) -> None:
    state, stopped_at, asked = until_stopped(kind, FeedState(), NOW)
    assert timedelta(days=days) <= stopped_at - NOW < timedelta(days=days + 1)
    assert asked <= days + 6
    assert str(days) in state.stopped
    assert decide.health(source(state), stopped_at) is Health.GONE


def test_a_page_missing_after_an_outage_has_its_own_seven_days() -> None:
    state = fail(fail(FeedState(), NOW), NOW + 20 * DAY)
    _, stopped_at, _ = until_stopped("not found", state, NOW + 21 * DAY)
    assert stopped_at - NOW >= 28 * DAY


def test_failing_doubles_the_wait_up_to_a_day() -> None:
    state, at, waits = FeedState(), NOW, []
    for _ in range(7):
        state = fail(state, at)
        assert state.next_check_at is not None
        waits.append(int((state.next_check_at - at) / HOUR))
        at = state.next_check_at
    assert waits == [2, 4, 8, 16, 24, 24, 24]


@pytest.mark.parametrize(
    ("value", "minutes"),
    [("600", 10), ("86400", 1440), ("-3", 1), ("Fri, 31 Dec 9999 00:00:00 GMT", 1440), ("x", 120)],
)
def test_a_server_says_when_to_come_back(value: str, minutes: int) -> None:
    """H15."""
    failure = refusal(FeedState(), fetched(503, retry_after=value), NOW)
    assert failure is not None
    state = decide.after_failure(FeedState(), failure, Moment(NOW))
    assert state.next_check_at == NOW + timedelta(minutes=minutes)


def test_a_host_that_wants_peace_is_no_failure_of_the_feed() -> None:
    error = EgressError("later", retry_after_s=600)
    state = decide.postponed(FeedState(), failure_of(error), Moment(NOW))
    assert state == FeedState(next_check_at=NOW + timedelta(minutes=10))


def test_bytes_that_cannot_be_read_are_asked_for_conditionally_and_not_read_again() -> None:
    answer = fetched(body=b"<html>", etag='"page"')
    failure = failure_of(NotAFeed("no feed"))
    state = decide.after_failure(FeedState(), failure, Moment(NOW), answer)
    assert (state.etag, decide.is_unchanged(state, answer)) == ('"page"', True)
    for same in (fetched(304), answer):
        again = decide.after_unchanged(state, same, Moment(NOW + HOUR))
        assert (again.failures, again.error_kind, again.succeeded_at) == (2, "not a feed", None)


def test_unreadable_bytes_do_not_pass_for_a_feed_after_an_outage() -> None:
    answer = fetched(body=b"<html>", etag='"page"')
    state = decide.after_failure(FeedState(), failure_of(NotAFeed("no feed")), Moment(NOW), answer)
    state = fail(state, NOW + HOUR)
    assert (state.etag, state.body_hash) == ("", b"")


def test_what_was_too_costly_to_read_is_tried_again() -> None:
    """The worker may have died of something else than the feed."""
    state = read(FeedState(), answer=fetched(body=b"1", etag='"1"'))
    answer = fetched(body=b"2", etag='"2"')
    state = decide.after_failure(state, failure_of(ContainmentError("killed")), Moment(NOW), answer)
    assert state.etag == '"1"'
    assert not decide.is_unchanged(state, answer)


# --- permanent redirects ------------------------------------------------------------------------


def settle(targets: Sequence[str | None], every: timedelta, url: str = URL) -> list[str | None]:
    state, results = FeedState(), []
    for n, target in enumerate(targets):
        answer = fetched(permanent_url=target)
        state, moved = decide.follow(source(state, url=url), state, answer, NOW + n * every)
        results.append(moved)
    return results


NEW = "https://new.example/feed"


@pytest.mark.parametrize(
    ("targets", "every", "expected"),
    [
        ([NEW] * 3, 12 * HOUR, [None, None, NEW]),
        ([NEW] * 3, 11 * HOUR, [None, None, None]),
        ([NEW] * 4, 8 * HOUR, [None, None, None, NEW]),
        ([NEW] * 2, 48 * HOUR, [None, None]),
        ([NEW, NEW, None, NEW], 24 * HOUR, [None] * 4),
        ([NEW, NEW, "https://other.example/", NEW], 24 * HOUR, [None] * 4),
        ([URL] * 4, 24 * HOUR, [None] * 4),
        (["http://new.example/feed"] * 4, 24 * HOUR, [None] * 4),
    ],
)
def test_a_permanent_redirect_settles_when_it_lasts(
    targets: list[str | None], every: timedelta, expected: list[str | None]
) -> None:
    """H11."""
    assert settle(targets, every) == expected


def test_from_http_to_https_is_a_move_like_any_other() -> None:
    targets = ["https://wire.example/feed"] * 3
    assert settle(targets, DAY, url="http://wire.example/feed")[-1] == targets[0]


@given(st.lists(st.tuples(st.sampled_from([NEW, URL, None]), st.integers(1, 48)), max_size=12))
def test_a_feed_moves_only_after_three_answers_over_a_day(
    answers: list[tuple[str | None, int]],
) -> None:
    state, at, run = FeedState(), NOW, [(NOW, "")]
    for target, hours in answers:
        at += hours * HOUR
        state, moved = decide.follow(source(state), state, fetched(permanent_url=target), at)
        run = [*run, (at, target)] if target == run[-1][1] else [(at, target)]
        if moved is not None:
            assert moved == target == NEW
            assert len(run) >= 3
            assert at - run[0][0] >= DAY
            run = [(at, "")]


# --- any story a server can tell ----------------------------------------------------------------

STEPS = st.one_of(
    st.just("same"),
    st.integers(0, 120),
    st.sampled_from(["unreachable", "not found", "asked to wait", "not a feed", "server error"]),
)


@given(
    st.lists(st.tuples(STEPS, st.floats(-1, 1)), max_size=30),
    st.integers(1, 10**6),
)
def test_whatever_happens_the_next_question_is_a_quarter_hour_to_a_day_away(
    steps: list[tuple[str | int, float]], body: int
) -> None:
    state, at = FeedState(), NOW
    for number, (step, jitter) in enumerate(steps):
        moment = Moment(at, jitter)
        if step == "same":
            state = decide.after_unchanged(state, fetched(304), moment)
        elif isinstance(step, int):
            entries = [entry(f"{number} {n}", published=at) for n in range(step)]
            answer = fetched(body=b"%d %d" % (body, number))
            state = read(state, *entries, at=at, answer=answer, jitter=jitter)
        else:
            state = decide.after_failure(state, Failure(step, "why"), moment)
        if state.stopped:
            break
        assert state.next_check_at is not None
        assert timedelta(minutes=15) <= state.next_check_at - at <= DAY
        assert state.checked_at == at
        assert (state.failures == 0) == (state.failing_since is None) == (state.error_kind == "")
        assert decide.detail(source(state), at)
        at = state.next_check_at


# --- what a reader is told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "health", "detail"),
    [
        (FeedState(), Health.NEW, "not checked yet"),
        (
            FeedState(checked_at=NOW, succeeded_at=NOW, changed_at=NOW - 2 * HOUR),
            Health.HEALTHY,
            "last new entry 2 h ago",
        ),
        (
            FeedState(checked_at=NOW, succeeded_at=NOW, changed_at=NOW),
            Health.HEALTHY,
            "last new entry 1 min ago",
        ),
        (
            FeedState(checked_at=NOW, succeeded_at=NOW, changed_at=NOW - 20 * DAY),
            Health.SILENT,
            "last new entry 20 days ago",
        ),
        (
            FeedState(checked_at=NOW, succeeded_at=NOW),
            Health.SILENT,
            "answers, but has brought no entry yet",
        ),
        (
            FeedState(
                checked_at=NOW,
                failures=4,
                failing_since=NOW - 3 * DAY,
                next_check_at=NOW + 4 * HOUR,
                error="the server answered 500",
                error_kind="server error",
            ),
            Health.FAILING,
            "server error for 3 days, next try in 4 h: the server answered 500",
        ),
        (
            FeedState(
                checked_at=NOW,
                failures=1,
                failing_since=NOW,
                next_check_at=NOW,
                error="wire.example could not be reached.",
                error_kind="blocked",
            ),
            Health.FAILING,
            "unreachable for 1 min, next try now: wire.example could not be reached.",
        ),
        (
            FeedState(checked_at=NOW, stopped="gone: the publisher removed it (410)"),
            Health.GONE,
            "gone: the publisher removed it (410)",
        ),
    ],
)
def test_health_in_words(state: FeedState, health: Health, detail: str) -> None:
    assert decide.health(source(state), NOW) is health
    assert decide.detail(source(state), NOW) == detail


def test_a_source_that_is_off_says_why() -> None:
    assert decide.health(source(enabled=False), NOW) is Health.OFF
    on = "/intel sources add and its address switch it on"
    assert decide.detail(source(enabled=False), NOW) == f"off as shipped; {on}"
    unverified = source(enabled=False, note="not verified")
    assert decide.detail(unverified, NOW) == f"off as shipped (not verified); {on}"
    removed = replace(source(enabled=False, note="Big Tech"), removed=True)
    assert decide.detail(removed, NOW) == f"off: somebody removed it; {on}"
