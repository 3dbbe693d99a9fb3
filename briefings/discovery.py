"""From an address somebody gives to the feed that stands behind it.

address -> fetch -> a feed? ------------------------------------> FeedDefinition
                 -> a page -> the feeds it points to -> the first that is one
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from briefings.containment import WorkerPool
from briefings.decide import FEED_TYPES
from briefings.entities import Matcher
from briefings.errors import EgressError, InputError, IntelbriefError, NotAFeed
from briefings.model import FeedDefinition, FetchRequest
from briefings.ports import Fetcher
from briefings.reading.feed import parse_feed

MOST_ALTERNATES = 5


@dataclass(frozen=True, slots=True)
class Discovery:
    """Looks for feeds; every address, those a page points to included, goes through `fetcher`."""

    fetcher: Fetcher
    parsers: WorkerPool
    matcher: Matcher

    async def discover(self, url: str, now: datetime) -> FeedDefinition:
        """The feed at an address, or the first of at most 5 that the page there points to.

        Raises:
            InputError: there is none.
            EgressError: the address could not be asked.
        """
        try:
            return await self._feed_at(url, now)
        except NotAFeed as error:
            pointed_to = error.ids.get("alternates")
        except EgressError as error:
            if _is_private(url):  # told by the address alone: nothing is learnt of what is there
                raise InputError(
                    f"{url} is a private address.",
                    remedy="Private addresses are not asked but for those that whoever runs the "
                    "desk lists in INTELBRIEF_INTERNAL_FEEDS.",
                ) from error
            raise
        alternates = [str(found) for found in pointed_to] if isinstance(pointed_to, tuple) else []
        for alternate in alternates[:MOST_ALTERNATES]:
            try:
                return await self._feed_at(alternate, now)
            except IntelbriefError:
                continue
        where = "what it points to is none either" if alternates else "it points to none"
        raise InputError(
            f"{url} is not a feed, and {where}.",
            remedy="Give the feed's own address, often found as RSS at the foot of the page.",
        )

    async def _feed_at(self, url: str, now: datetime) -> FeedDefinition:
        answer = await self.fetcher.fetch(FetchRequest(url=url, accept=FEED_TYPES))
        if not answer.body:
            raise InputError(
                f"{url} answered {answer.status} and sent no document.",
                remedy="Open the address in a browser and check it.",
            )
        content_type = answer.headers.get("content-type", "")
        feed = await self.parsers.run(
            parse_feed, answer.body, content_type, answer.final_url, frozenset(), now
        )
        publisher = feed.title or urlsplit(answer.final_url).hostname or url
        return FeedDefinition(
            url=answer.url,
            publisher=publisher,
            owner=self.matcher.owner_of_publisher(publisher, answer.final_url),
            language=feed.language,
        )


def _is_private(url: str) -> bool:
    """Whether an address names, as it is written, a place that is not on the public web."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or not ip_address(host).is_global
    except ValueError:
        return False
