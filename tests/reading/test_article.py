"""One article out of a page, a Markdown file or a pasted text; what is refused, and how."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings.errors import NotAnArticle, ReadingError
from briefings.model import ParsedArticle, Precision
from briefings.reading.article import read_article
from tests.reading import golden

SEEDS = Path(__file__).resolve().parents[2] / "../shared/seeds"
PROSE = (
    "The two companies said on Monday that they would open their platforms to each other.\n\n"
    "Shares of both rose about 2 per cent in Hong Kong, while the benchmark fell 0.4 per cent.\n"
)


def read(text: str, *, url: str = "", content_type: str = "") -> ParsedArticle:
    return read_article(text.encode(), content_type, url, "article.txt")


@pytest.mark.parametrize("path", golden.articles(), ids=lambda p: p.name)
def test_golden_articles(path: Path) -> None:
    assert golden.read_document(path) == golden.expected(path)


# --- the five real pages ------------------------------------------------------------------------

SEED_FACTS = {
    "000": ("Alibaba and Sina: Join Hands for A Better Future", "", "", "2013-05-07"),
    "001": ("How Two Chinese Companies Plan to Change E-Commerce", "", "", "2013-06-03"),
    "002": ('Ali Tencent Century\'s "Reconciliation"', "", "", "2023-09-28"),
    "003": (
        "China's Tech Titans Unite: Alibaba and Tencent Forge Unprecedented Alliance",
        *("Daniel Hall", "", "2023-10-31"),
    ),
    "004": (
        "Alibaba hunts for a million influencers keen to make big money",
        *("Zheping Huang", "Bloomberg", "2020"),
    ),
}
PARAGRAPHS = {"000": 7, "001": 5, "002": 24, "003": 18, "004": 8}
NOT_ARTICLE = re.compile(
    r"cookie|comment|share this|post a|PortAI|^advertisement$|IBS 3000|Baruch|decline|accept all"
    r"|\.jpg|getty|flickr|technorati|001ec949|digital marketer|©",
    re.IGNORECASE | re.MULTILINE,
)


@pytest.mark.parametrize("number", SEED_FACTS)
def test_the_seed_articles(number: str) -> None:
    path = next(SEEDS.glob(f"{number}_*.txt"), None)
    if path is None:
        pytest.skip("the seed articles in ../shared/seeds are not here")
    article = read_article(path.read_bytes(), "", "", path.name)
    title, author, publisher, published = SEED_FACTS[number]

    assert (article.title, article.author, article.publisher) == (title, author, publisher)
    assert str(article.published) == published
    assert article.language == "en"
    assert len(article.body.split("\n\n")) == PARAGRAPHS[number]
    assert not NOT_ARTICLE.search(article.body)
    lines = {" ".join(line.split()) for line in path.read_text("utf-8").splitlines()}
    for paragraph in article.body.split("\n\n"):
        assert any(line.endswith(paragraph) for line in lines)


# --- telling what a document is -----------------------------------------------------------------


def test_html_is_told_by_its_content() -> None:
    paragraphs = "".join(f"<p>{p}</p>" for p in PROSE.split("\n\n"))

    assert "<p>" not in read(f"<div><h1>Title</h1>{paragraphs}</div>").body
    assert (
        "<p>" not in read(f"<html><body>{paragraphs}</body></html>", content_type="text/plain").body
    )


def test_a_text_that_speaks_of_tags_is_no_page() -> None:
    text = f"A title about markup\n\n{PROSE}\nThe <br> tag was used by 40 per cent of the pages.\n"

    assert "The <br> tag" in read(text).body


def test_markdown_is_told_by_front_matter_or_several_signs() -> None:
    by_signs = (
        f"# A title\n\n{PROSE}\n## A heading\n\nMore at [the exchange](https://x.example/).\n"
    )
    article = read(by_signs)

    assert article.title == "A title"
    assert "More at the exchange." in article.body
    assert (
        read(f"Title here now\n\n{PROSE}\n**bold** once\n").body.endswith("**bold** once") is False
    )


def test_a_title_above_all_is_enough_to_tell_markdown() -> None:
    assert read(f"# A title\n\n{PROSE}\n").title == "A title"
    assert read(f"#1 in China\n\n{PROSE}\n").title == "#1 in China"


def test_front_matter_goes_before_what_the_lines_say() -> None:
    article = read(
        "---\ntitle: 'The title'\nauthors:\n  - Ada Lind\n  - Bo Ek\ndate: 2021-03-03 09:15\n"
        f"site_name: Harbour Wire\nlink: https://w.example/a?utm_source=x\n---\n\n"
        f"# Another title\n\nBy Somebody Else\n\n{PROSE}"
    )

    assert (article.title, article.author) == ("The title", "Ada Lind, Bo Ek")
    assert (article.publisher, article.url) == ("Harbour Wire", "https://w.example/a")
    assert article.published is not None
    assert article.published.precision is Precision.MINUTE


# --- the page's own word for its address and date -----------------------------------------------


def page(head: str, top: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE.strip().split("\n\n"))
    head = f"<head><title>T</title>{head}</head>"
    return f"<html>{head}<body><article>{top}{body}</article></body></html>"


@pytest.mark.parametrize(
    ("declared", "believed"),
    [
        ("https://news.example/story", "https://news.example/story"),
        ("https://www.news.example/story", "https://www.news.example/story"),
        ("https://bank.example/story", "https://news.example/story?id=1"),
        ("javascript:alert(1)", "https://news.example/story?id=1"),
    ],
)
def test_a_canonical_address_is_believed_for_its_own_site(declared: str, believed: str) -> None:
    html = page(f'<link rel="canonical" href="{declared}">')

    assert read(html, url="https://news.example/story?id=1&utm_source=a").url == believed


@pytest.mark.parametrize(
    ("head", "top", "date", "precision"),
    [
        (
            '<script type="application/ld+json">{"@type":"NewsArticle",'
            '"dateModified":"2024-01-05","datePublished":"2024-01-02T03:04:05+08:00"}</script>',
            *("<p>Updated January 5, 2024</p>", "2024-01-01", Precision.MINUTE),
        ),
        (
            '<meta property="article:published_time" content="2024-01-02T03:04:05Z">',
            *("", "2024-01-02", Precision.MINUTE),
        ),
        ("", '<time pubdate datetime="2024-01-02">yesterday</time>', "2024-01-02", Precision.DAY),
        ("", "<p>Published: 2 January 2024 03:04</p>", "2024-01-02", Precision.MINUTE),
        ("", "<p>© 2019 Harbour Wire Ltd.</p>", "2019", Precision.YEAR),
    ],
    ids=["JSON-LD", "OpenGraph", "time element", "shown", "copyright"],
)
def test_the_date_of_a_page_has_the_precision_the_page_gives(
    head: str, top: str, date: str, precision: Precision
) -> None:
    published = read(page(head, top)).published

    assert published is not None
    assert (str(published), published.precision) == (date, precision)


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", NotAnArticle, "empty"),
        (b" \n\t\r\n ", NotAnArticle, "empty"),
        (b"\xef\xbb\xbf", NotAnArticle, "empty"),
        (b"\x00" * 100, NotAnArticle, "empty"),
        (b"hello world", NotAnArticle, "no article"),
        (b"<html><body><nav>Home About</nav></body></html>", NotAnArticle, "no article"),
        (b"Home\nAbout\nContact\nLogin\n" * 20, NotAnArticle, "no article"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", NotAnArticle, "feed"),
        (b"%PDF-1.7 ...", ReadingError, "PDF"),
        (b"PK\x03\x04" + b"x" * 50, ReadingError, "ZIP"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, ReadingError, "picture"),
        (bytes(range(256)) * 8, ReadingError, "binary"),
        (b"x" * (16 * 2**20 + 1), ReadingError, "larger than 16 MB"),
    ],
)
def test_what_is_no_article_is_named_with_a_remedy(
    data: bytes, error: type[ReadingError], says: str
) -> None:
    with pytest.raises(error) as caught:
        read_article(data, "", "", "folder/strange.bin")

    assert "strange.bin" in caught.value.message
    assert says in caught.value.message
    assert caught.value.remedy


def test_an_address_is_named_where_there_is_no_file() -> None:
    with pytest.raises(NotAnArticle, match=r"^https://x[.]example/a is empty"):
        read_article(b"", "text/html", "https://x.example/a", "")


def test_text_in_a_legacy_encoding() -> None:
    text = "青禾与白鹭合作升级\n2023年9月28日\n青禾与白鹭宣布，双方将开放平台，结束十年的屏蔽。"
    article = read_article(text.encode("gb18030"), "", "", "article.txt")

    assert article.title == "青禾与白鹭合作升级"
    assert article.language == "zh"


# --- any input ----------------------------------------------------------------------------------

lines = st.sampled_from(
    [
        *PROSE.strip().split("\n\n"),
        *("A title of five words", "By Ada Lind", "May 7, 2013", "Comments", "Related articles"),
        *("© 2020 Wire", "Share", "• item one", "Photo: A/B", "", "", "## x", "---", "title: x"),
        "青禾科技与白鹭物流宣布，双方将互相开放平台，结束长达十年的相互屏蔽。",
        *("<p>", "</p>", "&amp;", "[a](https://b.example/)", "\u202e", "A", "(Reuters) - "),
    ]
)


def read_or_refuse(data: bytes) -> ParsedArticle | None:
    """The article, or nothing where it was refused in the agreed way; anything else is raised."""
    with contextlib.suppress(ReadingError):
        return read_article(data, "", "", "a.txt")
    return None


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(lines, max_size=12).map("\n".join), st.text(max_size=200)))
def test_no_word_of_a_body_is_made_up(text: str) -> None:
    article = read_or_refuse(text.encode("utf-8", "replace"))
    if article is None or any(mark in text for mark in "<[&"):
        return

    words = "".join(text.split())
    for paragraph in article.body.split("\n\n"):
        assert "".join(paragraph.removeprefix("• ").split()) in words


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)
