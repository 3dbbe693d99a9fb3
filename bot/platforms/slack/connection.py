"""Slack, connected: the parts of this platform put together.

settings -> grants (whose token) -> bolt app <- listeners
commands come in by a socket, or by HTTP through the guard; digests go out by the poster
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from slack_bolt.async_app import AsyncApp
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms import Host, Picture
from bot.platforms.ending import Ending
from bot.platforms.slack import forms, home
from bot.platforms.slack.clients import sdk_log, web_client
from bot.platforms.slack.grants import (
    Authorizing,
    Grant,
    Grants,
    OneWorkspace,
    Workspaces,
    ask_whose,
)
from bot.platforms.slack.guard import Door, listening
from bot.platforms.slack.inbound import PATIENCE_S, Inbound
from bot.platforms.slack.installing import flow, handlers, leaving
from bot.platforms.slack.installs import Installs, cipher
from bot.platforms.slack.markup import pages
from bot.platforms.slack.people import People
from bot.platforms.slack.poster import SlackPoster
from bot.platforms.slack.refusals import from_break
from bot.platforms.slack.settings import NAME, SlackSettings, base_url, is_hosted, listens
from bot.platforms.slack.socket_mode import Socket, patiently
from bot.platforms.slack.states import States
from bot.platforms.slack.web import Web
from bot.platforms.working import Work
from briefings.errors import Rejected, SettingsError
from briefings.store.engine import connect as connect_database
from briefings.subscriptions import Principal, Scope, Standing

PING_S = 5.0
"""How often the socket is tried; a dead one is noticed after four times as long."""
STUCK_S = 30.0
"""After this long without a connection a new address is asked for: the old one has run out."""
LOOK_AGAIN_S = 3.0
"""A form's sender is looked up again when what is known of them is older."""
COPY_INSTALLED = (
    "On the app's page at api.slack.com/apps, under OAuth & Permissions, install the app where it "
    "is not installed, and copy the Bot User OAuth Token into INTELBRIEF_SLACK_BOT_TOKEN."
)


@dataclass(frozen=True, slots=True)
class SlackConnection:
    """Slack, as long as it is open; `port` is the one listened on, 0 for none."""

    poster: SlackPoster
    app: AsyncApp
    inbound: Inbound
    socket: Socket | None = None
    port: int = 0
    ending: Ending = field(default_factory=Ending, repr=False)

    async def serve(self) -> int:
        """Answer until the desk is stopped.

        Raises:
            SettingsError: Slack does not take a token of the settings any more.
        """
        socket = self.socket
        await self.ending.unless(socket.keep_connected() if socket else _for_ever())
        return 0


@asynccontextmanager
async def connect(
    host: Host, *, ping_s: float = PING_S, stuck_s: float = STUCK_S, patience_s: float = PATIENCE_S
) -> AsyncIterator[SlackConnection]:
    """Connect as the settings say; where Slack is away, as soon as it is back.

    Raises:
        SettingsError: when Slack does not accept them.
    """
    settings = cast(SlackSettings, host.settings)
    async with AsyncExitStack() as stack:
        installs = await stack.enter_async_context(_installs(host, settings))
        grants: Grants
        if installs is not None:
            grants = installs
        else:
            grants = OneWorkspace(await _owner(host, settings))
            whose = grants.grant.team or grants.grant.enterprise
            await host.desk.subscribing.returned(NAME, whose)
        workspaces = Workspaces(grants, base_url(settings), settings.proxy)
        ending = Ending()
        void = None if installs else partial(ending.because, _void())

        async def picture(command: str) -> Picture | None:
            # A digest is for all in its channel, so it is drawn for nobody in particular.
            anybody = Principal(Scope(NAME, "", ""), "", Standing.MEMBER, host.zone)
            return await host.picture(command, anybody)

        poster = SlackPoster(
            workspaces.client,
            pages=pages,
            can_look=workspaces.can_look,
            picture=picture,
            clock=host.clock,
            void=void,
        )
        stack.push_async_callback(poster.close)
        web = Web(workspaces.client, void=void)
        stack.push_async_callback(web.close)
        work = Work("Slack")
        stack.push_async_callback(work.close)
        people = People(web, settings.slack_managers, host.zone, host.clock)
        inbound = Inbound(host, settings, web, grants, people, work, patience_s)
        app = bolt_app(settings, grants)
        app.listener_runner.listener_start_handler = _Counting(work)
        inbound.listen(app)
        leaving(app, host, installs, work, web)

        async def principal_of(
            _client: AsyncWebClient, team: str, channel: str, user: str
        ) -> Principal:
            scope = Scope(NAME, team, channel)
            return await people.principal(scope, user, within_s=LOOK_AGAIN_S)

        forms.listeners(app, host, principal_of)
        home.listeners(app, host, principal_of)
        port = await stack.enter_async_context(_listening(host, settings, app, installs))
        socket = None
        if settings.slack_mode == "socket":
            socket = Socket(settings, app, work, ping_s=ping_s, stuck_s=stuck_s)
            stack.push_async_callback(socket.close)
            await socket.begin(host.clock)
        yield SlackConnection(poster, app, inbound, socket, port, ending)


def bolt_app(settings: SlackSettings, grants: Grants) -> AsyncApp:
    """The bolt app; whatever SLACK_... variables the environment has mean nothing to it."""
    return AsyncApp(
        name="intelbrief",
        client=web_client(base_url(settings), proxy=settings.proxy),
        authorize=Authorizing(grants),  # type: ignore[arg-type] # it takes an AsyncAuthorize, too
        # The guard checked it, by the desk's own clock.
        signing_secret=settings.slack_signing_secret or "unused",
        request_verification_enabled=False,
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        logger=sdk_log(),
    )


@asynccontextmanager
async def _installs(host: Host, settings: SlackSettings) -> AsyncIterator[Installs | None]:
    if not is_hosted(settings):
        yield None
        return
    database = connect_database(host.database_url)
    try:
        sealing = cipher(settings.secret_key)
        came = partial(host.desk.subscribing.returned, NAME)
        installs = Installs(settings.slack_client_id, database, sealing, host.clock, came)
        await installs.open()
        yield installs
    finally:
        await database.close()


@asynccontextmanager
async def _listening(
    host: Host, settings: SlackSettings, app: AsyncApp, installs: Installs | None
) -> AsyncIterator[int]:
    if not listens(settings):
        yield 0
        return
    async with AsyncExitStack() as stack:
        door = install = redirect = None
        if settings.slack_mode == "http":
            door = Door(app, settings.slack_signing_secret, host.first_time, host.clock)
        if installs is not None:
            database = connect_database(host.database_url)
            stack.push_async_callback(database.close)
            states = States(database, host.clock)
            await states.open()
            install, redirect = handlers(flow(settings, installs, states))
        yield await stack.enter_async_context(
            listening(port=settings.slack_port, door=door, install=install, redirect=redirect)
        )


class _Counting(AsyncListenerStartHandler):
    """Has every listener end before the work closes: bolt does not wait for what it began."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        self._work.count()


async def _for_ever() -> None:
    await asyncio.Event().wait()


def _void() -> SettingsError:
    return SettingsError("Slack does not take INTELBRIEF_SLACK_BOT_TOKEN.", remedy=COPY_INSTALLED)


async def _owner(host: Host, settings: SlackSettings) -> Grant:
    """Whose the settings' token is.

    Raises:
        SettingsError: when Slack does not take it.
    """
    client = web_client(base_url(settings), token=settings.slack_bot_token, proxy=settings.proxy)
    try:
        return await patiently(partial(_whose, client), host.clock)
    except Rejected as meaning:
        raise SettingsError(meaning.message, remedy=COPY_INSTALLED) from None


async def _whose(client: AsyncWebClient) -> Grant:
    """Whose the client's token is.

    Raises:
        Refused, Ambiguous, Rejected: Slack does not say.
    """
    try:
        return await ask_whose(client)
    except Exception as error:
        raise from_break(error, begun=False) from None
