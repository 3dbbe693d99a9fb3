"""Search finds what a reader would find by eye, on both engines alike."""

from __future__ import annotations

import random
import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from briefings.store import Store
from briefings.store.corpus import TITLES_FIRST
from briefings.store.search import TERMS, clauses, document, fts5_query, tsquery, tsvector
from tests.store.builders import article

LATIN = ["alibaba", "Weibo", "deal", "stake", "18", "percent", "cloud", "CLOUD"]
LATIN += ["O'Reilly", "9988.HK", "ＡＬＩＢＡＢＡ", "Straße"]
CHINESE = ["阿里巴巴", "阿里", "騰訊", "腾讯", "微博", "新浪微博", "云", "雲計算", "计算"]
CHINESE += ["收購", "收购", "股份", "百分之十八"]
PARTS = ["里", "巴", "讯", "里巴"]
TO_SIMPLIFIED = str.maketrans("騰訊購雲計", "腾讯购云计")


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(TO_SIMPLIFIED).casefold()


def holds(text: str, words: str) -> bool:
    """Every Latin word of the query is a word of the text, every Chinese run stands in it."""
    text = folded(text)
    known = set(re.findall(r"[a-z0-9]+", text))
    return all(
        part in (text if part > "⺀" else known)
        for part in re.findall(r"[a-z0-9]+|[一-鿿]+", folded(words))
    )


def generated(count: int) -> list[tuple[str, str]]:
    chance = random.Random(4)

    def text(length: int) -> str:
        parts = chance.choices(LATIN if chance.random() < 0.5 else CHINESE, k=length)
        separators = ["", "，", " ", "\n"] if parts[0] in CHINESE else [" ", ", ", "-", "\n"]
        return "".join(part + chance.choice(separators) for part in parts)

    return [(text(3), text(chance.randrange(1, 9))) for _ in range(count)]


async def test_search_finds_what_plain_python_finds_in_the_same_order(store: Store) -> None:
    texts = generated(300)
    await store.corpus.add(
        [
            article(n, hours=(n * 7) % 50, title=title, body=body)
            for n, (title, body) in enumerate(texts)
        ]
    )
    chance = random.Random(5)
    for _ in range(120):
        words = " ".join(chance.sample(LATIN + CHINESE + PARTS, k=chance.choice((1, 1, 2))))
        hits = [n for n, (title, body) in enumerate(texts) if holds(f"{title}\n\n{body}", words)]
        hits.sort(key=lambda n: ((n * 7) % 50, n), reverse=True)
        window = hits[:TITLES_FIRST]
        window.sort(key=lambda n: not holds(texts[n][0], words))
        wanted = [n + 1 for n in window + hits[TITLES_FIRST:]]
        found = await store.corpus.search(words, limit=400)
        assert [each.id for each in found] == wanted, words
        page = await store.corpus.search(words, limit=5, offset=3)
        assert [each.id for each in page] == wanted[3:8], words


async def test_a_phrase_does_not_reach_from_the_title_into_the_text(store: Store) -> None:
    await store.corpus.add([article(1, title="收購阿里", body="里巴集團")])
    assert await store.corpus.search("阿里巴", limit=5) == []
    assert len(await store.corpus.search("收购 集团", limit=5)) == 1


async def test_titles_come_first_only_among_the_newest(store: Store) -> None:
    await store.corpus.add(
        [article(0, title="Weibo")]
        + [article(n, hours=n, body="Weibo") for n in range(1, TITLES_FIRST + 1)]
        + [article(n, hours=n, title="Weibo") for n in (500, 400)]
    )
    found = [each.id for each in await store.corpus.search("weibo", limit=TITLES_FIRST + 9)]
    assert found[:2] == [TITLES_FIRST + 2, TITLES_FIRST + 3]
    assert found[-1] == 1
    assert len(found) == TITLES_FIRST + 3


HOSTILE = [
    "",
    "   ",
    '"',
    "'",
    "' OR 1=1 --",
    '" OR terms:*',
    "weibo AND",
    "NOT weibo",
    "NEAR(weibo report)",
    "weibo*",
    "^weibo",
    "{terms}: weibo",
    "weibo & !report",
    "a:*B <-> c",
    "\\'",
    "\0weibo",
    "\ud800",
    "¶",
    "___",
    "阿\0里",
    "weibo " * 500,
    "x" * 100_000,
    "阿里巴巴" * 500,
    "( (( )",
]


async def test_nothing_in_a_query_is_an_operator(store: Store) -> None:
    await store.corpus.add([article(1, title="weibo report", body="not near and or a b c")])
    for words in HOSTILE:
        wanted = bool(clauses(words)) and holds("weibo report not near and or a b c", words)
        found = [each.id for each in await store.corpus.search(words, limit=5)]
        assert found == [1] * wanted, words[:50]


async def test_hostile_texts_are_stored_found_and_changed(store: Store) -> None:
    texts = [
        "\0 \ud800 nul and surrogate",
        "it's a \\ back'slash ''quoted''",
        "x" * 5_000,
        " ".join(f"{n:x}" for n in range(40_000)),
        "字" * 30_000,
        " ".join("𐐀" * 20 + chr(0x10400 + n % 40) + str(n) for n in range(20_000)),
    ]
    dirty = [
        article(n, title=text[:300], body=text, author=text[:9], points=(text[:50],))
        for n, text in enumerate(texts)
    ]
    assert [each.outcome for each in await store.corpus.add(dirty)] == ["new"] * len(texts)
    assert [each.outcome for each in await store.corpus.add(dirty)] == ["duplicate"] * len(texts)
    for words, number in (("surrogate", 1), ("back'slash quoted", 2), ("x" * 5_000, 3)):
        assert [each.id for each in await store.corpus.search(words, limit=9)] == [number]
    assert len(await store.corpus.search("字字字", limit=9)) == 1
    cleared = [article(n, title="-", body="gone") for n in range(len(texts))]
    assert [each.outcome for each in await store.corpus.add(cleared)] == ["updated"] * len(texts)
    for words in ("surrogate", "quoted", "x" * 5_000, "1a", "字"):
        assert await store.corpus.search(words, limit=9) == []


@given(st.text(max_size=200))
def test_a_text_is_found_by_itself(text: str) -> None:
    terms = document("", text)[1:]
    for clause in clauses(text):
        length = len(clause.terms)
        assert any(
            tuple(terms[at : at + length]) == clause.terms
            or (clause.prefix and terms[at].startswith(clause.terms[0]))
            for at in range(len(terms))
        )


@given(st.text())
def test_queries_are_made_of_quoted_terms_alone(words: str) -> None:
    quoted = re.compile(r'"[^\W_]+( [^\W_]+)*"( \*)?')
    query = clauses(words)
    assert all(quoted.fullmatch(part) for part in fts5_query(query).split(" AND ") if query)
    term = r"'[^\W_]+'"
    quoted = re.compile(rf"\({term}( <-> {term})*(:\*)?\)")
    assert all(quoted.fullmatch(part) for part in tsquery(query).split(" & ") if query)


def test_a_document_fits_what_postgresql_takes() -> None:
    widest = " ".join(chr(0x10400 + n % 40) * 30 + str(n) for n in range(2 * TERMS))
    terms = document("", widest)
    assert len(terms) == TERMS
    assert len(set(terms)) * 4 + sum(len(term.encode()) for term in set(terms)) < 1 << 20
    assert tsvector(["it's", "¶", "b\\", "it's"]) == r"'it''s':1,4 'b\\':3"
