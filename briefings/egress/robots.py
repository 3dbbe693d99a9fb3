"""What a site asks robots to leave alone: robots.txt by RFC 9309, and its Crawl-delay.

    text -> parse -> Robots    the rules for one robot
    RobotsCache                the rules of the sites asked lately, each fetched once a day

The standard library's parser is not used: it knows no wildcards and takes the first rule that
fits instead of the longest, so it would read pages that their sites closed; it also fails on
malformed files and brings its own way to the network.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from briefings.ports import Clock

LONGEST_FILE: Final = 500 * 1024
"""Bytes of a robots.txt that are read, however long it is: as many as RFC 9309, 2.5 demands."""

_SITES: Final = 128
_FRESH_S: Final = 24 * 60 * 60
_MOST_RULES: Final = 2000
_LONGEST_RULE: Final = 2048
_LONGEST_DELAY_S: Final = 24 * 60 * 60.0

_LINE_END = re.compile(r"\r\n?|\n")
_TOKEN = re.compile(r"\*|[a-z_-]+", re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", re.ASCII)
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_UNRESERVED = re.compile(r"[a-z0-9._~-]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site for one robot: (allowed, pattern) each, and seconds between pages."""

    rules: tuple[tuple[bool, str], ...] = ()
    crawl_delay_s: float = 0.0

    def allow(self, resource: str) -> bool:
        """Whether a path and query may be read: the longest rule that fits decides (2.2.2)."""
        resource = _normal(resource)
        fitting = (
            (len(pattern), allowed) for allowed, pattern in self.rules if _fits(pattern, resource)
        )
        return max(fitting, default=(0, True))[1]


def readable(file: bytes) -> str:
    """The text of a file that may have been cut off: half a rule would be another rule."""
    if len(file) >= LONGEST_FILE:
        file = file[: max(file.rfind(b"\n"), file.rfind(b"\r")) + 1]
    return file.decode("utf-8", "replace")


def parse(text: str, robot: str) -> Robots:
    """Read the rules that hold for `robot`, a product token such as "intelbrief".

    Groups that name the robot are merged; the groups for "*" hold only when none does.
    """
    named: list[tuple[str, str]] = []
    general: list[tuple[str, str]] = []
    agents: set[str] = set()
    in_rules = found = False
    for line in _LINE_END.split(text.removeprefix("\ufeff")):
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent" and colon:
            if in_rules:
                agents, in_rules = set(), False
            token = _TOKEN.match(value)
            agents.add(token[0].lower() if token else "")
            found = found or robot.lower() in agents
        elif key in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            if robot.lower() in agents:
                named.append((key, value))
            elif "*" in agents:
                general.append((key, value))
    return _rules(named if found else general)


class RobotsCache:
    """Remembers what the last sites asked said, for a day at most (RFC 9309, 2.4)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    async def rules(self, origin: str, read: Callable[[], Awaitable[Robots]]) -> Robots:
        """The rules of a site, from memory or by `read`, which runs once for all who wait.

        What `read` raises is raised and not remembered.
        """
        site = self._sites.setdefault(origin, _Site())
        self._sites.move_to_end(origin)
        if len(self._sites) > _SITES:
            self._sites.popitem(last=False)
        async with site.reading:
            if site.robots is None or self._clock.monotonic() >= site.expires:
                site.robots = await read()
                site.expires = self._clock.monotonic() + _FRESH_S
            return site.robots


@dataclass(slots=True)
class _Site:
    robots: Robots | None = None
    expires: float = 0.0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


def _rules(lines: list[tuple[str, str]]) -> Robots:
    rules: list[tuple[bool, str]] = []
    delay_s = 0.0
    for key, value in lines:
        if key == "crawl-delay":
            if _SECONDS.fullmatch(value):
                delay_s = min(max(delay_s, float(value)), _LONGEST_DELAY_S)
        elif value and len(value) <= _LONGEST_RULE and len(rules) < _MOST_RULES:
            rules.append((key == "allow", _normal(value)))
    return Robots(tuple(rules), delay_s)


def _fits(pattern: str, resource: str) -> bool:
    """Whether a rule fits: `*` stands for anything, a final `$` for the end, else a prefix.

    Piece after piece is found from the left, so no pattern costs more than linear time.
    """
    anchored = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*")
    if not resource.startswith(first):
        return False
    at = len(first)
    if anchored:
        if not pieces:
            return at == len(resource)
        last = pieces.pop()
        if len(resource) - len(last) < at or not resource.endswith(last):
            return False
        resource = resource[: len(resource) - len(last)]
    for piece in pieces:
        if (found := resource.find(piece, at)) < 0:
            return False
        at = found + len(piece)
    return True


def _normal(text: str) -> str:
    """One spelling for a path: escapes in upper case, and none where none is needed (2.2.2)."""

    def spelled(escape: re.Match[str]) -> str:
        plain = unquote(escape[0], errors="replace")
        return plain if _UNRESERVED.fullmatch(plain) else escape[0].upper()

    escaped = quote(text, safe="!$%&'()*+,/:;=?@[]^_|~-.\"<>`{}\\", errors="replace")
    return _ESCAPE.sub(spelled, escaped)
