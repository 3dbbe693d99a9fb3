"""What is true of a feed after it was asked: pure decisions on what was known and what came back.

    Source        -> request_for      -> FetchRequest
    Fetched       -> failures.refusal -> Failure | None           (statuses that carry no feed)
    ParsedFeed    -> novelty.classify_entries -> Sorting          (new, changed, duplicate)
    any of them   -> after_unchanged | after_success | after_failure  -> FeedState
    Fetched       -> follow           -> FeedState, new address   (permanent redirects)
    Source        -> health, detail   -> what a reader is told

How long to wait is `politeness`; doing any of it is `watch`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from briefings import politeness
from briefings.failures import ASKED_TO_WAIT, DETERMINISTIC, GONE, NOT_FOUND, Failure
from briefings.model import FeedState, Fetched, FetchRequest, Health, ParsedFeed, Source
from briefings.novelty import Sorting

SILENT_AFTER = timedelta(days=14)
NOT_FOUND_STOPS_AFTER = timedelta(days=7)
ERRORS_STOP_AFTER = timedelta(days=30)
REDIRECT_SETTLES_AFTER = timedelta(hours=24)
REDIRECT_SETTLES_TIMES = 3

FEED_TYPES = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_LONGEST_VALIDATOR = 1000


# --- asking -------------------------------------------------------------------------------------


def request_for(source: Source) -> FetchRequest:
    """The conditional request for a feed, its validators exactly as the server sent them."""
    return FetchRequest(
        url=source.definition.url,
        etag=source.state.etag,
        last_modified=source.state.last_modified,
        accept=FEED_TYPES,
    )


def may_ask(source: Source, now: datetime) -> bool:
    """Whether a person may have a feed asked now, due or not.

    Not before the time its server asked us to wait.
    """
    state = source.state
    if state.stopped or not source.definition.enabled:
        return False
    due = state.next_check_at is None or state.next_check_at <= now
    return due or state.error_kind != ASKED_TO_WAIT


# --- what came back -----------------------------------------------------------------------------


def body_hash(body: bytes) -> bytes:
    """What tells one body of a feed from another (16 bytes)."""
    return blake2b(body, digest_size=16).digest()


def is_unchanged(state: FeedState, answer: Fetched) -> bool:
    """Whether there is nothing to read: not modified, or the very bytes of the last time."""
    return answer.not_modified or (
        bool(state.body_hash) and body_hash(answer.body) == state.body_hash
    )


# --- what is true now ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, and the chance in it: `jitter` is random from -1 to 1."""

    now: datetime
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A feed that was read: what it said, how its entries sorted, how many became articles."""

    feed: ParsedFeed
    sorting: Sorting
    kept: int


def after_unchanged(state: FeedState, answer: Fetched, moment: Moment) -> FeedState:
    """The state of a feed that had nothing to read.

    Bytes that could not be read the last time are still not readable: that goes on failing.
    """
    state = _with_validators(state, answer)
    if state.error_kind in DETERMINISTIC:
        return after_failure(state, Failure(state.error_kind, state.error), moment)
    now = moment.now
    interval = politeness.next_interval_s(state.interval_s, quiet_s=_quiet_s(state, now))
    return replace(
        _answered(state, now),
        interval_s=interval,
        next_check_at=politeness.outside(
            _next_check(interval, answer, moment), state.skip_hours, state.skip_days
        ),
    )


def after_success(state: FeedState, answer: Fetched, reading: Reading, moment: Moment) -> FeedState:
    """The state of a feed that was read.

    Where entries were left, the next question is unconditional: the same bytes have more to bring.
    """
    now, feed, news = moment.now, reading.feed, len(reading.sorting.new)
    skip_hours, skip_days = _bits(feed.skip_hours), _bits(feed.skip_days)
    interval, changed_at = state.interval_s, state.changed_at
    if state.succeeded_at is None:
        interval = politeness.first_interval_s(feed.entries, feed.ttl_s)
        changed_at = _newest_date(feed, now)
        quiet, came = _quiet_s(replace(state, changed_at=changed_at), now), 0
    else:
        quiet, came = _quiet_s(state, now), news
        changed_at = now if news or reading.sorting.changed else changed_at
    interval = politeness.next_interval_s(interval, new=came, quiet_s=quiet, ttl_s=feed.ttl_s)
    state = replace(_with_validators(state, answer), body_hash=body_hash(answer.body))
    if reading.sorting.left:
        state = _forgotten(state)
    return replace(
        _answered(state, now),
        interval_s=interval,
        skip_hours=skip_hours,
        skip_days=skip_days,
        next_check_at=politeness.outside(
            _next_check(interval, answer, moment), skip_hours, skip_days
        ),
        changed_at=changed_at,
        entries_seen=state.entries_seen + news,
        entries_kept=state.entries_kept + reading.kept,
    )


def after_failure(
    state: FeedState, failure: Failure, moment: Moment, answer: Fetched | None = None
) -> FeedState:
    """The state of a feed that could not be asked or read.

    `answer` is what could not be read: when its bytes are at fault they are remembered like any
    others, so that the next question is conditional and they are not read again in vain; any
    other failure forgets them, lest a later "not modified" pass for a feed that can be read. A
    page that is not found (404) and every other trouble are timed apart, each from its own start.
    """
    now = moment.now
    if failure.kind in DETERMINISTIC:
        if answer is not None:
            state = replace(_with_validators(state, answer), body_hash=body_hash(answer.body))
    elif state.error_kind in DETERMINISTIC:
        state = _forgotten(state)
    lasting = (state.error_kind == NOT_FOUND) == (failure.kind == NOT_FOUND)
    since = state.failing_since if state.failing_since is not None and lasting else now
    failures = state.failures + 1
    stopped = _stopped(failure, now - since)
    next_try = politeness.next_try(
        now,
        state.interval_s,
        failures=failures,
        retry_after=failure.retry_after_s,
        jitter=moment.jitter,
    )
    return replace(
        state,
        checked_at=now,
        failing_since=since,
        failures=failures,
        error=failure.reason,
        error_kind=failure.kind,
        stopped=stopped,
        next_check_at=None if stopped else next_try,
    )


def postponed(state: FeedState, failure: Failure, moment: Moment) -> FeedState:
    """The state of a feed that was not asked, because its host wants to be left alone."""
    next_try = politeness.next_try(
        moment.now,
        state.interval_s,
        failures=1,
        retry_after=failure.retry_after_s,
        jitter=moment.jitter,
    )
    return replace(state, next_check_at=next_try)


def follow(
    source: Source, state: FeedState, answer: Fetched, now: datetime
) -> tuple[FeedState, str | None]:
    """What becomes of a permanent redirect (301, 308) on the way to an answer.

    The new address is returned once it was given 3 times in a row over at least 24 hours; until
    then the state counts. From https to http is never followed; a private address never answers.
    """
    target = answer.permanent_url
    if target is None or target == source.definition.url or _downgrades(source, target):
        return replace(state, redirect_url="", redirect_seen=0, redirect_since=None), None
    if target != state.redirect_url or state.redirect_since is None:
        return replace(state, redirect_url=target, redirect_seen=1, redirect_since=now), None
    seen = state.redirect_seen + 1
    if seen < REDIRECT_SETTLES_TIMES or now - state.redirect_since < REDIRECT_SETTLES_AFTER:
        return replace(state, redirect_seen=seen), None
    return replace(state, redirect_url="", redirect_seen=0, redirect_since=None), target


def _next_check(interval_s: int, answer: Fetched, moment: Moment) -> datetime:
    fresh = politeness.freshness_s(answer.headers, moment.now)
    return politeness.next_check(moment.now, interval_s, jitter=moment.jitter, fresh_s=fresh)


def _answered(state: FeedState, now: datetime) -> FeedState:
    return replace(
        state,
        checked_at=now,
        succeeded_at=now,
        failing_since=None,
        failures=0,
        error="",
        error_kind="",
    )


def _with_validators(state: FeedState, answer: Fetched) -> FeedState:
    """The validators to send the next time: a "not modified" without any leaves them standing."""
    etag = _validator(answer.headers.get("etag", ""))
    last_modified = _validator(answer.headers.get("last-modified", ""))
    if answer.not_modified:
        etag, last_modified = etag or state.etag, last_modified or state.last_modified
    return replace(state, etag=etag, last_modified=last_modified)


def _forgotten(state: FeedState) -> FeedState:
    """Without what would make the next answer one that was seen before."""
    return replace(state, etag="", last_modified="", body_hash=b"")


def _validator(value: str) -> str:
    """A validator as sent, or none at all when it could not be stored or sent back unharmed."""
    fit = value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR
    return value if fit else ""


def _stopped(failure: Failure, lasted: timedelta) -> str:
    if failure.kind == GONE:
        return "gone: the publisher removed it (410)"
    if failure.kind == NOT_FOUND and lasted >= NOT_FOUND_STOPS_AFTER:
        return f"gone: not found (404) for {NOT_FOUND_STOPS_AFTER.days} days"
    if lasted >= ERRORS_STOP_AFTER:
        return f"stopped after {ERRORS_STOP_AFTER.days} days of errors: {failure.reason}"
    return ""


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _quiet_s(state: FeedState, now: datetime) -> float:
    """Seconds without a new entry; where none was ever seen, as long as the interval."""
    if state.changed_at is None:
        return float(state.interval_s)
    return max(0.0, (now - state.changed_at).total_seconds())


def _newest_date(feed: ParsedFeed, now: datetime) -> datetime | None:
    """When a feed read for the first time last brought something, by its own dates."""
    if not feed.entries:
        return None
    dates = [entry.published.at for entry in feed.entries if entry.published is not None]
    return min(max(dates, default=now), now)


def _downgrades(source: Source, target: str) -> bool:
    return urlsplit(source.definition.url).scheme == "https" != urlsplit(target).scheme


# --- what a reader is told ----------------------------------------------------------------------


def health(source: Source, now: datetime) -> Health:
    """How a source is doing.

    Silent is one that answers and has brought nothing for 14 days; since no feed is asked less
    often than daily, that is far beyond the habit of any.
    """
    state = source.state
    if not source.definition.enabled:
        return Health.OFF
    if state.stopped:
        return Health.GONE
    if state.checked_at is None:
        return Health.NEW
    if state.failures:
        return Health.FAILING
    if state.changed_at is None or now - state.changed_at >= SILENT_AFTER:
        return Health.SILENT
    return Health.HEALTHY


def detail(source: Source, now: datetime) -> str:
    """The health of a source in words: since when, why, and when it is asked next."""
    state = source.state
    match health(source, now):
        case Health.OFF:
            return _off(source)
        case Health.GONE:
            return state.stopped
        case Health.NEW:
            return "not checked yet"
        case Health.FAILING:
            since = state.failing_since or now
            # The kind "blocked" stays inside: told apart from an unreachable host, it would make
            # the desk a port scanner for whoever adds sources.
            kind = "unreachable" if state.error_kind == "blocked" else state.error_kind
            why = f": {state.error}" if state.error else ""
            return f"{kind} for {_span(now - since)}, {_next(state, now)}{why}"
        case _ if state.changed_at is None:
            return "answers, but has brought no entry yet"
        case _:
            return f"last new entry {_span(now - state.changed_at)} ago"


def _off(source: Source) -> str:
    """Why a source is off, and how it is switched on."""
    on = "/intel sources add and its address switch it on"
    if source.removed:
        return f"off: somebody removed it; {on}"
    note = source.definition.note
    why = f"off as shipped ({note})" if note else "off as shipped"
    return f"{why}; {on}"


def _next(state: FeedState, now: datetime) -> str:
    if state.next_check_at is None or state.next_check_at <= now:
        return "next try now"
    return f"next try in {_span(state.next_check_at - now)}"


def _span(length: timedelta) -> str:
    """A length of time in its largest unit that fits twice, else in minutes or hours."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"
