"""Subscribing to digests and managing them, on both databases, through the commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from bot.commands import answer
from briefings.answers import (
    Answer,
    Choice,
    Failure,
    Preview,
    Status,
    SubscriptionList,
    SubscriptionRow,
)
from briefings.query import Desk
from briefings.render import Markdown, markdown
from briefings.store import Store
from briefings.store.engine import Database, connect
from briefings.store.tables import occurrences, parts, subscriptions
from briefings.subscribing import MOST, Subscribing
from briefings.subscriptions import (
    Frequency,
    NewSubscription,
    Principal,
    Schedule,
    Scope,
    Standing,
)
from tests.conftest import Databases
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import START, FakeClock
from tests.fakes.subscribing import HERE, THERE, FakeDigests, somebody

WEEKLY_NEW = NewSubscription(
    ("acme",), Schedule(Frequency.WEEKLY, time(9), "Asia/Shanghai"), "brief"
)
PRESETS = ("brief", "full", "headlines")
ANN = somebody()


def open_desk(store: Store, digests: FakeDigests, clock: FakeClock) -> Desk:
    return Desk(
        store=store,
        ingest=None,  # type: ignore[arg-type]
        watcher=None,  # type: ignore[arg-type]
        subscribing=Subscribing(store, NAMING, digests, PRESETS, clock),  # type: ignore[arg-type]
        ledger=store.ledger(NAMING.voice_of),
        naming=NAMING,
        clock=clock,
        version="1.2.3",
        watching=True,
        delivering=True,
    )


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The database under the store, to put into it what only the outbox would."""
    opened = connect(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def digests() -> FakeDigests:
    return FakeDigests()


@pytest.fixture
def desk(store: Store, digests: FakeDigests, clock: FakeClock) -> Desk:
    return open_desk(store, digests, clock)


@pytest.fixture
def say(desk: Desk) -> Say:
    return Say(desk)


class Say:
    """What a manager, or somebody else, is answered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, text: str, by: Principal = ANN) -> Answer:
        return await answer(text, self._desk, by)

    async def listed(self, text: str, by: Principal = ANN) -> SubscriptionList:
        reply = await self(text, by)
        assert isinstance(reply, SubscriptionList), reply
        return reply

    async def failed(self, text: str, by: Principal = ANN) -> str:
        reply = await self(text, by)
        assert isinstance(reply, Failure), reply
        return f"{reply.message} {reply.remedy}".strip()


async def plan(
    database: Database, subscription: int, state: str, slot: str = "2026-03-02T09:00"
) -> None:
    """A digest that was due half an hour ago, of one message."""
    due, planned = START - timedelta(minutes=30), state == "planned"
    async with database.write() as connection:
        row = (
            await connection.execute(
                select(subscriptions.c.channel_id).where(subscriptions.c.id == subscription)
            )
        ).one()
        digest = await connection.execute(
            insert(occurrences).returning(occurrences.c.id),
            {
                "subscription_id": subscription, "slot": slot, "due_at": due,
                "planned_at": due, "state": state, "reason": "" if planned else "no such channel.",
                "covered_by": "", "newest_article": 0, "parts": 1,
                "ended_at": None if planned else due, "dismissed": False,
            },
        )  # fmt: skip
        await connection.execute(
            insert(parts),
            {
                "occurrence_id": digest.scalar_one(), "channel_id": row.channel_id, "number": 1,
                "key": f"{subscription} {slot}", "state": state,
                "next_at": due if planned else None, "claim": None, "attempts": 0,
                "first_try": None, "uncertain_since": None, "looks": 0, "plain": False,
                "remote_id": "", "repaired": 0, "error": "", "payload": "page",
            },
        )  # fmt: skip


async def status(say: Say, by: Principal = ANN) -> list[str]:
    """What the status lists as not delivered, in words."""
    reply = await say("status", by)
    assert isinstance(reply, Status)
    return [
        " ".join(
            filter(
                None,
                (row.digest, row.place and f"in {row.place}", f"{row.says}.", row.step),
            )
        )
        for row in reply.deliveries
    ]


WEEKLY_ROW = SubscriptionRow(
    number=1,
    topics=("Acme",),
    when="weekly on Monday at 09:00, Asia/Shanghai",
    preset="brief",
    next="Mon 2026-03-09 09:00",
    paused="",
    last="",
)


# --- subscribing --------------------------------------------------------------------------------


async def test_what_is_not_said_is_mondays_at_nine_where_the_asker_lives(say: Say) -> None:
    reply = await say.listed("subscribe 9111.HK")
    assert (
        reply.notice == "Digest 1 (Acme) comes weekly on Monday at 09:00, Asia/Shanghai, as brief."
    )
    assert reply.rows == (WEEKLY_ROW,)
    assert await say.listed("subscriptions") == SubscriptionList((WEEKLY_ROW,))


async def test_a_subscription_says_when_it_comes_by_the_clocks_of_its_zone(
    say: Say, store: Store
) -> None:
    await say("subscribe globex acme daily at 18:30 Europe/Berlin as headlines")
    (row,) = (await say.listed("subscriptions")).rows
    assert row == SubscriptionRow(
        1, ("Globex", "Acme"), "daily at 18:30, Europe/Berlin", "headlines",
        "Mon 2026-03-02 18:30", "", "",
    )  # fmt: skip
    (kept,) = await store.subscriptions.list(HERE)
    assert kept.topics == ("globex", "acme")
    assert kept.next is not None
    assert kept.next.due.isoformat() == "2026-03-02T17:30:00+00:00"


async def test_an_unknown_topic_brings_commands_that_subscribe(say: Say) -> None:
    choice = await say("subscribe acmee weekly mon at 09:00 Asia/Shanghai as full")
    assert isinstance(choice, Choice)
    assert not choice.ambiguous
    first = "/intel subscribe Acme weekly mon at 09:00 Asia/Shanghai as full"
    assert choice.commands[0] == first
    assert (await say.listed(choice.commands[0])).rows[0].preset == "full"
    choice = await say("subscribe quicksilver")
    assert isinstance(choice, Choice)
    assert choice.ambiguous
    assert choice.commands == (
        "/intel subscribe Mercury Bank", "/intel subscribe Mercury Press",
    )  # fmt: skip
    choice = await say("subscribe acme globexx daily")
    assert isinstance(choice, Choice)
    assert choice.commands[0] == "/intel subscribe acme Globex daily"
    assert len((await say.listed("subscriptions")).rows) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subscribe acme globex initech", "/intel subscribe Acme Globex."),
        ("subscribe acme as verbose", "There is no preset 'verbose'. Write one of these after as: "
         "brief, full, headlines."),
        ("subscribe acme daily at 09:00 Asia/Shangai", "Asia/Shanghai"),
        ("subscribe acme at 25:00", "25:00"),
        ("subscribe acme mon", "“mon” names no organisation. Did you mean /intel subscribe acme "
         "weekly mon?"),
        ("subscribe acme globex Tuesdays 10:00 as full", "Did you mean /intel subscribe acme "
         "globex weekly tue 10:00 as full?"),
        ("subscribe acme every day", "Did you mean /intel subscribe acme daily?"),
        ("subscribe acme every weekday", "Did you mean /intel subscribe acme weekdays?"),
    ],
)  # fmt: skip
async def test_what_cannot_be_subscribed_to_is_said(say: Say, text: str, said: str) -> None:
    assert said in await say.failed(text)
    assert (await say.listed("subscriptions")).rows == ()


async def test_subscribing_again_changes_what_is_said_and_keeps_the_rest(say: Say) -> None:
    await say("subscribe acme globex daily at 18:30 Europe/Berlin as full")
    reply = await say.listed("subscribe globex acme as headlines")
    assert reply.notice == (
        "Digest 1 (Acme / Globex) is now daily at 18:30, Europe/Berlin, as headlines."
    )
    reply = await say.listed("subscribe acme globex weekdays 07:00")
    assert reply.notice == (
        "Digest 1 (Acme / Globex) is now Monday to Friday at 07:00, Europe/Berlin, as headlines."
    )
    for said, kept in (
        ("10:00", "Monday to Friday at 10:00, Europe/Berlin"),
        ("weekly fri", "weekly on Friday at 10:00, Europe/Berlin"),
        ("UTC", "weekly on Friday at 10:00, UTC"),
        ("weekly", "weekly on Friday at 10:00, UTC"),
        ("daily", "daily at 10:00, UTC"),
    ):
        reply = await say.listed(f"subscribe acme globex {said}")
        assert reply.notice == f"Digest 1 (Acme / Globex) is now {kept}, as headlines."
    assert [row.number for row in reply.rows] == [1]


async def test_a_channel_has_so_many_subscriptions_and_no_more(
    say: Say, store: Store, clock: FakeClock
) -> None:
    await say("subscribe acme")
    (one,) = await store.subscriptions.list(HERE)
    assert one.next is not None
    for n in range(MOST - 1):
        new = replace(WEEKLY_NEW, topics=(f"topic-{n}",))
        await store.subscriptions.subscribe(ANN, new, one.next, limit=MOST)
    said = await say.failed("subscribe globex")
    assert said.startswith("This channel has 25 subscriptions")
    assert "/intel unsubscribe" in said


# --- a whole workspace --------------------------------------------------------------------------


async def test_a_workspace_is_told_of_all_its_channels_and_of_no_others(
    say: Say, desk: Desk, database: Database
) -> None:
    beside = Scope(HERE.platform, HERE.workspace, "C-beside")
    elsewhere = Scope("another", HERE.workspace, HERE.channel)
    for scope in (HERE, beside, THERE, elsewhere):
        await say("subscribe acme", somebody(scope=scope))
        await say("subscribe globex daily 07:00 as full", somebody(scope=scope))
    await say("unsubscribe 1", somebody(scope=beside))
    await say("pause 2")
    await plan(database, 1, "sent")
    nowhere = Scope(HERE.platform, HERE.workspace, "C-new")
    found = await desk.subscribing.in_workspace(somebody(Standing.MEMBER, scope=nowhere))
    assert [(scope, row.number, row.topics) for scope, row in found] == [
        (HERE, 1, ("Acme",)),
        (HERE, 2, ("Globex",)),
        (beside, 2, ("Globex",)),
    ]
    rows = [row for scope, row in found if scope == HERE]
    assert rows == list((await desk.subscribing.list(ANN)).rows)
    assert [bool(row.last) for row in rows] == [True, False]
    assert [row.paused for row in rows] == ["", "on request"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("acme", ("Acme",)),
        ("艾克美 / Globex Group", ("Acme", "Globex")),
        ("quicksilver", ()),
        ("nobody", ()),
        ("acme globex initech", ()),
        ("", ()),
    ],
)
async def test_names_are_given_where_it_is_sure_whose_they_are(
    desk: Desk, words: str, names: tuple[str, ...]
) -> None:
    assert desk.subscribing.named(words) == names


# --- managing -----------------------------------------------------------------------------------


async def test_pausing_and_resuming(say: Say, clock: FakeClock) -> None:
    await say("subscribe acme")
    paused = await say.listed("pause 1")
    assert paused.notice == "Digest 1 (Acme) is paused. /intel resume 1 lets it go on."
    assert paused.rows == (replace(WEEKLY_ROW, next="", paused="on request"),)
    clock.advance(days=21)
    resumed = await say.listed("resume #1")
    assert resumed.notice == "Digest 1 (Acme) goes on."
    assert resumed.rows == (replace(WEEKLY_ROW, next="Mon 2026-03-30 09:00"),)


async def test_the_end_of_a_subscription_takes_what_is_planned_with_it(
    say: Say, store: Store, database: Database
) -> None:
    await say("subscribe acme")
    (one,) = await store.subscriptions.list(HERE)
    await plan(database, one.id, "planned")
    reply = await say.listed("unsubscribe 1")
    assert reply == SubscriptionList((), "Digest 1 (Acme) has ended.")
    assert await store.deliveries.undelivered(HERE) == []
    assert "no subscription 1" in await say.failed("unsubscribe 1")
    assert (await say.listed("subscribe acme")).rows[0].number == 2


async def test_a_preview_is_the_page_as_drawn(say: Say) -> None:
    await say("subscribe acme globex")
    preview = await say("preview 1", somebody(Standing.MEMBER))
    page = "# Digest of acme and globex\n\nFor C-here.\n"
    assert preview == Preview(1, ("Acme", "Globex"), page)
    assert isinstance(preview, Preview)
    assert isinstance(preview.page, Markdown)
    assert "\n# Digest of acme and globex\n" in markdown(preview)
    assert "no subscription 2" in await say.failed("preview 2")


async def test_sending_posts_one_now(say: Say, digests: FakeDigests, store: Store) -> None:
    await say("subscribe acme")
    reply = await say.listed("send 1")
    assert reply.notice == "Digest 1 (Acme) is being sent now."
    assert digests.sent == await store.subscriptions.list(HERE)
    await say("pause 1")
    reply = await say.listed("send 1")
    assert reply.notice == (
        "Digest 1 (Acme) is being sent now. It is still paused: /intel resume 1 lets it go on."
    )
    assert "no subscription 9" in await say.failed("send 9")
    assert len(digests.sent) == 2


@pytest.mark.parametrize("state", ["", "failed"])
async def test_a_process_that_does_not_deliver_queues_nothing_and_says_so(
    say: Say, digests: FakeDigests, store: Store, database: Database, state: str
) -> None:
    digests.delivering = False
    made = await say.listed("subscribe acme")
    assert "This process does not deliver it" in made.notice
    (one,) = await store.subscriptions.list(HERE)
    if state:
        await plan(database, one.id, state)
    for _ in range(2):
        said = await say.failed("send 1")
        assert said.startswith("This process does not deliver digests. Start the desk with")
    assert digests.sent == []
    assert [row.state for row in await store.deliveries.undelivered(HERE)] == [state] * bool(state)


async def test_what_waits_for_another_process_is_told_by_status_preview_and_dismiss(
    say: Say, store: Store, database: Database
) -> None:
    await say("subscribe acme")
    (one,) = await store.subscriptions.list(HERE)
    await plan(database, one.id, "planned")
    (said,) = await status(say)
    assert "waits for a process that delivers digests" in said
    assert "INTELBRIEF_DELIVER=on" in said
    preview = await say("preview 1")
    assert isinstance(preview, Preview)
    assert preview.waiting == "Mon 2026-03-02 16:30"
    assert "What was due Mon 2026-03-02 16:30 is not delivered yet" in markdown(preview)
    assert "or is on its way" in await say.failed("dismiss 1")


async def test_what_was_not_delivered_goes_out_again_instead(
    say: Say, digests: FakeDigests, store: Store, database: Database
) -> None:
    await say("subscribe acme")
    (one,) = await store.subscriptions.list(HERE)
    await plan(database, one.id, "failed")
    assert await status(say) == [
        "Digest 1 (Acme) of Mon 2026-03-02 09:00 is not delivered: no such channel. When that is "
        "mended: /intel send 1 sends it again, /intel dismiss 1 leaves it."
    ]
    reply = await say.listed("send 1")
    assert reply.notice == "Digest 1 goes out again, as it was written."
    assert digests.sent == []
    assert all("is not delivered" not in line for line in await status(say))
    await say("send 1")
    assert len(digests.sent) == 1


async def test_what_was_not_delivered_can_be_left_and_ends_with_its_subscription(
    say: Say, store: Store, database: Database
) -> None:
    await say("subscribe acme")
    assert await say.failed("dismiss 1") == (
        "Digest 1 (Acme) has nothing to dismiss: whatever was due was delivered, or is on its way. "
        "/intel status lists what was not delivered."
    )
    (one,) = await store.subscriptions.list(HERE)
    await plan(database, one.id, "review")
    assert await status(say) == [
        "Digest 1 (Acme) of Mon 2026-03-02 09:00 may have arrived: nobody can look. Check the "
        "channel: /intel send 1 sends it again, /intel dismiss 1 leaves it."
    ]
    reply = await say.listed("dismiss 1")
    assert reply.notice == "1 digest is left alone, and off the status."
    assert await status(say) == []
    await plan(database, one.id, "failed", "2026-03-01T09:00")
    assert len(await status(say)) == 1
    await say("unsubscribe 1")
    assert await status(say) == []
    for command in ("send 1", "dismiss 1"):
        assert "no subscription 1" in await say.failed(command)


async def test_only_who_runs_the_desk_sees_the_deliveries_of_other_channels(
    say: Say, store: Store, database: Database
) -> None:
    bob = somebody(scope=THERE)
    await say("subscribe globex", bob)
    (theirs,) = await store.subscriptions.list(THERE)
    await plan(database, theirs.id, "failed")
    for standing in (Standing.MEMBER, Standing.MANAGER):
        assert await status(say, somebody(standing)) == []
        assert len(await status(say, somebody(standing, THERE))) == 1
    assert await status(say, somebody(Standing.OPERATOR)) == [
        "Digest 1 (Globex) of Mon 2026-03-02 09:00 in chat W-there C-there is not delivered: no "
        "such channel. When that is mended: /intel send 1 there sends it again, /intel dismiss 1 "
        "there leaves it."
    ]


# --- two tenants --------------------------------------------------------------------------------

TOPICS = {HERE: ("acme", "parcel", "acme-cloud"), THERE: ("globex", "initech", "mercury-bank")}
FOREIGN = {
    HERE: ("Globex", "Initech", "Mercury", "W-there", "C-there", "U-bob"),
    THERE: ("Acme", "Parcel", "acme-cloud", "W-here", "C-here", "U-ann"),
}
PEOPLE = {HERE: somebody(), THERE: somebody(scope=THERE, user="U-bob")}
VERBS = ("unsubscribe", "pause", "resume", "preview", "send", "dismiss")
COMMANDS = st.one_of(
    st.tuples(st.just("subscribe"), st.integers(0, 2), st.sampled_from(("", " daily as full"))),
    st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.just("")),
    st.tuples(st.sampled_from(("subscriptions", "status", "deliver")), st.just(0), st.just("")),
)


@dataclass
class Channel:
    """What a channel has by rights: its numbers and their topics, and the last number given."""

    topics: dict[int, str] = field(default_factory=dict)
    last: int = 0


@given(st.lists(st.tuples(st.sampled_from((HERE, THERE)), COMMANDS), min_size=5, max_size=20))
@settings(deadline=None, max_examples=30)
def test_channels_know_nothing_of_each_other(
    sqlite_databases: Databases, commands: list[tuple[Scope, tuple[str, int, str]]]
) -> None:
    asyncio.run(_two_tenants(sqlite_databases.fresh(), commands))


async def _two_tenants(url: str, commands: list[tuple[Scope, tuple[str, int, str]]]) -> None:
    clock, digests = FakeClock(), FakeDigests()
    store, database = await Store.open(url, clock=clock), connect(url)
    try:
        say = Say(open_desk(store, digests, clock))
        model = {HERE: Channel(), THERE: Channel()}
        for step, (scope, command) in enumerate(commands):
            channel = model[scope]
            if command[0] == "deliver":
                for one in await store.subscriptions.list(scope):
                    if not await store.deliveries.undelivered(scope):
                        await plan(database, one.id, "failed", f"slot {step}")
                continue
            reply = await say(_typed(scope, command), PEOPLE[scope])
            _expect(channel, scope, command, reply)
            shown = markdown(reply) + repr(reply)
            assert [name for name in FOREIGN[scope] if name in shown] == []
        for scope, channel in model.items():
            kept = await store.subscriptions.list(scope)
            assert {one.number: one.topics for one in kept} == {
                number: (topic,) for number, topic in channel.topics.items()
            }
            assert {one.scope for one in kept} <= {scope}
        assert all(one.topics[0] in TOPICS[one.scope] for one in digests.sent)
    finally:
        await store.close()
        await database.close()


def _typed(scope: Scope, command: tuple[str, int, str]) -> str:
    verb, number, rest = command
    if verb == "subscribe":
        return f"subscribe {TOPICS[scope][number]}{rest}"
    return f"{verb} {number}" if verb in VERBS else verb


def _expect(channel: Channel, scope: Scope, command: tuple[str, int, str], reply: Answer) -> None:
    """Compare an answer with what the channel has by rights, and let it have what it asked for."""
    verb, number, _ = command
    if verb == "subscribe":
        topic = TOPICS[scope][number]
        if topic not in channel.topics.values():
            channel.last += 1
            channel.topics[channel.last] = topic
    elif verb in VERBS and number not in channel.topics:
        assert isinstance(reply, Failure)
    elif verb == "unsubscribe":
        del channel.topics[number]
    if isinstance(reply, SubscriptionList):
        assert [row.number for row in reply.rows] == sorted(channel.topics)
