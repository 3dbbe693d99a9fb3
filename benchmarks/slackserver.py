"""The loopback Slack in a process of its own, and a way in for the bench.

    python -m benchmarks.slackserver --workspaces 30 --people 24

prints a line of JSON with all that an app needs and the port of the way in, then answers there

    POST /command {"workspace", "person", "text"} -> {"ack_s", "answer_s", "answer"}
    GET  /ready   when the app is connected
    GET  /late    {"late_s": [...]}: how late this process was whenever it wanted to do something

until its standard input closes. Times are those from the envelope's first byte out. Nothing sent
here is held against Slack's limits, as the tests do that: it would take longer than to send it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import time
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from tests.servers.slack import Message, SlackServer
from tests.servers.slack.interactions import Interaction
from tests.servers.slack.world import Channel, User

WITHIN_S = 60.0
"""How long an ack or an answer is waited for."""
_WORKING = ("Working on it", "This takes a while")
_TICK_S = 0.01


@dataclass
class Door:
    """What the bench asks for; a workspace and a person are numbers."""

    server: SlackServer
    places: list[tuple[Channel, list[User]]]
    late_s: list[float] = field(default_factory=list)

    async def command(self, request: web.Request) -> web.Response:
        said = await request.json()
        channel, people = self.places[said["workspace"]]
        done = await self.server.people.slash(channel, people[said["person"]], said["text"])
        answer_s, answer = None, ""
        try:
            message = await self.server.ledger.until("answer", partial(_answer, done), WITHIN_S)
            answer_s = time.perf_counter() - done.delivery.sent_at
            answer = message.text
        except AssertionError:
            pass
        return web.json_response({"ack_s": done.ack_s, "answer_s": answer_s, "answer": answer})

    async def ready(self, _request: web.Request) -> web.Response:
        connected = len(self.server.socket.connections)
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


def _answer(done: Interaction) -> Message | None:
    """The finished answer; that it takes a while is none."""
    return next((m for m in done.own_replies if not m.text.startswith(_WORKING)), None)


async def serve(workspaces: int, people: int) -> None:
    async with SlackServer(validate=False) as server:
        server.people.within_s = WITHIN_S
        places = []
        for number in range(workspaces):
            made = server.furnish(f"Workspace {number}")
            # The first is an admin; the others only ask.
            others = [made.team.add_user(f"asker{each}") for each in range(people - 1)]
            places.append((made.news, [made.ann, *others]))
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
            "app_token": server.app_token,
            "client_id": server.client_id,
            "client_secret": server.client_secret,
            "admins": [askers[0].id for _, askers in places],
        }
        print(json.dumps(said), flush=True)
        timekeeper = asyncio.create_task(door.keep_time())
        await asyncio.to_thread(sys.stdin.read)
        timekeeper.cancel()
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a loopback Slack to the bench.")
    parser.add_argument("--workspaces", type=int, required=True)
    parser.add_argument("--people", type=int, required=True)
    chosen = parser.parse_args()
    gc.disable()  # its pauses would be measured as the product's
    asyncio.run(serve(chosen.workspaces, chosen.people))


if __name__ == "__main__":
    main()
