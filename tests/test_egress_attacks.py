"""Ways to make the desk ask an address it may not ask: none of them ends in a connection.

The fake inside of the network counts what arrives there, and the fake internet lists every
address a socket was sent to; both stay empty of private addresses.
"""

from __future__ import annotations

import asyncio
import csv
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefings.egress import Egress
from briefings.egress.guard import Guard, Refused
from briefings.errors import BadResponse, Blocked, EgressError, IntelbriefError, TooSlow
from briefings.model import FetchRequest
from briefings.networks import CLOSED
from tests.fakes.clock import FakeClock
from tests.fakes.internet import PUBLIC_V4, Internet, internet
from tests.servers.hostile import redirect, reply, trusting_tests

SHARED_URLS = Path(__file__).resolve().parents[1] / "../shared/design/egress-urls.csv"

BLOCKED = [
    *("http://10.0.0.1/", "http://10.255.255.255:8080/"),
    *("http://172.16.9.9/", "http://192.168.0.1/"),
    *("http://100.64.0.1/", "http://127.0.0.1/", "http://127.8.8.8:8000/", "http://[::1]/"),
    *("http://0.0.0.0/", "http://169.254.169.254/latest/meta-data/", "http://168.63.129.16/"),
    *("http://192.0.0.192/latest/", "http://[fd00:ec2::254]/", "http://100.100.100.200/"),
    *("http://2130706433/", "http://0x7f.0.0.1/", "http://0177.0.0.1/"),
    *("http://127.1/", "http://0/"),
    *("http://1.1.1.1.1/", "http://①②⑦.⓪.⓪.①/", "http://localhost．/", "http://LocalHost/"),
    *("http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/"),
    *("http://[2002:7f00:1::]/", "http://[2606:2800:220:1:0:5efe:7f00:1]/", "http://[fe80::1]/"),
    *("http://[100::1]/", "http://[5f00::1]/", "http://[fe80::1%25eth0]/", "http://[::1/"),
    *("http://mixed.net/", "http://half-inside.net/", "http://half-ula.net/", "http://ula.net/"),
    *("http://half-nat64.net/", "http://mapped.net/", "http://compat.net/", "http://teredo.net/"),
    *("http://scoped.net/", "http://nonsense.net/", "http://localtest.me/", "http://azure.net/"),
    *("http://intranet/", "http://metadata/", "http://metadata.google.internal/v1/"),
    *("http://public.net:22/", "http://public.net:2375/", "https://public.net:11211/"),
    *("http://public.net@127.0.0.1/", "http://user:pw@public.net/", "http://127.0.0.1@public.net/"),
    *("http://public.net\\@127.0.0.1/", "http://127.0.0.1%00.public.net/", "http://a .public.net/"),
    *("//127.0.0.1/", "http:127.0.0.1/", "http:/127.0.0.1/", "ftp://public.net/", "file:///etc"),
    *("gopher://public.net/", "unix:/var/run/docker.sock", "jar:http://public.net!/", ""),
    "http://public.net/" + "a" * 3000,
]
ALLOWED = [
    *("http://public.net/", "http://public.net:80/feed.xml", "http://dual.net/feed.xml"),
    *("http://public.net#@127.0.0.1@/", "http://public.net:8080/", f"http://{PUBLIC_V4}/"),
    *("https://public.net/", "https://public.net:8443/x", "https://münchen.net/feed"),
]


def shared_rows() -> list[tuple[str, str]]:
    """(URL, "allow" or "block") of the shared table; backslash escapes are decoded."""
    if not SHARED_URLS.exists():
        return []
    with SHARED_URLS.open(encoding="utf-8", newline="") as table:
        return [
            (
                row["url"].encode().decode("unicode_escape") if row["esc"] != "0" else row["url"],
                row["expect"],
            )
            for row in csv.DictReader(table)
        ]


@pytest.fixture
async def net() -> AsyncIterator[Internet]:
    async with internet() as made_up:
        for server in (made_up.plain, made_up.secure, made_up.inside):
            server.answers |= dict.fromkeys(["/", "/feed", "/feed.xml", "/x"], reply(body=b"x"))
        yield made_up


@pytest.fixture
async def egress(net: Internet, clock: FakeClock) -> AsyncIterator[Egress]:
    out = outside(net, clock)
    yield out
    await out.close()


def outside(net: Internet, clock: FakeClock, **limits: float) -> Egress:
    return Egress(
        clock,
        user_agent="intelbrief/0.1",
        resolver=net.resolve,
        new_socket=net.new_socket,
        tls=trusting_tests(),
        **limits,  # type: ignore[arg-type]
    )


async def ask(egress: Egress, url: str) -> bytes:
    return (await egress.fetch(FetchRequest(url))).body


# --- static: a URL that must not be asked -------------------------------------------------------


async def test_every_url_of_our_own_table(net: Internet, egress: Egress) -> None:
    for url in BLOCKED:
        with pytest.raises(Blocked):
            await ask(egress, url)
    assert net.connected == []
    for url in ALLOWED:
        assert await ask(egress, url) == b"x"
    assert not net.went_inside()


async def test_every_url_of_the_shared_table(net: Internet, egress: Egress) -> None:
    if not (rows := shared_rows()):
        pytest.skip("../shared/design/egress-urls.csv is not here")
    net.secure.answers["/a%20b"] = net.secure.answers["/a?b=c"] = reply(body=b"x")
    net.secure.answers["/a"] = reply(body=b"x")
    for url, expected in rows:
        before = len(net.connected)
        if expected == "allow":
            assert await ask(egress, url) == b"x", url
        else:
            with pytest.raises(Blocked):
                await ask(egress, url)
            assert len(net.connected) == before, url
    assert not net.went_inside()


# --- moving: what looks harmless when it is checked ---------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_each_of_them(net: Internet, egress: Egress, status: int) -> None:
    urls = [*BLOCKED, *(url for url, expected in shared_rows() if expected == "block")]
    for url in urls:
        if "\r" in url or not url or url.startswith("//public"):
            continue  # no header field can carry these; the empty one has a test below
        net.plain.answers["/go"] = redirect(url, status)
        with pytest.raises((Blocked, BadResponse)):
            await ask(egress, "http://public.net/go")
    assert set(net.connected) == {(PUBLIC_V4, 80)}
    assert not net.went_inside()


async def test_a_chain_of_public_hops_that_ends_inside(net: Internet, egress: Egress) -> None:
    for hop in range(5):
        net.plain.answers[f"/{hop}"] = redirect(f"/{hop + 1}")
    net.plain.answers["/5"] = reply(body=b"after five")
    assert await ask(egress, "http://public.net/0") == b"after five"
    net.plain.answers["/4"] = redirect("http://10.0.0.1/")
    with pytest.raises(Blocked):
        await ask(egress, "http://public.net/0")
    assert not net.went_inside()


async def test_six_hops_and_circles_end(net: Internet, egress: Egress) -> None:
    for hop in range(6):
        net.plain.answers[f"/{hop}"] = redirect(f"/{hop + 1}")
    net.plain.answers["/6"] = reply(body=b"x")
    with pytest.raises(BadResponse, match="too often"):
        await ask(egress, "http://public.net/0")
    assert net.plain.targets == [f"/{hop}" for hop in range(6)]
    net.plain.answers["/a"], net.plain.answers["/b"] = redirect("/b"), redirect("/a#again")
    with pytest.raises(BadResponse, match="in a circle"):
        await ask(egress, "http://public.net/a")
    assert net.plain.targets[6:] == ["/a", "/b"]


async def test_http_may_become_https_and_never_the_other_way(net: Internet, egress: Egress) -> None:
    net.plain.answers["/up"] = redirect("https://public.net/feed", 301)
    net.secure.answers["/down"] = redirect("http://public.net/feed", 301)
    answer = await egress.fetch(FetchRequest("http://public.net/up"))
    assert answer.permanent_url == answer.final_url == "https://public.net/feed"
    with pytest.raises(Blocked):
        await ask(egress, "https://public.net/down")
    assert net.plain.targets == ["/up"]


@pytest.mark.parametrize(
    ("location", "reached"),
    [
        ("feed", True),
        ("/feed", True),
        ("//other.net/feed", True),
        ("//127.0.0.1/feed", False),
        ("http://user:pw@other.net/feed", False),
        ("//user@other.net/feed", False),
        ("\\\\other.net/feed", False),
        ("http://other.net\\@10.0.0.1/feed", False),
        ("/feed\rX: y", False),
        ("/feed\x00", False),
        ("/%0d%0aHost:%20inside/", True),
        ("", False),
        ("/" + "a" * 10_240, False),
        ("file:///etc/passwd", False),
        ("data:text/plain,x", False),
    ],
)
async def test_what_a_location_may_say(
    net: Internet, egress: Egress, location: str, reached: bool
) -> None:
    net.plain.answers |= {"/go": redirect(location), "/%0d%0aHost:%20inside/": reply(body=b"x")}
    if reached:
        assert await ask(egress, "http://public.net/go") == b"x"
    else:
        with pytest.raises(EgressError):
            await ask(egress, "http://public.net/go")
        assert net.plain.targets == ["/go"]
    assert not net.went_inside()


async def test_no_location_and_two_of_them(net: Internet, egress: Egress) -> None:
    net.plain.answers["/none"] = reply(302)
    net.plain.answers["/two"] = redirect("/feed\r\nLocation: http://10.0.0.1/")
    for path in ("/none", "/two"):
        with pytest.raises(BadResponse):
            await ask(egress, f"http://public.net{path}")
    assert not net.went_inside()


async def test_rebinding_connects_to_the_address_that_was_checked(
    net: Internet, egress: Egress
) -> None:
    net.changing["rebind.net"] = [[PUBLIC_V4], ["10.0.0.1"], [PUBLIC_V4, "127.0.0.1"]]
    assert await ask(egress, "http://rebind.net/feed") == b"x"
    assert net.asked == ["rebind.net"]
    for _ in range(2):
        with pytest.raises(Blocked):
            await ask(egress, "http://rebind.net/feed")
    assert net.connected == [(PUBLIC_V4, 80)]


async def test_rebinding_between_two_hops(net: Internet, egress: Egress) -> None:
    net.changing["rebind.net"] = [[PUBLIC_V4], ["10.0.0.1"]]
    net.plain.answers["/go"] = redirect("/feed")
    with pytest.raises(Blocked):
        await ask(egress, "http://rebind.net/go")
    assert net.connected == [(PUBLIC_V4, 80)]


@pytest.mark.parametrize("inside", ["10.0.0.5", "::1", "fd00::1", "64:ff9b::7f00:1", "127.0.0.1"])
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_one_private_address_refuses_the_whole_answer(
    net: Internet, egress: Egress, inside: str, place: int
) -> None:
    addresses = [PUBLIC_V4, "8.8.4.4"]
    addresses.insert(place, inside)
    net.names["some.net"] = addresses
    with pytest.raises(Blocked):
        await ask(egress, "http://some.net/")
    assert net.connected == []


async def test_dns_that_does_not_answer_is_given_up_on(net: Internet, clock: FakeClock) -> None:
    net.silent_dns = True
    out = outside(net, clock, deadline_s=0.2)
    async with asyncio.timeout(0.2):  # a quarter of the deadline is DNS's: 5 s of 20
        with pytest.raises(EgressError) as refusal:
            await ask(out, "http://public.net/")
    assert not isinstance(refusal.value, TooSlow)
    await out.close()


async def test_two_hundred_addresses(net: Internet, egress: Egress) -> None:
    many = [f"8.8.{high}.{low}" for high in range(2) for low in range(1, 101)]
    net.names["many.net"] = many
    assert await ask(egress, "http://many.net/feed") == b"x"
    net.dead |= set(many)
    before = len(net.connected)
    with pytest.raises(EgressError):
        await ask(egress, "http://many.net/feed")
    assert len(net.connected) - before == 2
    net.names["many.net"] = [*many, "10.0.0.1"]
    with pytest.raises(Blocked):
        await ask(egress, "http://many.net/feed")
    assert not net.went_inside()


async def test_proxies_of_the_environment_are_ignored(
    net: Internet, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{net.inside.port}")
    monkeypatch.setenv("no_proxy", "")
    out = outside(net, clock)
    for url in ("http://public.net/feed", "https://public.net/feed"):
        assert await ask(out, url) == b"x"
    await out.close()
    assert not net.went_inside()


async def test_a_body_that_is_an_address_is_only_a_body(net: Internet, egress: Egress) -> None:
    for body in (b"/etc/passwd", b"http://169.254.169.254/", b"file:///dev/zero"):
        net.plain.answers["/feed"] = reply(body=body)
        assert await ask(egress, "http://public.net/feed") == body
    assert set(net.connected) == {(PUBLIC_V4, 80)}


async def test_a_refused_host_and_a_dead_one_look_the_same(net: Internet, egress: Egress) -> None:
    net.dead.add(PUBLIC_V4)
    told = set()
    for host in ("public.net", "nowhere.net", "alibaba.net", "mixed.net", "10.0.0.1", "127.0.0.1"):
        with pytest.raises(EgressError) as refusal:
            await ask(egress, f"http://{host}/")
        told.add(str(refusal.value).replace(host, "HOST"))
    assert len(told) == 1


# --- the last look, by itself -------------------------------------------------------------------


async def test_the_socket_is_refused_whatever_was_checked_before() -> None:
    opened: list[tuple[int, ...]] = []

    def new_socket(*kind: int) -> socket.socket:
        opened.append(kind)
        return socket.socket(*kind)

    guard = Guard(CLOSED, dns_s=1.0, new_socket=new_socket)
    stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    with pytest.raises(LookupError):
        guard.open_socket((*stream, (PUBLIC_V4, 80)))
    with guard.only("public.net", 80):
        for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254"):
            with pytest.raises(Refused):
                guard.open_socket((*stream, (address, 80)))
        with pytest.raises(Refused):
            guard.open_socket((*stream, (PUBLIC_V4, 81)))
        with pytest.raises(Refused):
            guard.open_socket((socket.AF_INET6, *stream[1:], ("::1", 80, 0, 0)))
        with pytest.raises(Blocked):
            await guard.resolve("other.net", 80)
        assert opened == []
        guard.open_socket((*stream, (PUBLIC_V4, 80))).close()
    assert len(opened) == 1
    await guard.close()


# --- generated: any spelling of an address that is denied ---------------------------------------

DENIED = st.one_of(
    st.ip_addresses(v=4, network="10.0.0.0/8"),
    st.ip_addresses(v=4, network="127.0.0.0/8"),
    st.ip_addresses(v=4, network="169.254.0.0/16"),
    st.ip_addresses(v=4, network="192.168.0.0/16"),
    st.sampled_from(["168.63.129.16", "192.0.0.192", "100.100.100.200", "0.0.0.0"]),
)
WIDE_DIGITS = str.maketrans("0123456789.", "０１２３４５６７８９．")


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A URL whose host is some spelling of a denied address, dressed up in some way."""
    address = str(draw(DENIED))
    octets = [int(octet) for octet in address.split(".")]
    number = int.from_bytes(bytes(octets))
    base = st.sampled_from(["{}", "{:#x}", "0{:o}", "{:#X}", "000{}"])
    dotted = ".".join(draw(base).format(octet) for octet in octets)
    host = draw(
        st.sampled_from(
            [
                address,
                dotted,
                str(number),
                hex(number),
                f"0{number:o}",
                f"{octets[0]}.{number & 0xFFFFFF}",
                f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
                f"{octets[0]:#x}.{number & 0xFFFFFF:#x}",
                address.translate(WIDE_DIGITS),
                address.replace(".", "。"),
                "".join(f"%{ord(letter):02x}" for letter in address),
                f"[::ffff:{address}]",
                f"[::{address}]",
                f"[::ffff:0:{address}]",
                f"[64:ff9b::{address}]",
                f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]",
                f"[2a00::5efe:{number >> 16:x}:{number & 0xFFFF:x}]",
                "named.net",
                "half-named.net",
            ]
        )
    )
    prefix = draw(st.sampled_from(["", "public.net@", "public.net:80@", "public.net\\@", "a:b@"]))
    suffix = draw(
        st.sampled_from(["", ".", ":80", ":8080", ":443", "#@public.net", "?@public.net"])
    )
    scheme = draw(st.sampled_from(["http://", "https://", "HTTP://", "http:/", "http:\\\\", "//"]))
    return f"{scheme}{prefix}{host}{suffix}/ {address}"


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spelled=spellings(), by_redirect=st.booleans())
def test_no_spelling_of_a_denied_address_is_connected(
    loop: asyncio.Runner, spelled: str, by_redirect: bool
) -> None:
    url, address = spelled.rsplit(" ", 1)

    async def attack() -> None:
        async with internet() as net:
            net.names |= {"named.net": [address], "half-named.net": [PUBLIC_V4, address]}
            net.plain.answers["/go"] = redirect(url)
            out = outside(net, FakeClock())
            with pytest.raises(IntelbriefError):
                await ask(out, "http://public.net/go" if by_redirect else url)
            await out.close()
            assert set(net.connected) <= {(PUBLIC_V4, 80)}
            assert not net.went_inside()

    loop.run(attack())


async def test_the_fake_inside_would_notice(clock: FakeClock) -> None:
    """The counter these tests trust does count: an opened address arrives there."""
    async with internet() as net:
        net.inside.answers["/"] = reply(body=b"inside")
        out = Egress(
            clock,
            user_agent="x",
            allow=["10.0.0.0/8"],
            resolver=net.resolve,
            new_socket=net.new_socket,
        )
        assert await ask(out, "http://10.0.0.1/") == b"inside"
        await out.close()
        assert net.went_inside()
