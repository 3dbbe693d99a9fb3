"""Where an answer goes: to whoever asked alone, or for all to see in the channel."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import discord

from bot.platforms import Picture
from bot.platforms.cutting import cut
from bot.platforms.discord import sending
from bot.platforms.discord.markup import Page
from bot.platforms.discord.outbound import Button
from bot.platforms.discord.responding import EPHEMERAL, ORIGINAL, Responses, reason
from bot.platforms.discord.web import File
from briefings.answers import Failure
from briefings.errors import Ambiguous, DeliveryError, Refused

PICTURE = "timeline.png"
MAY_BE_THERE = Failure(
    "Discord's answer got lost: it may have been shared.",
    "Look into the channel before you share it again.",
)
BUSY = Failure("Discord takes no more messages at the moment.", "Share it again in a minute.")

_log = logging.getLogger(__name__)


class Private:
    """Shows answers to the asker alone: the first in place of what was there, others below it."""

    def __init__(self, interaction: discord.Interaction[Any], responses: Responses) -> None:
        self._interaction = interaction
        self._responses = responses
        self._message = ORIGINAL

    async def say(
        self, page: Page, buttons: Sequence[Button] = (), picture: Picture | None = None
    ) -> bool:
        """Show a page instead of the one before; False when Discord did not take it."""
        body, file = message(page, buttons, picture)
        try:
            await self._responses.show(self._interaction, body, file, message=self._message)
        except DeliveryError as error:
            _log.warning("an answer did not reach Discord (%s)", reason(error))
            return False
        return True

    async def more(self, page: Page, buttons: Sequence[Button] = ()) -> bool:
        """Show a page below those before."""
        body, _ = message(page, buttons)
        try:
            self._message = await self._responses.add(
                self._interaction, {**body, "flags": EPHEMERAL}
            )
        except DeliveryError as error:
            _log.warning("an answer did not reach Discord (%s)", reason(error))
            return False
        return True


async def share(
    interaction: discord.Interaction[Any],
    responses: Responses,
    page: Page,
    buttons: Sequence[Button],
    picture: Picture | None,
) -> Failure | None:
    """Show a page to all in the channel; why it is not there, None when it is."""
    body, file = message(page, buttons, picture)
    try:
        await responses.add(interaction, body, file)
    except DeliveryError as error:
        _log.warning("an answer was not shared (%s)", reason(error))
        return _not_shared(error)
    return None


def _not_shared(error: DeliveryError) -> Failure:
    match error:
        case Ambiguous():
            return MAY_BE_THERE
        case Refused(retry_after_s=float()):
            return BUSY
        case _:
            return Failure(
                f"Discord did not take the answer ({reason(error)}).",
                "The channel's permissions may keep you, or the bot, from posting here.",
            )


def message(
    page: Page, buttons: Iterable[Button] = (), picture: Picture | None = None
) -> tuple[dict[str, Any], File | None]:
    """A page as Discord takes it; a picture comes at the end of its last embed."""
    shown = view(buttons)
    body: dict[str, Any] = {
        "content": page.content,
        "embeds": [dict(each) for each in page.embeds],
        "components": shown.to_components() if shown is not None else [],
        "attachments": [],
        "allowed_mentions": {"parse": []},
    }
    if picture is None:
        return body, None
    alt = cut(picture.alt, sending.ALT)
    return sending.illustrated(body, PICTURE, alt), File(PICTURE, picture.png, alt)


def view(buttons: Iterable[Button]) -> discord.ui.View | None:
    """Buttons that the library does not remember: they say themselves what they ask for."""
    made = discord.ui.View(timeout=None)
    for each in buttons:
        style = discord.ButtonStyle[each.style]
        made.add_item(discord.ui.Button(label=each.label, custom_id=each.custom_id, style=style))
    made.stop()
    return made if made.children else None


def code(error: BaseException) -> str:
    """What went wrong, without anything that was sent."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status}, {error.code}"
    return type(error).__name__
