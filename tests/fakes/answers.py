"""One answer of every kind, as a desk following two companies would give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from briefings.answers import (
    AllianceLine,
    Answer,
    ArticleAnswer,
    Briefing,
    Choice,
    Coverage,
    DeliveryRow,
    Differing,
    FactLine,
    FactList,
    Failure,
    Help,
    NumberedSource,
    Preview,
    SearchAnswer,
    SearchHit,
    SourceList,
    SourceRow,
    Statement,
    Status,
    StoryLine,
    SubscriptionList,
    SubscriptionRow,
    Timeline,
    TimelineEvent,
    TopicList,
    TopicRow,
)
from briefings.facts import When
from briefings.model import Health, Precision, Published
from briefings.render import Markdown

NOW = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)


def day(text: str) -> Published:
    return Published(datetime.fromisoformat(text).replace(tzinfo=UTC), Precision.DAY)


COVERAGE = Coverage(
    watched=9,
    failing=("Tech Daily",),
    silent=("Market Wire", "财经"),
    gone=(),
    off=4,
    never_checked=1,
    articles=1_204,
    entries_seen=18_220,
    entries_kept=1_199,
    last_poll=NOW,
)
SOURCE_1 = NumberedSource(
    1,
    "Harbour Post",
    day("2023-10-31"),
    "Acme buys a stake in Globex",
    "https://harbour.example/a?b=1&c=2",
    "Acme",
)
SOURCE_2 = NumberedSource(
    2,
    "财经",
    Published(datetime(2020, 1, 1, tzinfo=UTC), Precision.YEAR),
    "艾克美与环球公司的合作",
    "https://例子.example/路径",
)
SOURCE_3 = NumberedSource(3, "Pasted text", day("2019-05-01"), "Notes", "")

STAKE = FactLine(
    number=7,
    kind="Stake",
    parties=("Acme", "Globex"),
    what="",
    says="18%, option to 30%, US$586 million",
    status="completed",
    when="2019-04-29",
    standing="2 independent publishers",
    quote="Acme took 18% of Globex for US$586 million and may go up to 30%.",
    cites=(1, 2),
    superseded_by="stake of about 32% (completed, 2023-10-30)",
)
USERS = FactLine(
    number=9,
    kind="Figure",
    parties=("Parcel (Acme)",),
    what="monthly active users",
    says="503 million",
    status="completed",
    when="2019-Q2",
    standing="single source",
    quote="Parcel counts 503 million users a month.",
    cites=(1, 3),
    differing=(
        Differing(
            "monthly active users",
            (Statement("503 million", (1,)), Statement("at least 500 million", (3,))),
            explained=True,
        ),
    ),
)
DISPUTED = FactLine(
    number=11,
    kind="Acquisition",
    parties=("Acme", "Initech"),
    what="",
    says="US$1.2 billion",
    status="announced",
    when="2023-10-30",
    standing="2 independent publishers",
    quote="Acme buys Initech for $1.2bn.",
    cites=(1, 2),
    differing=(
        Differing(
            "amount",
            (Statement("US$1.2 billion", (1,)), Statement("US$800 million", (2,))),
            explained=False,
        ),
    ),
)

ANSWERS: Mapping[str, Answer] = {
    "briefing": Briefing(
        title="Acme / Globex",
        topics=("Acme", "Globex"),
        since=Published(datetime(2019, 1, 1, tzinfo=UTC), Precision.YEAR),
        as_of=NOW,
        articles=14,
        covers=(SOURCE_3.published, SOURCE_1.published),
        bottom_line=(
            Statement("Acme paid US$586 million for 18% of Globex.", (1,)),
            Statement("艾克美持有环球公司18%的股份。", (2,)),
        ),
        stories=(
            StoryLine(
                headline=SOURCE_1.title,
                published=SOURCE_1.published,
                publishers=2,
                statements=(
                    Statement("The stake may rise to 30%.", (1,)),
                    Statement("Both firms call it an alliance.", (1,)),
                ),
                also=(2,),
                organisations=("Acme", "Globex", "Initech"),
                about=True,
            ),
            StoryLine(
                headline="1. Notes # from a meeting",
                published=SOURCE_3.published,
                publishers=1,
                statements=(),
                also=(3,),
                organisations=(),
                about=False,
            ),
        ),
        more=True,
        coverage=COVERAGE,
        sources=(SOURCE_1, SOURCE_2, SOURCE_3),
        alliances=(
            AllianceLine(
                organisations=("Acme", "Globex"),
                kinds=("stake", "partnership"),
                status="completed",
                says="about 32%",
                since="since 2019-04-29",
                last="2023-10-30",
                cites=(1, 2),
            ),
        ),
        figures=(USERS,),
        disputed=(DISPUTED,),
    ),
    "facts": FactList(
        title="Acme",
        topics=("Acme",),
        kind="",
        since=None,
        as_of=NOW,
        facts=(DISPUTED, USERS, STAKE),
        more=3,
        pending=1,
        sources=(SOURCE_1, SOURCE_2, SOURCE_3),
    ),
    "facts-none": FactList(
        title="Acme / Globex",
        topics=("Acme", "Globex"),
        kind="Joint venture",
        since=day("2019-05-01"),
        as_of=NOW,
        facts=(),
        more=0,
        pending=0,
        sources=(),
    ),
    "briefing-empty": Briefing(
        title="Parcel (Acme)",
        topics=("Parcel",),
        since=None,
        as_of=Published(datetime(2018, 6, 1, tzinfo=UTC), Precision.MONTH),
        articles=0,
        covers=None,
        bottom_line=(),
        stories=(),
        more=False,
        coverage=Coverage(0, (), (), (), 0, 0, 0, 0, 0, None),
        sources=(),
    ),
    "timeline": Timeline(
        title="Acme / Globex",
        topics=("Acme", "Globex"),
        since=Published(datetime(2019, 1, 1, tzinfo=UTC), Precision.YEAR),
        as_of=NOW,
        events=(
            TimelineEvent(
                date=When.of(SOURCE_3.published),
                headline="1. Notes # from a meeting",
                statement=None,
                cites=(1,),
                organisations=(),
                publishers=1,
                rank=3,
            ),
            TimelineEvent(
                date=When.of(SOURCE_2.published),
                headline=SOURCE_2.title,
                statement=Statement("艾克美持有环球公司18%的股份。", (2,)),
                cites=(2,),
                organisations=("Acme", "Globex"),
                publishers=2,
                rank=2,
            ),
            TimelineEvent(
                date=When.of(SOURCE_1.published),
                headline=SOURCE_1.title,
                statement=Statement("Acme paid US$586 million for 18% of Globex.", (3,)),
                cites=(3,),
                organisations=("Acme", "Globex", "Initech"),
                publishers=3,
                rank=1,
            ),
        ),
        more=2,
        passing=1,
        articles=240,
        unread=1_302,
        sources=(replace(SOURCE_3, number=1), SOURCE_2, replace(SOURCE_1, number=3)),
    ),
    "timeline-empty": Timeline(
        title="Parcel (Acme)",
        topics=("Parcel",),
        since=day("2019-05-01"),
        as_of=Published(datetime(2021, 6, 1, tzinfo=UTC), Precision.MONTH),
        events=(),
        more=0,
        passing=2,
        articles=2,
        unread=0,
        sources=(),
    ),
    "search": SearchAnswer(
        words="stake 股份",
        named=(),
        hits=(
            SearchHit(
                1,
                SOURCE_1.title,
                SOURCE_1.publisher,
                SOURCE_1.published,
                SOURCE_1.url,
                "… paid US$586 million for a stake of 18%",
                ("Acme", "Globex"),
            ),
            SearchHit(
                2,
                SOURCE_2.title,
                SOURCE_2.publisher,
                SOURCE_2.published,
                SOURCE_2.url,
                "艾克美持有环球公司18%的股份。",
                (),
            ),
            SearchHit(3, SOURCE_3.title, SOURCE_3.publisher, SOURCE_3.published, "", "", ()),
        ),
        more=True,
    ),
    "search-empty": SearchAnswer(words="nothing *at* all", named=(), hits=(), more=False),
    "article": ArticleAnswer(
        title=SOURCE_1.title,
        author="A. Writer",
        language="en",
        words=1_084,
        points=(Statement("Acme paid US$586 million for 18% of Globex.", (1,)),),
        figures=(Statement("Shares rose 9% in a day.", (1,)),),
        organisations=("Acme", "Globex"),
        source=SOURCE_1,
    ),
    "sources": SourceList(
        rows=(
            SourceRow(
                1,
                "Harbour Post",
                "https://harbour.example/feed",
                Health.HEALTHY,
                "last new entry 5 min ago",
                1_000,
                12_000,
                "Acme",
                NOW,
            ),
            SourceRow(
                2,
                "Tech | Daily",
                "https://tech.example/rss",
                Health.FAILING,
                "unreachable for 3 h, next try in 20 min",
                0,
                0,
                "",
                NOW,
            ),
            SourceRow(3, "财经", "https://cj.example/rss", Health.NEW, "", 0, 0, "", None),
        ),
        notice="Added 财经 as number 3.",
    ),
    "sources-empty": SourceList(rows=()),
    "topics": TopicList(
        (
            TopicRow("Acme", "艾克美", ("Parcel", "Acme Cloud"), 1_100),
            TopicRow("Globex", "", (), 0),
        )
    ),
    "status": Status(
        version="1.2.3",
        database="SQLite 3.45.1",
        coverage=COVERAGE,
        stories=801,
        problems=("Tech Daily is failing: unreachable for 3 h, next try in 20 min.",),
    ),
    "status-deliveries": Status(
        version="1.2.3",
        database="PostgreSQL 18.1",
        coverage=COVERAGE,
        stories=1,
        problems=(),
        deliveries=(
            DeliveryRow(
                "Digest 2 (Acme) of Mon 2026-03-02 09:00",
                "",
                "is not delivered: channel_not_found",
                None,
                "When that is mended: /intel send 2 sends it again, /intel dismiss 2 leaves it.",
            ),
            DeliveryRow(
                "Digest 3 (Acme / Globex) of Mon 2026-03-02 09:00",
                "chat W1 C2",
                "may have arrived: nobody can look",
                None,
                "Check the channel: /intel send 3 there sends it again, /intel dismiss 3 there "
                "leaves it.",
            ),
            DeliveryRow(
                "Digest 1 (Globex) of Tue 2026-02-03 22:00",
                "",
                "is being retried: no connection; attempt 3",
                NOW,
                "",
            ),
        ),
        sent=1_042,
        repaired=1,
    ),
    "status-delivered": Status(
        version="1.2.3",
        database="SQLite 3.45.1",
        coverage=COVERAGE,
        stories=2,
        problems=(),
        sent=1,
    ),
    "subscriptions": SubscriptionList(
        rows=(
            SubscriptionRow(
                1,
                ("Acme",),
                "weekly on Monday at 09:00, Asia/Shanghai",
                "brief",
                "Mon 2026-03-09 09:00",
                "",
                "Mon 2026-03-02 09:00",
            ),
            SubscriptionRow(
                3,
                ("Acme", "Globex"),
                "daily at 18:30, Europe/Berlin",
                "full",
                "",
                "on request",
                "",
            ),
        ),
        notice="Digest 3 (Acme / Globex) is paused. /intel resume 3 lets it go on.",
    ),
    "subscriptions-empty": SubscriptionList(rows=(), notice="Digest 1 (Acme) has ended."),
    "preview": Preview(
        2, ("Acme", "Globex"), Markdown("# Acme / Globex\n\n- **Nothing** changed \\[1\\]\n")
    ),
    "help": Help(
        (
            ("/intel <topic>", "Briefing on an organisation"),
            ("/intel a | b", "A command that no code span in a table can hold"),
        )
    ),
    "choice-unknown": Choice(
        "acmee",
        ambiguous=False,
        names=("Acme", "Acme Cloud"),
        commands=("/intel Acme", "/intel Acme Cloud"),
    ),
    "choice-nothing-near": Choice("zzz", ambiguous=False, names=(), commands=()),
    "choice-ambiguous": Choice(
        "mercury",
        ambiguous=True,
        names=("Mercury Bank", "Mercury Press"),
        commands=("/intel Mercury Bank", "/intel Mercury Press"),
    ),
    "failure": Failure("https://harbour.example/a did not answer.", "Try again later."),
}

COMMANDS = {
    "briefing": "acme globex since 2019",
    "briefing-empty": "parcel asof 2018-06",
    "facts": "facts acme",
    "facts-none": "facts acme globex joint ventures since 2019-05-01",
    "timeline": "timeline acme globex since 2019",
    "timeline-empty": "timeline parcel since 2019-05-01 asof 2021-06",
    "search": "search stake 股份",
    "search-empty": "search nothing *at* all",
    "article": "summarize https://harbour.example/a?b=1&c=2",
    "sources": "sources add https://cj.example/rss",
    "subscriptions": "pause 3",
    "preview": "preview 2",
}
"""What an answer of a name answers, where the name is no command itself."""
