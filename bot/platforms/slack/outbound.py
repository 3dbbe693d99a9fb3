"""An answer as Slack shows it: one page of it, with buttons.

A button says what to ask again (its value, a command) and what of the answer to show (its action
id: `more:2`, `sources`, `share:2`), so it works after a restart, and whoever presses it is answered
as they may be. No button carries a command that changes something: it would happen twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from bot.platforms.cutting import cut, size
from bot.platforms.nodes import Wanted
from bot.platforms.shown import (
    CALL,
    ON_TOPICS,
    Further,
    again,
    further,
    may_be_shared,
    subscribing,
)
from bot.platforms.slack.limits import (
    ACTIONS_ELEMENTS,
    BLOCKS_CHARS,
    BUTTON_TEXT,
    BUTTON_VALUE,
    weight,
)
from bot.platforms.slack.markup import Page, page_of, pages_of
from bot.platforms.slack.pieces import last_wanted, pieces
from briefings.answers import (
    Answer,
    Choice,
    Preview,
    Timeline,
)
from briefings.render import markdown
from briefings.text.hygiene import clean_line

SHARE, MORE, SOURCES, ASK = "share", "more", "sources", "ask"
"""What action ids begin with, or with a command's verb; after it may come `:` and a number."""
KEPT = 32
"""Answers whose pages are kept, some 100 kB each."""

_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_ACTION = re.compile(r"([a-z]+)(?::(\d{1,4}))?")

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button asks to be shown: which page, of the answer or of its sources."""

    page: int = 1
    sources: bool = False


def pressed(action_id: str) -> Press:
    """Read an action id of ours; its button's value is the command to ask again."""
    found = _ACTION.fullmatch(action_id)
    if found is None or found[1] == ASK:
        return Press()
    return Press(page=int(found[2] or 1), sources=found[1] == SOURCES)


def present(  # noqa: PLR0913 - which part of it, and for whom
    answer: Answer,
    command: str,
    zone: tzinfo,
    *,
    page: int = 1,
    shared: bool = False,
    sources: bool = False,
    by: str = "",
) -> Page:
    """One page of an answer with its buttons; the last one where there are fewer.

    `command` is what it answers, as typed. `sources`: the numbered sources of one that has no
    room for them. `shared`: it is for all in the channel, `by` the user of that id. The page says
    which picture it wants, but has none.
    """
    text = markdown(answer, zone)
    found, apart = _divided(text, apart=isinstance(answer, ON_TOPICS) and bool(answer.sources))
    sources = sources and apart is not None
    shown = apart if apart and sources else found
    page = min(max(page, 1), len(shown))
    this, at = shown[page - 1], _At(page, len(shown), sources)
    if not this.blocks:
        return this
    if isinstance(answer, Choice):
        asks = list(_asks(answer))
        blocks = _without_list(this) if len(asks) == len(answer.names) else list(this.blocks)
        return page_of([*blocks, *_actions(blocks, asks)], this.text)
    repeated = f"{CALL} {again(answer, command)}".rstrip()
    blocks = list(this.blocks)
    if shared:
        if _USER.fullmatch(by):
            blocks.append(_shared_by(by, repeated if len(shown) > 1 else ""))
        buttons = _shared_buttons(answer, repeated, apart=apart is not None and not sources)
    else:
        buttons = _buttons(answer, repeated, at, apart=apart is not None)
    made = page_of([*blocks, *_actions(blocks, buttons)], this.text)
    return replace(made, picture=_picture(answer, command, text, at))


def _picture(answer: Answer, command: str, text: str, at: _At) -> Wanted | None:
    """The picture a page wants: a timeline's first page, and the end of a digest that has one."""
    match answer:
        case Timeline() if answer.events and at.page == 1 and not at.sources:
            return Wanted(command, f"Timeline of {' and '.join(answer.topics)}")
        case Preview() if at.page == at.total:
            return last_wanted(text)
    return None


@lru_cache(maxsize=KEPT)
def _divided(text: str, *, apart: bool) -> tuple[Sequence[Page], Sequence[Page] | None]:
    """The pages of an answer, and those of its sources where they are to be shown apart.

    They are kept: many ask for the same in a busy minute, and reading Markdown is the half of it.
    """
    found = pieces(text)
    whole = pages_of(found)
    if len(whole) == 1 or not apart:
        return whole, None
    # They are its last part, which begins with a line across.
    at = max(number for number, piece in enumerate(found) if piece.begins)
    title = [piece for piece in found[:1] if piece.block["type"] == "header"]
    return pages_of(found[:at]), pages_of([*title, *found[at + 1 :]])


# --- buttons ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _At:
    """The page that is shown: of how many, and whether of the sources."""

    page: int
    total: int
    sources: bool


def _buttons(answer: Answer, command: str, at: _At, *, apart: bool) -> Iterator[Block]:
    """Buttons of a private answer, the most wanted first."""
    if (after := at.page + 1) <= at.total:
        part = SOURCES if at.sources else MORE
        yield _button(f"{part}:{after}", f"More ({after} of {at.total})", command)
    if at.sources:
        yield _button(f"{MORE}:1", "Back", command)
    elif apart:
        yield _button(SOURCES, "Sources", command)
    if not at.sources and may_be_shared(answer):
        yield _button(SHARE if at.page == 1 else f"{SHARE}:{at.page}", "Share to channel", command)
    yield from map(_asking, (*further(answer), *subscribing(answer)))


def _shared_buttons(answer: Answer, command: str, *, apart: bool) -> Iterator[Block]:
    if apart:
        yield _button(SOURCES, "Sources", command)
    yield from map(_asking, further(answer))


def _asking(other: Further) -> Block:
    return _button(other.verb, other.label, f"{CALL} {other.verb} {other.words}")


def _asks(answer: Choice) -> Iterator[Block]:
    for number, (name, command) in enumerate(zip(answer.names, answer.commands, strict=False)):
        if size(command) <= BUTTON_VALUE and number < ACTIONS_ELEMENTS:
            yield _button(f"{ASK}:{number}", name, command)


def _button(action: str, label: str, value: str) -> Block:
    line = cut(clean_line(label, len(label) + 1), BUTTON_TEXT) or "–"
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": line, "emoji": False},
        "value": value,
    }


def _actions(blocks: Iterable[Block], buttons: Iterable[Block]) -> list[Block]:
    """A row of buttons, without those that have no room in their value or in the message."""
    room = BLOCKS_CHARS - weight([*blocks, {"type": "actions", "elements": []}])
    row: list[Block] = []
    for button in buttons:
        taken = weight(button) + 1
        if size(button["value"]) <= BUTTON_VALUE and taken <= room:
            row.append(button)
            room -= taken
    return [{"type": "actions", "elements": row}] if row else []


def _without_list(page: Page) -> list[Block]:
    """The question alone: the names in its list are on the buttons."""
    return [
        block
        for block in page.blocks
        if not any(
            element["type"] == "rich_text_list"
            for element in block.get("elements", ())
            if block["type"] == "rich_text"
        )
    ]


def _shared_by(user: str, rest: str) -> Block:
    """Who shared it, the one mention there is, and how to get what is not on the page."""
    said: list[Block] = [
        {"type": "text", "text": "Shared by ", "style": {"italic": True}},
        {"type": "user", "user_id": user},
    ]
    if rest and size(rest) <= BUTTON_VALUE:
        said.append({"type": "text", "text": " · all of it: ", "style": {"italic": True}})
        said.append({"type": "text", "text": rest, "style": {"code": True}})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": said}]}
