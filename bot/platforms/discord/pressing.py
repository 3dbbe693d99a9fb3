"""What a pressed button asks for, read from its id: it says all of it, so it works for ever. Pure.

share:[<page>:]<command>   more:<page>:<command>   ask:<command>
facts:<words>   timeline:<words>   subscribe:<topics>
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.platforms.discord.outbound import ASK, MORE, SHARE
from bot.platforms.shown import FACTS, SUBSCRIBE, TIMELINE

_ID = re.compile(
    rf"(?P<kind>({SHARE}|{MORE}):(?P<page>\d{{1,4}})"
    rf"|{SHARE}|{ASK}|{FACTS}|{TIMELINE}|{SUBSCRIBE})"
    r":(?P<words>.+)"
)


@dataclass(frozen=True, slots=True)
class Press:
    """What a button's id begins with, the command it asks for, and the page of its answer."""

    kind: str
    command: str
    page: int = 1


def pressed(custom_id: str) -> Press | None:
    """Read the id of a button; None for one that is not ours."""
    found = _ID.fullmatch(custom_id)
    if found is None:
        return None
    kind, words = found["kind"].partition(":")[0], found["words"]
    command = f"{kind} {words}" if kind in (FACTS, TIMELINE, SUBSCRIBE) else words
    return Press(kind, command, max(int(found["page"] or 1), 1))
