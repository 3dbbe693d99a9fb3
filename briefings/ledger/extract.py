"""What an article claims: its sentences read one by one, then together.

    title, body -> sentences -> those that may claim something -> drafts -> across -> claims

Pure and deterministic; the work grows in proportion to the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from briefings.entities import Matcher
from briefings.facts import Claim
from briefings.ledger import chinese, chinese_names, english, names
from briefings.ledger.across import claims
from briefings.ledger.english_figure_dates import of_the_past
from briefings.ledger.sentence import Sentence
from briefings.ledger.standing import Told
from briefings.ledger.version import VERSION
from briefings.ledger.wrapping import unwrapped
from briefings.text.amounts import figures
from briefings.text.chinese import has_han
from briefings.text.periods import Moment, moments
from briefings.text.sentences import split

__all__ = ["VERSION", "Extractor"]

LANGUAGES = frozenset({"en", "zh"})

LONGEST = 1_500
"""A longer sentence is a list or a page without stops: it is not read."""

SHORTEST = 8

_ANOTHER_DAY = date(1995, 3, 15)


class Extractor:
    """Reads articles with the names of a catalogue; holds no state between them."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def claims(
        self, title: str, body: str, *, language: str, published: date, dated: bool = True
    ) -> tuple[Claim, ...]:
        """Return what an article claims, in the order of its text.

        Unless it is `dated`, `published` only bounds when it was: "on Monday" is no date then.

        A claim of the headline that the body makes too is given with the body's sentence. Sentences
        in English and Chinese are read whichever of the two the article is in; an article in
        another language gives none.
        """
        if language not in LANGUAGES:
            return ()
        told = [
            *self._told(title, published, in_title=True, dated=dated),
            *self._told(body, published, in_title=False, dated=dated),
        ]
        return claims(told, title, body)

    def _told(self, text: str, published: date, *, in_title: bool, dated: bool) -> Iterator[Told]:
        plain = unwrapped(text)
        for start, end in split(plain):
            if not SHORTEST <= end - start <= LONGEST:
                continue
            sentence = plain[start:end]
            chinese_text = has_han(sentence)
            rules = chinese if chinese_text else english
            place = _Place(self._matcher, sentence, start, in_title, published, dated)
            if not rules.claims_something(sentence):
                yield Told(place.sentence, chinese_text, promising=False)
                continue
            drafts = tuple(
                of_the_past(draft, place.sentence(), published)
                for draft in rules.drafts(place.sentence())
            )
            yield Told(place.sentence, chinese_text, promising=True, drafts=drafts)


@dataclass
class _Place:
    """A sentence that is read once somebody asks for it."""

    matcher: Matcher
    text: str
    start: int
    in_title: bool
    published: date
    dated: bool
    _read: Sentence | None = None

    def sentence(self) -> Sentence:
        if self._read is None:
            text = self.text
            named = chinese_names.chinese if has_han(text) else names.english
            self._read = Sentence(
                text,
                self.start,
                self.start + len(text),
                self.in_title,
                named(self.matcher, text),
                figures(text),
                self._moments(),
            )
        return self._read

    def _moments(self) -> tuple[Moment, ...]:
        found = moments(self.text, self.published)
        if self.dated or not found:
            return found
        # What the text says by itself is the same whenever it was published.
        always = moments(self.text, _ANOTHER_DAY)
        return tuple(each for each in found if each in always)
