"""Tasks that behave badly inside a contained worker, each in its own way."""

from __future__ import annotations

import faulthandler
import os
import resource
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from briefings.errors import NotAFeed
from briefings.model import ParsedEntry, ParsedFeed, Precision, Published


def parsed(body: bytes, *, seen: frozenset[bytes], now: datetime) -> ParsedFeed:
    published = Published(at=now.astimezone(UTC), precision=Precision.MINUTE)
    entry = ParsedEntry(body, b"2" * 16, "title", "", "", "text 阿里", published)
    return ParsedFeed("feed", "en", (entry,), unchanged=len(seen), skip_hours=(1, 2))


def process_id(pause_s: float = 0.0) -> int:
    time.sleep(pause_s)
    return os.getpid()


def printing() -> str:
    sys.stdout.write("not a frame\n")
    sys.stdout.buffer.write(b"\xff" * 100)
    sys.stdout.flush()
    return sys.stdin.read()


def spin() -> None:
    while True:
        pass


def grow(megabytes: int) -> int:
    return len(b"x" * (megabytes * 2**20))


def leave() -> None:
    os._exit(3)


def crash() -> None:
    faulthandler._sigsegv()  # type: ignore[attr-defined]


def fail() -> None:
    raise ZeroDivisionError("not foreseen")


def refuse(url: str) -> None:
    raise NotAFeed("No feed here.", remedy="Try another.", alternates=[url], size=3, at=Path("x"))


def lie() -> int:
    return "text"  # type: ignore[return-value]


def forge(data: bytes) -> None:
    """Write into every open file, the reply pipe among them."""
    for descriptor in range(3, 16):
        try:
            os.write(descriptor, data)
        except OSError:
            continue
    time.sleep(60)


def environment() -> dict[str, str]:
    return dict(os.environ)


def limits() -> dict[str, int]:
    names = ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE")
    return {name: resource.getrlimit(getattr(resource, name))[1] for name in names}


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port))


def start_program() -> None:
    subprocess.run(["true"], check=True)


def write_file(path: str) -> None:
    Path(path).write_text("here")


def write_descriptor(path: str) -> None:
    os.open(path, os.O_WRONLY | os.O_CREAT)


def remove_file(path: str) -> None:
    Path(path).unlink()
