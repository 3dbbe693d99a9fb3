"""views.*: modals, which are a stack, and Home tabs."""

from __future__ import annotations

import json
import secrets
from typing import Any

from tests.servers.slack.calls import Refused
from tests.servers.slack.core import TRIGGER_LASTS, Asking, Served, Slack, Trigger
from tests.servers.slack.ledger import View
from tests.servers.slack.world import Team

DEEPEST = 3
"""Modals one upon the other."""


def open_view(slack: Slack, asking: Asking) -> dict[str, Any]:
    content = _content(slack, asking, "modal")
    trigger = _exchange(slack, asking)
    if trigger.view_id:
        raise Refused("invalid_arguments", response_metadata={"messages": ["use views.push"]})
    return _said(_show(slack, trigger.team, trigger.user, content))


def push(slack: Slack, asking: Asking) -> dict[str, Any]:
    content = _content(slack, asking, "modal")
    trigger = _exchange(slack, asking)
    below = slack.ledger.view(trigger.view_id)
    if below is None:
        raise Refused("not_found")
    return _said(push_on(slack, below, content))


def update(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    content = _content(slack, asking)
    view = slack.ledger.view(call.text("view_id")) or next(
        (
            view
            for view in slack.ledger.views
            if call.text("external_id")
            and view.content.get("external_id") == call.text("external_id")
        ),
        None,
    )
    if view is None or view.team not in asking.token.teams or not view.is_open:
        raise Refused("not_found")
    if call.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")
    change(slack, view, content)
    return _said(view)


def publish(slack: Slack, asking: Asking) -> dict[str, Any]:
    call = asking.call
    content = _content(slack, asking, "home")
    user = slack.user(asking, call.needed("user_id"))
    view = slack.ledger.home(user.team, user.id)
    if view is None:
        return _said(_show(slack, user.team, user.id, content))
    if call.text("hash") not in ("", view.hash):
        raise Refused("hash_conflict")
    change(slack, view, content)
    return _said(view)


def _content(slack: Slack, asking: Asking, kind: str = "") -> dict[str, Any]:
    content = asking.call.arguments.get("view")
    slack.check_view(asking.call.method, content)
    assert isinstance(content, dict)
    if kind and content["type"] != kind:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"not a {kind}"]})
    return content


def _exchange(slack: Slack, asking: Asking) -> Trigger:
    trigger = slack.triggers.get(asking.call.needed("trigger_id"))
    if trigger is None or trigger.team not in asking.token.teams:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if slack.clock.now() - trigger.at > TRIGGER_LASTS:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def _show(slack: Slack, team: Team, user: str, content: dict[str, Any]) -> View:
    view = View(slack.world.new_id("V"), team, user, _with_ids(content), _new_hash())
    slack.ledger.views.append(view)
    return view


def push_on(slack: Slack, below: View, content: dict[str, Any]) -> View:
    depth, under = 1, below
    while under.previous_id:
        found = slack.ledger.view(under.previous_id)
        assert found is not None
        depth, under = depth + 1, found
    if depth >= DEEPEST:
        raise Refused("push_limit_reached")
    view = _show(slack, below.team, below.user, content)
    view.root_id, view.previous_id = below.root_id or below.id, below.id
    return view


def change(slack: Slack, view: View, content: dict[str, Any]) -> None:
    """Show other content in a view that is open."""
    view.history.append(view.content)
    view.content = _with_ids(content)
    view.hash = _new_hash()
    slack.ledger.changed()


def _with_ids(content: dict[str, Any]) -> dict[str, Any]:
    """Blocks have ids, and elements too, whether they were given any or not."""
    made: dict[str, Any] = json.loads(json.dumps(content))
    for block in made["blocks"]:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        element = block.get("element")
        if isinstance(element, dict):
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return made


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_urlsafe(6)}"


def _said(view: View) -> dict[str, Any]:
    return {"view": view.described()}


METHODS = {
    "views.open": Served(open_view),
    "views.push": Served(push),
    "views.update": Served(update),
    "views.publish": Served(publish),
}
