"""The shipped corpus: complete, quotable, and in its own words.

The comparison with the articles it was written from reads them beside the repository, where they
are; they are not part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from briefings.catalog import CorpusArticle, parse_corpus, parse_entities, parse_feeds
from briefings.entities import Matcher
from briefings.model import Precision, Role
from briefings.text.hygiene import clean_line
from briefings.text.language import detect
from briefings.text.sentences import split

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"

MATCHER = Matcher(parse_entities((ROOT / "config/entities.toml").read_text("utf-8")))
CORPUS = parse_corpus((ROOT / "config/corpus.jsonl").read_text("utf-8"))

# Figures of the pages around the articles: dates of their heads, comment counts, picture names and
# captions, course numbers.
NOT_THE_ARTICLES = {
    "Alibaba and Sina: Join Hands for A Better Future": "7 2013 0 001",
    "How Two Chinese Companies Plan to Change E-Commerce": "06 3 13 3000 4200 3444 3750",
    'Ali Tencent Century\'s "Reconciliation"': "2023.09.28 05 24",
    "China's Tech Titans Unite: Alibaba and Tencent Forge Unprecedented Alliance": "31 10 2023 0",
    "Alibaba hunts for a million influencers keen to make big money": "10 11.11 19",
}
LONGEST_COMMON_RUN = 7

every_article = pytest.mark.parametrize("article", CORPUS, ids=lambda article: article.title[:25])


def texts(article: CorpusArticle) -> list[str]:
    return [article.summary, *article.points]


def figures(text: str) -> set[str]:
    return {figure.rstrip(".,") for figure in re.findall(r"(?<![A-Za-z\d])\d[\d.,]*", text)}


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def test_five_articles_with_their_dates_as_precise_as_known() -> None:
    assert [str(article.published) for article in CORPUS] == [
        "2013-05-07",
        "2013-06-03",
        "2023-09-28",
        "2023-10-31",
        "2020",
    ]
    assert CORPUS[-1].published.precision is Precision.YEAR
    assert all(article.publisher for article in CORPUS)
    assert {article.author for article in CORPUS} == {"", "Daniel Hall", "Zheping Huang"}


@every_article
def test_every_point_is_one_sentence_that_names_its_organisation(article: CorpusArticle) -> None:
    assert len(set(article.points)) == len(article.points) >= 5
    for point in article.points:
        assert split(point) == [(0, len(point))]
        assert MATCHER.mentions(point)
        assert clean_line(point) == point
    assert detect(article.body) == article.language == "en"


@every_article
def test_every_article_is_about_one_of_the_three(article: CorpusArticle) -> None:
    tags = MATCHER.tags(article.title, article.body)
    subjects = {tag.organisation for tag in tags if tag.role is Role.SUBJECT}
    assert "alibaba" in subjects
    assert len(subjects) >= 2


def seed(article: CorpusArticle) -> str:
    if not SEEDS.is_dir():
        pytest.skip("the articles the corpus was written from are not beside the repository")
    found = [
        text for path in SEEDS.glob("*.txt") if article.title in (text := path.read_text("utf-8"))
    ]
    assert len(found) == 1
    return found[0]


@every_article
def test_no_figure_of_the_article_is_missing_and_none_is_new(article: CorpusArticle) -> None:
    given = figures(seed(article)) - set(NOT_THE_ARTICLES[article.title].split())
    kept = figures(" ".join(texts(article)))
    assert given - kept == set()
    # The year of publication stands for "this year" and "last year" of the article.
    year = article.published.at.year
    assert kept - figures(seed(article)) <= {str(year), str(year - 1)}


@every_article
def test_nothing_is_copied(article: CorpusArticle) -> None:
    original = words(seed(article))
    runs = Counter(zip(*(original[i:] for i in range(LONGEST_COMMON_RUN + 1)), strict=False))
    for text in texts(article):
        own = words(text)
        for run in zip(*(own[i:] for i in range(LONGEST_COMMON_RUN + 1)), strict=False):
            assert run not in runs, " ".join(run)


def test_the_feeds_to_watch() -> None:
    toml = (ROOT / "config/feeds.toml").read_text("utf-8")
    feeds = parse_feeds(toml, MATCHER.organisations.values())
    assert sum(feed.enabled for feed in feeds) == 9
    assert {feed.publisher for feed in feeds if not feed.enabled} == {
        "36Kr",
        "Huxiu",
        "TechCrunch",
        "SEC EDGAR",
    }
    assert {feed.publisher for feed in feeds if feed.owner == "alibaba"} == {
        "Alizila",
        "South China Morning Post",
    }
    assert all("contact" in feed.note for feed in feeds if feed.tier == "filing")
    for feed in feeds:
        assert feed.owner == MATCHER.owner_of_publisher(feed.publisher, feed.url)
