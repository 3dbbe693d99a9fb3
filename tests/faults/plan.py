"""What a chat server took, and what goes wrong on the way: the same words for every platform.

A server on loopback, whatever platform it imitates, asks a `Plan` at five moments of a request
what is to go wrong there, and keeps in a `Ledger` what it accepted. Rows of the fault matrix fill
the plan and read the ledger; they know no platform.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, IntEnum, StrEnum

from briefings.ports import Clock

PERMANENT = (
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "invalid_auth",
    "token_revoked",
    "account_inactive",
    "missing_scope",
    "restricted_action",
)
WHOLE_WORKSPACE = frozenset({"invalid_auth", "token_revoked", "account_inactive", "missing_scope"})
UNFIT = "too_long"


class Operation(StrEnum):
    SEND = "send"
    LOOK = "look"
    DELETE = "delete"
    ALERT = "alert"


class Moment(IntEnum):
    """How far the server is with a request, in order."""

    ARRIVED = 1
    """Its head is read, its body is not."""
    HALF = 2
    """Half of its body is read."""
    READ = 3
    """It is read, and nothing was done about it."""
    ACCEPTED = 4
    """It is in the ledger, and nothing was answered."""
    HEADED = 5
    """The head of the answer is out, its body is not."""


class Act(Enum):
    GO_ON = "go on"
    RESET = "reset"
    CLOSE = "close"
    HANG = "hang"
    ANSWER = "answer"
    """Say `status` or `code` instead of what was done, or not done."""
    TRUNCATE = "truncate"
    """Answer the first half of what there is to say, with the length of the whole."""


@dataclass(frozen=True)
class Fault:
    """At a moment: `call`, if there is one, and then `act`."""

    moment: Moment
    act: Act = Act.GO_ON
    status: int = 200
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    call: Callable[[], Awaitable[None]] | None = None


@dataclass
class _Planned:
    fault: Fault
    operation: Operation
    channel: str | None
    left: int


class Plan:
    """The faults of the next requests, in the order they were added."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self.choose: Callable[[Operation, str], Fault | None] | None = None
        """Decides for every request that nothing was planned for."""
        self.history_allowed = True

    def add(
        self,
        fault: Fault,
        *,
        operation: Operation = Operation.SEND,
        channel: str | None = None,
        times: int = 1,
    ) -> None:
        """Let it happen to the next `times` requests of an operation (to a channel)."""
        self._planned.append(_Planned(fault, operation, channel, times))

    def take(self, operation: Operation, channel: str, *, read: bool) -> Fault | None:
        """What goes wrong with a request: asked at its head, and again once its body is `read`.

        A channel that cannot be told from the head is "" then.
        """
        for planned in self._planned:
            if planned.operation is not operation or planned.channel not in (None, channel):
                continue
            if not read and planned.fault.moment >= Moment.READ:
                return None
            planned.left -= 1
            if not planned.left:
                self._planned.remove(planned)
            return planned.fault
        return self.choose(operation, channel) if read and self.choose else None

    def clear(self) -> None:
        self._planned.clear()
        self.choose = None

    @property
    def pending(self) -> int:
        """How many requests will still meet a planned fault."""
        return sum(planned.left for planned in self._planned)


@dataclass
class Message:
    """A message the server accepted; `id` rises with every one."""

    id: str
    key: str
    workspace: str
    channel: str
    payload: str
    number: int
    total: int
    at: datetime
    plain: bool = False
    deleted_at: datetime | None = None

    @property
    def visible(self) -> bool:
        return self.deleted_at is None

    @property
    def what(self) -> str:
        """Which message of which digest it is, told from its text and not from its key."""
        return self.payload.partition("\n")[0]


@dataclass
class Asked:
    """A request as it came. `state` is what the database said of the message's part then."""

    at: datetime
    operation: Operation
    workspace: str
    channel: str
    key: str = ""
    state: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Alert:
    at: datetime
    workspace: str
    channel: str
    user: str
    text: str


class Ledger:
    """Everything a chat server accepted and was asked, in order.

    `nonce_s`: how long it takes two messages of one key for one (0: never). `lag_s`: how long
    after it was accepted a message can be seen in the history.
    """

    def __init__(self, clock: Clock, *, nonce_s: float = 0, lag_s: float = 0) -> None:
        self.clock = clock
        self.nonce_s = nonce_s
        self.lag_s = lag_s
        self.messages: list[Message] = []
        self.asked: list[Asked] = []
        self.alerts: list[Alert] = []
        self.state_of: Callable[[str], str] = lambda _key: "?"
        self._numbers = itertools.count(1)

    def arrived(self, operation: Operation, workspace: str, channel: str) -> Asked:
        asked = Asked(self.clock.now(), operation, workspace, channel)
        self.asked.append(asked)
        return asked

    def accept(
        self,
        workspace: str,
        channel: str,
        *,
        key: str,
        payload: str,
        number: int,
        total: int,
        plain: bool = False,
    ) -> Message:
        """The message, or the earlier one of its key while that counts as the same."""
        now = self.clock.now()
        for earlier in self.messages:
            near = now - earlier.at <= timedelta(seconds=self.nonce_s)
            if self.nonce_s and earlier.key == key and earlier.channel == channel and near:
                return earlier
        made = Message(
            f"{next(self._numbers):09}", key, workspace, channel, payload, number, total, now, plain
        )
        self.messages.append(made)
        return made

    def copies(self, channel: str, key: str) -> list[Message]:
        """What the history shows of a key, oldest first."""
        seen_until = self.clock.now() - timedelta(seconds=self.lag_s)
        return [
            message
            for message in self.messages
            if message.channel == channel
            and message.key == key
            and message.visible
            and message.at <= seen_until
        ]

    def delete(self, channel: str, id: str) -> bool:
        for message in self.messages:
            if message.channel == channel and message.id == id and message.visible:
                message.deleted_at = self.clock.now()
                return True
        return False

    def alert(self, workspace: str, channel: str, user: str, text: str) -> None:
        self.alerts.append(Alert(self.clock.now(), workspace, channel, user, text))

    def sends(self, channel: str | None = None) -> list[Asked]:
        return [
            asked
            for asked in self.asked
            if asked.operation is Operation.SEND and channel in (None, asked.channel)
        ]

    def visible(self, channel: str | None = None) -> list[Message]:
        return [
            message
            for message in self.messages
            if message.visible and channel in (None, message.channel)
        ]
