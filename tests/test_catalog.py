"""The data files of config/: what they give, and what each mistake in them is answered with."""

from __future__ import annotations

import pytest

from briefings.catalog import NAMESAKES, CorpusArticle, parse_corpus, parse_entities, parse_feeds
from briefings.errors import CatalogError
from briefings.model import FeedDefinition, Medium, Organisation, Precision

OWNER = '[[organisation]]\nid = "acme"\nname = "Acme"\nkind = "company"\n'
UNIT = '[[organisation]]\nid = "parcel"\nname = "Parcel"\nkind = "unit"\npart_of = "acme"\n'


def entity(id: str, **fields: object) -> str:
    """One entry of entities.toml; lists and strings happen to be written alike in Python."""
    values = {"id": id, "name": id.title(), "kind": "company"} | fields
    lines = (f"{key} = {value!r}".replace("'", '"') for key, value in values.items())
    return "\n".join(("[[organisation]]", *lines, ""))


def test_an_organisation_is_read_with_everything_it_has() -> None:
    toml = """
    namesakes = ["Acme Road"]

    [[organisation]]
    id = "acme"
    name = "Acme"
    name_zh = "艾克美"
    kind = "company"
    aliases = ["Acme Group"]
    exact = ["AC"]
    tickers = ["ACME", "9111.HK"]
    media = [{ name = "Acme Post", hosts = ["post.example.org"] }]
    """
    acme, namesakes = parse_entities(toml)
    assert acme == Organisation(
        id="acme",
        name="Acme",
        name_zh="艾克美",
        aliases=("Acme Group",),
        exact=("AC",),
        tickers=("ACME", "9111.HK"),
        media=(Medium("Acme Post", ("post.example.org",)),),
    )
    assert (namesakes.kind, namesakes.aliases) == (NAMESAKES, ("Acme Road",))


def test_a_name_declared_ambiguous_belongs_to_all_who_declare_it() -> None:
    toml = entity("north-bank", ambiguous=["Bank"]) + entity("south-bank", ambiguous=["Bank"])
    assert [one.aliases for one in parse_entities(toml)] == [("Bank",), ("Bank",)]


@pytest.mark.parametrize(
    ("toml", "entry", "says"),
    [
        ("[[organisation", "", "not TOML"),
        ("", "", "no [[organisation]]"),
        ("organisation = 5", "", "no [[organisation]]"),
        (OWNER + "[[feed]]\nurl = 'x'", "", "unknown key 'feed'"),
        (OWNER + "colour = 'red'", "acme", "unknown field `colour`"),
        ("[[organisation]]\nname = 'x'", "entry 1", "missing required field `id`"),
        ("organisation = [5]", "entry 1", "Expected `object`, got `int`"),
        (entity("Acme Inc"), "Acme Inc", "`$.id`"),
        (entity("acme", aliases=[" x"]), "acme", "`$.aliases[0]`"),
        (entity("acme", tickers=["nyse:x"]), "acme", "`$.tickers[0]`"),
        (entity("acme", name="—"), "acme", "nameless"),
        (OWNER + OWNER, "acme", "listed twice"),
        (entity("namesakes"), "namesakes", "claims 'namesakes'"),
        (UNIT, "parcel", "unknown organisation 'acme'"),
        (entity("acme", part_of="acme"), "acme", "acme -> acme"),
        (
            entity("a", part_of="b") + entity("b", part_of="c") + entity("c", part_of="a"),
            "a",
            "a -> b -> c -> a",
        ),
        (OWNER + entity("other", aliases=["ACME"]), "other", "names acme already"),
        (OWNER + entity("other", exact=["Ac me"]), "other", "names acme already"),
        (OWNER + entity("other", name_zh="ＡＣＭＥ"), "other", "names acme already"),
        (
            entity("x1", aliases=["淘寶"]) + entity("x2", aliases=["淘宝"]),
            "x2",
            "claims '淘宝', which names x1 already",
        ),
        (OWNER + entity("other", ambiguous=["One"]), "other", "declares 'one' ambiguous"),
        (
            entity("a1", ambiguous=["Acme"]) + entity("a2", ambiguous=["Acme"]) + OWNER,
            "a1",
            "ambiguous",
        ),
    ],
)
def test_a_mistake_among_the_organisations_is_named(toml: str, entry: str, says: str) -> None:
    with pytest.raises(CatalogError) as caught:
        parse_entities(toml)
    assert "entities.toml" in str(caught.value)
    assert says in caught.value.message
    assert caught.value.remedy
    assert caught.value.ids["entry"] == entry


def test_a_feed_is_read_with_everything_it_has() -> None:
    toml = """
    [[feed]]
    url = "https://feeds.example.org/all?x=1"
    publisher = "Acme Post"
    owner = "acme"
    language = "zh"
    tier = "company"
    last_verified = 2026-01-31
    enabled = false
    note = "in-house"

    [[feed]]
    url = "http://example.org/feed"
    publisher = "Example"
    """
    assert parse_feeds(toml, parse_entities(OWNER)) == (
        FeedDefinition(
            url="https://feeds.example.org/all?x=1",
            publisher="Acme Post",
            owner="acme",
            language="zh",
            tier="company",
            enabled=False,
            note="in-house",
        ),
        FeedDefinition(url="http://example.org/feed", publisher="Example"),
    )


FEED = "[[feed]]\npublisher = 'P'\nurl = 'https://example.org/feed'\n"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("feeds = []", "unknown key 'feeds'"),
        (FEED + FEED, "listed twice"),
        (FEED + "owner = 'nobody'", "unknown owner 'nobody'"),
        (FEED + "owner = 'namesakes'", "unknown owner 'namesakes'"),
        (FEED + "tier = 'gossip'", "`$.tier`"),
        (FEED + "language = 'english'", "`$.language`"),
        (FEED + "enabled = 'yes'", "`$.enabled`"),
        (FEED + "last_verified = 'lately'", "`$.last_verified`"),
        (FEED.replace("https", "ftp"), "no usable address"),
        (FEED.replace("example.org", ""), "no usable address"),
        (FEED.replace("example.org", "user:pw@example.org"), "no usable address"),
        (FEED.replace("example.org", "[::1"), "no usable address"),
        (FEED.replace("/feed'", "/fe ed'"), "no usable address"),
        (FEED.replace("/feed'", "/feed#top'"), "no usable address"),
    ],
)
def test_a_mistake_among_the_feeds_is_named(toml: str, says: str) -> None:
    organisations = parse_entities("namesakes = ['Acme Road']\n" + OWNER)
    with pytest.raises(CatalogError, match=r"feeds\.toml") as caught:
        parse_feeds(toml, organisations)
    assert says in caught.value.message
    assert caught.value.remedy


LINE = (
    '{"title": "T", "publisher": "P", "published": "2013-06", "language": "en", '
    '"summary": "Acme did.", "points": ["Acme did one.", "Acme did two."]}'
)


def test_a_shipped_article_is_read_with_the_precision_of_its_date() -> None:
    (article,) = parse_corpus(f"\n{LINE}\n")
    assert isinstance(article, CorpusArticle)
    assert (str(article.published), article.published.precision) == ("2013-06", Precision.MONTH)
    assert article.body == "Acme did.\n\nAcme did one.\nAcme did two."


@pytest.mark.parametrize(
    ("jsonl", "says"),
    [
        ("{", "line 1 is not JSON"),
        (f"{LINE}\n5", "line 2"),
        (f"{LINE}\n{LINE}", "line 2 repeats 'T'"),
        (LINE.replace('"2013-06"', '"06/2013"'), "no publication date: '06/2013'"),
        (LINE.replace('"2013-06"', '"2013-13"'), "no publication date"),
        (LINE.replace('["Acme did one.", "Acme did two."]', "[]"), "`$.points`"),
        (LINE.replace('"title"', '"headline"'), "unknown field `headline`"),
        (LINE.replace('"title"', '"url": "javascript:x", "title"'), "no usable address"),
    ],
)
def test_a_mistake_in_the_corpus_is_named(jsonl: str, says: str) -> None:
    with pytest.raises(CatalogError, match=r"corpus\.jsonl") as caught:
        parse_corpus(jsonl)
    assert says in caught.value.message
    assert caught.value.remedy


def test_a_desk_without_feeds_is_allowed() -> None:
    assert parse_feeds("# none yet\n", []) == ()


def test_the_shipped_feeds_go_with_any_organisations() -> None:
    toml = '[[feed]]\nurl = "https://a.example/"\npublisher = "A"\nowner = "nobody"\n'
    with pytest.raises(CatalogError, match="unknown owner 'nobody'"):
        parse_feeds(toml, [])
    (feed,) = parse_feeds(toml, [], shipped=True)
    assert (feed.url, feed.owner) == ("https://a.example/", None)
