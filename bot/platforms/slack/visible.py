"""Which channels of a workspace somebody may know of, as Slack says.

Everybody knows of those they are in (of the private ones Slack tells only where the app is in
them, too, and it posts nowhere else), managers of every public one besides.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from briefings.ports import Clock

FRESH_S = 60.0
"""How long what Slack said is good for: a page may be turned without asking again."""
PAGE = 999
CALLS = 20
"""Requests one question may take."""

_EITHER, _PUBLIC = "public_channel,private_channel", "public_channel"
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    channels: frozenset[str] | None


class Channels:
    """What Slack said lately about who is in which channels."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looks: dict[tuple[str, str], _Look] = {}

    async def of(
        self, client: AsyncWebClient, team: str, user: str, *, anew: bool = False
    ) -> frozenset[str] | None:
        """The channels somebody is in; None where the app may not ask.

        Raises:
            SlackApiError: Slack does not answer now.
        """
        asks: dict[str, Any] = {"user": user, **_of_team(team)}
        for types in (_EITHER, _PUBLIC):
            try:
                return await self._look((team, user), client, asks | {"types": types}, anew=anew)
            except SlackApiError as error:
                if error.response.get("error") != "missing_scope":
                    raise
        return self._keep((team, user), None)

    async def public(
        self, client: AsyncWebClient, team: str, channels: Collection[str], *, anew: bool = False
    ) -> frozenset[str]:
        """Those of some channels that are public, as far as Slack tells.

        Raises:
            SlackApiError: Slack does not answer now.
        """
        wanted = frozenset(channels)
        if not wanted:
            return wanted
        asks: dict[str, Any] = {"types": _PUBLIC, **_of_team(team)}
        found = wanted & (await self._look((team, ""), client, asks, anew=anew) or frozenset())
        # The app was put out of these, or is not in them yet.
        rest = sorted(wanted - found)[:CALLS]
        return found | {each for each in rest if await _is_public(client, each)}

    async def _look(
        self, key: tuple[str, str], client: AsyncWebClient, asks: dict[str, Any], *, anew: bool
    ) -> frozenset[str] | None:
        look = self._looks.get(key)
        if look is not None and not anew and self._clock.monotonic() - look.at < FRESH_S:
            return look.channels
        return self._keep(key, await _conversations(client, asks))

    def _keep(self, key: tuple[str, str], channels: frozenset[str] | None) -> frozenset[str] | None:
        if len(self._looks) >= _KEPT:
            self._looks.clear()
        self._looks[key] = _Look(self._clock.monotonic(), channels)
        return channels


def _of_team(team: str) -> dict[str, str]:
    """An app that is installed in a whole organisation has to say which workspace it means."""
    return {} if team.startswith("E") else {"team_id": team}


async def _conversations(client: AsyncWebClient, asks: dict[str, Any]) -> frozenset[str]:
    found: set[str] = set()
    cursor = ""
    for _ in range(CALLS):
        reply = await client.users_conversations(**asks, limit=PAGE, cursor=cursor)
        listed: list[dict[str, Any]] = reply.get("channels") or []
        found.update(channel["id"] for channel in listed)
        cursor = (reply.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            break
    return frozenset(found)


async def _is_public(client: AsyncWebClient, channel: str) -> bool:
    try:
        info = (await client.conversations_info(channel=channel)).get("channel") or {}
    except SlackApiError as error:
        if error.response.get("error") == "ratelimited":
            raise
        return False
    return not (info.get("is_private") or info.get("is_im") or info.get("is_mpim"))
