"""The command grammar, one for every platform: text -> Command -> Answer.

    [/intel] <topic> [<topic>] [since <period>] [asof <date>]
    [/intel] search <words> | summarize <url> | sources [add <url> | remove <n>]
    [/intel] topics | status | help

Parsing is pure. Which words name an organisation is not known here: that is the desk's to say.
"""

from __future__ import annotations

import logging
import re
import secrets
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from briefings.answers import Answer, Choice, Failure, Help
from briefings.errors import InputError, IntelbriefError
from briefings.model import Published
from briefings.query import Ago, Desk
from briefings.text.dates import parse_date
from briefings.text.hygiene import clean_line

LONGEST = 2_000
CALL = "/intel"

HELP: tuple[tuple[str, str], ...] = (
    ("/intel <topic>", "Briefing on an organisation: name, alias, ticker, English or Chinese"),
    ("/intel <topic> <topic>", "Briefing on what is between two organisations"),
    (
        "/intel <topic> since 30d asof 2018-06",
        "Only that period. since: 30d, 2w, 6m, 1y, 2023, 2023-01 or 2023-01-31; asof: a date",
    ),
    ("/intel search <words>", "Articles that contain all the words, English and Chinese"),
    ("/intel summarize <url>", "One article in a few of its own sentences, with its figures"),
    ("/intel sources", "The feeds that are watched, each with its health"),
    ("/intel sources add <url>", "Watch one more feed"),
    ("/intel sources remove <n>", "Stop watching one"),
    ("/intel topics", "The organisations you can ask about"),
    ("/intel status", "Version, database, coverage, and what needs attention"),
    ("/intel help", "This list"),
)

COMPLETIONS = tuple(
    (usage.removeprefix("/intel ").partition("<")[0].strip(), meaning)
    for usage, meaning in HELP
    if not usage.startswith("/intel <")
)
"""What a prompt may offer as the beginning of a command, each with its meaning."""


@dataclass(frozen=True, slots=True)
class Brief:
    """Words that name one or two topics, and the period asked for."""

    words: str
    since: Published | Ago | None = None
    as_of: Published | None = None


@dataclass(frozen=True, slots=True)
class Search:
    words: str


@dataclass(frozen=True, slots=True)
class Summarise:
    url: str


@dataclass(frozen=True, slots=True)
class AddSource:
    url: str


@dataclass(frozen=True, slots=True)
class RemoveSource:
    number: int


class Page(StrEnum):
    """What can be shown without further words."""

    SOURCES = "sources"
    TOPICS = "topics"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Show:
    page: Page


Command = Brief | Search | Summarise | AddSource | RemoveSource | Show
WORDS = ("search", "summarize", "summarise", "tldr", *Page)
_log = logging.getLogger(__name__)
_AGO = re.compile(r"(\d{1,4})([dwmy])")


def parse(text: str) -> Command:
    """Read a command as somebody typed it, with or without the leading `/intel`.

    Full-width letters count as their plain ones. An empty command asks for help.

    Raises:
        InputError: naming the word that cannot be understood and what to write instead.
    """
    if len(text) > LONGEST:
        raise InputError(f"That command is longer than {LONGEST:,} characters.")
    typed = clean_line(text, LONGEST).split()
    words = [unicodedata.normalize("NFKC", word) for word in typed]
    if words and words[0].casefold() in (CALL, CALL[1:]):
        typed, words = typed[1:], words[1:]
    if not words:
        return Show(Page.HELP)
    match words[0].casefold():
        case "topics" | "status" | "help" as word if len(words) == 1:
            return Show(Page(word))
        case "search":
            return Search(_required(" ".join(words[1:]), "search needs words", "search <words>"))
        case "summarize" | "summarise" | "tldr" as word:
            # An address stays as it was typed: folding its letters would make it another one.
            example = f"{word} <url>"
            return Summarise(_required(" ".join(typed[1:]), f"{word} needs an address", example))
        case "sources":
            return _parse_sources(words[1:], typed[1:])
        case _:
            return _parse_brief(words)


async def answer(text: str, desk: Desk) -> Answer:
    """Parse and carry out one command; whatever goes wrong is an answer, too."""
    try:
        return await execute(parse(text), desk)
    except IntelbriefError as error:
        return Failure(error.message, error.remedy)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("command failed (reference %s)", reference)
        return Failure(
            f"Something went wrong inside intelbrief (reference {reference}).",
            "Try once more. Whoever runs the desk finds the reference in its log.",
        )


async def execute(command: Command, desk: Desk) -> Answer:
    """Carry out one command.

    Raises:
        IntelbriefError: when it cannot be done, fit to be shown to the asker.
    """
    match command:
        case Brief(words, since, as_of):
            reply = await desk.brief(words, since=since, as_of=as_of)
            unknown = isinstance(reply, Choice) and not reply.ambiguous
            return (unknown and _slip(words)) or reply
        case Search(words):
            return await desk.search(words)
        case Summarise(url):
            return await desk.summarise(url)
        case AddSource(url):
            return await desk.add_source(url)
        case RemoveSource(number):
            return await desk.remove_source(number)
        case Show(page):
            return await _show(page, desk)


async def _show(page: Page, desk: Desk) -> Answer:
    match page:
        case Page.SOURCES:
            return await desk.sources()
        case Page.TOPICS:
            return await desk.topics()
        case Page.STATUS:
            return await desk.status()
        case Page.HELP:
            return Help(HELP)


def _parse_sources(words: list[str], typed: list[str]) -> Command:
    match [word.casefold() for word in words]:
        case [] | ["list"]:
            return Show(Page.SOURCES)
        case ["add", *_]:
            example = "sources add <url>"
            return AddSource(
                _required(" ".join(typed[1:]), "sources add needs an address", example)
            )
        case ["remove", number] if number.isascii() and number.lstrip("#").isdigit():
            return RemoveSource(int(number.lstrip("#")[:9]))
        case ["remove", *_]:
            raise InputError(
                "sources remove needs the number of one source.",
                remedy=f"{CALL} sources lists them: {CALL} sources remove 3.",
            )
        case _:
            raise InputError(
                f"sources does not understand {words[0]!r}.",
                remedy=f"Write {CALL} sources, sources add <url> or sources remove <n>.",
            )


def _parse_brief(words: list[str]) -> Brief:
    topic: list[str] = []
    periods: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name = word.casefold()
        if name not in ("since", "asof"):
            if periods:
                raise InputError(
                    f"I do not understand {word!r} after the period.",
                    remedy=f"Topics come first: {CALL} <topic> since 30d.",
                )
            topic.append(word)
        elif name in periods:
            raise InputError(f"{name} is given twice.", remedy="Keep one of them.")
        else:
            periods[name] = _required(
                next(rest, ""), f"{name} needs a date", f"<topic> {name} 2023"
            )
    if not topic:
        raise InputError("A period needs a topic.", remedy=f"Write {CALL} <topic> since 30d.")
    since = _since(periods["since"]) if "since" in periods else None
    as_of = _date("asof", periods["asof"]) if "asof" in periods else None
    return Brief(" ".join(topic), since, as_of)


def _since(text: str) -> Published | Ago:
    if ago := _AGO.fullmatch(text.casefold()):
        count, unit = int(ago.group(1)), ago.group(2)
        if count:
            return Ago(count, unit)
    return _date("since", text)


def _date(name: str, text: str) -> Published:
    date = parse_date(text)
    if date is None:
        raise InputError(
            f"{name} does not understand {text!r}.",
            remedy="Write a date such as 2023, 2023-01 or 2023-01-31"
            + (", or a period such as 30d, 2w, 6m or 1y." if name == "since" else "."),
        )
    return date


def _required(text: str, what: str, example: str) -> str:
    if not text:
        raise InputError(f"{what}.", remedy=f"Write {CALL} {example}.")
    return text


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
