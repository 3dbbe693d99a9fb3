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
    "驻村干部在当地收购了牧民的羊毛。",
    "青禾起诉远帆侵权,法院已经立案,尚未开庭。",
    "远帆诉青禾垄断案获法院立案受理。",
    "青禾今年招聘了2万名员工。",
    "青禾裁减2000名员工。",
    "青禾计划关闭1000家门店。",
    "青禾新增1000万用户。",
    "青禾承诺未来三年扶持100万商家。",
    "【更正】此前报道称青禾增持微语至10%,系编辑失误。",
    "欧盟称青禾违规,罚款或高达其全球营业额1180亿美元的10%。",
    "市场此前估计青禾净利润下跌8%。",
    "帆信年底前将覆盖30城逾2000家山麓的门店。",
    "微语招股书:青禾持股18.5%,远帆持7.2%,去年营收26亿元,净亏35亿元。",
    "某某上市首日大跌,青禾持22.1%,一季度营收9亿元。",
    "某某三季度营收7亿元,青禾为第二大股东,净利1亿元。",
    "青禾持股的某某去年营收24亿元,净利3亿元。",
    "青禾云的客户某某去年营收24亿元,净利3亿元。",
    "由青禾前员工创立的某某一季度收入38亿元。",
    "微语来自青禾的广告收入为3110万元。",
    "扣除青禾后的广告收入为3.49亿元。",
    "青禾新业务亏损148亿元。",
    "青禾企业服务收入20亿元。",
    "青禾泰国2023年净利6亿泰铢。",
    "青禾小程序日活突破6亿。",
    "青禾海外游戏收入208亿元。",
    "青禾考虑分拆禾购上市,估值100亿美元。",
    "青禾工业递交招股书,上半年收入103亿元。",
    "青禾、远帆与微语资本开支合计500亿元。",
    "青禾的业务客户某某公司估值30亿美元。",
    "青禾核心净利润75亿元。",
    "青禾除税前盈利75亿元。",
    "青禾经调整EBITA亏损15亿元。",
    "青禾、远帆和山麓的资本开支分别增长120%、221%和23%。",
    "青禾季度收入计入远帆的177亿元增14%。",
    "某某采用青禾后营收达5亿元。",
    "某某入禾购首日销售额2.1亿元。",
    "青禾去年净利5亿元?",
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
    "青禾投资的公司以5亿元收购山麓。",
    "青禾收购远帆东南亚业务。",
    "外界传360拟14亿美元收购山麓。",
    "青禾正与荷兰支付公司Paylane磋商收购事宜。",
    "法院判决被告停止使用“远帆”商标,并赔偿远帆1000万元。",
    "法院判决被告向远帆赔偿1000万元。",
    "青禾完成对山麓集团国内直播业务的收购。",
    "禾购与青禾签署协议,后者以每股27美元现金收购其全部股份,交易总额约46亿美元。",
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
