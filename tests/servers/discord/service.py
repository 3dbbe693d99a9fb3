"""The loopback Discord as a tests.faults.wire.Service: what the fault matrix drives a poster with.

    POST, GET, DELETE /channels/{id}/messages
    POST /channels/{id}/threads
    POST /users/@me/channels

Every channel, recipient and token is known, whatever it is called. A message's key is its nonce, or
else the word after "ref" in it; what it is called in the matrix's ledger is what can be read in it.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from tests.faults import plan
from tests.faults.plan import Fault, Operation, Plan
from tests.faults.wire import About, Reply, Request
from tests.servers.discord.breaking import OPERATIONS, refusal
from tests.servers.discord.core import PREFIX, Call
from tests.servers.discord.ledger import Message
from tests.servers.discord.permissions import May
from tests.servers.discord.server import build
from tests.servers.discord.world import User, World

WORKSPACE_HEADER = "x-test-workspace"
"""Says of whose channel a request is, which Discord has no need to be told."""
CHANNEL_HEADER = "x-test-channel"
"""Says about which channel somebody is told privately."""
_REF = re.compile(r"\bref (\w{16,25})")
_NUMBER = re.compile(r"\b(\d+)/(\d+)\b")


class DiscordService:
    """A wire.Service over the loopback Discord, whose messages it keeps in the matrix's ledger."""

    def __init__(self, ledger: plan.Ledger, faults: Plan, *, validate: bool = False) -> None:
        self._ledger = ledger
        self._plan = faults
        self._world = World(ledger.clock, open=True)
        self._guild = self._world.add_guild("the matrix")
        self.discord = build(self._world, validate=validate)

    def about(self, request: Request) -> About | None:
        path = unquote(PREFIX.sub("", request.path))
        found = self.discord.find(request.method, path)
        if found is None:
            return None
        channel = found[1].get("channel_id", "")
        # What is neither sending, looking nor deleting counts as what is asked beside a digest.
        operation = OPERATIONS.get(found[0].operation, Operation.ALERT)
        if channel in self._world.direct:
            operation = Operation.ALERT
        key = _key(_said(request)) if operation is Operation.SEND else ""
        return About(operation, self._workspace(request), channel, key)

    def perform(self, request: Request) -> Reply:
        path, said = unquote(PREFIX.sub("", request.path)), _said(request)
        self._prepare(path, said)
        headers = {**request.headers, "authorization": f"Bot {self._world.token}"}
        answer = self.discord.answer(
            Call(request.method, path, request.query, headers, said or None)
        )
        if answer.status < 300:
            self._record(request, path, said)
        if answer.body is None:
            # What says nothing is no JSON either: discord.py would try to read it.
            return Reply(answer.status, "", {**answer.headers, "Content-Type": "text/html"})
        return Reply(answer.status, json.dumps(answer.body), answer.headers)

    def refusal(self, fault: Fault) -> Reply:
        return Reply(*refusal(fault))

    def _prepare(self, path: str, said: dict[str, Any]) -> None:
        """Make the world as the row has it now."""
        self.discord.nonce_s = self._ledger.nonce_s or -1
        self.discord.history_lag_s = self._ledger.lag_s
        everyone = self._guild.everyone
        if self._plan.history_allowed:
            everyone.permissions |= May.READ_MESSAGE_HISTORY
        else:
            everyone.permissions &= ~May.READ_MESSAGE_HISTORY
        recipient = str(said.get("recipient_id", ""))
        if path == "/users/@me/channels" and recipient not in self._world.users:
            self._world.users[recipient] = User(recipient, recipient, installed=True)

    def _record(self, request: Request, path: str, said: dict[str, Any]) -> None:
        """Write what was done into the ledger the matrix reads."""
        about = self.about(request)
        assert about is not None
        match about.operation:
            case Operation.SEND:
                known = {message.id for message in self._ledger.messages}
                made = self.discord.ledger.messages[-1]
                if made.id not in known:
                    self._ledger.messages.append(_in_matrix(made, about))
            case Operation.DELETE:
                self._ledger.delete(about.channel, path.rpartition("/")[2])
            case Operation.ALERT if about.channel in self._world.direct and said:
                user = self._world.direct[about.channel].people[0].id
                text = self.discord.ledger.messages[-1].text
                where = unquote(request.headers.get(CHANNEL_HEADER, about.channel))
                self._ledger.alert(about.workspace, where, user, text)
            case _:
                pass

    def _workspace(self, request: Request) -> str:
        return unquote(request.headers.get(WORKSPACE_HEADER, ""))


def _in_matrix(made: Message, about: About) -> plan.Message:
    first, _, _ = made.text.partition("\n")
    counted = _NUMBER.search(first)
    number, total = counted.groups() if counted else ("1", "1")
    return plan.Message(
        made.id,
        about.key,
        about.workspace,
        about.channel,
        made.text,
        int(number),
        int(total),
        made.at,
        plain=not made.embeds,
    )


def _key(said: dict[str, Any]) -> str:
    told = said.get("message") or said
    if told.get("nonce"):
        return str(told["nonce"])
    found = _REF.search(json.dumps(told, ensure_ascii=False))
    return found.group(1) if found else ""


def _said(request: Request) -> dict[str, Any]:
    """The JSON of a body, also where files came with it."""
    kind = request.headers.get("content-type", "")
    body = request.body
    if kind.startswith("multipart/"):
        boundary = kind.partition("boundary=")[2].strip('"').encode()
        parts = [part for part in body.split(b"--" + boundary) if b'name="payload_json"' in part]
        body = parts[0].partition(b"\r\n\r\n")[2].strip() if parts else b""
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
