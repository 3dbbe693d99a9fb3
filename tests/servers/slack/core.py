"""The loopback Slack without its sockets: what it knows, and the rules that hold for every method.

    parse -> Slack.answer: token -> scope -> method -> ledger

Nothing here waits, so that it can be served by any front: SlackServer's, or tests.faults.wire's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from briefings.ports import Clock
from tests.faults.plan import Plan
from tests.servers.slack import limits, shapes
from tests.servers.slack.calls import Call, Refused, Said
from tests.servers.slack.ledger import Asked, Ledger, Message, Violation
from tests.servers.slack.limits import Problem
from tests.servers.slack.world import Channel, Team, Token, User, World

if TYPE_CHECKING:
    from tests.servers.slack.apps import Consents

TRIGGER_LASTS = timedelta(seconds=3)
RESPONSE_URL_LASTS = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """What an interaction may open a view with, once."""

    team: Team
    user: str
    at: datetime
    used: bool = False
    view_id: str = ""


@dataclass
class ResponseUrl:
    channel: Channel
    user: str
    at: datetime
    source: Message | None = None
    uses: int = 0


Method = Callable[["Slack", "Asking"], dict[str, Any]]


@dataclass(frozen=True)
class Served:
    """A method: who may call it. `scopes`: any of them will do; a "*" stands for channels etc."""

    do: Method
    scopes: tuple[str, ...] = ()
    token: str = "bot"


@dataclass(frozen=True)
class Asking:
    """A call whose token is good."""

    call: Call
    token: Token

    @property
    def team(self) -> Team:
        """The workspace that is meant: the token's own, or the one named."""
        named = self.call.text("team_id")
        teams = self.token.teams
        found = next((team for team in teams if team.id == named), None)
        if found is not None:
            return found
        if not teams:
            raise Refused("team_access_not_granted")
        return teams[0]

    def allow(self, *scopes: str) -> None:
        """Any of these scopes is needed."""
        if not self.token.scopes.intersection(scopes):
            raise Refused(
                "missing_scope",
                needed=",".join(scopes),
                provided=",".join(sorted(self.token.scopes)),
            )


@dataclass
class Slack:
    """Everything that is true of the loopback Slack at a moment."""

    world: World
    ledger: Ledger
    validate: bool = True
    """Whether what is sent is held against the limits and the official shapes."""
    history_lag_s: float = 0.0
    """How long after it was accepted a message shows in the history."""
    lookups_allowed: bool = True
    plan: Plan = field(default_factory=Plan)
    """What goes wrong; here it says whether the history may be looked at."""
    refused: dict[str, str] = field(default_factory=dict)
    """Codes with which a method says no; "upload" is where files are sent to."""
    late_files: int = 0
    """How many messages with a new file are refused before it is known everywhere."""
    broken_responses: list[str] = field(default_factory=list)
    """How the next posts to a response_url end, one after the other; see troubles.broken."""
    pace_s: float = 0.0
    """Least seconds between two messages to one channel; 0: as many as one likes."""
    client_id: str = "1234567890.0987654321"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    root: str = "http://127.0.0.1"
    link: str = "ws://127.0.0.1/link/"
    methods: dict[str, Served] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    consents: Consents = field(init=False)
    uninstalled: Callable[[Token], None] = lambda _token: None
    """Told of every token that ends by a request of the app's own."""

    @property
    def clock(self) -> Clock:
        return self.world.clock

    def answer(self, call: Call) -> Said:
        """Do what a call asks, and say so."""
        token = self.world.token(call.token)
        team = token.teams[0].id if token and token.teams else ""
        asked = Asked(call.method, team, call.arguments, self.clock.now(), headers=call.headers)
        self.ledger.requests.append(asked)
        headers: dict[str, str] = {}
        try:
            served = self._served(call)
            known = self._known(served, token)
            if code := self.refused.get(call.method):
                raise Refused(code)
            asking = Asking(call, known)
            if known.kind == "bot" and known.scopes:
                headers["x-oauth-scopes"] = ",".join(sorted(known.scopes))
            if served.scopes:
                asking.allow(*served.scopes)
            body = {"ok": True, **served.do(self, asking)}
            asked.outcome = "ok"
        except Refused as refusal:
            asked.outcome = refusal.code
            body = {"ok": False, "error": refusal.code, **refusal.more}
            if refusal.code == "ratelimited":
                asked.status = 429
                headers["Retry-After"] = str(refusal.more["retry_after"])
        self.ledger.changed()
        return Said(body, asked.status, headers)

    def _served(self, call: Call) -> Served:
        served = self.methods.get(call.method)
        if served is None:
            self.blame(call.method, [Problem("", "unknown_method", "there is no such method here")])
            raise Refused("unknown_method", req_method=call.method)
        return served

    def _known(self, served: Served, token: Token | None) -> Token:
        if served.token == "none":
            return token or Token("", "none")
        if token is None:
            raise Refused("invalid_auth")
        if token.state:
            raise Refused(token.state)
        if token.kind != served.token:
            raise Refused("not_allowed_token_type")
        return token

    # --- what methods have in common ----------------------------------------------------------

    def channel(self, asking: Asking, name: str = "channel") -> Channel:
        """The channel a call names, as far as the app may know of it."""
        found = self.world.channel(asking.token, asking.call.needed(name))
        if found is None or not found.seen_by_app:
            raise Refused("channel_not_found")
        return found

    def user(self, asking: Asking, id: str) -> User:
        found = self.world.user(asking.token, id)
        if found is None:
            raise Refused("user_not_found")
        return found

    def blame(self, method: str, problems: Iterable[Problem]) -> None:
        """Record what should not have been sent."""
        self.ledger.violations += [
            Violation(method, problem.code, problem.pointer, problem.message)
            for problem in problems
        ]

    def check_message(self, method: str, arguments: dict[str, Any]) -> None:
        """Refuse a message that Slack would refuse, and blame whoever sent it."""
        if not self.validate:
            return
        problems = [*limits.message(arguments), *shapes.message(arguments)]
        self.blame(method, [*problems, *limits.manners(method, arguments)])
        if problems:
            raise Refused(_refusal_of(problems), **_described(problems))
        self._check_files(method, arguments)

    def _check_files(self, method: str, arguments: dict[str, Any]) -> None:
        """A block may show a file that was uploaded, and that is known everywhere by now."""
        for number, block in enumerate(arguments.get("blocks") or []):
            if "slack_file" not in block:
                continue
            id = block["slack_file"].get("id")
            file = next((file for file in self.ledger.files if file.id == id), None)
            wrong = [Problem(f"/blocks/{number}/slack_file", "slack_file", "invalid slack file")]
            if file is None or not file.complete or not file.content.startswith(b"\x89PNG"):
                self.blame(method, wrong)
            elif file.refused >= self.late_files:
                continue
            else:
                file.refused += 1
            raise Refused("invalid_blocks", **_described(wrong))

    def check_view(self, method: str, view: Any) -> None:
        if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
            raise Refused("invalid_arguments", **_described([Problem("/view", "type", "no view")]))
        if not self.validate:
            return
        problems = [*limits.view(view), *shapes.view(view)]
        self.blame(method, problems)
        if problems:
            raise Refused("invalid_arguments", **_described(problems))

    def check_options(self, said: dict[str, Any]) -> None:
        """The options a select is filled with as somebody types."""
        self.blame("block_suggestion", limits.suggestions(said))

    def new_trigger(self, team: Team, user: str) -> str:
        id = f"{len(self.triggers) + 1}.{secrets.token_hex(8)}"
        self.triggers[id] = Trigger(team, user, self.clock.now())
        return id

    def new_response_url(self, channel: Channel, user: str, source: Message | None = None) -> str:
        path = f"/response/{channel.team.id}/{secrets.token_hex(12)}"
        self.response_urls[path] = ResponseUrl(channel, user, self.clock.now(), source)
        return self.root + path


def _refusal_of(problems: list[Problem]) -> str:
    codes = [problem.code for problem in problems]
    for code in ("no_text", "msg_too_long", "msg_blocks_too_long", "metadata_too_large"):
        if code in codes:
            return code
    return "invalid_metadata_format" if "invalid_metadata_format" in codes else "invalid_blocks"


def _described(problems: list[Problem]) -> dict[str, Any]:
    said = [f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems]
    return {
        "errors": said,
        "response_metadata": {"messages": [f"[ERROR] {each}" for each in said]},
    }
