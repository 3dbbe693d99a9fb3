"""Which names of a sentence stand in an article, and how much of its wording. Pure.

The catalogue's organisations count in every spelling and language, and an owner where the article
names its unit. Other names have to stand there as written: capitalised words in the Latin script;
in Chinese what the dictionary of the segmenter has for a name, and what ends as firms' names do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from briefings.entities import Matcher
from briefings.ledger.name_words import COMMON_STARTS, NEVER_NAMES, NEVER_STARTS, TITLES
from briefings.ledger.names import Word, words
from briefings.text.chinese import HAN, has_han, simplified
from briefings.text.function_words import FUNCTION_WORDS
from briefings.text.names import plain_width
from briefings.text.tokens import index_terms, is_cjk

_NO_NAMES = NEVER_NAMES | TITLES | {"i"}
_OPENERS = NEVER_STARTS | COMMON_STARTS | FUNCTION_WORDS | TITLES
_ENDS_SENTENCE = frozenset(".!?:;。！？：；“”\"'‘’「『(（—")
_STEM = 5
"""Characters that two forms of a word share: invest, invested, investment."""
_MOSTLY = 0.5

_HAN_RUN = re.compile(f"[{HAN}]+")
_FIRM = re.compile(
    f"[{HAN}]{{2}}(?:股份|科技|银行|证券|基金|资本|控股|集团|传媒|汽车|电子|网络|保险|信托|软件)"
    f"|[{HAN}]{{2}}公司"
)
_GENERIC = re.compile(
    r"(?:该|这|两|双|三|多|各|家|本|其|母|子|分|总|上市|互联|科技|投资|控股|新|旗下|大|外|国|巨头|"
    r"持有|的|收购|入股|出售|为|在|与|和|及).{0,2}"
)
_NAMED_TAGS = ("nr", "ns", "nt", "nz")


@dataclass(frozen=True, slots=True)
class NamesOf:
    """The names and words of an article."""

    organisations: frozenset[str]
    """Ids, owners of named units included."""
    words: frozenset[str]
    alone: frozenset[str]
    """Words that stand there in lower case, or capitalised with no capitalised neighbour."""
    latin: str
    """The words in order, each between two spaces, in lower case."""
    chinese: str
    terms: frozenset[str]
    is_chinese: bool

    @classmethod
    def text(cls, text: str, matcher: Matcher) -> NamesOf:
        mentioned = {mention.organisation for mention in matcher.mentions(text)}
        listed = words(plain_width(text))
        terms = index_terms(text)
        return cls(
            frozenset(mentioned | {matcher.owner(one) for one in mentioned}),
            frozenset(_key(word) for word in listed),
            frozenset(_alone(listed)),
            f" {' '.join(_key(word) for word in listed)} ",
            simplified(text),
            frozenset(map(_stem, terms)),
            _is_chinese(terms),
        )


def unfounded_name(text: str, sources: Sequence[NamesOf], matcher: Matcher) -> str:
    """The first name of a sentence that no source has; "" when there is none."""
    named = matcher.mentions(text)
    for mention in named:
        if not any(mention.organisation in source.organisations for source in sources):
            return text[mention.start : mention.end]
    rest = without_known_names(text, matcher)
    return _unfounded_latin(rest, sources) or _unfounded_chinese(rest, sources)


def without_known_names(text: str, matcher: Matcher) -> str:
    """A sentence with the catalogue's organisations blotted out, as long as before."""
    for mention in matcher.mentions(text):
        text = text[: mention.start] + "·" * (mention.end - mention.start) + text[mention.end :]
    return text


def foreign_share(text: str, sources: Sequence[NamesOf]) -> float:
    """The share of a sentence's words that no source has; 0 where all are in another script."""
    terms = [term for term in index_terms(text) if term not in FUNCTION_WORDS]
    chinese = _is_chinese(terms)
    comparable = [source for source in sources if source.is_chinese == chinese]
    if not terms or not comparable:
        return 0.0
    counted = [term for term in terms if len(term) > 1] or terms
    foreign = [
        term for term in counted if not any(_stem(term) in source.terms for source in comparable)
    ]
    return len(foreign) / len(counted)


def _unfounded_latin(text: str, sources: Sequence[NamesOf]) -> str:
    listed = words(plain_width(text))
    for run in _runs(listed):
        keys = [_key(word) for word in run]
        if len(run) == 1:
            good = any(keys[0] in source.words for source in sources)
        else:
            good = any(_pieced(keys, source) for source in sources)
        if not good:
            return " ".join(word.text for word in run)
    return ""


def _runs(listed: Sequence[Word]) -> Iterator[list[Word]]:
    """Capitalised words side by side, without openers of sentences and what names nobody."""
    run: list[Word] = []
    for at, word in enumerate(listed):
        opens = at == 0 or listed[at - 1].text in _ENDS_SENTENCE
        key = _key(word)
        name = any(character.isupper() for character in word.text) and key not in _NO_NAMES
        if name and opens and key in _OPENERS:
            name = False
        if run and not (name and word.start - run[-1].end <= 1):
            yield run
            run = []
        if name:
            run.append(word)
    if run:
        yield run


def _pieced(keys: Sequence[str], source: NamesOf) -> bool:
    """Whether a run is made of names the source has, and none of a part of one alone.

    "Jack Zhang" is not made of Jack Ma and Daniel Zhang.
    """
    at = 0
    while at < len(keys):
        for end in range(len(keys), at, -1):
            piece = " ".join(keys[at:end])
            if piece in source.alone if end == at + 1 else f" {piece} " in source.latin:
                at = end
                break
        else:
            return False
    return True


def _alone(listed: Sequence[Word]) -> Iterator[str]:
    for at, word in enumerate(listed):
        beside = (*listed[max(at - 1, 0) : at], *listed[at + 1 : at + 2])
        lonely = not any(
            other.capital and abs(other.start - word.start) <= len(word.text) + len(other.text)
            for other in beside
        )
        if not word.capital or lonely:
            yield _key(word)


def _unfounded_chinese(text: str, sources: Sequence[NamesOf]) -> str:
    if not has_han(text):
        return ""
    folded = simplified(text)
    for match in _FIRM.finditer(folded):
        if not _GENERIC.match(match[0]) and not any(match[0] in one.chinese for one in sources):
            return match[0]
    for word in _tagged_names(folded):
        if not any(word in source.chinese for source in sources):
            return word
    return ""


def _tagged_names(text: str) -> Iterator[str]:
    """People, places and firms as the segmenter knows or guesses them, of two characters or more.

    Only a desk with a model needs its dictionary: 30 MB, loaded when first used.
    """
    import rjieba  # noqa: PLC0415

    for run in _HAN_RUN.findall(text):
        for word, tag in rjieba.tag(run):
            if tag.startswith(_NAMED_TAGS) and len(word) > 1:
                yield word


def _key(word: Word) -> str:
    return word.text.casefold().replace(".", "")


def _stem(term: str) -> str:
    return term if is_cjk(term) else term[:_STEM]


def _is_chinese(terms: Sequence[str]) -> bool:
    return sum(map(is_cjk, terms)) > _MOSTLY * len(terms)
