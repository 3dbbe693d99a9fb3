"""One piece of work as a process: its streams, its signals, its exit status.

An error of ours is one message, and so is an output that cannot be written.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TextIO

from briefings.errors import InputError, IntelbriefError

INTERRUPTED = 130
TERMINATED = 143
_LOSING = ("strict", "surrogateescape")
"""What Python does with a character that a stream cannot hold, unless somebody chose otherwise."""


class OutputLost(OSError):
    """Standard output or standard error cannot be written."""


class _Descriptor(io.FileIO):
    """A standard stream that says so when it cannot be written; a reader that left is no fault."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(error.errno, error.strerror) from error


def with_streams(program: Callable[[], object]) -> None:
    """Run a program whose output is written to the end, or ends with one message and status 1.

    A stream that was closed is an empty one. A character that the encoding of an output does not
    have becomes a question mark; ASCII, which nobody means, becomes UTF-8.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # in this order, since the lowest descriptor is given out
            nothing = io.FileIO(os.open(os.devnull, os.O_RDWR), "r+", closefd=False)
            setattr(sys, name, io.TextIOWrapper(nothing, encoding="utf-8"))
    sys.stdout, sys.stderr = _written(sys.stdout), _written(sys.stderr)
    try:
        try:
            program()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
        raise SystemExit(1) from None
    except OutputLost as error:
        _discard(sys.stdout)
        problem = f"The output cannot be written: {error.strerror}."
        status = complain(InputError(problem, remedy="Write it to a file or disk with room."))
        raise SystemExit(status) from None
    finally:
        try:
            sys.stderr.flush()
        except OSError:  # or Python would end with a status of its own
            _discard(sys.stderr)


def for_programs() -> None:
    """Write UTF-8 from now on, whatever the terminal takes: other programs read it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def carry_out(work: Coroutine[Any, Any, int], *, terminated_status: int = 0) -> int:
    """Run to the end, or until SIGTERM or Ctrl-C; errors of ours are one message."""
    terminated = False

    async def supervised() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            loop.remove_signal_handler(signal.SIGTERM)  # a second one ends the process at once
            task.cancel()

        loop.add_signal_handler(signal.SIGTERM, terminate)
        try:
            return await task
        except asyncio.CancelledError:
            if terminated:
                return terminated_status
            task.cancel()
            await asyncio.wait({task})
            raise

    try:
        return asyncio.run(supervised())
    except IntelbriefError as error:
        return complain(error)
    except BrokenPipeError:  # whoever read our output has seen enough
        _discard(sys.stdout)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def complain(error: IntelbriefError) -> int:
    """Say on standard error what is wrong; the exit status of whoever cannot go on."""
    with contextlib.suppress(OutputLost):
        what = f"{message(error)} {error.remedy}".strip()
        print(f"intelbrief: {what}", file=sys.stderr)  # noqa: T201 - this is the command line
    return 1


def message(error: IntelbriefError) -> str:
    """What is wrong, and with which file: whoever is at the machine may know."""
    path = error.ids.get("path")
    unnamed = path is not None and str(path) not in error.message
    return f"{path}: {error.message}" if unnamed else error.message


def _written(stream: TextIO) -> TextIO:
    """The same stream, which tells apart what cannot be written, and holds every character."""
    errors = stream.errors or "strict"
    return io.TextIOWrapper(
        io.BufferedWriter(_Descriptor(stream.fileno(), "w", closefd=False)),
        encoding="utf-8" if codecs.lookup(stream.encoding).name == "ascii" else stream.encoding,
        errors="replace" if errors in _LOSING else errors,
        line_buffering=stream is sys.stderr or stream.isatty(),
    )


def _discard(stream: TextIO) -> None:
    """Let what a stream still holds, and what is written from now on, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
