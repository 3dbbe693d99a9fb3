"""Typed options become one text command, in whatever language Discord shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from briefings.answers import SourceList, SubscriptionList, SubscriptionRow
from briefings.subscriptions import Scope, Standing
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected
from tests.fakes.clock import FakeClock
from tests.servers.discord import DiscordServer, May

WRITTEN: list[tuple[str, dict[str, Any], str]] = [
    ("intel", {"topic": "Acme"}, "Acme"),
    (
        "intel",
        {"topic": "艾克美", "with": "Globex", "since": "30d", "asof": "2018-06"},
        "艾克美 Globex since 30d asof 2018-06",
    ),
    ("timeline", {"topic": "Acme", "since": "2013"}, "timeline Acme since 2013"),
    ("facts", {"topic": "Acme"}, "facts Acme"),
    (
        "facts",
        {"topic": "Acme", "with": "Globex", "kind": "joint venture", "since": "2013"},
        "facts Acme Globex joint venture since 2013",
    ),
    ("search", {"words": "harbour crane"}, "search harbour crane"),
    ("summarize", {"url": "https://harbour.example/1"}, "summarize https://harbour.example/1"),
    ("subscribe", {"topic": "Acme", "every": "daily"}, "subscribe Acme daily"),
    (
        "subscribe",
        {
            "topic": "Acme",
            "with": "Globex",
            "every": "weekly",
            "day": "fri",
            "at": "07:10",
            "zone": "Asia/Tokyo",
            "preset": "full",
        },
        "subscribe Acme Globex weekly fri 07:10 Asia/Tokyo as full",
    ),
    ("subscriptions", {}, "subscriptions"),
    ("preview", {"number": 3}, "preview 3"),
    ("send", {"number": 3}, "send 3"),
    ("pause", {"number": 3}, "pause 3"),
    ("resume", {"number": 3}, "resume 3"),
    ("unsubscribe", {"number": 3}, "unsubscribe 3"),
    ("dismiss", {"number": 3}, "dismiss 3"),
    ("sources list", {}, "sources"),
    ("sources add", {"url": "https://a.example/feed"}, "sources add https://a.example/feed"),
    ("sources remove", {"number": 2}, "sources remove 2"),
    ("status", {}, "status"),
    ("help", {}, "help"),
]


async def test_every_command_is_asked_as_it_would_be_typed(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    async with connected(server, tmp_path, clock, answers):
        for name, options, _ in WRITTEN:
            it = await server.slash(place.news, place.ann, name, options)
            assert "This list" in it.text
    assert answers.texts == [text for _, _, text in WRITTEN]
    assert {who.scope for _, who in answers.asked} == {
        Scope("discord", place.guild.id, place.news.id)
    }


async def test_a_digest_may_go_to_another_channel_of_the_server(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    options = {"topic": "Acme", "every": "daily", "channel": place.announcements}
    async with connected(server, tmp_path, clock, answers):
        await server.slash(place.news, place.ann, "subscribe", options)
        place.announcements.deny(place.guild.everyone, May.VIEW_CHANNEL)
        it = await server.slash(place.news, place.bob, "subscribe", options)
    [(_, who)] = answers.asked
    assert who.scope == Scope("discord", place.guild.id, place.announcements.id)
    assert who.standing is Standing.MANAGER
    assert "You cannot see that channel." in it.text


async def test_names_and_descriptions_are_english_and_chinese(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        commands = server.discord.commands[""]

    def without(part: dict[str, Any], path: str) -> list[str]:
        here = f"{path}/{part['name']}"
        lacking = [here] if "zh-CN" not in (part.get("name_localizations") or {}) else []
        if part.get("description") and "zh-CN" not in (part.get("description_localizations") or {}):
            lacking.append(f"{here} (description)")
        for each in part.get("options") or ():
            lacking += without(each, here)
        return lacking

    assert [each for command in commands for each in without(command, "")] == []
    intel = next(each for each in commands if each["name"] == "intel")
    assert intel["name_localizations"] == {"zh-CN": "情报"}
    assert intel["options"][0]["name_localizations"] == {"zh-CN": "主题"}
    assert intel["contexts"] == [0, 1, 2]
    assert intel["integration_types"] == [0, 1]
    assert len(commands) == 17


@pytest.mark.parametrize(
    ("name", "typed", "others", "offered"),
    [
        ("intel", {"topic": "acm"}, {}, [("Acme (艾克美)", "Acme")]),
        ("intel", {"topic": "艾克"}, {}, [("Acme (艾克美)", "Acme")]),
        ("timeline", {"with": "glo"}, {"topic": "Acme"}, [("Globex", "Globex")]),
        (
            "subscribe",
            {"zone": "shangh"},
            {"topic": "Acme", "every": "daily"},
            [("Asia/Shanghai", "Asia/Shanghai")],
        ),
        ("subscribe", {"zone": ""}, {"topic": "Acme", "every": "daily"}, [("UTC", "UTC")]),
        ("subscribe", {"preset": "f"}, {"topic": "Acme", "every": "daily"}, [("full", "full")]),
        ("pause", {"number": "glob"}, {}, [("2: Globex, daily at 09:00, UTC", 2)]),
    ],
)
async def test_what_is_typed_is_completed(  # noqa: PLR0917
    server: DiscordServer,
    place: Place,
    tmp_path: Path,
    clock: FakeClock,
    name: str,
    typed: dict[str, str],
    others: dict[str, Any],
    offered: list[tuple[str, Any]],
) -> None:
    rows = (
        SubscriptionRow(1, ("Acme",), "hourly at :00, UTC", "brief", "", "", ""),
        SubscriptionRow(2, ("Globex",), "daily at 09:00, UTC", "full", "", "", ""),
    )
    answers = Answers(listed=SubscriptionList(rows), watched=SourceList(()))
    async with connected(server, tmp_path, clock, answers):
        found = await server.autocomplete(place.news, place.bob, name, typed=typed, others=others)
    assert [(each["name"], each["value"]) for each in found][:1] == offered
