"""Digests on their pages, drawn inside a contained worker: `draw_pages` is its task.

    digest -> fit to its preset -> plain values -> template in the sandbox -> Markdown, or Fault

A template may be anybody's: whatever it does wrong is a `Fault` with its line and concerns one
page; what it does to the process is for the pool to see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import TemplateNotFound
from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError

from briefings.answers import Digest
from briefings.fitting import fit
from briefings.model import Published
from briefings.presets import Preset
from briefings.sandbox import Sandbox, missing

MAX_SOURCE_BYTES = 32_768
MAX_PAGE_BYTES = 65_536
LONGEST_FAULT = 200
"""Characters: an error may quote what it stumbled over."""
ENOUGH_S = 0.5
"""A call that has worked so long gives back what it has: the rest is for the next one."""

PRELOAD = ("briefings.drawing", "zoneinfo")
"""What a worker imports before its time and memory are counted."""

_LINE_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_TOO_LONG = f"the page is longer than {MAX_PAGE_BYTES:,} bytes"

Page = tuple[Digest, str]
"""A digest and the zone (IANA key) its times are shown in."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a template; `line` is 0 where no line is to blame.

    `killed`: it was stopped from outside, and the machine may have had a part in it.
    """

    line: int
    what: str
    killed: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of Markdown, or why there is none."""

    page: str
    fault: Fault | None = None


def shipped(name: str) -> str:
    """The source of a digest template that comes with the program, by its file's name."""
    return (files("briefings") / "templates" / name).read_text(encoding="utf-8")


def draw_pages(source: str, preset: Preset, pages: Sequence[Page]) -> list[Drawn]:
    """Draw pages in order: all of them, or as many as half a second allowed, at least one.

    Runs in a worker.
    """
    template = _read(source)
    if isinstance(template, Fault):
        return [Drawn("", template)] * len(pages)
    started = perf_counter()
    drawn: list[Drawn] = []
    for page in pages:
        drawn.append(_draw(template, preset, page))
        if perf_counter() - started > ENOUGH_S:
            break
    return drawn


@lru_cache(maxsize=16)
def _read(source: str) -> Template | Fault:
    try:
        return _sandbox().read(source)
    except TemplateSyntaxError as error:
        return Fault(error.lineno, error.message or "it is no template")
    except (RecursionError, SyntaxError):  # too deep for Jinja, or for Python after it
        return Fault(0, "it is nested too deeply")


@cache
def _sandbox() -> Sandbox:
    return Sandbox(shipped)


def _draw(template: Template, preset: Preset, page: Page) -> Drawn:
    """Draw one page; whatever the template does wrong is its fault, not an error."""
    digest, zone = page
    values = _values(fit(digest, preset), preset, ZoneInfo(zone))
    try:
        return Drawn(_page(template, values))
    except MemoryError:
        raise
    except Exception as error:  # a template raises whatever Python can
        return Drawn("", Fault(_line(template, error), _what(error)))


def _page(template: Template, values: dict[str, object]) -> str:
    """The page, of which no more is drawn than may be.

    Raises:
        ValueError: it is too long, or empty.
    """
    pieces: list[str] = []
    size = 0
    for piece in template.root_render_func(template.new_context(values)):
        size += len(piece)  # no more than the bytes it takes
        if size > MAX_PAGE_BYTES:
            raise ValueError(_TOO_LONG)
        pieces.append(piece)
    page = _BLANK_LINES.sub("\n\n", _LINE_ENDS.sub("", "".join(pieces))).strip()
    if len(page.encode()) > MAX_PAGE_BYTES:
        raise ValueError(_TOO_LONG)
    if not page:
        raise ValueError("the page is empty")
    return page + "\n"


def _line(template: Template, error: BaseException) -> int:
    """The line of the template that an error came from; 0 when it is none of its own."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _what(error: Exception) -> str:
    match error:
        case TemplateNotFound():
            return missing(error)
        case RecursionError():
            return "it calls itself too often"
        case UnicodeError():
            return "it prints half a character"
        case _:
            return " ".join(str(error).split())[:LONGEST_FAULT] or type(error).__name__


# --- plain values -------------------------------------------------------------------------------


def _values(digest: Digest, preset: Preset, zone: ZoneInfo) -> dict[str, object]:
    """What a template sees: mappings, lists, texts and numbers."""
    values: dict[str, object] = {
        name: _plain(getattr(digest, name), zone) for name in _names(Digest)
    }
    return values | {"preset": _plain(preset, zone), "zone": zone.key}


def _plain(value: object, zone: ZoneInfo) -> object:
    match value:
        case str() | None | int() | float():
            return value
        case tuple() | list():
            return [_plain(item, zone) for item in value]
        case Published():
            return str(value)
        case datetime():
            return instant(value, zone)
        case _:
            kind: Any = type(value)
            return {name: _plain(getattr(value, name), zone) for name in _names(kind)}


def instant(value: datetime, zone: ZoneInfo) -> str:
    """An instant by the clocks of a zone: Mon 2 Mar 2026, 09:00."""
    local = value.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
