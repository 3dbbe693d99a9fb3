"""Messages of digests looked for and deleted in Slack, and people told about them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.platforms.slack.poster import EVENT_TYPE
from briefings.errors import (
    Ambiguous,
    CannotLook,
    DeliveryError,
    Refused,
    Rejected,
)
from briefings.ports import Post
from tests.fakes.clock import START
from tests.faults.plan import Act, Fault, Moment, Operation
from tests.slack.posting import KEY, NEWS, PAYLOAD, TOKEN, post, running

# --- looking --------------------------------------------------------------------------------------


def metadata(key: str = KEY, type_: str = EVENT_TYPE) -> dict[str, object]:
    return {"event_type": type_, "event_payload": {"key": key}}


async def test_only_our_own_messages_of_the_key_count_oldest_first() -> None:
    async with running() as slack:
        first = await slack.send()
        slack.clock.advance(seconds=30)
        second = await slack.send()
        other = Post(NEWS, "another-key", PAYLOAD, 1, 1, "", START)
        await slack.send(other)
        us = slack.team.bot.id
        slack.written("U9", metadata())
        slack.written(us, None)
        slack.written(us, metadata(type_="something_else"))
        slack.written(us, metadata("another-key"))
        slack.written(us, {"event_type": EVENT_TYPE, "event_payload": {}})
        slack.written(us, metadata(), channel="C2")
        assert await slack.poster.copies(post()) == (first, second)
        (said,) = slack.asked("conversations.history")
        assert said == {
            "channel": "C1",
            "oldest": f"{START.timestamp() - 120:.6f}",
            "limit": "15",
            "include_all_metadata": "1",
        }
        assert len(slack.asked("auth.test")) == 1


async def test_in_another_workspace_of_an_organization_the_user_is_ours() -> None:
    async with running() as slack:
        assert await slack.poster.copies(post()) == ()
        slack.team.bot_id = "B0ELSEWHERE"
        ts = await slack.send()
        assert await slack.poster.copies(post()) == (ts,)


async def test_an_app_that_was_installed_again_is_asked_who_it_is() -> None:
    async with running() as slack:
        assert await slack.poster.copies(post()) == ()
        slack.team.bot.id, slack.team.bot_id = "U0AGAIN", "B0AGAIN"
        slack.token = f"{TOKEN}-again"
        slack.service.slack.world.tokens[slack.token] = slack.service.slack.world.tokens[TOKEN]
        ts = await slack.send()
        assert await slack.poster.copies(post()) == (ts,)


async def test_messages_from_before_its_first_try_are_not_its_copies() -> None:
    async with running() as slack:
        await slack.send()
        later = Post(NEWS, KEY, PAYLOAD, 1, 1, "", START + timedelta(seconds=121))
        assert await slack.poster.copies(later) == ()


async def test_a_part_in_a_thread_is_looked_for_there() -> None:
    async with running() as slack:
        first = await slack.send(Post(NEWS, "first", PAYLOAD, 1, 2, "", START))
        part = await slack.send(post(number=2, first_id=first))
        assert await slack.poster.copies(post(number=2, first_id=first)) == (part,)
        assert [said["ts"] for said in slack.asked("conversations.replies")] == [first]
        assert slack.asked("conversations.history") == []


async def test_a_part_that_left_its_thread_is_looked_for_in_both_places() -> None:
    async with running() as slack:
        first = await slack.send(Post(NEWS, "first", PAYLOAD, 1, 2, "", START))
        inside = await slack.send(post(number=2, first_id=first))
        outside = await slack.send(post(number=2, first_id=first, plain=True))
        found = await slack.poster.copies(post(number=2, first_id=first, plain=True))
        assert found == (inside, outside)


async def test_a_thread_that_is_gone_has_no_copies() -> None:
    async with running() as slack:
        slack.service.refused["conversations.replies"] = "thread_not_found"
        assert await slack.poster.copies(post(number=2, first_id="1.000001")) == ()


async def test_a_busy_channel_is_looked_through_page_by_page() -> None:
    async with running() as slack:
        slack.service.page_most = 2
        sent = [await slack.send() for _ in range(7)]
        assert await slack.poster.copies(post()) == tuple(sent)
        asked = slack.asked("conversations.history")
        assert [said.get("cursor") for said in asked] == [None, "next:2", "next:4", "next:6"]


async def test_asked_to_wait_it_goes_on_where_it_was() -> None:
    async with running() as slack:
        slack.service.page_most = 2
        sent = [await slack.send() for _ in range(5)]
        slack.plan.add(Fault(Moment.READ, Act.GO_ON), operation=Operation.LOOK)
        limit = Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "60"})
        slack.plan.add(limit, operation=Operation.LOOK)
        with pytest.raises(Refused) as raised:
            await slack.poster.copies(post())
        assert raised.value.retry_after_s == 60
        assert await slack.poster.copies(post()) == tuple(sent)
        asked = slack.asked("conversations.history")
        assert [said.get("cursor") for said in asked] == [None, "next:2", "next:4"]


async def test_a_channel_too_busy_for_one_look_is_not_said_to_lack_the_message() -> None:
    async with running() as slack:
        slack.service.page_most = 1
        sent = await slack.send()
        for _ in range(25):
            slack.written("U9", None)
        with pytest.raises(Refused) as raised:
            await slack.poster.copies(post())
        assert raised.value.retry_after_s == 60
        assert await slack.poster.copies(post()) == (sent,)
        assert len(slack.asked("conversations.history")) == 26


async def test_without_the_right_to_look_it_says_so() -> None:
    async with running() as slack:
        slack.plan.history_allowed = False
        with pytest.raises(CannotLook) as raised:
            await slack.poster.copies(post())
        assert raised.value.ids["code"] == "missing_scope"
        assert "channels:history" in raised.value.remedy


async def test_where_the_right_is_known_to_lack_nobody_is_asked() -> None:
    async with running(can_look=False) as slack:
        with pytest.raises(CannotLook):
            await slack.poster.copies(post())
        assert slack.ledger.asked == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("channel_not_found", Rejected),
        ("invalid_auth", Rejected),
        ("no_permission", CannotLook),
        ("access_denied", CannotLook),
        ("fatal_error", Ambiguous),
        ("ratelimited", Refused),
        ("invalid_cursor", Refused),
    ],
)
async def test_a_look_that_is_refused(code: str, kind: type[DeliveryError]) -> None:
    async with running() as slack:
        slack.service.refused["conversations.history"] = code
        with pytest.raises(DeliveryError) as raised:
            await slack.poster.copies(post())
        assert type(raised.value) is kind


async def test_a_history_without_messages_is_no_history() -> None:
    async with running() as slack:
        fault = Fault(
            Moment.READ,
            Act.ANSWER,
            body='{"ok": true}',
            headers={"Content-Type": "application/json"},
        )
        slack.plan.add(fault, operation=Operation.LOOK)
        with pytest.raises(Ambiguous):
            await slack.poster.copies(post())


# --- deleting and telling -------------------------------------------------------------------------


async def test_a_copy_is_deleted_and_one_that_is_gone_counts_as_deleted() -> None:
    async with running() as slack:
        kept, double = await slack.send(), await slack.send()
        for _ in range(2):
            await slack.poster.delete(post(), double)
        assert await slack.poster.copies(post()) == (kept,)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(Moment.READ, Act.ANSWER, code="cant_delete_message"), Rejected),
        (Fault(Moment.ACCEPTED, Act.RESET), Ambiguous),
        (Fault(Moment.READ, Act.ANSWER, 429), Refused),
    ],
)
async def test_a_copy_that_may_still_be_there(fault: Fault, kind: type[DeliveryError]) -> None:
    async with running() as slack:
        ts = await slack.send()
        slack.plan.add(fault, operation=Operation.DELETE)
        with pytest.raises(kind):
            await slack.poster.delete(post(), ts)


async def test_an_alert_comes_as_a_direct_message_with_nothing_to_click_into() -> None:
    async with running() as slack:
        await slack.poster.alert(NEWS, "U1", "Digest 1: **not delivered**, <!channel> & @here")
        (alert,) = slack.ledger.alerts
        assert (alert.workspace, alert.channel, alert.user) == ("T1", "DU1", "U1")
        assert "<!channel>" not in alert.text
        assert "&lt;!channel&gt;" in alert.text
        (said,) = slack.sent()
        assert [said[name] for name in ("unfurl_links", "unfurl_media", "link_names")] == [
            False,
            False,
            False,
        ]
        assert "metadata" not in said


@pytest.mark.parametrize("code", ["missing_scope", "messages_tab_disabled", "cannot_dm_bot"])
async def test_without_direct_messages_it_is_told_in_the_channel_where_only_they_see_it(
    code: str,
) -> None:
    async with running() as slack:
        slack.service.refused["conversations.open"] = code
        await slack.poster.alert(NEWS, "U1", "Digest 1 was not delivered.")
        (alert,) = slack.ledger.alerts
        assert (alert.channel, alert.user) == ("C1", "U1")
        assert alert.text == "Digest 1 was not delivered."
        assert slack.sent() == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [("invalid_auth", Rejected), ("user_not_found", Rejected), ("ratelimited", Refused)],
)
async def test_an_alert_that_cannot_be_told(code: str, kind: type[DeliveryError]) -> None:
    async with running() as slack:
        slack.service.refused["conversations.open"] = code
        with pytest.raises(kind):
            await slack.poster.alert(NEWS, "U1", "Digest 1 was not delivered.")
        assert slack.ledger.alerts == []
