"""A chat platform on loopback with a small HTTP interface of its own.

    POST   /channels/{workspace}/{channel}/messages   {key, payload, number, total, ...} -> {id}
    GET    /channels/{workspace}/{channel}/messages?key=...                         -> {ids}
    DELETE /channels/{workspace}/{channel}/messages/{id}
    POST   /alerts                                    {workspace, channel, user, text}

A refusal is {ok: false, code}, with status 200 or another. What it took and was asked is in its
`Ledger`, what goes wrong in its `Plan`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from tests.faults.plan import Fault, Ledger, Operation, Plan
from tests.faults.wire import About, Reply, Request

_OPERATIONS = {"POST": Operation.SEND, "GET": Operation.LOOK, "DELETE": Operation.DELETE}


class Chat:
    """A wire.Service: what the platform understands."""

    def __init__(self, ledger: Ledger, plan: Plan) -> None:
        self._ledger = ledger
        self._plan = plan

    def about(self, request: Request) -> About | None:
        steps = [unquote(step) for step in request.path.split("/")[1:]]
        if steps == ["alerts"]:
            said = _json(request.body)
            return About(Operation.ALERT, said.get("workspace", ""), said.get("channel", ""))
        if len(steps) < 4 or steps[0] != "channels" or request.method not in _OPERATIONS:
            return None
        key = request.query.get("key", "") or _json(request.body).get("key", "")
        return About(_OPERATIONS[request.method], steps[1], steps[2], key)

    def perform(self, request: Request) -> Reply:
        about = self.about(request)
        assert about is not None
        said = _json(request.body)
        match about.operation:
            case Operation.SEND:
                message = self._ledger.accept(
                    about.workspace,
                    about.channel,
                    key=about.key,
                    payload=said["payload"],
                    number=said["number"],
                    total=said["total"],
                    plain=said["plain"],
                )
                # As long as a platform's answer: there is something to cut.
                return _reply(ok=True, id=message.id, message=said)
            case Operation.LOOK:
                if not self._plan.history_allowed:
                    return _reply(403, ok=False, code="history_forbidden")
                copies = self._ledger.copies(about.channel, about.key)
                return _reply(ok=True, ids=[copy.id for copy in copies])
            case Operation.DELETE:
                done = self._ledger.delete(about.channel, request.path.rpartition("/")[2])
                return _reply(ok=True) if done else _reply(404, ok=False, code="message_not_found")
            case Operation.ALERT:
                self._ledger.alert(about.workspace, about.channel, said["user"], said["text"])
                return _reply(ok=True)

    def refusal(self, fault: Fault) -> Reply:
        if fault.body is not None:
            return Reply(fault.status, fault.body, {"Content-Type": "text/html", **fault.headers})
        code = fault.code or f"status_{fault.status}"
        return _reply(fault.status, dict(fault.headers), ok=False, code=code)


def _json(body: bytes) -> dict[str, Any]:
    found = json.loads(body) if body else {}
    return found if isinstance(found, dict) else {}


def _reply(status: int = 200, headers: dict[str, str] | None = None, **said: Any) -> Reply:
    return Reply(status, json.dumps(said), headers or {})
