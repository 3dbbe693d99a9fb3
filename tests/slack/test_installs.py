"""Several workspaces: installing, whose token is used, what is kept and how, and leaving."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import text

from bot.platforms.slack.connection import SlackConnection
from bot.platforms.slack.installs import Installs, cipher
from bot.platforms.slack.settings import SCOPES
from bot.platforms.slack.states import States
from briefings.errors import Rejected, SettingsError
from briefings.ports import Post
from briefings.store.engine import connect as connect_database
from briefings.subscriptions import Standing
from tests.conftest import Databases
from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer, User
from tests.slack.desks import Answers, connected
from tests.slack.test_http_mode import free_port

# slack_sdk says it that way as long as aiohttp lets it.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

KEY = "k" * 40
OTHER_KEY = "o" * 40
PUBLIC = "https://desk.example"


@pytest.fixture
def answers() -> Answers:
    return Answers()


@asynccontextmanager
async def hosted(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, **more: str
) -> AsyncIterator[SlackConnection]:
    settings = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "SLACK_PUBLIC_URL": PUBLIC,
        "SLACK_PORT": str(free_port()),
        "SECRET_KEY": KEY,
        **more,
    }
    async with connected(slack, tmp_path, clock, answers, **settings) as connection:
        yield connection


class Browser:
    """What a browser does for somebody who installs the app; it keeps one cookie jar."""

    def __init__(self, slack: SlackServer, connection: SlackConnection) -> None:
        self._slack = slack
        self._root = f"http://127.0.0.1:{connection.port}"
        self.cookie = ""

    async def get(self, path: str) -> tuple[int, str, str]:
        """Status, text and where to go on."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(self._root + path, headers=headers, allow_redirects=False) as answer,
        ):
            if set_one := answer.headers.get("Set-Cookie"):
                ((name, morsel),) = SimpleCookie(set_one).items()
                assert morsel["secure"]
                assert morsel["httponly"]
                self.cookie = f"{name}={morsel.value}" if morsel.value != "deleted" else ""
            return answer.status, await answer.text(), answer.headers.get("Location", "")

    async def begin(self) -> str:
        """Open the page that installs: the address at Slack it leads to."""
        status, _, location = await self.get("/slack/install")
        assert status == 302
        return location

    def allow(self, authorize: str, user: User, *, org_wide: bool = False) -> str:
        """Press Allow at Slack: the path it sends the browser back to."""
        back = self._slack.consent(authorize, user, org_wide=org_wide)
        assert back.startswith(f"{PUBLIC}/slack/oauth_redirect?")
        return back.removeprefix(PUBLIC)

    async def install(self, user: User, *, org_wide: bool = False) -> tuple[int, str]:
        status, text, _ = await self.get(self.allow(await self.begin(), user, org_wide=org_wide))
        return status, text


# --- installing ---------------------------------------------------------------------------------


async def test_two_workspaces_install_it_and_each_is_answered_with_its_own_token(
    slack_two: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    slack, acme, globex = slack_two, slack_two.acme, slack_two.globex
    async with hosted(slack, tmp_path, clock, answers) as connection:
        for workspace in (acme, globex):
            status, text = await Browser(slack, connection).install(workspace.ann)
            assert status == 200
            assert f"intelbrief is in {workspace.team.name}" in text
        for workspace in (acme, globex):
            done = await slack.people.mention(workspace.news, workspace.bob, "help")
            await done.reply()
            await (await slack.people.slash(workspace.news, workspace.ann, "help")).reply()
    posted = slack.ledger.calls("chat.postMessage")
    assert [(asked.team, asked.outcome) for asked in posted] == [
        (acme.id, "ok"),
        (globex.id, "ok"),
    ]
    found = {(who.scope.workspace, who.standing) for _, who in answers.asked}
    assert len(found) == 4
    assert (globex.id, Standing.MANAGER) in found


async def test_what_slack_is_asked_for(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with hosted(slack, tmp_path, clock, answers) as connection:
        authorize = await Browser(slack, connection).begin()
    query = parse_qs(urlsplit(authorize).query)
    assert query["scope"] == [",".join(SCOPES)]
    assert query.get("user_scope", [""]) == [""]
    assert query["redirect_uri"] == [f"{PUBLIC}/slack/oauth_redirect"]
    assert len(query["state"][0]) == 43  # 256 bits


async def test_a_state_is_refused_when_reused_expired_of_another_browser_or_missing(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    ann = slack.acme.ann
    async with hosted(slack, tmp_path, clock, answers) as connection:
        browser = Browser(slack, connection)
        back = browser.allow(await browser.begin(), ann)
        cookie = browser.cookie
        good = await browser.get(back)
        browser.cookie = cookie
        reused = await browser.get(back)

        browser = Browser(slack, connection)
        back = browser.allow(await browser.begin(), ann)
        clock.advance(minutes=10)
        expired = await browser.get(back)

        browser = Browser(slack, connection)
        back = browser.allow(await browser.begin(), ann)
        other = await Browser(slack, connection).get(back)

        browser = Browser(slack, connection)
        back = browser.allow(await browser.begin(), ann)
        missing = await browser.get(back.partition("&state=")[0])
        cancelled = await browser.get("/slack/oauth_redirect?error=access_denied")
    assert good[0] == 200
    assert [each[0] for each in (reused, expired, other, missing)] == [401, 401, 400, 400]
    for refused in (reused, expired, other, missing, cancelled):
        assert "Not installed" in refused[1]
        assert f"{PUBLIC}/slack/install" in refused[1]
    assert len(slack.ledger.calls("oauth.v2.access")) == 1


async def test_one_of_two_who_bring_a_state_at_once_is_let_in(
    tmp_path: Path, clock: FakeClock
) -> None:
    database = connect_database(f"sqlite:///{tmp_path / 'states.db'}")
    states = States(database, clock)
    await states.open()
    state = await states.async_issue()
    found = await asyncio.gather(*(states.async_consume(state) for _ in range(8)))
    await database.close()
    assert sorted(found) == [False] * 7 + [True]


async def test_nothing_that_is_not_slacks_gets_onto_a_page(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with hosted(slack, tmp_path, clock, answers) as connection:
        _, text, _ = await Browser(slack, connection).get(
            "/slack/oauth_redirect?error=%3Cscript%3Ealert(1)%3C/script%3E"
        )
    assert "<script>" not in text


# --- what is kept -------------------------------------------------------------------------------


def searched(folder: Path, *needles: bytes) -> list[list[str]]:
    """The files of a folder, and those that have each needle in them."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    having = ([path.name for path in files if each in path.read_bytes()] for each in needles)
    return [[path.name for path in files], *having]


async def test_no_token_stands_in_the_database_or_the_log(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    answers: Answers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    acme = slack.acme
    async with hosted(slack, tmp_path, clock, answers) as connection:
        await Browser(slack, connection).install(acme.ann)
        await (await slack.people.mention(acme.news, acme.bob, "help")).reply()
        names, hits, clear = searched(tmp_path, acme.token.encode(), b"xoxb-")
        assert "intelbrief.db-wal" in names
    rows = sqlite3.connect(tmp_path / "data" / "intelbrief.db").execute(
        "SELECT bot_token, team_id FROM slack_bots"
    )
    ((sealed, team),) = rows.fetchall()
    assert (hits, clear) == ([], [])
    assert acme.token not in caplog.text
    assert slack.client_secret not in caplog.text
    assert team == acme.id
    assert cipher(KEY).decrypt(sealed.encode()).decode() == acme.token


@asynccontextmanager
async def store(url: str, clock: FakeClock, key: str = KEY) -> AsyncIterator[Installs]:
    database = connect_database(url)
    installs = Installs("1.2", database, cipher(key), clock)
    try:
        await installs.open()
        yield installs
    finally:
        await database.close()


def installation(team: str | None, token: str, clock: FakeClock, **more: str) -> Installation:
    return Installation(
        app_id="A1",
        team_id=team,
        enterprise_id=more.get("enterprise"),
        is_enterprise_install=team is None,
        user_id="U1",
        bot_token=token,
        bot_id="B1",
        bot_user_id="UBOT",
        bot_scopes="commands,chat:write",
        bot_refresh_token="xoxe-1-refresh",
        user_token="xoxp-user",
        incoming_webhook_url="https://hooks.slack.com/services/T/B/secret",
        installed_at=clock.now().timestamp(),
    )


async def test_every_secret_is_sealed_and_read_again_on_both_engines(
    databases: Databases, clock: FakeClock
) -> None:
    url, long = databases.fresh(), "xoxe.xoxb-1-" + "M" * 300
    async with store(url, clock) as installs:
        await installs.async_save(installation("T1", long, clock))
        found = await installs.async_find_installation(enterprise_id=None, team_id="T1")
        grant = await installs.of("T1")
        assert grant is not None
        assert long not in repr(grant)
        async with installs.engine.connect() as connection:
            raw = str((await connection.execute(text("SELECT * FROM slack_installations"))).all())
    assert found is not None
    assert (found.bot_token, found.bot_refresh_token) == (long, "xoxe-1-refresh")
    assert (grant.token, grant.scopes) == (long, frozenset({"commands", "chat:write"}))
    for secret in ("xox", "hooks.slack.com"):
        assert secret not in raw


async def test_a_new_key_reads_what_the_old_one_wrote_and_replaces_it(
    tmp_path: Path, clock: FakeClock
) -> None:
    url = f"sqlite:///{tmp_path / 'installs.db'}"
    async with store(url, clock) as installs:
        await installs.async_save(installation("T1", "xoxb-1", clock))
    with pytest.raises(SettingsError) as caught:
        async with store(url, clock, OTHER_KEY):
            pass
    assert "INTELBRIEF_SECRET_KEY" in caught.value.remedy
    async with store(url, clock, f"{OTHER_KEY}, {KEY}"):
        pass
    async with store(url, clock, OTHER_KEY) as installs:
        grant = await installs.of("T1")
    assert grant is not None
    assert grant.token == "xoxb-1"


async def test_a_workspace_has_one_token_the_last(tmp_path: Path, clock: FakeClock) -> None:
    async with store(f"sqlite:///{tmp_path / 'installs.db'}", clock) as installs:
        await installs.async_save(installation("T1", "xoxb-1", clock))
        clock.advance(minutes=1)
        await installs.async_save(installation("T1", "xoxb-2", clock))
        await installs.async_save(installation("T2", "xoxb-3", clock))
        found = [await installs.of(team) for team in ("T1", "T2", "T3")]
        assert [grant and grant.token for grant in found] == ["xoxb-2", "xoxb-3", None]
        async with installs.engine.connect() as connection:
            rows = (await connection.execute(installs.bots.select())).all()
    assert len(rows) == 2


# --- organisations ------------------------------------------------------------------------------


async def test_an_organisation_installs_it_for_all_its_workspaces(
    clock: FakeClock, tmp_path: Path, answers: Answers
) -> None:
    async with SlackServer(clock) as slack:
        grid = slack.add_enterprise("Grid", org_wide=True)
        one, two = slack.furnish("One", grid), slack.furnish("Two", grid)
        async with hosted(slack, tmp_path, clock, answers) as connection:
            status, _ = await Browser(slack, connection).install(one.olga, org_wide=True)
            assert status == 200
            await (await slack.people.slash(two.news, two.bob, "help")).reply()
            done = await slack.people.mention(two.news, two.bob, "help")
            reply = await done.reply()
            await slack.people.press(reply, "share", user=two.bob)
            await connection.inbound.work.idle()
            assert {who.scope.workspace for _, who in answers.asked} == {two.id}
        # After a restart a digest knows its workspace alone.
        async with hosted(slack, tmp_path, clock, answers) as connection:
            scope = answers.asked[0][1].scope
            poster = connection.poster
            payload = poster.prepare("# A digest")[0]
            post = Post(scope, "k" * 22, payload, 1, 1, "", clock.now())
            assert await poster.send(post, lambda: None)
        assert [str(violation) for violation in slack.violations] == []


# --- leaving ------------------------------------------------------------------------------------


async def test_a_workspace_that_leaves_is_forgotten_and_its_digests_pause(
    slack_two: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    slack, acme, globex = slack_two, slack_two.acme, slack_two.globex
    async with hosted(slack, tmp_path, clock, answers) as connection:
        for workspace in (acme, globex):
            await Browser(slack, connection).install(workspace.ann)
        clock.advance(minutes=1)
        await slack.people.uninstall(acme.team)
        await connection.inbound.work.idle()
        with pytest.raises(Rejected) as caught:
            await connection.inbound.web.call(acme.id, lambda client: client.auth_test())
        done = await slack.people.mention(globex.news, globex.bob, "help")
        await done.reply()
    assert caught.value.whole_workspace
    assert answers.uninstalled == [("slack", acme.id)]


async def test_late_news_of_leaving_does_not_undo_a_new_installation(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with hosted(slack, tmp_path, clock, answers) as connection:
        await Browser(slack, connection).install(acme.ann)
        clock.advance(minutes=1)
        left = await slack.people.event(acme.team, acme.ann, {"type": "app_uninstalled"})
        clock.advance(minutes=1)
        await Browser(slack, connection).install(acme.ann)
        await slack.post.redeliver(left.delivery)
        await (await slack.people.mention(acme.news, acme.bob, "help")).reply()


async def test_a_workspace_that_installs_again_is_back(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with hosted(slack, tmp_path, clock, answers) as connection:
        await Browser(slack, connection).install(acme.ann)
        clock.advance(minutes=1)
        await slack.people.uninstall(acme.team, user=acme.ann)
        await connection.inbound.work.idle()
        assert answers.uninstalled == [("slack", acme.id)]
        clock.advance(minutes=1)
        await Browser(slack, connection).install(acme.ann)
    assert answers.returned == [("slack", acme.id)] * 2


async def test_a_persons_own_token_is_none_of_ours(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    event = {"type": "tokens_revoked", "tokens": {"oauth": [acme.bob.id], "bot": []}}
    async with hosted(slack, tmp_path, clock, answers) as connection:
        await Browser(slack, connection).install(acme.ann)
        clock.advance(minutes=1)
        done = await slack.people.event(acme.team, acme.bob, event)
        await (await slack.people.mention(acme.news, acme.bob, "help")).reply()
    assert done.ack_s is not None
    assert answers.uninstalled == []


async def test_a_workspace_without_a_token_is_told_to_install_it(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with hosted(slack, tmp_path, clock, answers):
        done = await slack.people.slash(acme.news, acme.bob, "help")
        reply = await done.reply()
    assert "install" in reply.text
    assert answers.asked == []


async def test_one_token_and_an_app_cannot_both_be_meant(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    with pytest.raises(SettingsError, match="both set"):
        async with hosted(slack, tmp_path, clock, answers, SLACK_BOT_TOKEN=slack.acme.token):
            pass
