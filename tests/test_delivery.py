"""The state machine of a message: every row of its table, and what holds on every path."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from briefings import delivery
from briefings.delivery import Action, Part, PartState, Policy
from briefings.subscriptions import Scope

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = Policy()
PLANNED = Part(
    id=1,
    occurrence_id=1,
    channel_id=1,
    scope=Scope("loop", "w", "c"),
    digest=1,
    slot="2026-03-02T09:00",
    number=1,
    total=1,
    first_id="",
    key="k" * 22,
    payload="page",
    state=PartState.PLANNED,
    next_at=NOW,
)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def claim(part: Part, now: datetime, nonce_s: float = 0) -> tuple[Part, Action | None]:
    return delivery.claimed(part, "me", now, POLICY, nonce_s=nonce_s)


def sending() -> Part:
    part, action = claim(PLANNED, NOW)
    assert action is Action.SEND
    return part


def test_claiming_a_planned_part_is_sending_it_for_a_lease() -> None:
    part = sending()
    assert (part.state, part.claim, part.attempts) == (PartState.SENDING, "me", 1)
    assert part.first_try == NOW
    assert part.next_at == after(60)


def test_a_lease_that_ended_leaves_the_part_uncertain() -> None:
    part, action = claim(sending(), after(60))
    assert action is None
    assert (part.state, part.claim, part.next_at) == (PartState.UNCERTAIN, None, after(65))


def test_looks_come_at_5_30_and_120_seconds_and_then_it_is_sent_again() -> None:
    part = delivery.uncertain(sending(), "lost", NOW, POLICY)
    times = []
    while part.state is PartState.UNCERTAIN:
        assert part.next_at is not None
        now = part.next_at
        times.append((now - NOW).total_seconds())
        held, action = claim(part, now)
        assert action is Action.LOOK
        assert held.state is PartState.UNCERTAIN
        part = delivery.looked(held, (), now, POLICY)
    assert times == [5, 30, 120]
    assert (part.state, part.next_at) == (PartState.RETRY, after(120))


def test_one_that_is_found_is_sent_and_swept_later() -> None:
    held, _ = claim(delivery.uncertain(sending(), "lost", NOW, POLICY), after(5))
    part = delivery.looked(held, ("m1", "m2"), after(6), POLICY)
    assert (part.state, part.remote_id, part.next_at) == (PartState.SENT, "m1", after(606))
    swept, action = claim(part, after(606))
    assert action is Action.SWEEP
    done = delivery.swept(swept, ("m1", "m2"), 1)
    assert (done.state, done.remote_id, done.repaired, done.next_at) == (
        PartState.SENT,
        "m1",
        1,
        None,
    )


def test_one_that_is_sent_at_the_first_attempt_is_not_swept() -> None:
    part = delivery.sent(sending(), "m1", NOW, POLICY)
    assert (part.state, part.next_at, part.claim) == (PartState.SENT, None, None)


def test_within_the_life_of_its_nonce_it_is_posted_again() -> None:
    part = delivery.uncertain(sending(), "lost", NOW, POLICY)
    again, action = claim(part, after(119), nonce_s=120)
    assert (again.state, action, again.attempts) == (PartState.SENDING, Action.SEND, 2)
    assert claim(part, after(120), nonce_s=120)[1] is Action.LOOK
    assert claim(part, after(-1), nonce_s=120)[1] is Action.LOOK  # the clock was set back


def test_without_the_right_to_look_a_person_decides_or_it_is_sent_again() -> None:
    held, _ = claim(delivery.uncertain(sending(), "lost", NOW, POLICY), after(5))
    assert delivery.blind(held, after(5), POLICY).state is PartState.REVIEW
    always = Policy(unsure="always")
    assert delivery.blind(held, after(5), always).state is PartState.RETRY


def test_a_part_without_payload_is_only_looked_for() -> None:
    part = replace(PLANNED, state=PartState.UNCERTAIN, payload="", uncertain_since=NOW, looks=2)
    held, action = claim(part, after(120))
    assert action is Action.LOOK
    assert delivery.looked(held, (), after(120), POLICY).state is PartState.SKIPPED
    assert delivery.looked(held, ("m",), after(120), POLICY).state is PartState.SENT
    assert delivery.blind(held, after(120), POLICY).state is PartState.SKIPPED


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 3600), (9, 14400)]
)
def test_retries_come_ever_later(attempts: int, seconds: float) -> None:
    part = delivery.refused(replace(sending(), attempts=attempts), "no", NOW, POLICY)
    assert part.state is PartState.RETRY
    assert part.next_at is not None
    wait = (part.next_at - NOW).total_seconds()
    assert 0.8 * seconds <= wait <= 1.2 * seconds


@given(st.floats(0, 86_400), st.text("abc", min_size=1))
def test_a_platforms_wait_is_never_cut_short(wait: float, key: str) -> None:
    part = delivery.refused(replace(sending(), key=key), "no", NOW, POLICY, wait)
    assert part.next_at is not None
    assert part.next_at >= after(wait)
    assert part.next_at <= after(max(wait * 1.2, 6) + 0.001)


def test_it_is_given_up_after_twelve_attempts_or_a_day() -> None:
    often = delivery.refused(replace(sending(), attempts=13), "no", NOW, POLICY)
    assert often.state is PartState.FAILED
    assert often.error == "no Given up after 13 attempts."
    late = delivery.refused(sending(), "no", after(86_401), POLICY)
    assert late.state is PartState.FAILED


def test_a_claim_given_back_leaves_no_trace() -> None:
    back = delivery.given_back(sending(), after(16), POLICY)
    assert replace(back, next_at=NOW) == PLANNED
    retried = replace(sending(), attempts=3)
    assert delivery.given_back(retried, after(16), POLICY).state is PartState.RETRY
    assert delivery.given_back(retried, after(16), POLICY).attempts == 2


def test_what_does_not_fit_is_sent_once_as_plain_text() -> None:
    part = delivery.unfit(sending(), "too long", NOW, POLICY)
    assert (part.state, part.plain, part.next_at) == (PartState.RETRY, True, NOW)
    again, _ = claim(part, NOW)
    assert delivery.unfit(again, "too long", NOW, POLICY).state is PartState.FAILED


def test_a_look_that_fails_is_tried_for_a_day() -> None:
    held, _ = claim(delivery.uncertain(sending(), "lost", NOW, POLICY), after(5))
    later = delivery.look_failed(held, "no connection", after(5), POLICY)
    assert later.state is PartState.UNCERTAIN
    assert later.next_at is not None
    assert after(65) <= later.next_at <= after(77)
    asked = delivery.look_failed(held, "slow down", after(5), POLICY, 3600)
    assert asked.next_at is not None
    assert asked.next_at >= after(3605)
    assert delivery.look_failed(held, "no", after(86_500), POLICY).state is PartState.REVIEW


def test_a_sweep_that_fails_is_tried_for_a_day() -> None:
    sent = replace(delivery.sent(replace(sending(), attempts=2), "m", NOW, POLICY), claim="me")
    later = delivery.sweep_failed(sent, after(600), POLICY)
    assert (later.state, later.claim, later.next_at) == (PartState.SENT, None, after(1200))
    assert delivery.sweep_failed(sent, after(86_500), POLICY).next_at is None


def test_a_try_that_comes_to_nothing_says_nothing_of_the_one_before() -> None:
    doubted = delivery.uncertain(sending(), "lost", NOW, POLICY)
    again, action = claim(doubted, after(5), nonce_s=120)
    assert action is Action.SEND
    assert delivery.refused(again, "slow", after(6), POLICY, 300).state is PartState.UNCERTAIN
    assert delivery.given_back(again, after(21), POLICY).state is PartState.UNCERTAIN
    assert delivery.unfit(again, "too long", after(6), POLICY).state is PartState.UNCERTAIN
    looked_for = replace(again, looks=3)
    assert delivery.refused(looked_for, "slow", after(6), POLICY).state is PartState.RETRY


class OneMessage(RuleBasedStateMachine):
    """A part, a channel that may take it or not, and a machine that may die at any point."""

    def __init__(self) -> None:
        super().__init__()
        self.part = PLANNED
        self.now = NOW
        self.action: Action | None = None
        self.visible = 0
        self.sends = 0
        self.blind_sends = 0

    def _due(self) -> bool:
        return self.part.next_at is not None and self.part.next_at <= self.now

    @rule(seconds=st.sampled_from([0.5, 5, 31, 61, 121, 700, 5000]))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self._due())
    @rule()
    def somebody_claims_it(self) -> None:
        before = self.part
        self.part, self.action = delivery.claimed(before, "me", self.now, POLICY, nonce_s=0)
        if self.action is Action.SEND:
            assert before.state in delivery.UNSENT

    @precondition(lambda self: self.action is Action.SEND)
    @rule(
        taken=st.booleans(),
        outcome=st.sampled_from(["answer", "refused", "ambiguous", "death", "unfit"]),
    )
    def it_is_sent(self, *, taken: bool, outcome: str) -> None:
        self.action = None
        self.sends += 1
        if outcome in ("refused", "unfit"):
            taken = False
        if outcome == "answer":
            taken = True
        self.visible += taken
        match outcome:
            case "answer":
                self.part = delivery.sent(self.part, f"m{self.sends}", self.now, POLICY)
            case "refused":
                self.part = delivery.refused(self.part, "no", self.now, POLICY)
            case "unfit":
                self.part = delivery.unfit(self.part, "too long", self.now, POLICY)
            case "ambiguous":
                self.part = delivery.uncertain(self.part, "lost", self.now, POLICY)
            case _:
                pass  # its lease ends

    @precondition(lambda self: self.action is Action.LOOK)
    @rule(fails=st.booleans(), dies=st.booleans())
    def it_is_looked_for(self, *, fails: bool, dies: bool) -> None:
        self.action = None
        if dies:
            return
        if fails:
            self.part = delivery.look_failed(self.part, "no", self.now, POLICY)
            return
        copies = tuple(f"m{number}" for number in range(1, self.visible + 1))
        self.part = delivery.looked(self.part, copies, self.now, POLICY)

    @precondition(lambda self: self.action is Action.SWEEP)
    @rule(fails=st.booleans())
    def it_is_swept(self, *, fails: bool) -> None:
        self.action = None
        if fails:
            self.part = delivery.sweep_failed(self.part, self.now, POLICY)
        else:
            deleted, self.visible = max(self.visible - 1, 0), min(self.visible, 1)
            self.part = delivery.swept(self.part, ("m1",) * self.visible, deleted)

    @invariant()
    def there_is_never_a_second_copy(self) -> None:
        assert self.visible <= 1

    @invariant()
    def what_is_said_to_be_there_is_there(self) -> None:
        if self.part.state is PartState.SENT:
            assert self.visible == 1

    @invariant()
    def what_is_said_not_to_be_there_is_not(self) -> None:
        if self.part.state in (PartState.PLANNED, PartState.RETRY, PartState.FAILED):
            assert self.visible == 0

    @invariant()
    def it_is_never_forgotten(self) -> None:
        if not self.part.ended:
            assert self.part.next_at is not None


OneMessage.TestCase.settings = settings(max_examples=400, stateful_step_count=40, deadline=None)
TestOneMessage = OneMessage.TestCase
