"""Digests a template is tried on before it is used: empty, full, long, Chinese, hostile.

What a template forgets (a story without statements, no period, an empty list) fails here, with its
line, and not on a Monday morning.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from briefings.answers import (
    ChangeLine,
    Coverage,
    DevelopingStory,
    Differing,
    Digest,
    FactLine,
    HeadlineRow,
    NumberedSource,
    Statement,
    StoryLine,
)
from briefings.model import Precision, Published

ZONE = "Asia/Shanghai"

_DUE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_BEFORE = datetime(2026, 2, 23, 1, 0, tzinfo=UTC)
_DAY = Published(datetime(2026, 2, 27, tzinfo=UTC), Precision.DAY)
_YEAR = Published(datetime(2020, 1, 1, tzinfo=UTC), Precision.YEAR)
_NOTHING = Coverage(0, (), (), (), 0, 0, 0, 0, 0, None)
_COVERAGE = Coverage(
    watched=9,
    failing=("Tech Daily",),
    silent=("Market Wire", "财经"),
    gone=("Old Wire",),
    off=4,
    never_checked=1,
    articles=1_204,
    entries_seen=18_220,
    entries_kept=1_199,
    last_poll=_DUE,
)
_ADDRESS = "https://harbour.example/news?id=1&from=feed"

HOSTILE_TEXT = "# [x](javascript:alert(1)) <b> {{ 7 * 7 }} {% x %} @all `|` *"


def _full(text: str, statement: str, name: str) -> Digest:
    """A digest that has everything, whatever the texts are."""
    told = Statement(statement, (1,))
    line = StoryLine(text, _DAY, 3, (told, Statement(statement, (2,))), (3,), (name, name), True)
    bare = StoryLine(text, _YEAR, 1, (), (4,), (), False)
    stake = FactLine(
        3, "Stake", (name, name), "", "about 32%, US$1.2 billion", "completed", "2026-02-27",
        "2 independent publishers", statement, (1, 2),
    )  # fmt: skip
    readings = (Statement("503 million", (2,)), Statement("800 million", (3,)))
    users = FactLine(
        4, "Figure", (name,), "monthly active users", "503 million", "completed", "2025-Q4",
        "single source", statement, (2,), (Differing("monthly active users", readings, False),),
    )  # fmt: skip
    return Digest(
        title=f"{name} / {name}",
        topics=(name, name),
        first=False,
        asked=False,
        late=False,
        since=_BEFORE,
        until=_DUE,
        written=_DUE,
        articles=12,
        nothing_changed=False,
        bottom_line=(told, Statement(statement, (2, 3))),
        new=(line, bare),
        developing=(
            DevelopingStory(line, (name,), _BEFORE),
            DevelopingStory(replace(line, statements=()), (name, name), _BEFORE),
            DevelopingStory(replace(line, also=()), (), _BEFORE),
        ),
        headlines=(
            HeadlineRow(text, _DAY, 2, 4, True, None),
            HeadlineRow(text, _YEAR, 1, 5, False, _BEFORE),
        ),
        corrections=(
            ChangeLine("superseded", stake, "stake of 18% (announced, 2013-04-29)"),
            ChangeLine("contradicted", users, "users, 500 million (2013-05-07)"),
        ),
        changes=(ChangeLine("new", stake), ChangeLine("confirmed", users)),
        beyond=7,
        beyond_command="/intel acme since 2026-02-23",
        told_elsewhere=2,
        coverage=_COVERAGE,
        sources=(
            NumberedSource(1, name, _DAY, text, _ADDRESS, name),
            NumberedSource(2, name, _YEAR, text, "https://例子.example/路径"),
            NumberedSource(3, name, _DAY, text, "javascript:alert(1)"),
            NumberedSource(4, name, _DAY, text, ""),
            NumberedSource(5, name, _DAY, text, _ADDRESS),
        ),
    )


_ORDINARY = _full("Acme buys a stake in Globex", "Acme paid US$586 million for 18%.", "Acme")
_FIRST = replace(
    _ORDINARY,
    first=True,
    since=None,
    developing=(),
    headlines=(),
    corrections=(),
    beyond=0,
    told_elsewhere=0,
)
_UNCHANGED = replace(
    _ORDINARY,
    nothing_changed=True,
    articles=0,
    bottom_line=(),
    new=(),
    developing=(),
    headlines=(),
    corrections=(),
    changes=(),
    beyond=0,
    beyond_command="",
    sources=(),
)
_EMPTY = replace(
    _UNCHANGED, topics=("Acme",), first=True, since=None, told_elsewhere=0, coverage=_NOTHING
)

SAMPLES: tuple[tuple[Digest, str], ...] = tuple(
    (digest, ZONE)
    for digest in (
        _ORDINARY,
        _FIRST,
        _UNCHANGED,
        _EMPTY,
        replace(_ORDINARY, late=True, written=datetime(2026, 3, 2, 4, 41, tzinfo=UTC)),
        replace(_UNCHANGED, asked=True),
        _full("阿里巴巴与腾讯互相开放平台", "阿里巴巴持有微博18%的股份。", "阿里巴巴"),
        _full("A very long headline " * 40, "A long sentence. " * 20, "A long name " * 6),
        _full(HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT),
    )
)
"""Each with the zone its times are shown in."""
