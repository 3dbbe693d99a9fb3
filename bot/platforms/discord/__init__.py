"""Discord, through discord.py: application commands over the gateway, without a public address.

Nothing of the library is imported before it is needed: it is an extra.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from bot.platforms import Host
from bot.platforms.discord.settings import NAME, DiscordSettings
from briefings.answers import Answer
from briefings.errors import SettingsError

if TYPE_CHECKING:
    from bot.platforms.discord.connection import DiscordConnection

__all__ = ["NAME", "enabled", "findings", "open"]


def enabled(settings: object) -> bool:
    """Where there is a token."""
    return bool(cast(DiscordSettings, settings).discord_token)


async def findings(
    settings: Any, samples: Mapping[str, Answer | str], *, live: bool
) -> AsyncIterator[tuple[str, str, str]]:
    """Whether Discord accepts what is set up."""
    from bot.platforms.discord import checks  # noqa: PLC0415 - an extra, and slow

    async for finding in checks.findings(settings, samples, live=live):
        yield finding


@asynccontextmanager
async def open(host: Host) -> AsyncIterator[DiscordConnection]:
    """Connect to Discord as the settings say.

    Raises:
        SettingsError: when Discord does not accept them, or the library is not installed.
    """
    try:
        from bot.platforms.discord.connection import connect  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise SettingsError(
            f"Discord needs a library that is not installed ({error.name}).",
            remedy="Install intelbrief with its extra: intelbrief[discord].",
        ) from error
    async with connect(host) as connection:
        yield connection
