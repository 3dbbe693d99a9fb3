"""What may be done with an answer that is shown: ask for it again, share it, ask for more.

The same on every platform, which draws the buttons in its own way. No button carries a command
that changes something: it would happen twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from briefings.answers import (
    Answer,
    ArticleAnswer,
    Briefing,
    FactList,
    Help,
    Preview,
    SearchAnswer,
    SourceList,
    Status,
    SubscriptionList,
    Timeline,
    TopicList,
)
from briefings.model import Published
from briefings.text.hygiene import clean_line

CALL = "/intel"
FACTS, TIMELINE, SUBSCRIBE = "facts", "timeline", "subscribe"
"""What the commands begin with that a button asks for."""

ON_TOPICS = (Briefing, FactList, Timeline)
"""Answers on topics and a period, whose statements have numbered sources."""
_SHAREABLE = (
    *ON_TOPICS,
    SearchAnswer,
    ArticleAnswer,
    SourceList,
    TopicList,
    Help,
)
"""What may be shown to all: nothing that depends on who asks."""


@dataclass(frozen=True, slots=True)
class Further:
    """A button that asks for something else on the same topics: a command's verb, and its words."""

    verb: str
    label: str
    words: str


def may_be_shared(answer: Answer) -> bool:
    """Whether all in a channel may see an answer, and there is something in it to see."""
    return isinstance(answer, _SHAREABLE) and not _is_empty(answer)


def again(answer: Answer, command: str) -> str:
    """The words after the call that give this answer again and change nothing.

    What has citations is asked for up to the day it is of, so that they keep their numbers.
    """
    match answer:
        case SourceList():
            return "sources"
        case SubscriptionList():
            return "subscriptions"
        case TopicList():
            return "topics"
        case Status():
            return "status"
        case Help():
            return "help"
        case Preview():
            return f"preview {answer.number}"
    words = words_of(command)
    if isinstance(answer, ON_TOPICS) and isinstance(answer.as_of, datetime):
        return f"{words} asof {answer.as_of.astimezone(UTC):%Y-%m-%d}"
    return words


def words_of(command: str) -> str:
    """A command without the call it may begin with."""
    typed = clean_line(command, len(command) + 1)
    first, _, rest = typed.partition(" ")
    return rest if first.casefold() in (CALL, CALL[1:]) else typed


def further(answer: Answer) -> Iterator[Further]:
    """What else there is on the topics and the period of a briefing."""
    if not isinstance(answer, Briefing):
        return
    words = " ".join(answer.topics)
    words += f" since {answer.since}" if answer.since else ""
    words += f" asof {answer.as_of}" if isinstance(answer.as_of, Published) else ""
    if answer.alliances or answer.figures:
        yield Further(FACTS, "Facts", words)
    if answer.stories:
        yield Further(TIMELINE, "Timeline", words)


def subscribing(answer: Answer) -> Iterator[Further]:
    """The form for a subscription to the topics of an answer."""
    if isinstance(answer, ON_TOPICS):
        yield Further(SUBSCRIBE, "Subscribe", " ".join(answer.topics))


def _is_empty(answer: Answer) -> bool:
    match answer:
        case Briefing():
            return not answer.stories
        case FactList():
            return not answer.facts
        case Timeline():
            return not answer.events
        case SearchAnswer():
            return not answer.hits
        case SourceList() | TopicList():
            return not answer.rows
    return False
