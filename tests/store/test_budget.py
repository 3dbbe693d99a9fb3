"""The model's tokens a day: reserved before a question and settled after it, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from briefings.ports import Limits, Usage
from briefings.store import Store
from briefings.store.budget import KEPT, Budget
from briefings.store.engine import Database
from briefings.store.tables import model_usage
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.clock import FakeClock

LIMITS = Limits(desk=1000, workspace=600, channel=300)
HERE, BESIDE = Scope("console", "acme", "deals"), Scope("console", "acme", "news")
ELSEWHERE = Scope("console", "globex", "deals")
UTC = ZoneInfo("UTC")


@pytest.fixture
def budget(store: Store, clock: FakeClock) -> Budget:
    return Budget(store.database, clock, LIMITS, UTC)


async def test_a_question_counts_for_its_channel_its_workspace_and_the_desk(budget: Budget) -> None:
    assert await budget.reserve(HERE, 200) is not None
    assert await budget.used(HERE) == Usage(200, 200, 200, LIMITS)
    assert await budget.used(BESIDE) == Usage(200, 200, 0, LIMITS)
    assert await budget.used(ELSEWHERE) == Usage(200, 0, 0, LIMITS)


async def test_what_was_taken_replaces_what_was_reserved(budget: Budget) -> None:
    reserved = await budget.reserve(HERE, 200)
    assert reserved is not None
    await budget.settle(reserved, 120)
    assert await budget.used(HERE) == Usage(120, 120, 120, LIMITS)
    more = await budget.reserve(HERE, 100)
    assert more is not None
    await budget.settle(more, 0)
    assert await budget.used(HERE) == Usage(120, 120, 120, LIMITS)


async def test_a_channel_is_refused_what_it_has_not_left_and_others_are_not(budget: Budget) -> None:
    assert await budget.reserve(HERE, 300) is not None
    assert await budget.reserve(HERE, 1) is None
    assert await budget.reserve(BESIDE, 300) is not None
    assert await budget.used(HERE) == Usage(600, 600, 300, LIMITS)


async def test_a_refusal_takes_nothing_off_the_wider_budgets(budget: Budget) -> None:
    assert await budget.reserve(HERE, 299) is not None
    for _ in range(20):
        assert await budget.reserve(HERE, 2) is None
    assert await budget.used(HERE) == Usage(299, 299, 299, LIMITS)


async def test_a_workspace_and_the_desk_have_an_end_too(budget: Budget) -> None:
    assert await budget.reserve(HERE, 300) is not None
    assert await budget.reserve(BESIDE, 300) is not None
    assert await budget.reserve(Scope("console", "acme", "third"), 1) is None
    assert await budget.reserve(ELSEWHERE, 300) is not None
    assert await budget.reserve(Scope("console", "initech", "a"), 101) is None
    assert await budget.reserve(Scope("console", "initech", "a"), 100) is not None


async def test_a_question_larger_than_a_budget_is_never_asked(budget: Budget) -> None:
    assert await budget.reserve(HERE, 301) is None
    assert await budget.used(HERE) == Usage(0, 0, 0, LIMITS)


async def test_what_is_for_everybody_counts_for_the_desk_alone(budget: Budget) -> None:
    assert await budget.reserve(WHOLE_DESK, 1000) is not None
    assert await budget.reserve(WHOLE_DESK, 1) is None
    assert (await budget.used(HERE)).workspace == 0


async def test_a_day_begins_at_midnight_where_the_desk_is(store: Store, clock: FakeClock) -> None:
    budget = Budget(store.database, clock, LIMITS, ZoneInfo("Asia/Shanghai"))
    reserved = await budget.reserve(HERE, 300)
    assert reserved is not None
    clock.advance(hours=6, minutes=59)  # 23:59 in Shanghai
    assert await budget.reserve(HERE, 1) is None
    clock.advance(minutes=1)
    assert await budget.reserve(HERE, 1) is not None
    # What a question of yesterday took is yesterday's, whenever it ends.
    await budget.settle(reserved, 0)
    assert (await budget.used(HERE)).channel == 1


async def test_old_days_are_forgotten(budget: Budget, clock: FakeClock, database: Database) -> None:
    await budget.reserve(HERE, 10)
    clock.advance(days=KEPT.days + 1)
    await budget.reserve(HERE, 10)
    async with database.read() as connection:
        days = (await connection.scalars(select(model_usage.c.day).distinct())).all()
    assert days == [clock.now().date().isoformat()]


async def test_processes_that_ask_at_once_cannot_overspend(
    open_store: Callable[[], Awaitable[Store]], clock: FakeClock
) -> None:
    stores = [await open_store() for _ in range(3)]
    budgets = [Budget(store.database, clock, LIMITS, UTC) for store in stores]
    asked = [
        budget.reserve(scope, 70) for budget in budgets for scope in (HERE, BESIDE, ELSEWHERE) * 4
    ]
    granted = [reserved for reserved in await asyncio.gather(*asked) if reserved is not None]
    by_channel = {
        scope: sum(one.tokens for one in granted if one.scope == scope)
        for scope in (HERE, BESIDE, ELSEWHERE)
    }
    assert max(by_channel.values()) <= LIMITS.channel
    assert by_channel[HERE] + by_channel[BESIDE] <= LIMITS.workspace
    # 70 fits four times into a channel, eight times into the workspace: all of it was granted.
    assert by_channel == {HERE: 280, BESIDE: 280, ELSEWHERE: 280}
    assert await budgets[0].used(HERE) == Usage(840, 560, 280, LIMITS)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from([HERE, BESIDE, ELSEWHERE, WHOLE_DESK]),
            st.integers(0, 400),
            st.none() | st.integers(0, 500),
        ),
        max_size=12,
    )
)
async def test_the_counts_are_always_the_sum_of_what_was_granted(
    asked: list[tuple[Scope, int, int | None]],
) -> None:
    store = await Store.open("sqlite://", clock=(clock := FakeClock()))
    budget = Budget(store.database, clock, LIMITS, UTC)
    spent: dict[Scope, int] = dict.fromkeys([HERE, BESIDE, ELSEWHERE, WHOLE_DESK], 0)
    for scope, tokens, taken in asked:
        reserved = await budget.reserve(scope, tokens)
        if reserved is None:
            continue
        spent[scope] += tokens if taken is None else taken
        if taken is not None:
            await budget.settle(reserved, taken)
    used = await budget.used(HERE)
    await store.close()
    assert used.channel == spent[HERE]
    assert used.workspace == spent[HERE] + spent[BESIDE]
    assert used.desk == sum(spent.values())


async def test_a_hostile_name_is_a_name(store: Store, clock: FakeClock) -> None:
    budget = Budget(store.database, clock, LIMITS, UTC)
    strange = Scope("console", "'; DROP TABLE model_usage; --\0", "频道\ud800")
    reserved = await budget.reserve(strange, 5)
    assert reserved is not None
    await budget.settle(reserved, 3)
    assert await budget.used(strange) == Usage(3, 3, 3, LIMITS)
    async with store.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(model_usage)) == 3
