"""The loopback Slack behind a wire that breaks: the matrix keeps what it takes in its own ledger.

Tokens and direct channels are named as tests.faults.slack says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from tests.faults.plan import UNFIT, Fault, Ledger, Operation, Plan
from tests.faults.slack import CHANNEL_HEADER
from tests.faults.wire import About, Reply, Request
from tests.servers.slack import ledger as slack_ledger
from tests.servers.slack.calls import Call, parse
from tests.servers.slack.server import slack_of
from tests.servers.slack.world import World

_OPERATIONS = {
    "chat.postMessage": Operation.SEND,
    "conversations.history": Operation.LOOK,
    "conversations.replies": Operation.LOOK,
    "chat.delete": Operation.DELETE,
    "conversations.open": Operation.ALERT,
    "chat.postEphemeral": Operation.ALERT,
    "auth.test": Operation.ALERT,
}


class SlackService:
    """A wire.Service: the loopback Slack, whose messages are put down in the matrix's ledger too.

    `bodies` are the arguments of what was done, `refused` codes with which a method says no;
    `page_most` is the most messages a page of the history holds.
    """

    def __init__(self, ledger: Ledger, plan: Plan) -> None:
        self._ledger = ledger
        self._plan = plan
        self.slack = slack_of(World(ledger.clock, open=True), slack_ledger.Ledger())
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        self.refused: dict[str, str] = {}
        self.page_most = 1000
        self._ids: dict[tuple[str, str], str] = {}

    def about(self, request: Request) -> About | None:
        call = _call(request)
        operation = _OPERATIONS.get(call.method)
        if operation is None:
            return None
        channel = call.text("channel") or unquote(request.headers.get(CHANNEL_HEADER, ""))
        if call.method == "chat.postMessage" and call.text("channel").startswith("D"):
            operation = Operation.ALERT
        return About(operation, _workspace(call), channel, _key(call))

    def perform(self, request: Request) -> Reply:
        call = _call(request)
        self.bodies.append((call.method, dict(call.arguments)))
        if code := self.refused.get(call.method):
            return _reply(ok=False, error=code)
        if call.method in ("conversations.history", "conversations.replies"):
            call.arguments["limit"] = min(call.number("limit", 100), self.page_most)
        self.slack.lookups_allowed = self._plan.history_allowed
        self.slack.history_lag_s = self._ledger.lag_s
        said = self.slack.answer(call)
        if said.body["ok"]:
            self._put_down(call, said.body)
        return _reply(said.status, dict(said.headers), **said.body)

    def _put_down(self, call: Call, said: Mapping[str, Any]) -> None:
        workspace, channel, text = _workspace(call), call.text("channel"), call.text("text")
        match call.method:
            case "chat.postMessage" if channel.startswith("D"):
                self._ledger.alert(workspace, channel, channel.removeprefix("D"), text)
            case "chat.postEphemeral":
                self._ledger.alert(workspace, channel, call.text("user"), text)
            case "chat.postMessage":
                number, _, total = text.partition("\n")[0].rpartition(" ")[2].partition("/")
                message = self._ledger.accept(
                    workspace,
                    channel,
                    key=_key(call),
                    payload=text,
                    number=int(number) if number.isdigit() else 1,
                    total=int(total) if total.isdigit() else 1,
                    plain="blocks" not in call.arguments,
                )
                self._ids[channel, said["ts"]] = message.id
            case "chat.delete":
                self._ledger.delete(channel, self._ids[channel, said["ts"]])

    def refusal(self, fault: Fault) -> Reply:
        if fault.body is not None:
            return Reply(fault.status, fault.body, {"Content-Type": "text/html", **fault.headers})
        code = "msg_too_long" if fault.code == UNFIT else fault.code
        if fault.status == 429:
            code = code or "ratelimited"
        said = {"ok": False, "error": code} if code else {"ok": False}
        return _reply(fault.status, dict(fault.headers), **said)


def _call(request: Request) -> Call:
    method = request.path.removeprefix("/api/")
    return parse(method, request.query, request.headers, request.body)


def _workspace(call: Call) -> str:
    return unquote(call.token.removeprefix("xoxb-"))


def _key(call: Call) -> str:
    metadata = call.arguments.get("metadata") or {}
    key: str = metadata.get("event_payload", {}).get("key", "")
    return key


def _reply(status: int = 200, headers: dict[str, str] | None = None, **said: Any) -> Reply:
    return Reply(status, json.dumps(said), headers or {})
