"""What a workspace has for itself: a feed, articles and facts, all of them bearing a mark."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from briefings.errors import InputError
from briefings.facts import Claim, Evidence, Kind
from briefings.model import Article, Check, EntryVersion, FeedDefinition, FeedState, NewArticle
from briefings.store import Claimed, Store
from briefings.stories import story_key
from briefings.subscriptions import Scope
from tests.fakes.articles import day, new_article
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, stake
from tests.fakes.clock import START

DEAL = (
    "Acme agreed on Tuesday to buy an 18 percent stake in Globex for 586 million dollars, the two "
    "companies said in a joint statement, giving the retailer an option to raise its holding to 30 "
    "percent and tying the shops of Parcel to the users of the microblog for three years."
)


@dataclass(frozen=True)
class Canary:
    """Two words in all that a workspace has: `word` is typed by others, `mark` never is."""

    word: str
    mark: str

    @property
    def feed(self) -> FeedDefinition:
        return FeedDefinition(f"https://{self.mark}.example/feed", f"{self.mark} Gazette")

    @property
    def failing(self) -> FeedState:
        """How the feed is, which `status` tells."""
        error = f"{self.mark} timed out"
        return FeedState(checked_at=START, failures=3, failing_since=START, error=error)

    @property
    def page(self) -> str:
        """The address of an article somebody had summed up."""
        return f"https://{self.mark}.example/page"

    def article(self, title: str, url: str, body: str = "") -> NewArticle:
        """An article of the workspace; with a `body` it is a report of the common deal."""
        title = f"{title}: {self.word} {self.mark}"
        text = f"{body or title}. The {self.word} of {self.mark} gained 7 percent."
        new = new_article(
            title, text, publisher=self.feed.publisher, author=self.mark, url=url,
            points=[text.rpartition(". ")[2]], published=day("2026-03-01"),
        )  # fmt: skip
        return replace(new, key=story_key(title, text, b"")) if body else new


def common_deal() -> NewArticle:
    """A report that everybody sees, of the event that the workspaces have reports of, too."""
    new = new_article(
        "Acme buys a stake in Globex", DEAL, publisher="Daily", url="https://daily.example/deal",
        points=[DEAL], published=day("2026-03-01"),
    )  # fmt: skip
    return replace(new, key=story_key(new.title, DEAL, b""))


async def publish_deal(store: Store) -> None:
    """Add the report that everybody sees, and what it claims."""
    (added,) = await store.corpus.add([common_deal()])
    await _record(store, await store.corpus.get(added.id), stake("acme", "globex", "18"))


async def plant(store: Store, scope: Scope, canary: Canary) -> None:
    """Give a workspace a feed that fails now and brought three articles, and one without a feed.

    Two of them claim something: that the common deal is another one, and a deal of their own.
    """
    source = await store.sources.add(canary.feed, scope)
    found = [
        canary.article("Acme buys a stake in Globex", f"{source.definition.url}/1", DEAL),
        canary.article("Acme opens a port", f"{source.definition.url}/2"),
        canary.article("Globex grows", f"{source.definition.url}/3"),
    ]
    entries = tuple(
        EntryVersion(bytes([n]) * 16, bytes([n]) * 16, each) for n, each in enumerate(found)
    )
    await store.sources.record([Check(source.id, canary.failing, entries)])
    await store.corpus.add([canary.article("Acme and Globex quarrel", canary.page)], scope)
    audience = await store.audiences.of(scope)
    first = await store.corpus.by_url(f"{source.definition.url}/1", audience)
    await _record(store, first, stake("acme", "globex", "25"))
    page = await store.corpus.by_url(canary.page, audience)
    await _record(store, page, claim(Kind.PARTNERSHIP, "acme", f"{canary.mark} Holdings"))


async def _record(store: Store, article: Article | None, claimed: Claim) -> None:
    """Enter what an article claims, as its last sentence says it."""
    assert article is not None
    said = article.points[-1]
    start = article.body.index(said)
    told = replace(claimed, evidence=Evidence(said, start, start + len(said)))
    await store.ledger(NAMING.voice_of).record([Claimed(article, (told,))])


async def restore(store: Store, scope: Scope, canary: Canary) -> None:
    """Have a workspace watch its feed again, where somebody there removed it."""
    with contextlib.suppress(InputError):
        source = await store.sources.add(canary.feed, scope)
        await store.sources.record([Check(source.id, canary.failing)])
