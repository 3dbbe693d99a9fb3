"""Claims read in a contained worker, which has the catalogue's names and nothing else.

The main process imports this module and none of the rules.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.facts import Claim
from briefings.model import Published

if TYPE_CHECKING:
    from briefings.ledger.extract import Extractor

TEXT_READ: Final = 200_000
"""Characters of a body that are read."""
PRELOADED: Final = ("briefings.ledger.extract", "briefings.ledger.working")
"""What a worker has imported before its time and memory are counted."""


def claims_of(
    entities: str, title: str, body: str, language: str, published: Published
) -> tuple[Claim, ...]:
    """What an article claims, with offsets into `body`. Runs in a worker.

    `entities` is the catalogue of organisations as TOML; the first text of a catalogue waits
    until it is read.
    """
    extractor = _extractor(entities)
    day, dated = published.at.date(), published.is_known
    text = body[:TEXT_READ]
    return extractor.claims(title, text, language=language, published=day, dated=dated)


@lru_cache(maxsize=1)
def _extractor(entities: str) -> Extractor:
    from briefings.ledger.extract import Extractor  # noqa: PLC0415 - in the worker alone

    return Extractor(Matcher(parse_entities(entities)))
