"""How much may be asked in how much time."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot import rates
from bot.rates import Kind, Rates, Recent
from briefings.errors import InputError
from briefings.subscriptions import Principal, Scope, Standing
from tests.fakes.clock import FakeClock

ANN = Principal(Scope("chat", "w1", "c1"), "ann", Standing.MEMBER, ZoneInfo("UTC"))


def take(counted: Rates, principal: Principal, times: int, kind: Kind = Kind.COMMAND) -> int:
    """How many of so many were allowed."""
    allowed = 0
    for _ in range(times):
        try:
            counted.take(principal, kind)
            allowed += 1
        except InputError:
            pass
    return allowed


def test_a_person_may_ask_ten_times_a_minute(clock: FakeClock) -> None:
    counted = Rates(clock)
    assert take(counted, ANN, 30) == 10
    clock.advance(seconds=59.9)
    assert take(counted, ANN, 1) == 0
    clock.advance(seconds=0.2)
    assert take(counted, ANN, 30) == 10


def test_what_was_refused_does_not_count_and_says_how_long_to_wait(clock: FakeClock) -> None:
    counted = Rates(clock)
    take(counted, ANN, 10)
    clock.advance(seconds=48)
    with pytest.raises(InputError) as refused:
        counted.take(ANN, Kind.COMMAND)
    assert str(refused.value) == "That is more than 10 commands in a minute. Try again in 12 s."
    clock.advance(seconds=12)
    assert take(counted, ANN, 10) == 10


def test_a_workspace_may_ask_sixty_times_a_minute_and_another_as_often(clock: FakeClock) -> None:
    counted = Rates(clock)
    people = [replace(ANN, user=f"u{number}") for number in range(10)]
    assert sum(take(counted, person, 10) for person in people) == 60
    with pytest.raises(InputError, match="everybody here together"):
        counted.take(people[9], Kind.COMMAND)
    elsewhere = replace(ANN, scope=Scope("chat", "w2", "c1"))
    assert take(counted, elsewhere, 10) == 10


def test_sources_are_counted_by_the_day(clock: FakeClock) -> None:
    counted = Rates(clock)
    assert take(counted, ANN, 30, Kind.SOURCE) == 20
    with pytest.raises(InputError, match=r"new sources in a day\. Try again in 24 hours\."):
        counted.take(ANN, Kind.SOURCE)
    assert take(counted, ANN, 1) == 1


def test_whoever_runs_the_desk_is_not_counted(clock: FakeClock) -> None:
    assert take(Rates(clock), replace(ANN, standing=Standing.OPERATOR), 500) == 500


def test_only_so_many_are_remembered(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "REMEMBERED", 20)
    counted = Rates(clock)
    for number in range(200):
        take(counted, replace(ANN, scope=Scope("chat", f"w{number}", "c")), 1)
    assert len(counted._times) == 20


def test_what_came_in_lately_is_known_again() -> None:
    recent = Recent(remembered=2)
    assert [recent.is_new(id) for id in "abab"] == [True, True, False, False]
    assert recent.is_new("c")
    assert recent.is_new("a")  # forgotten
