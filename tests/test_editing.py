"""The editor's digests from a corpus and what channels were told; only the drawing is faked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from briefings.answers import Briefing, Digest
from briefings.compose import Question, compose_briefing
from briefings.editing import Editor
from briefings.errors import InputError
from briefings.model import EVERYBODY, Audience, FeedDefinition, Published
from briefings.store import Store
from briefings.store.engine import Database, connect
from briefings.store.news import News
from briefings.stories import story_key
from briefings.subscriptions import Occasion, Scope
from tests.conftest import Databases
from tests.fakes.articles import day, new_article
from tests.fakes.catalogue import NAMING
from tests.fakes.clock import START, FakeClock
from tests.fakes.delivered import ZONE, History, occasion

WEEK = timedelta(days=7)
NEXT = START + WEEK


class Press:
    """Draws digests as numbers; `pages` has what it was asked to draw, call by call."""

    def __init__(self) -> None:
        self.pages: list[list[tuple[Digest, str, str]]] = []

    async def draw(self, pages: Sequence[tuple[Digest, str, str]]) -> list[str]:
        self.pages.append(list(pages))
        return [f"page {number}" for number in range(len(pages))]

    @property
    def digests(self) -> list[Digest]:
        """The digests of the last call."""
        return [digest for digest, _, _ in self.pages[-1]]


@pytest.fixture
def press() -> Press:
    return Press()


@pytest.fixture
def url(sqlite_databases: Databases) -> str:
    return sqlite_databases.fresh()


@pytest.fixture
async def store(url: str, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await Store.open(url, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = connect(url)
    yield opened
    await opened.close()


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


@pytest.fixture
def editor(store: Store, press: Press, clock: FakeClock) -> Editor:
    return Editor(store, store.ledger(NAMING.voice_of), NAMING, press, clock)


async def fill(store: Store, *titles: str, published: Published | None = None) -> list[int]:
    """Add articles by their titles, each on what its title names."""
    added = await store.corpus.add(
        [
            new_article(
                title,
                f"{title}.",
                points=[f"{title}, they say."],
                url=f"https://daily.example/{title.replace(' ', '-')}",
                published=published or day("2026-03-01"),
            )
            for title in titles
        ]
    )
    return [each.id for each in added]


DEAL = (
    "Acme agreed on Tuesday to buy an 18 percent stake in Globex for 586 million dollars, the two "
    "companies said in a joint statement, giving the retailer an option to raise its holding to 30 "
    "percent and tying the shops of Parcel to the users of the microblog for three years."
)


async def report(store: Store, publisher: str, text: str) -> list[int]:
    """Add a publisher's report of the deal."""
    draft = new_article(
        "Acme buys a stake in Globex",
        text,
        publisher=publisher,
        url=f"https://{publisher}.example/deal",
        published=day("2026-03-01"),
        key=story_key("Acme buys a stake in Globex", text, b""),
    )
    return [each.id for each in await store.corpus.add([draft])]


async def test_a_subscriptions_first_digest_is_the_state_of_things(
    store: Store, editor: Editor, press: Press
) -> None:
    ids = await fill(store, "Acme buys Globex", "Parcel grows", "Globex shrinks")
    (content,) = await editor.write([occasion(1, "acme")])
    assert content.page == "page 0"
    assert content.articles == tuple(ids[:2])
    assert content.newest_article == 3
    (digest,) = press.digests
    articles, total = await store.corpus.about_of_total(["acme"], since=None, until=None, limit=60)
    briefing = compose_briefing(
        Question(("acme",), None, START, NAMING), articles, [], total=total,
        coverage=digest.coverage,
    )  # fmt: skip
    assert isinstance(briefing, Briefing)
    assert digest.first
    assert (digest.new, digest.sources) == (briefing.stories, briefing.sources)
    assert digest.bottom_line == briefing.bottom_line
    assert (digest.since, digest.until, digest.written) == (None, START, START)
    assert digest.coverage.articles == 3


async def test_a_later_digest_tells_what_came_since_whatever_its_date(
    store: Store, editor: Editor, press: Press
) -> None:
    await fill(store, "Acme buys Globex")
    late = await fill(store, "Acme in 1999", published=day("1999-05-01"))
    await fill(store, "Initech grows")
    (content,) = await editor.write([occasion(1, "acme", after=1, since=START, due=NEXT)])
    assert (content.articles, content.newest_article) == (tuple(late), 3)
    (digest,) = press.digests
    assert [story.headline for story in digest.new] == ["Acme in 1999"]
    assert (digest.since, digest.until) == (START, NEXT)
    assert not digest.first


async def test_nothing_changed_is_said_with_the_period_and_the_coverage(
    store: Store, editor: Editor, press: Press
) -> None:
    await fill(store, "Acme buys Globex", "Initech grows")
    (content,) = await editor.write([occasion(1, "acme", after=1, since=START, due=NEXT)])
    assert (content.articles, content.newest_article) == ((), 2)
    (digest,) = press.digests
    assert digest.nothing_changed
    assert (digest.since, digest.until) == (START, NEXT)
    assert digest.coverage.articles == 2


async def test_an_empty_corpus_makes_an_empty_digest(editor: Editor, press: Press) -> None:
    contents = await editor.write([occasion(1, "acme"), occasion(2, "acme", after=0, since=START)])
    assert [(content.articles, content.newest_article) for content in contents] == [((), 0)] * 2
    assert [(digest.first, digest.nothing_changed) for digest in press.digests] == [
        (True, True),
        (False, True),
    ]


async def test_nothing_is_asked_for_no_occasion(editor: Editor, press: Press) -> None:
    assert await editor.write([]) == []
    assert press.pages == []


async def test_what_another_digest_of_the_channel_told_is_only_counted(
    store: Store, editor: Editor, press: Press, history: History
) -> None:
    await fill(store, "Acme before", "Acme buys Globex", "Acme grows")
    here, elsewhere = await history.channel("C1"), await history.channel("C2")
    other = await history.subscription(here, 2, "globex")
    await history.digest(other, [2])
    contents = await editor.write(
        [occasion(channel, "acme", after=1, since=START, due=NEXT) for channel in (here, elsewhere)]
    )
    assert [content.articles for content in contents] == [(3,), (2, 3)]
    assert [digest.told_elsewhere for digest in press.digests] == [1, 0]
    assert press.digests[0].sources[0].title == "Acme grows"


async def test_a_digest_that_never_arrived_told_nothing(
    store: Store, editor: Editor, history: History
) -> None:
    await fill(store, "Acme before", "Acme buys Globex")
    channel = await history.channel()
    await history.digest(await history.subscription(channel, 2, "globex"), [2], state="failed")
    (content,) = await editor.write([occasion(channel, "acme", after=1, since=START)])
    assert content.articles == (2,)


async def test_a_story_told_long_ago_goes_on(
    store: Store, editor: Editor, press: Press, history: History
) -> None:
    (first,) = await report(store, "Daily", DEAL)
    await fill(store, "Initech grows", "Initech shrinks")
    (second,) = await report(store, "Nightly", f"{DEAL} Regulators object to it.")
    channel = await history.channel()
    await history.digest(await history.subscription(channel, 1, "acme"), [first], due=START)
    (content,) = await editor.write(
        [occasion(channel, "acme", after=3, since=START + WEEK, due=START + 2 * WEEK)]
    )
    (story,) = press.digests[0].developing
    assert story.first_told == START
    assert story.line.publishers == 2
    assert [each.text for each in story.line.statements] == ["Regulators object to it."]
    assert content.articles == (second,)


async def test_channels_alike_share_a_digest_and_each_layout_is_drawn_once(
    store: Store, editor: Editor, press: Press, history: History
) -> None:
    await fill(store, "Acme before", "Acme grows")
    later = {"after": 1, "since": START, "due": NEXT}
    for name in ("C1", "C2", "C3", "C4", "C5"):
        channel = await history.channel(name)
    # What the fifth was told is no part of what came since.
    await history.digest(await history.subscription(channel, 1, "acme"), [1])
    contents = await editor.write(
        [
            occasion(1, "acme", **later),
            occasion(2, "acme", **later),
            occasion(3, "acme", **later, preset="full"),
            occasion(4, "acme", **later, zone="Europe/Berlin"),
            occasion(5, "acme", **later),
        ]
    )
    assert [content.page for content in contents] == [f"page {n}" for n in (0, 0, 1, 2, 0)]
    digest = press.digests[0]
    assert press.pages == [
        [(digest, "brief", ZONE), (digest, "full", ZONE), (digest, "brief", "Europe/Berlin")]
    ]


async def test_labels_make_another_digest_of_the_same_news(
    store: Store, editor: Editor, press: Press
) -> None:
    await fill(store, "Acme before", "Acme grows")
    later = occasion(1, "acme", after=1, since=START, due=NEXT)
    occasions = [
        later,
        replace(later, channel_id=2, late=True),
        replace(later, channel_id=3, asked=True),
        replace(later, channel_id=4, since=START - WEEK, after_article=0),
        replace(later, channel_id=5, since=START - WEEK),
    ]
    await editor.write(occasions)
    plain, late, asked, longer, wider = press.digests
    assert late == replace(plain, late=True)
    assert asked == replace(plain, asked=True)
    assert wider == replace(plain, since=START - WEEK)
    assert len(longer.new) == 2


async def test_of_two_digests_at_once_the_second_leaves_out_what_the_first_tells(
    store: Store, editor: Editor, press: Press, history: History
) -> None:
    await fill(store, "Acme before", "Acme buys Globex", "Globex grows")
    channel = await history.channel()
    later = {"after": 1, "since": START, "due": NEXT}
    contents = await editor.write(
        [occasion(channel, "acme", **later), occasion(channel, "globex", **later)]
    )
    assert [content.articles for content in contents] == [(2,), (3,)]
    assert [digest.told_elsewhere for digest in press.digests] == [0, 1]


@pytest.mark.parametrize(
    ("followed", "topics", "first"),
    [
        ("acme", ("acme",), False),
        ("globex acme", ("acme", "globex"), False),
        ("acme", ("acme", "globex"), True),
        ("acme globex", ("acme",), True),
        ("globex", ("acme",), True),
    ],
)
async def test_a_new_subscription_goes_on_from_what_the_channel_had_on_its_topics(
    *,
    store: Store,
    editor: Editor,
    press: Press,
    history: History,
    followed: str,
    topics: tuple[str, ...],
    first: bool,
) -> None:
    await fill(store, "Acme buys Globex", "Acme and Globex quarrel")
    channel = await history.channel()
    before = await history.subscription(channel, 1, followed)
    await history.digest(before, [1], due=START, newest=1)
    (content,) = await editor.write([occasion(channel, *topics, due=NEXT)])
    (digest,) = press.digests
    assert digest.first == first
    assert digest.since == (None if first else START)
    assert content.articles == ((1, 2) if first else (2,))


async def test_starts_of_every_age_are_told_apart(
    store: Store, editor: Editor, press: Press
) -> None:
    await fill(store, *(f"Acme {n}" for n in range(1, 31)))
    contents = await editor.write(
        [occasion(n, "acme", after=30 - n, since=START) for n in range(31)]
    )
    for count, content in enumerate(contents):
        assert content.articles == tuple(range(31 - count, 31))


class BusyNews(News):
    """The news of a corpus to which an article is added as soon as its newest one was read."""

    def __init__(self, store: Store, database: Database) -> None:
        super().__init__(database)
        self._corpus_of = store

    async def newest(self, audience: Audience = EVERYBODY) -> int:
        found = await super().newest(audience)
        await fill(self._corpus_of, "Acme two")
        return found


async def test_what_comes_while_it_writes_is_for_the_next_digest(
    store: Store, press: Press, clock: FakeClock, database: Database
) -> None:
    await fill(store, "Acme one")
    store.news = BusyNews(store, database)
    before, first = await Editor(store, store.ledger(NAMING.voice_of), NAMING, press, clock).write(
        [occasion(1, "acme", after=0, since=START), occasion(2, "acme")]
    )
    assert (before.articles, before.newest_article) == ((1,), 1)
    assert (first.articles, first.newest_article) == ((1,), 1)


async def test_a_topic_the_catalogue_lost_is_named_before_anything_is_written(
    store: Store, editor: Editor, press: Press
) -> None:
    with pytest.raises(InputError, match="hooli is no longer in the catalogue") as raised:
        await editor.write([occasion(1, "acme"), occasion(2, "acme", "hooli")])
    assert "/intel topics" in raised.value.remedy
    assert press.pages == []
    editor.check(("acme", "parcel"))


# --- what a workspace has for itself ------------------------------------------------------------

RED = Scope("test", "W-red", "C1")


def there(one: Occasion, workspace: str) -> Occasion:
    """The occasion, for a channel of another workspace."""
    scope = replace(one.subscription.scope, workspace=workspace)
    return replace(one, subscription=replace(one.subscription, scope=scope))


async def add_private(store: Store, title: str, body: str = "") -> int:
    """Add an article that only the red workspace may see."""
    url = f"https://red.example/{title.replace(' ', '-')}"
    new = new_article(title, body or f"{title}.", points=[f"{title}, they say."], url=url,
                      publisher="Red Letter", published=day("2026-03-01"))  # fmt: skip
    if body:
        new = replace(new, key=story_key(title, body, b""))
    (added,) = await store.corpus.add([new], RED)
    return added.id


@pytest.mark.parametrize("after", [None, 1])
async def test_a_digest_tells_of_what_its_own_workspace_may_see(
    store: Store, editor: Editor, press: Press, after: int | None
) -> None:
    await fill(store, "Acme before", "Acme grows")
    private = await add_private(store, "Acme whispers")
    await store.sources.add(FeedDefinition("https://red.example/", "Red Letter"), RED)
    one = occasion(1, "acme", after=after, since=START if after else None, due=NEXT)
    contents = await editor.write(
        [
            one,
            there(replace(one, channel_id=2), "W-red"),
            there(replace(one, channel_id=3), "W-blue"),
            there(replace(one, channel_id=4), "W-red"),
        ]
    )
    common = (1, 2) if after is None else (2,)
    assert [content.articles for content in contents] == [
        common, (*common, private), common, (*common, private),
    ]  # fmt: skip
    assert [content.newest_article for content in contents] == [2, 3, 2, 3]
    # One draft an audience, drawn in one call.
    assert [content.page for content in contents] == ["page 0", "page 1", "page 0", "page 1"]
    everybodys, reds = press.digests
    assert "whispers" not in repr(everybodys)
    assert "Red Letter" not in repr(everybodys)
    assert "Acme whispers" in repr(reds)
    assert [each.coverage.articles for each in (everybodys, reds)] == [2, 3]
    assert [each.coverage.watched for each in (everybodys, reds)] == [0, 1]


async def test_a_private_report_of_a_common_story_is_no_news_to_others(
    store: Store, editor: Editor, press: Press, history: History
) -> None:
    private = await add_private(store, "Acme buys a stake in Globex", DEAL)
    (first,) = await report(store, "Daily", DEAL)
    later = await add_private(
        store, "Acme buys a stake in Globex again", f"{DEAL} Regulators object to it."
    )
    reports = await store.news.articles([first])
    assert reports[0].story_id == private
    channel = await history.channel()
    await history.digest(await history.subscription(channel, 1, "acme"), [first], newest=first)
    one = occasion(channel, "acme", after=first, since=START, due=NEXT)
    others, reds = await editor.write([one, there(one, "W-red")])
    assert others.articles == ()
    assert later in reds.articles
    assert press.digests[0].nothing_changed
    assert "Regulators" not in repr(press.digests[0])


async def test_numbers_of_others_articles_hide_no_news(store: Store, editor: Editor) -> None:
    await add_private(store, "Acme whispers")
    (empty,) = await editor.write([there(occasion(1, "acme"), "W-blue")])
    assert (empty.articles, empty.newest_article) == ((), 0)
    (came,) = await fill(store, "Acme grows")
    await add_private(store, "Acme whispers again")
    one = occasion(1, "acme", after=0, since=START, due=NEXT)
    (content,) = await editor.write([there(one, "W-blue")])
    assert (content.articles, content.newest_article) == ((came,), came)
