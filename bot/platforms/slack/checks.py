"""What `intelbrief check` looks at for Slack, in the order a start needs it.

Each finding is (level, what, remedy); a remedy says what to click.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC
from typing import Any, Literal, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.clients import web_client
from bot.platforms.slack.connection import COPY_INSTALLED
from bot.platforms.slack.grants import ask_whose
from bot.platforms.slack.installs import Installs, cipher
from bot.platforms.slack.limits import check as excesses
from bot.platforms.slack.markup import Page, pages
from bot.platforms.slack.outbound import present
from bot.platforms.slack.refusals import from_break
from bot.platforms.slack.settings import (
    EVENTS_PATH,
    HISTORY,
    PREVIEWS,
    SCOPES,
    SlackSettings,
    base_url,
    is_hosted,
    redirect_url,
)
from bot.platforms.slack.socket_mode import NEW_APP_LEVEL
from briefings.answers import Answer
from briefings.errors import IntelbriefError, Rejected
from briefings.ports import SystemClock
from briefings.store.engine import connect as connect_database

Level = Literal["OK", "warn", "FAIL"]
Finding = tuple[Level, str, str]

FORBIDDEN = ("chat:write.public", "chat:write.customize")
"""Scopes that would let the desk speak where it was not invited, or under another name."""
_PERMISSIONS = "On the app's page at api.slack.com/apps, under OAuth & Permissions, "
_REINSTALL = "then click Reinstall to Workspace."


async def findings(
    settings: object,
    *,
    samples: Mapping[str, Answer | str] | None = None,
    live: bool = False,
    database_url: str = "",
) -> AsyncIterator[Finding]:
    """Look at token, scopes and socket or address; with `live`, also let Slack judge messages.

    `samples` are answers, and digests as Markdown, by the name they are reported under.
    """
    slack = cast(SlackSettings, settings)
    client = web_client(base_url(slack), token=slack.slack_bot_token, proxy=slack.proxy)
    try:
        hosted = is_hosted(slack)
        async for finding in _hosted(slack, database_url) if hosted else _token(client):
            yield finding
        async for finding in _http(slack) if slack.slack_mode == "http" else _socket(slack):
            yield finding
    except IntelbriefError as error:
        yield "FAIL", f"Slack: {error.message}", error.remedy
        return
    for name, sample in (samples or {}).items():
        async for finding in _judged(client, name, sample, live=live and not hosted):
            yield finding
    if live and hosted:
        remedy = "Set INTELBRIEF_SLACK_BOT_TOKEN instead, in a test workspace, and check again."
        yield "warn", "Slack: --live needs the token of one workspace.", remedy


async def _token(client: AsyncWebClient) -> AsyncIterator[Finding]:
    try:
        said = await client.auth_test()
        grant = await ask_whose(client)
    except Exception as error:
        meaning = from_break(error, begun=False)
        remedy = meaning.remedy or "Check the connection to slack.com and INTELBRIEF_PROXY."
        if isinstance(meaning, Rejected):
            remedy = COPY_INSTALLED
        yield "FAIL", f"Slack: {meaning.message}", remedy
        return
    yield "OK", f"Slack: workspace {said.get('team')}, as @{said.get('user')}", ""
    for finding in scope_findings(grant.scopes):
        yield finding


def scope_findings(granted: frozenset[str]) -> list[Finding]:
    """What is missing of the scopes, what is too much, and what the optional ones allow. Pure."""
    found: list[Finding] = []
    if missing := [scope for scope in SCOPES if scope not in granted]:
        remedy = f"{_PERMISSIONS}add {', '.join(missing)}, {_REINSTALL}"
        found.append(("FAIL", f"Slack: the app lacks scopes: {', '.join(missing)}.", remedy))
    else:
        found.append(("OK", "Slack: scopes", ""))
    if excess := [scope for scope in FORBIDDEN if scope in granted]:
        remedy = f"{_PERMISSIONS}remove them, {_REINSTALL}"
        found.append(("warn", f"Slack: it needs no {', '.join(excess)}.", remedy))
    if granted & HISTORY:
        looks = ", ".join(sorted(granted & HISTORY))
        found.append(("OK", f"Slack: what may have arrived is looked up ({looks})", ""))
    else:
        found.append(
            ("OK", "Slack: what may have arrived is asked about; channels:history looks it up", "")
        )
    if granted & PREVIEWS and not granted >= PREVIEWS:
        remedy = f"{_PERMISSIONS}add both links:read and links:write, {_REINSTALL}"
        found.append(("warn", "Slack: previews of links need two scopes.", remedy))
    return found


async def _hosted(settings: SlackSettings, database_url: str) -> AsyncIterator[Finding]:
    database = connect_database(database_url)
    try:
        sealing = cipher(settings.secret_key)
        installs = Installs(settings.slack_client_id, database, sealing, SystemClock())
        await installs.open()
        workspaces = await installs.count()
    finally:
        await database.close()
    yield "OK", f"Slack: {workspaces} workspaces have the app; their tokens can be read", ""
    address = redirect_url(settings)
    if not address.startswith("https://"):
        yield (
            "FAIL",
            "Slack: INTELBRIEF_SLACK_PUBLIC_URL does not begin with https://.",
            "Browsers keep the state of an installation for https alone.",
        )
        return
    yield "OK", f"Slack: the app's Redirect URL is to be {address}", ""


async def _socket(settings: SlackSettings) -> AsyncIterator[Finding]:
    client = web_client(base_url(settings), proxy=settings.proxy)
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token)
    except Exception as error:
        meaning = from_break(error, begun=False)
        yield "FAIL", f"Slack: no socket: {meaning.message}", NEW_APP_LEVEL
        return
    yield "OK", "Slack: Socket Mode opens", ""


async def _http(settings: SlackSettings) -> AsyncIterator[Finding]:
    address = settings.slack_public_url.rstrip("/")
    if not address:
        yield (
            "warn",
            "Slack: INTELBRIEF_SLACK_PUBLIC_URL is not set.",
            "Set it to the https:// address Slack reaches the desk at; docs/slack.md shows how.",
        )
        return
    yield "OK", f"Slack: the app's Request URLs are to be {address}{EVENTS_PATH}", ""


async def _judged(
    client: AsyncWebClient, name: str, sample: Answer | str, *, live: bool
) -> AsyncIterator[Finding]:
    """What our limits, and with `live` Slack itself, say about a message as it would be sent."""
    found = pages(sample) if isinstance(sample, str) else [present(sample, "", UTC)]
    wrong: list[str] = []
    for page in found:
        blocks = [dict(block) for block in page.blocks]
        wrong += [str(excess) for excess in excesses({"blocks": blocks, "text": page.text})]
        if live:
            wrong += await _validated(client, page)
    by = "Slack" if live else "the limits"
    if wrong:
        yield "FAIL", f"Slack: {name}: {'; '.join(wrong[:3])}", "Please report this message."
    else:
        yield "OK", f"Slack: {name} fits, says {by}", ""


async def _validated(client: AsyncWebClient, page: Page) -> list[str]:
    blocks: list[dict[str, Any]] = [dict(block) for block in page.blocks]
    try:
        # Not the library's own method: that would put all of it into the address.
        said = await client.api_call("blocks.validate", data={"blocks": json.dumps(blocks)})
    except Exception as error:
        response = getattr(error, "response", None)
        errors = response.get("errors") if response is not None and response.get("errors") else []
        if not errors:
            return [from_break(error, begun=False).message]
    else:
        errors = said.get("errors") or []
    return [f"{each.get('pointer')} {each.get('code')}: {each.get('message')}" for each in errors]
