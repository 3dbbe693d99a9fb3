"""The Home tab: who you are here, the workspace's digests, the sources, what is new. Pure.

Which page of a list is shown travels in the values of the buttons, so that any process can turn it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.platforms.slack.elements import (
    Block,
    actions,
    bullets,
    button,
    header,
    link,
    note,
    paragraph,
    person,
    place,
    plain,
    text,
)
from briefings.answers import NumberedSource, SourceRow, StoryLine, SubscriptionRow
from briefings.model import Health
from briefings.subscriptions import Standing
from briefings.text.hygiene import clean_line

HOME = "home"
PAGE = 10
"""Digests, and sources, on one page."""

SUBSCRIBE, REFRESH = "home_subscribe", "home_page_refresh"
DIGESTS, SOURCES = "home_page_digests", "home_page_sources"
"""Followed by `_previous` or `_next`."""
PRESS = "home_press"
"""Followed by `_` and a verb of `VERBS`."""
VERBS = {"pause": "pause", "resume": "resume", "remove": "unsubscribe", "send": "send"}
"""The command each button gives."""

_FIRST = (Health.FAILING, Health.GONE, Health.SILENT, Health.NEW, Health.HEALTHY, Health.OFF)
_SIGNS = {Health.HEALTHY: "✓ ", Health.FAILING: "✗ ", Health.GONE: "✗ "}
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of each list is shown, from 1."""

    digests: int = 1
    sources: int = 1

    def __str__(self) -> str:
        return f"{self.digests} {self.sources}"


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a digest: its number and channel, and the pages shown beside it."""

    number: int
    channel: str
    pages: Pages

    def __str__(self) -> str:
        return f"{self.number} {self.channel} {self.pages}"


@dataclass(frozen=True, slots=True)
class News:
    """A story and the source it is read in first."""

    story: StoryLine
    source: NumberedSource | None


@dataclass(frozen=True, slots=True)
class Home:
    """What the tab shows somebody.

    `digests` are those of the channels they may see, each with its channel, None where Slack does
    not say which those are; `direct` is the channel of their messages with the app. `news` are the
    newest stories on `topics`. `notice` says what was just done, or why not.
    """

    user: str
    standing: Standing
    digests: Sequence[tuple[str, SubscriptionRow]] | None
    sources: Sequence[SourceRow]
    news: Sequence[News] = ()
    topics: Sequence[str] = ()
    direct: str = ""
    pages: Pages = field(default_factory=Pages)
    notice: str = ""


def read_pages(value: str) -> Pages:
    """The pages a button's value names; the first ones where it names none."""
    found = re.fullmatch(r"(\d{1,6}) (\d{1,6})", value, re.ASCII)
    return Pages(int(found[1]), int(found[2])) if found else Pages()


def read_press(value: str) -> Press | None:
    """The digest a button's value names."""
    found = re.fullmatch(r"(\d{1,9}) ([CDG][A-Z0-9]{1,30}) (\d{1,6} \d{1,6})", value, re.ASCII)
    return Press(int(found[1]), found[2], read_pages(found[3])) if found else None


def home(shown: Home, sealed: str) -> Block:
    """The tab as Slack takes it; a page past the last is the last."""
    pages = Pages(
        _within(shown.pages.digests, len(shown.digests or ())),
        _within(shown.pages.sources, len(shown.sources)),
    )
    shown = replace(shown, pages=pages)
    blocks = [
        *([paragraph(text(shown.notice, bold=True))] if shown.notice else ()),
        paragraph(*_who(shown)),
        actions(*_top(shown)),
        {"type": "divider"},
        header("Digests"),
        *_digests(shown),
        {"type": "divider"},
        header("Sources"),
        *_sources(shown),
        {"type": "divider"},
        header("What changed lately"),
        *_news(shown),
    ]
    return {"type": "home", "callback_id": HOME, "private_metadata": sealed, "blocks": blocks}


def broken(said: str) -> Block:
    """The tab where it cannot be put together."""
    again = button(REFRESH, "Try again", str(Pages()))
    return {
        "type": "home",
        "callback_id": HOME,
        "blocks": [header("intelbrief"), paragraph(text(said)), actions(again)],
    }


def _who(shown: Home) -> list[Block]:
    if shown.standing >= Standing.MANAGER:
        may = ", you may change the digests and sources of this workspace."
        return [person(shown.user), text(may)]
    may = (
        ", you may ask everything here. Digests and sources are changed by the admins of this "
        "workspace, and by whom the desk's operator named."
    )
    return [person(shown.user), text(may)]


def _top(shown: Home) -> list[Block]:
    refresh = button(REFRESH, "Refresh", str(shown.pages))
    if shown.standing < Standing.MANAGER:
        return [refresh]
    return [button(SUBSCRIBE, "Subscribe a channel", "new", style="primary"), refresh]


def _digests(shown: Home) -> list[Block]:
    if shown.digests is None:
        return [
            paragraph(
                text(
                    "Slack does not tell me which channels you are in, so none are listed here. "
                    "In a channel, /intel subscriptions lists its digests. To list them here, "
                    "whoever runs the desk adds the scope channels:read and installs me again."
                )
            )
        ]
    if not shown.digests:
        return [
            paragraph(
                text(
                    "No channel you can see gets a digest. "
                    "In a channel, /intel subscribe <topic> weekly mon 09:00 adds one."
                )
            )
        ]
    blocks = []
    for channel, row in _page(shown.digests, shown.pages.digests):
        blocks += _digest(shown, channel, row)
    return [*blocks, *_turn(DIGESTS, "digests", len(shown.digests), shown.pages)]


def _digest(shown: Home, channel: str, row: SubscriptionRow) -> list[Block]:
    topics = clean_line(" / ".join(row.topics), 200)
    coming = f"Paused: {row.paused}" if row.paused else f"Next: {row.next}"
    last = f" · last delivered: {row.last}" if row.last else ""
    where = [text(" · in "), *place(channel)]
    lines = text(f"\n{row.when} · {row.preset}\n{coming}{last}")
    told = paragraph(text(f"{row.number}. {topics}", bold=True), *where, lines)
    if shown.standing < Standing.MANAGER:
        return [told]
    value, named = str(Press(row.number, channel, shown.pages)), f"digest {row.number}, {topics}"
    rest = ("resume", "Resume") if row.paused else ("pause", "Pause")
    sure = {
        "title": plain(f"Remove digest {row.number}?", 100),
        "text": plain(f"{topics}, {row.when}. Its number is not given again.", 300),
        "confirm": plain("Remove", 30),
        "deny": plain("Keep", 30),
        "style": "danger",
    }
    return [
        told,
        actions(
            button(f"{PRESS}_{rest[0]}", rest[1], value, spoken=f"{rest[1]} {named}"),
            button(f"{PRESS}_send", "Send now", value, spoken=f"Send now: {named}"),
            button(
                *(f"{PRESS}_remove", "Remove", value),
                spoken=f"Remove {named}",
                style="danger",
                confirm=sure,
            ),
        ),
    ]


def _sources(shown: Home) -> list[Block]:
    if not shown.sources:
        return [paragraph(text("Nothing is watched. /intel sources add <url> adds a feed."))]
    ordered = sorted(shown.sources, key=lambda row: (_FIRST.index(row.health), row.number))
    counted = [(health, sum(row.health is health for row in ordered)) for health in _FIRST]
    summary = ", ".join(f"{count:,} {health}" for health, count in counted if count)
    page = _page(ordered, shown.pages.sources)
    lists = [page[:5], page[5:]]  # two, because a longer rich text is folded away
    return [
        note(f"{len(ordered):,} in all: {summary}"),
        *(bullets(map(_source, rows)) for rows in lists if rows),
        *_turn(SOURCES, "sources", len(ordered), shown.pages),
    ]


def _source(row: SourceRow) -> list[Block]:
    owned = f" (owned by {row.owned_by})" if row.owned_by else ""
    detail = f": {row.detail}" if row.detail else ""
    kept = f" · {row.kept:,} of {row.seen:,} kept" if row.seen else ""
    sign = _SIGNS.get(row.health, "")
    return [
        text(f"{sign}{row.number}. {clean_line(row.publisher, 100)}", bold=True),
        text(f" {clean_line(f'{owned} · {row.health}{detail}{kept}', 200)}"),
    ]


def _news(shown: Home) -> list[Block]:
    if not shown.topics:
        return [paragraph(text("Nothing to tell yet: /intel topics lists what can be asked."))]
    on = ", ".join(shown.topics)
    if not shown.news:
        return [paragraph(text(f"Nothing new on {on} in the last two weeks."))]
    return [note(f"On {on}, in the last two weeks"), bullets(map(_story, shown.news))]


def _story(news: News) -> list[Block]:
    story, source = news.story, news.source
    by = f" · {clean_line(source.publisher, 100)}" if source else ""
    others = story.publishers - 1
    more = f" and {others} more" if source and others > 0 else ""
    where = link(source.url) if source else []
    return [
        text(clean_line(story.headline, 200), bold=True),
        text(f" · {story.published}{by}{more}"),
        *([text(" · "), *where] if where else ()),
    ]


def _turn(action: str, what: str, total: int, pages: Pages) -> list[Block]:
    """Where in a list one is, and the buttons that turn its pages; nothing for a single page."""
    if total <= PAGE:
        return []
    is_digests = action == DIGESTS
    number = pages.digests if is_digests else pages.sources

    def value(to: int) -> str:
        return str(replace(pages, digests=to) if is_digests else replace(pages, sources=to))

    last = _last(total)
    turns = []
    if number > 1:
        spoken = f"Previous {what}"
        turns.append(button(f"{action}_previous", "Previous", value(number - 1), spoken=spoken))
    if number < last:
        turns.append(button(f"{action}_next", "Next", value(number + 1), spoken=f"Next {what}"))
    first, end = (number - 1) * PAGE + 1, min(number * PAGE, total)
    return [note(f"{first:,} to {end:,} of {total:,} {what}"), actions(*turns)]


def _page(rows: Sequence[_Row], number: int) -> Sequence[_Row]:
    return rows[(number - 1) * PAGE : number * PAGE]


def _within(number: int, total: int) -> int:
    return max(1, min(number, _last(total)))


def _last(total: int) -> int:
    return max(1, -(-total // PAGE))
