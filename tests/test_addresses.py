"""The pure rules: which URLs may be asked, and which addresses a connection may be opened to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.addresses import LONGEST_URL, check_url, redirected
from briefings.errors import Blocked, SettingsError
from briefings.networks import is_web_port, parse_openings, why_refused


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://public.net", "http://public.net/"),
        ("HTTP://Public.NET:80/Feed", "http://public.net/Feed"),
        ("https://public.net:443/a?b=c#d", "https://public.net/a?b=c"),
        ("https://public.net:8443/x", "https://public.net:8443/x"),
        ("https://public.net./x", "https://public.net/x"),
        ("http://8.8.8.8/x", "http://8.8.8.8/x"),
        ("http://[2606:4700:4700:0::1111]/x", "http://[2606:4700:4700::1111]/x"),
        ("https://münchen.net/ä?q=新浪", "https://xn--mnchen-3ya.net/%C3%A4?q=%E6%96%B0%E6%B5%AA"),
        ("https://新浪。中国/", "https://xn--efvx5o.xn--fiqs8s/"),
        ("https://public.net/a%20b/%2e%2E/%zz", "https://public.net/a%20b/%2e%2E/%zz"),
        ('https://public.net/a b"<>`{}|^', "https://public.net/a%20b%22%3C%3E%60%7B%7D|^"),
        ("https://under_score.public.net/?a=[1]", "https://under_score.public.net/?a=[1]"),
        ("http://public.net#@127.0.0.1@/", "http://public.net/"),
        ("http://public.net?@127.0.0.1/", "http://public.net/?@127.0.0.1/"),
        ("http://public.net/@127.0.0.1", "http://public.net/@127.0.0.1"),
    ],
)
def test_a_plain_url_comes_out_in_one_form(text: str, url: str) -> None:
    target = check_url(text)
    assert target.url == url
    assert check_url(target.url) == target


@pytest.mark.parametrize(
    "text",
    [
        *("", "public.net", "//public.net/", "http:public.net", "http:/public.net", "http:///x"),
        *("ftp://public.net/", "file:///etc/passwd", "data:,x", "javascript:alert(1)"),
        *("jar:http://public.net!/", "view-source:http://public.net/", "unix:/run/docker.sock"),
        *(" http://public.net/", "http://public.net/\n", "http://pub\tlic.net/", "http://a b.net/"),
        *("http://public.net\\@127.0.0.1/", "http://public.net/\\x", "http://public.net/\x85"),
        *("http://user@public.net/", "http://user:pw@public.net/", "http://@public.net/"),
        *("http://public.net:0/", "http://public.net:65536/", "http://public.net:99999/"),
        *("http://public.net:/", "http://public.net:80:80/", "http://public.net:+80/"),
        *("http://public.net:22/", "http://public.net:25/", "http://public.net:6379/"),
        *("http://127.0.0.1%00.public.net/", "http://public.net%2f/", "http://pub%6cic.net/"),
        *("http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://127.1/"),
        *("http://0177.0.0.1/", "http://08.8.8.8/", "http://8.8.8.8.8/", "http://8.8.8.256/"),
        *("http://a.0x7f/", "http://a.1/", "http://①②⑦.⓪.⓪.①/", "http://８.８.８.８/"),
        *("http://public.net⁄x@y/", "http://a‥b.net/", "http://xn--\u0130.net/", "http://☃\ud800/"),
        *("http://[::1/", "http://::1/", "http://[::1]x/", "http://[v1.a]/", "http://[]/"),
        *("http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[127.0.0.1]/"),
        *("http://-a.net/", "http://a-.net/", "http://a..net/", "http://.net/", "http://net/"),
        *("http://a" + "b" * 63 + ".net/", "http://" + "a." * 127 + "net/"),
        *("http://localhost/", "http://a.localhost/", "http://box.local/", "http://x.internal/"),
        "http://public.net/" + "a" * LONGEST_URL,
    ],
)
def test_a_url_that_can_be_misread_is_refused(text: str) -> None:
    with pytest.raises(Blocked, match="could not be reached"):
        check_url(text)


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(Blocked) as refusal:
        check_url("http://user:hunter2@public.net/")
    assert "hunter2" not in f"{refusal.value} {refusal.value.ids}"


PUBLIC = ["8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255", "1.1.1.1"]
PUBLIC += ["100.128.0.0", "192.0.1.0", "169.253.255.255", "223.255.255.255", "168.63.129.17"]
PUBLIC += ["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2400:3200::1", "2003::1"]
_NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1
    127.255.255.254 168.63.129.16 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1
    192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.7
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
    64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1
    2001:10::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 2606:2800:220:1:0:5efe:7f00:1
    2606:2800:220:1:200:5efe:808:808 3ffe::1 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
    fe80::1%eth0 2606::1%eth0 febf::1 fec0::1 ff02::1 ffff::1
"""
PRIVATE = _NOT_PUBLIC.split()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_connected_to(address: str) -> None:
    assert why_refused(address, 443) == ""


@pytest.mark.parametrize("address", [*PRIVATE, "", "localhost", "1", "127.1", "0177.0.0.1"])
def test_any_other_address_may_not(address: str) -> None:
    assert why_refused(address, 443) != ""


@given(st.ip_addresses(v=4))
def test_a_v4_address_inside_a_v6_address_is_refused(address: object) -> None:
    embedded = int(address)  # type: ignore[call-overload]
    forms = [f"::{address}", f"::ffff:{address}", f"::ffff:0:{address}", f"64:ff9b::{address}"]
    high, low = f"{embedded >> 16:x}", f"{embedded & 0xFFFF:x}"
    forms += [f"2002:{high}:{low}::1", f"2001:0:{high}:{low}::1", f"2606::5efe:{high}:{low}"]
    assert all(why_refused(form, 443) for form in forms)


@pytest.mark.parametrize("port", [80, 443, 8000, 8080, 8443, 1024, 40000, 65535])
def test_web_ports(port: int) -> None:
    assert is_web_port(port)


@pytest.mark.parametrize("port", [0, 1, 22, 25, 1023, 2375, 3306, 6379, 9200, 11211, 65536])
def test_ports_of_other_services(port: int) -> None:
    assert not is_web_port(port)


OPENINGS = parse_openings(
    ["wiki:8080", "rss.corp:6379", "10.1.0.0/16", "10.2.0.0/16:6379", "10.3.0.4:81", "[fd00::1]:90"]
)


@pytest.mark.parametrize(
    ("address", "port"),
    [("10.1.2.3", 80), ("10.1.2.3", 8080), ("10.2.0.1", 6379), ("10.3.0.4", 81), ("fd00::1", 90)],
)
def test_an_opened_address_is_reached(address: str, port: int) -> None:
    assert why_refused(address, port, OPENINGS) == ""
    host = f"[{address}]" if ":" in address else address
    assert check_url(f"http://{host}:{port}/", OPENINGS).port == port


@pytest.mark.parametrize(
    ("address", "port"),
    [
        *(("10.1.2.3", 22), ("10.1.2.3", 6379), ("10.2.0.1", 80), ("10.0.0.1", 80)),
        *(("10.3.0.4", 80), ("10.3.0.5", 81), ("fd00::2", 90), ("8.8.8.8", 6379)),
    ],
)
def test_nothing_beside_it_is_opened(address: str, port: int) -> None:
    assert why_refused(address, port, OPENINGS) != ""


def test_an_opened_name_is_opened_on_its_port_alone() -> None:
    opened = parse_openings(["Wiki:8080", "rss.corp:6379"])
    assert check_url("http://WIKI:8080/x", opened).host == "wiki"
    assert check_url("http://rss.corp:6379/", opened).port == 6379
    for other in ("http://wiki/", "https://wiki/", "http://rss.corp/", "http://wiki.corp:8080/"):
        with pytest.raises(Blocked):
            check_url(other, opened)


@pytest.mark.parametrize(
    "entry",
    [
        *("", "wiki", "wiki:", "wiki:0", "wiki:70000", "http://wiki:80", "10.0.0.1/8"),
        *("10.0.0.0/33", "a b:80", "10.0.0.0/8:x", "user@wiki:80", "*:80", "fd00::1:x"),
    ],
)
def test_an_opening_that_opens_nothing_is_an_error(entry: str) -> None:
    with pytest.raises(SettingsError, match="opens nothing"):
        parse_openings(["10.0.0.0/8", entry])


HERE = check_url("https://public.net/blog/feed?page=2")


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://other.net/x", "https://other.net/x"),
        ("/new", "https://public.net/new"),
        ("new", "https://public.net/blog/new"),
        ("../new?a=b", "https://public.net/new?a=b"),
        ("?page=3", "https://public.net/blog/feed?page=3"),
        ("//other.net/x", "https://other.net/x"),
        ("/caf\udcc3\udca9", "https://public.net/caf%C3%A9"),
        ("/caf\udce9", "https://public.net/caf%E9"),
        ("/a b", "https://public.net/a%20b"),
    ],
)
def test_a_location_is_followed(location: str, url: str) -> None:
    assert redirected(HERE, location).url == url


@pytest.mark.parametrize(
    "location",
    [
        *("", "http://other.net/", "file:///etc/passwd", "data:text/html,x", "mailto:a@b.c"),
        *("https:/other.net/", "https:other.net", "https://user:pw@other.net/", "//user@other.net"),
        *("//127.0.0.1/", "//[::1/", "///x", "/\\other.net", "\\\\other.net", "/a\r\nHost: x"),
        *("https://10.0.0.1/", "https://localhost/", "/" + "a" * 10_000, "https://other.net:22/"),
    ],
)
def test_a_location_that_leads_astray_is_refused(location: str) -> None:
    with pytest.raises(Blocked):
        redirected(HERE, location)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://a.net", "http://[", "//"]))
def test_any_text_is_a_target_or_a_refusal(text: str, start: str) -> None:
    for read in (check_url, lambda url: redirected(HERE, url)):
        try:
            target = read(start + text)
        except Blocked:
            continue
        assert target.url.isascii()
        assert check_url(target.url) == target
