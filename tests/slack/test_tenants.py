"""Two workspaces, and whatever is typed: nothing of one is ever shown in the other (rule C13)."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.platforms.slack.outbound import present
from briefings.answers import SubscriptionList
from briefings.subscriptions import Principal, Scope, Standing
from tests.fakes.clock import FakeClock
from tests.fakes.private import plant, publish_deal, restore
from tests.fakes.settings import ARTICLE
from tests.fakes.typist import BLUE, RED, Typist
from tests.servers.slack import SlackServer, Workspace
from tests.slack.desks import running

COMMANDS = 10_000
OVER_SOCKETS = 200
SEED = 20_260_302


def ids_of(workspace: Workspace) -> set[str]:
    """Everything of a workspace that must not be seen in another."""
    team = workspace.team
    return {team.id, team.bot.id, team.bot_id, *team.channels, *team.users}


def people(workspace: Workspace) -> list[Principal]:
    zone = ZoneInfo("UTC")
    return [
        Principal(Scope("slack", workspace.id, channel.id), user.id, standing, zone)
        for channel in (workspace.news, workspace.board)
        for user, standing in (
            (workspace.ann, Standing.MANAGER),
            (workspace.bob, Standing.MEMBER),
        )
    ]


BLOCK_ID = re.compile(r'"block_id": "[^"]*"')
"""Given by Slack in the form of bots' ids, and by chance the same."""


async def test_ten_thousand_commands_show_nothing_of_another_workspace(
    slack_two: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme, globex = slack_two.acme, slack_two.globex
    own = {acme.id: RED, globex.id: BLUE}
    foreign = {
        acme.id: ids_of(globex) | {BLUE.mark},
        globex.id: ids_of(acme) | {RED.mark},
    }
    shown_own: Counter[tuple[str, str]] = Counter()
    marks = {acme.id: "06:41 Pacific/Apia", globex.id: "05:23 Pacific/Niue"}
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

    running_there = running(
        slack_two, tmp_path, clock, articles=(ARTICLE,), DATABASE_URL="sqlite://"
    )
    async with running_there as (app, _):
        await publish_deal(app.store)
        for workspace in (acme, globex):
            who = people(workspace)[0]
            await plant(app.store, who.scope, own[workspace.id])
            made = await app.ask(f"subscribe acme daily {marks[workspace.id]}", who)
            assert isinstance(made, SubscriptionList)
        typist = Typist(SEED, sorted(ids_of(acme) | ids_of(globex)), ["<@U1>"])
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
                page = present(answer, command, who.zone)
                shown += json.dumps([page.blocks, page.text], ensure_ascii=False)
            look(who.scope.workspace, command, shown)
            answered += 1
        for _ in range(OVER_SOCKETS // 2):
            clock.advance(minutes=1)
            command = typist.command()
            done = await slack_two.people.slash(acme.news, acme.ann, command)
            # Its own: a picture may still come for the command before.
            await slack_two.ledger.until(
                f"a reply to {command}", lambda done=done: done.own_replies
            )
            shown = json.dumps([[reply.blocks, reply.text] for reply in done.own_replies])
            look(acme.id, command, BLOCK_ID.sub("", shown))
            answered += 1
        await slack_two.people.open_home(acme.ann)
        view = await slack_two.ledger.until(
            "Home tab", lambda: slack_two.ledger.home(acme.team, acme.ann.id)
        )
        look(acme.id, "home", BLOCK_ID.sub("", json.dumps(view.content)))
        for workspace in (acme, globex):
            scope = people(workspace)[0].scope
            for canary in (RED, BLUE):
                look(workspace.id, "known", repr(await app.desk.known(canary.page, scope)))
        assert leaks == []
        assert [each.definition.enabled for each in await app.store.sources.list()] == [True]
        for workspace in (acme.id, globex.id):
            told = {command for each, command in shown_own if each == workspace}
            assert {
                "acme",
                "facts",
                "timeline",
                "search",
                "sources",
                "status",
                "preview",
                "known",
            } <= told
        assert shown_own[acme.id, "home"] == 1
        # The same look notices when somebody is taken for a member of the other workspace.
        for workspace in (acme, globex):
            who = people(workspace)[0]
            await app.ask(f"subscribe globex daily {marks[workspace.id]}", who)
            other = globex if workspace is acme else acme
            look(other.id, "", repr(await app.ask("subscriptions", who)))
        listed = [await app.ask("subscriptions", people(each)[0]) for each in (acme, globex)]
    assert [workspace for _, workspace in leaks] == [globex.id, acme.id]
    assert answered == COMMANDS + OVER_SOCKETS // 2
    assert all(isinstance(each, SubscriptionList) for each in listed)
