"""Articles of our own that texts of a model are held against."""

from __future__ import annotations

from datetime import UTC, date, datetime

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.ledger import chinese_names, names
from briefings.ledger.sentence import Sentence
from briefings.model import Precision, Published
from briefings.ports import Material
from briefings.text.amounts import figures
from briefings.text.chinese import has_han
from briefings.text.periods import moments

ENTITIES = """
[[organisation]]
id = "alibaba"
name = "Alibaba"
name_zh = "阿里巴巴"
kind = "company"
aliases = ["Alibaba Group", "阿里"]
tickers = ["9988.HK"]

[[organisation]]
id = "taobao"
name = "Taobao"
name_zh = "淘宝"
kind = "product"
part_of = "alibaba"

[[organisation]]
id = "weibo"
name = "Weibo"
name_zh = "微博"
kind = "company"
aliases = ["Sina Weibo", "新浪微博"]

[[organisation]]
id = "tencent"
name = "Tencent"
name_zh = "腾讯"
kind = "company"

[[organisation]]
id = "jd"
name = "JD.com"
name_zh = "京东"
kind = "company"
"""
MATCHER = Matcher(parse_entities(ENTITIES))


def day(text: str) -> Published:
    return Published(datetime.fromisoformat(text).replace(tzinfo=UTC), Precision.DAY)


WEIBO = Material(
    number=1,
    publisher="Harbour Post",
    published=day("2013-05-07"),
    title="Alibaba takes a stake in Weibo",
    text=(
        "Alibaba bought about 18% of Weibo for US$586 million on 29 April, Sina said. It has an "
        "option to raise its holding to 30 percent. Weibo has more than 500 million registered "
        "users, of whom 46.2 million are active daily. Analysts led by Maria Lindqvist of Fjord "
        "Securities called the price fair. Taobao merchants will be able to show their goods on "
        "the microblog in the second quarter. Chief executive Jack Ma and Daniel Zhang, who runs "
        "Tmall, welcomed the deal, and three rivals followed suit."
    ),
    url="https://harbour.example/2013/weibo",
    said=("Alibaba bought about 18% of Weibo for US$586 million on 29 April, Sina said.",),
)
CHINESE = Material(
    number=2,
    publisher="港湾财经",
    published=day("2013-04-30"),
    title="阿里巴巴入股新浪微博",
    text=(
        "阿里巴巴集团4月29日宣布，以5.86亿美元购入新浪微博约百分之十八的股份，并可将持股比例提高至30%。"
        "微博注册用户超过5亿。分析师陈志远认为，双方将在用户账户互通和广告方面合作，宇晶股份也参与了谈判。"
    ),
    url="https://gangwan.example/a/1",
)
SOURCES = (WEIBO, CHINESE)


def sentence(text: str, start: int = 100) -> Sentence:
    """A sentence with what stands in it, at a place of an article of 7 May 2013."""
    named = chinese_names.chinese if has_han(text) else names.english
    day = date(2013, 5, 7)
    return Sentence(
        text,
        start,
        start + len(text),
        False,
        named(MATCHER, text),
        figures(text),
        moments(text, day),
    )
