"""Which IP addresses and ports a connection may be opened to: pure rules.

An address passes when it is globally routable unicast. One that carries an IPv4 address inside an
IPv6 address never passes, whatever it carries, and neither does a cloud's metadata service. What
the operator opened passes besides, exactly as written.

Sources: RFC 6890 and the IANA special-purpose registries. Python's own `ipaddress.is_global` is
not asked: its answer changed between patch releases (CVE-2024-4032).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

from briefings.errors import SettingsError

# A public site answers on its scheme's port or from 1024 up, but not on these, where databases,
# queues, caches, cluster and container control, remote desktops, mail and chat are at home.
_SERVICES: Final = """
    1080 1433 1521 1719 1720 1723 1883 2049 2181 2375 2376 2377 2379 2380 3128 3306 3389 3659 4045
    4190 4369 5060 5061 5432 5672 5900 5901 5984 5985 5986 6000 6379 6443 6566 6665 6666 6667 6668
    6669 6679 6697 8086 8125 8200 8300 8301 8500 9042 9092 9100 9160 9200 9300 10080 10250 10255
    11211 15672 27017 27018 27019
"""
_SERVICE_PORTS: Final = frozenset(map(int, _SERVICES.split()))

_SPECIAL_V4: Final = """
    loopback       127.0.0.0/8
    private        10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10
    metadata       168.63.129.16 169.254.169.254 192.0.0.192
    link local     169.254.0.0/16
    documentation  192.0.2.0/24 198.51.100.0/24 203.0.113.0/24
    multicast      224.0.0.0/4
    reserved       0.0.0.0/8 192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 240.0.0.0/4
"""
# Embedded IPv4: mapped, translated, compatible; NAT64, well-known and local; Teredo; 6to4.
_SPECIAL_V6: Final = """
    loopback       ::1
    private        fc00::/7
    link local     fe80::/10
    multicast      ff00::/8
    embedded IPv4  ::ffff:0:0/96 ::ffff:0:0:0/96 ::/96
    embedded IPv4  64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16
    reserved       2001::/23 2001:db8::/32 3fff::/20 3ffe::/16
"""
_GLOBAL_V6: Final = IPv6Network("2000::/3")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


def _networks(table: str) -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    rows = (re.split(r"\s{2,}", row.strip()) for row in table.strip().splitlines())
    return tuple((ip_network(text), reason) for reason, texts in rows for text in texts.split())


_V4_NETWORKS: Final = _networks(_SPECIAL_V4)
_V6_NETWORKS: Final = _networks(_SPECIAL_V6)

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# A last label that starts with a digit is a number in disguise: no such top-level domain exists.
HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)*(?![0-9]){_LABEL}")
"""A host name in lower-case ASCII, in its whole length; underscores are met in the wild."""


@dataclass(frozen=True, slots=True)
class Openings:
    """What the operator opened beyond the public web.

    `endpoints` are (host name, port); `networks` are (network, port), where port None stands for
    every port a public site may use.
    """

    endpoints: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[tuple[IPv4Network | IPv6Network, int | None], ...] = ()

    def names(self, host: str, port: int) -> bool:
        """Whether this very host and port was opened, wherever the name leads."""
        return (host, port) in self.endpoints

    def reach(self, address: IPv4Address | IPv6Address, port: int) -> bool:
        """Whether an opened network holds this address, on this port."""
        return any(
            address in network and (is_web_port(port) if only is None else port == only)
            for network, only in self.networks
        )

    def number(self, port: int) -> bool:
        """Whether some network was opened on just this port."""
        return any(only == port for _, only in self.networks)


CLOSED: Final = Openings()


def parse_openings(entries: Sequence[str]) -> Openings:
    """Read the operator's list; an entry is "host:port", "address[:port]" or "cidr[:port]".

    Raises:
        SettingsError: naming the entry that is none of these.
    """
    endpoints: set[tuple[str, int]] = set()
    networks: list[tuple[IPv4Network | IPv6Network, int | None]] = []
    for entry in entries:
        where, port = _split_port(entry.strip().lower())
        try:
            networks.append((ip_network(where.strip("[]")), port))
        except ValueError:
            if port is None or not HOST_NAME.fullmatch(where):
                raise SettingsError(
                    f'"{entry}" opens nothing.',
                    remedy="Write host:port, a network such as 10.0.0.0/8, or a network:port.",
                    entry=entry,
                ) from None
            endpoints.add((where, port))
    return Openings(frozenset(endpoints), tuple(networks))


def why_refused(address: str, port: int, openings: Openings = CLOSED) -> str:
    """Why a connection to an IP address and port may not be opened; empty when it may."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "not an IP address"
    if openings.reach(ip, port):
        return ""
    return _why_not_public(ip) or ("" if is_web_port(port) else "port")


def is_web_port(port: int) -> bool:
    """Whether a public site may answer on this port: 80, 443, or 1024 up but no known service."""
    return port in (80, 443) or (1024 <= port <= 65535 and port not in _SERVICE_PORTS)


def _split_port(entry: str) -> tuple[str, int | None]:
    """Take the port off an entry; colons inside a bare IPv6 address are not one."""
    where, _, port = entry.rpartition(":")
    if not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) <= 65535:
        return entry, None
    if ":" in where and "/" not in where and not where.endswith("]"):
        return entry, None
    return where, int(port)


def _why_not_public(ip: IPv4Address | IPv6Address) -> str:
    if isinstance(ip, IPv4Address):
        return next((reason for network, reason in _V4_NETWORKS if ip in network), "")
    if reason := next((reason for network, reason in _V6_NETWORKS if ip in network), ""):
        return reason
    if ip not in _GLOBAL_V6 or ip.scope_id is not None:
        return "reserved"
    return "embedded IPv4" if int(ip) >> 32 & 0xFFFFFFFF in _ISATAP else ""
