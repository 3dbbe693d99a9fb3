"""The faults of tests.faults.plan on DiscordServer, for any operation of the API.

What they do to a request is what tests.faults.wire does, on a connection of aiohttp's.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import deque
from typing import Any

from aiohttp import web

from tests.faults.plan import UNFIT, Act, Fault, Moment, Operation, Plan
from tests.servers.discord.refusals import MESSAGES

OPERATIONS = {
    "create_message": Operation.SEND,
    "create_thread": Operation.SEND,
    "list_messages": Operation.LOOK,
    "delete_message": Operation.DELETE,
    "create_dm": Operation.ALERT,
}
_CODES = {
    UNFIT: 50035,
    "channel_not_found": 10003,
    "not_in_channel": 50001,
    "is_archived": 50083,
    "missing_scope": 10004,
    "restricted_action": 50013,
}
_UNAUTHORISED = frozenset({"invalid_auth", "token_revoked", "account_inactive"})


def refusal(fault: Fault) -> tuple[int, str, dict[str, str]]:
    """How Discord says a fault's status or code: the status, the body and its headers."""
    headers = dict(fault.headers)
    if fault.body is not None:
        return fault.status, fault.body, {"Content-Type": "text/html", **headers}
    status, said = _refusal(fault)
    if status == 429:
        headers |= {"Via": "1.1 google", "X-RateLimit-Scope": "user"}
        said = {"message": "You are being rate limited.", "global": False}
        wait = headers.get("Retry-After", "")
        if wait:
            said["retry_after"] = float(wait)
    return status, json.dumps(said), headers


def _refusal(fault: Fault) -> tuple[int, dict[str, Any]]:
    if fault.code in _UNAUTHORISED or fault.status == 401:
        return 401, {"message": "401: Unauthorized", "code": 0}
    code = int(fault.code) if fault.code.isdigit() else _CODES.get(fault.code, 0)
    if code == 50035:
        wrong = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}
        errors = {"content": {"_errors": [wrong]}}
        return 400, {"message": "Invalid Form Body", "code": code, "errors": errors}
    if code:
        status, message = MESSAGES[code]
        return status, {"message": message, "code": code}
    status = 500 if fault.status == 200 else fault.status
    return status, {"message": f"{status}: {fault.code or 'error'}", "code": 0}


class Breaks:
    """What goes wrong next: a Plan for messages, and faults by operation for all else."""

    def __init__(self) -> None:
        self.plan = Plan()
        self._by_operation: dict[str, deque[Fault]] = {}

    def add(self, operation: str, fault: Fault, *, times: int = 1) -> None:
        """Let it happen to the next requests of an operation: its id in the description."""
        self._by_operation.setdefault(operation, deque()).extend([fault] * times)

    def take(self, operation: str, channel: str, *, read: bool) -> Fault | None:
        waiting = self._by_operation.get(operation)
        if waiting:
            early = waiting[0].moment < Moment.READ
            return waiting.popleft() if early != read else None
        if operation in OPERATIONS:
            return self.plan.take(OPERATIONS[operation], channel, read=read)
        return None


async def strike(fault: Fault, request: web.Request) -> web.StreamResponse | None:
    """Do what a fault says; None: go on as if nothing were. Cuts raise ConnectionResetError."""
    if fault.call is not None:
        await fault.call()
    match fault.act:
        case Act.GO_ON:
            return None
        case Act.ANSWER:
            status, body, headers = refusal(fault)
            return web.Response(
                status=status,
                body=body.encode(),
                headers={"Content-Type": "application/json", **headers},
            )
        case Act.HANG:
            await asyncio.Event().wait()
        case Act.RESET:
            cut(request, reset=True)
        case _:
            cut(request)
    raise ConnectionResetError


def cut(request: web.Request, *, reset: bool = False) -> None:
    """End the connection of a request, politely or not."""
    transport = request.transport
    if transport is None:
        return
    if reset:
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()


async def truncated(
    fault: Fault, request: web.Request, status: int, body: bytes, headers: dict[str, str]
) -> web.StreamResponse:
    """The head of an answer and half of its body; the length is of the whole, unless asked."""
    half = body[: len(body) // 2]
    if fault.act is Act.TRUNCATE and fault.body == "whole":
        return web.Response(status=status, body=half, headers=headers)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    if fault.act is Act.TRUNCATE:
        await response.write(half)
    done = await strike(fault, request)
    assert done is None
    await response.write(body)
    return response
