"""Previews of links, where the operator wants them: of articles the desk has read already."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.platforms import Host
from bot.platforms.slack.markup import blocks
from bot.platforms.slack.web import Web
from briefings.answers import ArticleAnswer
from briefings.errors import DeliveryError, IntelbriefError
from briefings.render import markdown
from briefings.subscriptions import Scope

MOST_BLOCKS = 5
"""Of one preview."""
MOST_LINKS = 5

_log = logging.getLogger(__name__)


async def preview(event: Mapping[str, Any], scope: Scope, host: Host, web: Web) -> None:
    """Show what is known of the links in a message; nothing is fetched for it."""
    found: dict[str, dict[str, Any]] = {}
    for link in (event.get("links") or ())[:MOST_LINKS]:
        address = str(link.get("url") or "")
        answer = await _known(address, scope, host)
        if answer is not None:
            page = markdown(answer, host.zone)
            found[address] = {"blocks": blocks(page)[:MOST_BLOCKS]}
    if not found:
        return
    where: dict[str, Any]
    if event.get("source") == "composer":  # it is still being written, and has no place yet
        where = {"unfurl_id": event.get("unfurl_id"), "source": "composer"}
    else:
        where = {"channel": event.get("channel"), "ts": event.get("message_ts")}
    try:
        await web.call(
            scope.workspace,
            lambda client: client.chat_unfurl(unfurls=found, **where),
        )
    except DeliveryError as error:
        _log.warning("Slack did not take a preview (%s)", error)


async def _known(address: str, scope: Scope, host: Host) -> ArticleAnswer | None:
    try:
        return await host.desk.known(address, scope)
    except IntelbriefError:
        return None
