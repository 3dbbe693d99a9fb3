"""What the ledger costs: reading claims, reconciling reports, entering an article.

Sentences are counted before anything is looked at. The generated articles are ordinary ones, of
which few sentences tell of a deal; of the invented deals every sentence does, so they are the
worst that a text can ask for. Reading and reconciling are in seconds of one core, entering is in
seconds of the clock.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import date

from benchmarks import deals
from benchmarks.catalogue import ENTITIES, organisations
from benchmarks.report import Aim, Findings, table
from benchmarks.setting import Setting
from benchmarks.texts import Newsroom, watched_names
from briefings.catalog import parse_corpus
from briefings.entities import Matcher
from briefings.facts import Fact
from briefings.ledger.extract import Extractor
from briefings.ledger.reconcile import reconcile
from briefings.model import NewArticle
from briefings.ports import SystemClock
from briefings.store import Claimed, Ledger, Store
from briefings.text.sentences import split

_SEED = 1_987
_PUBLISHED = date(2024, 3, 4)
_SENTENCES_A_SECOND = 2_000
_ENTERED_AT_ONCE = 250

_DEALS = {
    "en": (
        "{first} said on Tuesday that it had agreed to buy {share} percent of {second} for about "
        "${sum} million in cash.",
        "{second} has more than {sum} million registered users, up {share}% from a year ago.",
        "{first} and {second} are in talks about a joint venture worth {sum} million yuan, people "
        "familiar with the matter said.",
        "Regulators fined {second} {sum} million yuan in the second quarter of 2023.",
    ),
    "zh": (
        "{first}周二宣布以{sum}万美元收购{second}约{share}%的股份。",
        "截至6月30日,{second}的月活跃用户超过{sum}万,同比增长{share}%。",
        "据知情人士透露,{first}与{second}正在洽谈成立合资公司,总投资{sum}亿元。",
        "市场监管部门对{second}处以{sum}万元罚款。",
    ),
}
_LANGUAGES = {"en": "English", "zh": "Chinese"}


def run(setting: Setting) -> Findings:
    """Read texts, reconcile 100,000 reports, and add articles to a ledger of that size."""
    reading = _reading(setting)
    rows = [
        (name, count, count / seconds, claims) for name, (count, seconds, claims) in reading.items()
    ]
    aims = [
        Aim(f"{name}: a sentence", 1000 * seconds / count, 1000 / _SENTENCES_A_SECOND, "ms")
        for name, (count, seconds, _) in reading.items()
    ]

    size = setting.size(100_000, 10_000)
    ids = [organisation.id for organisation in organisations()]
    written = deals.stories(ids, size, seed=_SEED)
    reports = list(deals.reports(written))
    setting.say(f"reconciling {len(reports):,} reports")
    started = time.process_time()
    facts = reconcile(reports)
    reconciled = time.process_time() - started
    aims.append(Aim(f"{len(reports):,} reports reconciled", reconciled, size / 10_000, "s"))

    entered = asyncio.run(_entering(setting, written, setting.size(200, 100)))
    median, slowest = statistics.median(entered), statistics.quantiles(entered, n=100)[98]
    aims.append(Aim("one article entered, median", 1000 * median, 20, "ms"))
    return Findings(
        "ledger",
        [
            table("Claims of texts, one core", ("", "sentences", "sentences/s", "claims"), rows),
            table(
                "Reports reconciled",
                ("reports", "facts", "contradicted", "seconds"),
                [(f"{len(reports):,}", len(facts), _contradicted(facts), reconciled)],
            ),
            table(
                f"One article entered into a ledger of {len(reports):,} reports (SQLite)",
                ("articles", "ms, median", "ms, p99"),
                [(f"{len(entered):,}", 1000 * median, 1000 * slowest)],
            ),
        ],
        aims,
        {
            "reading": {
                name: {"sentences": count, "seconds": seconds, "claims": claims}
                for name, (count, seconds, claims) in reading.items()
            },
            "reconcile": {"reports": len(reports), "facts": len(facts), "seconds": reconciled},
            "entering": {"articles": len(entered), "median_s": median, "p99_s": slowest},
        },
    )


# --- reading ------------------------------------------------------------------------------------


def _reading(setting: Setting) -> dict[str, tuple[int, float, int]]:
    """Sentences, seconds and claims of every kind of text."""
    matcher = Matcher(organisations())
    extractor = Extractor(matcher)
    newsroom = Newsroom(watched_names(organisations()), seed=_SEED, mentioning=1.0, stride=2)
    count = setting.size(2_000, 200)
    found = {}
    for code, language in _LANGUAGES.items():
        setting.say(f"reading claims, {language}")
        written = (newsroom.write(number, code) for number in range(count))
        ordinary = ["\n\n".join(report.paragraphs) for report in written]
        found[f"{language}, articles"] = _read(extractor, code, ordinary)
        found[f"{language}, deals alone"] = _read(extractor, code, _invented(matcher, code, count))
    shipped = parse_corpus((ENTITIES.parent / "corpus.jsonl").read_text(encoding="utf-8"))
    for code, language in _LANGUAGES.items():
        texts = ["\n\n".join((one.summary, *one.points)) for one in shipped if one.language == code]
        if texts:
            many = texts * (1 + count // len(texts) // 4)
            found[f"{language}, shipped"] = _read(extractor, code, many)
    return found


def _read(extractor: Extractor, language: str, texts: Sequence[str]) -> tuple[int, float, int]:
    sentences = sum(len(split(text)) for text in texts)
    extractor.claims("", texts[0], language=language, published=_PUBLISHED)  # rules are compiled
    claims = 0
    started = time.process_time()
    for text in texts:
        claims += len(extractor.claims("", text, language=language, published=_PUBLISHED))
    return sentences, time.process_time() - started, claims


def _invented(matcher: Matcher, language: str, count: int) -> list[str]:
    """Texts of eight deals each."""
    names = [matcher.display(id, language) for id in matcher.organisations]
    texts = []
    for number in range(count // 2):
        sentences = [
            _DEALS[language][place % 4].format(
                first=names[(number + place) % len(names)],
                second=names[(3 * number + 7 * place + 1) % len(names)],
                share=(number + place) % 89 + 1,
                sum=(number * 7 + place) % 900 + 5,
            )
            for place in range(8)
        ]
        texts.append((" " if language == "en" else "").join(sentences))
    return texts


def _contradicted(facts: Iterable[Fact]) -> int:
    return sum(fact.contradicted for fact in facts)


# --- entering -----------------------------------------------------------------------------------


async def _entering(setting: Setting, written: Sequence[deals.Story], measured: int) -> list[float]:
    """Seconds for each of the last articles, after all others are in the ledger."""
    store = await Store.open(f"sqlite:///{setting.folder}/ledger.db", clock=SystemClock())
    ledger = store.ledger(lambda publisher, _: publisher)
    before, last = written[:-measured], written[-measured:]
    try:
        setting.say(f"entering {len(before):,} articles into a ledger")
        for first in range(0, len(before), _ENTERED_AT_ONCE):
            await ledger.record(
                await _added(store, ledger, before[first : first + _ENTERED_AT_ONCE])
            )
        setting.say(f"entering {measured} more, one by one")
        seconds = []
        for story in last:
            claimed = await _added(store, ledger, [story])
            started = time.perf_counter()
            await ledger.record(claimed)
            seconds.append(time.perf_counter() - started)
        return seconds
    finally:
        await store.close()


async def _added(store: Store, ledger: Ledger, some: Sequence[deals.Story]) -> list[Claimed]:
    """Put articles into the corpus, and give them back with what they claim."""
    by_title = {f"Story {story.number}": story for story in some}
    await store.corpus.add([_article(title, story) for title, story in by_title.items()])
    return [
        Claimed(article, by_title[article.title].claims)
        for article in await ledger.pending(len(some))
    ]


def _article(title: str, story: deals.Story) -> NewArticle:
    return NewArticle(
        title=title,
        publisher=story.paper,
        author="",
        url=f"https://{story.paper[6:]}.example/{story.number}",
        language="en",
        published=deals.published(story),
        body=story.text,
        tags=(),
    )
