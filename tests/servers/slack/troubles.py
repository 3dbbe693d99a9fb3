"""What goes wrong with a request, in the words of tests.faults.plan, on aiohttp's connections."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.faults.plan import Act, Fault, Moment, Operation, Plan
from tests.servers.slack.calls import Refused, parse

OPERATIONS = {
    "chat.postMessage": Operation.SEND,
    "conversations.history": Operation.LOOK,
    "chat.delete": Operation.DELETE,
}

CLOSED, GARBAGE, HALF = "closed", "garbage", "half"
"""How a connection ends: without a word, with what is no HTTP, or amid an answer."""

Serve = Callable[[web.Request, bytes], Awaitable[web.Response]]


class Troubles:
    """Serves a request, unless the plan has a fault for it.

    Faults before the body is read (ARRIVED, HALF) happen when the head is: nothing is accepted.
    """

    def __init__(self, plan: Plan, serve: Serve) -> None:
        self._plan = plan
        self._serve = serve

    async def handle(self, request: web.Request) -> web.StreamResponse:
        operation = OPERATIONS.get(request.match_info["method"])
        if operation is None:
            return await self._serve(request, await request.read())
        fault = self._plan.take(operation, request.query.get("channel", ""), read=False)
        if fault and (said := await self._at(Moment.ARRIVED, fault, request)):
            return said
        if fault and (said := await self._at(Moment.HALF, fault, request)):
            return said
        body = await request.read()
        fault = fault or self._plan.take(operation, _channel(request, body), read=True)
        if fault and (said := await self._at(Moment.READ, fault, request)):
            return said
        answer = await self._serve(request, body)
        if fault and (said := await self._at(Moment.ACCEPTED, fault, request)):
            return said
        if fault and fault.moment is Moment.HEADED:
            return await self._headed(fault, request, answer)
        return answer

    async def _at(
        self, moment: Moment, fault: Fault, request: web.Request
    ) -> web.StreamResponse | None:
        """Let a fault of this moment happen; None: go on."""
        if fault.moment is not moment:
            return None
        if fault.call is not None:
            await fault.call()
        match fault.act:
            case Act.GO_ON:
                return None
            case Act.ANSWER:
                return refusal(fault)
            case Act.HANG:
                await asyncio.Event().wait()
            case Act.RESET:
                _reset(request)
            case _:
                _close(request)
        return web.Response()

    async def _headed(
        self, fault: Fault, request: web.Request, answer: web.Response
    ) -> web.StreamResponse:
        """The head of the answer goes out, and then something else than its body."""
        body = answer.body
        assert isinstance(body, bytes)
        whole = fault.act is Act.TRUNCATE and fault.body == "whole"
        half = body[: len(body) // 2]
        headed = web.StreamResponse(headers={"Content-Type": "application/json"})
        headed.content_length = len(half) if whole else len(body)
        await headed.prepare(request)
        if fault.act is Act.TRUNCATE:
            await headed.write(half)
        if whole:
            await headed.write_eof()
            return headed
        if not await self._at(Moment.HEADED, fault, request):
            await headed.write(body)
            await headed.write_eof()
        return headed


async def broken(how: str, request: web.Request) -> web.StreamResponse:
    """End the connection of a request instead of answering, or while it is answered."""
    answer = web.StreamResponse()
    if how == GARBAGE and request.transport is not None:
        request.transport.write(b"502 Bad Gateway\r\n\r\n")
    elif how == HALF:
        answer.content_length = 100
        await answer.prepare(request)
        await answer.write(b"o")
    _close(request)
    return answer


def refusal(fault: Fault) -> web.Response:
    """How Slack says a fault's status or code."""
    headers = dict(fault.headers)
    if fault.body is not None:
        return web.Response(
            status=fault.status,
            body=fault.body.encode(),
            headers={"Content-Type": "text/html", **headers},
        )
    code = fault.code or ("ratelimited" if fault.status == 429 else f"status_{fault.status}")
    text = json.dumps({"ok": False, "error": code})
    headers = {"Content-Type": "application/json", **headers}
    return web.Response(status=fault.status, body=text.encode(), headers=headers)


def _channel(request: web.Request, body: bytes) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        return parse("", request.query, headers, body).text("channel")
    except Refused:
        return ""


def _reset(request: web.Request) -> None:
    transport = request.transport
    if transport is not None:
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
