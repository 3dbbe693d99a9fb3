"""Pictures on their way into a message: drawn, uploaded without a channel, named in a block.

    draw -> files.getUploadURLExternal -> POST -> files.completeUploadExternal -> image block

A file that no message names is seen by nobody, so one that was uploaded in vain does no harm.
Whatever goes wrong costs the picture and not the message it belongs to.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from bot.platforms import Picture
from bot.platforms.cutting import cut
from bot.platforms.slack.limits import HEADER, check
from bot.platforms.slack.markup import Block, Page, escaped
from bot.platforms.slack.web import Web
from briefings.errors import DeliveryError

PATIENCE_S = 6.0
"""Drawing and uploading take no longer: the message waits, and a digest may not wait for long."""
READY_S = 2.0
"""Slack may refuse a message with a new file for a moment; how long to wait before once more."""
NAME = "timeline.png"

_FILE = re.compile(r"F[A-Z0-9]{1,30}")

_log = logging.getLogger(__name__)

Draw = Callable[[], Awaitable[Picture | None]]


async def image(
    web: Web, workspace: str, draw: Draw, *, patience_s: float = PATIENCE_S
) -> Block | None:
    """Draw a picture and upload it: the block that shows it, or None when there is none."""
    try:
        async with asyncio.timeout(patience_s):
            picture = await draw()
            if picture is None:
                return None
            return block(await _upload(web, workspace, picture), picture)
    except DeliveryError as error:
        why = str(error)
    except Exception as error:
        why = type(error).__name__  # what it says may hold what was sent
    _log.warning("a message goes without its picture: %s", why)
    return None


def block(file: str, picture: Picture) -> Block:
    """A picture that was uploaded, with its words for who does not see it."""
    title = {"type": "plain_text", "text": cut(picture.title, HEADER), "emoji": False}
    return {"type": "image", "slack_file": {"id": file}, "alt_text": picture.alt, "title": title}


def illustrated(page: Page, shown: Block | None) -> Page:
    """A page with a picture over its buttons; as it is where it has no room for one."""
    if shown is None or not page.blocks:
        return page
    *above, last = page.blocks
    below = [last] if last["type"] == "actions" else []
    blocks = [*(above if below else page.blocks), shown, *below]
    return page if check({"blocks": blocks, "text": page.text}) else Page(tuple(blocks), page.text)


def alone(shown: Block) -> Page:
    """A picture as a message of its own."""
    return Page((shown,), escaped(shown["alt_text"]))


def has_image(blocks: Sequence[Block]) -> bool:
    """Whether blocks show a file."""
    return any(each["type"] == "image" for each in blocks)


def forms(blocks: Sequence[Block]) -> Iterator[tuple[float, list[Block]]]:
    """What to send in turn until Slack takes it, each after so many seconds; nothing is text alone.

    A picture is tried twice: a file that was just uploaded may not be known everywhere yet. One
    that is all there is is left then.
    """
    whole = [dict(each) for each in blocks]
    yield 0.0, whole
    if has_image(whole):
        yield READY_S, whole
        if not (without := [each for each in whole if each["type"] != "image"]):
            return
        yield 0.0, without
    if whole:
        yield 0.0, []


async def _upload(web: Web, workspace: str, picture: Picture) -> str:
    """Upload a file without sharing it; its id.

    Raises:
        Refused, Ambiguous, Rejected, Unfit: it is not there, or may not be.
    """
    wanted = {"filename": NAME, "length": len(picture.png), "alt_txt": picture.alt}
    # As a form: the library would put the words into the address, which may get too long.
    given = await web.call(
        workspace,
        lambda client: client.api_call("files.getUploadURLExternal", data=wanted),
    )
    file, address = str(given.get("file_id")), str(given.get("upload_url"))
    if not _FILE.fullmatch(file):
        raise ValueError("no file id")
    await web.put(workspace, address, picture.png)
    named: list[dict[str, Any]] = [{"id": file, "title": picture.title}]
    await web.call(
        workspace,
        lambda client: client.files_completeUploadExternal(files=named),
    )
    return file
