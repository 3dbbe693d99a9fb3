"""Digests in the console: kept before they are shown, found again, shown above what is typed."""

from __future__ import annotations

import asyncio
import fcntl
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.platforms import Connection, Host, console
from bot.platforms.console import inbound
from bot.platforms.console.outbound import Screen
from bot.platforms.console.poster import ConsolePoster
from bot.platforms.console.record import Posted, Record
from briefings.answers import Answer, Help
from briefings.errors import Overdue, Refused
from briefings.ports import Post, Poster
from briefings.subscriptions import Principal
from tests.fakes.clock import START, FakeClock
from tests.fakes.host import host_for

ROOT = Path(__file__).resolve().parents[1]
ZONE = ZoneInfo("Asia/Shanghai")
PAGE = "# Acme, weekly\n\n- Acme paid US$5 million. [1]\n"


class Lines(io.StringIO):
    """A screen's stream. `gone`: it takes nothing; `on_write` is told of every write."""

    def __init__(self, on_write: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.gone = False
        self.on_write = on_write

    def write(self, text: str) -> int:
        self.on_write()
        if self.gone:
            raise OSError(5, "Input/output error")
        return super().write(text)


def opened(folder: Path, out: io.StringIO | None = None) -> ConsolePoster:
    screen = Screen.of(out or io.StringIO(), ZONE)
    return ConsolePoster(Record(folder / "console.jsonl", wait_s=0.05), screen, FakeClock())


def post(key: str = "k1", payload: str = PAGE, number: int = 1, total: int = 1) -> Post:
    return Post(inbound.CHANNEL, key, payload, number, total, "", START)


def posted(number: int) -> Posted:
    return Posted(
        id=f"id{number}",
        key=f"k{number % 3}",
        number=1,
        total=1,
        posted_at=START,
        payload=f"第{number}页\n",
    )


def ready() -> None:
    pass


def kept(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "console.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


# --- posting ------------------------------------------------------------------------------------


async def test_a_post_is_kept_shown_and_found(tmp_path: Path) -> None:
    out = io.StringIO()
    poster: Poster = opened(tmp_path, out)
    assert await poster.copies(post()) == ()
    (payload,) = poster.prepare(PAGE)
    assert payload == PAGE
    id_ = await poster.send(post(payload=payload, total=2), ready)
    await poster.send(post("k2", "And more.", number=2, total=2), ready)
    assert await poster.copies(post()) == (id_,)
    header, title, underline, *rest = out.getvalue().splitlines()
    assert header.startswith("Digest  Mon 02 Mar 2026, 17:00 Asia/Shanghai ──")
    assert (title, underline) == ("Acme, weekly", "============")
    assert rest == ["", " • Acme paid US$5 million. [1]", "", "And more.", ""]
    first, shown, *_ = kept(tmp_path)
    assert first == {
        "id": id_,
        "key": "k1",
        "number": 1,
        "total": 2,
        "posted_at": "2026-03-02T09:00:00Z",
        "payload": PAGE,
        "deleted": False,
    }
    assert shown == {"id": id_, "shown": True}
    assert (tmp_path / "console.jsonl").stat().st_mode & 0o777 == 0o600


async def test_it_is_on_the_disk_before_it_is_on_the_screen(tmp_path: Path) -> None:
    found: list[int] = []
    out = Lines(lambda: found.append(len(kept(tmp_path))))
    await opened(tmp_path, out).send(post(), ready)
    assert found[0] == 1


async def test_what_ready_raises_keeps_it_from_being_posted(tmp_path: Path) -> None:
    def late() -> None:
        raise Overdue("Too late.")

    out = io.StringIO()
    poster = opened(tmp_path, out)
    with pytest.raises(Overdue):
        await poster.send(post(), late)
    assert (kept(tmp_path), out.getvalue()) == ([], "")


async def test_copies_are_listed_oldest_first_until_they_are_deleted(tmp_path: Path) -> None:
    poster = opened(tmp_path)
    ids = [await poster.send(post(), ready) for _ in range(3)]
    await poster.send(post("other"), ready)
    assert await poster.copies(post()) == tuple(ids)
    await poster.delete(post(), ids[1])
    await poster.delete(post(), ids[1])
    await poster.delete(post(), "never-there")
    assert await poster.copies(post()) == (ids[0], ids[2])
    assert await opened(tmp_path).copies(post()) == (ids[0], ids[2])
    assert len(kept(tmp_path)) == 9


async def test_an_alert_is_shown_and_not_kept(tmp_path: Path) -> None:
    out = Lines()
    poster = opened(tmp_path, out)
    await poster.alert(inbound.CHANNEL, "me", "Digest **3** was not delivered.")
    header, text, _ = out.getvalue().splitlines()
    assert header.startswith("Needs attention ──")
    assert text == "Digest 3 was not delivered."
    out.gone = True
    with pytest.raises(Refused, match="does not show"):
        await poster.alert(inbound.CHANNEL, "me", "Again.")


# --- crashes ------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(min_value=0, max_value=1_000))
def test_a_torn_end_is_ignored_and_cut_off(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / "console.jsonl"
    whole = Record(path)
    for number in range(5):
        whole.add(posted(number), ready)
    left = path.read_bytes()[: cut % (path.stat().st_size + 1)]
    path.write_bytes(left)
    ended = left.count(b"\n")
    record = Record(path)
    assert [unseen.id for unseen in record.unseen()] == [f"id{n}" for n in range(ended)]
    record.add(posted(7), ready)
    wanted = [f"id{n}" for n in range(ended) if n % 3 == 1] + ["id7"]
    assert list(record.copies("k1")) == list(Record(path).copies("k1")) == wanted


async def test_what_a_kill_kept_from_the_screen_is_shown_at_the_next_start(tmp_path: Path) -> None:
    died = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.test_console_posts", str(tmp_path), cwd=ROOT
    )
    assert await died.wait() == -signal.SIGKILL
    out = io.StringIO()
    poster = opened(tmp_path, out)
    assert len(await poster.copies(post())) == 1
    await poster.show_missed()
    assert out.getvalue().count("Acme, weekly") == 1
    await poster.show_missed()
    await opened(tmp_path, out).show_missed()
    assert out.getvalue().count("Acme, weekly") == 1


async def test_a_screen_that_is_gone_makes_no_post_uncertain(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = Lines()
    out.gone = True
    id_ = await opened(tmp_path, out).send(post(), ready)
    assert "could not be shown" in caplog.text
    later = io.StringIO()
    poster = opened(tmp_path, later)
    assert await poster.copies(post()) == (id_,)
    await poster.show_missed()
    assert "Acme, weekly" in later.getvalue()


async def test_a_full_disk_refuses_and_leaves_nothing(tmp_path: Path) -> None:
    poster = opened(tmp_path)
    first = await poster.send(post(), ready)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (tmp_path / "console.jsonl").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, before[1]))
    try:
        with pytest.raises(Refused, match=r"console\.jsonl.*cannot be used"):
            await poster.send(post(), ready)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "console.jsonl").stat().st_size == size + 40  # torn
    second = await poster.send(post(), ready)
    assert await poster.copies(post()) == (first, second)
    assert len(kept(tmp_path)) == 4


# --- others -------------------------------------------------------------------------------------


async def test_a_lock_that_is_not_given_back_refuses(tmp_path: Path) -> None:
    poster = opened(tmp_path)
    with (tmp_path / "console.jsonl").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Refused):
            await poster.send(post(), ready)
    assert await poster.copies(post()) == ()


async def test_a_folder_that_is_gone_refuses(tmp_path: Path) -> None:
    poster = opened(tmp_path / "gone")
    with pytest.raises(Refused, match="data folder"):
        await poster.copies(post())
    await poster.show_missed()


def test_several_writers_do_not_tear_each_others_lines(tmp_path: Path) -> None:
    path = tmp_path / "console.jsonl"

    def write(writer: int) -> None:
        record = Record(path)
        for number in range(30):
            record.add(posted(writer * 30 + number), ready)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert {line["id"] for line in kept(tmp_path)} == {f"id{n}" for n in range(120)}


def test_appends_of_others_and_another_file_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "console.jsonl"
    ours, theirs = Record(path), Record(path)
    theirs.add(posted(1), ready)
    assert ours.copies("k1") == ("id1",)
    theirs.add(posted(4), ready)
    theirs.delete("k1", "id1")
    assert ours.copies("k1") == ("id4",)
    path.rename(tmp_path / "old.jsonl")
    assert ours.copies("k1") == ()
    ours.add(posted(7), ready)
    assert theirs.copies("k1") == ("id7",)
    path.write_text('no json\n{"id": 3}\n', encoding="utf-8")
    assert ours.copies("k1") == ()


# --- beside what is typed and piped -------------------------------------------------------------


def host(folder: Path, asked: asyncio.Event | None = None) -> Host:
    async def ask(line: str, principal: Principal) -> Answer:
        if asked:
            asked.set()
        return Help((("/intel help", f"about {line}"),))

    return host_for(ask, folder, zone=ZONE)


async def test_a_half_typed_line_survives_a_digest(tmp_path: Path) -> None:
    out, asked = io.StringIO(), asyncio.Event()
    screen = Screen.of(out, ZONE)
    poster = ConsolePoster(Record(tmp_path / "console.jsonl"), screen, FakeClock())
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        talking = asyncio.create_task(inbound.converse(host(tmp_path, asked), screen))
        keys.send_text("first\r")
        await asked.wait()
        keys.send_text("sec")
        await poster.send(post(), ready)
        assert "Acme, weekly" in out.getvalue()
        keys.send_text("ond\r\x04")
        assert await talking == 0
    assert "about second" in out.getvalue()


async def test_digests_come_between_the_answers_to_piped_lines(tmp_path: Path) -> None:
    answered, (read, write) = asyncio.Event(), os.pipe()
    out = Lines(answered.set)
    screen = Screen.of(out, ZONE)
    poster = ConsolePoster(Record(tmp_path / "console.jsonl"), screen, FakeClock())
    answering = asyncio.create_task(inbound.answer_lines(host(tmp_path), screen, read))
    try:
        os.write(write, b"one\n")
        await answered.wait()
        await poster.send(post(), ready)
        os.write(write, b"two\n")
    finally:
        os.close(write)
        status = await answering
        os.close(read)
    assert status == 0
    order = [out.getvalue().index(what) for what in ("about one", "Acme, weekly", "about two")]
    assert order == sorted(order)


async def test_an_open_console_has_a_poster(tmp_path: Path) -> None:
    async with console.open(host(tmp_path)) as opened_console:
        connection: Connection = opened_console
        assert (connection.poster.pace_s, connection.poster.nonce_s) == (0, 0)
        assert await connection.poster.copies(post()) == ()


async def _die(folder: Path) -> None:
    out = Lines(lambda: os.kill(os.getpid(), signal.SIGKILL))
    await opened(folder, out).send(post(), ready)


if __name__ == "__main__":
    asyncio.run(_die(Path(sys.argv[1])))
