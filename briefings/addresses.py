"""Which web addresses may be asked: pure rules on URLs.

    text                -> check_url  -> Target    a URL that may be asked, in one plain form
    Target and Location -> redirected -> Target    the same rules for where a server points next

A URL passes when it is http or https, free of user names, control characters and backslashes, and
names its host plainly: a number written any way but the usual one is refused, not decoded. The IP
addresses a name leads to are judged when it is connected to, by `networks`.

Sources: RFC 3986 and the WHATWG URL standard, the strict reading where they differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import quote, urljoin

from briefings.errors import Blocked, EgressError
from briefings.networks import CLOSED, HOST_NAME, Openings, is_web_port, why_refused

LONGEST_URL: Final = 2048

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

# Names that can only mean something inside a network (RFC 6761, RFC 6762, RFC 8375, ICANN).
_INTERNAL_SUFFIXES: Final = (
    *(".localhost", ".localdomain", ".local", ".internal", ".intranet", ".private", ".corp"),
    *(".home", ".home.arpa", ".lan", ".svc"),
)

_URL = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_DOTTED_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
# Every printable character that may stand in a path or query; the others are percent-encoded.
_LEFT_ALONE: Final = "!$%&'()*+,/:;=?@[]^_|~-."


@dataclass(frozen=True, slots=True)
class Target:
    """A web address that may be asked: ASCII throughout, no user name, no fragment.

    `host` is lower case, without brackets or a final dot; `path` starts with a slash.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL; a scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def resource(self) -> str:
        """Path and query: what is asked for within the origin."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        return self.origin + self.resource


def check_url(text: str, openings: Openings = CLOSED) -> Target:
    """Turn a URL into a target that may be asked, or refuse it.

    A name passes here and its addresses are checked when it is connected to; an IP address in
    the URL is checked at once.

    Raises:
        Blocked: `ids` has `reason`, for logs; the message never says more than "not reachable".
    """
    if len(text) > LONGEST_URL:
        raise blocked("longer than any address")
    if _FORBIDDEN.search(text):
        raise blocked("control character or backslash")
    if (parts := _URL.fullmatch(text)) is None:
        raise blocked("not an http or https address")
    scheme, authority, path, query = parts.groups(default="")
    if "@" in authority:
        raise blocked("user name")
    if (place := _AUTHORITY.fullmatch(authority)) is None:
        raise blocked("no plain host")
    scheme = scheme.lower()
    port = int(place[2]) if place[2] else _DEFAULT_PORTS[scheme]
    host = _plain_host(place[1])
    _check_place(host, port, openings)
    return Target(scheme, host, port, _encoded(path) or "/", _encoded(query))


def redirected(current: Target, location: str, openings: Openings = CLOSED) -> Target:
    """Where a Location header leads from `current`, under the rules of `check_url`.

    A location with a scheme must be complete: "http:/x" and "http:x", which programs read in
    different ways, are refused.

    Raises:
        Blocked: the location is empty, malformed or leads where the desk may not go, or from
            https back to http.
    """
    if not location or len(location) > LONGEST_URL or _FORBIDDEN.search(location):
        raise blocked("location header", current.host)
    if location.startswith("//"):
        location = f"{current.scheme}:{location}"
    elif not _SCHEME.match(location):
        location = urljoin(current.url, location)
    target = check_url(location, openings)
    if (current.scheme, target.scheme) == ("https", "http"):
        raise blocked("downgrade to http", target.host)
    return target


def unreachable(host: str, kind: type[EgressError] = EgressError, **ids: object) -> EgressError:
    """The error for an address that is dead, in the words for one that is refused.

    They are the same on purpose: the desk is no port scanner.
    """
    return kind(
        f"{host or 'That address'} could not be reached.",
        remedy="Check the address: the desk reads public http and https pages.",
        host=host,
        **ids,
    )


def blocked(reason: str, host: str = "") -> EgressError:
    """The refusal of an address; `reason` is for logs and never shown."""
    return unreachable(host, Blocked, reason=reason)


def _plain_host(text: str) -> str:
    """The host in lower-case ASCII: a canonical IP address or a name that is no number."""
    if text.startswith("["):
        try:
            ip = IPv6Address(text[1:-1])
        except ValueError:
            raise blocked("malformed IPv6 address") from None
        if ip.scope_id is not None:
            raise blocked("zone in an IPv6 address")
        return str(ip)
    if _DOTTED_QUAD.fullmatch(text):
        return text
    name = (text if text.isascii() else _idna(text)).lower().removesuffix(".")
    if not HOST_NAME.fullmatch(name):
        raise blocked("no plain host")
    return name


def _idna(host: str) -> str:
    """An international name in ASCII by UTS 46, as browsers do it."""
    # Most hosts are ASCII, and the tables of idna are large.
    import idna  # noqa: PLC0415

    try:
        return idna.encode(host[:254], uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError:
        raise blocked("no international name") from None


def _check_place(host: str, port: int, openings: Openings) -> None:
    if openings.names(host, port):
        return
    if not (is_web_port(port) or openings.number(port)):
        raise blocked("port", host)
    if ":" in host or _DOTTED_QUAD.fullmatch(host):
        if reason := why_refused(host, port, openings):
            raise blocked(reason, host)
    elif not openings.networks and ("." not in host or f".{host}".endswith(_INTERNAL_SUFFIXES)):
        # Where no network is open such a name can lead nowhere good: not even DNS is asked.
        raise blocked("internal name", host)


def _encoded(text: str) -> str:
    """Percent-encode what may not stand in a path or query, leaving existing escapes alone.

    A header's bytes that are no UTF-8 arrive as surrogate escapes and leave as the same bytes.
    """
    try:
        return quote(text, safe=_LEFT_ALONE, errors="surrogateescape")
    except UnicodeEncodeError:
        raise blocked("not text") from None
