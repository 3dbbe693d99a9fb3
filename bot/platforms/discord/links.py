"""The web addresses in what people write: where each begins and ends. Pure.

    看 https://a.example/1。很好     https://a.example/1
    (see https://a.example/A_(b))   https://a.example/A_(b)
    <https://a.example/x_>          https://a.example/x_

What stands between < and > is an address as a whole; others end before the marks of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_LINKS = 3
"""Articles summed up for one message."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = r"\u2014\u2018-\u201f\u2026\u3000-\u303f\uff00-\uffef"
"""Dashes, quotes and what Chinese is punctuated with."""
# Chinese right after a slash or "=" is a part of its own; after anything else the sentence goes on.
_LINK = re.compile(
    r"<(https?://[^\s<>]+)>"
    rf"|(https?://(?=[^\W_])(?:[^\s<>|{_MARKS}{_HAN}]|(?<=[/=])[{_HAN}]+)+)"
)
_WHOLE = re.compile(r"https?://[^\s<>]+")
_TRAILING = frozenset(".,;:!?'\"*_~`([{")
_CLOSING = {")": "(", "]": "[", "}": "{"}


def links(said: str, shown: Iterable[str | None]) -> tuple[str, ...]:
    """The addresses in a text and those `shown` below it, each once, MOST_LINKS of them at most."""
    found = [whole or _trimmed(cut) for whole, cut in _LINK.findall(said)]
    found += [each for each in shown if each and _WHOLE.fullmatch(each)]
    return tuple(dict.fromkeys(found))[:MOST_LINKS]


def _trimmed(link: str) -> str:
    """A link without the marks after it; a bracket that closes one of its own stays."""
    while (last := link[-1:]) in _TRAILING or last in _CLOSING:
        if last in _CLOSING and link.count(_CLOSING[last]) >= link.count(last):
            break
        link = link[:-1]
    return link
