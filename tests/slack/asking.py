"""How tests of the loopback Slack ask it, and blocks of every size."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import SlackServer

PLAIN: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


def client_of(slack: SlackServer, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(
        token=token or slack.acme.token, base_url=slack.base_url, retry_handlers=[]
    )


async def refusal(asked: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await asked
    return str(caught.value.response["error"])


def text(length: int, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": "x" * length}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": text(3), **more}


def actions(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": list(elements)}]


def sections(number: int, length: int = 5) -> list[dict[str, Any]]:
    return [{"type": "section", "text": text(length)} for _ in range(number)]


def table(rows: int, cells: int, length: int = 1) -> dict[str, Any]:
    row = [{"type": "raw_text", "text": "x" * length}] * cells
    return {"type": "table", "rows": [row] * rows}
