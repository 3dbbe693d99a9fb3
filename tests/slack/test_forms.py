"""The form that subscribes a channel: its views, and the real app over a socket.

After a wanted change of a view: `GOLDEN=write pytest tests/slack/test_forms.py`, and read the
difference before keeping it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_bolt.async_app import AsyncBoltContext

from bot.platforms.slack import forms
from bot.platforms.slack.form_view import (
    SUBSCRIBE,
    Entries,
    entries_of,
    form,
    made,
    problems,
)
from bot.platforms.slack.seal import Seal
from briefings.answers import SubscriptionList, SubscriptionRow
from briefings.errors import StoreError
from briefings.schedule import read_schedule
from tests.conftest import Databases
from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer
from tests.servers.slack.ledger import View
from tests.slack.desk import PRESETS, SETTINGS, Desk, golden, open_desk
from tests.slack.shown import shown

FULL = Entries(
    topic="Acme",
    topic2="Globex",
    frequency="monthly",
    day="15",
    time="18:30",
    zone="Europe/Berlin",
    preset="full",
    channel="C012",
)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def desk(
    slack: SlackServer, sqlite_databases: Databases, clock: FakeClock
) -> AsyncIterator[Desk]:
    async with open_desk(slack, sqlite_databases.fresh(), clock) as opened:
        yield opened


@pytest.fixture
async def impatient(
    slack: SlackServer, sqlite_databases: Databases, clock: FakeClock
) -> AsyncIterator[Desk]:
    """A desk that takes every form for a slow one."""
    async with open_desk(slack, sqlite_databases.fresh(), clock, patience_s=0) as opened:
        yield opened


# --- views --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("form-weekly", form(Entries(zone="Asia/Shanghai"), PRESETS, "C012", "sealed")),
        ("form-monthly", form(FULL, PRESETS, "", "sealed")),
        (
            "form-daily",
            form(Entries("Acme", frequency="daily", zone="UTC"), (*PRESETS, "ours"), "D012", "s"),
        ),
        (
            "form-made",
            made(
                SubscriptionList((), "Digest 3 (Acme / Globex) comes weekly on Monday at 09:00."),
                SubscriptionRow(
                    3,
                    ("Acme", "Globex"),
                    "weekly on Monday at 09:00, Asia/Shanghai",
                    "brief",
                    "Mon 2026-03-09 09:00",
                    "",
                    "",
                ),
                "C012",
                forms.NOT_IN_CHANNEL,
            ),
        ),
    ],
)
def test_golden(name: str, view: dict[str, Any]) -> None:
    golden(name, view)


def test_what_a_form_says_of_a_schedule_is_read_back_as_the_same_schedule() -> None:
    for words in ("daily 18:30", "weekdays", "weekly sun 07:05", "monthly 31", "monthly 9 UTC"):
        schedule = read_schedule(words.split(), SHANGHAI)
        entries = replace(Entries(), **entries_of(schedule))
        assert read_schedule(entries.when, ZoneInfo("UTC")) == schedule
        for other in ("monthly 15 17:00", "hourly at :20", "weekly fri 17:00"):
            before = read_schedule(other.split(), ZoneInfo("Asia/Tokyo"))
            assert read_schedule(entries.when, ZoneInfo("UTC"), before) == schedule


def test_an_hourly_schedule_is_not_offered() -> None:
    schedule = read_schedule(("hourly",), SHANGHAI)
    assert entries_of(schedule) == {"zone": "Asia/Shanghai"}


@pytest.mark.parametrize(
    ("wrong", "block"),
    [
        ({"topic": ""}, "topic"),
        ({"topic2": "Acme"}, "topic2"),
        ({"frequency": "hourly"}, "frequency"),
        ({"day": "0"}, "day"),
        ({"day": "32"}, "day"),
        ({"day": "9:00"}, "day"),
        ({"day": "１５"}, "day"),
        ({"frequency": "weekly", "day": "15"}, "day"),
        ({"time": "24:00"}, "time"),
        ({"time": "9 am"}, "time"),
        ({"time": ""}, "time"),
        ({"zone": "UTC+8"}, "zone"),
        ({"zone": "Asia/Shangai"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"preset": "gone"}, "preset"),
        ({"channel": ""}, "channel"),
        ({"channel": "<!channel>"}, "channel"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(wrong: dict[str, str], block: str) -> None:
    found = problems(replace(FULL, **wrong), PRESETS, "")
    assert list(found) == [block]
    assert found[block].endswith((".", "?"))


def test_everything_wrong_is_said_at_once() -> None:
    assert problems(FULL, PRESETS, "") == {}
    assert set(problems(Entries(frequency="", time=""), PRESETS, "")) == {
        *("topic", "frequency", "time", "zone", "preset", "channel")
    }


def test_hostile_names_stay_text() -> None:
    name = "<!channel> *Acme* <https://evil.example|Globex>\u202e"
    view = form(Entries(topic=name, zone="UTC"), (*PRESETS, "<!here>"), "C012", "sealed")
    element = view["blocks"][0]["element"]
    assert element["initial_option"]["text"]["type"] == "plain_text"
    assert "mrkdwn" not in json.dumps(view)


# --- what a form remembers ----------------------------------------------------------------------


def test_a_seal_is_known_to_another_process_of_the_same_settings_alone() -> None:
    sealed = Seal(SETTINGS).close(SUBSCRIBE, "U1", {"team": "T1", "channel": "C1"})
    assert Seal(SETTINGS).open(SUBSCRIBE, "U1", sealed) == {"team": "T1", "channel": "C1"}
    other = replace(SETTINGS, secret_key="another key of thirty-two letters")
    assert Seal(other).open(SUBSCRIBE, "U1", sealed) is None


def test_without_a_secret_key_a_token_makes_the_key() -> None:
    bare = replace(SETTINGS, secret_key="")
    sealed = Seal(bare).close(SUBSCRIBE, "U1", {"team": "T1"})
    assert Seal(bare).open(SUBSCRIBE, "U1", sealed) == {"team": "T1"}
    assert Seal(SETTINGS).open(SUBSCRIBE, "U1", sealed) is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda sealed: sealed.replace("C1", "C2"),
        lambda sealed: sealed[1:],
        lambda sealed: sealed.partition(" ")[2],
        lambda _: "",
        lambda _: "签 {}",
        lambda _: "\ud800 {}",
    ],
)
def test_a_forged_seal_is_refused(forge: Any) -> None:
    sealed = Seal(SETTINGS).close(SUBSCRIBE, "U1", {"team": "T1", "channel": "C1"})
    assert Seal(SETTINGS).open(SUBSCRIBE, "U1", forge(sealed)) is None


def test_a_seal_is_good_for_its_user_and_its_view() -> None:
    sealed = Seal(SETTINGS).close(SUBSCRIBE, "U1", {"team": "T1"})
    assert Seal(SETTINGS).open(SUBSCRIBE, "U2", sealed) is None
    assert Seal(SETTINGS).open("home", "U1", sealed) is None


def test_no_secret_is_remembered() -> None:
    sealed = Seal(SETTINGS).close(SUBSCRIBE, "U1", {"team": "T1", "channel": "C1"})
    secrets = (SETTINGS.secret_key, SETTINGS.slack_bot_token, SETTINGS.slack_app_token)
    assert not [secret for secret in secrets if secret in sealed]


# --- the form in Slack --------------------------------------------------------------------------


async def opened(desk: Desk, command: str = "", user: Any = None) -> View:
    """The form somebody opened from the channel."""
    return await (await desk.people.slash(desk.news, user or desk.ann, command)).view()


def chosen(name: str) -> dict[str, Any]:
    """An option that was offered once."""
    return {"text": {"type": "plain_text", "text": name, "emoji": False}, "value": name}


async def test_a_manager_subscribes_the_channel(desk: Desk) -> None:
    view = await opened(desk)
    topics = await desk.people.suggest(view, "form_topic", "acm")
    done = await desk.people.submit(view, {"topic": topics[0], "preset": "full"})
    assert done.errors == {}
    assert shown(view.content) == (
        "== Subscribed ==\n"
        "**Digest 1 (Acme) comes weekly on Monday at 09:00, America/New_York, as full.**\n"
        "Next: Mon 2026-03-02 09:00, America/New_York.\n"
        f"In #{desk.news.id}.\n"
        "[Close]\n"
    )
    (listed,) = desk.ledger.ephemerals(desk.ann.id)
    assert listed.channel is desk.news
    assert "Acme" in listed.text
    assert [(row.topics, row.preset) for row in await desk.rows(desk.news)] == [(("Acme",), "full")]
    assert desk.ledger.visible(desk.news) == []
    assert desk.ledger.violations == []


def changed(view: View, before: str) -> bool:
    return view.hash != before


async def test_another_frequency_asks_for_another_day(desk: Desk) -> None:
    view = await opened(desk)
    assert "\nOn: <Monday>" in shown(view.content)
    for frequency, asks in (("monthly", "\nOn day: <1>"), ("daily", ""), ("weekly", "\nOn: <Mon")):
        before = view.hash
        await desk.people.press(view, "form_frequency", frequency)
        await desk.ledger.until("changed form", partial(changed, view, before))
        said = shown(view.content)
        assert asks in said
        assert ("\nOn" in said) is bool(asks)
    await desk.people.press(view, "form_frequency", "monthly")
    await desk.ledger.until("monthly form", lambda: "On day" in shown(view.content))
    topic = chosen("Acme")
    await desk.people.submit(view, {"topic": topic, "day": "31", "time": "18:30"})
    (row,) = await desk.rows(desk.news)
    assert row.when == "monthly on the last day at 18:30, America/New_York"
    assert desk.ledger.violations == []


async def test_two_topics(desk: Desk) -> None:
    view = await opened(desk)
    values = {"topic": chosen("Mercury Bank"), "topic2": chosen("Globex")}
    await desk.people.submit(view, values)
    (row,) = await desk.rows(desk.news)
    assert row.topics == ("Mercury Bank", "Globex")


async def test_the_form_is_filled_in_as_a_command_says(desk: Desk) -> None:
    view = await opened(desk, "subscribe acme globex monthly 15 at 18:30 Europe/Berlin as full")
    said = shown(view.content)
    assert "Topic: <Acme>\nSecond topic ?: <Globex>" in said
    assert "On day: <15>" in said
    assert "Time: <18:30>\nTime zone: <Europe/Berlin>" in said
    assert "Length: <full>" in said
    await desk.people.submit(view)
    (row,) = await desk.rows(desk.news)
    assert row.when == "monthly on the 15th at 18:30, Europe/Berlin"


async def test_a_briefings_command_names_the_topics_alone(desk: Desk) -> None:
    view = await opened(desk, "acme globex since 30d")
    assert "Topic: <Acme>\nSecond topic ?: <Globex>" in shown(view.content)
    assert "How often: <Once a week>" in shown(view.content)


@pytest.mark.parametrize("command", ["search acme", "subscribe", "quicksilver", "subscribe acme x"])
async def test_what_a_command_does_not_say_is_left_open(desk: Desk, command: str) -> None:
    view = await opened(desk, command)
    assert "How often: <Once a week>" in shown(view.content)


async def test_topics_and_zones_are_found_as_they_are_typed(desk: Desk) -> None:
    view = await opened(desk)

    async def offered(action: str, typed: str) -> list[str]:
        found = await desk.people.suggest(view, action, typed)
        return [option["text"]["text"] for option in found]

    assert (await offered("form_topic", "包裹"))[0] == "Parcel (Acme)"
    assert len(await offered("form_topic2", "")) == 7
    assert await offered("form_zone", "北京") == ["Asia/Shanghai (now Mon 17:00)"]
    usual = await offered("form_zone", "")
    assert usual[:2] == ["America/New_York (now Mon 04:00)", "UTC (now Mon 09:00)"]
    assert await offered("form_zone", "<!channel>") == []


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (
            {"topic": chosen("Nobody")},
            {"topic": "“Nobody” names no organisation, or several. Choose one from the list."},
        ),
        (
            {"topic": chosen("Acme"), "topic2": chosen("Quicksilver")},
            {
                "topic2": "“Quicksilver” names no organisation, or several. "
                "Choose one from the list."
            },
        ),
        (
            {"topic": chosen("Acme"), "topic2": chosen("Acme")},
            {"topic2": "Acme is the first topic already. Choose another, or none."},
        ),
        (
            {"topic": chosen("Acme"), "day": chosen("someday")},
            {"day": "Choose a day of the week."},
        ),
        (
            {"topic": chosen("Acme"), "time": "25:00"},
            {"time": "Give a time from 00:00 to 23:59, such as 09:00."},
        ),
        (
            {"topic": chosen("Acme"), "zone": chosen("CST")},
            {
                "zone": "“CST” does not say where, and so not when the clocks change. Name the "
                "zone of a city, such as Asia/Shanghai, Europe/Berlin or America/New_York; UTC "
                "will do, too."
            },
        ),
        (
            {"topic": chosen("Acme"), "preset": chosen("gone")},
            {"preset": "Choose one of the list: there is no such preset any more."},
        ),
    ],
)
async def test_a_wrong_field_is_refused_beside_it(
    desk: Desk, values: dict[str, Any], errors: dict[str, str]
) -> None:
    view = await opened(desk)
    done = await desk.people.submit(view, values)
    assert done.errors == errors
    assert await desk.rows(desk.news) == []
    assert view.content["callback_id"] == SUBSCRIBE


async def test_what_is_wrong_in_a_field_that_is_not_there_is_said_beside_the_frequency(
    desk: Desk,
) -> None:
    view = await opened(desk, "subscribe acme daily")
    weekly = chosen("weekly")
    done = await desk.people.submit(view, {"frequency": weekly})
    assert done.errors == {"frequency": "Choose a day of the week."}


async def test_a_full_channel_is_refused_in_words(desk: Desk) -> None:
    await desk.fill(desk.news, 25)
    view = await opened(desk)
    done = await desk.people.submit(view, {"topic": chosen("Acme"), "topic2": chosen("Globex")})
    assert done.errors["topic"].startswith("This channel has 25 subscriptions")


async def test_a_member_is_told_why_not(desk: Desk) -> None:
    view = await opened(desk, user=desk.bob)
    assert shown(view.content) == (
        "== Subscribe ==\n"
        "Only the managers of this channel may change its subscriptions.\n"
        "Ask one of them, or whoever runs the desk.\n"
        "[Close]\n"
    )


async def test_who_is_no_manager_any_more_is_refused_on_submit(desk: Desk) -> None:
    view = await opened(desk)
    desk.ann.is_admin = False
    await desk.people.submit(view, {"topic": chosen("Acme")})
    assert "Only the managers of this channel" in shown(view.content)
    assert await desk.rows(desk.news) == []
    assert desk.ledger.ephemerals() == []


async def test_a_form_made_for_somebody_else_is_refused(desk: Desk) -> None:
    view = await opened(desk)
    remembered = {"team": desk.team.id, "channel": desk.news.id}
    for forged in (
        view.private_metadata.replace(desk.news.id, desk.board.id),
        Seal(SETTINGS).close(SUBSCRIBE, desk.bob.id, remembered),
        Seal(SETTINGS).close(SUBSCRIBE, desk.ann.id, remembered | {"team": "T0OTHER"}),
        Seal(SETTINGS).close("home", desk.ann.id, remembered),
        "",
    ):
        view = await opened(desk)
        view.content["private_metadata"] = forged
        await desk.people.submit(view, {"topic": chosen("Acme")})
        assert shown(view.content).splitlines()[1] == forms.STALE
    assert await desk.rows(desk.news) == await desk.rows(desk.board) == []


@pytest.mark.parametrize(
    ("said", "comes"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T2"}, False),
        ({"team_id": None, "enterprise_id": "E1"}, False),
        ({"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}, True),
    ],
)
def test_a_form_comes_from_its_workspace_or_from_its_whole_organisation(
    said: dict[str, Any], comes: bool
) -> None:
    assert forms.comes_from("T1", AsyncBoltContext(said)) is comes


async def test_a_forged_form_gets_no_suggestions_and_no_change(desk: Desk) -> None:
    view = await opened(desk)
    view.content["private_metadata"] = "forged"
    assert await desk.people.suggest(view, "form_zone", "berlin") == []
    await desk.people.press(view, "form_frequency", "monthly")
    assert desk.ledger.calls("views.update") == []


async def test_a_channel_i_am_not_in_is_subscribed_with_a_warning(desk: Desk) -> None:
    away = desk.slack.acme.lounge
    view = await (await desk.people.slash(away, desk.ann, "acme")).view()
    await desk.people.submit(view)
    assert len(await desk.rows(away)) == 1
    assert forms.NOT_IN_CHANNEL in shown(view.content)


async def test_the_channel_is_asked_for_where_none_is_known(desk: Desk) -> None:
    await desk.people.open_home(desk.ann)
    home = await desk.home(desk.ann)
    view = await (await desk.people.press(home, "home_subscribe")).view()
    assert "Channel: <>" in shown(view.content)
    done = await desk.people.submit(view, {"topic": chosen("Acme"), "channel": desk.news.id})
    assert done.errors == {}
    assert len(await desk.rows(desk.news)) == 1


async def test_a_slow_desk_answers_in_the_form(impatient: Desk) -> None:
    view = await opened(impatient)
    impatient.subscribing.hold = asyncio.Event()
    await impatient.people.submit(view, {"topic": chosen("Acme")})
    assert shown(view.content).startswith("== One moment ==")
    impatient.subscribing.hold.set()
    await impatient.ledger.until("outcome", lambda: "Subscribed" in shown(view.content))
    assert len(await impatient.rows(impatient.news)) == 1


async def test_a_slow_refusal_is_shown_in_the_form(impatient: Desk) -> None:
    await impatient.fill(impatient.news, 25)
    view = await opened(impatient)
    impatient.subscribing.hold = asyncio.Event()
    await impatient.people.submit(view, {"topic": chosen("Acme"), "topic2": chosen("Globex")})
    impatient.subscribing.hold.set()
    await impatient.ledger.until("outcome", lambda: "Not subscribed" in shown(view.content))
    assert "This channel has 25 subscriptions" in shown(view.content)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreError("The database is full.", remedy="Make room."), "The database is full."),
        (ZeroDivisionError("xoxb-secret"), "Something went wrong inside intelbrief (reference "),
    ],
)
async def test_a_failure_is_said_in_words(desk: Desk, error: Exception, said: str) -> None:
    view = await opened(desk)
    desk.subscribing.fails = error
    await desk.people.submit(view, {"topic": chosen("Acme")})
    text = shown(view.content)
    assert text.startswith(f"== Not subscribed ==\n{said}")
    assert "secret" not in text
