"""The ledger at the console: piped questions, answered from what articles claim."""

from __future__ import annotations

import io
import os
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import commands
from bot.platforms.console import inbound
from bot.platforms.console.outbound import Screen
from briefings.answers import Answer
from briefings.facts import Kind, Status
from briefings.query import Desk
from briefings.store import Store
from briefings.subscriptions import Principal
from tests.fakes.claims import claim, money, stake
from tests.fakes.clock import FakeClock
from tests.fakes.desk import desk_over
from tests.fakes.host import host_for
from tests.fakes.ledger import Press


async def piped(data: bytes, desk: Desk, folder: Path) -> tuple[int, str]:
    """What the console prints for lines on its standard input, and its status."""

    async def ask(line: str, principal: Principal) -> Answer:
        return await commands.answer(line, desk, principal)

    out = io.StringIO()
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    try:
        status = await inbound.answer_lines(
            host_for(ask, folder, zone=ZoneInfo("UTC")), Screen.of(out, UTC), read
        )
    finally:
        os.close(read)
    return status, out.getvalue()


async def test_facts_of_a_kind_with_their_sentence(
    memory_store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    press, desk = Press(memory_store), desk_over(memory_store, clock)
    deal = stake("acme", "globex", "18", amount=money("586e6"), status=Status.COMPLETED)
    await press.publish("Acme takes 18% of Globex", deal, on="2013-04-29")
    await press.publish("Acme and Initech", claim(Kind.PARTNERSHIP, "acme", "initech"))
    status, out = await piped("facts 艾克美 stakes\n".encode(), desk, tmp_path)
    assert status == 0
    assert "Acme: stake" in out
    assert "Stake: Acme, Globex · 18%, US$586 million · reported 2013-04-29" in out
    assert "Daily of 2013-04-29: Acme takes 18% of Globex." in out
    assert "Initech" not in out


async def test_an_unknown_topic_is_offered_and_a_lone_word_is_explained(
    memory_store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    desk = desk_over(memory_store, clock)
    status, out = await piped(b"facts acmee stakes since 30d\nfacts\n", desk, tmp_path)
    assert status == 1
    assert "/intel facts Acme stake since 30d" in out
    assert "facts needs a topic" in out


async def test_a_sentence_cannot_speak_to_the_terminal(
    memory_store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    hostile = "Acme \x1b]8;;https://evil.example\x07[red]takes[/red] 18%\x1b[31m of Globex"
    deal = stake("acme", "globex", "18")
    await Press(memory_store).publish("Acme and Globex", deal, on="2013-04-29", text=hostile)
    status, out = await piped(b"facts acme\nacme\n", desk_over(memory_store, clock), tmp_path)
    assert status == 0
    assert "\x1b" not in out
    assert "[red]takes[/red] 18%" in out
