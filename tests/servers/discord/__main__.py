"""A loopback Discord to try the program on by hand.

    python -m tests.servers.discord [--port 8080] [--gateway-port 8081] [--shards 1]

Prints the settings that lead intelbrief to it. Then each line typed is a slash command, such as

    /intel topic: alibaba since: 7d        as ann, who manages the server, in #news
    bob /sources list                      as bob, who does not
    press 1573872682972217344 share        a button of a message
    drop, reconnect, invalidate            what goes wrong with the gateway
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from typing import Any

from tests.servers.discord import Channel, DiscordServer, Interaction, May, User

_OPTION = re.compile(r"(?:^|\s)([\w-]+):\s*")


async def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.discord")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--gateway-port", type=int, default=0)
    parser.add_argument("--shards", type=int, default=1)
    given = parser.parse_args()
    async with DiscordServer(
        port=given.port, gateway_port=given.gateway_port, shards=given.shards
    ) as server:
        guild = server.world.add_guild("Acme")
        news = guild.add_channel("news")
        people = {name: server.world.add_user(name, installed=True) for name in ("ann", "bob")}
        guild.add_member(people["ann"], [guild.add_role("desk", May.MANAGE_GUILD)])
        guild.add_member(people["bob"])
        _say(f"INTELBRIEF_DISCORD_TOKEN={server.token}")
        _say(f"INTELBRIEF_DISCORD_BASE_URL={server.base_url}")
        _say(f"INTELBRIEF_DISCORD_GATEWAY_URL={server.gateway_url}")
        _say(f"guild {guild.id}, channel {news.id}, application {server.world.app_id}")
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                await _do(server, news, people, line.strip())
            except AssertionError as refused:
                _say(f"! {refused}")
            for violation in server.violations:
                _say(f"! {violation}")
            server.violations.clear()
    return 0


async def _do(server: DiscordServer, news: Channel, people: dict[str, User], line: str) -> None:
    first, _, rest = line.partition(" ")
    match first:
        case "":
            return
        case "drop":
            await server.gateway.drop()
        case "reconnect":
            await server.gateway.ask_reconnect()
        case "invalidate":
            await server.gateway.invalidate()
        case "press":
            id, _, custom_id = rest.partition(" ")
            message = server.ledger.message(id)
            assert message is not None, f"there is no message {id}"
            _show(await server.press(message, custom_id, message.to or people["ann"]))
        case _:
            who = people.get(first, people["ann"])
            typed = (rest if first in people else line).removeprefix("/")
            name, options = _parsed(typed)
            _show(await server.slash(news, who, name, options))


def _parsed(typed: str) -> tuple[str, dict[str, Any]]:
    """A command's name and its options, from "intel topic: alibaba since: 7d"."""
    name, *found = _OPTION.split(typed)
    return name.strip(), dict(zip(found[::2], (each.strip() for each in found[1::2]), strict=True))


def _show(it: Interaction) -> None:
    _say(f"{it.answer.name if it.answer else '-'} after {it.answered_after_s * 1000:.0f} ms")
    for message in it.messages:
        seen = "only the user sees it" if message.ephemeral else "everybody sees it"
        _say(f"--- {message.id}, {seen}\n{message.text}\n[{' | '.join(message.custom_ids)}]")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
