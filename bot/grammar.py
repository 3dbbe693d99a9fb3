"""The command grammar, one for every platform: text -> Command. Pure.

    [/intel] [timeline] <topic> [<topic>] [since <period>] [asof <date>]
    [/intel] facts <topic> [<topic>] [<kind>] [since <period>] [asof <date>]
    [/intel] search <words> | summarize <url> | sources [add <url> | remove <n>]
    [/intel] subscribe <topic> [<topic>] [<schedule>] [at <time>] [<zone>] [as <preset>]
    [/intel] subscriptions | (unsubscribe | pause | resume | preview | send | dismiss) <n>
    [/intel] topics | status | help

The same in Chinese words: `vocabulary` has them.

Which words name an organisation, and which presets there are, is not known here: that is the
desk's to say. A schedule is read where the asker's zone is known; here it is only told apart.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.periods import SHOWN, read_date, read_since, shown
from bot.vocabulary import CALLS, COMMANDS, KIND_WORDS, WITHIN
from briefings.errors import InputError
from briefings.facts import Kind
from briefings.model import Published
from briefings.query import Ago
from briefings.schedule import is_schedule_word
from briefings.text.hygiene import clean_line

LONGEST = 2_000
CALL = "/intel"
HELP_SIGNS = frozenset({"?", "-h", "--help", "/?", "/help"})


@dataclass(frozen=True, slots=True)
class Brief:
    """Words that name one or two topics, and the period asked for."""

    words: str
    since: Published | Ago | None = None
    as_of: Published | None = None


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Words that name one or two topics, and the period of the timeline asked for."""

    words: str
    since: Published | Ago | None = None
    as_of: Published | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Words that name one or two topics, the kind of facts (None: all) and the period."""

    words: str
    kind: Kind | None = None
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


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Words that name one or two topics, those that say when, and the preset asked for, if any."""

    words: str
    schedule: tuple[str, ...] = ()
    preset: str = ""


class Action(StrEnum):
    """What can be done about one subscription."""

    UNSUBSCRIBE = "unsubscribe"
    PAUSE = "pause"
    RESUME = "resume"
    PREVIEW = "preview"
    SEND = "send"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Manage:
    """An action on the channel's subscription of that number."""

    action: Action
    number: int


class Page(StrEnum):
    """What can be shown without further words."""

    SOURCES = "sources"
    SUBSCRIPTIONS = "subscriptions"
    TOPICS = "topics"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Show:
    """A page; `chinese`: it was asked for in Chinese."""

    page: Page
    chinese: bool = False


Command = (
    Brief
    | Chronicle
    | Facts
    | Search
    | Summarise
    | AddSource
    | RemoveSource
    | Subscribe
    | Manage
    | Show
)
WORDS = (
    "facts",
    "timeline",
    "search",
    "summarize",
    "summarise",
    "tldr",
    "subscribe",
    *Action,
    *Page,
)
"""Every word a command may begin with, but for the names of topics."""


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
    called = _called(words)
    typed, words = typed[called:], words[called:]
    if not words or (len(words) == 1 and words[0] in HELP_SIGNS):
        return Show(Page.HELP)
    spoken = words[0].casefold()
    if spoken.removeprefix("/") in (*WORDS, *COMMANDS):
        spoken = spoken.removeprefix("/")  # /facts acme, as some platforms have it
    match COMMANDS.get(spoken, spoken):
        case "subscriptions" | "topics" | "status" | "help" as word if len(words) == 1:
            return Show(Page(word), chinese=spoken in COMMANDS)
        case "timeline":
            _required(" ".join(words[1:]), "timeline needs a topic", "timeline <topic>")
            return Chronicle(*_parse_question(words[1:], f"{CALL} timeline"))
        case "facts":
            _required(" ".join(words[1:]), "facts needs a topic", "facts <topic>")
            return _parse_facts(words[1:])
        case "search":
            return Search(_required(" ".join(words[1:]), "search needs words", "search <words>"))
        case "summarize" | "summarise" | "tldr" as word:
            # An address stays as it was typed: folding its letters would make it another one.
            needed = f"{word} needs an address", f"{word} <url>"
            return Summarise(_address(_required(" ".join(typed[1:]), *needed), word))
        case "sources":
            return _parse_sources(words[1:], typed[1:])
        case "subscribe":
            return _parse_subscribe(words[1:])
        case word if word in tuple(Action):
            return _parse_manage(Action(word), words[1:])
        case _:
            return Brief(*_parse_question(words, CALL))


def _called(words: list[str]) -> int:
    """How many of the words only call the desk: /intel, typed once, or twice after a prompt."""
    called = int(bool(words) and words[0].casefold() in CALLS)
    while len(words) > called and words[called].casefold() == CALL:
        called += 1
    return called


def _parse_facts(words: list[str]) -> Facts:
    """A question about facts; the last word or two of its topics may be a kind."""
    topic, since, as_of = _parse_question(words, f"{CALL} facts")
    named = topic.split()
    for length in (2, 1):
        rest, last = named[:-length], " ".join(named[-length:])
        kind = kind_of(last)
        if rest and kind is not None:
            return Facts(" ".join(rest), kind, since, as_of)
    return Facts(topic, None, since, as_of)


def kind_of(words: str) -> Kind | None:
    """The kind of facts that words name: stake, stakes, joint ventures, 入股."""
    plain = words.casefold().replace("-", " ")
    return KIND_WORDS.get(plain) or KIND_WORDS.get(plain.removesuffix("s"))


def _parse_sources(words: list[str], typed: list[str]) -> Command:
    match [WITHIN.get(word, word.casefold()) for word in words]:
        case [] | ["list"]:
            return Show(Page.SOURCES)
        case ["add", *_]:
            needed = "sources add needs an address", "sources add <url>"
            return AddSource(_address(_required(" ".join(typed[1:]), *needed), "sources add"))
        case ["remove", word] if (number := _number(word)) is not None:
            return RemoveSource(number)
        case ["remove", *_]:
            raise InputError(
                "sources remove needs the number of one source.",
                remedy=f"{CALL} sources lists them: {CALL} sources remove 3.",
            )
        case _:
            raise InputError(
                f"sources does not understand {shown(words[0])}.",
                remedy=f"Write {CALL} sources, sources add <url> or sources remove <n>.",
            )


def _address(text: str, call: str) -> str:
    """An address as it was written.

    Raises:
        InputError: when it does not begin as one of the web does.
    """
    if re.match(r"https?://[^\s/]", text, re.IGNORECASE):
        return text
    bare = text.rpartition("://")[2]
    remedy = "Write one that begins with http:// or https://."
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", bare) and len(bare) <= SHOWN:
        remedy = f"Did you mean {CALL} {call} https://{bare}?"
    raise InputError(f"{shown(text)} is no address of the web.", remedy=remedy)


def _parse_subscribe(words: list[str]) -> Subscribe:
    example = "subscribe <topic> weekly mon 09:00"
    _required(" ".join(words), "subscribe needs a topic", example)
    words, preset = _without_preset(words)
    ends = next((at for at, word in enumerate(words) if is_schedule_word(word)), len(words))
    topic, schedule = words[:ends], words[ends:]
    return Subscribe(
        _required(" ".join(topic), "subscribe needs a topic first", example),
        tuple(schedule),
        preset,
    )


def _without_preset(words: list[str]) -> tuple[list[str], str]:
    """The words without the last "as <preset>" after the first of them, and the preset."""
    for at in range(len(words) - 1, 0, -1):
        if WITHIN.get(words[at], words[at].casefold()) != "as":
            continue
        if at + 1 == len(words):
            raise InputError(
                "as needs the name of a preset.", remedy=f"Write {CALL} subscribe <topic> as full."
            )
        if not is_schedule_word(words[at + 1]):
            return words[:at] + words[at + 2 :], words[at + 1].casefold()
    return words, ""


def _parse_manage(action: Action, words: list[str]) -> Manage:
    number = _number(words[0]) if len(words) == 1 else None
    if number is None:
        raise InputError(
            f"{action} needs the number of one subscription.",
            remedy=f"{CALL} subscriptions lists them: {CALL} {action} 3.",
        )
    return Manage(action, number)


def _number(word: str) -> int | None:
    """The number a word writes, with or without a # before it."""
    digits = word.removeprefix("#")
    # Nothing has a number of more than nine digits, and a database takes no longer one.
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else None


def _parse_question(
    words: list[str], call: str
) -> tuple[str, Published | Ago | None, Published | None]:
    """The words of the topics and the period after them; remedies offer commands with `call`."""
    topic: list[str] = []
    periods: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name = WITHIN.get(word, word.casefold())
        if name not in ("since", "asof"):
            if periods:
                raise InputError(
                    f"I do not understand {shown(word)} after the period.",
                    remedy=f"Topics come first: {call} <topic> since 30d.",
                )
            topic.append(word)
        elif name in periods:
            raise InputError(f"{name} is given twice.", remedy="Keep one of them.")
        else:
            periods[name] = _required(
                next(rest, ""), f"{name} needs a date", f"<topic> {name} 2023"
            )
    if topic and not any(letter.isalnum() for word in topic for letter in word):
        raise InputError(
            f"There is no letter and no digit in {shown(' '.join(topic))}.",
            remedy=f"{CALL} help lists what can be asked.",
        )
    if not topic:
        raise InputError("A period needs a topic.", remedy=f"Write {call} <topic> since 30d.")
    since = read_since(periods["since"]) if "since" in periods else None
    as_of = read_date("asof", periods["asof"]) if "asof" in periods else None
    return " ".join(topic), since, as_of


def _required(text: str, what: str, example: str) -> str:
    if not text:
        raise InputError(f"{what}.", remedy=f"Write {CALL} {example}.")
    return text
