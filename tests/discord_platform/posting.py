"""A poster before a loopback Discord that can break at every moment of a request."""

from __future__ import annotations

import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.platforms import Picture
from bot.platforms.discord.poster import DiscordPoster
from briefings.errors import DeliveryError
from briefings.ports import Post
from briefings.subscriptions import Scope
from tests.discord_platform.conftest import Place, furnish
from tests.fakes.clock import START, FakeClock
from tests.faults.discord import LedWeb, PlainPage
from tests.servers.discord import Channel, DiscordServer

KEY = "k7Qd0Zr3B1nTxY5uVw2AeL"
SECRET = "Alibaba buys a stake in"
PAYLOAD = json.dumps({"content": "", "embeds": [{"title": "Digest", "description": SECRET}]})


@dataclass
class Posting:
    """A server, its places and its faults, with a poster that knows its address."""

    server: DiscordServer
    place: Place
    clock: FakeClock
    web: LedWeb
    poster: DiscordPoster
    address: list[str]
    ready_calls: list[int] = field(default_factory=list)

    def post(self, channel: Channel | None = None, **more: Any) -> Post:
        to = channel or self.place.news
        scope = Scope("discord", to.guild.id if to.guild is not None else "@user:1", to.id)
        given = {"payload": PAYLOAD, "number": 1, "total": 2, "first_id": "", "key": KEY}
        return Post(scope=scope, **{"first_try": START, **given, **more})

    def ready(self) -> None:
        """Counts the requests that had come when it was called."""
        self.ready_calls.append(len(self.server.ledger.requests))

    async def send(self, channel: Channel | None = None, **more: Any) -> str:
        return await self.poster.send(self.post(channel, **more), self.ready)

    async def failure(self, channel: Channel | None = None, **more: Any) -> DeliveryError:
        """The error a message meets, which gives nothing away."""
        with pytest.raises(DeliveryError) as raised:
            await self.send(channel, **more)
        self.discreet(raised.value)
        return raised.value

    def discreet(self, error: DeliveryError) -> None:
        told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.ids)
        assert self.server.token not in told
        assert SECRET not in told
        context = error.__context__
        while context is not None:  # the library's errors hold what was sent
            assert isinstance(context, DeliveryError)
            context = context.__context__

    def sent(self) -> list[dict[str, Any]]:
        return [asked.body for asked in self.server.ledger.asked("create_message")]

    def count(self, operation: str) -> int:
        return len(self.server.ledger.asked(operation))


@asynccontextmanager
async def running(
    *,
    timeout_s: float = 5.0,
    validate: bool = True,
    picture: Callable[[str], Awaitable[Picture | None]] | None = None,
    patience_s: float = 5.0,
) -> AsyncIterator[Posting]:
    clock = FakeClock()
    async with DiscordServer(clock=clock, validate=validate) as server:
        address = [server.base_url.removesuffix("/api/v10")]
        web = LedWeb(lambda: address[0], token=server.token, timeout_s=timeout_s, clock=clock)
        poster = DiscordPoster(
            web,
            pages=lambda markdown: (PlainPage("", [{"description": markdown}]),),
            picture=picture,
            patience_s=patience_s,
        )
        try:
            yield Posting(server, furnish(server), clock, web, poster, address)
        finally:
            await poster.close()
        assert [str(each) for each in server.violations] == []
        assert [str(each) for each in server.lies] == []
