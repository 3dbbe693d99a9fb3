"""The loopback Slack on a real port: Web API, Socket Mode, response_urls, uploads, OAuth.

async with SlackServer(clock) as slack:
    acme = slack.add_team("Acme")
    news = acme.add_channel("news")
    ann = acme.add_user("ann", is_admin=True)
    ... start the app with slack.base_url, acme.token.value, slack.app_token ...
    done = await slack.people.slash(news, ann, "alibaba")
    answer = await done.reply()
    assert not slack.ledger.violations
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from briefings.ports import Clock, SystemClock
from tests.servers.slack import apps, chat, files, mentions, reading, response, views
from tests.servers.slack.calls import Refused, parse
from tests.servers.slack.control import Control
from tests.servers.slack.core import Slack
from tests.servers.slack.furnished import Workspace, furnish
from tests.servers.slack.ledger import Asked, Ledger, Message, Violation
from tests.servers.slack.people import People
from tests.servers.slack.post import Post
from tests.servers.slack.socketmode import SocketMode
from tests.servers.slack.troubles import CLOSED, GARBAGE, Troubles, broken
from tests.servers.slack.world import Enterprise, Team, Token, User, World


def slack_of(world: World, ledger: Ledger, **switches: Any) -> Slack:
    """The server's whole understanding, without a socket."""
    slack = Slack(world, ledger, **switches)
    slack.consents = apps.Consents()
    for module in (chat, reading, views, files):
        slack.methods |= module.METHODS
    slack.methods |= apps.methods(slack.consents)
    return slack


class SlackServer:
    """A Slack on 127.0.0.1.

    `people` do what people do; `socket` is Socket Mode, `post` HTTP mode; `plan` says what goes
    wrong with chat.postMessage, conversations.history and chat.delete (see tests.faults.plan).
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        port: int = 0,
        open_world: bool = False,
        **switches: Any,
    ) -> None:
        self.world = World(clock or SystemClock(), open=open_world)
        self.ledger = Ledger()
        self.slack = slack_of(self.world, self.ledger, **switches)
        self.socket = SocketMode(self.slack)
        self.post = Post(self.slack, self.socket)
        self.people = People(self.slack, self.post)
        self.plan = self.slack.plan
        self.workspaces: list[Workspace] = []
        self._app_token = self.world.new_token("app", {"connections:write"})
        self._port = port
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> SlackServer:
        application = web.Application(client_max_size=1 << 26)
        application.router.add_get("/link/", self.socket.handle)
        application.router.add_get("/oauth/v2/authorize", self._authorize)
        application.router.add_route("*", "/api/{method}", Troubles(self.plan, self._api).handle)
        application.router.add_post("/response/{team}/{secret}", self._response)
        application.router.add_post("/upload/v1/{id}/{secret}", self._upload)
        application.router.add_route("*", "/control/{what}", self._control)
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await self._runner.setup()
        await self.listen()
        self.slack.uninstalled = self._uninstalled
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.post.close()
        await self._runner.cleanup()

    async def listen(self) -> None:
        """Serve at the port it has, or at a free one the first time."""
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        self.slack.root = f"http://127.0.0.1:{self._port}"
        self.slack.link = f"ws://127.0.0.1:{self._port}/link/"

    async def stop_listening(self) -> None:
        """An outage: connections are refused until `listen`; open ones stay."""
        await self._site.stop()

    # --- what an app is set up with -----------------------------------------------------------

    @property
    def port(self) -> int:
        return self._port

    @property
    def base_url(self) -> str:
        return f"{self.slack.root}/api/"

    @property
    def authorize_url(self) -> str:
        return f"{self.slack.root}/oauth/v2/authorize"

    @property
    def app_token(self) -> str:
        return self._app_token.value

    @property
    def signing_secret(self) -> str:
        return self.post.signing_secret

    @property
    def client_id(self) -> str:
        return self.slack.client_id

    @property
    def client_secret(self) -> str:
        return self.slack.client_secret

    def furnish(self, name: str, enterprise: Enterprise | None = None) -> Workspace:
        """Add a workspace with people and channels."""
        made = furnish(self.world, name, enterprise)
        self.workspaces.append(made)
        return made

    @property
    def acme(self) -> Workspace:
        """The first furnished workspace."""
        return self.workspaces[0]

    @property
    def globex(self) -> Workspace:
        """The second furnished workspace."""
        return self.workspaces[1]

    def add_team(self, name: str, enterprise: Enterprise | None = None) -> Team:
        return self.world.add_team(name, enterprise)

    def add_enterprise(self, name: str, *, org_wide: bool = False) -> Enterprise:
        return self.world.add_enterprise(name, org_wide=org_wide)

    def consent(self, authorize_url: str, user: User, *, org_wide: bool = False) -> str:
        """Press Allow on the page of that address: where the browser is sent then."""
        query = dict(parse_qsl(urlsplit(authorize_url).query))
        return self.slack.consents.allow(self.slack, query, user, org_wide=org_wide)

    # --- the account --------------------------------------------------------------------------

    @property
    def requests(self) -> list[Asked]:
        return self.ledger.requests

    @property
    def messages(self) -> list[Message]:
        return self.ledger.messages

    @property
    def violations(self) -> list[Violation]:
        return self.ledger.violations

    def forgive(self) -> list[Violation]:
        """The violations so far, which are forgotten: for tests that commit them on purpose."""
        found = [*self.ledger.violations]
        self.ledger.violations.clear()
        return found

    def notified(self, message: Message) -> mentions.Notified:
        """Whom a message wakes, and what links in it are not what they say."""
        return mentions.notified(message)

    # --- requests -----------------------------------------------------------------------------

    async def _api(self, request: web.Request, body: bytes) -> web.Response:
        method = request.match_info["method"]
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            call = parse(method, request.query, headers, body)
        except Refused as refusal:
            asked = Asked(method, "", {}, self.world.clock.now(), refusal.code)
            self.ledger.requests.append(asked)
            self.ledger.changed()
            return web.json_response({"ok": False, "error": refusal.code})
        said = self.slack.answer(call)
        return web.json_response(said.body, status=said.status, headers=dict(said.headers))

    async def _response(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        how = self.slack.broken_responses.pop(0) if self.slack.broken_responses else ""
        if how in (CLOSED, GARBAGE):
            self.ledger.changed()
            return await broken(how, request)
        status, text = response.respond(self.slack, request.path, body)
        if how:
            return await broken(how, request)
        return web.Response(status=status, text=text)

    async def _upload(self, request: web.Request) -> web.Response:
        said = files.receive(self.slack, request.match_info["id"], await request.read())
        return web.Response(text=said) if said else web.Response(status=404)

    async def _control(self, request: web.Request) -> web.Response:
        """What another process asks for; see control."""
        control = Control(self.acme, self.people, self.ledger)
        return await control.answer(request.match_info["what"], request)

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page where a person allows an app; ?user=<id> is the person who presses Allow."""
        query = dict(request.query)
        user_id = query.pop("user", "")
        users = (user for team in self.world.teams.values() for user in team.people)
        user = next((user for user in users if user_id in ("", user.id)), None)
        if user is None:
            return web.Response(status=403, text="nobody is signed in")
        try:
            address = self.slack.consents.allow(self.slack, query, user)
        except Refused as refusal:
            return web.Response(status=400, text=refusal.code)
        return web.Response(status=302, headers={"Location": address})

    def _uninstalled(self, token: Token) -> None:
        """The app is told by an event that it is gone, also when that was its own doing."""
        for team in token.teams:
            task = asyncio.get_running_loop().create_task(self._tell(team))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _tell(self, team: Team) -> None:
        user = (team.people or [team.bot])[0]
        await self.people.event(team, user, {"type": "app_uninstalled"})
