"""Commands asked in a chat as figures: until acknowledged, until answered, and what went on."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.report import Aim, Findings, table
from benchmarks.watching import Watched

ACK_MS, ANSWER_MS = 50, 300

ALONE, STEADY, POLLING = "one after the other", "20 a second", "20 a second, polling"
"""The rounds, in their order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One command, and how long it took in milliseconds, or was waited for in vain."""

    kind: str
    ack_ms: float
    answer_ms: float
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Round:
    """Commands that were measured together, and what went on meanwhile."""

    asked: Sequence[Asked]
    late_ms: Sequence[float]
    watched: Watched

    @property
    def unanswered(self) -> int:
        """Commands whose answer did not come while it was waited for."""
        return sum(not each.answered for each in self.asked)

    def quantiles(self, kind: str = "") -> tuple[float, float, float, float]:
        """p50 and p99 until acknowledged, then until answered."""
        asked = [each for each in self.asked if kind in ("", each.kind)]
        acks, answers = [each.ack_ms for each in asked], [each.answer_ms for each in asked]
        return (*quantiles(acks), *quantiles(answers))


def quantiles(times: Sequence[float]) -> tuple[float, float]:
    """p50 and p99."""
    return statistics.median(times), statistics.quantiles(times, n=100, method="inclusive")[98]


def findings(
    name: str, called: str, corpus: Mapping[str, int], rounds: Mapping[str, Round]
) -> Findings:
    """Tables and aims; `corpus` says how many articles and feeds there are."""
    idle, quiet, polling = rounds[ALONE], rounds[STEADY], rounds[POLLING]
    acked, answered = polling.quantiles()[1], polling.quantiles()[3]
    columns = ("ack p50", "ack p99", "answer p50", "answer p99")
    whole = []
    for what, each in rounds.items():
        found = each.quantiles()
        ratios = [a / b for a, b in zip(found, idle.quantiles(), strict=True)]
        whole.append((what, len(each.asked), each.unanswered, *found, ratios[1], ratios[3]))
    kinds = list(dict.fromkeys(each.kind for each in polling.asked))
    by_kind = [
        (
            *(kind, sum(each.kind == kind for each in polling.asked)),
            *(*quiet.quantiles(kind)[2:], *polling.quantiles(kind)[2:]),
        )
        for kind in kinds
    ]
    return Findings(
        name,
        [
            table(
                f"{called}: over {corpus['articles']:,} articles, ms; p99 beside '{ALONE}'",
                ("", "asked", "unanswered", *columns, "ack ratio", "answer ratio"),
                whole,
            ),
            table(
                "Answers by kind, ms, without and with a poll",
                ("command", "asked", "p50", "p99", "p50, polling", "p99, polling"),
                by_kind,
            ),
            table(
                "Meanwhile: cores in use; how late the chat server was, which times include",
                ("", "product", "its workers", "chat server", "others", "late p99, ms"),
                [_cores(what, each) for what, each in rounds.items()],
            ),
            table(
                "The poll, and the most memory of the product and its workers in MB",
                ("", "feeds polled", "feeds left", "polling, s", "articles", "PSS", "RSS"),
                [_poll(what, each.watched) for what, each in rounds.items()],
            ),
        ],
        [
            Aim("envelope in to ack out, p99, polling", acked, ACK_MS, "ms"),
            Aim("command to finished answer, p99, polling", answered, ANSWER_MS, "ms"),
        ],
        {
            **corpus,
            "rounds": {what: _plain(each) for what, each in rounds.items()},
        },
    )


def _cores(name: str, each: Round) -> tuple[object, ...]:
    cores = (each.watched.cores[who] for who in ("product", "workers", "server", "others"))
    return (name, *cores, quantiles(each.late_ms)[1])


def _poll(name: str, found: Watched) -> tuple[object, ...]:
    poll = (found.feeds_polled, found.feeds_left, found.polling_s, found.articles)
    return (name, *poll, found.peak_pss_mb, found.peak_rss_mb)


def _plain(each: Round) -> dict[str, Any]:
    kinds = dict.fromkeys(asked.kind for asked in each.asked)
    names = ("ack_p50_ms", "ack_p99_ms", "answer_p50_ms", "answer_p99_ms")
    return {
        "all": dict(zip(names, each.quantiles(), strict=True))
        | {"asked": len(each.asked), "unanswered": each.unanswered},
        "worst_ms": {
            "ack": max(asked.ack_ms for asked in each.asked),
            "answer": max(asked.answer_ms for asked in each.asked),
        },
        "kinds": {kind: dict(zip(names, each.quantiles(kind), strict=True)) for kind in kinds},
        "server_late_ms": dict(zip(("p50", "p99"), quantiles(each.late_ms), strict=True)),
        "meanwhile": each.watched.plain(),
    }
