"""Messages of digests looked for and deleted in Discord, and people told about them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.platforms.discord.places import (
    ADMINISTRATOR,
    READ_MESSAGE_HISTORY,
    Places,
    permissions,
)
from briefings.errors import Ambiguous, CannotLook, DeliveryError, Refused, Rejected
from briefings.subscriptions import Scope
from tests.discord_platform.posting import KEY, Posting, running
from tests.fakes.clock import START
from tests.faults.plan import Act, Fault, Moment, Operation
from tests.servers.discord import May

# --- looking --------------------------------------------------------------------------------------


async def copied(posting: Posting, times: int) -> list[str]:
    """Messages of one key, so far apart that the nonce does not make them one."""
    sent = []
    for _ in range(times):
        sent.append(await posting.send())
        posting.clock.advance(seconds=181)
    return sent


async def test_only_our_own_messages_of_the_key_count_oldest_first() -> None:
    async with running() as posting:
        sent = await copied(posting, 2)
        await posting.send(key="another0000000000000ke")
        posting.server.write(posting.place.bob, posting.place.news, f"ref {KEY}")
        for message in posting.server.ledger.messages:
            message.nonce = ""  # Discord forgets it
        assert await posting.poster.copies(posting.post()) == tuple(sent)
        (asked,) = posting.server.ledger.asked("list_messages")
        since = int((START.timestamp() - 120) * 1000) - 1_420_070_400_000
        assert asked.query == {"after": str(since << 22), "limit": "100"}


async def test_a_headline_that_names_a_key_does_not_pass_for_it() -> None:
    async with running() as posting:
        payload = f'{{"content": "", "embeds": [{{"description": "ref {KEY}"}}]}}'
        await posting.send(key="another0000000000000ke", payload=payload)
        assert await posting.poster.copies(posting.post()) == ()


async def test_who_else_writes_a_key_is_not_us() -> None:
    """In direct messages we are shown what others write."""
    async with running() as posting:
        direct = posting.server.world.dm(posting.place.ann)
        posting.server.write(posting.place.ann, direct, f"ref {KEY}")
        assert await posting.poster.copies(posting.post(direct)) == ()


async def test_a_plain_message_is_found_by_its_last_line() -> None:
    async with running() as posting:
        id = await posting.send(plain=True)
        posting.server.ledger.messages[0].nonce = ""
        assert await posting.poster.copies(posting.post()) == (id,)


async def test_messages_from_before_its_first_try_are_not_its_copies() -> None:
    async with running() as posting:
        await posting.send()
        later = posting.post(first_try=START + timedelta(seconds=121))
        assert await posting.poster.copies(later) == ()


async def test_a_busy_channel_is_looked_through_page_by_page() -> None:
    async with running() as posting:
        first = await posting.send()
        for _ in range(250):
            posting.server.write(posting.place.bob, posting.place.news, "Hello")
        posting.clock.advance(seconds=181)
        last = await posting.send()
        assert await posting.poster.copies(posting.post()) == (first, last)
        assert posting.count("list_messages") == 3


async def test_asked_to_wait_it_goes_on_where_it_was() -> None:
    async with running() as posting:
        first = await posting.send()
        for _ in range(150):
            posting.server.write(posting.place.bob, posting.place.news, "Hello")
        posting.server.plan.add(Fault(Moment.READ, Act.GO_ON), operation=Operation.LOOK)
        limit = Fault(Moment.READ, Act.ANSWER, 429, headers={"Retry-After": "60"})
        posting.server.plan.add(limit, operation=Operation.LOOK)
        with pytest.raises(Refused) as raised:
            await posting.poster.copies(posting.post())
        assert raised.value.retry_after_s == 60.0
        posting.clock.advance(seconds=60)
        assert await posting.poster.copies(posting.post()) == (first,)
        after = [asked.query["after"] for asked in posting.server.ledger.asked("list_messages")]
        assert len(after) == 2  # the refused one never came to the channel
        assert int(after[0]) < int(after[1])


async def test_without_the_right_to_its_history_a_channel_only_looks_empty() -> None:
    async with running() as posting:
        await posting.send()
        news, everyone = posting.place.news, posting.place.guild.everyone
        assert len(await posting.poster.copies(posting.post())) == 1
        news.deny(everyone, May.READ_MESSAGE_HISTORY)
        with pytest.raises(CannotLook, match="allow intelbrief Read Message History"):
            await posting.poster.copies(posting.post())
        news.allow(posting.place.guild.me.user, May.READ_MESSAGE_HISTORY)
        assert len(await posting.poster.copies(posting.post())) == 1


async def test_an_empty_channel_that_may_be_seen_is_empty() -> None:
    async with running() as posting:
        assert await posting.poster.copies(posting.post()) == ()
        assert await posting.poster.copies(posting.post(posting.place.thread)) == ()
        direct = posting.server.world.dm(posting.place.ann)
        assert await posting.poster.copies(posting.post(direct)) == ()


@pytest.mark.parametrize("kind", ["role", "everyone", "overwrites", "administrator", "owner"])
async def test_permissions_are_computed_as_discord_does(kind: str) -> None:
    async with running() as posting:
        guild, news = posting.place.guild, posting.place.news
        guild.everyone.permissions &= ~May.READ_MESSAGE_HISTORY
        places = Places(posting.web)
        assert not await places.history_allowed(news.id)
        match kind:
            case "role":
                guild.me.roles.append(guild.add_role("reader", May.READ_MESSAGE_HISTORY))
            case "everyone":
                guild.everyone.permissions |= May.READ_MESSAGE_HISTORY
            case "overwrites":
                news.deny(guild.everyone, May.READ_MESSAGE_HISTORY)
                role = guild.add_role("reader")
                guild.me.roles.append(role)
                news.allow(role, May.READ_MESSAGE_HISTORY)
            case "administrator":
                news.deny(guild.everyone, May.READ_MESSAGE_HISTORY)
                guild.me.roles.append(guild.add_role("boss", May.ADMINISTRATOR))
            case "owner":
                guild.owner = guild.me.user
        assert May.READ_MESSAGE_HISTORY in guild.app_may(news)
        assert await places.history_allowed(news.id)
        assert await places.history_allowed(posting.place.thread.id)


def test_what_a_guild_does_not_say_grants_nothing() -> None:
    granted = permissions({}, {}, {"permission_overwrites": [{"id": 1, "allow": "x"}]}, me="1")
    assert granted & (ADMINISTRATOR | READ_MESSAGE_HISTORY) == 0


async def test_a_forums_post_is_found_by_its_first_message() -> None:
    async with running() as posting:
        forum = posting.place.forum
        first = await posting.send(forum)
        await posting.send(forum, key="another0000000000000ke")
        second = await posting.send(forum, number=2, first_id=first, key="2" * 22)
        posting.server.ledger.messages[-1].nonce = ""
        part = posting.post(forum, number=2, first_id=first, key="2" * 22)
        assert await posting.poster.copies(part) == (second,)
        assert await posting.poster.copies(posting.post(forum)) == (first,)
        posting.place.guild.channels[first].archived = True
        assert await posting.poster.copies(posting.post(forum)) == ()
        posting.clock.advance(hours=1)
        assert await posting.poster.copies(posting.post(forum)) == (first,)


async def test_a_forums_post_that_cannot_be_looked_into_leaves_it_open() -> None:
    async with running() as posting:
        forum = posting.place.forum
        assert await posting.poster.copies(posting.post(forum)) == ()
        await posting.send(forum)
        forum.deny(posting.place.guild.everyone, May.READ_MESSAGE_HISTORY)
        with pytest.raises(CannotLook):
            await posting.poster.copies(posting.post(forum))
        posting.clock.advance(seconds=5)
        assert type(await posting.failure(forum)) is Ambiguous
        assert posting.count("create_thread") == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(Moment.READ, Act.ANSWER, 500), Ambiguous),
        (Fault(Moment.READ, Act.RESET), Ambiguous),
        (Fault(Moment.HEADED, Act.TRUNCATE), Ambiguous),
        (Fault(Moment.READ, Act.ANSWER, body="{}"), Ambiguous),
        (Fault(Moment.READ, Act.ANSWER, code="50001"), Rejected),
        (Fault(Moment.READ, Act.ANSWER, code="10003"), Rejected),
        (Fault(Moment.READ, Act.ANSWER, 401), Rejected),
    ],
)
async def test_what_goes_wrong_with_looking(fault: Fault, kind: type[DeliveryError]) -> None:
    async with running() as posting:
        await posting.send()
        # What harms nothing the library asks once more, where a connection was cut.
        times = 2 if fault.act is Act.RESET else 1
        posting.server.plan.add(fault, operation=Operation.LOOK, times=times)
        with pytest.raises(DeliveryError) as raised:
            await posting.poster.copies(posting.post())
        assert type(raised.value) is kind
        posting.discreet(raised.value)


# --- deleting -------------------------------------------------------------------------------------


async def test_a_message_is_deleted_and_one_that_is_gone_counts_as_deleted() -> None:
    async with running() as posting:
        id = await posting.send()
        for _ in range(2):
            await posting.poster.delete(posting.post(), id)
        assert posting.server.ledger.visible() == []
        statuses = [each.status for each in posting.server.ledger.asked("delete_message")]
        assert statuses == [204, 404]


async def test_a_forums_messages_are_deleted_in_their_post() -> None:
    async with running() as posting:
        forum = posting.place.forum
        first = await posting.send(forum)
        second = await posting.send(forum, number=2, first_id=first, key="2" * 22)
        await posting.poster.delete(posting.post(forum, number=2, first_id=first), second)
        await posting.poster.delete(posting.post(forum), first)
        assert posting.server.ledger.visible() == []
        posting.place.guild.channels[first].deleted = True
        await posting.poster.delete(posting.post(forum), first)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(Moment.READ, Act.ANSWER, 500), Ambiguous),
        (Fault(Moment.READ, Act.ANSWER, 429), Refused),
        (Fault(Moment.READ, Act.ANSWER, code="50013"), Rejected),
        (Fault(Moment.READ, Act.ANSWER, code="10003"), Rejected),
    ],
)
async def test_what_goes_wrong_with_deleting(fault: Fault, kind: type[DeliveryError]) -> None:
    async with running() as posting:
        id = await posting.send()
        posting.server.plan.add(fault, operation=Operation.DELETE)
        with pytest.raises(DeliveryError) as raised:
            await posting.poster.delete(posting.post(), id)
        assert type(raised.value) is kind


# --- telling --------------------------------------------------------------------------------------


async def test_somebody_is_told_privately_and_once() -> None:
    async with running() as posting:
        ann, scope = posting.place.ann, posting.post().scope
        for _ in range(2):
            await posting.poster.alert(scope, ann.id, "**Digest 1** was not delivered.")
        (message,) = posting.server.ledger.visible()
        assert message.channel is posting.server.world.dm(ann)
        assert message.text == "**Digest 1** was not delivered."
        await posting.poster.alert(scope, ann.id, "**Digest 2** was not delivered.")
        assert len(posting.server.ledger.visible()) == 2


async def test_who_takes_no_direct_messages_is_told_in_the_channel_without_a_ping() -> None:
    async with running() as posting:
        posting.place.ann.open = False
        await posting.poster.alert(posting.post().scope, posting.place.ann.id, "Held up.")
        (message,) = posting.server.ledger.visible()
        assert (message.channel, message.text) == (posting.place.news, "Held up.")
        assert posting.server.notified(message) == set()


async def test_where_neither_takes_it_that_is_said() -> None:
    async with running() as posting:
        posting.place.ann.open = False
        posting.place.news.deny(posting.place.guild.everyone, May.SEND_MESSAGES)
        with pytest.raises(Rejected, match="lacks a permission in the channel"):
            await posting.poster.alert(posting.post().scope, posting.place.ann.id, "Held up.")


async def test_a_notice_that_is_in_doubt_is_not_told_elsewhere() -> None:
    async with running() as posting:
        scope = Scope("discord", posting.place.guild.id, posting.place.news.id)
        for operation in ("create_dm", "create_message"):  # posted once, whatever comes of it
            posting.server.breaks.add(operation, Fault(Moment.READ, Act.RESET))
            with pytest.raises(Ambiguous):
                await posting.poster.alert(scope, posting.place.ann.id, "Held up.")
        assert posting.server.ledger.messages == []
