"""An answer as Slack shows it: one page of it, with buttons.

A button says what to ask again (its value, a command) and what of the answer to show (its action
id: `more:2`, `sources`, `share:2`), so it works after a restart, and whoever presses it is answered
as they may be. No button carries a command that changes something: it would happen twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.platforms.cutting import cut, size
from bot.platforms.slack.limits import (
    ACTIONS_ELEMENTS,
    BLOCKS_CHARS,
    BUTTON_TEXT,
    BUTTON_VALUE,
    weight,
)
from bot.platforms.slack.markup import Page, page_of, pages_of
from bot.platforms.slack.pieces import Wanted, pieces, wanted
from briefings.answers import (
    Answer,
    ArticleAnswer,
    Briefing,
    Choice,
    FactList,
    Help,
    Preview,
    SearchAnswer,
    SourceList,
    Status,
    SubscriptionList,
    Timeline,
    TopicList,
)
from briefings.model import Published
from briefings.render import markdown
from briefings.text.hygiene import clean_line

CALL = "/intel"
SHARE, MORE, SOURCES, FACTS, TIMELINE, SUBSCRIBE, ASK = (
    "share",
    "more",
    "sources",
    "facts",
    "timeline",
    "subscribe",
    "ask",
)
"""What action ids begin with; after it may come `:` and a number."""

_SHAREABLE = (
    Briefing,
    FactList,
    Timeline,
    SearchAnswer,
    ArticleAnswer,
    SourceList,
    TopicList,
    Help,
)
"""What may be shown to all: nothing that depends on who asks."""
_ON_TOPICS = (Briefing, FactList, Timeline)
"""Answers on topics and a period, whose statements have numbered sources."""
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
    found, apart = _divided(answer, text)
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
    again = _again(answer, command)
    blocks = list(this.blocks)
    if shared:
        if _USER.fullmatch(by):
            blocks.append(_shared_by(by, again if len(shown) > 1 else ""))
        buttons = _shared_buttons(answer, again, apart=apart is not None and not sources)
    else:
        buttons = _buttons(answer, again, at, apart=apart is not None)
    made = page_of([*blocks, *_actions(blocks, buttons)], this.text)
    return replace(made, picture=_picture(answer, command, text, at))


def _picture(answer: Answer, command: str, text: str, at: _At) -> Wanted | None:
    """The picture a page wants: a timeline's first page, and the end of a digest that has one."""
    match answer:
        case Timeline() if answer.events and at.page == 1 and not at.sources:
            return Wanted(command, f"Timeline of {' and '.join(answer.topics)}")
        case Preview() if at.page == at.total:
            return wanted(text)
    return None


def _divided(answer: Answer, text: str) -> tuple[list[Page], list[Page] | None]:
    """The pages of an answer, and those of its sources where they are shown apart."""
    found = pieces(text)
    whole = pages_of(found)
    if len(whole) == 1 or not isinstance(answer, _ON_TOPICS) or not answer.sources:
        return whole, None
    # They are its last part, which begins with a line across.
    at = max(number for number, piece in enumerate(found) if piece.begins)
    title = [piece for piece in found[:1] if piece.block["type"] == "header"]
    return pages_of(found[:at]), pages_of([*title, *found[at + 1 :]])


def _again(answer: Answer, command: str) -> str:
    """The command that gives this answer again and changes nothing.

    What has citations is asked for up to the day it is of, so that they keep their numbers.
    """
    match answer:
        case SourceList():
            return f"{CALL} sources"
        case SubscriptionList():
            return f"{CALL} subscriptions"
        case TopicList():
            return f"{CALL} topics"
        case Status():
            return f"{CALL} status"
        case Help():
            return f"{CALL} help"
        case Preview():
            return f"{CALL} preview {answer.number}"
    typed = clean_line(command, len(command) + 1)
    if typed.casefold().split(" ")[0] not in (CALL, CALL[1:]):
        typed = f"{CALL} {typed}"
    if isinstance(answer, _ON_TOPICS) and isinstance(answer.as_of, datetime):
        return f"{typed} asof {answer.as_of.astimezone(UTC):%Y-%m-%d}"
    return typed


# --- buttons ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _At:
    """The page that is shown: of how many, and whether of the sources."""

    page: int
    total: int
    sources: bool


def _buttons(answer: Answer, again: str, at: _At, *, apart: bool) -> Iterator[Block]:
    """Buttons of a private answer, the most wanted first."""
    if (after := at.page + 1) <= at.total:
        part = SOURCES if at.sources else MORE
        yield _button(f"{part}:{after}", f"More ({after} of {at.total})", again)
    if at.sources:
        yield _button(f"{MORE}:1", "Back", again)
    elif apart:
        yield _button(SOURCES, "Sources", again)
    if isinstance(answer, _SHAREABLE) and not at.sources and not _is_empty(answer):
        yield _button(SHARE if at.page == 1 else f"{SHARE}:{at.page}", "Share to channel", again)
    if isinstance(answer, Briefing) and (answer.alliances or answer.figures):
        yield _on_period(FACTS, "Facts", answer)
    if isinstance(answer, Briefing) and answer.stories:
        yield _on_period(TIMELINE, "Timeline", answer)
    if isinstance(answer, _ON_TOPICS):
        yield _button(SUBSCRIBE, "Subscribe", f"{CALL} subscribe {' '.join(answer.topics)}")


def _shared_buttons(answer: Answer, again: str, *, apart: bool) -> Iterator[Block]:
    if apart:
        yield _button(SOURCES, "Sources", again)
    if isinstance(answer, Briefing) and (answer.alliances or answer.figures):
        yield _on_period(FACTS, "Facts", answer)
    if isinstance(answer, Briefing) and answer.stories:
        yield _on_period(TIMELINE, "Timeline", answer)


def _on_period(word: str, label: str, answer: Briefing) -> Block:
    """A button for another answer on the same topics and period; `word` begins its command."""
    period = f" since {answer.since}" if answer.since else ""
    period += f" asof {answer.as_of}" if isinstance(answer.as_of, Published) else ""
    return _button(word, label, f"{CALL} {word} {' '.join(answer.topics)}{period}")


def _asks(answer: Choice) -> Iterator[Block]:
    for number, (name, command) in enumerate(zip(answer.names, answer.commands, strict=False)):
        if size(command) <= BUTTON_VALUE and number < ACTIONS_ELEMENTS:
            yield _button(f"{ASK}:{number}", name, command)


def _is_empty(answer: Answer) -> bool:
    match answer:
        case Briefing():
            return not answer.stories
        case FactList():
            return not answer.facts
        case Timeline():
            return not answer.events
        case SearchAnswer():
            return not answer.hits
        case SourceList() | TopicList():
            return not answer.rows
    return False


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
