"""Discord is slow, busy or broken while it is answered: what the user sees, and never twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.platforms.discord.responding import SHOW_WITHIN_S, TRIES
from bot.platforms.discord.web import Web
from briefings.errors import DeliveryError
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected
from tests.fakes.clock import FakeClock
from tests.faults.plan import Act, Fault, Moment
from tests.servers.discord import DiscordServer
from tests.servers.discord.ledger import Message

CALLBACK = "create_interaction_response"
EDIT = "update_original_webhook_message"
ADD = "execute_webhook"


def busy(seconds: str, **headers: str) -> Fault:
    """A 429 of a route; with X-RateLimit-Global it is one of all routes."""
    return Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": seconds, **headers})


def count(server: DiscordServer, operation: str) -> int:
    return len(server.ledger.asked(operation))


async def _given(server: DiscordServer, place: Place) -> Message:
    """A private answer with a Share button."""
    it = await server.slash(place.news, place.bob, "help")
    assert it.message is not None
    return it.message


# --- the acknowledgement --------------------------------------------------------------------------

_SHORT = {
    "the route is busy": busy("0.5"),
    "everything is busy": busy("0.5", **{"X-RateLimit-Global": "true"}),
    "an error of its own, nothing done": Fault(Moment.READ, Act.ANSWER, 503),
    "an error of its own, and done": Fault(Moment.ACCEPTED, Act.ANSWER, 502),
    "no answer at all": Fault(Moment.READ, Act.HANG),
    "done, and no answer": Fault(Moment.ACCEPTED, Act.HANG),
}


@pytest.mark.parametrize("fault", _SHORT.values(), ids=_SHORT)
async def test_what_passes_within_three_seconds_is_not_seen(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, fault: Fault
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        server.breaks.add(CALLBACK, fault)
        it = await server.slash(place.news, place.bob, "help")
        assert "This list" in it.text
        assert it.followups == []
    assert answers.texts == ["help"]
    assert count(server, CALLBACK) == 1 + (fault.moment is Moment.ACCEPTED)
    assert all(slept < 3 for slept in clock.slept)


_LONG = {
    "busy for longer": ([busy("4")], "Discord asks to wait"),
    "over": ([Fault(Moment.READ, Act.ANSWER, code="10062")], "404, 10062"),
    "broken": (
        [Fault(Moment.READ, Act.ANSWER, 503)] * TRIES,
        "Discord had an error of its own (503)",
    ),
}


@pytest.mark.parametrize(("faults", "logged"), _LONG.values(), ids=_LONG)
async def test_what_comes_too_late_is_not_carried_out_and_logged(  # noqa: PLR0917
    server: DiscordServer,
    place: Place,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    faults: list[Fault],
    logged: str,
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        for fault in faults:
            server.breaks.add(CALLBACK, fault)
        it = await server.slash(place.news, place.bob, "send", {"number": 1}, until="sent")
        async with asyncio.timeout(10):
            while "could not be acknowledged" not in caplog.text:  # noqa: ASYNC110 - a log says
                await asyncio.sleep(0)
        await _given(server, place)
    assert it.answer is None  # Discord says: the application did not respond
    assert answers.texts == ["help"]
    assert f"could not be acknowledged ({logged}" in caplog.text
    assert it.token not in caplog.text


async def test_a_form_opens_once_though_its_acknowledgement_got_lost(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        it = await server.slash(place.news, place.ann, "help")
        message = it.message
        assert message is not None
        message.components.append(_button("subscribe:acme"))
        server.breaks.add(CALLBACK, Fault(Moment.ACCEPTED, Act.ANSWER, 500))
        opened = await server.press(message, "subscribe:acme", until="answered")
        assert opened.modal is not None
        assert count(server, CALLBACK) == 2  # and one more, which was refused


# --- the answer -----------------------------------------------------------------------------------


async def test_an_answer_waits_as_long_as_discord_says(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        server.breaks.add(EDIT, busy("7"))
        server.breaks.add(EDIT, busy("2", **{"X-RateLimit-Global": "true"}))
        it = await server.slash(place.news, place.bob, "help")
        assert "This list" in it.text
    assert clock.slept == [7.0, 2.0]


_LOST = [
    Fault(moment, act, 500)
    for moment in (Moment.READ, Moment.ACCEPTED)
    for act in (Act.ANSWER, Act.CLOSE)
]


@pytest.mark.parametrize("fault", _LOST, ids=str)
async def test_an_answer_that_got_lost_is_shown_again_in_its_place(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, fault: Fault
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers) as connection:
        server.breaks.add(EDIT, fault, times=2)
        it = await server.slash(place.news, place.bob, "help")
        await connection.inbound.work.idle()
        assert [each.text for each in it.messages] == [it.text]
    assert clock.slept == [1.0, 4.0]
    assert answers.texts == ["help"]


async def test_an_answer_discord_does_not_want_for_too_long_is_given_up_and_logged(
    server: DiscordServer,
    place: Place,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connected(server, tmp_path, clock, Answers()) as connection:
        server.breaks.add(EDIT, busy(str(SHOW_WITHIN_S + 1)))
        it = await server.slash(place.news, place.bob, "help", until="answered")
        await connection.inbound.work.idle()
        assert it.message is not None
        assert it.message.thinking
    assert "an answer did not reach Discord (Discord asks to wait" in caplog.text
    assert it.token not in caplog.text


class LateClock(FakeClock):
    """A clock on which every sleep takes a little longer, as on a real machine."""

    def __init__(self, late_s: float) -> None:
        super().__init__()
        self._late_s = late_s

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.advance(seconds=self._late_s)


@pytest.mark.parametrize("late_s", [0.25, 0.5], ids=["to the end", "beyond it"])
async def test_nothing_is_asked_when_the_time_is_over(
    server: DiscordServer,
    place: Place,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    late_s: float,
) -> None:
    clock = LateClock(late_s)
    async with connected(server, tmp_path, clock, Answers()) as connection:
        server.breaks.add(EDIT, busy(str(SHOW_WITHIN_S - 0.25)))
        it = await server.slash(place.news, place.bob, "help", until="answered")
        await connection.inbound.work.idle()
        assert "The answer could not be shown." in it.text
    assert clock.slept == [SHOW_WITHIN_S - 0.25]
    assert count(server, EDIT) == 1  # those words alone
    assert "an answer did not reach Discord (Discord asks to wait" in caplog.text


@pytest.mark.parametrize("within_s", [0.0, -0.001])
async def test_no_time_is_not_all_the_time(
    server: DiscordServer, clock: FakeClock, within_s: float
) -> None:
    server.breaks.add("get_my_user", Fault(Moment.READ, Act.HANG))
    web = Web(server.token, server.base_url, clock=clock)
    try:
        async with asyncio.timeout(5):
            with pytest.raises(DeliveryError):
                await web.ask("GET", "/users/@me", within_s=within_s)
    finally:
        await web.close()


# --- what is shared -------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", _LOST, ids=str)
async def test_what_may_have_been_shared_is_not_shared_again(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock, fault: Fault
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        message = await _given(server, place)
        server.breaks.add(ADD, fault)
        pressed = await server.press(message, "share:help", until="answered")
        shared = fault.moment is Moment.ACCEPTED
        await server.ledger.until(lambda: len(pressed.followups) == 1 + shared)
        told = pressed.followups[-1]
        assert told.to is place.bob
        assert "it may have been shared" in told.text
    assert len(server.ledger.visible(place.news)) == shared
    assert count(server, ADD) == 1 + shared


async def test_sharing_waits_a_little_and_says_so_when_it_would_be_long(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        message = await _given(server, place)
        server.breaks.add(ADD, busy("3"))
        await server.press(message, "share:help")
        assert clock.slept == [3.0]
        server.breaks.add(ADD, busy("600"))
        await server.press(message, "share:help")
        # There is no room for one more message, so it stands in place of the answer.
        assert "Share it again in a minute" in message.text
    assert len(server.ledger.visible(place.news)) == 1


def _button(custom_id: str) -> dict[str, object]:
    button = {"type": 2, "style": 2, "label": "Subscribe", "custom_id": custom_id}
    return {"type": 1, "components": [button]}
