"""Which words name a metric, and which part of a business it is of."""

from __future__ import annotations

import pytest

from briefings.ledger.metrics import Measure, Term, Vocabulary, metrics, segments

FOUND = [
    ("503 million registered users", [("users", "registered users")]),
    ("its combined MAU grew", [("monthly active users", "MAU")]),
    ("Monthly Active Users and orders", [("monthly active users", "Monthly Active Users"),
                                         ("orders", "orders")]),
    ("borders, resales and theusers", []),
    ("合并月活跃账户数为13.27亿", [("monthly active users", "月活跃账户数")]),
    ("歸屬於上市公司股東的淨利潤", [("net profit", "歸屬於上市公司股東的淨利潤")]),
    ("营收和净亏损", [("revenue", "营收"), ("net loss", "净亏损")]),
    ("GMV突破一万亿", [("gross merchandise value", "GMV")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_the_longest_whole_word_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    found = metrics.find(text)
    assert [(word.term.name, text[word.start : word.end]) for word in found] == expected


def test_segments_are_found_in_both_languages() -> None:
    assert [word.term.name for word in segments.find("advertising and cloud revenue")] == [
        "advertising",
        "cloud",
    ]
    assert [word.term.name for word in segments.find("游戏与云计算收入")] == ["games", "cloud"]


def test_every_metric_is_said_in_both_languages_and_measures_something() -> None:
    for term in metrics.terms.values():
        assert any(word.isascii() for word in term.words), term.name
        assert any(not word.isascii() for word in term.words), term.name
    assert {term.measure for term in metrics.terms.values()} == set(Measure)


def test_a_word_belongs_to_one_term() -> None:
    with pytest.raises(ValueError, match="sales"):
        Vocabulary([Term("revenue", ("sales",)), Term("orders", ("sales",))])
