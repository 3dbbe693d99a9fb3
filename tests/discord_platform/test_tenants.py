"""Two servers, and whatever is typed: nothing of one is ever shown in the other."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.platforms.discord.outbound import present
from briefings.answers import SubscriptionList
from briefings.subscriptions import Principal, Scope, Standing
from tests.discord_platform.conftest import Place, furnish
from tests.discord_platform.desks import running
from tests.fakes.clock import FakeClock
from tests.fakes.private import plant, publish_deal, restore
from tests.fakes.settings import ARTICLE
from tests.fakes.typist import BLUE, RED, Typist
from tests.servers.discord import DiscordServer

COMMANDS = 10_000
OVER_SOCKETS = 200
SEED = 20_260_302


def ids_of(place: Place) -> set[str]:
    """Everything of a server that must not be seen in another."""
    guild = place.guild
    people = {id for id, each in guild.members.items() if not each.user.bot}
    return {guild.id, *guild.channels, *guild.roles, *people}


def people(place: Place) -> list[Principal]:
    return [
        Principal(Scope("discord", place.guild.id, channel.id), user.id, standing, ZoneInfo("UTC"))
        for channel in (place.news, place.announcements)
        for user, standing in ((place.ann, Standing.MANAGER), (place.bob, Standing.MEMBER))
    ]


async def test_ten_thousand_commands_show_nothing_of_another_server(
    server: DiscordServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme, globex = furnish(server, "Acme"), furnish(server, "Globex")
    own = {acme.guild.id: RED, globex.guild.id: BLUE}
    foreign = {
        acme.guild.id: ids_of(globex) | {BLUE.mark},
        globex.guild.id: ids_of(acme) | {RED.mark},
    }
    shown_own: Counter[tuple[str, str]] = Counter()
    marks = {acme.guild.id: "06:41 Pacific/Apia", globex.guild.id: "05:23 Pacific/Niue"}
    leaks: list[tuple[str, str]] = []
    answered = 0

    def look(workspace: str, command: str, shown: str) -> None:
        other = next(each for each in marks if each != workspace)
        alien = {id for id in foreign[workspace] if id in shown and id not in command}
        zone = marks[other].partition(" ")[2]
        if alien or zone in shown:
            leaks.append((command, workspace))
        if own[workspace].mark in shown:
            shown_own[workspace, command.partition(" ")[0]] += 1

    there = running(server, tmp_path, clock, articles=(ARTICLE,), DATABASE_URL="sqlite://")
    async with there as (app, _):
        await publish_deal(app.store)
        for place in (acme, globex):
            who = people(place)[0]
            await plant(app.store, who.scope, own[place.guild.id])
            made = await app.ask(f"subscribe acme daily {marks[place.guild.id]}", who)
            assert isinstance(made, SubscriptionList)
        typist = Typist(SEED, sorted(ids_of(acme) | ids_of(globex)), ["<@1>", "@everyone"])
        everybody = [*people(acme), *people(globex)]
        for number in range(COMMANDS):
            who, command = typist.one_of(everybody), typist.command()
            if number % 10 == 0:
                clock.advance(minutes=1)
            if number % 100 == 0:
                await restore(app.store, who.scope, own[who.scope.workspace])
            answer = await app.ask(command, who)
            shown = repr(answer)  # all that could be shown of it
            if number % 10 == 0:
                page, buttons = present(answer, command, who.zone)
                ids = [each.custom_id for each in buttons]
                shown += json.dumps([page.content, page.embeds, ids], ensure_ascii=False)
            look(who.scope.workspace, command, shown)
            answered += 1
        for number in range(OVER_SOCKETS):
            clock.advance(minutes=1)
            place, command = (acme, globex)[number % 2], typist.command()
            it = await server.slash(place.news, place.ann, "intel", {"topic": command})
            look(place.guild.id, command, it.text)
            answered += 1
        for place in (acme, globex):
            await restore(app.store, people(place)[0].scope, own[place.guild.id])
            for typed in ("", "Qz7", "gazette"):
                offered = await server.autocomplete(
                    place.news, place.ann, "sources remove", typed={"number": typed}
                )
                look(place.guild.id, "offered", repr(offered))
        assert leaks == []
        assert [each.definition.enabled for each in await app.store.sources.list()] == [True]
        for place in (acme, globex):
            told = {command for each, command in shown_own if each == place.guild.id}
            assert {"acme", "facts", "timeline", "search", "sources", "status", "preview"} <= told
            assert shown_own[place.guild.id, "offered"] == 3
        # The same look notices when somebody is taken for a member of the other server.
        for place in (acme, globex):
            who = people(place)[0]
            await app.ask(f"subscribe globex daily {marks[place.guild.id]}", who)
            other = globex if place is acme else acme
            look(other.guild.id, "", repr(await app.ask("subscriptions", who)))
    assert [workspace for _, workspace in leaks] == [globex.guild.id, acme.guild.id]
    assert answered == COMMANDS + OVER_SOCKETS
