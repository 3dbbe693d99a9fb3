"""Where an answer goes: to the asker alone, or into the thread or channel it was asked for in."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.platforms.slack.clients import webhook
from bot.platforms.slack.markup import Page, plain
from bot.platforms.slack.pictures import forms
from bot.platforms.slack.web import Web
from briefings.errors import DeliveryError, Refused, Unfit
from briefings.ports import Clock
from briefings.subscriptions import Scope

SILENT: Mapping[str, Any] = {
    "unfurl_links": False,
    "unfurl_media": False,
    "link_names": False,
    "parse": "none",
}
"""Nothing in a message becomes a preview or a mention that is not marked up as one."""

LONGEST_WAIT_S = 60
"""Somebody sits before the screen: an answer that may only be sent later is left."""
TRIES = 3

_log = logging.getLogger(__name__)


class Reply(Protocol):
    """A place for the answer to one request."""

    @property
    def makes_room(self) -> bool:
        """Whether what was shown here before for the same request makes room for a page.

        Where it does not, all that is said stands.
        """

    async def say(self, page: Page) -> bool:
        """Show a page.

        False when Slack did not take it, which is in the log.
        """

    async def working(self) -> None:
        """Say that the answer takes a while; no more than once where that stands."""


def saying(text: str) -> Page:
    """A page of one plain sentence."""
    return Page((), plain(text))


WORKING = saying("Working on it …")
LONGER = saying("This takes a while. The answer comes below.")
"""Instead of it where it stands."""


class Private:
    """Shows answers to the asker alone, by the address that came with the request.

    `instead`: they take the place of the private message whose button was pressed. Slack replaces
    no other message, in particular none that was posted by the same address.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        proxy: str = "",
        instead: bool = False,
    ) -> None:
        self.makes_room = instead
        self._url = url
        self._clock = clock
        self._proxy = proxy
        self._told = False

    async def working(self) -> None:
        if not self._told:
            self._told = True
            await self.say(WORKING if self.makes_room else LONGER)

    async def say(self, page: Page) -> bool:
        how = {"response_type": "ephemeral", "replace_original": self.makes_room}
        for wait_s, form in _forms(page):
            if wait_s:
                await self._clock.sleep(wait_s)
            answer = await self._send({**form, **SILENT, **how})
            if answer is None or answer.status_code in (200, 429):
                break
        return answer is not None and answer.status_code == 200

    async def _send(self, body: dict[str, Any]) -> WebhookResponse | None:
        """What Slack says, asked again when it asks to wait; None where it cannot be reached."""
        for _ in range(TRIES):
            try:
                answer = await webhook(self._url, proxy=self._proxy).send_dict(body)
            except Exception as error:  # whatever it is, what it says may hold the address
                _log.warning("an answer did not reach Slack (%s)", type(error).__name__)
                return None
            status, wait = answer.status_code, _wait(answer)
            if status != 200:
                _log.warning("Slack did not take an answer (%d, %s)", status, _code(answer))
            if status != 429 or wait > LONGEST_WAIT_S:
                break
            await self._clock.sleep(wait)
        return answer


class Posted:
    """Posts answers where everybody in the channel sees them; in a thread where there is one."""

    makes_room = True

    def __init__(self, web: Web, scope: Scope, clock: Clock, *, thread: str = "") -> None:
        self._web = web
        self._scope = scope
        self._clock = clock
        self._thread = thread
        self._ts = ""
        self.refused: DeliveryError | None = None
        """Why the last page was not taken."""

    async def working(self) -> None:
        await self.say(WORKING)

    async def say(self, page: Page) -> bool:
        for wait_s, form in _forms(page):
            if wait_s:
                await self._clock.sleep(wait_s)
            if await self._took(form):
                return True
            if not isinstance(self.refused, Unfit):
                break
        _log.warning("Slack did not take an answer (%s)", self.refused)
        return False

    async def _took(self, body: Mapping[str, Any]) -> bool:
        """Whether Slack takes a message, asked again when it asks to wait."""
        for _ in range(TRIES):
            try:
                self._ts = await self._send(body)
            except Refused as error:
                self.refused = error
                if error.retry_after_s is None or error.retry_after_s > LONGEST_WAIT_S:
                    break
                await self._clock.sleep(error.retry_after_s)
            except DeliveryError as error:
                self.refused = error
                break
            else:
                self.refused = None
                return True
        return False

    async def _send(self, body: Mapping[str, Any]) -> str:
        channel = self._scope.channel
        if self._ts:
            said = await self._web.call(
                self._scope.workspace,
                lambda client: client.chat_update(
                    channel=channel, ts=self._ts, link_names=False, parse="none", **body
                ),
            )
        else:
            said = await self._web.call(
                self._scope.workspace,
                lambda client: client.chat_postMessage(
                    channel=channel, thread_ts=self._thread or None, **SILENT, **body
                ),
            )
        return str(said.get("ts") or "")


def _forms(page: Page) -> Iterator[tuple[float, dict[str, Any]]]:
    """A page in the forms it may be taken in, the fullest first, each after so many seconds."""
    for wait_s, blocks in forms(page.blocks):
        yield wait_s, {"text": page.text, "blocks": blocks} if blocks else {"text": page.text}


def _wait(answer: WebhookResponse) -> float:
    wait = {name.lower(): value for name, value in answer.headers.items()}.get("retry-after", "")
    return float(wait) if str(wait).isdigit() else LONGEST_WAIT_S


def _code(answer: WebhookResponse) -> str:
    """What Slack says is wrong, when it is one of its codes."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = {"error": answer.body}
    code = str(said.get("error", "") if isinstance(said, dict) else "")
    return code if code.replace("_", "").isalnum() and len(code) < 60 else "no reason given"
