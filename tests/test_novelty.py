from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from briefings.model import ParsedEntry
from briefings.novelty import NEW_PER_POLL, Sorting, classify_entries
from tests.fakes.feedvalues import digest, entry, feed, known

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def names(entries: tuple[ParsedEntry, ...]) -> list[str]:
    return [entry.title for entry in entries]


def remembered(memory: dict[bytes, bytes], sorting: Sorting) -> dict[bytes, bytes]:
    """What is known after a poll was recorded."""
    return memory | known(*sorting.new, *sorting.changed)


def test_new_changed_and_duplicate() -> None:
    before = known(entry("old"), entry("edited"))
    sorting = classify_entries(
        feed(entry("fresh"), entry("edited", version="2"), entry("old"), unchanged=3), before
    )
    assert names(sorting.new) == ["fresh"]
    assert names(sorting.changed) == ["edited"]
    assert sorting.duplicates == 1
    assert (sorting.left, sorting.unstable) == (0, False)


def test_an_entry_listed_twice_is_taken_once() -> None:
    sorting = classify_entries(feed(entry("a"), entry("a", version="2"), entry("b")), {})
    assert names(sorting.new) == ["a", "b"]
    assert sorting.duplicates == 1


def test_one_poll_brings_the_newest_hundred_and_the_next_one_the_rest() -> None:
    entries = [entry(str(n), published=NOW - timedelta(hours=n)) for n in range(250)]
    memory: dict[bytes, bytes] = {}
    brought = []
    for _ in range(3):
        answer = feed(*reversed([e for e in entries if e.digest not in memory.values()]))
        sorting = classify_entries(answer, memory)
        memory = remembered(memory, sorting)
        brought.append({int(e.title) for e in sorting.new})
        assert sorting.left == max(0, len(answer.entries) - NEW_PER_POLL)
    assert brought == [set(range(100)), set(range(100, 200)), set(range(200, 250))]


def test_edits_are_capped_too() -> None:
    before = known(*(entry(str(n)) for n in range(150)))
    sorting = classify_entries(feed(*(entry(str(n), version="2") for n in range(150))), before)
    assert (len(sorting.changed), sorting.left) == (NEW_PER_POLL, 50)


def test_a_guid_that_is_new_at_every_poll_brings_nothing_twice() -> None:
    """F19: one flood, one look at what became of it, and the mark that says why."""

    def poll(number: int, *, more: int = 0) -> list[ParsedEntry]:
        return [
            replace(entry(str(n), guid=f"{n} at poll {number}"), digest=digest(f"{n} {number}"))
            for n in range(20 + more)
        ]

    memory: dict[bytes, bytes] = {}
    sortings = []
    for number in range(4):
        sortings.append(classify_entries(feed(*poll(number, more=number // 3)), memory))
        memory = remembered(memory, sortings[-1])
    assert [len(s.new) for s in sortings] == [20, 20, 0, 1]
    assert [len(s.changed) for s in sortings] == [0, 0, 20, 0]
    assert [s.unstable for s in sortings] == [False, False, True, True]


def test_a_feed_that_simply_moved_on_is_not_marked() -> None:
    memory = known(*(entry(f"last year {n}") for n in range(20)))
    fresh = [entry(f"today {n}") for n in range(20)]
    sorting = classify_entries(feed(*fresh), memory)
    assert (len(sorting.new), sorting.unstable) == (20, False)
    memory = remembered(memory, sorting)
    later = classify_entries(feed(entry("later"), unchanged=len(fresh)), memory)
    assert (names(later.new), later.changed, later.unstable) == (["later"], (), False)


def test_a_feed_whose_entries_all_link_to_one_page_keeps_its_guids() -> None:
    memory = known(*(entry(f"last year {n}", link="https://wire.example/") for n in range(9)))
    fresh = [entry(f"today {n}", link="https://wire.example/") for n in range(9)]
    sorting = classify_entries(feed(*fresh), memory)
    assert [e.identity for e in sorting.new] == [e.identity for e in fresh]


ENTRIES = st.lists(
    st.builds(
        entry,
        st.sampled_from("abcdefghij"),
        version=st.sampled_from("12"),
        guid=st.none() | st.sampled_from("xyz"),
        link=st.none() | st.just(""),
        published=st.none() | st.just(NOW),
    ),
    max_size=140,
)


@given(ENTRIES, ENTRIES)
def test_sorting_accounts_for_every_entry_and_repeats_itself_never(
    before: list[ParsedEntry], entries: list[ParsedEntry]
) -> None:
    memory = known(*before)
    sorting = classify_entries(feed(*entries), memory)
    taken = (*sorting.new, *sorting.changed)
    assert len(taken) + sorting.duplicates + sorting.left == len(entries)
    assert len(sorting.new) <= NEW_PER_POLL
    assert len(sorting.changed) <= NEW_PER_POLL
    assert len({e.identity for e in taken}) == len(taken)
    assert not {e.identity for e in sorting.new} & memory.keys()
    assert {e.identity for e in sorting.changed} <= memory.keys()
    again = classify_entries(feed(*entries), remembered(memory, sorting))
    assert again.new == ()
