"""What Slack is for the part of the bench that measures a chat: see chats.py.

Several workspaces, each installed by OAuth as a person does it, because the desk limits how much
one workspace may ask.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp

from benchmarks import chats
from benchmarks.report import Findings
from benchmarks.setting import Setting


def run(setting: Setting) -> Findings:
    """Measure commands that come by Socket Mode."""
    return chats.run(setting, SLACK)


def _env(said: Mapping[str, Any]) -> dict[str, str]:
    port = _free_port()
    return {
        "INTELBRIEF_SLACK_BASE_URL": said["base_url"],
        "INTELBRIEF_SLACK_APP_TOKEN": said["app_token"],
        "INTELBRIEF_SLACK_CLIENT_ID": said["client_id"],
        "INTELBRIEF_SLACK_CLIENT_SECRET": said["client_secret"],
        "INTELBRIEF_SLACK_PORT": str(port),
        "INTELBRIEF_SLACK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "INTELBRIEF_SECRET_KEY": secrets.token_hex(32),
    }


async def _install(said: Mapping[str, Any], env: Mapping[str, str]) -> None:
    """Go through the three pages of an installation in every workspace."""
    begin = f"{env['INTELBRIEF_SLACK_PUBLIC_URL']}/slack/install"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        for admin in said["admins"]:
            async with browser.get(begin, allow_redirects=False) as page:
                cookie = page.headers["Set-Cookie"].partition(";")[0]
                consent = f"{page.headers['Location']}&user={admin}"
            async with browser.get(consent, allow_redirects=False) as page:
                back = page.headers["Location"]
            async with browser.get(back, headers={"Cookie": cookie}) as page:
                if page.status != 200:
                    raise RuntimeError(f"not installed: {(await page.text())[-300:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


SLACK = chats.Chat("slack", "Slack", "benchmarks.slackserver", _env, _install)
