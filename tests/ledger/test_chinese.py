"""What one Chinese sentence claims, and what claims nothing.

chinese_claims.txt holds sentences with the claims expected of each, indented, one a line.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.facts import Kind, Status
from briefings.ledger.chinese_view import MOST
from briefings.text.chinese import traditional_to_simplified
from tests.ledger.chinese_reading import claims, lines

_BLOCKS = (Path(__file__).parent / "chinese_claims.txt").read_text("utf-8").strip().split("\n\n")
CLAIMS = [(block.split("\n")[0], block.split("\n")[1:]) for block in _BLOCKS]

NO_CLAIM = [
    "青禾总部位于杭州。",
    "青禾股价上涨3%,收于每股80港元。",
    "净利润同比增长34%。",
    "去年营收同比增长12%,环比下降3%。",
    "青禾并未出售所持微语股份。",
    "青禾与远帆并未达成合作。",
    "如果青禾收购山麓,市场将会改变。",
    "青禾会收购山麓吗?",
    "青禾是否会入股微语,目前尚不清楚。",
    "这就像远帆买下山麓30%的股份。",
    "青禾是远帆的合作伙伴。",
    "青禾合作伙伴大会在杭州举行。",
    "东海集团解除质押微语4.5%股份。",
    "分析师认为,青禾的市场份额将升至45%。",
    "业内人士预计,青禾将收购山麓30%股权。",
    "投资者关注青禾的收购计划。",
    "青禾的用户可以在帆信购物。",
    "青禾今年投入20亿元用于植树。",
    "青禾回购公司股份,占总股本的0.3%,金额为4亿元。",
    "青禾今日耗资约3亿港元回购262万股股份。",
    "山麓占地2万平方米,距离远帆5公里。",
    "一些投资创业板的基金在年初涨幅可观。",
    "青禾融资余额5.1亿元,融资买入187万元,较前一日增加0.37%。",
    "持有微语5%以上股份的股东有三名。",
    "青禾调查显示,三成用户喜欢网购。",
    "任意连续90个自然日内,青禾减持不得超过1%。",
    "青禾没有参与微语的这一轮融资。",
    "青禾没有与远帆签署任何合作协议。",
    "青禾联合创始人出席活动。",
    "帆信用户可在店内直接购买微语自营商品。",
    "青禾2022年回购耗资338亿港元。",
    "青禾的投资版图涵盖零售。",
    "青禾投资部负责人离职。",
    "一名员工起诉青禾拖欠加班费。",
    "用户起诉微语,案件将于下月开庭。",
    "东岭法院受理远帆诉青禾案。",
    "青禾年会举行,逾3000名员工参加。",
    "青禾骑手小王每天送50单。",
    "市场预期微语营收为4.3亿美元。",
    "有分析认为青禾应该出售山麓。",
    "微语月活跃用户同比减少1300万。",
    "青禾与远帆市值合计超过1万亿美元。",
    "微语列入全球十大平台名单。",
    "青禾在印度调查市场需求。",
    "微语封禁2000个违规账号。",
    "青禾以18亿美元收购远帆旗下1号店。",
    "青禾成立二十五周年。",
    "青禾拍卖平台成交一套别墅。",
    "青禾与远帆合并同类项的说法引发热议。",
    "青禾将渠道与远帆的页面合并展示。",
    "青禾的优惠券落入黄牛手中。",
    "微语热榜归用户投票所有。",
    "青禾与竞争对手保持合作关系。",
    "用户手握10%的优惠券。",
    "青禾或成最大赢家。",
    "青禾能否将微语纳入麾下?",
    "如果青禾把微语收入囊中,格局将改变。",
    "青禾没有将微语纳入旗下的计划。",
    "关于青禾高管离职的消息不实。",
    "青禾3号楼今日开放参观。",
    "青禾收购一家消费金融公司。",
    "东岭成为青禾的总部所在地。",
]


@pytest.mark.parametrize(("text", "expected"), CLAIMS)
def test_a_sentence_claims_what_is_written_below_it(text: str, expected: list[str]) -> None:
    assert lines(text) == [claim.strip() for claim in expected]


@pytest.mark.parametrize("text", NO_CLAIM)
def test_what_is_no_fact_gives_none(text: str) -> None:
    assert lines(text) == []


def test_every_kind_and_every_status_is_among_the_sentences() -> None:
    kinds = {claim.split(",")[0].strip() for _, told in CLAIMS for claim in told}
    statuses = {claim.split(",")[1].split(":")[0].strip() for _, told in CLAIMS for claim in told}
    assert kinds == set(Kind)
    assert statuses == set(Status)


def test_the_evidence_is_the_sentence_where_it_stands_in_the_text() -> None:
    text = "天气晴朗。青禾收购山麓60%股权。活动照常举行。"
    (claim,) = claims(text)
    assert claim.evidence.text == "青禾收购山麓60%股权。"
    assert text[claim.evidence.start : claim.evidence.end] == claim.evidence.text
    assert claim.language == "zh"


def test_traditional_characters_and_full_width_figures_say_the_same() -> None:
    plain = "远帆以2.15亿美元入股微语,占其15%股份,并与青禾达成战略合作。"
    traditional = {}
    for point, simple in traditional_to_simplified().items():
        traditional.setdefault(ord(simple), chr(point))
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")
    odd = plain.translate({ord(letter): traditional[ord(letter)] for letter in "远亿语达战"})
    assert odd != plain
    assert lines(odd.translate(wide)) == lines(plain) != []


def test_what_a_headline_and_its_text_say_twice_is_one_claim() -> None:
    text = "岩松科技:拟收购白石股份71%股份岩松科技(002999)晚间公告,公司拟收购白石股份71%股份。"
    assert lines(text) == ["acquisition, announced: buyer 岩松科技, target 白石股份; 71%"]


def test_the_company_is_whose_announcement_it_is() -> None:
    text = "青禾公告,公司控股股东东海集团计划减持公司不超过2%的股份。"
    assert lines(text) == ["divestment, announced: seller 东海集团, target qinghe; up to 2%"]


def test_a_short_name_is_the_full_one_in_the_sentences_after_it() -> None:
    text = "岩松科技有限公司(以下简称“岩松”)周三公告,拟收购微语5%股权。岩松还将出售山麓3%股权。"
    assert lines(text) == [
        "stake, announced: buyer 岩松科技有限公司, target weiyu; 5%, 2024-03-13",
        "divestment, announced: seller 岩松科技有限公司, target shanlu; 3%",
    ]


def test_the_same_year_is_the_one_told_before() -> None:
    text = "2013年4月,青禾收购微语5%股权;同年9月,青禾收购山麓60%股权。"
    assert [str(claim.when) for claim in claims(text)] == ["2013-04", "2013-09"]


def test_a_share_held_anyway_is_not_the_share_of_the_deal() -> None:
    (claim,) = claims("持有微语9%股份的远帆减持微语2%的股份,减持后持股比例降为7%。")
    assert claim.percent is not None
    assert claim.percent.value == 2


def test_money_of_something_else_is_not_the_price() -> None:
    (claim,) = claims("青禾收购市值300亿元的微语4%股权,作价5亿元,每股80元。")
    assert claim.amount is not None
    assert claim.amount.quantity.value == 500_000_000


_PIECES = st.sampled_from(
    [
        "青禾", "远帆", "微语", "收购", "入股", "减持", "出售", "投资", "领投", "质押", "合作",
        "合资", "罚款", "起诉", "营收", "用户", "5亿元", "18%", "3亿", "2023年", "去年", "公司",
        "其", "双方", "有限公司", "股份", "股东", "同比增长", "预计", "Acme", "９", "将", "被",
        "向", "与", "和", "、", ",", "。", "(", ")", "“", "”", "(以下简称", "拟", "已", "未",
        "否认", "终止", "?", "騰", "1", "%", " ", "\n",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60).map("".join))
@settings(max_examples=200)
def test_any_order_of_its_words_is_read(text: str) -> None:
    for claim in claims(text):
        assert claim.parties
        evidence = claim.evidence
        assert text[evidence.start : evidence.end] == evidence.text


def test_a_list_without_an_end_is_read_so_far_and_no_further() -> None:
    """So that the work of one sentence stays in proportion to its length."""
    many = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午春申酉戌亥金木水火土风雨雷电山川江河湖泊"
    assert len(many) > MOST
    text = ";".join(f"青禾收购北{one}有限公司60%股权" for one in many) + "。"
    assert len(claims(text)) == MOST
