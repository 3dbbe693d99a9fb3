"""The Home tab: opened, its pages turned, its buttons pressed.

    app_home_opened, a button -> what this user may see here -> home_view.home -> views.publish

A button of a digest gives the command of its name in the digest's channel, on behalf of whoever
presses it; who may is asked then.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms import Host
from bot.platforms.slack.forms import open_form, workspace
from bot.platforms.slack.home_view import (
    HOME,
    PRESS,
    REFRESH,
    SUBSCRIBE,
    VERBS,
    Home,
    News,
    Pages,
    broken,
    home,
    read_pages,
    read_press,
)
from bot.platforms.slack.seal import Seal
from bot.platforms.slack.visible import Channels
from briefings.answers import (
    Answer,
    Briefing,
    Failure,
    StoryLine,
    SubscriptionList,
    SubscriptionRow,
)
from briefings.errors import IntelbriefError
from briefings.query import Ago
from briefings.subscriptions import Principal, Scope, Standing

PrincipalOf = Callable[[AsyncWebClient, str, str, str], Awaitable[Principal]]
"""(client, team, channel, user) -> who that is, and what they may do there."""

LATELY = Ago(2, "w")
TOPICS, STORIES = 3, 5
"""Of how many topics the newest stories are shown, and how many of them."""
NEWS_FRESH_S = 300.0

STALE = "This page was out of date. It is fresh now: press once more."
GONE = "That digest is not there any more, or not in a channel you can see."
BROKEN = "This page could not be put together just now."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who looks at the tab; `direct` is the channel of their messages with the app."""

    client: AsyncWebClient
    team: str
    user: str
    direct: str = ""


def listeners(app: AsyncApp, host: Host, principal_of: PrincipalOf) -> None:
    """Register what shows the tab, and what its buttons call back."""
    tab = _Tab(host, principal_of)

    async def opened(
        event: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        if event.get("tab", "home") == "home":
            direct = str(event.get("channel") or "")
            await tab.show(Visit(client, workspace(context), str(event["user"]), direct), anew=True)

    async def turned(
        ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        await ack()
        visit = tab.visit(body, client, context)
        pressed = body["actions"][0]
        anew = pressed["action_id"] == REFRESH
        await tab.show(visit, read_pages(str(pressed.get("value", ""))), anew=anew)

    async def pressed(
        ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        await ack()
        if await host.first_time(f"slack press {body['trigger_id']}"):
            await tab.press(tab.visit(body, client, context), body)

    async def subscribing(
        ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        await ack()
        who = await principal_of(client, workspace(context), "", body["user"]["id"])
        await open_form(client, host, who, body["trigger_id"])

    app.event("app_home_opened")(opened)
    app.action(re.compile("home_page_"))(turned)
    app.action(re.compile(f"{PRESS}_"))(pressed)
    app.action(SUBSCRIBE)(subscribing)


class _Tab:
    """Puts the tab together, for one person at a time."""

    def __init__(self, host: Host, principal_of: PrincipalOf) -> None:
        self._host = host
        self._principal_of = principal_of
        self._seal = Seal(host.settings)
        self._channels = Channels(host.clock)
        self._told: dict[tuple[str, ...], tuple[float, tuple[News, ...]]] = {}
        """By workspace and topics: what one reads is not another's to see."""

    def visit(
        self, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> Visit:
        """Who pressed a button of the tab; no direct channel where what it remembers is forged."""
        user, team = str(body["user"]["id"]), workspace(context)
        sealed = str((body.get("view") or {}).get("private_metadata", ""))
        remembered = self._seal.open(HOME, user, sealed) or {}
        genuine = remembered.get("team") == team
        return Visit(client, team, user, remembered.get("direct", "") if genuine else "")

    async def show(
        self, visit: Visit, pages: Pages | None = None, notice: str = "", *, anew: bool = False
    ) -> None:
        """Publish the tab as it is now; `anew`: Slack is asked again who is where."""
        try:
            view = await self._view(visit, pages or Pages(), notice, anew=anew)
        except IntelbriefError as error:
            view = broken(f"{BROKEN} {error}")
        except SlackApiError as error:
            _log.warning("the Home tab: Slack says %s", error.response.get("error", ""))
            view = broken(f"{BROKEN} Slack does not say which channels you are in.")
        await visit.client.views_publish(user_id=visit.user, view=view)

    async def press(self, visit: Visit, body: Mapping[str, Any]) -> None:
        """Do what a button of a digest says, as far as whoever pressed it may."""
        pressed = body["actions"][0]
        press = read_press(str(pressed.get("value", "")))
        command = VERBS.get(str(pressed["action_id"]).removeprefix(f"{PRESS}_"))
        sealed = str((body.get("view") or {}).get("private_metadata", ""))
        if press is None or command is None or not self._seal.open(HOME, visit.user, sealed):
            await self.show(visit, notice=STALE, anew=True)
            return
        team, channel = visit.team, press.channel
        who = await self._principal_of(visit.client, team, channel, visit.user)
        try:
            sees = await self._sees(visit, who, {channel})
        except SlackApiError:
            sees = None
        if not sees:
            await self.show(visit, press.pages, GONE, anew=True)
            return
        answer = await self._host.ask(f"{command} {press.number}", who)
        await self.show(visit, press.pages, _notice(answer))

    async def _view(self, visit: Visit, pages: Pages, notice: str, *, anew: bool) -> dict[str, Any]:
        host = self._host
        who = await self._principal_of(visit.client, visit.team, visit.direct, visit.user)
        every = await host.desk.subscribing.in_workspace(who)
        sees = await self._sees(visit, who, {scope.channel for scope, _ in every}, anew=anew)
        digests = None if sees is None else _ordered(every, sees)
        topics = _topics(digests or ()) or await self._busiest(who.scope)
        shown = Home(
            user=visit.user,
            standing=who.standing,
            digests=digests,
            sources=(await host.desk.sources(who.scope)).rows,
            news=await self._news(who.scope, topics),
            topics=topics,
            direct=visit.direct,
            pages=pages,
            notice=notice,
        )
        sealed = {"team": visit.team, "direct": visit.direct}
        return home(shown, self._seal.close(HOME, visit.user, sealed))

    async def _sees(
        self, visit: Visit, who: Principal, channels: set[str], *, anew: bool = False
    ) -> frozenset[str] | None:
        """Those of some channels that somebody may know of; None where nobody can tell."""
        mine = await self._channels.of(visit.client, visit.team, visit.user, anew=anew)
        if mine is None:
            return frozenset({visit.direct} & channels) or None
        known = (mine | {visit.direct}) & channels
        if who.standing < Standing.MANAGER:
            return frozenset(known)
        rest = {channel for channel in channels - known if channel.startswith("C")}
        return known | await self._channels.public(visit.client, visit.team, rest, anew=anew)

    async def _busiest(self, scope: Scope) -> tuple[str, ...]:
        """What most articles are on."""
        rows = (await self._host.desk.topics(scope)).rows
        return tuple(row.name for row in rows[:TOPICS] if row.articles)

    async def _news(self, scope: Scope, topics: Sequence[str]) -> tuple[News, ...]:
        """The newest stories on some topics."""
        key, now = (scope.workspace, *topics), self._host.clock.monotonic()
        told = self._told.get(key)
        if told is not None and now - told[0] < NEWS_FRESH_S:
            return told[1]
        found: dict[str, News] = {}
        for topic in topics:
            answer = await self._host.desk.brief(topic, since=LATELY, scope=scope)
            if isinstance(answer, Briefing):
                found |= {news.story.headline: news for news in _stories(answer)}
        newest = sorted(found.values(), key=lambda news: news.story.published.at, reverse=True)
        if len(self._told) >= 100:
            self._told.clear()
        self._told[key] = now, tuple(newest[:STORIES])
        return self._told[key][1]


def _ordered(
    every: Sequence[tuple[Scope, SubscriptionRow]], sees: frozenset[str]
) -> list[tuple[str, SubscriptionRow]]:
    return [(scope.channel, row) for scope, row in every if scope.channel in sees]


def _topics(digests: Sequence[tuple[str, SubscriptionRow]]) -> tuple[str, ...]:
    """What most digests are on."""
    counted = Counter(topic for _, row in digests for topic in row.topics)
    return tuple(topic for topic, _ in counted.most_common(TOPICS))


def _stories(briefing: Briefing) -> list[News]:
    """The stories about the topics, each with the first source it cites."""
    sources = {source.number: source for source in briefing.sources}
    return [
        News(story, sources.get(_first_cited(story))) for story in briefing.stories if story.about
    ]


def _first_cited(story: StoryLine) -> int:
    """The number of the first source a story stands on, 0 where it names none."""
    said = (cite for statement in story.statements for cite in statement.cites)
    return next((number for numbers in (said, story.also) for number in numbers), 0)


def _notice(answer: Answer) -> str:
    match answer:
        case Failure(message, remedy):
            return f"{message} {remedy}".strip()
        case SubscriptionList(notice=notice):
            return notice
        case _:
            return "Done."
