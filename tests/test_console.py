"""The console: what is shown at which width, piped lines, the prompt and its interruptions."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.cells import cell_len
from rich.console import Console

from bot.helping import COMPLETIONS
from bot.platforms import Host, discover
from bot.platforms.console import inbound
from bot.platforms.console.markup import THEME, ConsoleMarkdown
from bot.platforms.console.outbound import Screen, picture
from bot.platforms.console.prompt import CommandCompleter
from bot.platforms.console.windows import Windows
from briefings.answers import (
    Answer,
    Briefing,
    Choice,
    Failure,
    Help,
    SubscriptionList,
    Timeline,
)
from briefings.render import markdown
from briefings.render import picture as timeline_of
from briefings.subscriptions import Principal, Scope, Standing
from tests.fakes.answers import ANSWERS
from tests.fakes.articles import day
from tests.fakes.clock import START
from tests.fakes.host import host_for

ZONE = ZoneInfo("UTC")
WORD = re.compile(r"[^\W\d_]{2,}")


class Asked:
    """Answers what it is asked, and remembers it. `slow` hangs until it is cancelled."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.by: set[Principal] = set()
        self.cancelled = False
        self.hanging = asyncio.Event()
        self.reply: Answer | None = None

    async def __call__(self, line: str, principal: Principal) -> Answer:
        self.lines.append(line)
        self.by.add(principal)
        match line:
            case "bad":
                return Failure("It cannot be done.")
            case "unknown":
                return Choice("unknown", ambiguous=False, names=(), commands=())
            case "slow":
                try:
                    self.hanging.set()
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    self.cancelled = True
                    raise
        return self.reply or Help((("/intel help", f"about {line}"),))


def host(asked: Asked, folder: Path) -> Host:
    names = [("Acme", "Acme"), ("艾克美", "Acme"), ("Acme Cloud", "Acme")]
    return host_for(asked, folder, zone=ZONE, names=names)


async def pipe(data: bytes, folder: Path) -> tuple[int, Asked, str]:
    asked, out = Asked(), io.StringIO()
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    try:
        status = await inbound.answer_lines(host(asked, folder), Screen.of(out, UTC), read)
    finally:
        os.close(read)
    return status, asked, out.getvalue()


def printed(answer: Answer, width: int, *, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, theme=THEME, width=width, highlight=False, force_terminal=colour)
    console.print(ConsoleMarkdown(markdown(answer)))
    return out.getvalue()


# --- how answers look ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_is_cut_off_and_no_line_is_too_long(name: str, width: int) -> None:
    answer = ANSWERS[name]
    if isinstance(answer, Briefing):
        long = "阿里巴巴集团控股有限公司" * 12 + " " + "x" * 200
        answer = replace(answer, stories=(replace(answer.stories[0], headline=long),)
                         if answer.stories else ())  # fmt: skip
    shown = printed(answer, width)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    text = re.sub(r"\\(.)", r"\1", markdown(answer))
    wanted = "".join(WORD.findall(re.sub(r":--|--:", "", text)))
    assert sorted("".join(WORD.findall(shown.replace("\n", "")))) == sorted(wanted)


def test_colour_only_on_a_terminal() -> None:
    assert "\x1b[" not in printed(ANSWERS["briefing"], 80)
    assert "\x1b[" in printed(ANSWERS["briefing"], 80, colour=True)


def test_an_address_is_shown_as_it_is_written() -> None:
    assert "https://xn--fsqu00a.example/%E8%B7%AF" in printed(ANSWERS["briefing"], 80)


def test_a_picture_is_its_words_and_the_command_that_saves_it() -> None:
    page = (
        f"# Acme\n\n1. Last\n\n{timeline_of(['Acme Cloud', 'R&D [x]'])}\n\n![p](http://x.example)"
    )
    told = (
        "Timeline of Acme Cloud and R&D [x]: "
        "intelbrief ask timeline Acme Cloud 'R&D' '[x]' --png timeline.png"
    )
    out = io.StringIO()
    Console(file=out, theme=THEME, width=120).print(ConsoleMarkdown(page))
    lines = [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]
    assert lines == ["Acme", "====", " 1 Last", told, "p"]
    out = io.StringIO()
    console = Console(file=out, theme=THEME, width=120, highlight=False, force_terminal=True)
    console.print(ConsoleMarkdown(page))
    assert f"\x1b[2m{told}" in out.getvalue()
    assert "x.example" not in out.getvalue()


def test_a_title_cannot_speak_to_the_terminal() -> None:
    hostile = replace(ANSWERS["failure"], message="[red]x[/red] \\[1] ]8;;https://evil ")
    assert "[red]x[/red]" in printed(hostile, 80)


def test_an_answer_as_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "answer.svg"
    picture(ANSWERS["briefing"], UTC, path, width=80, title="acme globex")
    svg = path.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "586" in svg
    assert "@font-face" not in svg  # a viewer fetches nothing


# --- piped lines --------------------------------------------------------------------------------


async def test_each_line_is_answered_and_the_end_of_input_is_the_end(tmp_path: Path) -> None:
    status, asked, out = await pipe(
        b"one\n\n  # a comment\n/intel \xe9\x98\xbf\xe9\x87\x8c\nlast", tmp_path
    )
    assert (status, asked.lines) == (0, ["one", "/intel 阿里", "last"])
    assert "about one" in out
    assert not [line for line in out.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("line", ["bad", "unknown"])
async def test_a_line_that_was_not_answered_is_told_by_the_status(
    line: str, tmp_path: Path
) -> None:
    status, asked, _ = await pipe(f"{line}\none\n".encode(), tmp_path)
    assert (status, asked.lines) == (1, [line, "one"])


async def test_who_wants_to_leave_is_told_how(tmp_path: Path) -> None:
    status, asked, out = await pipe(b"exit\nQUIT\n/exit\none", tmp_path)
    assert (status, asked.lines) == (0, ["one"])
    assert out.count("Ctrl-D, or the end of the input, leaves.") == 3


async def test_a_second_console_is_told_of_where_a_digest_may_appear(tmp_path: Path) -> None:
    lock = tmp_path / "console.lock"
    first, second, third = Windows(lock), Windows(lock), Windows(tmp_path / "no folder" / "lock")
    with first.opened():
        assert not first.others()
        with second.opened():
            for _ in range(2):
                assert first.others()
                assert second.others()
        assert not first.others()
    with third.opened():
        assert not third.others()
    for others, line in ((True, "send 1"), (False, "send 1"), (True, "subscriptions")):
        asked, out = Asked(), io.StringIO()
        asked.reply = SubscriptionList((), "Digest 1 is being sent now.")
        read, write = os.pipe()
        os.write(write, line.encode())
        os.close(write)
        shown = Screen.of(out, UTC)
        await inbound.answer_lines(host(asked, tmp_path), shown, read, lambda o=others: o)
        os.close(read)
        assert ("may appear there" in out.getvalue()) == (others and line == "send 1")


def test_a_timeline_names_the_command_that_saves_its_picture() -> None:
    timeline = ANSWERS["timeline"]
    assert isinstance(timeline, Timeline)
    for asked, period in (
        (replace(timeline, since=None, as_of=START), ""),
        (replace(timeline, since=day("2018"), as_of=day("2020-01")), "since 2018 asof 2020-01 "),
    ):
        out = io.StringIO()
        Screen.of(out, UTC).show(asked)
        names = " ".join(timeline.topics)
        said = f"As a picture: intelbrief ask timeline {names} {period}--png timeline.png"
        assert said in " ".join(out.getvalue().split())


async def test_bytes_that_are_no_text_and_a_line_without_end(tmp_path: Path) -> None:
    status, asked, _ = await pipe(b"\xff\xfe\r\n" + b"x" * 30_000, tmp_path)
    assert status == 0
    assert [len(line) for line in asked.lines] == [3, 30_000]


# --- the prompt ---------------------------------------------------------------------------------


@contextmanager
def typing() -> Iterator[PipeInput]:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


async def test_the_prompt_answers_until_ctrl_d(tmp_path: Path) -> None:
    asked, out = Asked(), io.StringIO()
    with typing() as keys:
        keys.send_text("one\r\r\x03two\r\x04")
        status = await inbound.converse(host(asked, tmp_path), Screen.of(out, UTC))
    assert (status, asked.lines) == (0, ["one", "two"])
    (principal,) = asked.by
    assert principal.scope == Scope("console", "", "console")
    assert (principal.standing, principal.zone) == (Standing.OPERATOR, ZONE)
    assert principal.user
    assert out.getvalue().startswith("Hello.")
    assert "about two" in out.getvalue()
    history = tmp_path / "history"
    assert "one" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o777 == 0o600


async def test_ctrl_c_cancels_a_running_command_and_keeps_the_prompt(tmp_path: Path) -> None:
    asked, out = Asked(), io.StringIO()
    with typing() as keys:
        keys.send_text("slow\r")
        talking = asyncio.create_task(inbound.converse(host(asked, tmp_path), Screen.of(out, UTC)))
        await asked.hanging.wait()
        os.kill(os.getpid(), signal.SIGINT)
        keys.send_text("one\r\x04")
        assert await talking == 0
    assert asked.cancelled
    assert asked.lines == ["slow", "one"]
    assert "Cancelled." in out.getvalue()


async def test_closing_the_desk_cancels_what_is_running(tmp_path: Path) -> None:
    asked = Asked()
    with typing() as keys:
        keys.send_text("slow\r")
        talking = asyncio.create_task(
            inbound.converse(host(asked, tmp_path), Screen.of(io.StringIO(), UTC))
        )
        await asked.hanging.wait()
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking
        await asyncio.sleep(0)
    assert asked.cancelled


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ac", ["Acme", "Acme Cloud"]),
        ("/intel ac", ["Acme", "Acme Cloud"]),
        ("acme cl", ["Acme Cloud"]),
        ("globex 艾", ["艾克美"]),
        ("so", ["sources", "sources add", "sources remove"]),
        ("globex so", []),
        ("", []),
    ],
)
def test_completion(typed: str, offered: list[str]) -> None:
    completer = CommandCompleter(COMPLETIONS, host(Asked(), Path()).names)
    found = completer.get_completions(Document(typed), CompleteEvent())
    assert [completion.text for completion in found] == offered


def test_the_console_is_found_and_needs_no_settings() -> None:
    console = next(platform for platform in discover() if platform.NAME == "console")
    assert console.enabled(object())
