"""A poster before a loopback Slack that can break at every moment of a request."""

from __future__ import annotations

import json
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.markup import pages
from bot.platforms.slack.poster import SlackPoster
from briefings.errors import (
    DeliveryError,
)
from briefings.ports import Post
from briefings.subscriptions import Scope
from tests.fakes.clock import START, FakeClock
from tests.faults.plan import Ledger, Plan
from tests.faults.slack import NoNames, client
from tests.faults.slack_service import SlackService
from tests.faults.wire import FaultyServer
from tests.servers.slack.ledger import Message
from tests.servers.slack.world import Team

NEWS = Scope("slack", "T1", "C1")
KEY = "k7Qd0Zr3B1nTxY5uVw2AeL"
SECRET = "Alibaba buys a stake in"
TOKEN = "xoxb-T1"
PAYLOAD = json.dumps(
    {
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": SECRET}}],
        "text": f"{SECRET} &amp;",
    }
)


def post(
    *, number: int = 1, first_id: str = "", plain: bool = False, payload: str = PAYLOAD
) -> Post:
    return Post(NEWS, KEY, payload, number, 2, first_id, START, plain)


@dataclass
class Slack:
    """A server, its faults and what it took, with a poster that knows its address."""

    server: FaultyServer
    service: SlackService
    plan: Plan
    ledger: Ledger
    clock: FakeClock
    poster: SlackPoster
    address: str
    calls: int = 0
    token: str = ""
    """In place of the workspace's."""

    def ready(self) -> None:
        self.calls += 1

    async def send(self, what: Post | None = None) -> str:
        return await self.poster.send(what or post(), self.ready)

    async def failure(self, what: Post | None = None) -> DeliveryError:
        """The error a message meets, which gives nothing away."""
        with pytest.raises(DeliveryError) as raised:
            await self.send(what)
        discreet(raised.value)
        return raised.value

    def sent(self) -> list[dict[str, object]]:
        return [said for method, said in self.service.bodies if method == "chat.postMessage"]

    @property
    def team(self) -> Team:
        token = self.service.slack.world.token(TOKEN)
        assert token is not None
        assert token.team is not None
        return token.team

    def written(self, user: str, metadata: object, *, channel: str = "C1", at: str = "") -> str:
        """A message that did not come by the poster; its ts."""
        world = self.service.slack.world
        place = world.channel(world.tokens[TOKEN], channel)
        assert place is not None
        ts = at or world.new_ts()
        now = self.clock.now()
        made = Message(ts, place, user, "Hello", [], now, "user", metadata=metadata)  # type: ignore[arg-type]
        self.service.slack.ledger.messages.append(made)
        return ts

    def asked(self, method: str) -> list[dict[str, object]]:
        return [said for name, said in self.service.bodies if name == method]


def discreet(error: DeliveryError) -> None:
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.ids)
    assert TOKEN not in told
    assert SECRET not in told
    assert error.__context__ is None


@asynccontextmanager
async def running(
    *, timeout_s: float = 5.0, can_look: bool = True, lag_s: float = 0.0
) -> AsyncIterator[Slack]:
    clock, plan = FakeClock(), Plan()
    ledger = Ledger(clock, lag_s=lag_s)
    service = SlackService(ledger, plan)
    async with FaultyServer(service, plan, ledger) as server:

        async def client_for(workspace: str) -> AsyncWebClient:
            made = client(slack.address, workspace)
            made.token = slack.token or made.token
            return made

        poster = SlackPoster(
            client_for,
            pages=pages,
            can_look=lambda _workspace: can_look,
            timeout_s=timeout_s,
            resolver=NoNames(),
        )
        address = f"http://127.0.0.1:{server.port}"
        slack = Slack(server, service, plan, ledger, clock, poster, address)
        try:
            yield slack
        finally:
            await poster.close()
        assert [str(each) for each in service.slack.ledger.violations] == []
