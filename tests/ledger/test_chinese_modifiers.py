"""Which names of Chinese sentences only describe whoever follows them."""

from __future__ import annotations

import pytest

from briefings.ledger.chinese_modifiers import describes, is_source

DESCRIBING = [
    "甲投资的乙",
    "甲参股的乙",
    "甲持股31.8%的乙",
    "甲持有约30%股份的乙",
    "甲和丙共同投资的乙",
    "甲前员工创立的乙",
    "被甲控股的乙",
    "获得甲投资的乙",
    "持有甲30%股份的乙",
    "控股甲的乙",
    "脱胎于甲的乙",
    "曾入股甲的乙",
    "甲所属的乙",
    "甲的竞争对手乙",
    "甲的合作伙伴乙",
    "甲的客户乙",
    "甲系公司乙",
    "甲系的乙",
]
ACTING = [
    "甲投资乙",
    "甲持有的股份",
    "甲收购乙的股份",
    "收购甲的计划",
    "入股甲的消息",
    "甲的营收",
    "甲客户数达到300万",
    "甲系统用户",
    "甲合作伙伴大会",
]


@pytest.mark.parametrize("text", DESCRIBING)
def test_a_name_before_another_may_only_describe_it(text: str) -> None:
    assert describes(text, text.index("甲"), text.index("甲") + 1)


@pytest.mark.parametrize("text", ACTING)
def test_other_names_are_what_is_told_of(text: str) -> None:
    assert not describes(text, text.index("甲"), text.index("甲") + 1)


@pytest.mark.parametrize("text", ["来自甲的收入", "扣除甲后的收入", "源于甲"])
def test_something_may_come_from_a_name(text: str) -> None:
    assert is_source(text, text.index("甲"))


def test_a_name_at_the_start_is_no_source() -> None:
    assert not is_source("甲的收入", 0)
