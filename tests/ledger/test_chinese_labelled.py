"""How much of what people would write down of Chinese sentences the rules find.

chinese_blind.jsonl holds sentences that were labelled before the rules were looked at, in the form
that `python -m benchmarks.eval` reads; some of them the rules still get wrong.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.eval_facts import Reader, Row, labelled_facts

RECORDS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "chinese_blind.jsonl").read_text("utf-8").splitlines()
]
NONE = [record for record in RECORDS if not record["facts"]]


@pytest.fixture(scope="module")
def measured() -> tuple[list[Row], list[Row]]:
    return labelled_facts(RECORDS, Reader())


def test_who_does_what_is_found(measured: tuple[list[Row], list[Row]]) -> None:
    kinds, _ = measured
    scores = {str(row[0]): row[-1] for row in kinds}
    f1 = scores["all"]
    assert isinstance(f1, float)
    assert f1 >= 0.96


@pytest.mark.parametrize("field", ["percent", "amount", "currency", "value", "change_percent"])
def test_figures_of_what_is_found_are_exact(
    measured: tuple[list[Row], list[Row]], field: str
) -> None:
    _, fields = measured
    exact = {str(row[0]): row[-1] for row in fields}[field]
    assert isinstance(exact, float)
    assert exact >= 0.95


def test_where_nothing_is_to_be_found_nothing_is(measured: tuple[list[Row], list[Row]]) -> None:
    _, fields = measured
    assert len(NONE) > 80
    assert {row[0]: row[1] for row in fields}["facts on texts that have none"] == 0
