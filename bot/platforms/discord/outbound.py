"""An answer as Discord shows it: one page of it, with buttons.

A button's custom id says all that is asked for: what to show, and a command to ask again. So it
works after a restart, and whoever presses it is answered as they may be. No button carries a
command that changes something: it would happen twice.

    share:[<page>:]<words>   more:<page>:<words>   ask:<words>
    facts:<words>   timeline:<words>   subscribe:<topics>

The words are those of the command after `/intel`. An id takes 100 characters: what needs more has
no button. Sources that have no room beside an answer are on pages of their own after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import lru_cache

from bot.platforms.cutting import cut, size
from bot.platforms.discord.limits import BUTTONS, CUSTOM_ID, LABEL
from bot.platforms.discord.markup import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    PURPLE,
    RED,
    TEAL,
    Page,
    pages_of,
)
from bot.platforms.discord.sections import Document, Section, read
from bot.platforms.nodes import Wanted
from bot.platforms.shown import (
    ON_TOPICS,
    Further,
    again,
    further,
    may_be_shared,
    subscribing,
    words_of,
)
from briefings.answers import (
    Answer,
    ArticleAnswer,
    Briefing,
    Choice,
    FactList,
    Failure,
    Preview,
    SearchAnswer,
    Status,
    Timeline,
)
from briefings.render import markdown
from briefings.text.hygiene import clean_line

SHARE, MORE, ASK = "share", "more", "ask"
"""What custom ids begin with, or with a command's verb."""
PRIMARY, SECONDARY = "primary", "secondary"
"""How a button looks, as discord.py names it."""

# Many ask for the same in a busy minute, and reading Markdown is the half of it.
_document = lru_cache(maxsize=32)(read)


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what is on it, what it asks for, and how it looks."""

    label: str
    custom_id: str
    style: str = SECONDARY


def present(  # noqa: PLR0913 - who sees it, and what they may
    answer: Answer,
    command: str,
    zone: tzinfo,
    *,
    page: int = 1,
    shared: bool = False,
    writes: bool = True,
) -> tuple[Page, tuple[Button, ...]]:
    """One page of an answer and its buttons; the last one where there are fewer.

    `command` is what it answers, as typed. `shared`: it is for all in the channel. `writes`:
    whoever reads it may write there, and so share it. The page says which picture it wants, but has
    none.
    """
    document = _document(markdown(answer, zone))
    found, apart = _divided(answer, document)
    shown = [*found, *apart]
    page = min(max(page, 1), len(shown))
    this, at = shown[page - 1], _At(page, len(found), len(shown))
    if isinstance(answer, Choice):
        asks = _fitting(_asks(answer))
        if asks and len(asks) == len(answer.names):
            (this,) = pages_of(document, _without_lists(document), AMBER)
        return this, asks
    words = again(answer, command)
    buttons = _shared_buttons if shared else _buttons
    made = buttons(answer, words, at)
    if not writes:
        made = (each for each in made if not each.custom_id.startswith(f"{SHARE}:"))
    return replace(this, picture=_picture(answer, command, document, at)), _fitting(made)


def _picture(answer: Answer, command: str, document: Document, at: _At) -> Wanted | None:
    """The picture a page wants: a timeline's first page, and the end of a digest that has one."""
    match answer:
        case Timeline() if answer.events and at.page == 1:
            return Wanted(command, f"Timeline of {' and '.join(answer.topics)}")
        case Preview() if at.page == at.total:
            return document.picture
    return None


def _divided(answer: Answer, document: Document) -> tuple[list[Page], list[Page]]:
    """The pages of an answer, and those of its sources where they are shown apart."""
    colour, sections = _colour(answer), document.sections
    whole = pages_of(document, sections, colour)
    if len(whole) == 1 or not isinstance(answer, ON_TOPICS) or not answer.sources:
        return whole, []
    *body, listed = sections  # they are its last part
    head = [Section(each.title, head=True) for each in body[:1] if each.head]
    return pages_of(document, body, colour), pages_of(document, [*head, listed], colour)


def _colour(answer: Answer) -> int:
    match answer:
        case Briefing() | ArticleAnswer():
            return BLUE
        case Timeline() | FactList():
            return PURPLE
        case SearchAnswer():
            return TEAL
        case Preview():
            return GREEN
        case Status():
            return AMBER if answer.problems or answer.deliveries else GREEN
        case Choice():
            return AMBER
        case Failure():
            return RED
    return GREY


# --- buttons ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _At:
    """The page that is shown: of `total` of the answer, or after them, of its sources."""

    page: int
    total: int
    last: int

    @property
    def sources(self) -> bool:
        return self.page > self.total

    @property
    def apart(self) -> bool:
        """Whether the sources have pages of their own."""
        return self.last > self.total


def _buttons(answer: Answer, words: str, at: _At) -> Iterator[Button]:
    """Buttons of a private answer, the most wanted first."""
    if at.page not in (at.total, at.last):
        done = at.total if at.sources else 0
        pages = (at.last if at.sources else at.total) - done
        yield Button(
            f"More ({at.page + 1 - done} of {pages})", f"{MORE}:{at.page + 1}:{words}", PRIMARY
        )
    if at.page > 1:
        yield Button("Back", f"{MORE}:{1 if at.sources else at.page - 1}:{words}")
    if at.apart and not at.sources:
        yield Button("Sources", f"{MORE}:{at.total + 1}:{words}")
    if not at.sources and may_be_shared(answer):
        yield Button("Share", f"{SHARE}:{words}" if at.page == 1 else f"{SHARE}:{at.page}:{words}")
    yield from map(_asking, (*further(answer), *subscribing(answer)))


def _shared_buttons(answer: Answer, words: str, at: _At) -> Iterator[Button]:
    """Buttons for all in the channel: what they show is for whoever presses."""
    if at.page < at.total:
        yield Button(f"More ({at.page + 1} of {at.total})", f"{MORE}:{at.page + 1}:{words}")
    if at.apart and not at.sources:
        yield Button("Sources", f"{MORE}:{at.total + 1}:{words}")
    yield from map(_asking, further(answer))


def _asking(other: Further) -> Button:
    return Button(other.label, f"{other.verb}:{other.words}")


def _asks(answer: Choice) -> Iterator[Button]:
    for name, command in zip(answer.names, answer.commands, strict=False):
        label = cut(clean_line(name, len(name) + 1), LABEL) or "–"
        yield Button(label, f"{ASK}:{words_of(command)}")


def _fitting(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Buttons without those whose id is too long or there already, as many as a message takes."""
    found: dict[str, Button] = {}
    for button in buttons:
        if size(button.custom_id) <= CUSTOM_ID:
            found.setdefault(button.custom_id, button)
    return tuple(found.values())[:BUTTONS]


def _without_lists(document: Document) -> list[Section]:
    """The question alone: the names in its list are on the buttons."""
    return [
        Section(each.title, each.head, [chunk for chunk in each.chunks if not chunk.listed])
        for each in document.sections
    ]
