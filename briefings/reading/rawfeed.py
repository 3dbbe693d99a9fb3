"""A feed as its publisher wrote it, before anything is cleaned: what both parsers produce."""

from __future__ import annotations

from typing import NamedTuple

from briefings.errors import ReadingError


class RawText(NamedTuple):
    """Text and whether it is markup."""

    value: str = ""
    html: bool = False


def raw_text(value: str, *, html: bool) -> RawText:
    """Text of a kind; empty text has none."""
    return RawText(value, html and value != "")


class RawEntry(NamedTuple):
    """One entry: links are absolute, dates as written, best first; missing parts are empty."""

    guid: str
    link: str
    title: RawText
    authors: tuple[str, ...]
    text: RawText
    dates: tuple[str, ...]


class RawFeed(NamedTuple):
    """The parts of a feed that are used; `notes` say what was wrong with it."""

    title: RawText
    language: str
    entries: list[RawEntry]
    notes: tuple[str, ...] = ()


def malformed(error: str) -> ReadingError:
    """The feed cannot be parsed; `error` is for logs."""
    return ReadingError("The feed is malformed.", reason="malformed", error=error)
