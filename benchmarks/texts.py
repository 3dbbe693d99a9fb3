"""Generated reports: varied, repeatable and roughly as uneven as real news.

A report is a pure function of its number, so two processes that know the seed agree on every text.
Words are drawn with Zipf-like weights: a few are everywhere, most are rare, and invented names give
the long tail a search index has to carry.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TypeVar

from briefings.model import Organisation

_SYLLABLES: tuple[str, ...] = tuple(
    re.findall(
        "[A-Z][a-z]*",
        "BalCorDenElFarGrisHalInJorKelLumMarNorOsPelQuinRosSilTorUlVenWesYarZanDraFenGolBriSkaThor",
    )
)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "天宇文博思远佳明丽华建国晓东海燕志强雪梅春生立新永康子涵浩然嘉欣俊杰诗雨泽民"
_RARE_NAMES = 20_000
Shape = tuple[tuple[str, str | None], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched organisation as the generator names it: its id and its names in one language."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A generated article: plain text in paragraphs."""

    title: str
    author: str
    language: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Language:
    chinese: bool
    words: Mapping[str, Sequence[str]]
    titles: Sequence[Shape]
    leads: Sequence[Shape]
    sentences: Sequence[Shape]
    passing: Shape
    joint: str
    after_lead: tuple[int, ...]
    """Fewest and most sentences after the lead."""


def _shapes(patterns: Sequence[str]) -> list[Shape]:
    return [
        tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(pattern))
        for pattern in patterns
    ]


def _languages() -> dict[str, _Language]:
    toml = (Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8")
    return {
        code: _Language(
            chinese=code == "zh",
            words=table["words"],
            titles=_shapes(table["titles"]),
            leads=_shapes(table["leads"]),
            sentences=_shapes(table["sentences"]),
            passing=_shapes([table["passing"]])[0],
            joint=table["joint"],
            after_lead=tuple(table["sentences_after_lead"]),
        )
        for code, table in tomllib.loads(toml).items()
    }


def watched_names(organisations: Sequence[Organisation]) -> dict[str, list[Watched]]:
    """The names to use for each organisation in each language, the first one's at the front.

    The others are shuffled, always alike: the front is drawn most often, and a catalogue lists the
    units of one owner together.
    """
    first, *others = organisations
    random.Random(0).shuffle(others)
    named: dict[str, list[Watched]] = {"en": [], "zh": []}
    for organisation in (first, *others):
        names = (organisation.name, organisation.name_zh, *organisation.aliases)
        for language, chinese in (("en", False), ("zh", True)):
            fitting = tuple(name for name in names if name and _is_chinese(name) == chinese)[:3]
            if fitting:
                named[language].append(Watched(organisation.id, fitting))
    return named


class Newsroom:
    """Writes numbered reports.

    `mentioning` is the share of reports that name a watched organisation; of those, 7 in 10 are
    about it and the rest name it once, deep in the body. One in five of the mentioning reports
    retells the one before it, counting back by `stride`, as syndicated and rewritten news does.
    """

    def __init__(
        self, watched: Mapping[str, Sequence[Watched]], *, seed: int, mentioning: float, stride: int
    ) -> None:
        self._watched = watched
        self._seed = seed
        self._mentioning = mentioning
        self._stride = stride
        self._languages = _languages()

    def write(self, number: int, language: str) -> Report:
        """The report of that number, 1 to 2 kB of UTF-8 in `language` ("en" or "zh")."""
        rng, mentions = self._begin(number)
        if mentions and rng.random() < 0.2:
            for earlier in range(number - self._stride, -1, -self._stride):
                if self._begin(earlier)[1]:
                    return self._retell(rng, self.write(earlier, language))
        draw = _Draw(rng, self._languages[language])
        about = mentions and rng.random() < 0.7
        if about:
            names = self._watched[language]
            draw.one = rng.choice(_zipf(rng, names).names)
            if rng.random() < 0.4:
                draw.two = rng.choice(_zipf(rng, names).names)
        sentences = [draw.fill(rng.choice(draw.language.leads))]
        sentences += [
            draw.fill(rng.choice(draw.language.sentences))
            for _ in range(rng.randint(*draw.language.after_lead))
        ]
        title = draw.fill(rng.choice(draw.language.titles))
        if mentions and not about:
            draw.one = rng.choice(_zipf(rng, self._watched[language]).names)
            sentences.insert(len(sentences) - 1, draw.fill(draw.language.passing))
        return Report(
            _capital(title), draw.person(), language, _paragraphs(rng, sentences, draw.language)
        )

    def _begin(self, number: int) -> tuple[random.Random, bool]:
        """A report's random numbers, and whether it names a watched organisation."""
        rng = random.Random(self._seed * 1_000_003 + number)
        return rng, rng.random() < self._mentioning

    def _retell(self, rng: random.Random, original: Report) -> Report:
        """The original under another author, one sentence exchanged and the order kept."""
        language = self._languages[original.language]
        draw = _Draw(rng, language)
        paragraphs = list(original.paragraphs)
        paragraphs[-1] = draw.fill(rng.choice(language.sentences))
        return Report(original.title, draw.person(), original.language, tuple(paragraphs))


class _Draw:
    """Draws words for one report; what `{one}` and `{two}` stand for stays the same within it."""

    def __init__(self, rng: random.Random, language: _Language) -> None:
        self.rng = rng
        self.language = language
        self.one = self._company()
        self.two = self._company()

    def fill(self, shape: Shape) -> str:
        parts = []
        for literal, slot in shape:
            parts.append(literal)
            if slot is not None:
                parts.append(self._word(slot))
        return "".join(parts)

    def person(self) -> str:
        return _zipf(self.rng, self.language.words["person"])

    def _word(self, slot: str) -> str:
        rng = self.rng
        match slot.rstrip("2"):
            case "one":
                return self.one
            case "two":
                return self.two
            case "company":
                return self._company()
            case "percent":
                return f"{rng.randint(1, 60)}.{rng.randint(0, 9)}"
            case "day":
                return str(rng.randint(1, 28))
            case "number":
                return str(int(40_000 ** rng.random()) + 2)
            case "amount":
                return self._amount()
            case name:
                return _zipf(rng, self.language.words[name])

    def _amount(self) -> str:
        value = f"{int(900 ** self.rng.random())}.{self.rng.randint(0, 9)}"
        unit = self.rng.choice(self.language.words["unit"])
        currency = self.rng.choice(self.language.words["currency"])
        return f"{value}{unit}{currency}" if self.language.chinese else f"{currency}{value} {unit}"

    def _company(self) -> str:
        if self.rng.random() < 0.5:
            return _zipf(self.rng, self.language.words["company"])
        rare = int(_RARE_NAMES ** self.rng.random())
        return _chinese_name(rare) if self.language.chinese else _english_name(rare)


def _english_name(number: int) -> str:
    base = len(_SYLLABLES)
    first, rest = number % base, number // base
    return (_SYLLABLES[first] + _SYLLABLES[rest % base] + _SYLLABLES[(rest // base) % base]).title()


def _chinese_name(number: int) -> str:
    first, rest = number % len(_SURNAMES), number // len(_SURNAMES)
    return _SURNAMES[first] + _GIVEN[rest % len(_GIVEN)] + _GIVEN[(rest * 7 + 3) % len(_GIVEN)]


def _zipf(rng: random.Random, values: Sequence[T]) -> T:
    """A value drawn with weight falling as one over its rank."""
    return values[int(len(values) ** rng.random()) - 1]


def _is_chinese(name: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _paragraphs(
    rng: random.Random, sentences: Sequence[str], language: _Language
) -> tuple[str, ...]:
    paragraphs = []
    start = 0
    while start < len(sentences):
        size = rng.randint(1, 4)
        joined = [_capital(sentence) for sentence in sentences[start : start + size]]
        paragraphs.append(language.joint.join(joined))
        start += size
    return tuple(paragraphs)
