"""Where a writer's text takes the place of quoted sentences, and where nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from briefings.answers import Briefing, Statement
from briefings.changes import Draft
from briefings.errors import StoreError
from briefings.model import Article
from briefings.ports import Material
from briefings.prose import QUOTED, Prose, material_of
from briefings.sample_digests import SAMPLES
from briefings.subscriptions import WHOLE_DESK, Scope
from tests.fakes.answers import ANSWERS

HERE, BESIDE = Scope("console", "acme", "deals"), Scope("console", "acme", "news")
ELSEWHERE = Scope("console", "globex", "deals")
_SHOWN = ANSWERS["briefing"]
assert isinstance(_SHOWN, Briefing)
BRIEFING: Briefing = _SHOWN
WRITTEN = (Statement("Written better.", (1,)),)


class FakeWriter:
    """Writes one sentence for everything, or nothing; `asked` has what it was asked."""

    def __init__(self, line: tuple[Statement, ...] | None = WRITTEN) -> None:
        self.line = line
        self.asked: list[tuple[Scope, tuple[Material, ...]]] = []

    async def bottom_line(
        self, topics: Sequence[str], material: Sequence[Material], scope: Scope
    ) -> tuple[Statement, ...] | None:
        self.asked.append((scope, tuple(material)))
        return self.line

    digest_line = bottom_line

    async def summary(self, material: Material, scope: Scope) -> tuple[Statement, ...] | None:
        self.asked.append((scope, (material,)))
        return self.line

    async def state(self, scope: Scope) -> str:
        return f"asked {len(self.asked)} times"


async def nothing_to_read(scope: Scope, ids: Iterable[int]) -> Sequence[Article]:
    return []


def draft(told: tuple[int, ...] = (1,)) -> Draft:
    return Draft(SAMPLES[1][0], told)


async def test_a_briefing_gets_its_bottom_line_and_keeps_the_rest() -> None:
    writer = FakeWriter()
    written = await Prose(writer).briefing(BRIEFING, [], HERE)
    assert written == replace(BRIEFING, bottom_line=WRITTEN)
    ((scope, material),) = writer.asked
    assert scope == HERE
    assert {one.number for one in material} == {one.number for one in BRIEFING.sources}
    said = {text for one in material for text in one.said}
    assert {statement.text for statement in BRIEFING.bottom_line} <= said
    assert {fact.quote for fact in (*BRIEFING.figures, *BRIEFING.disputed)} <= said
    assert BRIEFING.figures


async def test_a_writer_with_nothing_better_changes_nothing() -> None:
    prose = Prose(FakeWriter(None))
    assert await prose.briefing(BRIEFING, [], HERE) is BRIEFING
    one = draft()
    assert await prose.drafts([(HERE, one)], nothing_to_read) == [one]


async def test_what_quotes_nothing_is_not_written_about() -> None:
    writer = FakeWriter()
    empty = replace(BRIEFING, bottom_line=())
    assert await Prose(writer).briefing(empty, [], HERE) is empty
    assert writer.asked == []


async def test_without_a_writer_everything_stays() -> None:
    one = draft()
    assert await QUOTED.briefing(BRIEFING, [], HERE) is BRIEFING
    assert await QUOTED.drafts([(HERE, one)], nothing_to_read) == [one]
    assert await QUOTED.state(HERE) == ""


async def test_a_shared_digest_is_written_once_and_stays_shared() -> None:
    writer = FakeWriter()
    shared, other = draft(), draft((2,))
    written = await Prose(writer).drafts(
        [(HERE, shared), (ELSEWHERE, shared), (BESIDE, other), (HERE, other)], nothing_to_read
    )
    assert written[0] is written[1]
    assert written[2] is written[3]
    assert [one.digest.bottom_line for one in written] == [WRITTEN] * 4
    assert [one.told for one in written] == [(1,), (1,), (2,), (2,)]
    # The desk pays for what two workspaces read, a workspace for what two of its channels read.
    assert [scope for scope, _ in writer.asked] == [WHOLE_DESK, Scope("console", "acme", "")]


async def test_one_digest_that_breaks_leaves_the_others_written() -> None:
    async def read(scope: Scope, ids: Iterable[int]) -> Sequence[Article]:
        if 2 in ids:
            raise StoreError("The database is gone.")
        return []

    broken, whole = draft((2,)), draft((1,))
    written = await Prose(FakeWriter()).drafts([(HERE, broken), (HERE, whole)], read)
    assert written[0] is broken
    assert written[1].digest.bottom_line == WRITTEN


def test_sources_come_in_the_order_they_matter() -> None:
    statements = [Statement("Later one.", (3,)), Statement("Both.", (1, 3))]
    material = material_of(BRIEFING.sources, statements, [])
    assert [one.number for one in material][:2] == [3, 1]
    assert material[0].said == ("Later one.", "Both.")
    assert len(material) == len(BRIEFING.sources)
