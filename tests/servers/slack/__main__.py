"""`python -m tests.servers.slack [port]`: a loopback Slack with one workspace, until it is ended.

Its first line of output is JSON: the port, and all an app needs to be started against it.
"""

from __future__ import annotations

import asyncio
import json
import sys

from tests.servers.slack.server import SlackServer


async def main(port: int) -> None:
    async with SlackServer(port=port) as server:
        acme = server.furnish("Acme")
        said = {
            "port": server.port,
            "base_url": server.base_url,
            "authorize_url": server.authorize_url,
            "bot_token": acme.token,
            "app_token": server.app_token,
            "signing_secret": server.signing_secret,
            "client_id": server.client_id,
            "client_secret": server.client_secret,
            "team": acme.id,
            "channel": acme.news.id,
            "user": acme.ann.id,
        }
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    except KeyboardInterrupt:
        sys.exit(0)
