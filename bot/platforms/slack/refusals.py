"""What Slack's answers mean for a message that did not arrive, or may not have.

    no connection -> Refused      429 -> Refused, with the wait       5xx, cut short -> Ambiguous
    ok: false -> by its code, in one table; a code unknown to it -> Refused: Slack said no

Codes and their meanings: docs.slack.dev/reference/methods/chat.postMessage and those of the
other methods called. Slack says of two of them that "some aspect of the operation" may have
succeeded, and nothing of `service_unavailable`: those three are looked into, not sent again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.verdicts import WITHOUT_RETRY_AFTER_S, Meaning, Verdict
from briefings.errors import Ambiguous, DeliveryError, Refused, Rejected

_VOID = frozenset(
    {"not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive"}
)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")

_RESUME = "then /intel resume and the digest's number"
_INVITE = f"In the channel, type /invite @intelbrief, {_RESUME}."
_INSTALL = f"A workspace admin installs the app again; {_RESUME} in each channel."
_ASK_ADMIN = f"Ask a workspace admin to let the app post there, {_RESUME}."
_FORM = Meaning(Verdict.FORM, "Slack does not take the message in this form.")
_LONG = Meaning(Verdict.FORM, "Slack finds the message too long.")
_NO_THREAD = Meaning(Verdict.FORM, "Slack does not take the message in the digest's thread.")
_GARBLED = Meaning(Verdict.LATER, "The message reached Slack garbled.")
_MOVING = Meaning(Verdict.LATER, "The workspace is being moved, and cannot be posted to.")
_WAIT = Meaning(Verdict.WAIT, "Slack asks to wait.")
_DOUBT = Meaning(Verdict.DOUBT, "Slack had an error of its own.")
_OUTDATED = Meaning(
    Verdict.WORKSPACE,
    "Slack has withdrawn what intelbrief posts with.",
    f"Install a newer intelbrief, {_RESUME} in each channel.",
)
_NO_PERSON = Meaning(
    Verdict.CHANNEL, "Slack does not let intelbrief write to this person.", "Tell them yourself."
)
_KEPT = Meaning(
    Verdict.CHANNEL,
    "Slack does not let intelbrief delete its message.",
    "Delete it in Slack, if there are two.",
)


def _workspace(said: str, remedy: str = _INSTALL) -> Meaning:
    return Meaning(Verdict.WORKSPACE, said, remedy)


def _channel(said: str, remedy: str = _ASK_ADMIN) -> Meaning:
    return Meaning(Verdict.CHANNEL, said, remedy)


MEANINGS: Mapping[str, Meaning] = {
    # the channel
    "channel_not_found": _channel("Slack shows intelbrief no such channel.", _INVITE),
    "not_in_channel": _channel("intelbrief is not in the channel.", _INVITE),
    "no_permission": _channel("intelbrief may not post to the channel.", _INVITE),
    "access_denied": _channel("Slack denies intelbrief the channel."),
    "is_archived": _channel(
        "The channel is archived.",
        f"Unarchive it (its settings, Unarchive channel), {_RESUME}; "
        "or subscribe in another channel.",
    ),
    "restricted_action": _channel("A setting of the workspace keeps intelbrief from posting."),
    "restricted_action_read_only_channel": _channel("The channel is read-only for intelbrief."),
    "restricted_action_thread_only_channel": _channel(
        "The channel takes replies in threads only.",
        "Subscribe in a channel that takes new messages: /intel subscribe.",
    ),
    "ekm_access_denied": _channel("The workspace's admins have suspended posting."),
    "messages_tab_disabled": _channel(
        "The app's Messages tab is off.",
        "On the app's page at api.slack.com/apps, under App Home, turn the Messages tab on.",
    ),
    "user_not_found": _NO_PERSON,
    "users_not_found": _NO_PERSON,
    "user_not_visible": _NO_PERSON,
    "user_disabled": _NO_PERSON,
    "user_not_in_channel": _NO_PERSON,
    "cannot_dm_bot": _NO_PERSON,
    "cant_delete_message": _KEPT,
    "compliance_exports_prevent_deletion": _KEPT,
    # the workspace
    "not_authed": _workspace("intelbrief has no token for the workspace."),
    "invalid_auth": _workspace("Slack does not accept intelbrief's token."),
    "token_revoked": _workspace("intelbrief was removed from the workspace."),
    "token_expired": _workspace("intelbrief's token for the workspace has expired."),
    "account_inactive": _workspace("intelbrief's account in the workspace was switched off."),
    "not_allowed_token_type": _workspace(
        "intelbrief's token is not a bot's.",
        f"Set INTELBRIEF_SLACK_BOT_TOKEN to the token that begins with xoxb-, {_RESUME}.",
    ),
    "missing_scope": _workspace(
        "intelbrief lacks a scope it was not given.",
        "On the app's page at api.slack.com/apps, under OAuth & Permissions, add the scopes of "
        f"manifest.yaml and click Reinstall to Workspace, {_RESUME}.",
    ),
    "team_access_not_granted": _workspace(
        "intelbrief is not given to this workspace of the organization.",
        f"An organization admin adds the app to the workspace, {_RESUME}.",
    ),
    "two_factor_setup_required": _workspace("The workspace asks for two-factor sign-in first."),
    "accesslimited": _workspace(
        "The workspace does not allow the desk's network.",
        f"A workspace admin allows the address the desk calls from, {_RESUME}.",
    ),
    "enterprise_is_restricted": _workspace("The organization does not allow the app."),
    "deprecated_endpoint": _OUTDATED,
    "method_deprecated": _OUTDATED,
    # the message
    "msg_too_long": _LONG,
    "msg_blocks_too_long": _LONG,
    "invalid_blocks": _FORM,
    "invalid_blocks_format": _FORM,
    "invalid_arguments": _FORM,
    "no_text": _FORM,
    "restricted_action_non_threadable_channel": _NO_THREAD,
    "restricted_action_thread_locked": _NO_THREAD,
    "cannot_reply_to_message": _NO_THREAD,
    "invalid_thread_ts": _NO_THREAD,
    "thread_not_found": _NO_THREAD,
    # the moment
    "fatal_error": _DOUBT,
    "internal_error": _DOUBT,
    "service_unavailable": _DOUBT,
    "ratelimited": _WAIT,
    "rate_limited": _WAIT,
    "message_limit_exceeded": _WAIT,
    "team_added_to_org": _MOVING,
    "org_login_required": _MOVING,
    "request_timeout": _GARBLED,  # "the POST data was either missing or truncated"
    "invalid_form_data": _GARBLED,
    "invalid_post_type": _GARBLED,
    "missing_post_type": _GARBLED,
    "invalid_charset": _GARBLED,
}


def from_answer(status: int, said: object, headers: Mapping[str, str]) -> DeliveryError:
    """What an answer that is no success means; `said` is what was read of it."""
    code = code_of(said)
    meaning = MEANINGS.get(code)
    ids = {"code": code, "status": status}
    if status == 429:
        return _WAIT.error({**ids, "code": code or "ratelimited"}, _retry_after(headers))
    if status >= 500 or status == 408:
        text = f"Slack had an error of its own ({status})."
        return Meaning(Verdict.DOUBT, text).error(ids)
    if status == 413:
        return _LONG.error({**ids, "code": code or "msg_too_long"})
    if meaning is not None:
        return meaning.named(code).error(ids, _retry_after(headers))
    if code:
        return Meaning(Verdict.LATER, f"Slack did not take the message ({code}).").error(ids)
    if status >= 400:
        text = f"Slack, or something before it, answered {status}."
        return Meaning(Verdict.LATER, text).error(ids)
    return Meaning(Verdict.DOUBT, "Slack's answer cannot be read.").error(ids)


def from_break(error: Exception, *, begun: bool) -> DeliveryError:
    """What it means that there was no whole answer; `begun`: there was a connection."""
    if isinstance(error, SlackApiError):
        return from_answer(*_read(error))
    kind = type(error).__name__
    if begun:
        return Ambiguous(f"Slack's answer was lost ({kind}).", code="")
    return Refused(f"Slack cannot be reached ({kind}).", code="")


def not_installed() -> Rejected:
    """What a workspace is told that there is no token for."""
    meaning = MEANINGS["not_authed"]
    return Rejected(meaning.said, remedy=meaning.remedy, whole_workspace=True, code="not_authed")


def refuses_token(error: Exception) -> bool:
    """Whether Slack does not know the desk by the token it was shown."""
    return isinstance(error, Rejected) and error.ids.get("code") in _VOID


def code_of(said: object) -> str:
    """The code in an answer, "" where there is none that looks like one."""
    code = said.get("error") if isinstance(said, Mapping) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _read(error: SlackApiError) -> tuple[int, object, Mapping[str, str]]:
    response: Any = error.response
    if isinstance(response, AsyncSlackResponse):
        return response.status_code, response.data, response.headers
    # Where the body was no JSON, it is the HTTP client's own.
    return response.status, None, response.headers


def _retry_after(headers: Mapping[str, str]) -> float:
    # The names of an HTTP client's headers are looked up in any case; a plain mapping's are not.
    wait = headers.get("Retry-After", "")
    return float(wait) if wait.isascii() and wait.isdigit() else WITHOUT_RETRY_AFTER_S
