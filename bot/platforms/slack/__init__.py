"""Slack, through its own libraries: Socket Mode without a public address, or HTTP behind one.

Nothing of the libraries is imported before it is needed: they are an extra.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from bot.platforms import Host
from bot.platforms.slack.settings import NAME, SlackSettings
from briefings.answers import Answer
from briefings.errors import SettingsError

if TYPE_CHECKING:
    from bot.platforms.slack.connection import SlackConnection

__all__ = ["NAME", "enabled", "findings", "open"]


def enabled(settings: object) -> bool:
    """Where there is a token, or an app that workspaces install."""
    slack = cast(SlackSettings, settings)
    return bool(slack.slack_bot_token or (slack.slack_client_id and slack.slack_client_secret))


async def findings(
    settings: Any, samples: Mapping[str, Answer | str], *, live: bool
) -> AsyncIterator[tuple[str, str, str]]:
    """Whether Slack accepts what is set up."""
    from bot.platforms.slack import checks  # noqa: PLC0415 - an extra, and slow

    async for finding in checks.findings(
        settings, samples=samples, live=live, database_url=settings.database_url
    ):
        yield finding


@asynccontextmanager
async def open(host: Host) -> AsyncIterator[SlackConnection]:
    """Connect to Slack as the settings say.

    Raises:
        SettingsError: when Slack does not accept them, or the libraries are not installed.
    """
    try:
        from bot.platforms.slack.connection import connect  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise SettingsError(
            f"Slack needs a library that is not installed ({error.name}).",
            remedy="Install intelbrief with its extra: intelbrief[slack].",
        ) from error
    async with connect(host) as connection:
        yield connection
