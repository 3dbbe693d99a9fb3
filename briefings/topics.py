"""Which organisations the words of a question name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefings.answers import Choice
from briefings.entities import Matcher, Resolution
from briefings.errors import InputError
from briefings.naming import Naming

MOST = 2
NEAREST = 3
SHOWN = 80
"""Letters of an unknown name that an answer repeats."""
_JOINED = re.compile(r"\s*(?:[,;/&+、，；和与與跟]|\b(?:and|with|vs)\b\.?)\s*", re.IGNORECASE)
_BETWEEN = re.compile(rf"{_JOINED.pattern}|\s+", re.IGNORECASE)


def read_topics(
    words: str, naming: Naming, *, call: str = "/intel", period: str = ""
) -> tuple[str, ...] | Choice:
    """One or two organisation ids, or which names the asker may have meant.

    The longest name wins, several words long or not, but for one made of two others' names:
    "tencent weibo" asks about two companies, 腾讯微博 about a unit of one. Two names may stand side
    by side, be joined ("and", "&", 和) or, in Chinese, follow each other directly.
    The commands a choice offers begin with `call` and end with `period`.

    Raises:
        InputError: when more than two are named.
    """
    matcher = naming.matcher
    whole = matcher.resolve(words)
    if whole.organisation is not None:
        return _two_others(words, whole.organisation, matcher) or (whole.organisation,)
    if whole.ambiguous:
        return _choice(words, whole, f"{call} ", period, naming)
    apart = [matcher.resolve(side).organisation for side in _JOINED.split(words)]
    if len(apart) == MOST and None not in apart:  # Acme / Globex Cloud: two, whatever these contain
        return tuple(dict.fromkeys(one for one in apart if one is not None))
    named, units = _covering_mentions(words, matcher)
    if len(named) > MOST:
        two = " ".join(map(naming.display, named[:MOST]))
        remedy = f"Ask about two of them: {call} {two}{period}."
        for unit, name in units.items():
            remedy += (
                f" {naming.display(unit)}, where that is meant, goes by {name} beside another."
            )
        names = ", ".join(map(naming.display, named))
        raise InputError(
            f"One or two organisations can be asked about together, not {len(named)}: {names}.",
            remedy=remedy,
        )
    if named:
        return named
    sides = [
        (matcher.resolve(left), left, matcher.resolve(right), right)
        for left, right in _splits(words)
    ]
    for left, _, right, _ in sides:
        if left.organisation is not None and right.organisation is not None:
            return tuple(dict.fromkeys((left.organisation, right.organisation)))
    for left, known, right, asked in sides:
        if left.organisation is not None:
            return _choice(asked, right, f"{call} {known} ", period, naming)
    for left, asked, right, known in sides:
        if right.organisation is not None:
            return _choice(asked, left, f"{call} ", f" {known}{period}", naming)
    return _choice(words, whole, f"{call} ", period, naming)


def _two_others(words: str, organisation: str, matcher: Matcher) -> tuple[str, str] | None:
    """The two other organisations that the parts of one's name are the names of, if they are."""
    for left, right in _splits(words):
        one, two = matcher.resolve(left).organisation, matcher.resolve(right).organisation
        if one is not None and two is not None and len({one, two, organisation}) == 3:
            return one, two
    return None


def _splits(words: str) -> Iterator[tuple[str, str]]:
    """Every way to read the words as two names, the longest first name first."""
    for match in reversed(list(_BETWEEN.finditer(words))):
        left, right = words[: match.start()], words[match.end() :]
        if left and right:
            yield left, right


def _covering_mentions(words: str, matcher: Matcher) -> tuple[tuple[str, ...], dict[str, str]]:
    """The organisations named one after the other, where the words say nothing else.

    A name made of two others' names counts as those two; which these are comes second, each with a
    name that is its alone.
    """
    named: dict[str, None] = {}
    units: dict[str, str] = {}
    at = 0
    for mention in matcher.mentions(words):
        if _BETWEEN.sub("", words[at : mention.start]):
            return (), {}
        one = mention.organisation
        two = _two_others(words[mention.start : mention.end], one, matcher)
        named |= dict.fromkeys(two or (one,))
        if two and (name := _name_alone(one, matcher)):
            units[one] = name
        at = mention.end
    return ((), {}) if _BETWEEN.sub("", words[at:]) else (tuple(named), units)


def _name_alone(organisation: str, matcher: Matcher) -> str:
    """A name of an organisation that is not made of two others' names; "" where it has none."""
    one = matcher.organisations[organisation]
    for name in (one.name, one.name_zh, *one.aliases, organisation):
        if name and _two_others(name, organisation, matcher) is None:
            return name
    return ""


def _choice(asked: str, found: Resolution, before: str, after: str, naming: Naming) -> Choice:
    names = tuple(naming.display(organisation) for organisation in found.nearest[:NEAREST])
    return Choice(
        query=asked if len(asked) <= SHOWN else f"{asked[: SHOWN - 1]}…",
        ambiguous=found.ambiguous,
        names=names,
        commands=tuple(f"{before}{name}{after}" for name in names),
    )
