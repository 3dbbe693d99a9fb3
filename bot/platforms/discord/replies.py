"""Where an answer goes: to whoever asked alone, or for all to see in the channel."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import discord

from bot.platforms import Picture
from bot.platforms.discord.markup import Page
from bot.platforms.discord.outbound import Button

ACKNOWLEDGED = 40060
UNKNOWN_INTERACTION = 10062
TRIES = 3
PICTURE = "timeline.png"
LONGEST_ALT = 1_024
SILENT = discord.AllowedMentions.none()

_log = logging.getLogger(__name__)


async def acknowledge(
    interaction: discord.Interaction[Any], *, ephemeral: bool = True, thinking: bool = True
) -> bool:
    """Tell Discord that an interaction arrived; False when it is too late for an answer."""
    for _ in range(TRIES):
        try:
            await interaction.response.defer(ephemeral=ephemeral, thinking=thinking)
        except discord.HTTPException as error:
            # The answer to the first try may have been lost on its way.
            if error.code == ACKNOWLEDGED:
                return True
            _log.warning("an interaction could not be acknowledged (%s)", code(error))
            return False
        except Exception as error:
            _log.warning("an interaction could not be acknowledged (%s)", code(error))
        else:
            return True
    return False


class Private:
    """Shows answers to the asker alone: the first in place of what was there, others below it."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self._message = 0

    async def say(
        self, page: Page, buttons: Sequence[Button] = (), picture: Picture | None = None
    ) -> bool:
        """Show a page instead of the one before; False when Discord did not take it."""
        form: dict[str, Any] = {
            "content": page.content or None,
            "embeds": embeds(page, picture),
            "view": view(buttons),
            "attachments": files(picture),
            "allowed_mentions": SILENT,
        }
        try:
            if self._message:
                await self._interaction.followup.edit_message(self._message, **form)
            else:
                await self._interaction.edit_original_response(**form)
        except Exception as error:
            _log.warning("an answer did not reach Discord (%s)", code(error))
            return False
        return True

    async def more(self, page: Page, buttons: Sequence[Button] = ()) -> bool:
        """Show a page below those before."""
        try:
            sent = await _follow_up(self._interaction, page, buttons, None, ephemeral=True)
        except Exception as error:
            _log.warning("an answer did not reach Discord (%s)", code(error))
            return False
        self._message = sent.id
        return True


async def share(
    interaction: discord.Interaction[Any],
    page: Page,
    buttons: Sequence[Button],
    picture: Picture | None,
) -> str:
    """Show a page to all in the channel; "", or the code of why it was not taken."""
    try:
        await _follow_up(interaction, page, buttons, picture, ephemeral=False)
    except Exception as error:
        _log.warning("an answer was not shared (%s)", code(error))
        return code(error)
    return ""


async def _follow_up(
    interaction: discord.Interaction[Any],
    page: Page,
    buttons: Sequence[Button],
    picture: Picture | None,
    *,
    ephemeral: bool,
) -> discord.WebhookMessage:
    shown = view(buttons)
    more: dict[str, Any] = {"view": shown} if shown is not None else {}
    return await interaction.followup.send(
        page.content or discord.utils.MISSING,
        embeds=embeds(page, picture),
        files=files(picture),
        allowed_mentions=SILENT,
        ephemeral=ephemeral,
        wait=True,
        **more,
    )


def embeds(page: Page, picture: Picture | None = None) -> list[discord.Embed]:
    """The embeds of a page; a picture comes at the end of the last one."""
    made = [discord.Embed.from_dict(each) for each in page.embeds]
    if picture is not None and made:
        made[-1].set_image(url=f"attachment://{PICTURE}")
    return made


def files(picture: Picture | None) -> list[discord.File]:
    """A picture with its words for those who do not see it."""
    if picture is None:
        return []
    return [discord.File(BytesIO(picture.png), PICTURE, description=picture.alt[:LONGEST_ALT])]


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
