"""response_url: five answers to an interaction, within half an hour."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.slack.calls import Refused
from tests.servers.slack.core import RESPONSE_URL_LASTS, RESPONSE_URL_USES, ResponseUrl, Slack
from tests.servers.slack.ledger import Asked, Message
from tests.servers.slack.limits import Problem


def respond(slack: Slack, path: str, body: bytes) -> tuple[int, str]:
    """POST to a response_url: a status and what is answered."""
    link = slack.response_urls.get(path)
    team = link.channel.team.id if link else ""
    asked = Asked("response_url", team, {}, slack.clock.now())
    slack.ledger.requests.append(asked)
    try:
        said = json.loads(body)
        asked.arguments = said
        if link is None:
            raise Refused("expired_url")
        _take(slack, path, link, said)
        asked.outcome = "ok"
        return 200, "ok"
    except ValueError:
        asked.outcome, asked.status = "invalid_payload", 400
        return 400, "invalid_payload"
    except Refused as refusal:
        asked.outcome = refusal.code
        asked.status = 404 if refusal.code in {"used_url", "expired_url"} else 400
        return asked.status, json.dumps({"ok": False, "error": refusal.code, **refusal.more})
    finally:
        slack.ledger.changed()


def _take(slack: Slack, path: str, link: ResponseUrl, said: dict[str, Any]) -> None:
    if slack.clock.now() - link.at > RESPONSE_URL_LASTS:
        raise Refused("expired_url")
    if link.uses >= RESPONSE_URL_USES:
        raise Refused("used_url")
    link.uses += 1
    for name in ("replace_original", "delete_original"):
        if said.get(name) and link.source is None:
            # github.com/slackapi/bolt-python/issues/1268: only a button's message can be meant.
            nothing = Problem(f"/{name}", "no_original", "there is none to replace or delete")
            slack.blame("response_url", [nothing])
    if said.get("delete_original"):
        if link.source is not None:
            link.source.deleted_at = slack.clock.now()
        return
    slack.check_message("response_url", said)
    if said.get("replace_original") and link.source is not None:
        link.source.text = said.get("text", "")
        link.source.blocks = said.get("blocks") or []
        link.source.edited_at = slack.clock.now()
        link.source.request = said
        return
    public = said.get("response_type") == "in_channel"
    slack.ledger.messages.append(
        Message(
            slack.world.new_ts(),
            link.channel,
            link.channel.team.bot.id,
            said.get("text", ""),
            said.get("blocks") or [],
            slack.clock.now(),
            "response_url",
            visibility="channel" if public else "ephemeral",
            to="" if public else link.user,
            thread_ts=said.get("thread_ts") or "",
            metadata=said.get("metadata"),
            request=said,
            response_url=slack.root + path,
        )
    )
