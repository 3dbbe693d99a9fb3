"""Worker processes within milliseconds: forked from one that has imported everything already.

    python -m tests.faults.forkserver SOCKET

Listens on a Unix socket. A line of JSON starts a worker for it and is answered by its pid; the
end of a worker, and its being stopped, are told on the connection it was started on. When that is
closed, its workers are killed; when the process that started this one ends, everything ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def fork_server() -> Iterator[Path]:
    """A running fork server; the path of its socket."""
    with tempfile.TemporaryDirectory(prefix="intelbrief-fork-") as folder:
        path = Path(folder, "socket")
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forkserver", str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        try:
            for _ in range(3000):
                if path.exists() or process.poll() is not None:
                    break
                time.sleep(0.01)
            yield path
        finally:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# --- the harness's side ---------------------------------------------------------------------------


@dataclass
class Process:
    """A worker process as the harness knows it."""

    pid: int
    exited: asyncio.Future[int]
    """Its exit code; the negative number of a signal."""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while the process stands still."""

    @property
    def alive(self) -> bool:
        return not self.exited.done()

    def signal(self, number: int) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
            if number == signal.SIGCONT:
                self.stopped.clear()

    async def kill(self) -> None:
        """Kill it and wait until it is gone."""
        self.signal(signal.SIGKILL)
        await asyncio.wait_for(asyncio.shield(self.exited), 10)


class Forks:
    """A connection to a fork server: the processes of one run."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._pids: asyncio.Queue[int] = asyncio.Queue()
        self._processes: dict[int, Process] = {}
        self._early: dict[int, int] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def connect(cls, path: Path) -> Forks:
        return cls(*await asyncio.open_unix_connection(str(path)))

    async def start(self, what: Mapping[str, Any]) -> Process:
        self._writer.write(json.dumps(what).encode() + b"\n")
        pid = await asyncio.wait_for(self._pids.get(), 10)
        return self._processes[pid]

    async def close(self) -> None:
        """Kill what still runs, and wait for the end of it."""
        for process in self._processes.values():
            process.signal(signal.SIGKILL)
        waiting = [process.exited for process in self._processes.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=10)
        self._listening.cancel()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _listen(self) -> None:
        while line := await self._reader.readline():
            said = json.loads(line)
            if "started" in said:
                future = asyncio.get_running_loop().create_future()
                self._processes[said["started"]] = Process(said["started"], future)
                self._pids.put_nowait(said["started"])
            elif "stopped" in said:
                self._processes[said["stopped"]].stopped.set()
            elif not self._processes[said["exited"]].exited.done():
                self._processes[said["exited"]].exited.set_result(said["code"])


# --- the server's side ----------------------------------------------------------------------------


class _Server:
    def __init__(self, path: Path) -> None:
        self._selector = selectors.DefaultSelector()
        self._owners: dict[int, socket.socket] = {}
        self._read: dict[socket.socket, bytes] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._wakeup, wake = socket.socketpair()
        self._wakeup.setblocking(False)
        wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self._wake = wake
        temporary = path.with_suffix(".tmp")
        self._listener.bind(str(temporary))
        self._listener.listen(64)
        temporary.rename(path)  # it is there once it can be asked

    def run(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wakeup, selectors.EVENT_READ)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                match key.fileobj:
                    case self._listener:
                        connection, _ = self._listener.accept()
                        self._selector.register(connection, selectors.EVENT_READ)
                        self._read[connection] = b""
                    case self._wakeup:
                        with contextlib.suppress(BlockingIOError):
                            self._wakeup.recv(4096)
                    case socket.socket() as connection:
                        self._hear(connection)
                    case _:
                        self._end()
                        return
            self._reap()

    def _hear(self, connection: socket.socket) -> None:
        try:
            said = connection.recv(1 << 16)
        except OSError:
            said = b""
        if not said:
            self._selector.unregister(connection)
            connection.close()
            self._read.pop(connection)
            for pid, owner in self._owners.items():
                if owner is connection:
                    os.kill(pid, signal.SIGKILL)
            return
        *lines, self._read[connection] = (self._read[connection] + said).split(b"\n")
        for line in lines:
            self._start(connection, json.loads(line))

    def _start(self, connection: socket.socket, what: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            self._become(what)
        self._owners[pid] = connection
        self._tell(pid, started=pid)

    def _become(self, what: dict[str, Any]) -> None:
        """A worker, from here to the end of the process."""
        code = 70
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            for each in (self._listener, self._wakeup, self._wake, *self._read):
                each.close()
            log = os.open(what["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            from tests.faults.worker import main

            code = main(what)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> None:
        while self._owners:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                self._tell(pid, stopped=pid)
                continue
            self._tell(pid, exited=pid, code=os.waitstatus_to_exitcode(status))
            self._owners.pop(pid, None)

    def _tell(self, pid: int, **said: int) -> None:
        with contextlib.suppress(OSError):
            self._owners[pid].sendall(json.dumps(said).encode() + b"\n")

    def _end(self) -> None:
        for pid in self._owners:
            os.kill(pid, signal.SIGKILL)
        for pid in tuple(self._owners):
            os.waitpid(pid, 0)


if __name__ == "__main__":
    import tests.faults.worker  # noqa: F401 - forked processes have it then

    _Server(Path(sys.argv[1])).run()
