"""What the app answers to interactions: the first response, edits of it, and follow-ups."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from tests.servers.discord import limits
from tests.servers.discord.core import Asking, Discord, Served
from tests.servers.discord.interactions import (
    ALLOWED,
    ANSWER_WITHIN,
    FOLLOWUPS_OF_A_USER_APP,
    TOKEN_LASTS,
    Answer,
    Interaction,
)
from tests.servers.discord.ledger import EPHEMERAL, LOADING, Message
from tests.servers.discord.limits import Problem
from tests.servers.discord.messages import check_files, check_message, compose, show
from tests.servers.discord.permissions import May
from tests.servers.discord.refusals import refused

_KEPT_FLAGS = (1 << 2) | EPHEMERAL | (1 << 12) | (1 << 15)


def check_callback(asking: Asking) -> Iterable[Problem]:
    data = asking.body.get("data") or {}
    match asking.body.get("type"):
        case Answer.CHOICES:
            yield from limits.choices(data.get("choices"))
        case Answer.MODAL:
            yield from limits.modal(data)
        case _:
            for each in limits.message(data):
                yield Problem(f"data.{each.path}", each.code, each.message)
            yield from check_files(asking, data)


def callback(discord: Discord, asking: Asking) -> tuple[int, Any]:
    """The first response; there is one, and it comes within three seconds or not at all."""
    it = discord.interactions.get(asking.named["interaction_token"])
    if it is None or it.id != asking.named["interaction_id"]:
        raise refused(10062)
    if it.answer is not None:
        raise refused(40060)
    if discord.clock.now() - it.at > ANSWER_WITHIN:
        raise refused(10062)
    answer, data = Answer(asking.body["type"]), asking.body.get("data") or {}
    if answer not in ALLOWED[it.did]:
        raise refused(50024)
    if answer in (Answer.UPDATE, Answer.DEFERRED_UPDATE) and it.source is None:
        raise refused(50024)
    _respond(discord, asking, it, answer, data)
    it.answer, it.answered_s = answer, time.monotonic()
    if not it.deferred:
        it.done_s = it.answered_s
    if asking.call.query.get("with_response") not in ("1", "true"):
        return 204, None
    return 200, _described(discord, it, answer)


def _respond(
    discord: Discord, asking: Asking, it: Interaction, answer: Answer, data: dict[str, Any]
) -> None:
    match answer:
        case Answer.MESSAGE | Answer.DEFERRED_MESSAGE:
            made = _made(discord, it, data, via="response")
            if answer is Answer.MESSAGE:
                compose(discord, asking, data, made)
            else:
                made.flags |= LOADING
            it.message = made
            discord.ledger.messages.append(made)
        case Answer.UPDATE:
            assert it.source is not None
            it.message = compose(discord, asking, data, it.source)
            it.message.edited_at = discord.clock.now()
        case Answer.DEFERRED_UPDATE:
            it.message = it.source
        case Answer.CHOICES:
            it.choices = list(data.get("choices") or ())
        case Answer.MODAL:
            it.modal = data


def _made(discord: Discord, it: Interaction, body: dict[str, Any], *, via: str) -> Message:
    """A new message of an interaction; an app that may not speak up here is heard by one alone."""
    flags = (body.get("flags") or 0) & _KEPT_FLAGS
    if it.external and it.guild is not None:
        may = discord.world.user_may(it.user, it.channel)
        flags |= EPHEMERAL if May.USE_EXTERNAL_APPS not in may else 0
    return Message(
        discord.world.new_snowflake(),
        it.channel,
        discord.world.bot,
        discord.clock.now(),
        flags=flags,
        via=via,
        to=it.user if flags & EPHEMERAL else None,
        interaction=it,
    )


def _described(discord: Discord, it: Interaction, answer: Answer) -> dict[str, Any]:
    about: dict[str, Any] = {"id": it.id, "type": int(it.did)}
    resource: dict[str, Any] | None = None
    if it.message is not None:
        about |= {
            "response_message_id": it.message.id,
            "response_message_loading": it.message.thinking,
            "response_message_ephemeral": it.message.ephemeral,
        }
        if answer is not Answer.DEFERRED_UPDATE:
            kind = 7 if answer is Answer.UPDATE else 4
            resource = {"type": kind, "message": show(discord, it.message)}
    said: dict[str, Any] = {"interaction": about}
    return said | ({"resource": resource} if resource is not None else {})


# --- after the first response ---------------------------------------------------------------------


def _of_token(discord: Discord, asking: Asking) -> Interaction:
    it = discord.interactions.get(asking.named["webhook_token"])
    if it is None or asking.named["webhook_id"] != discord.world.app_id or it.answer is None:
        raise refused(10015)
    if discord.clock.now() - it.at > TOKEN_LASTS:
        raise refused(50027)
    return it


def _original(discord: Discord, asking: Asking) -> tuple[Interaction, Message]:
    it = _of_token(discord, asking)
    if it.message is None or not it.message.visible:
        raise refused(10008)
    return it, it.message


def _any(discord: Discord, asking: Asking) -> tuple[Interaction, Message]:
    it = _of_token(discord, asking)
    named = asking.named["message_id"]
    for each in [it.message, *it.followups]:
        if each is not None and each.id == named and each.visible:
            return it, each
    raise refused(10008)


def _edit(discord: Discord, asking: Asking, it: Interaction, message: Message) -> tuple[int, Any]:
    thinking = message.thinking
    compose(discord, asking, asking.body, message)
    if thinking:
        message.flags &= ~LOADING
        message.flags |= (asking.body.get("flags") or 0) & _KEPT_FLAGS & ~EPHEMERAL
    else:
        message.edited_at = discord.clock.now()
    it.done_s = it.done_s or time.monotonic()
    return 200, show(discord, message)


def edit_original(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return _edit(discord, asking, *_original(discord, asking))


def edit_followup(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return _edit(discord, asking, *_any(discord, asking))


def get_original(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return 200, show(discord, _original(discord, asking)[1])


def get_followup(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return 200, show(discord, _any(discord, asking)[1])


def delete_original(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return _delete(discord, *_original(discord, asking))


def delete_followup(discord: Discord, asking: Asking) -> tuple[int, Any]:
    return _delete(discord, *_any(discord, asking))


def _delete(discord: Discord, it: Interaction, message: Message) -> tuple[int, Any]:
    message.deleted_at = discord.clock.now()
    it.done_s = it.done_s or time.monotonic()
    return 204, None


def follow_up(discord: Discord, asking: Asking) -> tuple[int, Any]:
    """One more message; the first after a defer takes the place, and privacy, of "thinking"."""
    it = _of_token(discord, asking)
    if it.message is not None and it.message.thinking:
        return _edit(discord, asking, it, it.message)
    if it.external and len(it.followups) >= FOLLOWUPS_OF_A_USER_APP:
        raise refused(40094)
    made = _made(discord, it, asking.body, via="followup")
    compose(discord, asking, asking.body, made)
    discord.ledger.messages.append(made)
    it.followups.append(made)
    it.done_s = it.done_s or time.monotonic()
    if asking.call.query.get("wait") in ("0", "false"):
        return 204, None
    return 200, show(discord, made)


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL = _HOOK + "/messages/@original"
_MESSAGE = _HOOK + "/messages/{message_id}"
SERVED = (
    Served(
        "create_interaction_response",
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        callback,
        check_callback,
        open=True,
    ),
    Served(
        "update_original_webhook_message", "PATCH", _ORIGINAL, edit_original, check_message, True
    ),
    Served("get_original_webhook_message", "GET", _ORIGINAL, get_original, open=True),
    Served("delete_original_webhook_message", "DELETE", _ORIGINAL, delete_original, open=True),
    Served("update_webhook_message", "PATCH", _MESSAGE, edit_followup, check_message, True),
    Served("get_webhook_message", "GET", _MESSAGE, get_followup, open=True),
    Served("delete_webhook_message", "DELETE", _MESSAGE, delete_followup, open=True),
    Served("execute_webhook", "POST", _HOOK, follow_up, check_message, True),
)
