"""What Discord's answers mean for a message that did not arrive, or may not have.

    no connection -> Refused      429 -> Refused, with the wait       5xx, cut short -> Ambiguous
    4xx -> by its code, in one table; a code unknown to it -> Refused: Discord said no

Codes: docs.discord.com/developers/topics/opcodes-and-status-codes#json.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from bot.platforms.verdicts import WITHOUT_RETRY_AFTER_S, Meaning, Verdict
from briefings.errors import Ambiguous, DeliveryError, Refused, Rejected

_RESUME = "then /resume and the digest's number"
_TOKEN = (
    "At discord.com/developers/applications, under Bot, reset the token and set "
    f"INTELBRIEF_DISCORD_TOKEN to it, {_RESUME}."
)
_PERMISSIONS = (
    "In the channel's settings, under Permissions, allow intelbrief View Channel, Send Messages, "
    f"Send Messages in Threads and Embed Links, {_RESUME}."
)
_WAIT = Meaning(Verdict.WAIT, "Discord asks to wait.")
_LONG = Meaning(Verdict.FORM, "Discord finds the message too large.")
_FORM = Meaning(Verdict.FORM, "Discord does not take the message in this form.")
_NO_TOKEN = Meaning(Verdict.WORKSPACE, "Discord does not accept intelbrief's token.", _TOKEN)
_NO_ROOM = Meaning(
    Verdict.CHANNEL,
    "The channel is not one that messages can be posted in.",
    "Subscribe in a text channel, an announcement channel, a thread or a forum.",
)
_CLOSED = Meaning(
    Verdict.CHANNEL,
    "The thread is locked.",
    f"A moderator reopens and unlocks it, {_RESUME}; or subscribe in another channel.",
)
_NO_PERSON = Meaning(
    Verdict.CHANNEL,
    "Discord does not let intelbrief write to this person.",
    "They allow direct messages from members of a server that intelbrief is in.",
)
_BLOCKED = Meaning(
    Verdict.CHANNEL,
    "The server's moderation blocked the message.",
    f"In the server's settings, under AutoMod, exempt intelbrief's role from the rule, {_RESUME}.",
)
_GARBLED = Meaning(Verdict.LATER, "The message reached Discord garbled.")
_OFF = Meaning(Verdict.LATER, "Discord has switched this off for a while.")
_THREADS = Meaning(Verdict.LATER, "The server has as many open threads as it may have.")


MEANINGS: Mapping[int, Meaning] = {
    # the channel
    10003: Meaning(
        Verdict.CHANNEL,
        "Discord shows intelbrief no such channel.",
        "Subscribe in a channel that there is: /subscribe.",
    ),
    50001: Meaning(Verdict.CHANNEL, "intelbrief cannot see the channel.", _PERMISSIONS),
    50013: Meaning(Verdict.CHANNEL, "intelbrief lacks a permission in the channel.", _PERMISSIONS),
    50083: _CLOSED,
    160005: _CLOSED,
    40067: Meaning(
        Verdict.CHANNEL,
        "The forum takes no post without a tag.",
        f"In the forum's settings, turn off Require people to select tags when posting, {_RESUME}.",
    ),
    40058: _NO_ROOM,
    50008: _NO_ROOM,
    50024: _NO_ROOM,
    160002: Meaning(
        Verdict.CHANNEL,
        "intelbrief may not reply without seeing the channel's history.",
        "In the channel's settings, under Permissions, allow intelbrief Read Message History, "
        f"{_RESUME}.",
    ),
    50007: _NO_PERSON,
    50278: _NO_PERSON,
    10013: _NO_PERSON,
    20009: _BLOCKED,
    200000: _BLOCKED,
    200001: _BLOCKED,
    240000: _BLOCKED,
    # the server, or all of them
    10004: Meaning(
        Verdict.WORKSPACE,
        "intelbrief is not in the server.",
        f"Somebody who manages the server adds the app again, {_RESUME}.",
    ),
    40001: _NO_TOKEN,
    50014: _NO_TOKEN,
    50025: _NO_TOKEN,
    40002: Meaning(
        Verdict.WORKSPACE,
        "Discord asks for intelbrief's account to be verified.",
        f"The app's owner does so at discord.com/developers/applications, {_RESUME}.",
    ),
    40007: Meaning(
        Verdict.WORKSPACE,
        "intelbrief is banned from the server.",
        f"A moderator lifts the ban and adds the app again, {_RESUME}.",
    ),
    # the message
    50035: _FORM,
    50006: _FORM,
    40005: _LONG,
    50045: _LONG,
    50046: _FORM,
    # the moment
    20016: Meaning(Verdict.WAIT, "The channel is in slow mode."),
    20028: _WAIT,
    20029: _WAIT,
    40003: _WAIT,
    40062: _WAIT,
    40004: _OFF,
    40006: _OFF,
    110001: _OFF,
    130000: Meaning(Verdict.LATER, "Discord is overloaded."),
    160006: _THREADS,
    160007: _THREADS,
    50109: _GARBLED,
}


def from_answer(status: int, said: object, headers: Mapping[str, str]) -> DeliveryError:
    """What an answer that is no success means; `said` is what was read of it."""
    code = code_of(said)
    meaning = MEANINGS.get(code)
    ids = {"code": code or "", "status": status}
    if status >= 500 or status == 408:
        text = f"Discord had an error of its own ({status})."
        return Meaning(Verdict.DOUBT, text).error(ids)
    if status == 429:
        return _WAIT.error(ids, retry_after_s(said, headers))
    if 200 <= status < 300:
        return Meaning(Verdict.DOUBT, "Discord's answer cannot be read.").error(ids)
    if status == 413:
        return _LONG.error(ids)
    if meaning is None and status == 401 and isinstance(said, Mapping):
        meaning = _NO_TOKEN
    if meaning is not None:
        return meaning.named(code or status).error(ids, retry_after_s(said, headers))
    if code:
        text = f"Discord did not take the message ({code})."
    else:
        text = f"Discord, or something before it, answered {status}."
    return Meaning(Verdict.LATER, text).error(ids)


def from_break(error: Exception, *, begun: bool) -> DeliveryError:
    """What it means that there was no whole answer; `begun`: there was a connection."""
    kind = type(error).__name__
    if begun:
        return Ambiguous(f"Discord's answer was lost ({kind}).", code="")
    return Refused(f"Discord cannot be reached ({kind}).", code="")


def refuses_token(error: Exception) -> bool:
    """Whether Discord does not know the bot by its token."""
    return isinstance(error, Rejected) and (
        error.ids.get("status") == 401 or MEANINGS.get(error.ids.get("code")) is _NO_TOKEN  # type: ignore[call-overload]
    )


def code_of(said: object) -> int:
    """The code in an answer, 0 where there is none."""
    code = said.get("code") if isinstance(said, Mapping) else None
    return code if isinstance(code, int) and not isinstance(code, bool) and code > 0 else 0


def parsed(content: bytes) -> object:
    """The JSON of an answer; None where it is none."""
    try:
        said: object = json.loads(content)
    except ValueError:
        return None
    return said


def retry_after_s(said: object, headers: Mapping[str, str]) -> float:
    """How long Discord asks to wait: to the millisecond in the answer, to the second in its head.

    Cloudflare, which stands before Discord, only has the latter, if anything.
    """
    told = said.get("retry_after") if isinstance(said, Mapping) else None
    for wait in (told, headers.get("Retry-After")):
        try:
            seconds = float(wait)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    return WITHOUT_RETRY_AFTER_S
