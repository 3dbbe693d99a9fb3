"""Answers and digests as Discord shows them: golden pages, and their buttons.

After a wanted change: `GOLDEN=write pytest tests/discord_platform/test_outbound.py`, and read the
difference before keeping it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import build
from bot.platforms.console.inbound import operator
from bot.platforms.discord.limits import CUSTOM_ID, LABEL, check
from bot.platforms.discord.markup import Page, pages
from bot.platforms.discord.outbound import Button, present
from bot.platforms.nodes import Wanted
from briefings.answers import Answer, Briefing, Choice, Preview, SearchAnswer, SourceList
from briefings.drawing import draw_pages, shipped
from briefings.presets import parse_presets
from briefings.render import Markdown
from config.settings import Settings
from tests.discord_platform.discord_grammar import read
from tests.fakes.answers import ANSWERS, COMMANDS
from tests.fakes.clock import FakeClock
from tests.fakes.digests import DIGESTS, ZONE
from tests.servers.discord import limits, schema

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "discord"
PRESETS = parse_presets((ROOT / "config" / "digests.toml").read_text(encoding="utf-8"))
SHOWN_DIGESTS = ("changes", "ledger", "developing", "unchanged", "chinese", "long")
KEY = "k7QhcV2Rz0mWbT9sLxYp4N"

Shown = tuple[Page, Sequence[Button]]


def rows(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    styles = {"primary": 1, "secondary": 2}
    made = [
        {"type": 2, "style": styles[b.style], "label": b.label, "custom_id": b.custom_id}
        for b in buttons
    ]
    return [{"type": 1, "components": made[at : at + 5]} for at in range(0, len(made), 5)]


def golden(name: str, found: Sequence[Shown]) -> None:
    made = [
        {"content": page.content, "embeds": list(page.embeds)}
        | ({"components": rows(buttons)} if buttons else {})
        | ({"picture": asdict(page.picture)} if page.picture else {})
        for page, buttons in found
    ]
    written = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def shown(name: str, **how: Any) -> Shown:
    return present(ANSWERS[name], COMMANDS.get(name, name), UTC, **how)


def asked(shown: Shown) -> list[tuple[str, str]]:
    return [(each.label, each.custom_id) for each in shown[1]]


def letters(page: Page) -> str:
    return read(page.content, page.embeds).text


@pytest.mark.parametrize("name", ANSWERS)
def test_golden(name: str) -> None:
    golden(name, [shown(name)])


@pytest.mark.parametrize("name", ["briefing", "search"])
def test_golden_shared(name: str) -> None:
    golden(f"{name}-shared", [shown(name, shared=True)])


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("state", SHOWN_DIGESTS)
def test_golden_digest(preset: str, state: str) -> None:
    chosen = PRESETS[preset]
    (drawn,) = draw_pages(shipped(chosen.template), chosen, [(DIGESTS[state], ZONE)])
    golden(f"digest-{preset}-{state}", [(page, ()) for page in pages(drawn.page, key=KEY)])


async def test_golden_of_the_shipped_corpus(tmp_path: Path) -> None:
    folder = {"INTELBRIEF_DATA_DIR": str(tmp_path), "INTELBRIEF_WATCH": "off"}
    async with build(Settings.from_env(folder), clock=FakeClock()) as app:
        who = operator(ZoneInfo("UTC"))
        alibaba = await app.ask("/intel alibaba", who)
        found = present(alibaba, "/intel alibaba", UTC)
        (words,) = [
            each.custom_id.partition(":")[2]
            for each in found[1]
            if each.custom_id.startswith("share:")
        ]
        again = await app.ask(words, who)
    assert isinstance(again, Briefing)
    assert isinstance(alibaba, Briefing)
    assert (again.stories, again.sources) == (alibaba.stories, alibaba.sources)
    golden("alibaba", [found])
    assert found[0].embeds[0]["title"] == "Alibaba"


def test_every_golden_page_is_of_a_test() -> None:
    names = {*ANSWERS, "briefing-shared", "search-shared", "alibaba"}
    names |= {f"digest-{preset}-{state}" for preset in PRESETS for state in SHOWN_DIGESTS}
    assert {path.stem for path in GOLDEN.glob("*.json")} == names


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_golden_messages_are_ones_discord_takes(path: Path) -> None:
    for page in json.loads(path.read_text(encoding="utf-8")):
        page.pop("picture", None)
        assert check(page) == ()
        assert [str(each) for each in limits.message(page)] == []


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_golden_messages_pass_the_official_description(path: Path) -> None:
    description = schema.description()
    if description is None:
        pytest.skip("Discord's description (../shared/specs) is not beside the project")
    for page in json.loads(path.read_text(encoding="utf-8")):
        page.pop("picture", None)
        assert [str(each) for each in description.request("create_message", page)] == []


def test_the_description_refuses_what_is_no_message() -> None:
    description = schema.description()
    if description is None:
        pytest.skip("Discord's description (../shared/specs) is not beside the project")
    assert list(description.request("create_message", {"embeds": [{"title": "x" * 257}]}))


# --- buttons ------------------------------------------------------------------------------------


def test_a_briefing_can_be_shared_subscribed_to_and_seen_as_a_timeline() -> None:
    assert asked(shown("briefing")) == [
        ("Share", "share:acme globex since 2019 asof 2026-02-03"),
        ("Facts", "facts:Acme Globex since 2019"),
        ("Timeline", "timeline:Acme Globex since 2019"),
        ("Subscribe", "subscribe:Acme Globex"),
    ]


def test_a_timeline_can_be_shared_and_subscribed_to_and_wants_its_picture() -> None:
    page, _ = found = shown("timeline")
    assert asked(found) == [
        ("Share", "share:timeline acme globex since 2019 asof 2026-02-03"),
        ("Subscribe", "subscribe:Acme Globex"),
    ]
    assert page.picture == Wanted("timeline acme globex since 2019", "Timeline of Acme and Globex")
    assert shown("timeline-empty")[0].picture is None


@pytest.mark.parametrize("name", ["failure", "choice-nothing-near", "status", "preview"])
def test_what_concerns_the_asker_alone_has_no_buttons(name: str) -> None:
    assert asked(shown(name)) == []


def test_a_preview_wants_the_picture_its_digest_has() -> None:
    page = Markdown("# A\n\ntext\n\n![Timeline of Acme](intelbrief:timeline/Acme)\n")
    made, _ = present(Preview(2, ("Acme",), page), "preview 2", UTC)
    assert made.picture == Wanted("timeline Acme", "Timeline of Acme")
    assert "Timeline of" not in letters(made)


def test_an_empty_briefing_can_only_be_subscribed_to() -> None:
    assert asked(shown("briefing-empty")) == [("Subscribe", "subscribe:Parcel")]


def test_no_button_repeats_a_command_that_changed_something() -> None:
    assert asked(shown("sources")) == [("Share", "share:sources")]
    assert asked(shown("subscriptions")) == []


def test_names_to_choose_from_are_buttons_in_place_of_the_list() -> None:
    page, _ = found = shown("choice-ambiguous")
    assert asked(found) == [
        ("Mercury Bank", "ask:Mercury Bank"),
        ("Mercury Press", "ask:Mercury Press"),
    ]
    assert letters(page).strip() == "mercury can mean several organisations. Which one?"


def test_a_name_whose_command_is_too_long_for_a_button_stays_in_the_list() -> None:
    command = f"/intel {'a' * CUSTOM_ID}"
    page, buttons = present(Choice("a", True, ("A", "B"), ("/intel A", command)), "a", UTC)
    assert [each.custom_id for each in buttons] == ["ask:A"]
    assert "B: " in letters(page)


def test_as_many_names_as_discord_has_room_for_are_buttons_each_once() -> None:
    names = tuple(f"Acme {n} " * 20 for n in range(40))
    commands = tuple(f"/intel acme {n // 2}" for n in range(80))
    _, buttons = present(Choice("a", True, names, commands), "a", UTC)
    assert len({each.custom_id for each in buttons}) == len(buttons) == 20
    assert {each.label[-1] for each in buttons} == {"…"}
    assert max(len(each.label) for each in buttons) <= LABEL
    assert check({"content": "x", "components": rows(buttons)}) == ()


@pytest.mark.parametrize(("length", "there"), [(93, True), (94, False), (1_500, False)])
def test_a_command_too_long_for_an_id_leaves_its_button_out(length: int, there: bool) -> None:
    answer = replace(long_briefing(), as_of=ANSWERS["briefing-empty"].as_of)  # type: ignore[union-attr]
    page, buttons = present(answer, "a" * length, UTC)
    assert any(each.custom_id.startswith("more:2:") for each in buttons) is there
    assert check({"embeds": page.embeds, "components": rows(buttons)}) == ()


def long_briefing(stories: int = 60) -> Briefing:
    briefing = ANSWERS["briefing"]
    assert isinstance(briefing, Briefing)
    lines = tuple(
        replace(briefing.stories[0], headline=f"Story {n} of Acme") for n in range(stories)
    )
    sources = tuple(
        replace(briefing.sources[0], number=n, title=f"Report {n}", url=f"https://n.example/{n}")
        for n in range(1, 91)
    )
    return replace(briefing, stories=lines, sources=sources)


def all_pages(answer: Answer) -> list[Page]:
    found: list[Page] = []
    while True:
        page, _ = present(answer, "acme", UTC, page=len(found) + 1)
        if page in found:
            return found
        found.append(page)


def test_sources_without_room_have_a_button_and_pages_of_their_own() -> None:
    answer, words = long_briefing(), "acme asof 2026-02-03"
    first = present(answer, "/intel acme", UTC)
    assert asked(first)[:3] == [
        ("More (2 of 3)", f"more:2:{words}"),
        ("Sources", f"more:4:{words}"),
        ("Share", f"share:{words}"),
    ]
    assert "Report 1" not in letters(first[0])
    last = present(answer, "acme", UTC, page=3)
    assert asked(last)[:3] == [
        ("Back", f"more:2:{words}"),
        ("Sources", f"more:4:{words}"),
        ("Share", f"share:3:{words}"),
    ]
    assert last[0].embeds[0]["author"] == {"name": "Acme / Globex · page 3 of 3"}
    listed = present(answer, "acme", UTC, page=4)
    assert listed[0].embeds[0]["title"] == "Acme / Globex"
    assert asked(listed)[:2] == [
        ("More (2 of 2)", f"more:5:{words}"),
        ("Back", f"more:1:{words}"),
    ]
    assert not [id for _, id in asked(listed) if id.startswith("share")]
    assert asked(present(answer, "acme", UTC, page=5))[0] == ("Back", f"more:1:{words}")


def test_pages_show_every_story_and_source_once_and_in_order() -> None:
    found = all_pages(long_briefing())
    said = "".join(map(letters, found))
    assert len(found) == 5
    places = [said.index(f"Story {n} of Acme") for n in range(60)]
    assert places == sorted(places)
    assert said.count("Story 17 of Acme") == 1
    for number in range(1, 91):
        assert f"{number}. Harbour Post (owned by Acme), 2023-10-31: Report {number}\n" in said


def test_a_briefing_without_sources_to_move_is_paged_whole() -> None:
    found = present(replace(long_briefing(), sources=()), "acme", UTC)
    assert [id.partition(":")[0] for _, id in asked(found)] == [
        "more", "share", "facts", "timeline", "subscribe",
    ]  # fmt: skip


def test_a_shared_page_keeps_what_leads_further() -> None:
    assert asked(present(long_briefing(), "acme", UTC, shared=True)) == [
        ("More (2 of 3)", "more:2:acme asof 2026-02-03"),
        ("Sources", "more:4:acme asof 2026-02-03"),
        ("Facts", "facts:Acme Globex since 2019"),
        ("Timeline", "timeline:Acme Globex since 2019"),
    ]


def test_a_page_beyond_the_last_is_the_last() -> None:
    answer = long_briefing()
    assert present(answer, "acme", UTC, page=99)[0] == all_pages(answer)[-1]
    assert present(answer, "acme", UTC, page=-1) == present(answer, "acme", UTC)


def test_hits_and_sources_beyond_a_page_have_more() -> None:
    search, sources = ANSWERS["search"], ANSWERS["sources"]
    assert isinstance(search, SearchAnswer)
    assert isinstance(sources, SourceList)
    hits = tuple(replace(search.hits[0], number=n, snippet="word " * 100) for n in range(1, 31))
    many: Mapping[str, Answer] = {
        "search stake": replace(search, hits=hits),
        "sources": replace(sources, rows=sources.rows * 60),
    }
    for command, answer in many.items():
        label, custom_id = asked(present(answer, command, UTC))[0]
        assert (label[:8], custom_id) == ("More (2 ", f"more:2:{command}")
