"""Commands carried out, the same for every platform: text -> Command -> permission -> Answer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
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
    kind_of,
    parse,
)
from bot.helping import HELP, HELP_CHINESE
from bot.periods import shown
from bot.rates import Kind, Rates
from bot.vocabulary import COMMANDS, KIND_WORDS, KINDS
from briefings.answers import Answer, Choice, Failure, Help
from briefings.errors import IntelbriefError
from briefings.facts import Kind as FactKind
from briefings.query import Desk
from briefings.subscriptions import Principal, Standing

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

_CHINESE_HELP = frozenset({"zh", "chinese", "中文", "汉语", "漢語"})
_CHINESE_KINDS = tuple(word for word in KIND_WORDS if not word.isascii())

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
            return _meant(reply, words, desk.language) if isinstance(reply, Choice) else reply
        case Chronicle(words, since, as_of):
            return await desk.timeline(words, since=since, as_of=as_of, scope=principal.scope)
        case Facts(words, kind, since, as_of):
            found = await desk.facts(
                words, kind=kind, since=since, as_of=as_of, scope=principal.scope
            )
            return _with_kinds(found, words, kind) if isinstance(found, Choice) else found
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
        case Show(page, chinese):
            return await _show(page, desk, principal, chinese=chinese or desk.language == "zh")


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


async def _show(page: Page, desk: Desk, principal: Principal, *, chinese: bool) -> Answer:
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
            return _help(chinese=chinese)


def _help(*, chinese: bool, about: str = "") -> Help:
    """What the desk answers, or of it what begins with one word."""
    rows = HELP_CHINESE if chinese else HELP
    named = {about, *(word for word, command in COMMANDS.items() if command == about)}
    wanted = [row for row in rows if not about or row[0].split()[1] in named]
    return Help(tuple(wanted or rows), "zh" if chinese else "en")


def _meant(choice: Choice, words: str, language: str) -> Answer:
    """What somebody may have wanted whose words name no organisation, or several."""
    if page := _page(words, language):
        return page
    return (None if choice.ambiguous else _slip(words)) or choice


def _page(words: str, language: str) -> Answer | None:
    """What somebody wanted who wrote more after the word of a page: help facts, status now."""
    spoken, _, rest = words.partition(" ")
    first = COMMANDS.get(spoken, spoken.casefold())
    if first not in tuple(Page):
        return None
    if first != Page.HELP:
        return Failure(
            f"{first} takes no further words.",
            f"Write {CALL} {spoken} alone; {CALL} <topic> is the briefing on an organisation.",
        )
    about = rest.removeprefix("/").casefold()
    chinese = about in _CHINESE_HELP or language == "zh" or spoken in COMMANDS or about in COMMANDS
    about = COMMANDS.get(about, about)
    if about in ("summarise", "tldr"):
        about = "summarize"
    if about in WORDS:
        return _help(chinese=chinese, about=about)
    if about in (*_CHINESE_HELP, "en", "english"):
        return _help(chinese=chinese)
    return Failure(f"There is no command {shown(rest)}.", f"{CALL} help lists those there are.")


def _with_kinds(choice: Choice, words: str, kind: FactKind | None) -> Answer:
    """A choice of organisations for words that may have been meant as a kind of facts."""
    kinds = f"The kinds of facts are {', '.join(KINDS)}."
    if kind_of(words) is not None:
        return Failure(
            f"facts needs a topic before {words}.", f"Write {CALL} facts <topic> {words}."
        )
    known = words.removesuffix(choice.query).strip()
    if kind is not None or not known or known == words or choice.ambiguous:
        return choice
    if near := get_close_matches(
        choice.query.casefold(), (*KINDS, *_CHINESE_KINDS), n=1, cutoff=0.7
    ):
        return Failure(
            f"There is no kind of facts and no organisation called {choice.query!r}.",
            f"Did you mean {CALL} facts {known} {near[0]}? {kinds}",
        )
    return replace(choice, hint=kinds)


def _slip(words: str) -> Failure | None:
    """A slip of the pen in a command word, which made it an unknown topic."""
    first, _, rest = words.partition(" ")
    near = get_close_matches(first.casefold(), WORDS, n=1, cutoff=0.75)
    if not near:
        return None
    return Failure(
        f"There is no command and no organisation called {shown(first)}.",
        f"Did you mean {CALL} {' '.join((near[0], rest)).strip()}?",
    )
