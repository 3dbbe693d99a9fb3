"""The form that subscribes a channel: opened, filled in, sent in.

    open_form -> form -> suggestions, another frequency -> submit -> Subscribing.subscribe

Who may is asked when it is opened and again when it is sent in.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import refused
from bot.grammar import Brief, Subscribe, parse
from bot.platforms import Host
from bot.platforms.slack.elements import MOST_OPTIONS, Block, message, options
from bot.platforms.slack.form_view import (
    FREQUENCY,
    SUBSCRIBE,
    TOPIC,
    TOPIC2,
    ZONE,
    Entries,
    entries_of,
    form,
    made,
    problems,
    read_form,
)
from bot.platforms.slack.outbound import present
from bot.platforms.slack.seal import Seal
from briefings import zones
from briefings.answers import Choice, SubscriptionList
from briefings.errors import InputError, IntelbriefError
from briefings.schedule import read_schedule
from briefings.subscriptions import Principal

PrincipalOf = Callable[[AsyncWebClient, str, str, str], Awaitable[Principal]]
"""(client, team, channel, user) -> who that is, and what they may do there."""

PATIENCE_S = 2.0
"""How long Slack is left without an answer to a form: it gives up after three seconds."""

REFUSED = "Not subscribed"
STALE = "This form was not made for you, or not by this desk. Close it, and open it anew."
NOT_IN_CHANNEL = (
    "I am not in that channel, so I cannot post there yet. Type /invite @intelbrief in it, "
    "before the digest is due."
)
_UNREACHED = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
_TOPICS = re.compile(f"{TOPIC}|{TOPIC2}")
_USUAL_ZONES: tuple[str, ...] = (
    *("UTC", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata"),
    *("Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago"),
    *("America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "Australia/Sydney"),
)
"""Offered before anything is typed, after the asker's own."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form: the view to show, or what is wrong in which block."""

    view: Block = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


async def open_form(
    client: AsyncWebClient, host: Host, principal: Principal, trigger_id: str, command: str = ""
) -> None:
    """Show somebody the form, filled in as far as a command says; to those who may not, why not.

    A principal whose scope has no channel is asked for one.
    """
    view = opening(host, principal, command)
    await client.views_open(trigger_id=trigger_id, view=view)


def opening(host: Host, principal: Principal, command: str = "") -> Block:
    """The view that opens the form for somebody."""
    if refusal := refused(Subscribe(""), principal):
        return message("Subscribe", refusal.message, refusal.remedy)
    scope = principal.scope
    remembered = {"team": scope.workspace, "channel": scope.channel}
    sealed = Seal(host.settings).close(SUBSCRIBE, principal.user, remembered)
    return form(_prefilled(host, principal, command), host.presets, scope.channel, sealed)


def listeners(
    app: AsyncApp, host: Host, principal_of: PrincipalOf, *, patience_s: float = PATIENCE_S
) -> None:
    """Register what the form calls back."""
    seal = Seal(host.settings)

    async def offer_topics(ack: AsyncAck, payload: Mapping[str, Any]) -> None:
        typed = str(payload.get("value", ""))
        await ack(options=options(host.suggest(typed, MOST_OPTIONS)))

    async def offer_zones(
        ack: AsyncAck, body: Mapping[str, Any], payload: Mapping[str, Any], client: AsyncWebClient
    ) -> None:
        remembered = _remembered(seal, body)
        if remembered is None:
            await ack(options=[])
            return
        typed, usual = str(payload.get("value", "")), _USUAL_ZONES
        if not typed.strip():
            who = await principal_of(client, *remembered, _user(body))
            usual = (who.zone.key, host.zone.key, *_USUAL_ZONES)
        await ack(options=options(zone_choices(host.clock.now(), typed, usual)))

    async def frequency_changed(
        ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        remembered = _remembered(seal, body)
        if remembered is None:
            return
        view, (_, channel) = body["view"], remembered
        entries = replace(read_form(view), day="")
        changed = form(entries, host.presets, channel, view["private_metadata"])
        # Without its hash: of two quick choices the later one is to stay.
        await client.views_update(view_id=view["id"], view=changed)

    async def submitted(
        ack: AsyncAck, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        view, remembered = body["view"], _remembered(seal, body)
        if remembered is None or not comes_from(remembered[0], context):
            await ack(response_action="update", view=message(REFUSED, STALE))
            return
        team, channel = remembered
        entries = read_form(view)
        if wrong := _wrong(host, entries, channel):
            # The form may not have caught up with the frequency yet, and has no such field.
            there = {block.get("block_id") for block in view["blocks"]}
            errors = {at if at in there else "frequency": said for at, said in wrong.items()}
            await ack(response_action="errors", errors=errors)
            return
        scope = (team, channel or entries.channel, _user(body))
        work = asyncio.ensure_future(_subscribe(host, client, principal_of, scope, entries))
        done, _ = await asyncio.wait([work], timeout=patience_s)
        if not done:
            waiting = message("One moment", "The digest is being set up.")
            await ack(response_action="update", view=waiting)
            outcome = await work
            shown = outcome.view or message(REFUSED, *outcome.errors.values())
            await client.views_update(view_id=view["id"], view=shown)
        elif work.result().errors:
            await ack(response_action="errors", errors=dict(work.result().errors))
        else:
            await ack(response_action="update", view=work.result().view)

    app.options(_TOPICS)(offer_topics)
    app.options(ZONE)(offer_zones)
    app.action(FREQUENCY)(frequency_changed)
    app.view(SUBSCRIBE)(submitted)


def zone_choices(now: datetime, typed: str, usual: Sequence[str]) -> list[tuple[str, str]]:
    """Zones as (label, key), likeliest first, the `usual` ones where nothing is typed; the label
    says what the clocks show there now."""
    keys = zones.zones_matching(typed, MOST_OPTIONS) if typed.strip() else dict.fromkeys(usual)
    return [(f"{key} (now {now.astimezone(zones.zone_of(key)):%a %H:%M})", key) for key in keys]


async def _subscribe(
    host: Host,
    client: AsyncWebClient,
    principal_of: PrincipalOf,
    scope: tuple[str, str, str],
    entries: Entries,
) -> Outcome:
    """Subscribe the channel and tell there, privately, what it gets by now; never raises."""
    subscribing = host.desk.subscribing
    try:
        who = await principal_of(client, *scope)
        if refusal := refused(Subscribe(entries.words), who):
            return Outcome(message(REFUSED, refusal.message, refusal.remedy))
        listed = await subscribing.subscribe(who, entries.words, entries.when, entries.preset)
        if isinstance(listed, Choice):
            return Outcome(errors={"topic": _unknown(entries.topic)})
        topics = set(subscribing.named(entries.words))
        row = next(row for row in listed.rows if set(row.topics) == topics)
        told = await _tell(client, who, listed)
        return Outcome(made(listed, row, who.scope.channel, "" if told else NOT_IN_CHANNEL))
    except InputError as error:
        return Outcome(errors={"topic": str(error)})
    except IntelbriefError as error:
        return Outcome(message(REFUSED, error.message, error.remedy))
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("a form failed (reference %s)", reference)
        return Outcome(
            message(
                REFUSED,
                f"Something went wrong inside intelbrief (reference {reference}).",
                "Try once more. Whoever runs the desk finds the reference in its log.",
            )
        )


async def _tell(client: AsyncWebClient, who: Principal, listed: SubscriptionList) -> bool:
    """Show the channel's list to whoever changed it; False where the channel is out of reach."""
    page = present(listed, "subscriptions", who.zone)
    try:
        await client.chat_postEphemeral(
            channel=who.scope.channel,
            user=who.user,
            text=page.text,
            blocks=list(page.blocks),
            parse="none",
            link_names=False,
        )
    except SlackApiError as error:
        code = error.response.get("error", "")
        _log.info("the list was not shown after subscribing: %s", code)
        return code not in _UNREACHED
    except Exception as error:  # the digest is subscribed to, whatever became of the list
        _log.warning("the list was not shown after subscribing: %s", type(error).__name__)
    return True


def _wrong(host: Host, entries: Entries, channel: str) -> dict[str, str]:
    """Everything in the form that cannot be meant."""
    wrong = problems(entries, host.presets, channel)
    for block, topic in (("topic", entries.topic), ("topic2", entries.topic2)):
        if topic and block not in wrong and not host.desk.subscribing.named(topic):
            wrong[block] = _unknown(topic)
    return wrong


def _unknown(topic: str) -> str:
    return f"“{topic}” names no organisation, or several. Choose one from the list."


def _prefilled(host: Host, principal: Principal, command: str) -> Entries:
    """The form as a command would fill it in; what is not understood is left out."""
    blank = Entries(zone=principal.zone.key)
    try:
        parsed = parse(command)
    except InputError:
        return blank
    if not isinstance(parsed, Brief | Subscribe):
        return blank
    topics = dict(zip(("topic", "topic2"), host.desk.subscribing.named(parsed.words), strict=False))
    if isinstance(parsed, Brief):
        return replace(blank, **topics)
    preset = {"preset": parsed.preset} if parsed.preset in host.presets else {}
    try:
        said = entries_of(read_schedule(parsed.schedule, principal.zone))
    except InputError:
        said = {}
    return replace(blank, **topics, **preset, **said)


def _remembered(seal: Seal, body: Mapping[str, Any]) -> tuple[str, str] | None:
    """The team and channel the form was opened for, by whoever it was opened for."""
    sealed = str((body.get("view") or {}).get("private_metadata", ""))
    remembered = seal.open(SUBSCRIBE, _user(body), sealed)
    return (remembered["team"], remembered["channel"]) if remembered else None


def _user(body: Mapping[str, Any]) -> str:
    return str(body["user"]["id"])


def workspace(context: AsyncBoltContext) -> str:
    """The workspace a request is answered for, or its organisation where it names none."""
    granted = context.authorize_result
    team = granted.team_id if granted else None
    return str(team or context.team_id or context.enterprise_id or "")


def comes_from(team: str, context: AsyncBoltContext) -> bool:
    """Whether a request may be one of this workspace's.

    An app that a whole organisation installed is not always told from which of its workspaces a
    form comes; whom the form was made for is certain even so.
    """
    return workspace(context) == team or bool(context.is_enterprise_install)
