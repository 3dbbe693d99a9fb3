"""The language a text is written in, decided by script first.

Chinese, Japanese, Korean and the other scripts below are told by their characters, English by its
commonest words; only other Latin text asks py3langid, whose model takes 0.4 s and 80 MB to load.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from briefings.text.chinese import HAN

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAMPLE = 2000
"""Characters looked at; more never changed the answer."""

_FEWEST_HAN = 3
_FEWEST_LETTERS = 12
_FEWEST_WORDS = 3
_LONG_SAMPLE = 20
_ENGLISH_SHARE = 0.1

_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")),
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ru", re.compile("[\u0400-\u052f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+(?:['’][A-Za-z]+)?")
# Words rare in every other large language of Latin script ("in", "was", "an" are shared ones),
# and those that headlines without them use.
_WORDS_ENGLISH = """
the and that with from this these those which their its it's have has had been were would could
should will after before between into than about over under through because while against said
says new more how why what who when where they there you your our of to out up off down back by
not amid company shares deal stake growth business users sales year first buy buys launches
plans
"""
_ENGLISH = frozenset(_WORDS_ENGLISH.split())
_LATIN_LANGUAGES = "cs da de en es fi fr hr hu id it ms nl no pl pt ro sk sv tl tr vi"


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`; empty when there is too little of it."""
    sample = text[:SAMPLE]
    words = _LATIN_WORD.findall(sample)
    han = 0 if sample.isascii() else len(_HAN_CHARACTER.findall(sample))
    if not sample.isascii():
        language, letters = max(
            ((code, len(script.findall(sample))) for code, script in _SCRIPTS),
            key=lambda counted: counted[1],
        )
        # Japanese and Korean mix Han characters with their own; a stray の is no Japanese.
        if letters >= _FEWEST_HAN and letters * 8 > han and letters + han > len(words):
            return language
        if han >= _FEWEST_HAN and han > len(words):
            return "zh"
    if len(words) < _FEWEST_WORDS or sum(map(len, words)) < _FEWEST_LETTERS:
        return ""
    return _of_latin_words(words, sample)


def _of_latin_words(words: list[str], sample: str) -> str:
    english = sum(word.lower() in _ENGLISH for word in words)
    if english and english >= len(words) * _ENGLISH_SHARE:
        return "en"
    if len(words) < _LONG_SAMPLE and all(map(str.isascii, words)):
        # A headline of names and figures is not worth the model.
        return "en" if english else ""
    language: str = _identifier().classify(sample)[0]
    return language


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model once a process, and only in one that meets such text."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_LATIN_LANGUAGES.split())
    return identifier
