"""Discord is told the commands where it offers others, and only then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.platforms.discord.commands import add_commands, definitions
from bot.platforms.discord.offered import differing
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected
from tests.fakes.clock import FakeClock
from tests.faults.plan import Act, Fault, Moment
from tests.servers.discord import DiscordServer

LIST, SET = "list_application_commands", "bulk_set_application_commands"
TRANSLATED = {"with_localizations": "true"}
Command = dict[str, Any]
Change = Callable[[dict[str, Command]], object]
"""Something done to the commands by their names."""


def asked(server: DiscordServer) -> tuple[int, int]:
    """How often Discord was asked for the commands, and told them."""
    return len(server.ledger.asked(LIST)), len(server.ledger.asked(SET))


# --- at a start -----------------------------------------------------------------------------------


async def test_commands_are_looked_at_at_every_start_and_told_once(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    for start in (1, 2, 3):
        async with connected(server, tmp_path, clock, Answers()):
            assert asked(server) == (start, 1)
    assert all(dict(each.query) == TRANSLATED for each in server.ledger.asked(LIST))


async def test_a_second_desk_of_the_same_application_tells_nothing(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        async with connected(server, tmp_path / name, clock, Answers()):
            pass
    assert asked(server) == (2, 1)


async def test_commands_that_a_hand_changed_are_told_again(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers()):
        told = deepcopy(server.discord.commands[""])
    there = {each["name"]: each for each in server.discord.commands[""]}
    there["pause"]["options"][0]["max_value"] = 5
    async with connected(server, tmp_path, clock, Answers()):
        assert asked(server) == (2, 2)
    again = server.discord.commands[""]
    assert [{**each, "version": ""} for each in again] == [{**each, "version": ""} for each in told]


async def test_the_command_of_an_activity_stays(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    launch = {
        "id": server.world.new_snowflake(),
        "application_id": server.world.app_id,
        "version": server.world.new_snowflake(),
        "type": 4,
        "name": "launch",
        "name_localizations": None,
        "description": "",
        "description_localizations": None,
        "default_member_permissions": None,
        "handler": 2,
    }
    server.discord.commands[""] = [launch]
    for start in (1, 2):
        async with connected(server, tmp_path, clock, Answers()):
            assert asked(server) == (start, 1)
    [kept] = [each for each in server.discord.commands[""] if each["type"] == 4]
    assert (kept["id"], kept["handler"]) == (launch["id"], 2)
    assert len(server.discord.commands[""]) == 18


async def test_switched_off_discord_is_neither_asked_nor_told(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    async with connected(server, tmp_path, clock, Answers(), DISCORD_SYNC="off"):
        assert asked(server) == (0, 0)


@pytest.mark.parametrize("refused", [LIST, SET])
async def test_a_desk_whose_commands_cannot_be_told_answers_and_tries_at_its_next_start(
    server: DiscordServer,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    refused: str,
) -> None:
    server.breaks.add(refused, Fault(Moment.READ, Act.ANSWER, 403, "50001"))
    async with connected(server, tmp_path, clock, Answers()):
        pass
    assert "the commands could not be told to Discord (403, 50001)" in caplog.text
    assert server.discord.commands == {}
    async with connected(server, tmp_path, clock, Answers()):
        assert len(server.discord.commands[""]) == 17


# --- what counts as the same ----------------------------------------------------------------------


@pytest.fixture
async def ours() -> list[Command]:
    """The commands as the desk tells them."""
    tree = app_commands.CommandTree[Any](discord.Client(intents=discord.Intents.none()))
    add_commands(tree, Answers())  # type: ignore[arg-type] # they are only looked at
    return await definitions(tree)


def whole(said: Command) -> Command:
    """A command, or an option of one, with every field that Discord's description knows."""
    made: Command = {
        "name_localizations": None,
        "description": "",
        "description_localizations": None,
        "required": False,
        "autocomplete": False,
        **said,
        "options": [whole(each) for each in said.get("options") or ()],
        "choices": [{"name_localizations": None, **each} for each in said.get("choices") or ()],
        "channel_types": sorted(said.get("channel_types") or ()),
    }
    if "contexts" in said:
        made |= {
            "id": "1191168914239782912",
            "application_id": "1191168914239782913",
            "version": "1191168914239782914",
            "default_permission": True,
            "default_member_permissions": None,
            "dm_permission": 1 in said["contexts"],
            "contexts": said["contexts"][::-1],
            "integration_types": said["integration_types"][::-1],
            "nsfw": False,
        }
    return made


def test_all_fields_filled_in_are_no_difference(ours: list[Command]) -> None:
    assert differing(ours, [whole(each) for each in ours][::-1]) == []
    assert differing(ours, deepcopy(ours)) == []


def _option(command: str, name: str, **changes: Any) -> Change:
    def change(there: dict[str, Command]) -> None:
        [option] = [each for each in there[command]["options"] if each["name"] == name]
        option.update(changes)

    return change


CHANGES: dict[str, tuple[Change, list[str]]] = {
    "one less": (lambda there: there.pop("pause"), ["pause"]),
    "one more": (lambda there: there.update(old={"name": "old", "description": "x"}), ["old"]),
    "a description": (lambda there: there["help"].update(description="x"), ["help"]),
    "a Chinese name": (lambda there: there["help"]["name_localizations"].clear(), ["help"]),
    "a Chinese description": (
        lambda there: there["help"]["description_localizations"].update({"zh-CN": "x"}),
        ["help"],
    ),
    "another language": (
        lambda there: there["help"]["name_localizations"].update({"de": "hilfe"}),
        ["help"],
    ),
    "a kind of menu": (
        lambda there: there["Summarise links"].update(type=2),
        ["Summarise links", "Summarise links"],
    ),
    "who may": (lambda there: there["help"].update(default_member_permissions="0"), ["help"]),
    "for adults": (lambda there: there["help"].update(nsfw=True), ["help"]),
    "where": (lambda there: there["help"].update(contexts=[0]), ["help"]),
    "whose": (lambda there: there["help"].update(integration_types=[0]), ["help"]),
    "no options": (lambda there: there["pause"].pop("options"), ["pause"]),
    "their order": (lambda there: there["facts"]["options"].reverse(), ["facts"]),
    "an option's type": (_option("pause", "number", type=3), ["pause"]),
    "an option's bounds": (_option("pause", "number", max_value=5), ["pause"]),
    "its least length": (_option("search", "words", min_length=2), ["search"]),
    "its need": (_option("intel", "topic", required=False), ["intel"]),
    "its completion": (_option("intel", "topic", autocomplete=False), ["intel"]),
    "its channels": (_option("subscribe", "channel", channel_types=[0]), ["subscribe"]),
    "its choices": (_option("subscribe", "every", choices=[]), ["subscribe"]),
    "a choice's name": (
        lambda there: there["subscribe"]["options"][1]["choices"][0].update(name="x"),
        ["subscribe"],
    ),
    "a choice's Chinese name": (
        lambda there: there["subscribe"]["options"][1]["choices"][0].pop("name_localizations"),
        ["subscribe"],
    ),
    "a subcommand's option": (
        lambda there: there["sources"]["options"][1]["options"][0].update(max_length=9),
        ["sources"],
    ),
}


@pytest.mark.parametrize(("change", "named"), CHANGES.values(), ids=CHANGES)
def test_what_a_person_would_notice_is_a_difference(
    ours: list[Command], change: Change, named: list[str]
) -> None:
    there = {each["name"]: whole(deepcopy(each)) for each in ours}
    change(there)
    assert differing(ours, list(there.values())) == named


def _pieces(command: Command) -> Iterator[Command]:
    yield command
    for each in (*(command.get("options") or ()), *(command.get("choices") or ())):
        yield from _pieces(each)


def test_no_field_that_is_told_goes_unseen(ours: list[Command]) -> None:
    """But for `dm_permission`, which Discord reads from the contexts."""
    unseen = set()
    for number, command in enumerate(ours):
        for at, piece in enumerate(_pieces(command)):
            for name in piece.keys() - {"options", "choices"}:
                there = deepcopy(ours)
                changed = [*_pieces(there[number])][at]
                changed[name] = _other(changed[name])
                if differing(ours, there) == []:
                    unseen.add(name)
    assert unseen == {"dm_permission"}


def _other(value: Any) -> Any:
    """Another value that could stand there."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case list():
            return value[1:]
        case dict():
            return {}
    return "8"
