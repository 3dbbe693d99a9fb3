"""Commands coming in from Slack: typed, pressed, mentioned, or asked for in a message's menu.

    request -> ack -> Work: seen before? -> who is it -> host.ask -> present -> Reply

Slack waits three seconds for an ack and brings again what it got none for, so the ack comes first
and nothing is done twice. What nobody listens to is acknowledged, too.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import changes
from bot.platforms import Host
from bot.platforms.slack.clients import sdk_log, web_client
from bot.platforms.slack.forms import open_form, workspace
from bot.platforms.slack.grants import Grants
from bot.platforms.slack.markup import Block, Page
from bot.platforms.slack.outbound import Press, present, pressed
from bot.platforms.slack.payloads import Asked, asked, is_from_a_person, links, typed
from bot.platforms.slack.people import People
from bot.platforms.slack.pictures import alone, illustrated, image
from bot.platforms.slack.previews import preview
from bot.platforms.slack.replies import Posted, Private, Reply
from bot.platforms.slack.settings import COMMAND, SUMMARISE_LINKS, SlackSettings, base_url
from bot.platforms.slack.web import Web
from bot.platforms.working import BUSY, Work
from briefings.answers import Answer, Choice, Failure
from briefings.errors import IntelbriefError
from briefings.subscriptions import Principal

PATIENCE_S = 3.0
"""After this long an answer is announced."""
STANDS = 3
"""Where the announcement stays on the screen it comes after so many times as long."""
WHOLE = Press()
NO_LINKS = Failure("There is no web address in that message.", "Choose one that has a link.")
PRESSES = re.compile(r"(more|sources|facts|timeline|ask)(:\d+)?$")
"""Buttons that show something to whoever presses them; the value is a command."""
SHARE = re.compile(r"share(:\d+)?$")
SUBSCRIBE = "subscribe"

_log = logging.getLogger(__name__)

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inbound:
    """Answers what comes in. `patience_s`: when to say that it takes a while."""

    host: Host
    settings: SlackSettings
    web: Web
    grants: Grants
    people: People
    work: Work
    patience_s: float = PATIENCE_S

    def listen(self, app: AsyncApp) -> None:
        """Register everything a workspace may send, but for the forms."""
        app.use(self._prepare)
        app.command(COMMAND)(self._command)
        app.shortcut(SUMMARISE_LINKS)(self._summarise_links)
        app.action(PRESSES)(self._press)
        app.action(SHARE)(self._share)
        app.action(SUBSCRIBE)(self._subscribe)
        app.event("app_mention")(self._mention)
        app.event("message")(self._direct)
        app.event("link_shared")(self._links)
        app.error(_leave_nothing_unacknowledged)

    async def _prepare(
        self, context: AsyncBoltContext, body: Body, next: Callable[[], Awaitable[None]]
    ) -> None:
        """Name the workspace where bolt does not, and give listeners a client of ours.

        An event for an app that a whole organisation installed is authorized for no workspace, but
        is from one. bolt's own client would heed the environment's proxy.
        """
        granted = context.authorize_result
        if granted is not None and not granted.team_id and body.get("team_id"):
            granted.team_id = str(body["team_id"])
        if granted is not None and granted.team_id and granted.enterprise_id:
            await self.grants.belongs(granted.team_id, granted.enterprise_id)
        url, proxy = base_url(self.settings), self.settings.proxy
        token = str(context.get("token") or "")
        context["client"] = web_client(url, token=token, proxy=proxy)
        await next()

    # --- what comes in --------------------------------------------------------------------------

    async def _command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        ask = asked(body, workspace(context))
        text = typed(str(body.get("text") or ""))
        reply = self._private(ask)
        # A question may be answered twice; to remember it would make it wait for every write.
        await self._once(ask, reply, lambda: self._answer(text, ask, reply), lasting=changes(text))

    async def _press(
        self, ack: AsyncAck, body: Body, payload: Body, context: AsyncBoltContext
    ) -> None:
        await ack()
        ask, value = asked(body, workspace(context)), str(payload.get("value") or "")
        show = pressed(str(payload.get("action_id") or ""))
        # A page of a private answer makes room for the next; what all see stays as it is.
        private = bool((body.get("container") or {}).get("is_ephemeral"))
        reply = self._private(ask, instead=private)
        # A refusal makes no room for itself: the button has to be there to be pressed again.
        await self._once(ask, self._private(ask), lambda: self._answer(value, ask, reply, show))

    async def _share(
        self, ack: AsyncAck, body: Body, payload: Body, context: AsyncBoltContext
    ) -> None:
        await ack()
        ask, command = asked(body, workspace(context)), str(payload.get("value") or "")
        show = pressed(str(payload.get("action_id") or ""))
        reply = self._private(ask)
        await self._once(ask, reply, lambda: self._post(command, ask, reply, show))

    async def _subscribe(
        self,
        ack: AsyncAck,
        body: Body,
        payload: Body,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        await ack()
        ask, command = asked(body, workspace(context)), str(payload.get("value") or "")
        trigger, reply = str(body.get("trigger_id") or ""), self._private(ask)

        async def form() -> None:
            who = await self.people.principal(ask.scope, ask.user)
            try:
                await open_form(client, self.host, who, trigger, command)
            except SlackApiError as error:  # it holds what was sent
                code = str(error.response.get("error", ""))
                refusal = Failure(f"The form could not be opened ({code}).", "Press once more.")
                await reply.say(present(refusal, command, who.zone))

        await self._once(ask, reply, form)

    async def _summarise_links(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        ask = asked(body, workspace(context))
        found, reply = links(body.get("message") or {}), self._private(ask)

        async def summarise() -> None:
            who = await self.people.principal(ask.scope, ask.user)
            if not found:
                await reply.say(present(NO_LINKS, "", who.zone))
            for address in found:
                await self._answer(f"summarize {address}", ask, reply)

        await self._once(ask, reply, summarise)

    async def _mention(self, body: Body, event: Body, context: AsyncBoltContext) -> None:
        await self._written(body, event, context)

    async def _direct(self, body: Body, event: Body, context: AsyncBoltContext) -> None:
        if event.get("channel_type") == "im":
            await self._written(body, event, context)

    async def _written(self, body: Body, event: Body, context: AsyncBoltContext) -> None:
        bot_user = str(context.bot_user_id or "")
        if not is_from_a_person(event, bot_user):
            return
        ask = asked(body, workspace(context))
        text = typed(str(event.get("text") or ""), bot_user=bot_user)
        thread = str(event.get("thread_ts") or event.get("ts") or "")
        reply = Posted(self.web, ask.scope, self.host.clock, thread=thread)
        await self._once(ask, reply, lambda: self._answer(text, ask, reply))

    async def _links(self, body: Body, event: Body, context: AsyncBoltContext) -> None:
        if self.settings.slack_unfurl:
            ask = asked(body, workspace(context))
            await self._once(ask, None, lambda: preview(event, ask.scope, self.host, self.web))

    # --- what is done about it ------------------------------------------------------------------

    async def _once(
        self,
        ask: Asked,
        reply: Reply | None,
        do: Callable[[], Awaitable[None]],
        *,
        lasting: bool = True,
    ) -> None:
        """Do something in the background, unless Slack has brought this request before.

        Where it cannot be begun, `reply` says why; nobody waits for an answer where there is none.
        """

        async def unless_done() -> None:
            try:
                first = await self.host.first_time(ask.id, lasting=lasting)
            except IntelbriefError as error:
                _log.warning("a request was left: nobody knows whether it came before (%s)", error)
                await self._refuse(reply, Failure(error.message, error.remedy))
            else:
                if first:
                    await do()

        if not self.work.start(unless_done()):
            await self._refuse(reply, BUSY)

    async def _refuse(self, reply: Reply | None, why: Failure) -> None:
        if reply is not None:
            await reply.say(present(why, "", self.host.zone))

    async def _answer(self, text: str, ask: Asked, reply: Reply, show: Press = WHOLE) -> None:
        """Ask the desk, and say so when it takes a while."""
        answering = asyncio.create_task(self._ask(text, ask))
        try:
            patience_s = self.patience_s * (1 if reply.makes_room else STANDS)
            await asyncio.wait({answering}, timeout=patience_s)
            if not answering.done():
                await reply.working()
            answer, who = await answering
        finally:
            answering.cancel()
        page = present(answer, text, who.zone, page=show.page, sources=show.sources)
        if not await reply.say(page):  # nobody waits for a picture
            return
        if (shown := await self._picture(page, who)) is not None:
            more = illustrated(page, shown) if reply.makes_room else alone(shown)
            if more is not page:
                await reply.say(more)

    async def _picture(self, page: Page, who: Principal) -> Block | None:
        """The picture a page wants, where it can be had."""
        if page.picture is None:
            return None
        command = page.picture.command
        return await image(self.web, who.scope.workspace, lambda: self.host.picture(command, who))

    async def _ask(self, text: str, ask: Asked) -> tuple[Answer, Principal]:
        who = await self.people.principal(ask.scope, ask.user)
        return await self.host.ask(text, who), who

    async def _post(self, command: str, ask: Asked, reply: Reply, show: Press) -> None:
        """Ask again for whoever pressed, and post the answer for all in the channel."""
        answer, who = await self._ask(command, ask)
        if not isinstance(answer, Failure | Choice):
            page = present(answer, command, who.zone, page=show.page, shared=True, by=ask.user)
            page = illustrated(page, await self._picture(page, who))
            channel = Posted(self.web, ask.scope, self.host.clock)
            if await channel.say(page):
                return
            why = channel.refused
            answer = Failure(why.message, why.remedy) if why else Failure("It was not shared.")
        await reply.say(present(answer, command, who.zone))

    def _private(self, ask: Asked, *, instead: bool = False) -> Private:
        clock, proxy = self.host.clock, self.settings.proxy
        return Private(ask.response_url, clock, proxy=proxy, instead=instead)


async def _leave_nothing_unacknowledged(error: Exception) -> BoltResponse | None:
    """Acknowledge what nobody listens to: Slack would bring it again, and show an error."""
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=200, body="")
    sdk_log().error("a request from Slack failed (%s)", type(error).__name__)
    return None
