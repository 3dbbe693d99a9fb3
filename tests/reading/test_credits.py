"""Who wrote it, who published it and when, out of single lines; and no guess from any other."""

from __future__ import annotations

import pytest

from briefings.reading.credits import read_credits
from briefings.reading.datelines import read_dateline
from briefings.reading.signatures import read_biography, read_copyright, read_signature


@pytest.mark.parametrize(
    ("line", "author", "publisher", "published"),
    [
        ("By Ada Lind", "Ada Lind", "", ""),
        ("by ADA LIND and Tom van der Roe, Staff Writers", "Ada Lind, Tom van der Roe", "", ""),
        ("By Ada Lind | May 7, 2013 | 3 min read", "Ada Lind", "", "2013-05-07"),
        ("By Ada Lind in Hong Kong", "Ada Lind", "", ""),
        ("Written by: Ada O'Neil-Lind, CFA", "Ada O'Neil-Lind", "", ""),
        ("Posted by Ledger Mouse at 11:42 pm", "Ledger Mouse", "", ""),
        ("Bo Ek 31/10/2023", "Bo Ek", "", "2023-10-31"),
        ("Bo Ek, Reuters, May 7, 2013", "Bo Ek", "Reuters", "2013-05-07"),
        ("Bo Ek · Nov 3, 2022", "Bo Ek", "", "2022-11-03"),
        (
            "By Bo Ek in Oslo | China Daily | Updated: 2023-09-28 09:15",
            "Bo Ek",
            "China Daily",
            "2023-09-28",
        ),
        ("Tuesday, May 7, 2013", "", "", "2013-05-07"),
        ("06/3/13", "", "", "2013-06-03"),
        ("2023.09.28 05:24", "", "", "2023-09-28"),
        ("03/04/2023", "", "", "2023"),
        ("Published: 1 May 2023 Updated: 3 May 2023", "", "", "2023-05-01"),
        ("Updated 3 May 2023, first published 1 May 2023", "", "", "2023-05-01"),
        ("Published: 9:30pm, 25 Sep, 2023", "", "", "2023-09-25"),
        ("Sep 28th 2023 | HANGZHOU", "", "", "2023-09-28"),
        ("Financial Times 7 May 2013", "", "Financial Times", "2013-05-07"),
        ("Source: Caixin Global", "", "Caixin Global", ""),
        ("Source: Xinhua| 2019-03-04 10:41:12|Editor: mmm", "", "Xinhua", "2019-03-04"),
        ("Published by Harbour Wire", "", "Harbour Wire", ""),
        ("来源：新浪科技  2023年09月28日 13:24  作者：王小满", "王小满", "新浪科技", "2023-09-28"),
        ("2023-09-28 13:24 来源: 财新网 编辑: 张三", "", "财新网", "2023-09-28"),
        ("文｜王小满", "王小满", "", ""),
        ("記者林小青／台北報導", "林小青", "", ""),
        ("作者：王小满、李大明", "王小满、李大明", "", ""),
        ("原创 王小满 港湾观察 2021-03-04 08:00", "王小满", "港湾观察", "2021-03-04"),
        ("发布时间：2023年9月28日", "", "", "2023-09-28"),
    ],
)
def test_credits_lines(line: str, author: str, publisher: str, published: str) -> None:
    credits = read_credits(line)

    assert credits is not None
    assert (credits.author, credits.publisher) == (author, publisher)
    assert str(credits.published or "") == published


@pytest.mark.parametrize(
    "line",
    [
        "Kestrel buys a stake in Finch",
        "Kestrel posts record profit on Nov 11, 2013",
        "By accident, the company discovered gold.",
        "By The Editors",
        "The depot is owned by Ada Lind",
        "Their son, Prince Kestrel, was born in July 2013.",
        "Hong Kong",
        "2020年",
        "青禾科技9月28日宣布换股",
        "记者从青禾科技获悉",
        "x" * 300,
    ],
)
def test_other_lines_are_no_credits(line: str) -> None:
    assert read_credits(line) is None


@pytest.mark.parametrize(
    ("paragraph", "publisher", "rest"),
    [
        ("(Bloomberg) -- Kestrel said", "Bloomberg", "Kestrel said"),
        ("LONDON (Reuters) - Kestrel said", "Reuters", "Kestrel said"),
        ("HONG KONG, May 7, 2013 (Reuters) – Kestrel", "Reuters", "Kestrel"),
        ("HANGZHOU, China, Sept. 28, 2023 /PRNewswire/ -- Kestrel", "PRNewswire", "Kestrel"),
        ("(CNN)When a kestrel", "CNN", "When a kestrel"),
        ("OSLO (Harbour Wire) -- Kestrel", "Harbour Wire", "Kestrel"),
        ("新华社北京5月7日电（记者 王小满）青禾", "新华社", "青禾"),
        ("财联社9月28日讯，青禾", "财联社", "青禾"),
        ("【财新网】（记者 王小满）青禾", "财新网", "青禾"),
        ("【增减持】青禾科技公告", "", "【增减持】青禾科技公告"),
        ("Kestrel (KSTL) – the carrier – said", "", "Kestrel (KSTL) – the carrier – said"),
        ("Kestrel (NYSE: KSTL) - said", "", "Kestrel (NYSE: KSTL) - said"),
        ("青禾科技9月28日宣布", "", "青禾科技9月28日宣布"),
    ],
)
def test_datelines(paragraph: str, publisher: str, rest: str) -> None:
    credits, without = read_dateline(paragraph)

    assert (credits.publisher, without) == (publisher, rest)


@pytest.mark.parametrize(
    ("line", "publisher", "year"),
    [
        ("© 2020 Bloomberg L.P.", "Bloomberg", "2020"),
        ("Copyright 2013 The Harbour Company. All rights reserved.", "The Harbour", "2013"),
        ("Copyright ©2013 Dow Jones & Company, Inc. All Rights Reserved.", "Dow Jones", "2013"),
        ("(c) 2010-2023 Harbour Inc.", "Harbour", ""),
        ("版权所有 ©2023 港湾传媒有限公司", "港湾传媒", "2023"),
    ],
)
def test_copyright_lines(line: str, publisher: str, year: str) -> None:
    credits = read_copyright(line)

    assert credits is not None
    assert (credits.publisher, str(credits.published or "")) == (publisher, year)


def test_signatures_and_biographies() -> None:
    assert read_signature("(Reporting by Ada Lind in Oslo; Editing by Bo Ek)") == "Ada Lind"
    assert read_signature("（作者：王小满）") == "王小满"
    assert read_signature("The report by Ada Lind was published.") == ""
    assert read_biography("Ada Lind is a reporter in Oslo.") == "Ada Lind"
    assert read_biography("Ada Lind covers shipping for the wire.") == "Ada Lind"
    assert read_biography("作者：王小满，财经评论员。") == "王小满"
    assert read_biography("Ada Lind is the chairman of Kestrel.") == ""
