"""Runs a task on hostile input in a process that may fail without harm.

    run -> a free place -> an idle worker, or a new one -> call -> reply, checked
                                 `-> too late, too large, dead: killed and replaced

A worker (`contained.py`) has no secrets in its environment, no network, no files to write and a
cap on memory; it does one task at a time. What it answers is as hostile as what it was given,
so replies are decoded against the task's annotations and nothing is ever unpickled.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import msgspec

from briefings import errors
from briefings.contained import (
    HEADER,
    Broke,
    Call,
    Done,
    Raised,
    Ready,
    Reply,
    Setup,
    signature_of,
)
from briefings.errors import ContainmentError, IntelbriefError

P = ParamSpec("P")
R = TypeVar("R")

START_DEADLINE_S = 30.0
STOP_DEADLINE_S = 2.0
MAX_REPLY_BYTES = 64 * 2**20
STDERR_KEPT_BYTES = 4096

_ROOT = Path(__file__).resolve().parent.parent
_ENVIRONMENT = {
    # Nothing is inherited: tokens and database addresses stay with the parent.
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(_ROOT),
    # One task at a time needs one thread; each further one costs memory for nothing.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_REASONS = {
    "time": "The input took longer than {deadline_s:g} s to process.",
    "memory": "The input took more than {memory_mb} MB of memory to process.",
    "died": "The process working on the input died.",
}
_log = logging.getLogger(__name__)


class WorkerPool:
    """Up to `size` contained processes, started when first needed.

    `memory_mb` is how far a worker may grow after importing the `preload` modules. `deadline_s`
    counts from handing over the task; waiting for a free worker and starting one do not count.
    `kills` counts stopped workers by reason: time, memory, died, cancelled.
    """

    def __init__(
        self,
        name: str,
        *,
        size: int = 1,
        memory_mb: int = 256,
        deadline_s: float = 5.0,
        preload: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.kills: Counter[str] = Counter()
        self._size = size
        self._setup = Setup(preload=tuple(preload), memory_mb=memory_mb)
        self._deadline_s = deadline_s
        self._places = asyncio.Semaphore(size)
        self._idle: list[_Worker] = []
        self._closed = False

    async def run(self, task: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `task` in a worker and give back its result.

        `task` is a module-level function whose parameters and result are annotated with types
        msgspec can carry.

        Raises:
            ContainmentError: the worker was stopped; `ids["reason"]` is time, memory or died.
            IntelbriefError: whatever the task itself raised, of the same class.
        """
        signature = signature_of(task)
        call = Call(
            module=task.__module__,
            task=task.__qualname__,
            deadline_s=self._deadline_s,
            arguments=msgspec.Raw(signature.encode_arguments(*args, **kwargs)),
        )
        async with self._places:
            if self._closed:
                raise RuntimeError(f"worker pool {self.name!r} is closed")
            result = await self._run_in_worker(call, signature.result)
        return cast(R, result)

    async def close(self) -> None:
        """Let running tasks end (they have a deadline), then the workers."""
        self._closed = True
        for _ in range(self._size):
            await self._places.acquire()
        await asyncio.gather(*(worker.stop() for worker in self._idle))
        self._idle.clear()
        for _ in range(self._size):
            self._places.release()

    async def _run_in_worker(self, call: Call, result_type: Any) -> object:
        worker: _Worker | None = None
        try:
            worker = await self._free_worker()
            async with asyncio.timeout(self._deadline_s):
                reply = await worker.ask(call)
            result = _open(reply, result_type)
        except IntelbriefError:  # raised by the task itself: the worker is sound
            self._idle.append(cast(_Worker, worker))
            raise
        except asyncio.CancelledError:
            await self._kill(worker, "cancelled", call)
            raise
        except TimeoutError:
            await self._kill(worker, "time", call)
            raise self._stopped("time", call) from None
        except _Broken as broken:
            await self._kill(worker, broken.reason, call)
            raise self._stopped(broken.reason, call, error=broken.error) from None
        self._idle.append(worker)
        return result

    async def _free_worker(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await worker.kill()
        return await _Worker.start(self._setup)

    async def _kill(self, worker: _Worker | None, reason: str, call: Call) -> None:
        self.kills[reason] += 1
        stderr = await worker.kill() if worker else b""
        # What a dying worker printed may quote the page it read: never above DEBUG.
        _log.debug("%s: stopped %s (%s): %r", self.name, call.task, reason, stderr)

    def _stopped(self, reason: str, call: Call, *, error: str = "") -> ContainmentError:
        message = _REASONS[reason].format(
            deadline_s=self._deadline_s, memory_mb=self._setup.memory_mb
        )
        task = f"{call.module}.{call.task}"
        return ContainmentError(message, reason=reason, pool=self.name, task=task, error=error)


class _Broken(Exception):
    """A worker that is of no use any more, and why."""

    def __init__(self, reason: str, error: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error


class _Worker:
    """One contained process, seen from the parent."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._calls = cast(asyncio.StreamWriter, process.stdin)
        self._replies = cast(asyncio.StreamReader, process.stdout)
        self._stderr = bytearray()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, setup: Setup) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-X", "utf8", "-m", "briefings.contained"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=_ENVIRONMENT,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(START_DEADLINE_S):
                await worker._exchange(setup, Ready)
        except BaseException as error:
            await worker.kill()
            if isinstance(error, TimeoutError):
                raise _Broken("died", "slow start") from None
            raise
        return worker

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, call: Call) -> Reply:
        reply: Reply = await self._exchange(call, Reply)
        return reply

    async def stop(self) -> None:
        """Close the pipe, which an idle worker takes as its end."""
        self._calls.close()
        try:
            async with asyncio.timeout(STOP_DEADLINE_S):
                await self._process.wait()
        except TimeoutError:
            pass
        finally:
            await self.kill()

    async def kill(self) -> bytes:
        """End the process for certain; gives back the end of what it wrote to stderr."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._calls.close()
        await asyncio.shield(self._reap())
        return bytes(self._stderr)

    async def _reap(self) -> None:
        await self._process.wait()
        await self._listening
        while await self._replies.read(2**16):  # until the pipe is empty its transport stays open
            pass

    async def _listen(self) -> None:
        stream = cast(asyncio.StreamReader, self._process.stderr)
        while chunk := await stream.read(STDERR_KEPT_BYTES):
            self._stderr += chunk
            del self._stderr[:-STDERR_KEPT_BYTES]

    async def _exchange(self, message: Setup | Call, expected: Any) -> Any:
        frame = msgspec.msgpack.encode(message)
        try:
            self._calls.write(HEADER.pack(len(frame)))
            self._calls.write(frame)
            await self._calls.drain()
            (length,) = HEADER.unpack(await self._replies.readexactly(HEADER.size))
            if length > MAX_REPLY_BYTES:
                raise _Broken("died", "oversized reply")
            return msgspec.msgpack.decode(await self._replies.readexactly(length), type=expected)
        except (ConnectionError, asyncio.IncompleteReadError):
            raise _Broken("died", "end of stream") from None
        except (msgspec.DecodeError, RecursionError):
            raise _Broken("died", "malformed reply") from None


def _open(reply: Reply, result_type: Any) -> object:
    """The result in a reply, checked against its type; raises what the task raised."""
    match reply:
        case Done(result):
            try:
                return msgspec.msgpack.decode(result, type=result_type)
            except (msgspec.DecodeError, RecursionError):
                raise _Broken("died", "malformed result") from None
        case Raised(kind, message, remedy, ids):
            error_class = getattr(errors, kind, None)
            if not (isinstance(error_class, type) and issubclass(error_class, IntelbriefError)):
                raise _Broken("died", "unknown error")
            raise error_class(message, remedy=remedy, **ids)
        case Broke(reason, error):
            raise _Broken(reason if reason in _REASONS else "died", error)
