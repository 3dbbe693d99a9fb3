"""The way in for another process: what a bench or a script asks of a server that runs alone.

POST /control/slash   {"text", "command"?} -> {"ack_s", "replied_s", "replies": [...]}
GET  /control/report  -> {"requests", "violations", "messages"}
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.servers.slack.furnished import Workspace
from tests.servers.slack.ledger import Ledger
from tests.servers.slack.people import People

REPLY_WITHIN_S = 30.0


@dataclass(frozen=True)
class Control:
    """Acts as Ann in the first workspace's #news."""

    workspace: Workspace
    people: People
    ledger: Ledger

    async def answer(self, what: str, request: web.Request) -> web.Response:
        if what == "slash":
            return await self._slash(request)
        if what == "report":
            return self._report()
        return web.Response(status=404)

    async def _slash(self, request: web.Request) -> web.Response:
        said: dict[str, Any] = await request.json()
        before = time.perf_counter()
        done = await self.people.slash(
            self.workspace.news,
            self.workspace.ann,
            said["text"],
            command=said.get("command", "/intel"),
        )
        replied_s: float | None = None
        try:
            await self.ledger.until("reply", lambda: done.own_replies, REPLY_WITHIN_S)
            replied_s = time.perf_counter() - before
        except AssertionError:
            pass
        replies = [reply.shown() for reply in done.own_replies]
        return web.json_response({"ack_s": done.ack_s, "replied_s": replied_s, "replies": replies})

    def _report(self) -> web.Response:
        ledger = self.ledger
        return web.json_response(
            {
                "requests": [
                    {"method": asked.method, "outcome": asked.outcome, "at": asked.at.timestamp()}
                    for asked in ledger.requests
                ],
                "violations": [str(violation) for violation in ledger.violations],
                "messages": [
                    {**message.shown(), "channel": message.channel.id, "to": message.to}
                    for message in ledger.messages
                ],
            }
        )
