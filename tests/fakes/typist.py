"""Somebody who types whatever comes to mind, in workspaces that each have something private."""

from __future__ import annotations

import random
from collections.abc import Sequence

from briefings.subscriptions import Principal
from tests.fakes.private import Canary

FORMS = (
    "{topic}", "{topic} {topic}", "facts {topic}", "facts {topic} stakes since 2013",
    "facts {topic} {word}", "timeline {topic}", "search {word}", "sources", "topics",
    "status", "help", "subscriptions", "subscribe {topic} {when}", "subscribe {topic} as {word}",
    "pause {n}", "resume {n}", "unsubscribe {n}", "preview {n}", "dismiss {n}",
    "sources remove {n}", "{word}", "{word} since 30d", "{id}", "search {id}", "subscribe {id}",
    "pause {id}", "preview {id}",
)  # fmt: skip
TOPICS = ("acme", "globex", "艾克美", "9111.HK", "acmee")
RED, BLUE = Canary("zanzibar", "Qz7red"), Canary("quagga", "Qz7blue")
WORDS = (RED.word, BLUE.word, "gazette", "stake")
WHENS = ("daily at 07:10", "weekly mon 09:00 Asia/Tokyo", "monthly 3", "hourly", "", "yesterday")


class Typist:
    """Types at random: words some platform may act on, and ids of others, too."""

    def __init__(self, seed: int, ids: Sequence[str], words: Sequence[str]) -> None:
        self._random = random.Random(seed)
        self._ids = ids
        self._words = (*TOPICS, *WORDS, "full", "brief", "x", "🎈", "%s", *words)

    def command(self) -> str:
        """A command, right or wrong, on public or on private things."""
        pick = self._random.choice
        return pick(FORMS).format(
            topic=pick(TOPICS),
            word=pick(self._words),
            when=pick(WHENS),
            n=self._random.randint(0, 40),
            id=pick(self._ids),
        )

    def one_of(self, some: Sequence[Principal]) -> Principal:
        return self._random.choice(some)
