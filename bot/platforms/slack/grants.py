"""Which token the desk may use in which workspace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.clients import web_client
from bot.platforms.slack.refusals import not_installed
from bot.platforms.slack.settings import HISTORY


@dataclass(frozen=True, slots=True)
class Grant:
    """A token and whose it is; `team` is "" where a whole organisation installed the app."""

    token: str = field(repr=False)
    team: str
    enterprise: str
    bot_user: str
    bot_id: str
    scopes: frozenset[str]


class Grants(Protocol):
    """Finds the token of a workspace."""

    async def of(self, team: str, enterprise: str = "") -> Grant | None:
        """The token for a workspace, its own or its organisation's; None where there is none."""

    async def belongs(self, team: str, enterprise: str) -> None:
        """Hear which organisation a workspace belongs to: a digest knows its workspace alone."""

    def scopes(self, team: str) -> frozenset[str] | None:
        """What the token allows; None where it was not used since the start."""


class OneWorkspace:
    """The token in the settings, whatever workspace asks: there is one."""

    def __init__(self, grant: Grant) -> None:
        self.grant = grant

    async def of(self, team: str, enterprise: str = "") -> Grant | None:
        return self.grant

    async def belongs(self, team: str, enterprise: str) -> None:
        pass

    def scopes(self, team: str) -> frozenset[str] | None:
        return self.grant.scopes


async def ask_whose(client: AsyncWebClient) -> Grant:
    """Ask Slack whose the client's token is.

    Raises:
        SlackApiError: when Slack refuses it.
        OSError, aiohttp.ClientError: when Slack cannot be reached.
    """
    said = await client.auth_test()
    scopes = said.headers.get("x-oauth-scopes") or said.headers.get("X-OAuth-Scopes") or ""
    whole_org = bool(said.get("is_enterprise_install"))
    return Grant(
        token=client.token or "",
        team="" if whole_org else str(said.get("team_id") or ""),
        enterprise=str(said.get("enterprise_id") or ""),
        bot_user=str(said.get("user_id") or ""),
        bot_id=str(said.get("bot_id") or ""),
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


class Workspaces:
    """Clients by workspace, for whatever is sent to one."""

    def __init__(self, grants: Grants, base_url: str, proxy: str = "") -> None:
        self.grants = grants
        self._base_url = base_url
        self._proxy = proxy

    async def client(self, team: str) -> AsyncWebClient:
        """A client with the workspace's token.

        Raises:
            Rejected: when the app is not installed there (any more).
        """
        grant = await self.grants.of(team)
        if grant is None:
            raise not_installed()
        return web_client(self._base_url, token=grant.token, proxy=self._proxy)

    def can_look(self, team: str) -> bool:
        """Whether the workspace lets the desk read the channels it posts to, or may let it."""
        scopes = self.grants.scopes(team)
        return scopes is None or bool(scopes & HISTORY)


class Authorizing(AsyncAuthorize):
    """Tells bolt the token for a request, without asking Slack about it each time.

    Always given to bolt, so that SLACK_BOT_TOKEN or SLACK_CLIENT_ID in the environment mean nothing
    to it.
    """

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_more: Any,
    ) -> AuthorizeResult | None:
        grant = await self._grants.of(team_id or "", enterprise_id or "")
        if grant is None:
            return None
        return AuthorizeResult(
            enterprise_id=grant.enterprise or None,
            # Not the asker's own: in a shared channel that may be another company's workspace.
            team_id=grant.team or team_id or None,
            bot_user_id=grant.bot_user,
            bot_id=grant.bot_id,
            bot_token=grant.token,
            bot_scopes=sorted(grant.scopes),
        )
