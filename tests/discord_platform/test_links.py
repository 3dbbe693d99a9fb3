"""Where a link in a message begins and ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.discord.links import MOST_LINKS, links
from tests.discord_platform.conftest import Place
from tests.discord_platform.desks import Answers, connected
from tests.fakes.clock import FakeClock
from tests.servers.discord import DiscordServer

WIKI = "https://en.wikipedia.org/wiki/Acme_(company)"
CUT = {
    "https://a.example/1": "https://a.example/1",
    "See https://a.example/1, it says ...": "https://a.example/1",
    "(https://a.example/1)": "https://a.example/1",
    '"https://a.example/1".': "https://a.example/1",
    "**https://a.example/1**!": "https://a.example/1",
    "||https://a.example/1||": "https://a.example/1",
    "`https://a.example/1`": "https://a.example/1",
    "[Acme](https://a.example/1)": "https://a.example/1",
    "https://a.example/?a=1&b=(2)&c=;": "https://a.example/?a=1&b=(2)&c=",
    # Brackets that are the link's own.
    WIKI: WIKI,
    f"({WIKI})": WIKI,
    f"(see {WIKI}).": WIKI,
    f"[Acme]({WIKI})": WIKI,
    f"({WIKI}, and so on)": WIKI,
    "https://a.example/(1)(2))": "https://a.example/(1)(2)",
    "https://a.example/?ids[]": "https://a.example/?ids[]",
    "[https://a.example/1]": "https://a.example/1",
    # What is between < and > is the link, all of it.
    "<https://a.example/x_>": "https://a.example/x_",
    "<https://a.example/x.>.": "https://a.example/x.",
    f"<{WIKI}>": WIKI,
    "<https://a.example/很好。>": "https://a.example/很好。",
    "<https://a.example/1": "https://a.example/1",
    # Chinese is written without spaces.
    "看 https://a.example/1。很好": "https://a.example/1",
    "看https://a.example/1很好": "https://a.example/1",
    "看（https://a.example/1）": "https://a.example/1",
    "《https://a.example/1》": "https://a.example/1",
    "https://a.example/1，https": "https://a.example/1",
    "https://a.example/1——很好": "https://a.example/1",
    "https://a.example/1…": "https://a.example/1",
    "“https://a.example/1”": "https://a.example/1",
    "https://a.example。": "https://a.example",
    "https://a.example/?q=1&p=2！": "https://a.example/?q=1&p=2",
    "https://a.example/1(很好)": "https://a.example/1",
    "https://例子.example/路径": "https://例子.example/路径",
    "看https://a.example/1.很好": "https://a.example/1",
    # A part of a link that is Chinese as a whole is the link's.
    "https://zh.wikipedia.org/wiki/阿里巴巴。": "https://zh.wikipedia.org/wiki/阿里巴巴",
    "https://a.example/阿里巴巴集团/9?q=阿里": "https://a.example/阿里巴巴集团/9?q=阿里",
    # Other languages have letters of their own.
    "https://de.example/Übernahme-für-Köln.": "https://de.example/Übernahme-für-Köln",
}


@pytest.mark.parametrize(("said", "link"), CUT.items(), ids=range(len(CUT)))
def test_a_link_is_cut_where_it_ends(said: str, link: str) -> None:
    assert links(said, ()) == (link,)


@pytest.mark.parametrize(
    "said", ["", "Hi", "https://", "ftp://a.example/1", "http://。", "https://_", "<>"]
)
def test_what_is_no_link(said: str) -> None:
    assert links(said, ()) == ()


def test_what_discord_shows_below_a_message_is_taken_as_it_is() -> None:
    shown = (None, "https://a.example/x_", WIKI, "attachment://a.png")
    assert links(f"{WIKI}.", shown) == (WIKI, "https://a.example/x_")


def test_links_come_once_in_order_and_not_too_many() -> None:
    said = " ".join(f"https://a.example/{n}" for n in (2, 1, 2, 3, 4))
    expected = ("https://a.example/2", "https://a.example/1", "https://a.example/3")
    assert links(said, ()) == expected
    assert len(expected) == MOST_LINKS


async def test_a_message_of_hard_links_is_summed_up(
    server: DiscordServer, place: Place, tmp_path: Path, clock: FakeClock
) -> None:
    answers = Answers()
    said = f"看 https://a.example/1。很好，又见（{WIKI}）和<https://a.example/x_>"
    async with connected(server, tmp_path, clock, answers):
        message = server.write(place.ann, place.news, said)
        it = await server.menu(place.bob, "Summarise links", message)
        await server.ledger.until(lambda: len(it.messages) == 3)
    found = ["https://a.example/1", WIKI, "https://a.example/x_"]
    assert answers.texts == [f"summarize {each}" for each in found]
