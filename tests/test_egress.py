"""Fetching through the whole way out, against servers on loopback and a made-up internet."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator

import pytest

from briefings.egress import AskedToWait, ClosedToRobots, Egress
from briefings.egress.robots import LONGEST_FILE
from briefings.errors import (
    BadResponse,
    BadStatus,
    Blocked,
    EgressError,
    SettingsError,
    TooLarge,
)
from briefings.model import FetchRequest
from tests.fakes.clock import FakeClock
from tests.fakes.internet import OTHER_V4, PUBLIC_V4, PUBLIC_V6, Internet, internet
from tests.servers.hostile import (
    HostileServer,
    encoded,
    hang_up,
    redirect,
    reply,
    trusting_tests,
)

USER_AGENT = "intelbrief/0.1 (+https://intelbrief.example/bot)"


@pytest.fixture
async def net() -> AsyncIterator[Internet]:
    async with internet() as made_up:
        yield made_up


@pytest.fixture
async def egress(net: Internet, clock: FakeClock) -> AsyncIterator[Egress]:
    out = Egress(
        clock,
        user_agent=USER_AGENT,
        resolver=net.resolve,
        new_socket=net.new_socket,
        tls=trusting_tests(),
    )
    yield out
    await out.close()


def feed(path: str = "/feed", **fields: object) -> FetchRequest:
    return FetchRequest(f"http://public.net{path}", **fields)  # type: ignore[arg-type]


def page(path: str, host: str = "public.net") -> FetchRequest:
    return FetchRequest(f"http://{host}{path}", article=True)


# --- a request and its answer -------------------------------------------------------------------


async def test_a_document_comes_back_with_the_fields_the_desk_acts_on(
    net: Internet, egress: Egress
) -> None:
    net.plain.answers["/feed"] = reply(
        body=b"<rss/>",
        Content_Type="application/rss+xml",
        ETag='W/"a"',
        Set_Cookie="id=1",
        X_Odd="odd",
        Expires="caf\u00e9",
    )
    answer = await egress.fetch(feed("/feed#top"))
    assert (answer.status, answer.body) == (200, b"<rss/>")
    assert (answer.url, answer.final_url) == (
        "http://public.net/feed#top",
        "http://public.net/feed",
    )
    assert answer.headers == {"content-type": "application/rss+xml", "etag": 'W/"a"'}
    assert answer.permanent_url is None


async def test_a_request_carries_no_more_than_it_needs(net: Internet, egress: Egress) -> None:
    net.plain.answers["/a"] = reply(307, Location="/feed?q=%20x", Set_Cookie="id=1; Path=/")
    net.plain.answers["/feed"] = reply(body=b"x")
    await egress.fetch(FetchRequest("http://PUBLIC.net/a", accept="text/html"))
    first, second = net.plain.requests
    assert second.raw.startswith(b"GET /feed?q=%20x HTTP/1.1\r\n")
    assert first.headers == second.headers
    assert first.headers == {
        "host": "public.net",
        "user-agent": USER_AGENT,
        "accept": "text/html",
        "accept-encoding": "gzip",
        "connection": "close",
    }


async def test_validators_go_back_as_they_came(net: Internet, egress: Egress) -> None:
    net.plain.answers["/feed"] = reply(304)
    for etag in ('"a"', 'W/"a-gzip"', "no quotes", '"a\'\\"b"'):
        request = feed(etag=etag, last_modified="Tue, 3 Mar 2026 9:0:00 GMT")
        assert (await egress.fetch(request)).not_modified
        sent = net.plain.requests[-1].headers
        assert sent["if-none-match"] == etag
        assert sent["if-modified-since"] == "Tue, 3 Mar 2026 9:0:00 GMT"


@pytest.mark.parametrize("validator", ["a\r\nX: y", "caf\u00e9", "\ud800", " a", "a\x00"])
async def test_a_validator_that_is_no_field_value_is_not_sent(
    net: Internet, egress: Egress, validator: str
) -> None:
    net.plain.answers["/feed"] = reply(body=b"x")
    await egress.fetch(feed(etag=validator, last_modified=validator))
    assert not {"if-none-match", "if-modified-since", "x"} & set(net.plain.requests[0].headers)


@pytest.mark.parametrize("status", [203, 204, 300, 304, 401, 404, 410, 429, 451, 500, 503])
async def test_a_status_is_told_and_only_a_document_has_a_body(
    net: Internet, egress: Egress, status: int
) -> None:
    net.plain.answers["/feed"] = reply(status, b"" if status in (204, 304) else b"text")
    answer = await egress.fetch(feed())
    assert (answer.status, answer.body) == (status, b"text" if status == 203 else b"")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
async def test_gzip_is_decoded(net: Internet, egress: Egress, encoding: str) -> None:
    text = b"alliance " * 50_000
    members = gzip.compress(text, mtime=0) + gzip.compress(b"and more", mtime=0) + b"\0" * 20
    net.plain.answers["/feed"] = encoded(encoding, members)
    assert (await egress.fetch(feed())).body == text + b"and more"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"x"),
        ("zstd", b"x"),
        ("deflate", zlib.compress(b"x")),
        ("gzip, gzip", gzip.compress(gzip.compress(b"x", mtime=0), mtime=0)),
        ("gzip,br", gzip.compress(b"x", mtime=0)),
        ("gzip", b"not gzip at all"),
        ("gzip", gzip.compress(b"x" * 1000, mtime=0)[:-10]),
        ("gzip", gzip.compress(b"", mtime=0) * 1000),
        ("", b""),
    ],
)
async def test_an_encoding_nobody_asked_for_is_refused(
    net: Internet, egress: Egress, encoding: str, body: bytes
) -> None:
    if not encoding:
        answer = b"HTTP/1.1 200 Answer\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    else:
        answer = encoded(encoding, body)
    net.plain.answers["/feed"] = answer
    with pytest.raises(BadResponse):
        await egress.fetch(feed())


async def test_the_limit_is_the_callers(net: Internet, clock: FakeClock) -> None:
    net.plain.answers["/exact"] = reply(body=b"x" * 1000)
    net.plain.answers["/more"] = reply(body=b"x" * 1001)
    out = Egress(
        clock, user_agent="x", max_bytes=1000, resolver=net.resolve, new_socket=net.new_socket
    )
    assert len((await out.fetch(feed("/exact"))).body) == 1000
    with pytest.raises(TooLarge, match=r"public.net is larger than"):
        await out.fetch(feed("/more"))
    await out.close()


async def test_a_broken_connection_is_not_asked_twice(net: Internet, egress: Egress) -> None:
    net.plain.answers["/feed"] = hang_up()
    with pytest.raises(EgressError, match="could not be reached"):
        await egress.fetch(feed())
    assert net.plain.hits == 1


async def test_the_next_address_is_tried_when_the_first_is_dead(
    net: Internet, egress: Egress
) -> None:
    net.plain.answers["/"] = reply(body=b"x")
    net.dead.add(PUBLIC_V6)
    assert (await egress.fetch(FetchRequest("http://dual.net/"))).body == b"x"
    assert [host for host, _ in net.connected] == [PUBLIC_V6, PUBLIC_V4]


async def test_it_can_be_closed_at_any_time_and_used_again(net: Internet, egress: Egress) -> None:
    net.plain.answers["/feed"] = reply(body=b"x")
    await egress.close()
    await egress.fetch(feed())
    await egress.close()
    await egress.close()
    assert (await egress.fetch(feed())).body == b"x"


# --- redirects ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [
        ([301], "http://public.net/1"),
        ([308, 301], "http://public.net/2"),
        ([302], None),
        ([303, 301], None),
        ([307, 308], None),
        ([301, 302, 308], "http://public.net/1"),
    ],
)
async def test_where_an_unbroken_chain_of_permanent_redirects_led(
    net: Internet, egress: Egress, statuses: list[int], permanent: str | None
) -> None:
    for number, status in enumerate(statuses):
        net.plain.answers[f"/{number}"] = redirect(f"/{number + 1}", status)
    last = f"/{len(statuses)}"
    net.plain.answers[last] = reply(body=b"x")
    answer = await egress.fetch(feed("/0"))
    assert answer.body == b"x"
    assert (answer.final_url, answer.permanent_url) == (f"http://public.net{last}", permanent)


# --- turns --------------------------------------------------------------------------------------


async def test_a_host_is_asked_once_a_second_and_others_at_once(
    net: Internet, egress: Egress, clock: FakeClock
) -> None:
    net.plain.answers |= {"/feed": reply(body=b"x"), "/a": redirect("/feed")}
    await egress.fetch(feed())
    await egress.fetch(feed("/a"))
    assert clock.slept == [1.0, 1.0]
    await egress.fetch(FetchRequest("http://other.net/feed"))
    assert clock.slept == [1.0, 1.0]
    clock.advance(seconds=5)
    await egress.fetch(feed())
    assert clock.slept == [1.0, 1.0]


async def test_a_host_that_wants_to_be_left_alone_is_not_asked(
    net: Internet, egress: Egress, clock: FakeClock
) -> None:
    net.plain.answers |= {"/feed": reply(429, Retry_After="3600"), "/other": reply(body=b"x")}
    assert (await egress.fetch(feed())).headers["retry-after"] == "3600"
    with pytest.raises(AskedToWait, match="asks to be left alone") as refusal:
        await egress.fetch(feed("/other"))
    assert refusal.value.ids["retry_after_s"] == 3600
    assert refusal.value.kind == "asked to wait"
    assert net.plain.hits == 1
    await egress.fetch(FetchRequest("http://other.net/other"))
    clock.advance(hours=1)
    assert (await egress.fetch(feed("/other"))).status == 200


# --- robots.txt ---------------------------------------------------------------------------------

ROBOTS = b"""
User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 7
"""


async def test_robots_are_asked_once_a_day_and_only_for_pages(
    net: Internet, egress: Egress, clock: FakeClock
) -> None:
    net.plain.answers |= {"/robots.txt": reply(body=ROBOTS), "/a": reply(body=b"x")}
    net.plain.answers |= {"/private/feed": reply(body=b"x"), "/private/open": reply(body=b"x")}
    await egress.fetch(feed("/private/feed"))
    assert net.plain.targets == ["/private/feed"]
    await egress.fetch(page("/a"))
    await egress.fetch(page("/private/open"))
    with pytest.raises(ClosedToRobots, match="asks robots not to read"):
        await egress.fetch(page("/private/x"))
    assert net.plain.targets[1:] == ["/robots.txt", "/a", "/private/open"]
    assert clock.slept == [1.0, 1.0, 7.0]
    clock.advance(hours=25)
    await egress.fetch(page("/a"))
    assert net.plain.targets[4:] == ["/robots.txt", "/a"]


async def test_robots_hold_where_a_redirect_leads(net: Internet, egress: Egress) -> None:
    net.plain.answers |= {
        "/robots.txt": lambda request: reply(
            body=b"User-agent: intelbrief\nDisallow: /"
            if request.headers["host"] == "other.net"
            else b""
        ),
        "/a": redirect("http://other.net/b"),
        "/b": reply(body=b"x"),
    }
    with pytest.raises(ClosedToRobots, match=r"other\.net"):
        await egress.fetch(page("/a"))
    assert "/b" not in net.plain.targets


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_robots_is_open(net: Internet, egress: Egress, status: int) -> None:
    net.plain.answers |= {"/robots.txt": reply(status), "/a": reply(body=b"x")}
    assert (await egress.fetch(page("/a"))).body == b"x"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_site_that_cannot_say_is_closed(net: Internet, egress: Egress, status: int) -> None:
    net.plain.answers |= {"/robots.txt": reply(status), "/a": reply(body=b"x")}
    with pytest.raises(BadStatus):
        await egress.fetch(page("/a"))
    assert net.plain.targets == ["/robots.txt"]


async def test_robots_have_a_limit_of_their_own(net: Internet, egress: Egress) -> None:
    """RFC 9309, 2.5: what is beyond it is not read, and the site is no less open for it."""
    rules = b"User-agent: *\nDisallow: /private\n"
    filling = b"#" * (LONGEST_FILE - len(rules) - len(b"Disallow: /a")) + b"\n"
    long = rules + filling + b"Disallow: /a-rule-that-is-cut-off" + b"\nDisallow: /b" * 50_000
    pages = {path: reply(body=b"x") for path in ("/a", "/b", "/private")}
    zipped = encoded("gzip", gzip.compress(long, mtime=0))
    for host, robots in (("public.net", reply(body=long)), ("other.net", zipped)):
        net.plain.answers = pages | {"/robots.txt": robots}
        for path in ("/a", "/b"):
            assert (await egress.fetch(page(path, host))).body == b"x"
        with pytest.raises(ClosedToRobots):
            await egress.fetch(page("/private", host))


async def test_a_robots_file_without_end_is_read_to_its_limit(
    net: Internet, egress: Egress
) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    body = b"User-agent: *\nDisallow: /b\n" + b"Allow: /\n" * 300_000
    net.plain.answers |= {"/robots.txt": head + body, "/a": reply(body=b"x")}
    assert (await egress.fetch(page("/a"))).body == b"x"
    with pytest.raises(ClosedToRobots):
        await egress.fetch(page("/b"))


# --- what the operator opened -------------------------------------------------------------------


async def test_an_opened_endpoint_is_reached_and_nothing_beside_it(
    net: Internet, clock: FakeClock
) -> None:
    net.names |= {"wiki": ["10.0.0.9"], "other.corp": ["10.0.0.9"], "cdn.net": ["10.1.2.3"]}
    net.inside.answers |= {
        "/feed": reply(body=b"inside"),
        "/out": redirect("http://10.0.0.9:8080/"),
    }
    net.inside.answers["/next"] = redirect("http://other.corp:8080/feed")
    net.inside.answers["/same"] = redirect("/feed")
    out = Egress(
        clock,
        user_agent="x",
        allow=["wiki:8080", "10.1.0.0/16"],
        resolver=net.resolve,
        new_socket=net.new_socket,
    )
    for open_url in ("http://wiki:8080/same", "http://cdn.net/feed", "http://10.1.0.1/feed"):
        assert (await out.fetch(FetchRequest(open_url))).body == b"inside"
    reached = net.inside.hits
    for closed in ("http://wiki/feed", "http://10.0.0.9:8080/feed", "http://other.corp:8080/feed"):
        with pytest.raises(Blocked):
            await out.fetch(FetchRequest(closed))
    assert net.inside.hits == reached
    for astray in ("/out", "/next"):
        with pytest.raises(Blocked):
            await out.fetch(FetchRequest(f"http://wiki:8080{astray}"))
    assert net.inside.hits == reached + 2
    await out.close()


async def test_real_sockets_and_the_real_resolver_reach_an_opened_server(clock: FakeClock) -> None:
    async with HostileServer(answers={"/feed": reply(body=b"x")}) as server:
        endpoint = f"localhost:{server.port}"
        out = Egress(clock, user_agent="x", allow=[endpoint, f"127.0.0.1:{server.port}"])
        for url in (f"http://{endpoint}/feed", f"{server.origin}/feed"):
            assert (await out.fetch(FetchRequest(url))).body == b"x"
        await out.close()
        closed = Egress(clock, user_agent="x")
        for url in (f"http://{endpoint}/feed", f"{server.origin}/feed"):
            with pytest.raises(Blocked):
                await closed.fetch(FetchRequest(url))
        await closed.close()
        assert server.hits == 2


# --- a proxy ------------------------------------------------------------------------------------


async def test_a_configured_proxy_is_used_and_hosts_are_checked_all_the_same(
    net: Internet, clock: FakeClock
) -> None:
    def forwarded(request: object) -> bytes:
        return reply(body=b"through the proxy")

    net.names["proxy.corp"] = ["10.0.0.2"]
    net.inside.answers |= {
        "http://public.net/feed": forwarded,
        "http://only-the-proxy-knows.net/feed": forwarded,
        "public.net:443": reply(403),
    }
    out = Egress(
        clock,
        user_agent="x",
        proxy="http://name:pw@proxy.corp:3128",
        resolver=net.resolve,
        new_socket=net.new_socket,
    )
    for url in ("http://public.net/feed", "http://only-the-proxy-knows.net/feed"):
        assert (await out.fetch(FetchRequest(url))).body == b"through the proxy"
    assert set(net.connected) == {("10.0.0.2", 3128)}
    with pytest.raises(EgressError):
        await out.fetch(FetchRequest("https://public.net/feed"))
    assert net.inside.targets[-1] == "public.net:443"
    asked = net.inside.hits
    for url in (
        "http://mixed.net/",
        "https://alibaba.net/",
        "http://10.0.0.1/",
        "http://intranet/",
    ):
        with pytest.raises(Blocked):
            await out.fetch(FetchRequest(url))
    assert net.inside.hits == asked
    await out.close()


@pytest.mark.parametrize("proxy", ["proxy:3128", "http://proxy", "socks5://p:1", "http://[x:1"])
def test_a_proxy_without_an_address_is_an_error(proxy: str, clock: FakeClock) -> None:
    with pytest.raises(SettingsError) as refusal:
        Egress(clock, user_agent="x", proxy=proxy)
    assert "3128" not in str(refusal.value)


async def test_errors_name_the_host_and_what_happened(net: Internet, egress: Egress) -> None:
    net.dead.add(OTHER_V4)
    with pytest.raises(EgressError, match=r"^other\.net could not be reached\. Check the address"):
        await egress.fetch(FetchRequest("http://other.net/secret?token=abc"))
