"""The inside of a worker process: set-up | limits | (call -> task -> reply)*.

Started by `containment.WorkerPool` as `python -m briefings.contained`. Speaks length-prefixed
msgpack over its standard streams: first a `Setup`, answered by `Ready`, then any number of
`Call`s, each answered by one reply. Once set up it can neither reach the network, start a
program nor write a file, and it cannot grow beyond its memory allowance.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, get_type_hints

import msgspec

from briefings.errors import IntelbriefError

Fact: TypeAlias = str | int | float | bool | None
"""What an error's `ids` may carry across the pipe, alone or as a tuple of strings."""

HEADER = struct.Struct(">I")
"""A frame is its payload's length in bytes, big-endian, then the payload."""

OPEN_FILES = 64
GRACE_S = 1.0
"""How long after its deadline a call that nobody stopped ends its own process."""


class Setup(msgspec.Struct, frozen=True):
    """What to import before the doors close, and how much the process may grow afterwards."""

    preload: tuple[str, ...]
    memory_mb: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker is limited and waits for calls."""


class Call(msgspec.Struct, frozen=True):
    """A task by name; `arguments` is a map of every parameter's value."""

    module: str
    task: str
    deadline_s: float
    arguments: msgspec.Raw


class Done(msgspec.Struct, frozen=True, tag=True):
    """The task's result, still encoded: only the caller knows its type."""

    result: msgspec.Raw


class Raised(msgspec.Struct, frozen=True, tag=True):
    """The task failed on purpose, with one of our own errors."""

    kind: str
    message: str
    remedy: str
    ids: dict[str, Fact | tuple[str, ...]]


class Broke(msgspec.Struct, frozen=True, tag=True):
    """The task failed in a way it did not foresee; the process is not to be used again."""

    reason: str
    error: str


Reply: TypeAlias = Done | Raised | Broke


class Signature:
    """The types that cross the pipe for one task, read from its annotations once."""

    def __init__(self, task: Callable[..., Any]) -> None:
        hints = get_type_hints(task)
        self.parameters = inspect.signature(task)
        self.result: Any = hints["return"]
        self._arguments = msgspec.defstruct(
            "Arguments", [(name, hints[name]) for name in self.parameters.parameters]
        )

    def encode_arguments(self, *args: object, **kwargs: object) -> bytes:
        bound = self.parameters.bind(*args, **kwargs)
        bound.apply_defaults()
        return msgspec.msgpack.encode(bound.arguments)

    def decode_arguments(self, raw: msgspec.Raw) -> dict[str, Any]:
        decoded = msgspec.msgpack.decode(raw, type=self._arguments)
        return {name: getattr(decoded, name) for name in self.parameters.parameters}


@functools.cache
def signature_of(task: Callable[..., Any]) -> Signature:
    """The task's `Signature`; every parameter and the result must be annotated."""
    return Signature(task)


def main() -> None:
    """Serve calls until the parent closes the pipe."""
    calls, replies = _take_streams()
    setup = msgspec.msgpack.decode(_read(calls) or b"", type=Setup)
    for name in setup.preload:
        importlib.import_module(name)
    _limit(setup.memory_mb)
    sys.addaudithook(_refuse)
    _write(replies, Ready())
    while (frame := _read(calls)) is not None:
        reply = carry_out(msgspec.msgpack.decode(frame, type=Call))
        _write(replies, reply)
        if isinstance(reply, Broke):
            return


def carry_out(call: Call) -> Reply:
    """Run one call and say how it went; never raises."""
    # The parent stops a late call. Should the parent be gone, the default action of this alarm
    # ends the process, even in the middle of a C function.
    signal.setitimer(signal.ITIMER_REAL, call.deadline_s + GRACE_S)
    try:
        task = getattr(importlib.import_module(call.module), call.task)
        result = task(**signature_of(task).decode_arguments(call.arguments))
        return Done(msgspec.Raw(msgspec.msgpack.encode(result)))
    except IntelbriefError as error:
        return Raised(type(error).__name__, error.message, error.remedy, _facts(error.ids))
    except MemoryError:
        return Broke("memory", "MemoryError")
    except BaseException as error:
        return Broke("died", type(error).__name__)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _facts(ids: Mapping[str, object]) -> dict[str, Fact | tuple[str, ...]]:
    facts: dict[str, Fact | tuple[str, ...]] = {}
    for name, value in ids.items():
        match value:
            case str() | bool() | int() | float() | None:
                facts[name] = value
            case list() | tuple():
                facts[name] = tuple(map(str, value))
            case _:
                facts[name] = str(value)
    return facts


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for frames: a library that prints or reads must not touch them."""
    calls = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return calls, replies


def _read(stream: BinaryIO) -> bytes | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    frame = stream.read(length)
    return frame if len(frame) == length else None


def _write(stream: BinaryIO, reply: Ready | Reply) -> None:
    frame = msgspec.msgpack.encode(reply)
    stream.write(HEADER.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def _limit(memory_mb: int) -> None:
    """Cap growth, files and core dumps for the rest of the process's life."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    statm = Path("/proc/self/statm")
    if not statm.exists():  # macOS neither tells the address space nor enforces a limit on it
        return
    pages = int(statm.read_text().split()[0])
    ceiling = pages * resource.getpagesize() + memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


_FORBIDDEN = frozenset(
    {
        *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile"),
        *("os.system", "os.kill", "os.killpg", "pty.spawn", "subprocess.Popen"),
        *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"),
        *("os.symlink", "os.truncate"),
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook (PEP 578) that denies what no reading or ranking task needs."""
    if event == "open":
        if isinstance(arguments[2], int) and arguments[2] & _WRITING:
            raise PermissionError("a contained task may not write files")
    elif event in _FORBIDDEN or event.startswith("socket."):
        raise PermissionError(f"a contained task may not use {event}")


if __name__ == "__main__":
    main()
