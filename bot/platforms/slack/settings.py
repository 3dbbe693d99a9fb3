"""What the operator set for Slack, and what the app asks a workspace for."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from briefings.errors import SettingsError

NAME = "slack"
COMMAND = "/intel"
SUMMARISE_LINKS = "summarise_links"
"""The callback of the message shortcut."""

SCOPES = (
    *("app_mentions:read", "channels:read", "chat:write", "commands", "files:write"),
    *("groups:read", "im:history", "im:write", "users:read"),
)
"""What the manifest asks for, in its order."""
HISTORY = frozenset({"channels:history", "groups:history"})
"""Opt-in: the desk may look whether a message arrived."""
PREVIEWS = frozenset({"links:read", "links:write"})
"""Opt-in: previews of links."""

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
LISTEN_ON = "127.0.0.1"
"""Something that speaks TLS stands before it."""


class SlackSettings(Protocol):
    """The operator's settings that this platform reads."""

    @property
    def slack_bot_token(self) -> str: ...
    @property
    def slack_app_token(self) -> str: ...
    @property
    def slack_signing_secret(self) -> str: ...
    @property
    def slack_client_id(self) -> str: ...
    @property
    def slack_client_secret(self) -> str: ...
    @property
    def slack_mode(self) -> str: ...
    @property
    def slack_port(self) -> int: ...
    @property
    def slack_public_url(self) -> str: ...
    @property
    def slack_managers(self) -> tuple[str, ...]: ...
    @property
    def slack_unfurl(self) -> bool: ...
    @property
    def slack_base_url(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def proxy(self) -> str: ...


def is_hosted(settings: SlackSettings) -> bool:
    """Whether several workspaces install the app, each with a token of its own.

    Raises:
        SettingsError: when a token of one workspace is set as well.
    """
    hosted = bool(settings.slack_client_id and settings.slack_client_secret)
    if hosted and settings.slack_bot_token:
        raise SettingsError(
            "INTELBRIEF_SLACK_BOT_TOKEN and INTELBRIEF_SLACK_CLIENT_ID are both set.",
            remedy="Keep the token for one workspace, or the client id and secret for several.",
        )
    return hosted


def listens(settings: SlackSettings) -> bool:
    """Whether the desk opens a port: for Slack's requests, or for browsers that install the app."""
    return settings.slack_mode == "http" or is_hosted(settings)


def base_url(settings: SlackSettings) -> str:
    """Where Slack's methods are, ending in a slash."""
    return settings.slack_base_url.rstrip("/") + "/"


def authorize_url(settings: SlackSettings) -> str:
    """Where a browser is sent to install the app: at the host of Slack's methods."""
    parts = urlsplit(settings.slack_base_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def redirect_url(settings: SlackSettings) -> str:
    """Where Slack sends that browser back to; always the same address."""
    return settings.slack_public_url.rstrip("/") + REDIRECT_PATH
