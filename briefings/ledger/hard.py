"""Sentences that promise a claim and gave none: the rules could not read them. Pure.

title, body, claims -> sentences with a word of a deal and two names -> those without a claim
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.facts import Claim
from briefings.ledger.sentence import Sentence

PARTIES: Final = 2
LONGEST: Final = 600
"""A longer sentence is not worth a question."""
SHORTEST: Final = 8


def hard_of(  # noqa: PLR0913, PLR0917 - an article, and what was found in it
    entities: str, title: str, body: str, language: str, published: date, claims: tuple[Claim, ...]
) -> tuple[Sentence, ...]:
    """The hard sentences of an article, in order; `claims` are those it gave. Runs in a worker.

    `entities` is the catalogue of organisations as TOML.
    """
    from briefings.ledger.extract import LANGUAGES  # noqa: PLC0415 - in the worker alone

    if language not in LANGUAGES:
        return ()
    matcher = _matcher(entities)
    sentences = [
        *_sentences(title, matcher, published, in_title=True),
        *_sentences(body, matcher, published, in_title=False),
    ]
    return tuple(hard(sentences, claims))


def hard(sentences: Iterable[Sentence], claims: Sequence[Claim]) -> Iterator[Sentence]:
    """Those of some sentences that name two organisations and stand in no claim."""
    read = [
        (evidence.in_title, evidence.start, evidence.end)
        for claim in claims
        for evidence in (claim.evidence, *claim.also)
    ]
    for sentence in sentences:
        known = any(
            sentence.in_title == in_title and start < sentence.end and sentence.start < end
            for in_title, start, end in read
        )
        named = {name.key for name in sentence.names if not name.regulator}
        if not known and len(named) >= PARTIES:
            yield sentence


def _sentences(
    text: str, matcher: Matcher, published: date, *, in_title: bool
) -> Iterator[Sentence]:
    """The sentences of a text that have a word of a deal."""
    from briefings.ledger import chinese, chinese_names, english, names  # noqa: PLC0415
    from briefings.text.amounts import figures  # noqa: PLC0415
    from briefings.text.chinese import has_han  # noqa: PLC0415
    from briefings.text.periods import moments  # noqa: PLC0415
    from briefings.text.sentences import split  # noqa: PLC0415

    claims_something: Callable[[str], bool]
    for start, end in split(text):
        sentence = text[start:end]
        is_chinese = has_han(sentence)
        claims_something = (chinese if is_chinese else english).claims_something
        if not SHORTEST <= end - start <= LONGEST or not claims_something(sentence):
            continue
        named = chinese_names.chinese if is_chinese else names.english
        yield Sentence(
            sentence,
            start,
            end,
            in_title,
            named(matcher, sentence),
            figures(sentence),
            moments(sentence, published),
        )


@lru_cache(maxsize=1)
def _matcher(entities: str) -> Matcher:
    return Matcher(parse_entities(entities))
