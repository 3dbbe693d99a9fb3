"""The door as a client library sees it: one origin, and what may be said there."""

from __future__ import annotations

import httpx2
import pytest

from briefings.egress.calling import OneOrigin, Redirected, is_public
from briefings.egress.transport import BadCertificate
from briefings.errors import Blocked, EgressError, TooLarge
from tests.servers.hostile import (
    HostileServer,
    certificate,
    redirect,
    reply,
    trusting_tests,
)

JSON = reply(body=b"{}", content_type="application/json")


def door(address: str, **more: object) -> OneOrigin:
    limits = {"deadline_s": 5.0, "max_bytes": 1000} | more
    return OneOrigin(address, user_agent="intelbrief/test", **limits)  # type: ignore[arg-type]


async def post(way_out: OneOrigin, url: str, **headers: str) -> httpx2.Response:
    request = httpx2.Request("POST", url, content=b"question", headers=headers)
    try:
        return await way_out.handle_async_request(request)
    finally:
        await way_out.aclose()


async def test_a_request_goes_out_as_it_is_without_what_describes_the_machine() -> None:
    async with HostileServer(answers={"/v1": JSON}) as server:
        answer = await post(
            door(f"{server.origin}/v1"),
            f"{server.origin}/v1",
            authorization="Bearer key",
            **{"X-Stainless-OS": "Linux", "Cookie": "a=b", "Referer": "http://me/"},
        )
    assert (answer.status_code, answer.content) == (200, b"{}")
    assert answer.headers["content-type"] == "application/json"
    (request,) = server.requests
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "intelbrief/test",
        "accept-encoding": "gzip",
        "connection": "close",
        "authorization": "Bearer key",
        "accept": "*/*",
        "content-length": "8",
        "content-type": "application/octet-stream",
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/v1",
        "http://example.com/v1",
        "http://127.0.0.1:{beside}/v1",
        "https://127.0.0.1:{port}/v1",
        "http://localhost:{port}/v1",
        "http://me@127.0.0.1:{port}/v1",
        "file:///etc/passwd",
    ],
)
async def test_no_other_origin_is_asked(url: str) -> None:
    async with HostileServer(answers={"/v1": JSON}) as server:
        there = url.format(port=server.port, beside=server.port % 65_000 + 1)
        with pytest.raises(Blocked):
            await post(door(server.origin), there)


@pytest.mark.parametrize("location", ["http://example.com/", "/v2", ""])
async def test_a_redirect_ends_the_call(location: str) -> None:
    async with HostileServer(answers={"/v1": redirect(location)}) as server:
        with pytest.raises(Redirected):
            await post(door(server.origin), f"{server.origin}/v1")


async def test_a_large_answer_is_cut_off() -> None:
    async with HostileServer(answers={"/v1": reply(body=b"x" * 1001)}) as server:
        with pytest.raises(TooLarge):
            await post(door(server.origin), f"{server.origin}/v1")


@pytest.mark.parametrize("name", ["expired", "self-signed"])
async def test_a_certificate_has_to_be_good(name: str) -> None:
    async with HostileServer(tls=certificate(name), answers={"/v1": JSON}) as server:
        origin = f"https://127.0.0.1:{server.port}"
        with pytest.raises(BadCertificate):
            await post(door(origin, tls=trusting_tests()), f"{origin}/v1")


@pytest.mark.parametrize("address", ["", "no", "http://", "ftp://host", "http://host:99999", "//x"])
def test_what_is_no_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(EgressError):
        door(address)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://api.example.com/v1", True),
        ("https://93.184.215.14/v1", True),
        ("http://localhost:11434/v1", False),
        ("http://127.0.0.1:8000", False),
        ("http://10.2.3.4/v1", False),
        ("http://[::1]:8000", False),
        ("http://llm:8000", False),
        ("http://llm.internal:8000", False),
    ],
)
def test_a_proxy_is_only_asked_for_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public
