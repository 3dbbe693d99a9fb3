"""A worker may loop, grow, crash or lie: the pool answers with one error and goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from briefings.containment import WorkerPool
from briefings.errors import ContainmentError, NotAFeed
from tests.fakes import contained_tasks as tasks

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool("test", size=1, memory_mb=64, deadline_s=5.0)
    yield pool
    await pool.close()


async def test_values_of_the_model_travel_both_ways(pool: WorkerPool) -> None:
    now = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)

    feed = await pool.run(tasks.parsed, b"1" * 16, seen=frozenset({b"a", b"b"}), now=now)

    assert feed == tasks.parsed(b"1" * 16, seen=frozenset({b"a", b"b"}), now=now)


async def test_an_idle_process_is_used_again(pool: WorkerPool) -> None:
    assert await pool.run(tasks.process_id) == await pool.run(tasks.process_id)


async def test_as_many_processes_as_places_work_at_once() -> None:
    pool = WorkerPool("test", size=2)
    ids = await asyncio.gather(*(pool.run(tasks.process_id, 0.3) for _ in range(4)))
    await pool.close()

    assert len(set(ids)) == 2
    assert not any(map(psutil.pid_exists, ids))


async def test_the_current_directory_does_not_matter(
    pool: WorkerPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('imported from the current directory')")
    monkeypatch.chdir(tmp_path)

    assert await pool.run(tasks.process_id) != os.getpid()


async def test_printing_and_reading_do_not_disturb_the_frames(pool: WorkerPool) -> None:
    assert await pool.run(tasks.printing) == ""
    assert await pool.run(tasks.process_id, 0.0)


async def test_a_task_that_does_not_end_is_stopped_and_the_worker_replaced() -> None:
    pool = WorkerPool("test", deadline_s=0.5)
    first = await pool.run(tasks.process_id)

    with pytest.raises(ContainmentError) as caught:
        await pool.run(tasks.spin)

    assert caught.value.ids["reason"] == "time"
    assert not psutil.pid_exists(first)
    assert await pool.run(tasks.process_id) != first
    assert pool.kills == {"time": 1}
    await pool.close()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is capped on Linux only")
async def test_a_task_that_grows_is_stopped(pool: WorkerPool) -> None:
    assert await pool.run(tasks.grow, 16) == 16 * 2**20
    with pytest.raises(ContainmentError) as caught:
        await pool.run(tasks.grow, 128)

    assert caught.value.ids["reason"] == "memory"
    assert "64 MB" in str(caught.value)
    assert pool.kills == {"memory": 1}
    assert await pool.run(tasks.grow, 16) == 16 * 2**20


@pytest.mark.parametrize("task", [tasks.leave, tasks.crash, tasks.fail, tasks.lie])
async def test_a_task_that_breaks_is_reported_as_dead(
    pool: WorkerPool, task: Callable[[], object]
) -> None:
    with pytest.raises(ContainmentError) as caught:
        await pool.run(task)

    assert caught.value.ids["reason"] == "died"
    assert pool.kills == {"died": 1}
    assert await pool.run(tasks.process_id)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"\xff" * 64, id="a reply of 4 GiB"),
        pytest.param(b"\x00\x00\x00\x02\xc1\xc1", id="not msgpack"),
        pytest.param(b"\x00\x00\x00\x08" + b"\x81\xa4type\xa4X"[:8], id="cut short"),
        pytest.param(b"\x00\x00\x00\x0c\x81\xa4type\xa5Other", id="a reply nobody defined"),
        pytest.param(b"\x00\x01\x00\x00" + b"\x91" * 0x10000, id="65,536 lists in each other"),
    ],
)
async def test_a_forged_reply_ends_the_worker(pool: WorkerPool, frame: bytes) -> None:
    with pytest.raises(ContainmentError) as caught:
        await pool.run(tasks.forge, frame)

    assert caught.value.ids["reason"] == "died"
    assert await pool.run(tasks.process_id)


async def test_our_own_errors_come_back_as_they_were_raised(pool: WorkerPool) -> None:
    with pytest.raises(NotAFeed) as caught:
        await pool.run(tasks.refuse, "https://example.com/feed")

    assert caught.value.message == "No feed here."
    assert caught.value.remedy == "Try another."
    alternates = ("https://example.com/feed",)
    assert caught.value.ids == {"alternates": alternates, "size": 3, "at": "x"}
    assert not pool.kills


async def test_nothing_of_the_environment_is_passed_on(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary")
    monkeypatch.setenv("PYTHONSTARTUP", "canary")

    environment = await pool.run(tasks.environment)

    allowed = {"PATH", "LANG", "LC_CTYPE", "PYTHONPATH"}
    assert {n for n in environment if not n.endswith("_NUM_THREADS")} <= allowed


async def test_limits_hold_from_the_first_task_on(pool: WorkerPool) -> None:
    limits = await pool.run(tasks.limits)

    assert limits == {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 64}


async def test_network_programs_and_files_are_denied(pool: WorkerPool, tmp_path: Path) -> None:
    connections = 0

    def count(_reader: object, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    kept = tmp_path / "kept"
    kept.write_text("here")
    server = await asyncio.start_server(count, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    attempts = [
        pool.run(tasks.connect, port),
        pool.run(tasks.start_program),
        pool.run(tasks.write_file, str(tmp_path / "new")),
        pool.run(tasks.write_descriptor, str(tmp_path / "new")),
        pool.run(tasks.remove_file, str(kept)),
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    server.close()
    await server.wait_closed()

    errors = [o.ids["error"] for o in outcomes if isinstance(o, ContainmentError)]
    assert errors == ["PermissionError"] * len(attempts)
    assert connections == 0
    assert os.listdir(tmp_path) == ["kept"]


async def test_cancelling_a_run_stops_its_worker(pool: WorkerPool) -> None:
    worker = await pool.run(tasks.process_id)
    running = asyncio.create_task(pool.run(tasks.process_id, 60.0))
    await asyncio.sleep(0.05)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert not psutil.pid_exists(worker)
    assert pool.kills == {"cancelled": 1}
    assert await pool.run(tasks.process_id)


async def test_a_worker_killed_while_idle_is_replaced_unnoticed(pool: WorkerPool) -> None:
    worker = await pool.run(tasks.process_id)
    os.kill(worker, signal.SIGKILL)
    await asyncio.sleep(0.2)

    assert await pool.run(tasks.process_id) != worker
    assert not pool.kills


async def test_closing_waits_for_the_task_under_way() -> None:
    pool = WorkerPool("test")
    running = asyncio.create_task(pool.run(tasks.process_id, 0.3))
    await asyncio.sleep(0.05)

    await pool.close()

    assert not psutil.pid_exists(await running)
    with pytest.raises(RuntimeError, match="closed"):
        await pool.run(tasks.process_id)


async def test_a_module_that_cannot_be_imported_is_a_dead_worker() -> None:
    pool = WorkerPool("test", preload=["briefings.no_such_module"])
    with pytest.raises(ContainmentError) as caught:
        await pool.run(tasks.process_id)
    await pool.close()

    assert caught.value.ids["reason"] == "died"


@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_does_not_outlive_its_parent(busy: bool) -> None:
    parent = f"""
        import asyncio, os, signal
        from briefings.containment import WorkerPool
        from tests.fakes import contained_tasks as tasks
        async def main():
            pool = WorkerPool("test", deadline_s=0.5)
            print(await pool.run(tasks.process_id), flush=True)
            if {busy}:
                asyncio.create_task(pool.run(tasks.spin))
                await asyncio.sleep(0.1)
            os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(main())
    """
    command = [sys.executable, "-c", textwrap.dedent(parent)]
    output = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False).stdout
    worker = int(output)

    give_up = time.monotonic() + 10
    while psutil.pid_exists(worker) and time.monotonic() < give_up:
        if psutil.Process(worker).status() == psutil.STATUS_ZOMBIE:
            break  # ended; nobody is left to collect it
        time.sleep(0.05)
    else:
        assert not psutil.pid_exists(worker)
