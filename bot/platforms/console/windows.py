"""Which consoles are open on one data folder: each holds a share of a lock as long as it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class Windows:
    """The consoles of a data folder; this one is open while `opened` is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Hold a share of the lock; a disk that has no locks is done without."""
        with contextlib.suppress(OSError):
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._share()
            yield
        finally:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def others(self) -> bool:
        """Whether another console is open: then nobody can have the lock alone."""
        if self._descriptor < 0:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self._share()  # what failed, or was had alone for a moment, is a share again
        return False

    def _share(self) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
