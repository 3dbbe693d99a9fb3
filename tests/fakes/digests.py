"""Digests of a desk that follows two companies, in every state a channel meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from briefings.answers import (
    ChangeLine,
    Coverage,
    DevelopingStory,
    Digest,
    HeadlineRow,
    NumberedSource,
    Statement,
    StoryLine,
)
from tests.fakes import answers
from tests.fakes.answers import day

DUE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BEFORE = datetime(2026, 2, 23, 1, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"

COVERAGE = Coverage(
    watched=9,
    failing=("Tech Daily",),
    silent=("Market Wire", "财经"),
    gone=(),
    off=4,
    never_checked=0,
    articles=1_204,
    entries_seen=18_220,
    entries_kept=1_199,
    last_poll=datetime(2026, 3, 2, 0, 55, tzinfo=UTC),
)
STAKE = StoryLine(
    headline="Acme buys a stake in Globex",
    published=day("2026-02-27"),
    publishers=3,
    statements=(
        Statement("Acme paid US$586 million for 18% of Globex.", (1,)),
        Statement("The stake may rise to 30%.", (3,)),
    ),
    also=(2,),
    organisations=("Acme", "Globex", "Initech"),
    about=True,
)
NOTE = StoryLine(
    headline="Parcel opens a depot in Ningbo",
    published=day("2026-02-25"),
    publishers=1,
    statements=(),
    also=(4,),
    organisations=("Acme",),
    about=False,
)
CLOUD = DevelopingStory(
    line=StoryLine(
        headline="Acme and Globex in talks on a cloud venture",
        published=day("2026-02-18"),
        publishers=4,
        statements=(Statement("Both boards approved the venture on Friday.", (1,)),),
        also=(2,),
        organisations=("Acme", "Globex"),
        about=True,
    ),
    reported_by=("财经",),
    first_told=BEFORE,
)
FINE = DevelopingStory(
    line=StoryLine(
        headline="Regulator fines Globex",
        published=day("2026-02-20"),
        publishers=2,
        statements=(),
        also=(3,),
        organisations=("Globex",),
        about=False,
    ),
    reported_by=("Market Wire",),
    first_told=BEFORE,
)


def source(number: int, publisher: str, on: str, title: str, owned_by: str = "") -> NumberedSource:
    address = f"https://news.example/{number}?a=1&b=2"
    return NumberedSource(number, publisher, day(on), title, address, owned_by)


CHANGED = Digest(
    title="Acme / Globex",
    topics=("Acme", "Globex"),
    first=False,
    asked=False,
    late=False,
    since=BEFORE,
    until=DUE,
    written=DUE,
    articles=9,
    nothing_changed=False,
    bottom_line=(
        Statement("Acme now owns 18% of Globex.", (1,)),
        Statement("艾克美持有环球公司18%的股份。", (2,)),
    ),
    new=(STAKE, NOTE),
    developing=(),
    headlines=(
        HeadlineRow("Globex names a new treasurer", day("2026-02-26"), 2, 5, True, None),
        HeadlineRow("1. A list # of deals", day("2026-02-24"), 1, 6, False, None),
    ),
    beyond=2,
    beyond_command="/intel Acme Globex since 2026-02-23 asof 2026-03-02",
    told_elsewhere=1,
    coverage=COVERAGE,
    sources=(
        source(1, "Harbour Post", "2026-02-27", "Acme buys a stake in Globex", "Acme"),
        source(2, "财经", "2026-02-28", "艾克美与环球公司的合作"),
        source(3, "Tech Daily", "2026-02-27", "Globex sells 18%"),
        source(4, "Market Wire", "2026-02-25", "Parcel opens a depot in Ningbo"),
        source(5, "Harbour Post", "2026-02-26", "Globex names a new treasurer", "Acme"),
        source(6, "Market Wire", "2026-02-24", "1. A list # of deals"),
    ),
)
DEVELOPING = replace(
    CHANGED,
    articles=3,
    bottom_line=(),
    new=(),
    developing=(CLOUD, FINE),
    headlines=(),
    beyond=0,
    beyond_command="",
    told_elsewhere=0,
    sources=(
        source(1, "Harbour Post", "2026-02-27", "Boards approve the venture", "Acme"),
        source(2, "财经", "2026-02-27", "两家公司成立云合资企业"),
        source(3, "Market Wire", "2026-02-26", "Globex pays the fine"),
    ),
)
FIRST = replace(CHANGED, first=True, since=None, articles=14, told_elsewhere=0, beyond=0)
UNCHANGED = replace(
    DEVELOPING, articles=0, nothing_changed=True, developing=(), sources=(), told_elsewhere=2
)
LEDGER = replace(
    CHANGED,
    corrections=(
        ChangeLine(
            "superseded",
            replace(answers.STAKE, says="about 32%", when="2026-02-27", superseded_by=""),
            "stake of 18% (completed, 2025-04-29)",
        ),
        ChangeLine("contradicted", answers.DISPUTED, "acquisition of US$1.2 billion (announced)"),
    ),
    changes=(ChangeLine("new", answers.USERS), ChangeLine("confirmed", answers.DISPUTED)),
)
CHINESE = replace(
    CHANGED,
    title="阿里巴巴 / 腾讯",
    topics=("阿里巴巴", "腾讯"),
    bottom_line=(Statement("阿里巴巴以5.86亿美元收购微博18%的股份。", (1,)),),
    new=(
        replace(
            STAKE,
            headline="阿里巴巴与腾讯互相开放平台",
            statements=(Statement("双方将在支付与外链方面合作。", (1,)),),
            also=(),
            organisations=("阿里巴巴", "腾讯"),
        ),
    ),
    headlines=(),
    beyond=0,
    beyond_command="",
    sources=(source(1, "财新网", "2026-02-27", "阿里巴巴与腾讯互相开放平台"),),
)
LONG = replace(
    CHINESE,
    title="Acme",
    topics=("Acme",),
    new=(
        replace(
            STAKE,
            headline="Acme and Globex, at long last, " * 12,
            statements=STAKE.statements[:1],
            also=(),
        ),
        replace(STAKE, headline="平台互联互通" * 60, statements=(), also=(2,)),
    ),
    sources=(
        source(1, "Harbour Post", "2026-02-27", "Acme and Globex, at long last, " * 12),
        source(2, "财经", "2026-02-27", "平台互联互通" * 60),
    ),
)
DIGESTS: Mapping[str, Digest] = {
    "first": FIRST,
    "first-empty": replace(UNCHANGED, first=True, since=None, told_elsewhere=0),
    "changes": CHANGED,
    "ledger": LEDGER,
    "developing": DEVELOPING,
    "unchanged": UNCHANGED,
    "late": replace(CHANGED, late=True, written=datetime(2026, 3, 2, 4, 41, tzinfo=UTC)),
    "late-unchanged": replace(
        UNCHANGED, late=True, written=datetime(2026, 3, 2, 4, 41, tzinfo=UTC)
    ),
    "asked": replace(CHANGED, asked=True),
    "chinese": CHINESE,
    "long": LONG,
}
