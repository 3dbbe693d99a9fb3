"""When a text that workers died with is tried again."""

from __future__ import annotations

import pytest

from briefings.errors import ContainmentError
from briefings.tries import REMEMBERED, WAITS_S, Tries, once_more
from tests.fakes.clock import FakeClock


class Worker:
    """Ends as it is told to, one reason for each run; after that it answers."""

    def __init__(self, *reasons: str) -> None:
        self._reasons = list(reasons)

    async def run(self) -> str:
        if self._reasons:
            raise ContainmentError("It ended.", reason=self._reasons.pop(0))
        return "done"


async def test_a_death_is_made_up_for_once() -> None:
    assert await once_more(Worker("died").run) == "done"
    for reasons in (("died", "died"), ("died", "time"), ("time",), ("memory",)):
        with pytest.raises(ContainmentError) as told:
            await once_more(Worker(*reasons).run)
        assert told.value.ids["reason"] == reasons[-1]


def test_each_try_is_later_than_the_last_and_there_is_an_end(clock: FakeClock) -> None:
    tries = Tries(clock)
    for wait in WAITS_S:
        assert tries.failed(7)
        assert set(tries.waiting()) == {7}
        clock.advance(seconds=wait)
        assert not tries.waiting()
    assert not tries.failed(7)
    assert tries.failed(7)


def test_one_that_succeeds_begins_anew(clock: FakeClock) -> None:
    tries = Tries(clock)
    tries.failed(7)
    tries.succeeded(7)
    tries.succeeded(8)
    assert not tries.waiting()
    assert tries.failed(7)


def test_what_is_remembered_is_bounded(clock: FakeClock) -> None:
    tries = Tries(clock)
    for article in range(REMEMBERED + 5):
        assert tries.failed(article)
    assert len(tries.waiting()) == REMEMBERED
    assert 0 not in tries.waiting()
