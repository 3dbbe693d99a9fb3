"""Installing the app into one more workspace, and what is done when one leaves."""

from __future__ import annotations

import html
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.platforms import Host
from bot.platforms.slack.clients import sdk_log, web_client
from bot.platforms.slack.guard import Handler
from bot.platforms.slack.installs import Installs
from bot.platforms.slack.settings import (
    COMMAND,
    INSTALL_PATH,
    NAME,
    REDIRECT_PATH,
    SCOPES,
    SlackSettings,
    authorize_url,
    base_url,
    redirect_url,
)
from bot.platforms.slack.states import STATE_LASTS, States
from bot.platforms.slack.web import Web
from bot.platforms.working import Work
from briefings.errors import DeliveryError

_REASONS: Mapping[str, str] = {
    "access_denied": "It was cancelled in Slack.",
    "invalid_browser": "It was begun in another browser, or more than ten minutes ago.",
    "invalid_state": "The link was used already, or is older than ten minutes.",
    "missing_code": "Slack sent no code.",
    "invalid_code": "Slack did not accept the code.",
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>intelbrief</title>
<style>body{{font:1rem/1.5 system-ui;margin:15vh auto;max-width:32rem;padding:0 1rem}}</style>
<h1>{title}</h1><p>{said}</p>"""

_log = logging.getLogger(__name__)


def flow(settings: SlackSettings, installs: Installs, states: States) -> AsyncOAuthFlow:
    """Slack's OAuth, with the address it comes back to fixed."""
    oauth = AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=list(SCOPES),
        user_scopes=[],
        redirect_uri=redirect_url(settings),
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        install_page_rendering_enabled=False,
        authorization_url=authorize_url(settings),
        installation_store=installs,
        state_store=states,
        state_expiration_seconds=int(STATE_LASTS.total_seconds()),
        callback_options=AsyncCallbackOptions(success=_installed, failure=_not_installed),
        logger=sdk_log(),
    )
    client = web_client(base_url(settings), proxy=settings.proxy)
    return AsyncOAuthFlow(client=client, settings=oauth, logger=sdk_log())


def handlers(oauth: AsyncOAuthFlow) -> tuple[Handler, Handler]:
    """What answers a browser that wants to install the app, and one that Slack sends back."""

    async def install(request: AsyncBoltRequest) -> BoltResponse:
        return await oauth.handle_installation(request)

    async def redirect(request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await oauth.handle_callback(request)
        except Exception as error:  # Slack, or the database, is away for the moment
            _log.warning("an installation failed (%s)", type(error).__name__)
            return _page(503, "Not installed", "Something went wrong. Try again in a minute.")

    return install, redirect


def leaving(app: AsyncApp, host: Host, installs: Installs | None, work: Work, web: Web) -> None:
    """Listen to workspaces that leave: their tokens are deleted and their digests paused.

    `installs` None: there is one workspace, whose token is in the settings. `web` asks whether
    that still holds: Slack may bring the news after the app was installed again.
    """

    async def gone(body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        work.start(forget(body, event))

    async def taken_away(event: Mapping[str, Any]) -> None:
        work.start(take_away(event))

    async def forget(body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        tokens = event.get("tokens")
        if tokens is not None and not tokens.get("bot"):
            return  # a person took their own token back; the desk has none of those
        team, enterprise = str(body.get("team_id") or ""), str(body.get("enterprise_id") or "")
        at = datetime.fromtimestamp(float(body.get("event_time") or 0), UTC)
        if installs is not None:
            left = await installs.forget(team, enterprise, at)
        else:
            left = () if await holds(team) else (team or enterprise,)
        for workspace in left:
            await host.desk.subscribing.uninstalled(NAME, workspace)

    async def holds(team: str) -> bool:
        try:
            await web.call(team, lambda client: client.auth_test())
        except DeliveryError:
            return False
        return True

    async def take_away(event: Mapping[str, Any]) -> None:
        for team in event.get("team_ids") or ():
            if installs is not None:
                await installs.leave(str(team))
            await host.desk.subscribing.uninstalled(NAME, str(team))

    app.event("app_uninstalled")(gone)
    app.event("tokens_revoked")(gone)
    app.event("team_access_revoked")(taken_away)


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    name = args.installation.team_name or args.installation.enterprise_name or "your workspace"
    said = f"Type {COMMAND} help in any channel. You can close this window."
    return _page(200, f"intelbrief is in {name}", said, _cookie_gone(args.settings))


async def _not_installed(args: AsyncFailureArgs) -> BoltResponse:
    reason = _REASONS.get(args.reason, "Slack or the desk could not finish it.")
    status = 200 if args.reason == "access_denied" else max(args.suggested_status_code, 400)
    again = f"{reason} Begin again at {redirect_begin(args.settings)}."
    return _page(status, "Not installed", again, _cookie_gone(args.settings))


def redirect_begin(settings: AsyncOAuthSettings) -> str:
    """Where an installation begins."""
    return (settings.redirect_uri or "").removesuffix(REDIRECT_PATH) + INSTALL_PATH


def _cookie_gone(settings: AsyncOAuthSettings) -> str:
    return str(settings.state_utils.build_set_cookie_for_deletion())


def _page(status: int, title: str, said: str, cookie: str = "") -> BoltResponse:
    body = _PAGE.format(title=html.escape(title), said=html.escape(said))
    headers: dict[str, Any] = {"Content-Type": "text/html; charset=utf-8"}
    if cookie:
        headers["Set-Cookie"] = [cookie]
    return BoltResponse(status=status, body=body, headers=headers)
