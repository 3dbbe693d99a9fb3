"""When a model that fails is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from briefings.summaries.model_breaker import (
    FAILURES,
    LONGEST_ASKED_S,
    LONGEST_S,
    SHORTEST_S,
    Breaker,
)


def test_the_third_failure_in_a_row_means_a_rest_and_each_further_one_twice_that() -> None:
    breaker = Breaker()
    pauses = []
    for _ in range(9):
        breaker.failed(0)
        pauses.append(breaker.pause_s(0))
    assert pauses[: FAILURES + 3] == [0, 0, SHORTEST_S, 2 * SHORTEST_S, 4 * SHORTEST_S, 480]
    assert max(pauses) == LONGEST_S


def test_a_success_forgets_all_of_it() -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker.failed(0)
    breaker.worked()
    breaker.failed(1)
    assert breaker.pause_s(1) == 0


def test_what_will_not_mend_itself_is_left_alone_at_once() -> None:
    breaker = Breaker()
    breaker.failed(10, for_good=True)
    assert breaker.pause_s(10) == LONGEST_S
    assert breaker.pause_s(10 + LONGEST_S) == 0


def test_an_endpoint_may_say_how_long_up_to_a_limit() -> None:
    breaker = Breaker()
    breaker.failed(0, retry_after_s=120)
    assert breaker.pause_s(20) == 100
    breaker.failed(20, retry_after_s=10**9)
    assert breaker.pause_s(20) == LONGEST_ASKED_S


@given(st.lists(st.tuples(st.floats(0, 1e6), st.none() | st.floats(0, 1e12), st.booleans())))
def test_no_rest_is_longer_than_the_longest(
    failures: list[tuple[float, float | None, bool]],
) -> None:
    breaker, now = Breaker(), 0.0
    for passed, asked, for_good in failures:
        now += passed
        breaker.failed(now, retry_after_s=asked, for_good=for_good)
        assert 0 <= breaker.pause_s(now) <= max(LONGEST_S, LONGEST_ASKED_S) + 1e-6
