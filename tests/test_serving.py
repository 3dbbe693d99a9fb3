"""Platforms side by side: one that cannot go on is reported, and the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import App, build
from bot.heart import beat
from bot.platforms import Host
from bot.serving import CONSOLE
from briefings.answers import Status
from briefings.errors import IntelbriefError, SettingsError
from briefings.ports import Clock
from briefings.subscriptions import Principal, Scope, Standing
from config.settings import Settings
from tests.fakes.clock import FakeClock
from tests.fakes.poster import FakePoster
from tests.fakes.settings import ARTICLE, environment

VOID = SettingsError("Its token is void.", remedy="Make another.")


@dataclass
class Chat:
    """A platform that answers until it is told to end, with a status or an error."""

    NAME: str
    clock: Clock
    end: asyncio.Future[int] = field(default_factory=asyncio.Future)
    serving: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    """Cleared, the platform is away."""
    refused: IntelbriefError | None = None
    """Why it cannot be opened."""

    def __post_init__(self) -> None:
        self.poster = FakePoster(self.clock)
        self.reached.set()

    def enabled(self, settings: object) -> bool:
        return True

    @asynccontextmanager
    async def open(self, host: Host) -> AsyncIterator[Chat]:
        try:
            await self.reached.wait()
            if self.refused is not None:
                raise self.refused
            yield self
        finally:
            self.left.set()

    async def serve(self) -> int:
        self.serving.set()
        return await asyncio.shield(self.end)


def somebody(platform: str) -> Principal:
    return Principal(Scope(platform, "w", "c"), "ann", Standing.MANAGER, ZoneInfo("UTC"))


@asynccontextmanager
async def served(
    tmp_path: Path, clock: FakeClock, *chats: Chat
) -> AsyncIterator[tuple[App, asyncio.Task[int]]]:
    """The program on these platforms, with nothing in the background."""
    wanted = Settings.from_env(environment(tmp_path, articles=(ARTICLE,)))
    platforms: Any = chats
    async with build(wanted, clock=clock) as app:
        serving = asyncio.create_task(app.serve(platforms, patience_s=0.2))
        try:
            for chat in chats:
                if chat.reached.is_set() and not any(each.refused for each in chats):
                    await chat.serving.wait()
            yield app, serving
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


async def given_up(app: App) -> None:
    """Wait until a platform is given up, and its poster with it."""
    before = len(app.serving.problems)
    while len(app.serving.problems) == before:  # noqa: ASYNC110 - nothing else tells of it
        await asyncio.sleep(0)


async def test_where_one_cannot_go_on_the_other_does_and_says_so(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = Chat("first", clock), Chat("second", clock)
    async with served(tmp_path, clock, first, second) as (app, serving):
        first.end.set_exception(VOID)
        await given_up(app)
        assert not serving.done()
        status = await app.ask("/intel status", somebody("second"))
        assert isinstance(status, Status)
        said = (
            "First is not served any more: Its token is void. Its digests wait. Make another. "
            "Then start the desk again."
        )
        assert said in status.problems
        second.end.set_result(0)
        assert await serving == 1
    assert "First is not served any more: Its token is void. Make another." in caplog.text


async def test_its_digests_wait_for_the_next_start_and_the_others_go_out(
    tmp_path: Path, clock: FakeClock
) -> None:
    first, second = Chat("first", clock), Chat("second", clock)
    async with served(tmp_path, clock, first, second) as (app, _):
        for platform in ("first", "second"):
            await app.ask("/intel subscribe acme daily 09:30", somebody(platform))
        first.end.set_exception(VOID)
        await given_up(app)
        clock.advance(days=1)
        await beat(app.heart.deliver_digests)
        assert [len(each.poster.payloads()) for each in (first, second)] == [0, 1]
        assert await app.store.deliveries.undelivered(None) == []
    again = Chat("first", clock)
    async with served(tmp_path, clock, again) as (app, _):
        await beat(app.heart.deliver_digests)
        assert again.poster.payloads() == second.poster.payloads()


async def test_the_error_of_the_last_chat_ends_the_program_also_beside_a_console(
    tmp_path: Path, clock: FakeClock
) -> None:
    chat, console = Chat("chat", clock), Chat(CONSOLE, clock)
    async with served(tmp_path, clock, chat, console) as (_, serving):
        chat.end.set_exception(VOID)
        with pytest.raises(SettingsError, match="Its token is void"):
            await serving


async def test_of_two_that_end_one_after_the_other_the_last_ends_the_program(
    tmp_path: Path, clock: FakeClock
) -> None:
    first, second = Chat("first", clock), Chat("second", clock)
    async with served(tmp_path, clock, first, second) as (app, serving):
        first.end.set_exception(VOID)
        await given_up(app)
        second.end.set_exception(IntelbriefError("The second is over, too."))
        with pytest.raises(IntelbriefError, match="The second is over"):
            await serving


async def test_a_console_that_fails_takes_no_chat_with_it(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    chat, console = Chat("chat", clock), Chat(CONSOLE, clock)
    async with served(tmp_path, clock, chat, console) as (app, serving):
        console.end.set_exception(OSError("a secret of the terminal's"))
        await given_up(app)
        assert not serving.done()
        status = await app.ask("/intel status", somebody("chat"))
        assert isinstance(status, Status)
        assert any("Something unexpected happened (OSError)." in each for each in status.problems)
        assert not any("a secret" in each for each in status.problems)
    assert "Console is not served any more" in caplog.text


async def test_nothing_to_serve_ends_well(tmp_path: Path, clock: FakeClock) -> None:
    async with served(tmp_path, clock) as (_, serving):
        assert await serving == 0


async def test_one_that_is_away_holds_nobody_up_and_comes_when_it_is_back(
    tmp_path: Path, clock: FakeClock
) -> None:
    away, there = Chat("away", clock), Chat("there", clock)
    away.reached.clear()
    async with served(tmp_path, clock, there, away) as (app, _):
        await there.serving.wait()
        status = await app.ask("/intel status", somebody("there"))
        assert isinstance(status, Status)
        assert "Away is not reached yet. Its digests wait." in status.problems
        assert [*app.posters] == ["there"]
        away.reached.set()
        await away.serving.wait()
        assert {*app.posters} == {"away", "there"}
        assert not app.serving.problems


async def test_one_that_is_set_up_wrongly_ends_the_program_at_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    wrong, right = Chat("wrong", clock), Chat("right", clock)
    wrong.refused = VOID
    async with served(tmp_path, clock, right, wrong) as (_, serving):
        with pytest.raises(SettingsError, match="Its token is void"):
            await serving
    assert not right.serving.is_set()
    assert right.left.is_set()


async def test_one_that_is_away_and_then_refuses_is_given_up(
    tmp_path: Path, clock: FakeClock
) -> None:
    away, there = Chat("away", clock), Chat("there", clock)
    away.reached.clear()
    async with served(tmp_path, clock, there, away) as (app, serving):
        await there.serving.wait()
        away.refused = VOID
        away.reached.set()
        while "not served any more" not in "".join(app.serving.problems):  # noqa: ASYNC110
            await asyncio.sleep(0)
        there.end.set_result(0)
        assert await serving == 1


async def test_one_that_is_given_up_is_left_and_one_that_ends_is_kept_for_what_is_being_posted(
    tmp_path: Path, clock: FakeClock
) -> None:
    first, second, third = (Chat(name, clock) for name in ("first", "second", "third"))
    async with served(tmp_path, clock, first, second, third) as (app, serving):
        first.end.set_exception(VOID)
        second.end.set_result(0)
        await given_up(app)
        assert first.left.is_set()
        assert not second.left.is_set()
        third.end.set_result(0)
        assert await serving == 1
    assert second.left.is_set()
