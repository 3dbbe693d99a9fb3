"""An answer as Markdown: one sandboxed template for each kind of answer.

    Answer -> plain values -> template -> Markdown

Templates see plain values only (texts, numbers, lists, mappings), and whatever they print is
escaped: a title from a feed is inert text in Markdown whatever it contains. Only http and https
addresses become links, and every link shows the address it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum
from functools import cache
from importlib.resources import files
from urllib.parse import quote, unquote, urlsplit

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from briefings.answers import (
    Answer,
    ArticleAnswer,
    Briefing,
    Choice,
    FactList,
    Failure,
    Help,
    Preview,
    SearchAnswer,
    SourceList,
    Status,
    SubscriptionList,
    Timeline,
    TopicList,
)
from briefings.facts import When
from briefings.model import Published
from briefings.text.hygiene import clean_line

TEMPLATES: Mapping[type[Answer], str] = {
    Briefing: "briefing.md.j2",
    FactList: "facts.md.j2",
    Timeline: "timeline.md.j2",
    SearchAnswer: "search.md.j2",
    ArticleAnswer: "article.md.j2",
    SourceList: "sources.md.j2",
    TopicList: "topics.md.j2",
    SubscriptionList: "subscriptions.md.j2",
    Preview: "preview.md.j2",
    Status: "status.md.j2",
    Help: "help.md.j2",
    Choice: "choice.md.j2",
    Failure: "failure.md.j2",
}
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&@]|://|\bwww\.", re.IGNORECASE)
_LINE_START = re.compile(r"[#+=-]|\d+(?=[.)](?:\s|$))")
_TIMELINE = "intelbrief:timeline/"
"""What the address of a timeline's picture begins with; after it come one topic or two."""
_LONGEST_TOPIC = 120


class Markdown(str):
    """Text that is Markdown already and is printed as it stands."""

    __slots__ = ()


def markdown(answer: Answer, zone: tzinfo = UTC) -> str:
    """Render an answer as CommonMark with tables, times shown in `zone`."""
    template = environment().get_template(TEMPLATES[type(answer)])
    bounded = bool(getattr(answer, "since", None)) or isinstance(
        getattr(answer, "as_of", None), Published
    )
    text = template.render(_plain(answer, zone), bounded=bounded)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escape(value: object) -> Markdown:
    """A value as one line of Markdown that shows it letter for letter.

    Beyond CommonMark's own characters this breaks up what chat platforms and GitHub's dialect
    turn into links or mentions by themselves: addresses, `www.`, `@`.
    """
    if isinstance(value, Markdown):
        return value
    line = " ".join(str(value).split())
    escaped = _SPECIAL.sub(_escape_match, line)
    if start := _LINE_START.match(line):
        digits = start.end() if start.group().isdigit() else 0
        escaped = f"{escaped[:digits]}\\{escaped[digits:]}"
    return Markdown(escaped)


def link(address: str) -> Markdown:
    """An http or https address as an autolink that shows where it leads; else inert text.

    The host is written in ASCII (IDNA), without user name and password.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return escape(address)
    # A browser ends the host at a backslash, urlsplit does not: such an address names two hosts.
    plain = re.fullmatch(r"[a-z0-9._:-]+", host) and "\\" not in parts.netloc
    if parts.scheme not in ("http", "https") or not plain:
        return escape(address)
    host = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._')}" if parts.query else ""
    return Markdown(f"<{parts.scheme}://{host}{port}{path}{query}>")


def cites(numbers: list[int]) -> Markdown:
    r"""Source numbers as citations: \[1\] \[2\]."""
    return Markdown(" ".join(rf"\[{number}\]" for number in numbers))


def code(command: str) -> Markdown:
    """A command as a code span; as plain text where a code span could not hold it."""
    line = " ".join(command.split())
    return escape(line) if set(line) & set("`|") else Markdown(f"`{line}`")


def picture(topics: Sequence[str]) -> Markdown:
    """The picture of a timeline, of one topic or between two, as an image at an address of ours.

    There is nothing at that address: a platform draws the picture, or says what it would show.
    """
    names = [clean_line(topic, _LONGEST_TOPIC) for topic in topics]
    address = _TIMELINE + "/".join(quote(name, safe="") for name in names)
    return Markdown(f"![Timeline of {escape(' and '.join(names))}]({address})")


def pictured(address: str) -> str:
    """The command whose picture an image's address stands for; "" where it is none of ours."""
    if not address.startswith(_TIMELINE):
        return ""
    parts = address.removeprefix(_TIMELINE).split("/")
    names = [clean_line(unquote(part), _LONGEST_TOPIC) for part in parts]
    return f"timeline {' '.join(names)}" if len(names) < 3 and all(names) else ""


def count(number: int, one: str = "", many: str = "") -> str:
    """A number with thousands separated, and the noun that goes with it: 1 source, 2 sources."""
    noun = one if number == 1 else many or f"{one}s"
    return f"{number:,} {noun}" if one else f"{number:,}"


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox templates run in: no globals, no loader but the package's own, strict."""
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        finalize=escape,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    environment.filters |= {"link": link, "cites": cites, "code": code, "count": count}
    return environment


def _source(name: str) -> str:
    return (files("briefings") / "templates" / name).read_text(encoding="utf-8")


def _escape_match(match: re.Match[str]) -> str:
    """Break `://` and `www.` before their last sign, put a backslash before anything else."""
    found = match.group()
    if found == "://":
        return "\\://"
    return f"{found[:-1]}\\{found[-1]}"


def _plain(value: object, zone: tzinfo) -> object:
    """A frozen value as mappings, lists, texts and numbers; dates to the precision they have."""
    match value:
        case None | bool() | int() | float():
            return value
        case Published() | When() | Enum():
            return str(value)
        case datetime():
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M} {zone}"
        case str():
            return value
        case tuple() | list():
            return [_plain(item, zone) for item in value]
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name), zone) for field in fields(value)}
        case _:
            raise TypeError(f"an answer holds a {type(value).__name__}, which no template may see")
