"""The loopback Discord without its sockets: what it knows, and the rules that hold for every call.

    parse -> Discord.answer: route -> limits of rate -> token -> form -> operation -> ledger

Nothing here waits, so that it can be served by any front: DiscordServer's, or tests.faults.wire's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from briefings.ports import Clock
from tests.servers.discord import schema
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.ledger import Asked, Ledger, Violation
from tests.servers.discord.limits import Problem
from tests.servers.discord.refusals import Refused, form_errors
from tests.servers.discord.world import World

PREFIX = re.compile(r"^/api/v\d+")
NONCE_S = 180.0
"""How long two messages of one nonce count as one: Discord says "the past few minutes"."""


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body, by the name of its part: files[0]."""

    part: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Call:
    """A request as parsed; `path` is below /api/v10, header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = None
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True)
class Said:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """A call that was understood: `named` are the ids in its path."""

    call: Call
    operation: str
    named: Mapping[str, str]

    @property
    def body(self) -> dict[str, Any]:
        return self.call.body if isinstance(self.call.body, dict) else {}


Do = Callable[["Discord", Asking], tuple[int, Any]]
Check = Callable[[Asking], Iterable[Problem]]


@dataclass(frozen=True)
class Served:
    """An operation, by its id in Discord's description: who may call it and what is checked.

    `open`: the path is the secret, and no token is asked for.
    """

    operation: str
    method: str
    path: str
    do: Do
    check: Check = lambda _asking: ()
    open: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.path) + "$")


@dataclass
class Bucket:
    """A limit of rate of one operation, for each channel, guild or webhook by itself."""

    limit: int
    per_s: float
    used: dict[str, list[float]] = field(default_factory=dict)


@dataclass
class Discord:
    """Everything that is true of the loopback Discord at a moment.

    `buckets` are limits of rate by operation, `global_limit` that of all together; `validate`:
    whether what is sent is held against the limits and the official description, and refused.
    """

    world: World
    ledger: Ledger
    validate: bool = True
    nonce_s: float = NONCE_S
    history_lag_s: float = 0.0
    shards: int = 1
    max_concurrency: int = 1
    buckets: dict[str, Bucket] = field(default_factory=dict)
    global_limit: Bucket | None = None
    root: str = "http://127.0.0.1"
    gateway_url: str = "ws://127.0.0.1"
    routes: list[tuple[re.Pattern[str], Served]] = field(default_factory=list)
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Application commands by guild; "" are those of all guilds."""
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By their tokens."""
    happened: Callable[[str, str, dict[str, Any]], None] = lambda _guild, _event, _data: None
    """Told of what the gateway has to say: guild id or "", the event and its data."""

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def description(self) -> schema.Description | None:
        return schema.description() if self.validate else None

    def serve(self, served: Iterable[Served]) -> None:
        self.routes += [(each.pattern, each) for each in served]

    def find(self, method: str, path: str) -> tuple[Served, dict[str, str]] | None:
        """The operation of a path, and the ids in it."""
        for pattern, served in self.routes:
            if served.method == method and (match := pattern.match(path)):
                return served, match.groupdict()
        return None

    def answer(self, call: Call) -> Said:
        """Do what a call asks, and say so."""
        asked = Asked(
            call.method, call.path, "", self.clock.now(), call.body, call.query, call.headers
        )
        self.ledger.requests.append(asked)
        found = self.find(call.method, call.path)
        headers: dict[str, str] = {}
        try:
            if found is None:
                self._blame(call.method, [Problem(call.path, "ROUTE", "there is no such route")])
                raise Refused(404, 0, "404: Not Found")
            served, named = found
            asked.operation = served.operation
            asking = Asking(call, served.operation, named)
            headers |= self._paced(asking)
            if not served.open:
                self._authorised(call)
            self._checked(served, asking)
            status, body = served.do(self, asking)
        except Refused as refusal:
            status, body = refusal.status, refusal.body
            headers |= refusal.headers
        asked.status, asked.answer = status, body
        if status >= 400 and isinstance(body, dict):
            asked.code = body.get("code", 0)
        self._own_words(asked)
        self.ledger.changed()
        return Said(status, body, headers)

    def _authorised(self, call: Call) -> None:
        if call.headers.get("authorization") != f"Bot {self.world.token}":
            raise Refused(401, 0, "401: Unauthorized")

    def _paced(self, asking: Asking) -> dict[str, str]:
        """The headers that say how much may still be asked; refuses what is too much."""
        now = self.clock.monotonic()
        if self.global_limit is not None and not asking.operation.startswith("create_interaction"):
            left, reset = _use(self.global_limit, "", now)
            if left < 0:
                raise limited(reset, everywhere=True)
        bucket = self.buckets.get(asking.operation) or Bucket(1000, 1.0)
        major = next(
            (
                asking.named[name]
                for name in ("channel_id", "guild_id", "webhook_id")
                if name in asking.named
            ),
            "",
        )
        left, reset = _use(bucket, major, now) if asking.operation in self.buckets else (999, 1.0)
        headers = {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(max(left, 0)),
            "X-RateLimit-Reset": f"{self.clock.now().timestamp() + reset:.3f}",
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(asking.operation.encode()).hexdigest()[:32],
        }
        if left < 0:
            raise limited(reset, headers=headers)
        return headers

    def _checked(self, served: Served, asking: Asking) -> None:
        if not self.validate:
            return
        problems = list(served.check(asking))
        if self.description is not None:
            problems += self.description.request(served.operation, asking.call.body)
        if problems:
            self._blame(served.operation, problems)
            raise Refused(400, 50035, "Invalid Form Body", errors=form_errors(problems))

    def _blame(self, operation: str, problems: Iterable[Problem]) -> None:
        self.ledger.violations += [
            Violation(operation, each.code, each.path, each.message) for each in problems
        ]

    def _own_words(self, asked: Asked) -> None:
        """Hold our own answer against the description."""
        if self.description is None or not asked.operation:
            return
        self.ledger.lies += [
            Violation(asked.operation, each.code, each.path, each.message)
            for each in self.description.response(asked.operation, asked.status, asked.answer)
        ]

    def check_thing(self, name: str, body: Any) -> None:
        """Hold a piece of what the gateway says against the description."""
        if self.description is not None:
            self.ledger.lies += [
                Violation(f"gateway {name}", each.code, each.path, each.message)
                for each in self.description.thing(name, body)
            ]


def _use(bucket: Bucket, major: str, now: float) -> tuple[int, float]:
    """What is left after one more, below zero for nothing; and seconds until there is more."""
    used = bucket.used.setdefault(major, [])
    used[:] = [at for at in used if now - at < bucket.per_s]
    reset = bucket.per_s - (now - used[0]) if used else bucket.per_s
    if len(used) >= bucket.limit:
        return -1, reset
    used.append(now)
    return bucket.limit - len(used), reset


def limited(
    retry_after_s: float, *, everywhere: bool = False, headers: Mapping[str, str] | None = None
) -> Refused:
    """The refusal of one who asks too often."""
    said = {
        **(headers or {}),
        "Retry-After": str(int(retry_after_s + 0.999)),
        # Without it discord.py takes the answer for a ban by Cloudflare.
        "Via": "1.1 google",
        "X-RateLimit-Scope": "global" if everywhere else "user",
        **({"X-RateLimit-Global": "true"} if everywhere else {}),
    }
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        0,
        "You are being rate limited.",
        headers=said,
        more={"retry_after": round(retry_after_s, 3), "global": everywhere},
    )
