"""The loopback Discord on its sockets: REST on one port, the gateway on another.

async with DiscordServer(clock=clock) as server:
    server.point(discord)       # the library's addresses
    ...
    it = await server.slash(news, ann, "intel", {"topic": "alibaba"})
    assert it.text == ...
assert server.violations == []
"""

from __future__ import annotations

import json
from contextlib import suppress
from types import TracebackType
from typing import Any

import yarl
from aiohttp import BodyPartReader, web

from briefings.ports import Clock, SystemClock
from tests.faults.plan import Moment, Plan
from tests.servers.discord import applications, messages, responding
from tests.servers.discord.acting import Acting
from tests.servers.discord.breaking import Breaks, strike, truncated
from tests.servers.discord.core import PREFIX, Bucket, Call, Discord, Upload
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.ledger import Ledger, Message, Violation
from tests.servers.discord.mentions import notified
from tests.servers.discord.world import World

_HOST = "127.0.0.1"


def build(world: World, **more: Any) -> Discord:
    """The loopback Discord with all its operations, without sockets."""
    discord = Discord(world, Ledger(), **more)
    for served in (applications.SERVED, messages.SERVED, responding.SERVED):
        discord.serve(served)
    return discord


class DiscordServer(Acting):
    """Discord on loopback.

    `world` is who and what there is, `ledger` what was asked and accepted, `plan` and `breaks` what
    goes wrong, `gateway` has switches of its own.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        world: World | None = None,
        validate: bool = True,
        heartbeat_s: float = 41.25,
        shards: int = 1,
        max_concurrency: int = 1,
        port: int = 0,
        gateway_port: int = 0,
    ) -> None:
        self.world = world or World(clock or SystemClock())
        self.discord = build(
            self.world, validate=validate, shards=shards, max_concurrency=max_concurrency
        )
        self.ledger = self.discord.ledger
        self.gateway = Gateway(self.discord, heartbeat_s=heartbeat_s)
        self.breaks = Breaks()
        self._ports = {"rest": port, "gateway": gateway_port}
        self._runners: dict[str, web.AppRunner] = {}

    # --- what tests look at -----------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        return self.breaks.plan

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def base_url(self) -> str:
        return f"http://{_HOST}:{self._ports['rest']}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://{_HOST}:{self._ports['gateway']}/gw/"

    @property
    def violations(self) -> list[Violation]:
        """What the app should not have sent."""
        return self.ledger.violations

    @property
    def lies(self) -> list[Violation]:
        """What this server should not have said; a test that passes with any proves nothing."""
        return self.ledger.lies

    def notified(self, message: Message) -> set[str]:
        """The mentions of a message that reach somebody."""
        return notified(message)

    def limit(self, operation: str, times: int, per_s: float) -> None:
        """Allow an operation so often in each channel, guild or webhook."""
        self.discord.buckets[operation] = Bucket(times, per_s)

    def limit_everything(self, times: int, per_s: float) -> None:
        self.discord.global_limit = Bucket(times, per_s)

    # --- sockets ----------------------------------------------------------------------------------

    async def __aenter__(self) -> DiscordServer:
        await self.listen("rest")
        await self.listen("gateway")
        self.discord.root = f"http://{_HOST}:{self._ports['rest']}"
        self.discord.gateway_url = self.gateway_url
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for which in tuple(self._runners):
            await self.stop_listening(which)

    async def listen(self, which: str) -> None:
        """Take connections to "rest" or "gateway" (again), on the port of before."""
        app = web.Application(client_max_size=1 << 26)
        if which == "rest":
            app.router.add_get("/attachments/{channel}/{id}/{name}", self._attachment)
            app.router.add_route("*", "/{path:.*}", self._rest)
        else:
            app.router.add_get("/gw/", self.gateway.connected)
        # Handlers end with their connections: a fault that hangs must not outlive its client.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, _HOST, self._ports[which]).start()
        self._ports[which] = runner.addresses[0][1]
        self._runners[which] = runner

    async def stop_listening(self, which: str) -> None:
        """Refuse connections from now on, and cut those there are."""
        if which == "gateway":
            await self.gateway.drop()
        runner = self._runners.pop(which, None)
        if runner is not None:
            await runner.cleanup()

    def point(self, library: Any) -> None:
        """Lead a module of discord.py to this server; monkeypatch the two where that must end."""
        library.http.Route.BASE = self.base_url
        library.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url)

    async def _attachment(self, request: web.Request) -> web.Response:
        for message in self.ledger.messages:
            for file in message.files:
                if file.id == request.match_info["id"]:
                    return web.Response(body=file.content)
        return web.Response(status=404)

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = PREFIX.sub("", request.path)
        found = self.discord.find(request.method, path)
        operation = found[0].operation if found is not None else ""
        channel = found[1].get("channel_id", "") if found is not None else ""
        fault = self.breaks.take(operation, channel, read=False)
        answer: web.StreamResponse | None = None
        if fault is not None:
            answer = await strike(fault, request)
            if answer is not None:
                return answer
        try:
            call = await _parsed(request, path)
        except ValueError:
            wrong = {"message": "The request body contains invalid JSON.", "code": 50109}
            return _answer(400, json.dumps(wrong).encode(), {})
        if fault is None:
            fault = self.breaks.take(operation, channel, read=True)
        if fault is not None and fault.moment is Moment.READ:
            answer = await strike(fault, request)
            if answer is not None:
                return answer
        said = self.discord.answer(call)
        body = b"" if said.body is None else json.dumps(said.body).encode()
        headers = dict(said.headers)
        if fault is not None and fault.moment is Moment.ACCEPTED:
            answer = await strike(fault, request)
            if answer is not None:
                return answer
        if fault is not None and fault.moment is Moment.HEADED:
            headers |= {"Content-Type": "application/json"}
            return await truncated(fault, request, said.status, body, headers)
        return _answer(said.status, body, headers)


def _answer(status: int, body: bytes, headers: dict[str, str]) -> web.Response:
    # Exactly this content type: with a charset discord.py takes the JSON for text.
    kind = {"Content-Type": "application/json"} if body else {}
    return web.Response(status=status, body=body or None, headers={**headers, **kind})


async def _parsed(request: web.Request, path: str) -> Call:
    query, headers = dict(request.query), {k.lower(): v for k, v in request.headers.items()}
    body: Any = None
    files: list[Upload] = []
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(content)
            else:
                files.append(Upload(part.name or "", part.filename or "", content))
    elif request.can_read_body:
        with suppress(UnicodeDecodeError):
            text = await request.text()
            body = json.loads(text) if text else None
    return Call(request.method, path, query, headers, body, tuple(files))
