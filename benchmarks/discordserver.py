"""The loopback Discord in a process of its own, and a way in for the bench.

    python -m benchmarks.discordserver --workspaces 30 --people 24

prints a line of JSON with all that a bot needs and the port of the way in, then answers there

    POST /command {"workspace", "person", "text"} -> {"ack_s", "answer_s", "answer"}
    GET  /ready   when the bot is connected and was told that it is
    GET  /late    {"late_s": [...]}: how late this process was whenever it wanted to do something

until its standard input closes. Times are those from the interaction's first byte out. Nothing sent
here is held against Discord's schema, as the tests do that: it would take longer than to send it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import time
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers.discord import Channel, DiscordServer, Interaction, May, User

WITHIN_S = 60.0
"""How long a defer or an answer is waited for."""
_TICK_S = 0.01
_OPTION = {"search": "words", "timeline": "topic"}
"""Commands that are called by their first word, and the option that takes the others."""


@dataclass
class Door:
    """What the bench asks for; a workspace and a person are numbers."""

    server: DiscordServer
    places: list[tuple[Channel, list[User]]]
    late_s: list[float] = field(default_factory=list)

    async def command(self, request: web.Request) -> web.Response:
        said = await request.json()
        channel, people = self.places[said["workspace"]]
        name, options = _slash(said["text"])
        person = people[said["person"]]
        done = await self.server.slash(channel, person, name, options, until="sent")
        try:
            await self.server.ledger.until(lambda: done.done, patience_s=WITHIN_S)
        except AssertionError:
            return web.json_response({"ack_s": _ack(done), "answer_s": None, "answer": ""})
        times = {"ack_s": _ack(done), "answer_s": done.done_after_s}
        return web.json_response({**times, "answer": done.text})

    async def ready(self, _request: web.Request) -> web.Response:
        connected = len(self.server.gateway.ready() or ())
        return web.json_response({"connected": connected}, status=200 if connected else 503)

    async def late(self, _request: web.Request) -> web.Response:
        late, self.late_s = self.late_s, []
        return web.json_response({"late_s": late})

    async def keep_time(self) -> None:
        """Note how late this process is: no time it takes is exacter than that."""
        while True:
            wanted = time.perf_counter() + _TICK_S
            await asyncio.sleep(_TICK_S)
            self.late_s.append(time.perf_counter() - wanted)


def _ack(done: Interaction) -> float | None:
    return done.answered_after_s if done.answer is not None else None


def _slash(text: str) -> tuple[str, dict[str, str]]:
    """The application command and its options for a command as it is typed elsewhere."""
    first, _, rest = text.partition(" ")
    if first == "subscriptions":
        return first, {}
    if first in _OPTION:
        return first, {_OPTION[first]: rest}
    return "intel", {"topic": text}


async def serve(workspaces: int, people: int) -> None:
    async with DiscordServer(validate=False) as server:
        places = []
        for number in range(workspaces):
            guild = server.world.add_guild(f"Server {number}")
            # The first manages it; the others only ask.
            askers = [server.world.add_user(f"asker{number}-{each}") for each in range(people)]
            guild.add_member(askers[0], [guild.add_role("desk", May.MANAGE_GUILD)])
            for asker in askers[1:]:
                guild.add_member(asker)
            places.append((guild.add_channel("news"), askers))
        door = Door(server, places)
        application = web.Application()
        application.add_routes(
            [
                web.post("/command", door.command),
                web.get("/ready", door.ready),
                web.get("/late", door.late),
            ]
        )
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        said = {
            "door": runner.addresses[0][1],
            "base_url": server.base_url,
            "gateway_url": server.gateway_url,
            "token": server.token,
        }
        print(json.dumps(said), flush=True)
        timekeeper = asyncio.create_task(door.keep_time())
        await asyncio.to_thread(sys.stdin.read)
        timekeeper.cancel()
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a loopback Discord to the bench.")
    parser.add_argument("--workspaces", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    chosen = parser.parse_args()
    gc.disable()  # its pauses would be measured as the product's
    asyncio.run(serve(chosen.workspaces, chosen.people))


if __name__ == "__main__":
    main()
