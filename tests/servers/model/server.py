"""The HTTP side of the loopback endpoint: one path, its rules, and what can go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.model.models import Question, quoting

TOKENS = 321
"""What an answer is said to have taken."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with requests, instead of an answer.

    `body` is sent as it is, `text` stands where the model's answer would; `silent`: nothing comes,
    ever. `times` None: until it is taken away.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    text: str | None = None
    silent: bool = False
    cut: bool = False
    """The connection breaks off before the answer's end."""
    times: int | None = None


class ModelServer:
    """An endpoint that is asked at `url`; what came is in `questions` and `headers`.

    `key`: the only one taken; "" takes any and none. `knows_schemas`: whether it takes requests
    for an answer in a JSON schema. `counts`: whether it says how many tokens it took.
    """

    def __init__(self) -> None:
        self.model: Callable[[Question], str] = quoting
        self.fault: Fault | None = None
        self.key = ""
        self.name = "example-small"
        self.knows_schemas = True
        self.counts = True
        self.questions: list[Question] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self._faults = 0
        self._over = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> ModelServer:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        asked = json.loads(await request.text())
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return _refusal(401, "Incorrect API key provided")
        if asked["model"] != self.name:
            return _refusal(404, "The model does not exist")
        if "response_format" in asked and not self.knows_schemas:
            return _refusal(400, "Unknown field: response_format")
        self.questions.append(Question.read(asked))
        fault = self.fault
        if fault is None or (fault.times is not None and self._faults >= fault.times):
            return self._answer(self.model(self.questions[-1]))
        self._faults += 1
        return await self._fail(request, fault)

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.silent:
            await self._over.wait()
        if fault.cut:
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b'{"choices": [')
            assert request.transport is not None
            request.transport.close()
            return response
        if fault.text is not None:
            return self._answer(fault.text)
        return web.Response(
            status=fault.status,
            headers=fault.headers,
            body=b"" if fault.body is None else fault.body,
            content_type=None if "Content-Type" in fault.headers else "application/json",
        )

    def _answer(self, text: str) -> web.Response:
        answer: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": self.name,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text},
                }
            ],
        }
        if self.counts:
            answer["usage"] = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": TOKENS}
        return web.json_response(answer)


def _refusal(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "error"}}, status=status)
