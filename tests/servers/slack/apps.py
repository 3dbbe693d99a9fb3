"""An app's life: its socket, its installation by OAuth, and its end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.servers.slack.calls import Refused
from tests.servers.slack.core import Asking, Served, Slack
from tests.servers.slack.world import Enterprise, Team, Token, User

CODE_LASTS = timedelta(minutes=10)


@dataclass(eq=False)
class Code:
    """What consent is exchanged for a token with, once."""

    scopes: str
    redirect_uri: str
    team: Team
    enterprise: Enterprise | None
    user: User
    at: datetime
    used: bool = False


class Consents:
    """The authorize page: who may install what, and the codes that were given out."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}

    def allow(
        self, slack: Slack, query: dict[str, str], user: User, *, org_wide: bool = False
    ) -> str:
        """What a browser is sent to when a user presses Allow on the page of `query`.

        Raises:
            Refused: when the page would say so instead.
        """
        if query.get("client_id") != slack.client_id:
            raise Refused("invalid_client_id")
        if not query.get("scope"):
            raise Refused("invalid_scope")
        redirect = query.get("redirect_uri", "")
        if not redirect.startswith(("http://", "https://")):
            raise Refused("bad_redirect_uri")
        code = secrets.token_hex(16)
        enterprise = user.team.enterprise if org_wide else None
        self.codes[code] = Code(
            query["scope"], redirect, user.team, enterprise, user, slack.clock.now()
        )
        return f"{redirect}?{urlencode({'code': code, 'state': query.get('state', '')})}"

    def exchange(self, slack: Slack, asking: Asking) -> dict[str, Any]:
        call = asking.call
        client, secret = call.basic or (call.text("client_id"), call.text("client_secret"))
        if client != slack.client_id:
            raise Refused("invalid_client_id")
        if secret != slack.client_secret:
            raise Refused("bad_client_secret")
        code = self.codes.get(call.needed("code"))
        if code is None or slack.clock.now() - code.at > CODE_LASTS:
            raise Refused("invalid_code")
        if code.used:
            raise Refused("code_already_used")
        if call.text("redirect_uri") != code.redirect_uri:
            raise Refused("bad_redirect_uri")
        code.used = True
        token = _token(slack, code)
        grid = code.enterprise or code.team.enterprise
        whole = code.enterprise is not None
        return {
            "app_id": slack.world.app_id,
            "authed_user": {"id": code.user.id},
            "scope": ",".join(sorted(token.scopes)),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": code.team.bot.id,
            "team": None if whole else {"id": code.team.id, "name": code.team.name},
            "enterprise": {"id": grid.id, "name": grid.name} if grid else None,
            "is_enterprise_install": whole,
        }


def _token(slack: Slack, code: Code) -> Token:
    """The token of an installation; one that ended is followed by another."""
    scopes = {scope for scope in code.scopes.split(",") if scope}
    if code.enterprise is not None:
        code.enterprise.token = slack.world.new_token("bot", scopes, enterprise=code.enterprise)
        return code.enterprise.token
    if code.team.token.state:
        code.team.token = slack.world.new_token("bot", scopes, team=code.team)
    code.team.token.scopes = scopes
    return code.team.token


def connect(slack: Slack, asking: Asking) -> dict[str, Any]:
    if "connections:write" not in asking.token.scopes:
        asking.allow("connections:write")
    ticket = secrets.token_hex(16)
    slack.tickets.add(ticket)
    return {"url": f"{slack.link}?ticket={ticket}&app_id={slack.world.app_id}"}


def revoke(slack: Slack, asking: Asking) -> dict[str, Any]:
    if asking.call.flag("test"):
        return {"revoked": False}
    asking.token.state = "token_revoked"
    slack.uninstalled(asking.token)
    return {"revoked": True}


def uninstall(slack: Slack, asking: Asking) -> dict[str, Any]:
    if asking.call.text("client_id") != slack.client_id:
        raise Refused("client_id_token_mismatch")
    if asking.call.text("client_secret") != slack.client_secret:
        raise Refused("bad_client_secret")
    asking.token.state = "account_inactive"
    slack.uninstalled(asking.token)
    return {}


def methods(consents: Consents) -> dict[str, Served]:
    return {
        "apps.connections.open": Served(connect, token="app"),
        "apps.uninstall": Served(uninstall),
        "auth.revoke": Served(revoke),
        "oauth.v2.access": Served(consents.exchange, token="none"),
    }
