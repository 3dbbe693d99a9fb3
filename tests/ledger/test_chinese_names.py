"""Whom a Chinese text names."""

from __future__ import annotations

import pytest

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.ledger.chinese_names import chinese, is_sure
from tests.ledger.chinese_reading import CATALOGUE, MATCHER

NAMED = [
    ("青禾与帆信达成合作。", ["qinghe", "fanxin"]),
    ("东海集团公告,收购白石股份。", ["东海集团", "白石股份"]),
    ("岩松科技(002999)晚间公告。", ["岩松科技"]),
    ("岩松A(300999.SZ)晚间公告。", ["岩松A"]),
    ("南岭云海股权投资合伙企业(有限合伙)计划减持。", ["南岭云海股权投资合伙企业(有限合伙)"]),
    ("东海电器(集团)有限公司与青禾签约。", ["东海电器(集团)有限公司", "qinghe"]),
    ("青禾收购北城电子51%股权。", ["qinghe", "北城电子"]),
    ("青禾收购电池企业北城电子股份有限公司51%股权。", ["qinghe", "北城电子股份有限公司"]),
    ("青禾收购电动车公司Volta 51%股权。", ["qinghe", "Volta"]),
    ("股东李明远计划减持。", ["李明远"]),
    ("董事王小雅女士减持3万股。", ["王小雅"]),
    ("新乳业有限公司向上海升阳科技有限公司增资。", ["新乳业有限公司", "上海升阳科技有限公司"]),
    ("东海投资计划减持股份。", ["东海投资"]),
    ("市场监管局对北城电子立案调查。", ["office", "北城电子"]),
    ("遠帆收購白石股份。", ["yuanfan", "白石股份"]),
    ("青禾收购美岭宜和。", ["qinghe", "美岭宜和"]),
    ("青禾参投了电商平台每日南岭的C轮融资。", ["qinghe", "每日南岭"]),
    ("青禾清仓所持东岭汽车股票。", ["qinghe", "东岭汽车"]),
    ("帆信和微语达成合作。", ["fanxin", "weiyu"]),
    ("青禾收购77无线60%股权。", ["qinghe", "77无线"]),
    ("青禾收购3号店。", ["qinghe", "3号店"]),
    ("青禾入股韩国ST娱乐。", ["qinghe", "ST娱乐"]),
    ("青禾入股德国电信3%的股份。", ["qinghe", "德国电信"]),
    ("北岭手机选择与青禾合作。", ["北岭手机", "qinghe"]),
    ("青禾将微语卖给东海集团牵头的财团。", ["qinghe", "weiyu", "东海集团"]),
    ("青禾收购视频网站南豆60%股权。", ["qinghe", "南豆"]),
    ("青禾收购芬兰游戏公司微语的股份。", ["qinghe", "weiyu"]),
    ("青禾增持韩国娱乐公司ST股份至10%。", ["qinghe", "ST"]),
    ("青禾与丰岭、新能源车企东岭汽车达成合作。", ["qinghe", "丰岭", "东岭汽车"]),
]

NOBODY = [
    "公司拟收购资产。",
    "上市公司股东减持公司股份。",
    "投资者可以在二级市场买入。",
    "本次回购股份的价格不超过20元/股。",
    "为缓解公司资金压力,补充公司流动资金。",
    "第三季度净利润同比增长。",
    "有限责任公司的股东不得抽逃出资。",
]


@pytest.mark.parametrize(("text", "expected"), NAMED)
def test_names_of_a_sentence(text: str, expected: list[str]) -> None:
    found = chinese(MATCHER, text)
    assert [name.named for name in found] == expected
    plain = [name for name in found if name.organisation is None]
    assert all(text[name.start : name.end] == name.named for name in plain)


@pytest.mark.parametrize("text", NOBODY)
def test_common_words_are_nobody(text: str) -> None:
    assert chinese(MATCHER, text) == ()


def test_a_name_is_sure_by_the_catalogue_or_by_its_ending() -> None:
    text = "青禾、东海集团和股东李明远计划减持。"
    assert [is_sure(name) for name in chinese(MATCHER, text)] == [True, True, False]


def test_a_name_that_is_a_word_too_is_the_catalogue_s_where_only_a_name_stands() -> None:
    matcher = Matcher(parse_entities(f'namesakes = ["禾苗"]\n{CATALOGUE.replace("禾购", "禾苗")}'))
    assert [name.named for name in chinese(matcher, "远帆收购禾苗60%股权。")] == [
        "yuanfan",
        "hegou",
    ]
    assert [name.named for name in chinese(matcher, "禾苗第三季度收入增长25%,达228亿元。")] == [
        "hegou"
    ]
    assert [name.named for name in chinese(matcher, "春天的禾苗长势喜人。")] == []
    assert [name.named for name in chinese(matcher, "山坡上的禾苗有3000株。")] == []
