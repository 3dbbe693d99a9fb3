"""Who may give which command: every standing and every command, refused before anything is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from bot.commands import answer, execute, refused
from bot.grammar import (
    Action,
    AddSource,
    Brief,
    Chronicle,
    Command,
    Facts,
    Manage,
    Page,
    RemoveSource,
    Search,
    Show,
    Subscribe,
    Summarise,
    parse,
)
from bot.platforms.discord.places import may_write
from briefings.answers import Failure, Help
from briefings.subscriptions import Standing
from tests.fakes.subscribing import somebody
from tests.servers.discord import May

EVERYBODY = (Standing.MEMBER, Standing.MANAGER, Standing.OPERATOR)
MANAGERS = (Standing.MANAGER, Standing.OPERATOR)

MAY = {
    "acme": EVERYBODY,
    "acme globex since 30d": EVERYBODY,
    "timeline acme since 30d": EVERYBODY,
    "facts acme stakes": EVERYBODY,
    "search ant group": EVERYBODY,
    "summarize https://a.example/": EVERYBODY,
    "sources": EVERYBODY,
    "sources add https://a.example/feed": MANAGERS,
    "sources remove 1": MANAGERS,
    "subscribe acme daily": MANAGERS,
    "subscriptions": EVERYBODY,
    "unsubscribe 1": MANAGERS,
    "pause 1": MANAGERS,
    "resume 1": MANAGERS,
    "preview 1": EVERYBODY,
    "send 1": MANAGERS,
    "dismiss 1": MANAGERS,
    "topics": EVERYBODY,
    "status": EVERYBODY,
    "help": EVERYBODY,
}


class Recorder:
    """A desk, and what manages its subscriptions, that writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.subscribing = self

    def __getattr__(self, name: str) -> Any:
        async def ask(*_: object, **__: object) -> Failure:
            self.asked.append(name)
            return Failure("done")

        return ask


def every_cell() -> Iterator[tuple[str, Standing, bool]]:
    for text, may in MAY.items():
        for standing in EVERYBODY:
            yield text, standing, standing in may


def kind(command: Command) -> object:
    match command:
        case Manage(action, _):
            return action
        case Show(page):
            return page
        case _:
            return type(command)


def test_the_matrix_has_every_command() -> None:
    alone = {Brief, Chronicle, Facts, Search, Summarise, AddSource, RemoveSource, Subscribe}
    assert {*alone, Manage, Show} == set(get_args(Command))
    assert {kind(parse(text)) for text in MAY} == {*alone, *Action, *Page}


@pytest.mark.parametrize(("text", "standing", "allowed"), list(every_cell()))
async def test_who_may_do_what(text: str, standing: Standing, allowed: bool) -> None:
    desk, asker = Recorder(), somebody(standing)
    reply = await answer(text, desk, asker)  # type: ignore[arg-type]
    assert await execute(parse(text), desk, asker) == reply  # type: ignore[arg-type]
    if not allowed:
        assert isinstance(reply, Failure)
        assert reply.message.startswith("Only the managers of this channel may ")
        assert reply.remedy == "Ask one of them, or whoever runs the desk."
        assert desk.asked == []
    elif text == "help":
        assert isinstance(reply, Help)
    else:
        assert reply == Failure("done")
        assert len(desk.asked) == 2
    assert (refused(parse(text), asker) is None) == allowed


def test_a_refusal_says_what_may_not_be_changed() -> None:
    member = somebody(Standing.MEMBER)
    said = {
        text: refusal.message.removeprefix("Only the managers of this channel may ")
        for text in MAY
        if (refusal := refused(parse(text), member)) is not None
    }
    assert said == {
        "sources add https://a.example/feed": "change the watched sources.",
        "sources remove 1": "change the watched sources.",
        "subscribe acme daily": "change its subscriptions.",
        "unsubscribe 1": "change its subscriptions.",
        "pause 1": "change its subscriptions.",
        "resume 1": "change its subscriptions.",
        "send 1": "send its digests.",
        "dismiss 1": "dismiss its digests.",
    }


_VIEW, _THREADS = May.VIEW_CHANNEL, May.SEND_MESSAGES_IN_THREADS
WRITES = {
    May(0): (False, False, False),
    _VIEW | May.USE_APPLICATION_COMMANDS: (False, False, False),
    _VIEW | May.SEND_MESSAGES: (True, False, False),
    _VIEW | _THREADS: (False, True, False),
    _VIEW | _THREADS | May.MANAGE_THREADS: (False, True, True),
    _VIEW | May.MANAGE_THREADS: (False, False, False),
    May.MANAGE_GUILD | May.MANAGE_MESSAGES: (False, False, False),
    May.ADMINISTRATOR: (True, True, True),
}
"""What somebody holds on Discord, and whether that lets them share: in a channel, in a thread, and
in a thread that is locked."""


@pytest.mark.parametrize(("held", "expected"), WRITES.items())
def test_who_may_have_the_bot_write_on_discord(
    held: May, expected: tuple[bool, bool, bool]
) -> None:
    places = ({}, {"thread": True}, {"thread": True, "locked": True})
    assert tuple(may_write(int(held), **each) for each in places) == expected
