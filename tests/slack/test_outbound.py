"""Answers as Slack shows them: golden pages with their buttons.

After a wanted change: `GOLDEN=write pytest tests/slack/test_outbound.py`, and read the difference
before keeping it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import build
from bot.platforms.console.inbound import operator
from bot.platforms.slack.limits import BUTTON_VALUE, check
from bot.platforms.slack.markup import Page, pages
from bot.platforms.slack.outbound import Press, present, pressed
from briefings.answers import Answer, Briefing, Choice, SearchAnswer, SourceList
from briefings.drawing import draw_pages, shipped
from briefings.presets import parse_presets
from config.settings import Settings
from tests.fakes.answers import ANSWERS, COMMANDS
from tests.fakes.clock import FakeClock
from tests.fakes.digests import DIGESTS, ZONE
from tests.slack.slack_grammar import read, refused_by_schema

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "slack"
PRESETS = parse_presets((ROOT / "config" / "digests.toml").read_text(encoding="utf-8"))
SHOWN_DIGESTS = ("changes", "ledger", "developing", "unchanged", "chinese", "long")


def golden(name: str, found: list[Page]) -> None:
    made = [
        {"text": page.text, "blocks": list(page.blocks)}
        | ({"picture": asdict(page.picture)} if page.picture else {})
        for page in found
    ]
    written = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")
    assert [check({"blocks": page.blocks, "text": page.text}) for page in found] == [()] * len(
        found
    )


def shown(name: str, **how: Any) -> Page:
    return present(ANSWERS[name], COMMANDS.get(name, name), UTC, **how)


def buttons(page: Page) -> list[tuple[str, str, str]]:
    return [
        (each["action_id"], each["text"]["text"], each["value"])
        for block in page.blocks
        if block["type"] == "actions"
        for each in block["elements"]
    ]


@pytest.mark.parametrize("name", ANSWERS)
def test_golden(name: str) -> None:
    golden(name, [shown(name)])


@pytest.mark.parametrize("name", ["briefing", "search"])
def test_golden_shared(name: str) -> None:
    golden(f"{name}-shared", [shown(name, shared=True, by="U012AB3CD")])


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("state", SHOWN_DIGESTS)
def test_golden_digest(preset: str, state: str) -> None:
    chosen = PRESETS[preset]
    (drawn,) = draw_pages(shipped(chosen.template), chosen, [(DIGESTS[state], ZONE)])
    golden(f"digest-{preset}-{state}", pages(drawn.page))


async def test_golden_of_the_shipped_corpus(tmp_path: Path) -> None:
    folder = {"INTELBRIEF_DATA_DIR": str(tmp_path), "INTELBRIEF_WATCH": "off"}
    async with build(Settings.from_env(folder), clock=FakeClock()) as app:
        who = operator(ZoneInfo("UTC"))
        alibaba = await app.ask("/intel alibaba", who)
        page = present(alibaba, "alibaba", UTC)
        asked = [
            await app.ask(value, who) for action, _, value in buttons(page) if action == "share"
        ]
    (again,) = asked
    assert isinstance(again, Briefing)
    assert isinstance(alibaba, Briefing)
    assert (again.stories, again.sources) == (alibaba.stories, alibaba.sources)
    golden("alibaba", [page])
    assert page.text.startswith("Alibaba\n5 articles from 2013-05-07 to 2023-10-31")
    heads = [block["text"]["text"] for block in page.blocks if block["type"] == "header"]
    assert heads == ["Alibaba"]


def test_every_golden_page_is_one_slack_takes_and_of_a_test() -> None:
    names = {*ANSWERS, "briefing-shared", "search-shared", "alibaba"}
    names |= {f"digest-{preset}-{state}" for preset in PRESETS for state in SHOWN_DIGESTS}
    assert {path.stem for path in GOLDEN.glob("*.json")} == names


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_golden_blocks_pass_the_official_schema(path: Path) -> None:
    for page in json.loads(path.read_text(encoding="utf-8")):
        assert refused_by_schema(page["blocks"]) == []
        assert page["text"] == page["text"].strip() != ""


def test_the_schema_refuses_what_is_no_block() -> None:
    assert refused_by_schema([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}])


# --- buttons ------------------------------------------------------------------------------------


def test_a_briefing_can_be_shared_subscribed_to_and_seen_as_a_timeline() -> None:
    assert buttons(shown("briefing")) == [
        ("share", "Share to channel", "/intel acme globex since 2019 asof 2026-02-03"),
        ("facts", "Facts", "/intel facts Acme Globex since 2019"),
        ("timeline", "Timeline", "/intel timeline Acme Globex since 2019"),
        ("subscribe", "Subscribe", "/intel subscribe Acme Globex"),
    ]


@pytest.mark.parametrize("name", ["failure", "choice-nothing-near", "status", "preview"])
def test_what_concerns_the_asker_alone_has_no_buttons(name: str) -> None:
    assert buttons(shown(name)) == []


def test_a_timeline_can_be_shared_and_subscribed_to() -> None:
    assert buttons(shown("timeline")) == [
        ("share", "Share to channel", "/intel timeline acme globex since 2019 asof 2026-02-03"),
        ("subscribe", "Subscribe", "/intel subscribe Acme Globex"),
    ]


def test_an_empty_briefing_can_only_be_subscribed_to() -> None:
    assert [action for action, _, _ in buttons(shown("briefing-empty"))] == ["subscribe"]


def test_no_button_repeats_a_command_that_changed_something() -> None:
    assert buttons(shown("sources")) == [("share", "Share to channel", "/intel sources")]
    assert buttons(shown("subscriptions")) == []


def test_names_to_choose_from_are_buttons_in_place_of_the_list() -> None:
    page = shown("choice-ambiguous")
    assert buttons(page) == [
        ("ask:0", "Mercury Bank", "/intel Mercury Bank"),
        ("ask:1", "Mercury Press", "/intel Mercury Press"),
    ]
    assert len(page.blocks) == 2
    assert "Mercury Press" in page.text


def test_a_name_whose_command_is_too_long_for_a_button_stays_in_the_list() -> None:
    command = f"/intel {'a' * BUTTON_VALUE}"
    page = present(Choice("a", True, ("A", "B"), ("/intel A", command)), "a", UTC)
    assert [value for _, _, value in buttons(page)] == ["/intel A"]
    assert "B: " in "".join(read(page.blocks, "").letters)


@pytest.mark.parametrize("length", [1_990, 2_000, 5_000])
def test_a_command_too_long_for_a_value_leaves_its_button_out(length: int) -> None:
    answer = replace(long_briefing(), as_of=ANSWERS["briefing-empty"].as_of)  # type: ignore[union-attr]
    page = present(answer, "a" * length, UTC)
    assert [action for action, _, _ in buttons(page) if action == "more:2"] == (
        ["more:2"] if length + len("/intel ") <= BUTTON_VALUE else []
    )
    assert check({"blocks": page.blocks, "text": page.text}) == ()


def long_briefing(stories: int = 40) -> Briefing:
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


def test_sources_without_room_have_a_button_and_pages_of_their_own() -> None:
    answer, command = long_briefing(), "/intel acme globex since 2019 asof 2026-02-03"
    first = present(answer, "acme globex since 2019", UTC)
    total = len(pages_of_body(answer))
    assert buttons(first)[:3] == [
        ("more:2", f"More (2 of {total})", command),
        ("sources", "Sources", command),
        ("share", "Share to channel", command),
    ]
    assert "Report 1" not in first.text
    listed = present(answer, command, UTC, sources=True)
    assert listed.text.startswith("Acme / Globex\n\nSources\n\n1. Harbour Post (owned by Acme)")
    assert [action for action, _, _ in buttons(listed)][:2] == ["sources:2", "more:1"]
    assert "share" not in [action for action, _, _ in buttons(listed)]


def pages_of_body(answer: Briefing) -> list[Page]:
    found: list[Page] = []
    while True:
        page = present(answer, "acme", UTC, page=len(found) + 1)
        if page in found:
            return found
        found.append(page)


def test_pages_show_every_story_once_and_in_order() -> None:
    said = "".join(
        "".join(read(page.blocks, "").letters) for page in pages_of_body(long_briefing())
    )
    places = [said.index(f"Story {n} of Acme") for n in range(40)]
    assert places == sorted(places)
    assert said.count("Story 17 of Acme") == 1


def test_every_numbered_source_keeps_its_number() -> None:
    text = ""
    for number in range(1, 10):
        page = present(long_briefing(), "acme", UTC, page=number, sources=True)
        text += "\n" + "".join(
            "".join(each["text"] for each in section["elements"])
            for block in page.blocks
            if block["type"] == "rich_text"
            for section in block["elements"]
        )
    for number in range(1, 91):
        assert f"{number}. Harbour Post (owned by Acme), 2023-10-31: Report {number}\n" in text


def test_a_briefing_without_sources_to_move_is_paged_whole() -> None:
    page = present(replace(long_briefing(), sources=()), "acme", UTC)
    assert [action for action, _, _ in buttons(page)] == [
        "more:2",
        "share",
        "facts",
        "timeline",
        "subscribe",
    ]


def test_a_shared_page_says_who_shared_it_and_keeps_what_shows_more() -> None:
    page = present(long_briefing(), "acme", UTC, page=2, shared=True, by="U012AB3CD")
    assert buttons(page) == [
        ("sources", "Sources", "/intel acme asof 2026-02-03"),
        ("facts", "Facts", "/intel facts Acme Globex since 2019"),
        ("timeline", "Timeline", "/intel timeline Acme Globex since 2019"),
    ]
    by = page.blocks[-2]["elements"][0]["elements"]
    assert by[1] == {"type": "user", "user_id": "U012AB3CD"}
    assert len(read(page.blocks, page.text).mentions) == 1


def test_a_page_beyond_the_last_is_the_last() -> None:
    answer = long_briefing()
    last = pages_of_body(answer)[-1]
    assert present(answer, "acme", UTC, page=99) == last
    assert present(answer, "acme", UTC, page=-1) == present(answer, "acme", UTC)
    assert not [action for action, _, _ in buttons(last) if action.startswith("more")]


@pytest.mark.parametrize(
    ("action", "press"),
    [
        ("more:2", Press(2)),
        ("more:1", Press(1)),
        ("share", Press(1)),
        ("share:3", Press(3)),
        ("sources", Press(1, sources=True)),
        ("sources:4", Press(4, sources=True)),
        ("ask:2", Press(1)),
        ("timeline", Press(1)),
        ("more:99999", Press(1)),
        ("else where", Press(1)),
    ],
)
def test_an_action_id_says_what_to_show(action: str, press: Press) -> None:
    assert pressed(action) == press


def test_button_ids_are_unique_and_labels_have_room() -> None:
    long = "Acme " * 40
    page = present(Choice("a", True, (long, "B"), ("/intel A", "/intel B")), "a", UTC)
    labels = [label for _, label, _ in buttons(page)]
    assert labels[0].endswith("…")
    assert len(labels[0]) <= 75
    briefing = present(long_briefing(), "acme", UTC)
    actions = [action for action, _, _ in buttons(briefing)]
    assert len(actions) == len(set(actions)) == 6


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
        action, label, value = buttons(present(answer, command, UTC))[0]
        assert (action, label[:5], value) == ("more:2", "More ", f"/intel {command}")
