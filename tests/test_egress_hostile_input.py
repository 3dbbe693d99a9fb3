"""Every H row of the hostile-input catalogue: what a server may send, and where it is stopped.

The limits are the real ones, except deadlines: the rows that end by the deadline of 20 seconds
are given one of half a second.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.egress import MAX_BYTES, AskedToWait, Egress
from briefings.errors import BadResponse, Blocked, EgressError, TooLarge, TooSlow
from briefings.model import FetchRequest
from tests.fakes.clock import FakeClock
from tests.fakes.internet import Internet
from tests.servers.hostile import (
    CHUNKED,
    MIB,
    Answer,
    HostileServer,
    bomb,
    certificate,
    cut_short,
    drip,
    encoded,
    endless,
    hang,
    redirect,
    reply,
    trusting_tests,
)

SHORT_S = 0.5


@asynccontextmanager
async def meeting(answer: Answer, **limits: float) -> AsyncIterator[tuple[HostileServer, Egress]]:
    """A server that answers everything the same way, and a desk that may reach it."""
    async with HostileServer(answers={"/": answer}) as server:
        opened = [f"127.0.0.1:{server.port}"]
        out = Egress(FakeClock(), user_agent="x", allow=opened, **limits)  # type: ignore[arg-type]
        try:
            yield server, out
        finally:
            await out.close()


@asynccontextmanager
async def tls_meeting(
    server_side: ssl.SSLContext, client_side: ssl.SSLContext | None
) -> AsyncIterator[tuple[HostileServer, Egress]]:
    """The same with TLS, under the names of the made-up internet."""
    async with HostileServer(tls=server_side, answers={"/": reply(body=b"x")}) as secure:
        net = Internet(secure, secure, secure)
        out = Egress(
            FakeClock(),
            user_agent="x",
            resolver=net.resolve,
            new_socket=net.new_socket,
            tls=client_side,
        )
        try:
            yield secure, out
        finally:
            await out.close()


async def ask(server: HostileServer, out: Egress) -> bytes:
    return (await out.fetch(FetchRequest(f"{server.origin}/"))).body


async def stopped_by_the_deadline(answer: Answer) -> EgressError:
    """The error a server ends in; it may take no longer than the deadline, give or take."""
    async with meeting(answer, deadline_s=SHORT_S) as (server, out), asyncio.timeout(SHORT_S + 2):
        with pytest.raises(EgressError) as stopped:
            await ask(server, out)
    return stopped.value


async def test_h01_a_gzip_bomb_is_cut_at_the_limit() -> None:
    answer = encoded("gzip", bomb(1024))
    assert len(answer) < 2 * MIB
    async with meeting(answer) as (server, out):
        tracemalloc.start()
        try:
            with pytest.raises(TooLarge, match="10 MiB"):
                await ask(server, out)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak <= 32 * MIB


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("br", b"\x1b" * 1600, id="h02-brotli"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(b"x")), id="h03-gzip-of-gzip"),
        pytest.param("zstd", b"\x28\xb5\x2f\xfd", id="h04-zstandard"),
    ],
)
async def test_h02_to_h04_other_encodings_are_refused(encoding: str, body: bytes) -> None:
    async with meeting(encoded(encoding, body)) as (server, out):
        with pytest.raises(BadResponse, match="encoding nobody asked for"):
            await ask(server, out)
        assert server.requests[0].headers["accept-encoding"] == "gzip"


async def test_h05_an_endless_chunked_body_is_cut_at_the_limit() -> None:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    async with meeting(endless(CHUNKED, chunk)) as (server, out):
        with pytest.raises(TooLarge):
            await ask(server, out)


async def test_h06_a_drip_is_too_slow_before_the_deadline() -> None:
    slow = drip(reply(content_length="1000000"), b"x", 0.02)
    async with meeting(slow, deadline_s=4 * SHORT_S) as (server, out), asyncio.timeout(3 * SHORT_S):
        with pytest.raises(TooSlow):
            await ask(server, out)


async def test_h06_a_steady_body_may_take_the_whole_deadline() -> None:
    steady = drip(reply(content_length="20000"), b"x" * 1000, 0.02)
    async with meeting(steady, deadline_s=1.5) as (server, out):
        assert len(await ask(server, out)) == 20_000


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(drip(b"HTTP/1.1 200 Answer\r\n", b"A: b\r\n", 0.05), id="drip"),
        pytest.param(endless(b"HTTP/1.1 200 Answer\r\n", b"A: b\r\n" * 100), id="endless-fields"),
        pytest.param(endless(b"HTTP/1.1 200 Answer\r\nA: ", b"b" * 65536), id="200-MB-field"),
        pytest.param(endless(b"HTTP/1.1 200 ", b"b" * 65536), id="endless-status-line"),
        pytest.param(hang(), id="silence"),
    ],
)
async def test_h07_headers_without_end(answer: Answer) -> None:
    assert isinstance(await stopped_by_the_deadline(answer), TooSlow | BadResponse)


async def test_h08_endless_100_continue_leaves_the_loop_alive() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    stopped = await stopped_by_the_deadline(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000))
    heart.cancel()
    assert isinstance(stopped, TooSlow)
    assert beats >= 2


async def test_h09_one_byte_chunks_run_into_the_chunk_limit() -> None:
    async with meeting(endless(CHUNKED, b"1\r\nx\r\n" * 2000)) as (server, out):
        with pytest.raises(BadResponse):
            await ask(server, out)


async def test_h10_an_endless_chunk_extension() -> None:
    stopped = await stopped_by_the_deadline(endless(CHUNKED + b"5;", b"x" * 65536))
    assert isinstance(stopped, TooSlow | BadResponse)


@pytest.mark.parametrize(
    "location",
    [
        *("/", "ftp://public.net/", "file:///etc/passwd", "http://user:pw@127.0.0.1/", "http://["),
        *("http://10.0.0.1/", "http://localhost/", "http://[::1]/"),
    ],
)
async def test_h11_redirects_that_lead_nowhere_good(location: str) -> None:
    async with meeting(redirect(location, 301)) as (server, out):
        with pytest.raises((Blocked, BadResponse)):
            await ask(server, out)
        assert server.hits == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(cut_short(5000, b"x" * 100), id="less-than-promised"),
        pytest.param(reply(content_length="-1"), id="negative"),
        pytest.param(reply(content_length="1, 2"), id="two-lengths"),
        pytest.param(reply(content_length="9" * 30), id="beyond-64-bits"),
        pytest.param(CHUNKED + b"5\r\nab", id="chunk-cut-short"),
        pytest.param(CHUNKED + b"zz\r\n", id="no-chunk-size"),
        pytest.param(encoded("gzip", gzip.compress(os.urandom(1000))[:500]), id="gzip-cut-short"),
        pytest.param(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", id="another-protocol"),
        pytest.param(b"HTTP/1.1 99 Early\r\n\r\n", id="status-99"),
        pytest.param(b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", id="101"),
    ],
)
async def test_h12_answers_that_lie_about_themselves(answer: bytes) -> None:
    async with meeting(answer, deadline_s=SHORT_S) as (server, out):
        with pytest.raises(EgressError) as told:
            await ask(server, out)
        assert isinstance(told.value, BadResponse | TooLarge), repr(told.value)
        assert "SSH" not in f"{told.value}{told.value.ids}"


async def test_h12_a_promise_past_the_limit_is_refused_unread() -> None:
    async with meeting(reply(content_length=str(MAX_BYTES + 1))) as (server, out):
        with pytest.raises(TooLarge):
            await ask(server, out)


async def test_h13_gone_is_told_as_it_is() -> None:
    async with meeting(reply(410, b"gone")) as (server, out):
        answer = await out.fetch(FetchRequest(f"{server.origin}/"))
        assert (answer.status, answer.body) == (410, b"")


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', '"abc-gzip"', 'W/"abc--gzip"', "abc"])
async def test_h14_validators_travel_verbatim(etag: str) -> None:
    answer = reply(body=gzip.compress(b"x"), content_encoding="gzip", etag=etag)
    async with meeting(answer) as (server, out):
        first = await out.fetch(FetchRequest(f"{server.origin}/"))
        assert first.headers["etag"] == etag
        server.answers["/"] = reply(304)
        second = await out.fetch(FetchRequest(f"{server.origin}/", etag=first.headers["etag"]))
        assert second.not_modified
        assert "etag" not in second.headers
        assert server.requests[1].headers["if-none-match"] == etag


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [
        *(("86400", 86400), ("999999999", 86400), ("61", 61), ("0", 60), ("-5", 60)),
        *(("Fri, 31 Dec 9999 23:59:59 GMT", 86400), ("Mon, 02 Mar 2026 10:00:00 GMT", 3600)),
        *(("Sun, 06 Nov 1994 08:49:37 GMT", 60), ("soon", 60), ("9" * 5000, 60), ("", 60)),
    ],
)
async def test_h15_retry_after_is_clamped(status: int, retry_after: str, wait_s: int) -> None:
    async with meeting(reply(status, retry_after=retry_after)) as (server, out):
        assert (await out.fetch(FetchRequest(f"{server.origin}/"))).status == status
        with pytest.raises(AskedToWait) as waiting:
            await ask(server, out)
        assert waiting.value.ids["retry_after_s"] == wait_s
        assert server.hits == 1


@pytest.mark.parametrize(
    ("shown", "host", "why"),
    [
        pytest.param("expired", "public.net", "has expired", id="expired"),
        pytest.param("self-signed", "public.net", "self.signed", id="self"),
        pytest.param("site", "other.net", "not valid for", id="wrong-host"),
    ],
)
async def test_h16_tls_that_proves_nothing_is_refused(shown: str, host: str, why: str) -> None:
    async with tls_meeting(certificate(shown), trusting_tests()) as (secure, out):
        with pytest.raises(EgressError, match=why) as refusal:
            await out.fetch(FetchRequest(f"https://{host}/"))
        assert refusal.value.kind == "bad certificate"
        assert secure.requests == []


async def test_h16_a_server_that_knows_only_old_tls_is_refused() -> None:
    async def alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = await reader.read(5)
        await reader.readexactly(int.from_bytes(hello[3:5]))
        writer.write(b"\x15\x03\x01\x00\x02\x02\x46")  # fatal, protocol_version (RFC 8446, 6)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(alert, "127.0.0.1", 0) as server:
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        out = Egress(FakeClock(), user_agent="x", allow=[place])
        with pytest.raises(EgressError, match="no encryption that is still safe"):
            await out.fetch(FetchRequest(f"https://{place}/"))
        await out.close()


async def test_h16_the_test_authority_is_not_trusted_by_default() -> None:
    async with tls_meeting(certificate("site"), None) as (_, out):
        with pytest.raises(EgressError, match="not trusted"):
            await out.fetch(FetchRequest("https://public.net/"))


async def test_h17_a_real_document_past_the_limit_is_told_and_the_limit_can_be_raised() -> None:
    body = os.urandom(MIB) * 12
    answer = encoded("gzip", gzip.compress(body, 1))
    async with meeting(answer) as (server, out):
        with pytest.raises(TooLarge, match=r"127\.0\.0\.1 is larger than 10 MiB"):
            await ask(server, out)
    async with meeting(answer, max_bytes=20 * MIB) as (server, out):
        assert await ask(server, out) == body


# --- whatever else comes over the wire ----------------------------------------------------------

PIECES = [
    *(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200\r\n", b"HTTP/1.1 302 X\r\n", b"HTTP/1.1 304 X\r\n"),
    *(b"HTTP/1.1 101 C\r\nUpgrade: websocket\r\nConnection: upgrade\r\n", b"HTTP/1.1 204 N\r\n"),
    *(b"Location: ", b"/x", b"http://", b"Content-Length: ", b"5", b"-1", b"\r\n", b"\r\n\r\n"),
    *(b"Transfer-Encoding: chunked\r\n", b"5\r\nabcde\r\n", b"0\r\n\r\n", b"HTTP/9.9 999 X\r\n"),
    *(b"Content-Encoding: gzip\r\n", gzip.compress(b"abc"), b"Set-Cookie: a=b; Max-Age=z\r\n"),
    *(b"ETag: \xc3\x28\r\n", b"Retry-After: 99999999999999999999\r\n", b"\x00"),
    *(b"\xff\xfe", b"\n", b":"),
]


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@settings(max_examples=100, deadline=None)
@given(st.booleans(), st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_bytes_are_an_answer_or_an_error_of_ours(
    loop: asyncio.Runner, opening: bool, pieces: list[bytes]
) -> None:
    async def meet() -> None:
        raw = PIECES[0] * opening + b"".join(pieces)
        async with meeting(raw, deadline_s=SHORT_S) as (server, out):
            with suppress(EgressError):
                assert isinstance(await ask(server, out), bytes)

    loop.run(meet())
