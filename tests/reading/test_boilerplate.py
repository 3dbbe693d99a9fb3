"""What belongs to the page and what to the article, line by line."""

from __future__ import annotations

import pytest

from briefings.reading.boilerplate import ends_article, is_noise, starts_widget
from briefings.reading.prose import is_prose, unwrapped

NOISE = """
We use cookies to improve your visit. If you decline, parts of this website may not work.
By continuing to browse you accept our use of cookies.
Cookie settings
Accept all
I'm ReadBot, I can summarize articles.
Advertisement
Home > Technology > Logistics
Home | Markets | Deals
3 min read
12 comments
1.2K Followers
@ada_lind
+ FOLLOW
Share on Facebook
Sign up for our newsletter and get the news in your inbox.
Follow us on Twitter
Already a subscriber? Log in
A van leaves the depot. Photo: Ann Lee/Harbour Pictures
People at a fair. (Photo by Ann Lee/VCG via Getty Images)
A depot near Leeds. [Photo/Xinhua]
(Photo from harbour.example)
van_at_the_depot.jpg
001ec949c22b12e967fa01
Tags: parcels, deals
Technorati Tags: , , , ,
Read more: Why delivery is getting slower
© 2021 Harbour Wire Ltd. All rights reserved.
Reporting by Ada Lind; Editing by Bo Ek
To contact the reporter on this story: Ada Lind in Oslo
The opinions expressed here are solely those of the author.
我们使用Cookie来改善您的体验。
首页 > 科技 > 正文
字号：大 中 小
分享到：微信 微博 QQ空间
图为白鹭物流的分拣中心。
▲ 停靠的货船 图源：视觉中国
（责任编辑：张三）
声明：本文不构成投资建议。
未经授权，不得转载。
扫描二维码关注我们
长按下方二维码，关注港湾观察公众号
关键词：物流 换股
"""
ARTICLE = """
The browser will stop supporting third-party cookies by 2024, its maker said.
Kestrel said it would share the comments of the regulator on Monday.
The company advertises on Facebook and Twitter.
Shares of both rose about 2 per cent in Hong Kong.
Others will follow us on this path, the chairman said.
Kestrel hires its finance chief from Bloomberg
Comments from analysts were mixed.
The merger was first reported by Reuters.
Related-party sales rose 5%.
What changes for customers
1. Sort parcels together
青禾科技与白鹭物流宣布换股，各持对方12%。
公司表示将分享更多数据。
分析师的评论不一。
三年价格战之后
"""


@pytest.mark.parametrize("line", NOISE.strip().split("\n"))
def test_noise(line: str) -> None:
    assert is_noise(line)


@pytest.mark.parametrize("line", ARTICLE.strip().split("\n"))
def test_the_article_is_not_noise(line: str) -> None:
    assert not is_noise(line)
    assert not ends_article(line)
    assert not starts_widget(line)


@pytest.mark.parametrize(
    "line",
    ["4 Comments", "0 comments:", "Leave a reply", "About the author", "网友评论", "12条评论"],
)
def test_headings_that_end_an_article(line: str) -> None:
    assert ends_article(line)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Related articles",
            "You might also like",
            "Most read",
            "Share this article",
            "相关阅读：",
        ),
        "For more on parcels, check out the following links:",
    ],
)
def test_headings_over_widgets(line: str) -> None:
    assert starts_widget(line)


def test_prose_is_told_from_titles() -> None:
    assert is_prose("Kestrel said on Wednesday that it would buy 12% of its rival.")
    assert not is_prose("Kestrel takes a 12% stake in parcel rival Finch as price war bites")
    assert not is_prose("Why do two rivals in the parcel trade now like each other so much?")
    assert is_prose("青禾科技与白鹭物流联合宣布，双方将互相购入对方股份。")
    assert not is_prose("青禾科技与白鹭物流交叉持股 双方各持12%")


def test_text_wrapped_at_a_column_is_put_together() -> None:
    wrapped = (
        "The Bank of Northvale and Hearth Mutual said they signed an\n"
        "agreement under which the bank will sell household policies\n"
        "for ten years.\n\n"
        "Hearth will pay an initial fee of 33 million and a share of\n"
        "the premiums. The bank expected a gain of nine cents a share\n"
        "in the current quarter.\n"
    )

    assert len(unwrapped(wrapped)) == 2
    assert unwrapped("One line.\nAnother line.\n\nA third.") == [
        "One line.",
        "Another line.",
        "A third.",
    ]
