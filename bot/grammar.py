"""The command grammar, one for every platform: text -> Command. Pure.

    [/intel] [timeline] <topic> [<topic>] [since <period>] [asof <date>]
    [/intel] facts <topic> [<topic>] [<kind>] [since <period>] [asof <date>]
    [/intel] search <words> | summarize <url> | sources [add <url> | remove <n>]
    [/intel] subscribe <topic> [<topic>] [<schedule>] [at <time>] [<zone>] [as <preset>]
    [/intel] subscriptions | (unsubscribe | pause | resume | preview | send | dismiss) <n>
    [/intel] topics | status | help

Which words name an organisation, and which presets there are, is not known here: that is the
desk's to say. A schedule is read where the asker's zone is known; here it is only told apart.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from briefings.errors import InputError
from briefings.facts import Kind
from briefings.model import Published
from briefings.query import Ago
from briefings.schedule import is_schedule_word
from briefings.text.dates import parse_date
from briefings.text.hygiene import clean_line

LONGEST = 2_000
CALL = "/intel"


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
    page: Page


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

_KINDS = {kind.value: kind for kind in Kind} | {
    "joint venture": Kind.JOINT_VENTURE,
    "fine": Kind.REGULATORY,
    "figure": Kind.METRIC,
}
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
        case "subscriptions" | "topics" | "status" | "help" as word if len(words) == 1:
            return Show(Page(word))
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
            example = f"{word} <url>"
            return Summarise(_required(" ".join(typed[1:]), f"{word} needs an address", example))
        case "sources":
            return _parse_sources(words[1:], typed[1:])
        case "subscribe":
            return _parse_subscribe(words[1:])
        case word if word in tuple(Action):
            return _parse_manage(Action(word), words[1:])
        case _:
            return Brief(*_parse_question(words, CALL))


def _parse_facts(words: list[str]) -> Facts:
    """A question about facts; the last word or two of its topics may be a kind."""
    topic, since, as_of = _parse_question(words, f"{CALL} facts")
    named = topic.split()
    for length in (2, 1):
        rest, last = named[:-length], " ".join(named[-length:]).casefold().replace("-", " ")
        kind = _KINDS.get(last) or _KINDS.get(last.removesuffix("s"))
        if rest and kind is not None:
            return Facts(" ".join(rest), kind, since, as_of)
    return Facts(topic, None, since, as_of)


def _parse_sources(words: list[str], typed: list[str]) -> Command:
    match [word.casefold() for word in words]:
        case [] | ["list"]:
            return Show(Page.SOURCES)
        case ["add", *_]:
            example = "sources add <url>"
            return AddSource(
                _required(" ".join(typed[1:]), "sources add needs an address", example)
            )
        case ["remove", word] if (number := _number(word)) is not None:
            return RemoveSource(number)
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
        if words[at].casefold() != "as":
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
        name = word.casefold()
        if name not in ("since", "asof"):
            if periods:
                raise InputError(
                    f"I do not understand {word!r} after the period.",
                    remedy=f"Topics come first: {call} <topic> since 30d.",
                )
            topic.append(word)
        elif name in periods:
            raise InputError(f"{name} is given twice.", remedy="Keep one of them.")
        else:
            periods[name] = _required(
                next(rest, ""), f"{name} needs a date", f"<topic> {name} 2023"
            )
    if not topic:
        raise InputError("A period needs a topic.", remedy=f"Write {call} <topic> since 30d.")
    since = _since(periods["since"]) if "since" in periods else None
    as_of = _date("asof", periods["asof"]) if "asof" in periods else None
    return " ".join(topic), since, as_of


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
