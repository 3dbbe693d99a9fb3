"""A chat server on loopback that takes every message, in a process of its own.

    python -m benchmarks.chatserver

prints `ready PORT` on standard output and takes POST /messages until its standard input closes.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from aiohttp import web


async def main() -> None:
    """Serve until standard input closes."""
    numbers = count(1)

    async def take(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response({"id": f"m{next(numbers)}"})

    app = web.Application()
    app.router.add_post("/messages", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print("ready", runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
