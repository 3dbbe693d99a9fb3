"""Why asking a feed came to nothing: statuses and errors to one kind of value, purely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from briefings import politeness
from briefings.errors import ContainmentError, EgressError, NotAFeed, ReadingError
from briefings.model import FeedState, Fetched

# The kinds decided here; those of egress come with its errors.
GONE = "gone"
NOT_FOUND = "not found"
REFUSED = "refused"
ASKED_TO_WAIT = "asked to wait"
SERVER_ERROR = "server error"
BAD_RESPONSE = "bad response"
NOT_A_FEED = "not a feed"
UNREADABLE = "unreadable"
KILLED = "too costly to read"
OUR_FAULT = "internal error"

DETERMINISTIC = (NOT_A_FEED, UNREADABLE)
"""The same bytes fail the same way again, so they need not be read again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why asking a feed came to nothing: a stable word, and the reason in a short sentence."""

    kind: str
    reason: str
    retry_after_s: int | None = None


def refusal(state: FeedState, answer: Fetched, now: datetime) -> Failure | None:
    """Why an answer carries no feed, None when it does or says that nothing changed."""
    status = answer.status
    if answer.not_modified:
        if state.body_hash or state.etag or state.last_modified:
            return None
        return Failure(BAD_RESPONSE, "the server said 'not modified' to a first request")
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    said = f"the server answered {status}"
    match status:
        case HTTPStatus.GONE:
            return Failure(GONE, said)
        case HTTPStatus.NOT_FOUND:
            return Failure(NOT_FOUND, said)
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
            wait = politeness.retry_after_s(answer.headers, now)
            return Failure(ASKED_TO_WAIT, said, retry_after_s=wait)
        case _ if status < HTTPStatus.BAD_REQUEST:
            return Failure(BAD_RESPONSE, said)
        case _ if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Failure(REFUSED, said)
        case _:
            return Failure(SERVER_ERROR, said)


def failure_of(error: Exception) -> Failure:
    """The failure an exception stands for; one that nobody foresaw is ours, not the feed's."""
    match error:
        case EgressError():
            wait = error.ids.get("retry_after_s")
            wait_s = int(wait) if isinstance(wait, int) else None
            return Failure(error.kind, error.message, retry_after_s=wait_s)
        case NotAFeed():
            return Failure(NOT_A_FEED, error.message)
        case ReadingError():
            return Failure(UNREADABLE, error.message)
        case ContainmentError():
            return Failure(KILLED, error.message)
        case _:
            return Failure(OUR_FAULT, f"intelbrief stumbled over it ({type(error).__name__})")
