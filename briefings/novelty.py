"""Which entries of a feed's answer are new, changed or duplicates: pure, and wary of the feed.

A feed chooses the names of its entries, and some choose new ones at every poll. An entry therefore
has a second name, made of its link or else of its title and date, that is used where the first one
does not last; entries that share a name were told apart when the feed was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b

from briefings.model import ParsedEntry, ParsedFeed

NEW_PER_POLL = 100
"""The most new, and the most changed, entries one answer of a feed may bring."""

_TURNOVER_AT_LEAST = 5
"""So many entries, all unknown, in a feed that was read before: its names do not last."""

_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sorting:
    """The entries of one answer: `new` and `changed` go on, the rest are only counted.

    `left` were over the cap and stay unknown, so that the feed's next answer brings them.
    `unstable`: the feed renames its entries at every poll; they go by their second name. `listed`
    are the identities of all its entries, the known ones too.
    """

    new: tuple[ParsedEntry, ...]
    changed: tuple[ParsedEntry, ...]
    duplicates: int = 0
    left: int = 0
    unstable: bool = False
    listed: frozenset[bytes] = frozenset()


def classify_entries(feed: ParsedFeed, known: Mapping[bytes, bytes]) -> Sorting:
    """Sort the entries of an answer; `known` maps identities seen before to their digests.

    At most `NEW_PER_POLL` entries are new and as many changed, the newest ones; a second entry of
    the same identity is a duplicate of the first.
    """
    turned_over = _turned_over(feed, known)
    entries = [_lastingly_named(entry, known, turned_over) for entry in feed.entries]
    new: dict[bytes, ParsedEntry] = {}
    changed: dict[bytes, ParsedEntry] = {}
    for entry in entries:
        if entry.identity not in known:
            new.setdefault(entry.identity, entry)
        elif known[entry.identity] != entry.digest:
            changed.setdefault(entry.identity, entry)
    same = frozenset(feed.same)
    return Sorting(
        listed=frozenset(entry.identity for entry in entries).union(
            identity for identity, digest in known.items() if digest in same
        ),
        new=_newest(new.values()),
        changed=_newest(changed.values()),
        duplicates=len(entries) - len(new) - len(changed),
        left=max(0, len(new) - NEW_PER_POLL) + max(0, len(changed) - NEW_PER_POLL),
        unstable=turned_over and any(entry.identity in known for entry in entries),
    )


def second_name(entry: ParsedEntry) -> bytes:
    """An identity (16 bytes) that the feed's own naming has no part in."""
    return _hash("name", *([entry.url] if entry.url else [entry.title, str(entry.published)]))


def _lastingly_named(
    entry: ParsedEntry, known: Mapping[bytes, bytes], turned_over: bool
) -> ParsedEntry:
    if entry.identity in known:
        return entry
    second = second_name(entry)
    if second in known:
        # The feed's name is part of the digest; as it did not last, only the content counts.
        return replace(entry, identity=second, digest=_content(entry))
    return replace(entry, identity=second) if turned_over else entry


def _content(entry: ParsedEntry) -> bytes:
    return _hash("content", entry.title, entry.author, entry.text)


def _hash(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=16).digest()


def _turned_over(feed: ParsedFeed, known: Mapping[bytes, bytes]) -> bool:
    """Whether a feed that was read before brings not one entry that is known.

    A feed that simply moved on passes too, and loses nothing: its entries keep their second name.
    Not so where the second names are alike (every entry linking to the same page).
    """
    return (
        bool(known)
        and feed.unchanged == 0
        and len(feed.entries) >= _TURNOVER_AT_LEAST
        and not any(entry.identity in known for entry in feed.entries)
        and len({second_name(entry) for entry in feed.entries}) == len(feed.entries)
    )


def _newest(entries: Iterable[ParsedEntry]) -> tuple[ParsedEntry, ...]:
    """The newest up to the cap, in the feed's order where it leaves no choice; undated first."""
    chosen = list(entries)
    if len(chosen) > NEW_PER_POLL:
        chosen.sort(key=lambda e: e.published.at if e.published else _UNDATED, reverse=True)
    return tuple(chosen[:NEW_PER_POLL])
