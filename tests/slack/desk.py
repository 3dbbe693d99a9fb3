"""A desk in the loopback Slack, with the form and the Home tab and nothing else.

The app is the real one over a real socket; `/intel <words>` opens the form.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import insert, select

from bot.commands import answer
from bot.platforms import Host
from bot.platforms.slack import forms, home
from bot.platforms.slack.limits import check
from bot.platforms.slack.people import standing
from briefings import query
from briefings.answers import Answer, Choice, SubscriptionList, SubscriptionRow
from briefings.store import Store
from briefings.store.engine import connect
from briefings.store.tables import channels, subscriptions
from briefings.subscribing import Subscribing
from briefings.subscriptions import Principal, Scope, Standing
from tests.fakes.catalogue import NAMING, ORGANISATIONS
from tests.fakes.clock import START, FakeClock
from tests.fakes.host import remembered_by
from tests.fakes.subscribing import FakeDigests
from tests.servers.slack import Channel, SlackServer, User, View, shapes

PRESETS = ("brief", "full", "headlines")
GOLDEN = Path(__file__).parents[1] / "golden" / "slack" / "views"


@dataclass(frozen=True)
class FakeSettings:
    """What the views read of the operator's settings."""

    secret_key: str = "a key of no less than thirty-two letters"
    slack_signing_secret: str = ""
    slack_app_token: str = "xapp-1-secret"
    slack_bot_token: str = "xoxb-secret"


SETTINGS = FakeSettings()


class Switched(Subscribing):
    """Subscribing that waits for `hold`, and raises `fails`, where a test says so."""

    hold: asyncio.Event | None = None
    fails: Exception | None = None

    async def subscribe(
        self, by: Principal, words: str, when: Sequence[str] = (), preset: str = ""
    ) -> SubscriptionList | Choice:
        if self.hold is not None:
            await self.hold.wait()
        if self.fails is not None:
            raise self.fails
        return await super().subscribe(by, words, when, preset)


@dataclass
class Desk:
    """The server, the people of its workspace and what the desk has on them."""

    slack: SlackServer
    host: Host
    store: Store
    url: str
    digests: FakeDigests
    subscribing: Switched
    commands: list[tuple[str, Principal]] = field(default_factory=list)

    def __post_init__(self) -> None:
        workspace = self.slack.acme
        self.people, self.ledger = self.slack.people, self.slack.ledger
        self.team, self.news, self.board = workspace.team, workspace.news, workspace.board
        self.ann, self.bob = workspace.ann, workspace.bob

    async def rows(self, channel: Channel) -> list[SubscriptionRow]:
        """The digests of a channel."""
        scope = Scope("slack", channel.team.id, channel.id)
        by = Principal(scope, "U-any", Standing.MEMBER, ZoneInfo("UTC"))
        return list((await self.subscribing.list(by)).rows)

    async def fill(self, channel: Channel, count: int, *, team: str = "") -> None:
        """Up to 27 digests, none on Acme and Globex, as the database keeps them."""
        ids = [organisation.id for organisation in ORGANISATIONS]
        pairs = [" ".join(pair) for pair in itertools.combinations(ids, 2)]
        topics = [*ids, *(pair for pair in pairs if pair != "acme globex")]
        database = connect(self.url)
        async with database.write() as connection:
            await connection.execute(
                insert(channels),
                {
                    "platform": "slack", "workspace": team or channel.team.id,
                    "channel": channel.id, "manager": "U-any", "last_number": count,
                },
            )  # fmt: skip
            wanted = select(channels.c.id).where(channels.c.channel == channel.id)
            channel_id = (await connection.execute(wanted)).scalar_one()
            rows = [
                {
                    "channel_id": channel_id, "number": number,
                    "topics": topics[number - 1],
                    "frequency": "weekly", "day": 0, "wall_time": "09:00",
                    "zone": "Asia/Shanghai", "preset": "brief", "created_by": "U-any",
                    "created_at": START, "version": 1, "last_wall": "",
                    "next_wall": "2026-03-09T09:00", "next_due": START, "paused": "",
                }
                for number in range(1, count + 1)
            ]  # fmt: skip
            await connection.execute(insert(subscriptions), rows)
        await database.close()

    async def home(self, user: User, *, after: str = "") -> View:
        """Somebody's Home tab, once it is another than that of a hash."""

        def changed() -> View | None:
            view = self.ledger.home(self.team, user.id)
            return view if view is not None and view.hash != after else None

        return await self.ledger.until("Home tab", changed)

    async def open_home(self, user: User) -> View:
        """Somebody's Home tab, once it shows what there is now."""
        before = self.ledger.home(self.team, user.id)
        await self.people.open_home(user)
        return await self.home(user, after=before.hash if before else "")

    async def press(self, view: View, action: str, value: str | None = None) -> View:
        """Press a button of a Home tab, and wait for what it shows then."""
        user, before = self.team.users[view.user], view.hash
        await self.people.press(view, action, value)
        return await self.home(user, after=before)


async def principal_of(client: AsyncWebClient, team: str, channel: str, user: str) -> Principal:
    """Somebody as Slack describes them now."""
    described = (await client.users_info(user=user))["user"]
    may = standing(described, team, listed=False)
    return Principal(Scope("slack", team, channel), user, may, ZoneInfo(described["tz"]))


@asynccontextmanager
async def open_desk(
    slack: SlackServer, url: str, clock: FakeClock, *, patience_s: float = forms.PATIENCE_S
) -> AsyncIterator[Desk]:
    """Connect the desk to the server, on a migrated database of its own."""
    store = await Store.open(url, clock=clock)
    digests = FakeDigests()
    subscribing = Switched(store, NAMING, digests, PRESETS, clock)  # type: ignore[arg-type]
    core = query.Desk(
        store=store,
        ingest=None,  # type: ignore[arg-type]
        watcher=None,  # type: ignore[arg-type]
        subscribing=subscribing,
        ledger=store.ledger(NAMING.voice_of),
        naming=NAMING,
        clock=clock,
        version="1.2.3",
        watching=True,
        delivering=True,
    )
    asked: list[tuple[str, Principal]] = []

    async def ask(text: str, principal: Principal) -> Answer:
        asked.append((text, principal))
        return await answer(text, core, principal)

    host = Host(
        ask=ask,
        names=(),
        data_dir=Path("unused"),
        zone=ZoneInfo("UTC"),
        greeting="",
        desk=core,
        suggest=lambda text, limit: [
            (NAMING.with_owner(id), NAMING.display(id))
            for id in NAMING.matcher.suggest(text, limit)
        ],
        first_time=remembered_by(store),
        presets=PRESETS,
        settings=SETTINGS,
        database_url=url,
        clock=clock,
    )
    client = AsyncWebClient(slack.acme.token, base_url=slack.base_url, retry_handlers=[])
    app = AsyncApp(client=client)

    async def opening(
        ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        await ack()
        team = forms.workspace(context)
        who = await principal_of(client, team, body["channel_id"], body["user_id"])
        await forms.open_form(client, host, who, body["trigger_id"], body["text"])

    app.command("/intel")(opening)
    forms.listeners(app, host, principal_of, patience_s=patience_s)
    home.listeners(app, host, principal_of)
    socket = AsyncSocketModeHandler(app, slack.app_token)
    await socket.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield Desk(slack, host, store, url, digests, subscribing, asked)
    finally:
        await socket.close_async()  # type: ignore[no-untyped-call]
        await store.close()


def golden(name: str, view: Mapping[str, Any]) -> None:
    """Hold a view against its golden file, the limits and the official shapes."""
    assert check(view) == ()
    assert list(shapes.view(dict(view))) == []
    path = GOLDEN / f"{name}.json"
    text = json.dumps(view, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
