"""Who somebody is to the desk, by what Slack says of them: guests and strangers only ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.platforms.slack.people import standing
from briefings.subscriptions import Standing
from tests.fakes.clock import FakeClock
from tests.fakes.settings import ARTICLE
from tests.servers.slack import SlackServer
from tests.slack.desks import Answers, connected, running

HOME = "T0HOME"
MEMBER = {"id": "U1", "team_id": HOME}
RULES = {"is_admin": True, "is_owner": True, "is_primary_owner": True}
RULER = {**MEMBER, **RULES}
ELSEWHERE = {"id": "U1", "team_id": "T0OTHER"}


def grid(*teams: str, **more: Any) -> dict[str, Any]:
    """What users.info adds of somebody in an Enterprise Grid organisation."""
    return {"enterprise_user": {"id": "W1", "enterprise_id": "E1", "teams": list(teams), **more}}


@pytest.mark.parametrize(
    "described",
    [
        pytest.param({**RULER, "is_restricted": True}, id="guest"),
        pytest.param({**RULER, "is_ultra_restricted": True}, id="guest of one channel"),
        pytest.param({**RULER, "is_stranger": True}, id="stranger of another company"),
        pytest.param({**RULER, "deleted": True}, id="deleted"),
        pytest.param({**RULER, "is_bot": True}, id="bot"),
        pytest.param({**ELSEWHERE, **RULES}, id="ruler of another team"),
        pytest.param({**ELSEWHERE, **grid("T0OTHER", **RULES)}, id="of another team of the grid"),
        pytest.param({**RULER, "is_restricted": True, **grid(HOME, **RULES)}, id="guest in a grid"),
        pytest.param({}, id="not described"),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_guests_strangers_and_bots_only_ask(described: dict[str, Any], listed: bool) -> None:
    assert standing(described, HOME, listed=listed) is Standing.MEMBER


@pytest.mark.parametrize(
    ("described", "workspace"),
    [
        pytest.param(MEMBER, HOME, id="member"),
        pytest.param({**ELSEWHERE, **grid("T0OTHER", HOME)}, HOME, id="of several teams"),
        pytest.param({**ELSEWHERE, **grid("T0OTHER")}, "E1", id="of an organisation"),
    ],
)
def test_a_member_manages_who_is_listed(described: dict[str, Any], workspace: str) -> None:
    assert standing(described, workspace, listed=False) is Standing.MEMBER
    assert standing(described, workspace, listed=True) is Standing.MANAGER


@pytest.mark.parametrize("right", RULES)
def test_who_rules_the_workspace_or_its_organisation_manages(right: str) -> None:
    assert standing({**MEMBER, right: True}, HOME, listed=False) is Standing.MANAGER
    of_all = {**MEMBER, **grid(HOME, **{right: True})}
    assert standing(of_all, HOME, listed=False) is Standing.MANAGER


@pytest.mark.parametrize("kind", ["is_restricted", "is_ultra_restricted"])
async def test_a_guest_asks_and_changes_nothing_whoever_lists_them(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, kind: str
) -> None:
    acme = slack.acme
    guest = acme.team.add_user("gus", **{kind: True})
    async with running(slack, tmp_path, clock, articles=(ARTICLE,), SLACK_MANAGERS=guest.id) as (
        _,
        _,
    ):
        asked = await (await slack.people.slash(acme.news, guest, "acme")).reply()
        command = "subscribe acme daily 09:00"
        refused = await (await slack.people.slash(acme.news, guest, command)).reply()
        listed = await (await slack.people.slash(acme.news, acme.bob, "subscriptions")).reply()
    assert "Acme paid US$586 million for 18% of Globex." in str(asked.blocks)
    assert "Only the managers of this channel may" in refused.text
    assert "Acme" not in listed.text


async def test_a_stranger_whom_slack_does_not_describe_only_asks(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme, answers = slack.acme, Answers()
    stranger = slack.furnish("Globex").olga
    async with connected(slack, tmp_path, clock, answers, SLACK_MANAGERS=stranger.id):
        event = {"type": "app_mention", "channel": acme.news.id, "text": "a", "ts": "1.0"}
        await slack.people.event(acme.team, stranger, {**event, "user": stranger.id}, acme.news)
        await slack.ledger.until("answer", lambda: slack.ledger.calls("chat.postMessage"))
    assert answers.asked[0][1].standing is Standing.MEMBER
