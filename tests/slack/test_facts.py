"""The ledger in Slack: rows, the button below a briefing, and evidence that is only text."""

from __future__ import annotations

from pathlib import Path

from briefings.facts import Kind, Status
from tests.fakes.claims import claim, money, stake
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import Press
from tests.servers.slack import SlackServer
from tests.slack.desks import running
from tests.slack.slack_grammar import label_forges, read

TOOK_18 = stake("acme", "globex", "18", amount=money("586e6"), status=Status.COMPLETED)
HOSTILE = (
    "Acme <!channel> <@U1> takes 18% of *Globex* <https://evil.example|bank.com> "
    "[bank.com](https://evil.example) @here"
)


async def test_facts_are_told_with_their_sentence_and_source(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, DATABASE_URL="sqlite://") as (app, _):
        await Press(app.store).publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
        reply = await (await slack.people.slash(acme.news, acme.bob, "facts acme")).reply()
        other = await (
            await slack.people.slash(acme.news, acme.bob, "facts acme partnerships")
        ).reply()
        said = "".join(read(reply.blocks, "").letters)
    assert reply.ephemeral
    assert "Stake: Acme, Globex · 18%, US$586 million · reported 2013-04-29" in said
    assert "“Daily of 2013-04-29: Acme takes 18% of Globex.” [1]" in said
    assert "no facts of the kind partnership" in "".join(read(other.blocks, "").letters)


async def test_the_button_below_a_briefing_asks_for_its_facts(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, DATABASE_URL="sqlite://") as (app, _):
        press = Press(app.store)
        await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
        await press.publish("Acme and Globex", claim(Kind.PARTNERSHIP, "acme", "globex"))
        reply = await (
            await slack.people.slash(acme.news, acme.bob, "acme globex asof 2014")
        ).reply()
        await slack.people.press(reply, "facts", user=acme.bob)
        await slack.ledger.until("its facts", lambda: reply.edited_at)
        said = "".join(read(reply.blocks, "").letters)
    assert "Acme / Globex: facts" in said
    assert "1 fact, newest first · as of 2014" in said


async def test_a_hostile_sentence_is_no_more_than_text(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, DATABASE_URL="sqlite://") as (app, _):
        party = claim(Kind.PARTNERSHIP, "acme", "<!here> https://evil.example")
        await Press(app.store).publish(HOSTILE, TOOK_18, party, on="2013-04-29")
        for command in ("facts acme", "acme", "timeline acme"):
            done = await slack.people.slash(acme.news, acme.bob, command)
            await done.reply()
            for reply in done.own_replies:
                seen = read(reply.blocks, reply.text)
                assert (seen.mentions, seen.marked) == ([], [])
                assert [pair for pair in seen.links if label_forges(*pair)] == []
                assert not [url for url, _ in seen.links if "evil" in url]
        shared = await (await slack.people.press(done.own_replies[0], "share")).reply()
        assert slack.notified(shared).people == slack.notified(shared).people & {acme.bob.id}
