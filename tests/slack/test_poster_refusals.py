"""What becomes of a message that Slack refuses, or whose answer gets lost."""

from __future__ import annotations

import pytest

from bot.platforms.slack.refusals import MEANINGS
from briefings.errors import (
    Ambiguous,
    DeliveryError,
    Refused,
    Rejected,
    Unfit,
)
from tests.faults.plan import Act, Fault, Moment
from tests.slack.posting import SECRET, TOKEN, running

# --- what breaks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1:{}", "http://slack.invalid:{}"], ids=["no TLS", "no such name"]
)
async def test_without_a_connection_it_is_refused(address: str) -> None:
    async with running() as slack:
        slack.address = address.format(slack.server.port)
        error = await slack.failure()
        assert type(error) is Refused
        assert slack.ledger.asked == []


LOST = [
    *((moment, act) for moment in Moment for act in (Act.RESET, Act.CLOSE, Act.HANG)),
    (Moment.HEADED, Act.TRUNCATE),
]


@pytest.mark.parametrize(("moment", "act"), LOST, ids=[f"{m.name}-{a.name}" for m, a in LOST])
async def test_a_lost_answer_is_ambiguous_and_nothing_is_sent_twice(
    moment: Moment, act: Act
) -> None:
    async with running(timeout_s=0.15) as slack:
        slack.plan.add(Fault(moment, act))
        error = await slack.failure()
        assert type(error) is Ambiguous
        assert str(error).startswith("Slack's answer was lost (")
        assert len(slack.ledger.asked) == 1
        assert len(slack.ledger.messages) == (moment >= Moment.ACCEPTED)


UNREADABLE = {
    "cut in the JSON": Fault(Moment.HEADED, Act.TRUNCATE, body="whole"),
    "HTML": Fault(Moment.ACCEPTED, Act.ANSWER, body="<html>"),
    "plain text": Fault(
        Moment.ACCEPTED, Act.ANSWER, body="ok", headers={"Content-Type": "text/plain"}
    ),
    "a list": Fault(
        Moment.ACCEPTED, Act.ANSWER, body="[1]", headers={"Content-Type": "application/json"}
    ),
    "no ts": Fault(
        Moment.ACCEPTED,
        Act.ANSWER,
        body='{"ok": true}',
        headers={"Content-Type": "application/json"},
    ),
    "no code": Fault(Moment.ACCEPTED, Act.ANSWER),
    "a code that is none": Fault(Moment.ACCEPTED, Act.ANSWER, code=f"{SECRET} {TOKEN}"),
}


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_answer_that_says_nothing_is_ambiguous(fault: Fault) -> None:
    async with running() as slack:
        slack.plan.add(fault)
        assert type(await slack.failure()) is Ambiguous


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Ambiguous) for status in (500, 502, 503, 504, 408)),
        *((status, Refused) for status in (400, 401, 403, 404, 407)),
        (413, Unfit),
    ],
)
@pytest.mark.parametrize("body", [None, "<html>Bad gateway</html>"], ids=["JSON", "HTML"])
async def test_a_status_decides_where_there_is_no_code(
    status: int, kind: type[DeliveryError], body: str | None
) -> None:
    async with running() as slack:
        slack.plan.add(Fault(Moment.READ, Act.ANSWER, status, body=body))
        error = await slack.failure()
        assert type(error) is kind
        assert error.ids["status"] == status


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "7"}), 7.0),
        (Fault(Moment.READ, Act.ANSWER, 429, headers={"retry-after": "3600"}), 3600.0),
        (Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "soon"}), 60.0),
        (Fault(Moment.READ, Act.ANSWER, 429), 60.0),
        (Fault(Moment.READ, Act.ANSWER, 429, body="<html>1015</html>"), 60.0),
        (
            Fault(Moment.READ, Act.ANSWER, code="ratelimited", headers={"Retry-After": "30"}),
            30.0,
        ),
        (Fault(Moment.READ, Act.ANSWER, code="rate_limited"), 60.0),
    ],
    ids=["7", "lower case", "no number", "none", "HTML", "by code", "by code, none"],
)
async def test_asked_to_wait_it_says_how_long(fault: Fault, wait: float) -> None:
    async with running() as slack:
        slack.plan.add(fault)
        error = await slack.failure()
        assert isinstance(error, Refused)
        assert error.retry_after_s == wait


# --- what Slack refuses ---------------------------------------------------------------------------

CHANNEL = (
    *("channel_not_found", "not_in_channel", "no_permission", "access_denied", "is_archived"),
    *("restricted_action", "restricted_action_read_only_channel", "ekm_access_denied"),
    *("restricted_action_thread_only_channel", "messages_tab_disabled", "user_not_found"),
    *("users_not_found", "user_not_visible", "user_disabled", "user_not_in_channel"),
    *("cannot_dm_bot", "cant_delete_message", "compliance_exports_prevent_deletion"),
)
WORKSPACE = (
    *("not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive"),
    *("not_allowed_token_type", "missing_scope", "team_access_not_granted", "accesslimited"),
    *("two_factor_setup_required", "enterprise_is_restricted", "deprecated_endpoint"),
    "method_deprecated",
)
FORM = (
    *("msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"),
    *("invalid_arguments", "no_text", "restricted_action_non_threadable_channel"),
    *("restricted_action_thread_locked", "cannot_reply_to_message", "invalid_thread_ts"),
    "thread_not_found",
)
DOUBT = ("fatal_error", "internal_error", "service_unavailable")
WAIT = ("ratelimited", "rate_limited", "message_limit_exceeded")
LATER = (
    *("team_added_to_org", "org_login_required", "request_timeout", "invalid_form_data"),
    *("invalid_post_type", "missing_post_type", "invalid_charset"),
    "a_code_of_next_year",
)
CASES = [
    *((code, Rejected, False) for code in CHANNEL),
    *((code, Rejected, True) for code in WORKSPACE),
    *((code, Unfit, False) for code in FORM),
    *((code, Ambiguous, False) for code in DOUBT),
    *((code, Refused, False) for code in (*WAIT, *LATER)),
]


def test_every_code_of_the_table_is_a_case() -> None:
    assert {code for code, _, _ in CASES} - set(MEANINGS) == {"a_code_of_next_year"}
    assert set(MEANINGS) <= {code for code, _, _ in CASES}


async def test_each_code_means_what_it_should() -> None:
    async with running() as slack:
        for code, kind, whole in CASES:
            slack.plan.add(Fault(Moment.READ, Act.ANSWER, code=code))
            error = await slack.failure()
            assert (code, type(error)) == (code, kind)
            assert error.ids["code"] == code
            assert code in error.message
            if isinstance(error, Rejected):
                assert (code, error.whole_workspace) == (code, whole)
                assert error.remedy
            if isinstance(error, Refused):
                assert (error.retry_after_s is not None) == (code in WAIT)
        assert slack.ledger.messages == []


async def test_a_remedy_says_what_to_type() -> None:
    async with running() as slack:
        slack.plan.add(Fault(Moment.READ, Act.ANSWER, code="not_in_channel"))
        assert str(await slack.failure()) == (
            "intelbrief is not in the channel (not_in_channel). In the channel, type "
            "/invite @intelbrief, then /intel resume and the digest's number."
        )
