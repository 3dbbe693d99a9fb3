"""The ledger in Discord: rows, the button below a briefing, and evidence that is only text."""

from __future__ import annotations

from pathlib import Path

from briefings.facts import Kind, Status
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import running
from tests.discord_platform.discord_grammar import label_forges, read
from tests.fakes.claims import claim, money, stake
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import Press
from tests.servers.discord import DiscordServer

TOOK_18 = stake("acme", "globex", "18", amount=money("586e6"), status=Status.COMPLETED)
HOSTILE = (
    "Acme @everyone <@1> <@&2> takes 18% of **Globex** [bank.com](https://evil.example) "
    "<t:1> :smile: ||secret||"
)


async def test_facts_are_told_with_their_sentence_and_source(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    there = running(server, tmp_path, clock, DATABASE_URL="sqlite://")
    async with there as (app, _):
        await Press(app.store).publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
        it = await server.slash(place.news, place.bob, "facts", {"topic": "Acme"})
        none = await server.slash(
            place.news, place.bob, "facts", {"topic": "Acme", "kind": "partnership"}
        )
        assert it.message is not None
        said = read("", it.message.embeds).text
    assert it.message.ephemeral
    assert "Stake: Acme, Globex · 18%, US$586 million · reported 2013-04-29" in said
    assert "Daily of 2013-04-29: Acme takes 18% of Globex." in said
    assert "no facts of the kind partnership" in none.text


async def test_the_button_below_a_briefing_asks_for_its_facts(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    there = running(server, tmp_path, clock, DATABASE_URL="sqlite://")
    async with there as (app, _):
        press = Press(app.store)
        await press.publish("Acme takes 18% of Globex", TOOK_18, on="2013-04-29")
        await press.publish("Acme and Globex", claim(Kind.PARTNERSHIP, "acme", "globex"))
        it = await server.slash(
            place.news, place.bob, "intel", {"topic": "Acme", "with": "Globex", "asof": "2014"}
        )
        assert it.message is not None
        (button,) = [each for each in it.message.custom_ids if each.startswith("facts:")]
        pressed = await server.press(it.message, button)
        assert pressed.message is not None
        said = read("", pressed.message.embeds).text
    assert "Acme / Globex: facts" in said
    assert "1 fact, newest first" in said
    assert "as of 2014" in said


async def test_a_hostile_sentence_is_no_more_than_text(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    there = running(server, tmp_path, clock, DATABASE_URL="sqlite://")
    async with there as (app, _):
        party = claim(Kind.PARTNERSHIP, "acme", "@here https://evil.example")
        await Press(app.store).publish(HOSTILE, TOOK_18, party, on="2013-04-29")
        for name in ("facts", "intel", "timeline"):
            it = await server.slash(place.news, place.bob, name, {"topic": "Acme"})
            assert it.message is not None
            seen = read(it.message.content, it.message.embeds)
            assert (seen.mentions, seen.emoji) == ([], [])
            assert [pair for pair in seen.links if label_forges(*pair)] == []
            assert not [url for url, _ in seen.links if "evil" in url]
            assert it.message.allowed_mentions == {"parse": []}
