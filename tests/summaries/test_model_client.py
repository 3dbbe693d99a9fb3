"""The model's endpoint asked over a real socket, with the official client, through the door."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest

from briefings.errors import Blocked, ModelError
from briefings.summaries.model_client import NO_KEY, Completion, Endpoint, ModelClient
from briefings.summaries.model_prompts import Prompt, about_topics
from tests.fakes.clock import FakeClock
from tests.servers.model import Fault, ModelServer, models
from tests.servers.model.server import TOKENS
from tests.summaries.model_texts import WEIBO

PROMPT = about_topics(["Alibaba", "Weibo"], [WEIBO], "en")
KEY = "sk-canary-8h2k"


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture
async def client(server: ModelServer, clock: FakeClock) -> AsyncIterator[ModelClient]:
    opened = asked_at(server.url, clock)
    yield opened
    await opened.close()


def asked_at(url: str, clock: FakeClock, *, key: str = KEY, deadline_s: float = 5) -> ModelClient:
    endpoint = Endpoint(url, "example-small", key)
    return ModelClient(endpoint, clock, user_agent="intelbrief/test", deadline_s=deadline_s)


async def failure(client: ModelClient, prompt: Prompt = PROMPT) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await client.complete(prompt)
    return caught.value


async def test_an_answer_comes_with_what_it_took(client: ModelClient, server: ModelServer) -> None:
    assert await client.complete(PROMPT) == Completion(
        models.reply((WEIBO.said[0], [1])), tokens=TOKENS
    )
    (question,) = server.questions
    assert question.request["response_format"]["type"] == "json_schema"
    assert [source["id"] for source in question.sources] == [1]
    assert "tools" not in question.request


async def test_the_request_says_nothing_of_this_machine(
    client: ModelClient, server: ModelServer
) -> None:
    await client.complete(PROMPT)
    (headers,) = server.headers
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["User-Agent"] == "intelbrief/test"
    assert set(headers) == {
        *("Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"),
        *("Authorization", "Content-Type", "Content-Length"),
    }


async def test_without_a_key_none_of_the_environment_is_sent(
    server: ModelServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "sk-from-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = asked_at(server.url, clock, key="")
    await client.complete(PROMPT)
    await client.close()
    assert "sk-from" not in str(server.headers)
    assert server.headers[0].get("Authorization") in (None, f"Bearer {NO_KEY}")


async def test_an_endpoint_without_schemas_is_asked_in_the_older_form_from_then_on(
    client: ModelClient, server: ModelServer
) -> None:
    server.knows_schemas = False
    assert (await failure(client)).again
    await client.complete(PROMPT)
    await client.complete(PROMPT)
    assert ["response_format" in one.request for one in server.questions] == [False, False]
    assert len(server.headers) == 3


async def test_who_does_not_say_what_it_took(client: ModelClient, server: ModelServer) -> None:
    server.counts = False
    assert (await client.complete(PROMPT)).tokens is None


INSTEAD: dict[str, tuple[Fault, str, bool]] = {
    "no key": (Fault(status=401), "refused", False),
    "no right": (Fault(status=403), "refused", False),
    "no model": (Fault(status=404), "unknown", False),
    "busy": (Fault(status=429, headers={"Retry-After": "120"}), "busy", False),
    "busy, nobody knows how long": (
        Fault(status=429, headers={"Retry-After": "never"}),
        "busy",
        False,
    ),
    "a teapot": (Fault(status=418), "request", False),
    "broken": (Fault(status=500), "failing", True),
    "down": (Fault(status=503, body=b"<html>" * 1000), "failing", True),
    "elsewhere": (
        Fault(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        "redirect",
        False,
    ),
    "here again": (
        Fault(status=307, headers={"Location": "/v1/chat/completions"}),
        "redirect",
        False,
    ),
    "nothing": (Fault(status=200), "unusable", True),
    "null": (Fault(body=b"null"), "unusable", True),
    "no fields": (Fault(body=b"{}"), "unusable", True),
    "a word": (Fault(body=b'{"choices": "none"}'), "unusable", True),
    "a number": (Fault(body=b'{"choices": [{"message": {"content": 1}}]}'), "unusable", True),
    "deep": (Fault(body=b"[" * 200_000), "unusable", True),
    "deep inside": (Fault(body=b'{"choices": ' + b"[" * 100_000), "unusable", True),
    "deep beside": (Fault(body=b'{"other": ' + b"[" * 100_000), "unusable", True),
    "no text": (Fault(body=b"\xff\xfe\x00"), "unusable", True),
    "huge": (Fault(body=b" " * 300_000), "unusable", True),
    "encoded": (Fault(body=b"x", headers={"Content-Encoding": "br"}), "unusable", True),
    "cut off": (Fault(cut=True), "unusable", True),
}


@pytest.mark.parametrize(("fault", "kind", "again"), INSTEAD.values(), ids=INSTEAD)
async def test_what_an_endpoint_may_answer_instead(
    client: ModelClient, server: ModelServer, fault: Fault, kind: str, again: bool
) -> None:
    server.fault = fault
    error = await failure(client)
    assert (error.kind, error.again) == (kind, again)
    assert KEY not in str(error)
    assert "127.0.0.1" not in str(error)


async def test_an_empty_choice_is_an_empty_text(client: ModelClient, server: ModelServer) -> None:
    server.fault = Fault(body=b'{"choices": []}')
    assert await client.complete(PROMPT) == Completion("", None)


async def test_absurd_counts_are_no_counts(client: ModelClient, server: ModelServer) -> None:
    for count in (-5, 0):
        server.fault = Fault(body=b'{"choices": [], "usage": {"total_tokens": %d}}' % count)
        assert (await client.complete(PROMPT)).tokens is None
    server.fault = Fault(body=b'{"choices": [], "usage": {"total_tokens": %d}}' % 10**18)
    assert (await client.complete(PROMPT)).tokens == 10**9


async def test_a_wait_that_was_asked_for_is_passed_on(
    client: ModelClient, server: ModelServer
) -> None:
    server.fault = Fault(status=429, headers={"Retry-After": "120"})
    assert (await failure(client)).retry_after_s == 120


async def test_one_that_never_answers(server: ModelServer, clock: FakeClock) -> None:
    server.fault = Fault(silent=True)
    client = asked_at(server.url, clock, deadline_s=0.2)
    assert (await failure(client)).kind == "slow"
    await client.close()


async def test_nobody_there(clock: FakeClock) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    client = asked_at(f"http://127.0.0.1:{port}/v1", clock)
    error = await failure(client)
    assert error.kind == "unreachable"
    assert "INTELBRIEF_MODEL_URL" in error.remedy
    await client.close()


async def test_a_redirect_is_not_followed_anywhere(
    client: ModelClient, server: ModelServer
) -> None:
    async with ModelServer() as other:
        for status in (301, 302, 303, 307, 308):
            leads = {"Location": f"{other.url}/chat/completions"}
            server.fault = Fault(status=status, headers=leads)
            assert (await failure(client)).kind == "redirect"
        assert other.headers == []


async def test_only_the_configured_origin_is_opened(server: ModelServer, clock: FakeClock) -> None:
    """The client itself, told to ask another private address, is stopped at the door."""
    client = asked_at(server.url, clock)
    async with ModelServer() as other:
        client._client.base_url = other.url  # type: ignore[assignment]
        error = await failure(client)
        assert (error.kind, other.headers) == ("unreachable", [])
    await client.close()


@pytest.mark.parametrize(
    "url", ["ftp://host/v1", "http://user:pw@host/v1", "https://", "http://0x7f.1/"]
)
def test_an_address_that_cannot_be_asked(url: str, clock: FakeClock) -> None:
    with pytest.raises(Blocked):
        asked_at(url, clock)


async def test_neither_key_nor_question_is_logged(
    server: ModelServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name)
    client = asked_at(server.url, clock)
    await client.complete(PROMPT)
    server.fault = Fault(status=500, body=KEY.encode())
    error = await failure(client)
    await client.close()
    said = f"{caplog.text}{error!r}{error.__cause__!r}{error.__context__!r}"
    for canary in (KEY, WEIBO.said[0], "market-intelligence", "127.0.0.1"):
        assert canary not in said
    assert KEY not in repr(client.endpoint)


async def test_many_at_once(client: ModelClient, server: ModelServer) -> None:
    answers = await asyncio.gather(*(client.complete(PROMPT) for _ in range(20)))
    assert len({answer.text for answer in answers}) == 1
    assert len(server.questions) == 20
