"""What the operator set for Discord, and what the bot asks a server for."""

from __future__ import annotations

from typing import Protocol

NAME = "discord"
SCOPES = ("bot", "applications.commands")
"""What an invitation asks for."""
PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
)
"""What the bot may do in a server, in the words of discord.py: no more than digests need."""
RESET = (
    "At discord.com/developers/applications, open the application, and under Bot click Reset "
    "Token; copy what is shown into INTELBRIEF_DISCORD_TOKEN."
)
DEFAULT_BASE_URL = "https://discord.com/api/v10"
DEFAULT_GATEWAY_URL = "wss://gateway.discord.gg/"
ALONE = "@user:"
"""What the workspace of somebody begins with where the bot is no member of the server."""


class DiscordSettings(Protocol):
    """The operator's settings that this platform reads."""

    @property
    def discord_token(self) -> str: ...
    @property
    def discord_manager_role(self) -> str: ...
    @property
    def discord_sync(self) -> str: ...
    @property
    def discord_base_url(self) -> str: ...
    @property
    def discord_gateway_url(self) -> str: ...
    @property
    def proxy(self) -> str: ...
    @property
    def database_url(self) -> str: ...
