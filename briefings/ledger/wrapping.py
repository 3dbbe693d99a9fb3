"""Hard-wrapped text: lines that were broken to fit a width, not because something ended."""

from __future__ import annotations

from itertools import pairwise

WIDEST = 90
"""Longer lines were not wrapped by hand."""

_SHORT_OF = 12
"""How far a full line may stay behind the longest one."""
_FULL = 0.7
"""The share of lines, but the first, that have to be full."""
_RUN_ON = 0.4
"""The share of lines that have to go on in lower case or with a figure."""


def unwrapped(text: str) -> str:
    """Return a hard-wrapped text with spaces for its line ends, any other text as it is.

    One character stands for one, so that positions stay. Blank lines remain.
    """
    lines = text.split("\n")
    width = max(map(len, lines))
    if len(lines) < 2 or width > WIDEST:
        return text
    pairs = [
        (index, len(line) + 1 + len(following.split(" ", 1)[0]))
        for index, (line, following) in enumerate(pairwise(lines))
        if line.strip() and following.strip()
    ]
    # A first line is often short: a dateline stood there.
    full = sum(length > width - _SHORT_OF for index, length in pairs if index)
    run_on = sum(not lines[index + 1].lstrip()[:1].isupper() for index, _ in pairs)
    if full < _FULL * sum(index > 0 for index, _ in pairs) or run_on < max(1, _RUN_ON * len(pairs)):
        return text
    joined = {index for index, _ in pairs}
    ends = [" " if index in joined else "\n" for index in range(len(lines) - 1)]
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
