"""What Discord is told of an interaction: that it arrived, its answer, and what comes after.

    acknowledge, open   POST  .../callback             within three seconds, or Discord says so
    show                PATCH .../messages/{message}   again and again: it does no harm
    add                 POST  /webhooks/{app}/{token}  once: asked again, it may be there twice

discord.py waits as long as Discord likes, for a request that hangs for ever, and adds again what
may be there; so these are asked here, each within its time. They need no token of the bot's, and
count for none of its limits.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord

from bot.platforms.discord.web import TIMEOUT_S, File, Web
from briefings.errors import Ambiguous, DeliveryError, Refused

THINKING, LATER, FORM = 5, 6, 9
"""How an interaction is acknowledged: an answer will come, what is there will change, or a form."""
EPHEMERAL = 1 << 6
ACKNOWLEDGED = 40060
ORIGINAL = "@original"
TRIES = 4
ACK_WITHIN_S = 2.8
ACK_TRY_S = 1.0
SHOW_WITHIN_S = 60.0
"""An answer that Discord does not take for so long is given up: whoever asked has given up, too."""

_log = logging.getLogger(__name__)


class Responses:
    """Tells Discord of interactions; `web` needs no token, and may keep its connections."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def acknowledge(
        self,
        interaction: discord.Interaction[Any],
        *,
        ephemeral: bool = True,
        thinking: bool = True,
    ) -> bool:
        """Say that an interaction arrived; False when it is too late for an answer."""
        body: dict[str, Any] = {"type": THINKING if thinking else LATER}
        if thinking and ephemeral:
            body["data"] = {"flags": EPHEMERAL}
        return await self._call_back(interaction, body)

    async def open(self, interaction: discord.Interaction[Any], form: discord.ui.Modal) -> bool:
        """Show a form; False when it is too late for one."""
        return await self._call_back(interaction, {"type": FORM, "data": form.to_dict()})

    async def _call_back(
        self, interaction: discord.Interaction[Any], body: Mapping[str, Any]
    ) -> bool:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        try:
            await self._insist("POST", path, body, within_s=ACK_WITHIN_S, try_s=ACK_TRY_S)
        except DeliveryError as error:
            # The answer to an earlier try may have been lost on its way.
            if error.ids.get("code") != ACKNOWLEDGED:
                _log.warning("an interaction could not be acknowledged (%s)", reason(error))
                return False
        return True

    async def show(
        self,
        interaction: discord.Interaction[Any],
        body: Mapping[str, Any],
        file: File | None = None,
        *,
        message: str = ORIGINAL,
    ) -> None:
        """Put a message in place of one that an interaction brought.

        Raises:
            Refused, Ambiguous, Rejected, Unfit: it is not there, or may not be.
        """
        path = f"{_hook(interaction)}/messages/{message}"
        await self._insist("PATCH", path, body, file, pause_s=1.0)

    async def add(
        self,
        interaction: discord.Interaction[Any],
        body: Mapping[str, Any],
        file: File | None = None,
    ) -> str:
        """Show a further message; its id.

        Raises:
            Refused, Ambiguous, Rejected, Unfit: it is not there, or may not be.
        """
        query = {"wait": "true"}
        said = await self._insist(
            "POST", _hook(interaction), body, file, query=query, pause_s=1.0, doubtful=False
        )
        return str(said["id"]) if isinstance(said, Mapping) else ""

    async def _insist(  # noqa: PLR0913 - a request has many parts
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        file: File | None = None,
        *,
        query: Mapping[str, str] | None = None,
        within_s: float = SHOW_WITHIN_S,
        try_s: float = TIMEOUT_S,
        pause_s: float = 0.1,
        doubtful: bool = True,
    ) -> Any:
        """Ask until Discord answers, says no, or has been asked for too long.

        `doubtful`: also what may have been done is asked again.
        """
        clock = self._web.clock
        deadline = clock.monotonic() + within_s
        left_s = within_s
        for tried in range(TRIES):
            try:
                return await self._web.ask(
                    method, path, body=body, query=query, file=file, within_s=min(try_s, left_s)
                )
            except DeliveryError as error:
                wait_s = _worth(error, pause_s * 4**tried, doubtful=doubtful)
                last = tried + 1 == TRIES or deadline - clock.monotonic() <= (wait_s or 0)
                if wait_s is None or last:
                    raise
                await clock.sleep(wait_s)
                left_s = deadline - clock.monotonic()
                if left_s <= 0:  # a sleep may take a little longer
                    raise
        raise AssertionError


def reason(error: DeliveryError) -> str:
    """What Discord said, as far as it can be told: a status and a code, or our own words."""
    status, code = error.ids.get("status"), error.ids.get("code")
    return f"{status}, {code}" if status and code else error.message


def _worth(error: DeliveryError, pause_s: float, *, doubtful: bool) -> float | None:
    """After how long asking again is worth it; None: never."""
    match error:
        case Ambiguous():
            return pause_s if doubtful else None
        case Refused(retry_after_s=None):
            return None if error.ids.get("code") else pause_s
        case Refused(retry_after_s=wait_s):
            return wait_s
        case _:
            return None


def _hook(interaction: discord.Interaction[Any]) -> str:
    return f"/webhooks/{interaction.application_id}/{interaction.token}"
