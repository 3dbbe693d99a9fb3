"""Commands carried out, the same for every platform: text -> Command -> permission -> Answer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from bot.grammar import (
    CALL,
    WORDS,
    Action,
    AddSource,
    Brief,
    Chronicle,
    Command,
    Facts,
    Manage,
    Page,
    RemoveSource,
    Search,
    Show,
    Subscribe,
    Summarise,
    parse,
)
from bot.rates import Kind, Rates
from briefings.answers import Answer, Choice, Failure, Help
from briefings.errors import IntelbriefError
from briefings.query import Desk
from briefings.subscriptions import Principal, Standing

HELP: tuple[tuple[str, str], ...] = (
    ("/intel <topic>", "Briefing on an organisation: name, alias, ticker, English or Chinese"),
    ("/intel <topic> <topic>", "Briefing on what is between two organisations"),
    (
        "/intel <topic> since 30d asof 2018-06",
        "Only that period. since: 30d, 2w, 6m, 1y, 2023, 2023-01 or 2023-01-31; asof: a date",
    ),
    (
        "/intel facts <topic>",
        "The ledger: who did what with whom, each row with the sentence that says it; of one topic "
        "or two, of one kind (stakes, acquisitions, partnerships ...), since and asof as above",
    ),
    (
        "/intel timeline <topic>",
        "What happened, oldest first, as dated events and a picture: of one topic, or between two; "
        "since and asof as above",
    ),
    ("/intel search <words>", "Articles that contain all the words, English and Chinese"),
    ("/intel summarize <url>", "One article in a few of its own sentences, with its figures"),
    ("/intel sources", "The feeds that are watched, each with its health"),
    ("/intel sources add <url>", "Watch one more feed"),
    ("/intel sources remove <n>", "Stop watching one"),
    (
        "/intel subscribe <topic> weekly mon 09:00 Asia/Shanghai as full",
        "A digest in this channel, of one topic or two. When: hourly, daily, weekdays, weekly mon, "
        "monthly 1 (left out: Mondays at 09:00, here); as brief (left out), full or headlines",
    ),
    ("/intel subscriptions", "This channel's digests, each with its number and its next time"),
    ("/intel unsubscribe <n>", "End one"),
    ("/intel pause <n>", "Let it rest"),
    ("/intel resume <n>", "Let it go on; what it missed is not made up"),
    ("/intel preview <n>", "How it would read now, for you alone"),
    ("/intel send <n>", "Send it now; one that was not delivered goes out again as it was written"),
    ("/intel dismiss <n>", "Leave one that was not delivered, so that status lists it no more"),
    ("/intel topics", "The organisations you can ask about"),
    (
        "/intel status",
        "Version, database, coverage, digests not delivered, and what needs attention",
    ),
    ("/intel help", "This list"),
)

COMPLETIONS = tuple(
    (usage.removeprefix("/intel ").partition("<")[0].strip(), meaning)
    for usage, meaning in HELP
    if not usage.startswith("/intel <")
)
"""What a prompt may offer as the beginning of a command, each with its meaning."""

_NEEDS: Mapping[type[Command] | Action, tuple[Standing, str]] = MappingProxyType(
    {
        Brief: (Standing.MEMBER, ""),
        Chronicle: (Standing.MEMBER, ""),
        Facts: (Standing.MEMBER, ""),
        Search: (Standing.MEMBER, ""),
        Summarise: (Standing.MEMBER, ""),
        Show: (Standing.MEMBER, ""),
        AddSource: (Standing.MANAGER, "change the watched sources"),
        RemoveSource: (Standing.MANAGER, "change the watched sources"),
        Subscribe: (Standing.MANAGER, "change its subscriptions"),
        Action.UNSUBSCRIBE: (Standing.MANAGER, "change its subscriptions"),
        Action.PAUSE: (Standing.MANAGER, "change its subscriptions"),
        Action.RESUME: (Standing.MANAGER, "change its subscriptions"),
        Action.PREVIEW: (Standing.MEMBER, ""),
        Action.SEND: (Standing.MANAGER, "send its digests"),
        Action.DISMISS: (Standing.MANAGER, "dismiss its digests"),
    }
)
"""Who may do what at least, and what the others are told they may not do."""

_log = logging.getLogger(__name__)


async def answer(text: str, desk: Desk, principal: Principal, rates: Rates | None = None) -> Answer:
    """Parse and carry out one command; whatever goes wrong is an answer, too.

    `rates` counts it; without, there is no limit.
    """
    try:
        command = parse(text)
        if rates is not None:
            rates.take(principal, Kind.COMMAND)
            if isinstance(command, AddSource):
                rates.take(principal, Kind.SOURCE)
        return await execute(command, desk, principal)
    except IntelbriefError as error:
        return Failure(error.message, error.remedy)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("command failed (reference %s)", reference)
        return Failure(
            f"Something went wrong inside intelbrief (reference {reference}).",
            "Try once more. Whoever runs the desk finds the reference in its log.",
        )


async def execute(command: Command, desk: Desk, principal: Principal) -> Answer:
    """Carry out one command for somebody, or refuse what they may not do.

    Raises:
        IntelbriefError: when it cannot be done, fit to be shown to the asker.
    """
    if refusal := refused(command, principal):
        return refusal
    match command:
        case Brief(words, since, as_of):
            reply = await desk.brief(words, since=since, as_of=as_of, scope=principal.scope)
            unknown = isinstance(reply, Choice) and not reply.ambiguous
            return (unknown and _slip(words)) or reply
        case Chronicle(words, since, as_of):
            return await desk.timeline(words, since=since, as_of=as_of, scope=principal.scope)
        case Facts(words, kind, since, as_of):
            return await desk.facts(
                words, kind=kind, since=since, as_of=as_of, scope=principal.scope
            )
        case Search(words):
            return await desk.search(words, principal.scope)
        case Summarise(url):
            return await desk.summarise(url, principal.scope)
        case AddSource(url):
            return await desk.add_source(url, principal.scope)
        case RemoveSource(number):
            return await desk.remove_source(number, principal.scope)
        case Subscribe(words, schedule, preset):
            return await desk.subscribing.subscribe(principal, words, schedule, preset)
        case Manage(action, number):
            return await _manage(action, number, desk, principal)
        case Show(page):
            return await _show(page, desk, principal)


def refused(command: Command, principal: Principal) -> Failure | None:
    """Why somebody may not give this command in this channel; None where they may."""
    least, what = _NEEDS[command.action if isinstance(command, Manage) else type(command)]
    if principal.standing >= least:
        return None
    return Failure(
        f"Only the managers of this channel may {what}.",
        "Ask one of them, or whoever runs the desk.",
    )


def changes(text: str) -> bool:
    """Whether a command as typed may change or post something, and must not act twice."""
    try:
        command = parse(text)
    except IntelbriefError:
        return False
    standing, _ = _NEEDS[command.action if isinstance(command, Manage) else type(command)]
    return standing > Standing.MEMBER


async def _manage(action: Action, number: int, desk: Desk, principal: Principal) -> Answer:
    subscribing = desk.subscribing
    match action:
        case Action.UNSUBSCRIBE:
            return await subscribing.unsubscribe(principal, number)
        case Action.PAUSE:
            return await subscribing.pause(principal, number)
        case Action.RESUME:
            return await subscribing.resume(principal, number)
        case Action.PREVIEW:
            return await subscribing.preview(principal, number)
        case Action.SEND:
            return await subscribing.send(principal, number)
        case Action.DISMISS:
            return await subscribing.dismiss(principal, number)


async def _show(page: Page, desk: Desk, principal: Principal) -> Answer:
    match page:
        case Page.SOURCES:
            return await desk.sources(principal.scope)
        case Page.SUBSCRIPTIONS:
            return await desk.subscribing.list(principal)
        case Page.TOPICS:
            return await desk.topics(principal.scope)
        case Page.STATUS:
            return await desk.status(principal)
        case Page.HELP:
            return Help(HELP)


def _slip(words: str) -> Failure | None:
    """A slip of the pen in a command word, which made it an unknown topic."""
    first, _, rest = words.partition(" ")
    near = get_close_matches(first.casefold(), WORDS, n=1, cutoff=0.75)
    if not near:
        return None
    return Failure(
        f"There is no command and no organisation called {first!r}.",
        f"Did you mean {CALL} {' '.join((near[0], rest)).strip()}?",
    )
