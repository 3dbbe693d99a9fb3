"""An interaction from the moment a user makes it: what it was answered with, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from tests.servers.discord.ledger import Message
from tests.servers.discord.world import Channel, Guild, User

ANSWER_WITHIN = timedelta(seconds=3)
TOKEN_LASTS = timedelta(minutes=15)
FOLLOWUPS_OF_A_USER_APP = 5


class Did(IntEnum):
    """Interaction types: what a user did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Interaction callback types: what the app answered."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


ALLOWED = {
    Did.COMMAND: {Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.MODAL},
    Did.COMPONENT: set(Answer) - {Answer.CHOICES},
    Did.AUTOCOMPLETE: {Answer.CHOICES},
    Did.MODAL: set(Answer) - {Answer.CHOICES, Answer.MODAL},
}


@dataclass(eq=False)
class Interaction:
    """What a user did, and what came of it.

    `sent_s` and `answered_s` are real seconds on one clock, `at` is the server's own time;
    `message` is the original response, `source` the message whose component was used, `followups`
    what was sent beyond the response.
    """

    id: str
    token: str = field(repr=False)
    did: Did
    user: User
    channel: Channel
    guild: Guild | None
    at: datetime
    payload: dict[str, Any] = field(default_factory=dict, repr=False)
    external: bool = False
    """The app is here by the user's own installation alone."""
    source: Message | None = None
    command: dict[str, Any] | None = field(default=None, repr=False)
    opened: Interaction | None = field(default=None, repr=False)
    """What was answered with the form that this one sends."""
    sent_s: float = 0.0
    answered_s: float | None = None
    done_s: float | None = None
    answer: Answer | None = None
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[dict[str, Any]] | None = None
    modal: dict[str, Any] | None = field(default=None, repr=False)
    replays: int = 0

    @property
    def answered_after_s(self) -> float:
        """Real seconds until the first response: a message, a defer, choices or a modal."""
        assert self.answered_s is not None, "it was not answered"
        return self.answered_s - self.sent_s

    @property
    def done_after_s(self) -> float:
        """Real seconds until what the user waits for was there."""
        assert self.done_s is not None, "there is no final answer"
        return self.done_s - self.sent_s

    @property
    def deferred(self) -> bool:
        return self.answer in (Answer.DEFERRED_MESSAGE, Answer.DEFERRED_UPDATE)

    @property
    def done(self) -> bool:
        """Whether the user has what they wait for."""
        return self.done_s is not None

    @property
    def messages(self) -> list[Message]:
        """All it brought that is visible, in order."""
        made = (
            [self.message] if self.message is not None and self.message is not self.source else []
        )
        return [each for each in [*made, *self.followups] if each.visible]

    @property
    def text(self) -> str:
        """What the user reads in the end."""
        shown = [self.message] if self.message is not None else []
        return "\n".join(each.text for each in [*shown, *self.followups] if each.visible)
