"""What the rules could not read in an article, put to a model sentence by sentence.

    article, its claims -> hard sentences (worker) -> model -> further claims

Nobody waits for it, and nothing depends on it: where the model is away, the claims of the rules
are all there are.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final, Protocol

from briefings.containment import WorkerPool
from briefings.errors import ContainmentError
from briefings.facts import Claim
from briefings.ledger.hard import hard_of
from briefings.ledger.sentence import Sentence
from briefings.ledger.working import TEXT_READ
from briefings.model import Article
from briefings.subscriptions import WHOLE_DESK, Scope

SENTENCES: Final = 3
"""Of an article that are asked about; each is a question."""

_log = logging.getLogger(__name__)


class ReadsSentences(Protocol):
    """Reads claims out of sentences."""

    async def claims(self, sentence: Sentence, scope: Scope) -> tuple[Claim, ...]:
        """What a sentence claims; () also when nobody answers. `scope`: who pays."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """Has hard sentences read; `entities` is the catalogue of organisations as TOML.

    The desk pays: what articles claim is read once for all who may see them.
    """

    reader: ReadsSentences
    workers: WorkerPool
    entities: str

    async def claims(self, article: Article, found: tuple[Claim, ...]) -> tuple[Claim, ...]:
        """What an article claims besides what the rules found in it."""
        try:
            sentences = await self.workers.run(
                hard_of,
                self.entities,
                article.title,
                article.body[:TEXT_READ],
                article.language,
                article.published.at.date(),
                found,
            )
        except ContainmentError as error:
            _log.warning("article %d is not read a second time: %s", article.id, error)
            return ()
        return tuple(
            [
                claim
                for sentence in sentences[:SENTENCES]
                for claim in await self.reader.claims(sentence, WHOLE_DESK)
            ]
        )
