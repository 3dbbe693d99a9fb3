"""The composition root: settings, the shipped corpus, the heartbeat, platforms."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.app import App, build, in_chat
from bot.folders import load_settings
from bot.heart import beat, wants
from bot.platforms import Host
from bot.platforms.console.inbound import operator
from briefings.answers import (
    Answer,
    ArticleAnswer,
    Briefing,
    Failure,
    SourceList,
    Status,
    SubscriptionList,
)
from briefings.errors import CatalogError, SettingsError, StoreError
from briefings.ports import Clock, SystemClock
from briefings.store.tables import parts
from briefings.subscriptions import Principal, Scope, Standing
from config.settings import Settings
from tests.fakes.clock import FakeClock
from tests.fakes.poster import FakePoster
from tests.fakes.settings import ARTICLE, environment
from tests.servers.feeds import FeedServer, Item

OPERATOR = operator(ZoneInfo("UTC"))


def settings(tmp_path: Path, **more: str) -> Settings:
    return Settings.from_env(environment(tmp_path, **more))


def test_settings_come_from_the_environment_before_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INTELBRIEF_WATCH=off\nINTELBRIEF_LANGUAGE=zh\n")
    loaded = load_settings({"INTELBRIEF_WATCH": "on"}, tmp_path)
    assert (loaded.watch, loaded.language) == ("on", "zh")


def test_wrong_settings_are_one_error_naming_each(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"INTELBRIEF_WATCH": "x", "INTELBRIEF_WORKERS": "x"}, tmp_path)
    assert "INTELBRIEF_WATCH" in caught.value.message
    assert "INTELBRIEF_WORKERS" in caught.value.message


@pytest.mark.parametrize(
    ("watch", "people", "watching"),
    [("auto", True, True), ("auto", False, False), ("on", False, True), ("off", True, False)],
)
def test_what_runs_in_the_background(watch: str, people: bool, watching: bool) -> None:
    assert wants(watch, people=people) is watching


def test_a_chat_is_people(tmp_path: Path) -> None:
    assert not in_chat(settings(tmp_path))
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert in_chat(settings(tmp_path, **tokens))
    assert in_chat(settings(tmp_path, DISCORD_TOKEN="a.b.c"))


async def test_a_first_start_makes_everything_it_needs(tmp_path: Path) -> None:
    async with build(settings(tmp_path)) as app:
        sources = await app.ask("/intel sources", OPERATOR)
        status = await app.ask("/intel status", OPERATOR)
        briefing = await app.ask("/intel 9111.HK", OPERATOR)
    assert isinstance(sources, SourceList)
    assert [row.publisher for row in sources.rows] == ["The Wire"]
    assert isinstance(status, Status)
    assert status.database.startswith("SQLite")
    assert "INTELBRIEF_WATCH" in status.problems[0]
    assert isinstance(briefing, Briefing)
    assert briefing.articles == 0


async def test_a_timeline_command_has_a_picture_and_no_other_has(tmp_path: Path) -> None:
    configured = Settings.from_env(environment(tmp_path, articles=(ARTICLE,)))
    async with build(configured) as app:
        found = await app.picture("/intel timeline acme", OPERATOR)
        again = await app.picture("timeline acme globex since 2013", OPERATOR)
        others = [
            await app.picture(text, OPERATOR)
            for text in ("acme", "timeline parcel", "timeline", "timeline acme asof 2001", "")
        ]
    assert found is not None
    assert found.png.startswith(b"\x89PNG\r\n")
    assert found.title == "Timeline of Acme"
    assert found.alt == (
        "Timeline of Acme: 1 event of 2013-05-07. "
        "reported 2013-05-07: Stake: Acme, Globex · 18%, US$586 million."
    )
    assert again is not None
    assert again.title == "Timeline of Acme and Globex"
    assert others == [None] * 5
    assert "PNG" not in repr(found)


async def test_the_shipped_corpus_is_loaded_once_and_again_when_it_changed(tmp_path: Path) -> None:
    wanted = Settings.from_env(environment(tmp_path, articles=(ARTICLE,)))
    async with build(wanted) as app:
        briefing = await app.ask("acme globex", OPERATOR)
        assert isinstance(briefing, Briefing)
        assert briefing.bottom_line[0].text == "Acme paid US$586 million for 18% of Globex."
        (article,) = await app.store.corpus.search("acme", limit=9)
        await app.store.corpus.set_points([(article, ["Changed by hand."])])
    async with build(wanted) as app:
        (same,) = await app.store.corpus.search("acme", limit=9)
        assert same.points == ("Changed by hand.",)
    corpus = tmp_path / "config" / "corpus.jsonl"
    corpus.write_text(json.dumps({**ARTICLE, "points": ["Acme paid 19%."]}), encoding="utf-8")
    async with build(wanted) as app:
        (changed,) = await app.store.corpus.search("acme", limit=9)
        assert (changed.id, changed.points) == (article.id, ("Acme paid 19%.",))
    elsewhere = replace(wanted, database_url="sqlite://")
    async with build(elsewhere) as app:
        assert (await app.store.corpus.totals()).articles == 1


async def test_a_wrong_data_file_or_folder_is_named(tmp_path: Path) -> None:
    wanted = settings(tmp_path)
    (tmp_path / "config" / "feeds.toml").write_text("[[feed]]\nurl = 1\n")
    with pytest.raises(CatalogError, match=r"feeds\.toml"):
        async with build(wanted):
            pass
    (tmp_path / "config" / "feeds.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"feeds\.toml"):
        async with build(wanted):
            pass


async def test_a_database_that_cannot_be_opened_is_an_error_of_ours(tmp_path: Path) -> None:
    wanted = settings(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError):
        async with build(wanted):
            pass


async def test_a_page_is_fetched_read_and_summarised(tmp_path: Path) -> None:
    body = "".join(
        f"<p>Acme said on Monday that it had bought {n}% of Globex for ${n} million in cash, and "
        "that the price would be paid over two years.</p>"
        for n in range(3, 12)
    )
    async with FeedServer(SystemClock()) as server:
        page = server.page("deal", f"<title>A deal</title><article><h1>A deal</h1>{body}</article>")
        inside = f"127.0.0.1:{server.port}"
        async with build(settings(tmp_path, INTERNAL_FEEDS=inside)) as app:
            answer = await app.ask(f"/intel summarize {page.url}", OPERATOR)
            again = await app.ask(f"/intel tldr {page.url}", OPERATOR)
            other = await app.ask(f"/intel summarize {server.url('nothing')}", OPERATOR)
        async with build(settings(tmp_path)) as app:
            refused = await app.ask(f"/intel summarize {server.url('elsewhere')}", OPERATOR)
    assert isinstance(answer, ArticleAnswer)
    assert answer == again
    assert 1 <= len(answer.points) <= 5
    assert answer.organisations == ("Acme", "Globex")
    assert isinstance(other, Failure)
    assert "404" in other.message
    assert isinstance(refused, Failure)
    assert len([asked for asked in server.asked if asked.path == "/deal"]) == 1
    assert not [asked for asked in server.asked if asked.path == "/elsewhere"]


async def test_a_beat_brings_what_is_due_and_sums_it_up(tmp_path: Path) -> None:
    item = Item("Acme buys Globex", "Acme bought Globex for $5 million. Nobody knew of it before.")
    async with FeedServer(SystemClock()) as server:
        feed = server.feed("wire", item)
        wanted = settings(tmp_path, feed=feed.url, INTERNAL_FEEDS=f"127.0.0.1:{server.port}")
        async with build(wanted) as app:
            await beat(app.heart.ask_feeds)
            await beat(app.heart.ask_feeds)
            briefing = await app.ask("acme", OPERATOR)
            assert not await app.store.corpus.without_points(1)
    assert isinstance(briefing, Briefing)
    assert briefing.bottom_line[0].text == "Acme bought Globex for $5 million."
    assert len(feed.asked) == 1


async def test_a_beat_that_stumbles_is_logged_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def stumble() -> None:
        raise StoreError("The disk is full.")

    await beat(stumble)
    assert "stumbled" in caplog.text


class Meeting:
    """A channel of a chat platform: whoever is there says some things, then waits and leaves."""

    def __init__(self, *said: str, status: int = 0, on: bool = True, clock: Clock) -> None:
        self.NAME = "meeting"
        self.said, self.status, self.on = said, status, on
        self.poster = FakePoster(clock)
        self.hosts: list[Host] = []
        self.answers: list[Answer] = []
        self.spoken, self.leave = asyncio.Event(), asyncio.Event()
        self.leave.set()

    def enabled(self, settings: object) -> bool:
        return self.on

    @asynccontextmanager
    async def open(self, host: Host) -> AsyncIterator[Meeting]:
        self.hosts.append(host)
        yield self

    async def serve(self) -> int:
        scope = Scope(self.NAME, "w", "c")
        for text in self.said:
            principal = Principal(scope, "ann", Standing.MANAGER, ZoneInfo("UTC"))
            self.answers.append(await self.hosts[0].ask(text, principal))
        self.spoken.set()
        await self.leave.wait()
        return self.status


async def test_every_enabled_platform_is_served(tmp_path: Path, clock: FakeClock) -> None:
    good, bad = Meeting(clock=clock), Meeting(status=1, clock=clock)
    bad.NAME = "another"
    off = Meeting(status=2, on=False, clock=clock)
    async with build(settings(tmp_path)) as app:
        assert await app.serve([good, bad, off]) == 1
    assert not off.hosts
    (host,) = good.hosts
    assert ("艾克美", "Acme") in host.names
    assert host.data_dir == tmp_path / "data"


async def test_a_subscription_made_in_a_channel_brings_its_digests_there(
    tmp_path: Path, clock: FakeClock
) -> None:
    wanted = Settings.from_env(environment(tmp_path, articles=(ARTICLE,)))
    meeting = Meeting("/intel subscribe acme daily 09:30 Asia/Shanghai", clock=clock)
    meeting.leave.clear()
    async with build(wanted, clock=clock) as app:
        serving = asyncio.create_task(app.serve([meeting]))
        await meeting.spoken.wait()
        (made,) = meeting.answers
        assert isinstance(made, SubscriptionList)
        await beat(app.heart.deliver_digests)
        assert meeting.poster.payloads() == []
        clock.advance(days=1)
        await beat(app.heart.deliver_digests)
        clock.advance(days=1)
        await beat(app.heart.deliver_digests)
        status = await app.ask("/intel status", OPERATOR)
        meeting.leave.set()
        await serving
    first, second = meeting.poster.payloads()
    assert "Acme paid US$586 million for 18% of Globex." in first
    assert "Acme paid" not in second
    assert "othing" in second
    assert isinstance(status, Status)
    assert status.sent == 2


async def test_a_beat_deletes_what_is_of_workspaces_that_were_left_a_week_ago(
    tmp_path: Path, clock: FakeClock
) -> None:
    meeting = Meeting("/intel subscribe acme daily 09:30", clock=clock)
    async with build(settings(tmp_path), clock=clock) as app:
        await app.serve([meeting])
        await app.desk.subscribing.uninstalled("meeting", "w")
        clock.advance(days=6)
        await beat(app.heart.forget_departed)
        assert await app.store.departures.workspaces("meeting") == {"w"}
        clock.advance(days=1)
        await beat(app.heart.forget_departed)
        assert await app.store.departures.workspaces("meeting") == set()


async def test_a_beat_deletes_what_is_long_over(tmp_path: Path, clock: FakeClock) -> None:
    meeting = Meeting("/intel subscribe acme daily 09:30 Asia/Shanghai", clock=clock)
    meeting.leave.clear()
    async with build(settings(tmp_path), clock=clock) as app:
        serving = asyncio.create_task(app.serve([meeting]))
        await meeting.spoken.wait()
        clock.advance(days=1)
        await beat(app.heart.deliver_digests)
        await beat(app.heart.forget_the_past)
        assert await messages(app) == 1
        clock.advance(days=31)
        await beat(app.heart.forget_the_past)
        assert await messages(app) == 0
        assert (await app.store.deliveries.totals()).sent == 1
        serves = replace(app.heart, delivering=True)
        assert serves.forget_the_past in await serves.duties()
        meeting.leave.set()
        await serving


async def messages(app: App) -> int:
    async with app.store.database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(parts)) or 0


async def test_closing_lets_a_poll_and_a_message_under_way_end(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    meeting = Meeting(clock=clock)
    meeting.poster.waiting, meeting.leave = asyncio.Event(), asyncio.Event()
    async with build(settings(tmp_path), clock=clock, delivering=True) as app:
        principal = Principal(Scope("meeting", "w", "c"), "ann", Standing.MANAGER, ZoneInfo("UTC"))
        await app.ask("/intel subscribe acme daily 09:30", principal)
        clock.advance(days=1)
        serving = asyncio.create_task(app.serve([meeting]))
        await meeting.poster.reached(1)
        serving.cancel()
        await asyncio.sleep(0)
        meeting.poster.waiting.set()
        await asyncio.wait({serving})
        assert await app.store.deliveries.undelivered(None) == []
        assert (await app.store.deliveries.totals()).sent == 1
    assert not caplog.records
