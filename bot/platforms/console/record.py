"""What was posted in the console: a file of JSON, one object a line, that outlives the process.

    post:     {"id", "key", "number", "total", "posted_at", "payload", "deleted": false}
    deleted:  {"id", "key", "deleted": true}
    shown:    {"id", "shown": true}

Several processes may write to it: each holds the file's lock while it reads or writes. A line
that a crash or a full disk has torn has no end; nobody reads it, and whoever writes next cuts it
off. The file is read once; after that, only what was appended since.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from briefings.errors import Ambiguous, Refused

LOCK_WAIT_S = 5.0
"""Less than a send may take in all."""
_LOCK_RETRY_S = 0.01
_CHUNK = 1 << 20


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """A post, as a line of the file has it."""

    id: str
    key: str
    number: int
    total: int
    posted_at: datetime
    payload: str
    deleted: bool = False


class _Line(msgspec.Struct, frozen=True):
    """Any line of the file."""

    id: str
    key: str = ""
    number: int = 0
    total: int = 0
    posted_at: datetime | None = None
    payload: str = ""
    deleted: bool = False
    shown: bool = False


_READER = msgspec.json.Decoder(_Line)


class Record:
    """The posts in a file; every method blocks, and may be called from any thread.

    Raises from every method:
        Refused: when the file cannot be read or written; then nothing has changed.
    """

    def __init__(self, path: Path, *, wait_s: float = LOCK_WAIT_S) -> None:
        self._path = path
        self._wait_s = wait_s
        self._turn = threading.Lock()
        self._file = (0, 0)
        """Which file was read (device and inode), and how much of it."""
        self._end = 0
        self._copies: dict[str, list[str]] = {}
        self._unseen: dict[str, Posted] = {}

    def add(self, posted: Posted, ready: Callable[[], None]) -> None:
        """Write a post to the disk; `ready` is called when nothing is left but writing.

        Raises:
            Ambiguous: when the disk does not say whether it took it.
        """
        with self._opened() as descriptor:
            ready()
            self._append(descriptor, msgspec.to_builtins(posted))
            self._sync(descriptor)

    def copies(self, key: str) -> tuple[str, ...]:
        """The ids of the posts under a key that were not deleted, oldest first."""
        with self._opened():
            return tuple(self._copies.get(key, ()))

    def delete(self, key: str, id_: str) -> None:
        """Write down that a post was deleted."""
        with self._opened() as descriptor:
            if id_ in self._copies.get(key, ()):
                self._append(descriptor, {"id": id_, "key": key, "deleted": True})
                self._sync(descriptor)

    def unseen(self) -> list[Posted]:
        """The posts that a crash kept from being shown, oldest first."""
        with self._opened():
            return list(self._unseen.values())

    def saw(self, id_: str) -> None:
        """Write down that a post was shown."""
        with self._opened() as descriptor:
            self._append(descriptor, {"id": id_, "shown": True})

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """The file, ours alone, and read to its end."""
        with self._turn, self._refusing():
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                self._lock(descriptor)
                self._catch_up(descriptor)
                yield descriptor
            finally:
                os.close(descriptor)

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Refused(
                f"{self._path}, where posts are kept, cannot be used: {error.strerror}.",
                remedy="Check the disk and the rights of the data folder.",
            ) from error

    def _lock(self, descriptor: int) -> None:
        until = time.monotonic() + self._wait_s
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(_LOCK_RETRY_S)

    def _catch_up(self, descriptor: int) -> None:
        """Read what was appended since the last look; all of it when the file is another one."""
        found = os.fstat(descriptor)
        if (found.st_dev, found.st_ino) != self._file or found.st_size < self._end:
            self._file, self._end = (found.st_dev, found.st_ino), 0
            self._copies, self._unseen = {}, {}
        pending = b""
        while chunk := os.pread(descriptor, _CHUNK, self._end + len(pending)):
            *lines, rest = (pending + chunk).split(b"\n")
            for line in lines:
                self._take(line)
            self._end += len(pending) + len(chunk) - len(rest)
            pending = rest

    def _take(self, line: bytes) -> None:
        try:
            read = _READER.decode(line)
        except msgspec.DecodeError:
            return  # somebody edited the file
        if read.shown or read.deleted:
            self._unseen.pop(read.id, None)
        if read.deleted:
            with contextlib.suppress(ValueError):
                self._copies.get(read.key, []).remove(read.id)
        elif not read.shown and read.posted_at is not None:
            self._copies.setdefault(read.key, []).append(read.id)
            self._unseen[read.id] = Posted(
                id=read.id,
                key=read.key,
                number=read.number,
                total=read.total,
                posted_at=read.posted_at,
                payload=read.payload,
            )

    def _append(self, descriptor: int, values: dict[str, object]) -> None:
        line = msgspec.json.encode(values)
        os.ftruncate(descriptor, self._end)  # a torn line
        left = line + b"\n"
        while left:
            left = left[os.write(descriptor, left) :]
        self._take(line)
        self._end += len(line) + 1

    def _sync(self, descriptor: int) -> None:
        try:
            os.fsync(descriptor)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # the file may be new
            finally:
                os.close(folder)
        except OSError as error:
            raise Ambiguous(
                f"The disk did not say whether it took what was posted: {error.strerror}."
            ) from error
