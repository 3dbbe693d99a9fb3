"""Kinds of channels, and ids that tell the time."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

_EPOCH_MS = 1_420_070_400_000


class Kind(IntEnum):
    """Channel types."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({Kind.ANNOUNCEMENT_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD})
DIRECT_KINDS = frozenset({Kind.DM, Kind.GROUP_DM})
POSTS = frozenset({Kind.FORUM, Kind.MEDIA})
"""Channels that hold threads and no messages."""


def snowflake(at: datetime) -> int:
    """The least id of what happens at an instant."""
    return (int(at.timestamp() * 1000) - _EPOCH_MS) << 22
