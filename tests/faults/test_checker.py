"""The checker finds what is wrong: else the matrix would prove nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.clock import FakeClock
from tests.faults.checker import Verdict, Wrong, check
from tests.faults.plan import Ledger, Operation
from tests.faults.records import OccurrenceRow, PartRow

EXPECTED = tuple(f"C1 1 2026-03-02T09:00 {number}/2" for number in (1, 2))
SLOT = OccurrenceRow("C1", 1, "2026-03-02T09:00", "sent", "", "")
PARTS = tuple(
    PartRow(f"key{number}", "C1", SLOT.slot, number, "sent", None, 1, 0, "") for number in (1, 2)
)


@pytest.fixture
def ledger(clock: FakeClock) -> Ledger:
    return Ledger(clock)


def send(ledger: Ledger, number: int, *, key: str = "", state: str = "sending") -> str:
    """A message arrives and is accepted; its id."""
    asked = ledger.arrived(Operation.SEND, "W1", "C1")
    asked.key, asked.state = key or f"key{number}", state
    text = f"{EXPECTED[number - 1]}\nthe rest"
    return ledger.accept("W1", "C1", key=asked.key, payload=text, number=number, total=2).id


def verdict(
    ledger: Ledger,
    *,
    parts: tuple[PartRow, ...] = PARTS,
    occurrence: OccurrenceRow = SLOT,
    frozen: bool = False,
) -> Verdict:
    return check(ledger, parts, [occurrence], expected=EXPECTED, frozen=frozen)


def kinds(found: Verdict) -> list[Wrong]:
    return [violation.wrong for violation in found.violations]


def test_a_digest_that_arrived_once_and_in_order_is_fine(ledger: Ledger) -> None:
    send(ledger, 1)
    send(ledger, 2)
    assert verdict(ledger) == Verdict(delivered=2)


def test_a_message_that_is_missing_is_lost(ledger: Ledger) -> None:
    send(ledger, 1)
    assert kinds(verdict(ledger)) == [Wrong.LOST]


def test_a_message_that_was_deleted_is_lost(ledger: Ledger) -> None:
    send(ledger, 1)
    ledger.delete("C1", send(ledger, 2))
    assert kinds(verdict(ledger)) == [Wrong.LOST]


def test_two_visible_copies_are_a_double(ledger: Ledger) -> None:
    send(ledger, 1)
    send(ledger, 2)
    send(ledger, 2)
    assert kinds(verdict(ledger)) == [Wrong.DOUBLED]


def test_a_copy_under_another_key_is_a_double(ledger: Ledger) -> None:
    send(ledger, 1)
    send(ledger, 2)
    send(ledger, 2, key="another")
    assert kinds(verdict(ledger)) == [Wrong.DOUBLED]


def test_a_copy_that_was_deleted_is_a_repair(ledger: Ledger) -> None:
    send(ledger, 1)
    send(ledger, 2)
    ledger.delete("C1", send(ledger, 2))
    assert verdict(ledger) == Verdict(delivered=2, repaired=1)


def test_a_message_nobody_expects_is_named(ledger: Ledger) -> None:
    send(ledger, 1)
    send(ledger, 2)
    ledger.accept("W1", "C2", key="x", payload="C2 1 2026-03-02T09:00 1/1", number=1, total=1)
    assert kinds(verdict(ledger)) == [Wrong.UNEXPECTED]


def test_parts_in_the_wrong_order_are_named(ledger: Ledger) -> None:
    send(ledger, 2)
    send(ledger, 1)
    assert kinds(verdict(ledger)) == [Wrong.ORDER]


@pytest.mark.parametrize("state", ["", "planned", "retry", "uncertain", "sent"])
def test_a_send_that_was_not_written_down_first_is_named(ledger: Ledger, state: str) -> None:
    send(ledger, 1, state=state)
    send(ledger, 2)
    assert kinds(verdict(ledger)) == [Wrong.EARLY]


@pytest.mark.parametrize(("state", "fine"), [("retry", True), ("planned", False), ("", False)])
def test_a_process_that_stood_still_may_send_late_but_not_early(
    ledger: Ledger, state: str, fine: bool
) -> None:
    send(ledger, 1, state=state)
    send(ledger, 2)
    assert kinds(verdict(ledger, frozen=True)) == ([] if fine else [Wrong.EARLY])


@pytest.mark.parametrize("state", ["planned", "sending", "uncertain", "retry"])
def test_a_part_that_never_ends_is_stuck(ledger: Ledger, state: str) -> None:
    send(ledger, 1)
    send(ledger, 2)
    stuck = (PARTS[0], replace(PARTS[1], state=state))
    assert kinds(verdict(ledger, parts=stuck)) == [Wrong.STUCK]


def test_a_sweep_that_never_comes_is_stuck(ledger: Ledger, clock: FakeClock) -> None:
    send(ledger, 1)
    send(ledger, 2)
    waiting = (PARTS[0], replace(PARTS[1], next_at=clock.now()))
    assert kinds(verdict(ledger, parts=waiting)) == [Wrong.STUCK]


def test_a_digest_that_never_ends_is_stuck(ledger: Ledger) -> None:
    send(ledger, 1)
    send(ledger, 2)
    assert kinds(verdict(ledger, occurrence=replace(SLOT, state="planned"))) == [Wrong.STUCK]
