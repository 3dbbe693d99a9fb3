"""Presets, what digests look like, and an operator's templates in place of the shipped ones.

After a wanted change of a template: `GOLDEN=write pytest tests/test_layouts.py`, and read the
difference before keeping it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from briefings.answers import (
    Coverage,
    DevelopingStory,
    Digest,
    HeadlineRow,
    NumberedSource,
    Statement,
    StoryLine,
)
from briefings.drawing import MAX_PAGE_BYTES, draw_pages, shipped
from briefings.errors import CatalogError, ContainmentError, SettingsError
from briefings.fitting import fit
from briefings.layouts import SHIPPED, Layouts
from briefings.presets import Preset, parse_presets
from briefings.sample_digests import SAMPLES
from briefings.sandbox import FILTERS, PARTIALS
from tests.fakes.digests import CHANGED, DEVELOPING, DIGESTS, FIRST, ZONE
from tests.fakes.workers import InlinePool

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden" / "digests"
TOML = (ROOT / "config" / "digests.toml").read_text(encoding="utf-8")
PRESETS = parse_presets(TOML)
EVERY = [(preset, state) for preset in PRESETS for state in DIGESTS]


def drawn(preset: Preset, digest: Digest, zone: str = ZONE) -> str:
    (page,) = draw_pages(shipped(preset.template), preset, [(digest, zone)])
    assert page.fault is None
    return page.page


# --- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("preset", "state"), EVERY)
def test_golden(preset: str, state: str) -> None:
    page = drawn(PRESETS[preset], DIGESTS[state])
    path = GOLDEN / f"{preset}-{state}.md"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8")


def test_there_is_a_golden_page_for_every_preset_and_state() -> None:
    assert {path.stem for path in GOLDEN.glob("*.md")} == {f"{p}-{s}" for p, s in EVERY}


@pytest.mark.parametrize(("preset", "state"), EVERY)
@pytest.mark.parametrize("sources", [True, False])
def test_a_page_has_no_empty_heading_no_double_blank_line_and_no_loose_list(
    preset: str, state: str, sources: bool
) -> None:
    page = drawn(replace(PRESETS[preset], sources=sources), DIGESTS[state])
    assert "\n\n\n" not in page
    assert page.startswith("# ")
    assert page == page.strip() + "\n"
    tokens = MarkdownIt("commonmark").parse(page)
    for heading, after in zip(tokens, tokens[3:], strict=False):
        level = int(heading.tag[1:]) if heading.type == "heading_open" else 0
        assert after.type != "heading_open" or int(after.tag[1:]) > level
    assert all(t.hidden for t in tokens if t.type == "paragraph_open" and t.level > 1)
    assert [t.tag for t in tokens if t.type == "heading_open"].count("h1") == 1
    if not sources:
        assert not re.search(r"\\\[\d+\\\]", page)
        assert "<http" not in page


@pytest.mark.parametrize(("preset", "state"), EVERY)
def test_every_number_cited_is_a_source_and_every_source_is_cited(preset: str, state: str) -> None:
    digest = fit(DIGESTS[state], PRESETS[preset])
    numbers = [source.number for source in digest.sources]
    assert numbers == list(range(1, len(numbers) + 1))
    if preset != "headlines":
        page = drawn(PRESETS[preset], DIGESTS[state])
        assert {int(n) for n in re.findall(r"\\\[(\d+)\\\]", page)} == set(numbers)


def test_a_full_digest_ends_with_a_picture_where_it_has_news_for_one() -> None:
    two, one = CHANGED, replace(CHANGED, new=CHANGED.new[:1])
    empty = replace(FIRST, new=())
    image = "\n\n![Timeline of Acme and Globex](intelbrief:timeline/Acme/Globex)\n"
    pages = [drawn(PRESETS["full"], digest) for digest in (two, FIRST, one, DEVELOPING, empty)]
    assert len(CHANGED.new) == 2
    assert [page.endswith(image) for page in pages] == [True, True, False, False, False]
    assert [page.count("](") for page in pages] == [1, 1, 0, 0, 0]
    assert "](" not in drawn(PRESETS["brief"], two) + drawn(PRESETS["headlines"], two)
    assert drawn(PRESETS["full"], replace(FIRST, new=FIRST.new[:1])).endswith(image)


def test_times_are_shown_in_the_zone_of_the_subscription_with_the_weekday() -> None:
    assert "*Mon 2 Mar 2026, 09:00 Asia/Shanghai" in drawn(PRESETS["brief"], CHANGED)
    assert "*Sun 1 Mar 2026, 17:00 America/Los\\_Angeles" in drawn(
        PRESETS["brief"], CHANGED, "America/Los_Angeles"
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_the_shipped_templates_draw_every_sample(preset: str) -> None:
    pages = draw_pages(shipped(PRESETS[preset].template), PRESETS[preset], SAMPLES)
    assert [page.fault for page in pages] == [None] * len(SAMPLES)


# --- what fits ----------------------------------------------------------------------------------


def test_what_is_no_story_any_more_is_a_headline_and_then_counted() -> None:
    brief = replace(PRESETS["brief"], stories=1, headlines=2, bottom_line=False)
    fitted = fit(CHANGED, brief)
    assert [line.headline for line in fitted.new] == ["Acme buys a stake in Globex"]
    assert [row.headline for row in fitted.headlines] == [
        "Parcel opens a depot in Ningbo",
        "Globex names a new treasurer",
    ]
    assert fitted.beyond == CHANGED.beyond + 1
    assert [source.publisher for source in fitted.sources] == [
        "Harbour Post",
        "Market Wire",
        "Harbour Post",
    ]
    assert [row.cite for row in fitted.headlines] == [2, 3]


def test_a_developing_story_stays_one_as_a_headline() -> None:
    rows = fit(DEVELOPING, PRESETS["headlines"]).headlines
    assert [(row.headline, row.first_told is not None, row.cite) for row in rows] == [
        ("Acme and Globex in talks on a cloud venture", True, 1),
        ("Regulator fines Globex", True, 2),
    ]


def test_without_sentences_a_story_keeps_one_source() -> None:
    fitted = fit(CHANGED, replace(PRESETS["full"], statements=0, also=0, bottom_line=False))
    assert [(line.statements, line.also) for line in fitted.new] == [((), (1,)), ((), (2,))]


def test_what_fits_stays_as_it_is() -> None:
    assert fit(CHANGED, PRESETS["full"]) == CHANGED


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(sorted(DIGESTS)),
    st.builds(
        Preset,
        name=st.just("any"),
        template=st.just(SHIPPED[1]),
        stories=st.integers(0, 4),
        statements=st.integers(0, 3),
        also=st.integers(0, 3),
        headlines=st.integers(0, 5),
        facts=st.integers(0, 2),
    ),
)
def test_no_story_is_lost_and_sources_are_those_cited(state: str, preset: Preset) -> None:
    before, after = DIGESTS[state], fit(DIGESTS[state], preset)

    def lines(digest: Digest) -> int:
        shown = len(digest.new) + len(digest.developing) + len(digest.headlines)
        return shown + digest.beyond

    assert lines(after) == lines(before)
    assert len(after.new) + len(after.developing) <= preset.stories
    assert len(after.headlines) <= preset.headlines
    cited = {n for statement in after.bottom_line for n in statement.cites}
    for line in (*after.new, *(told.line for told in after.developing)):
        cited |= {n for statement in line.statements for n in statement.cites} | set(line.also)
    cited |= {row.cite for row in after.headlines}
    for change in (*after.corrections, *after.changes):
        readings = [each for one in change.fact.differing for each in one.readings]
        cited |= {n for each in readings for n in each.cites} | set(change.fact.cites)
    assert len(after.changes) <= preset.facts
    assert [line.before for line in after.corrections] == [
        line.before for line in before.corrections
    ]
    assert cited == {source.number for source in after.sources}
    assert {s.url for s in after.sources} <= {s.url for s in before.sources}


# --- presets ------------------------------------------------------------------------------------


def test_the_shipped_presets_show_every_story_an_editor_tells() -> None:
    assert tuple(PRESETS) == ("brief", "full", "headlines")
    assert {preset.template for preset in PRESETS.values()} == set(SHIPPED)
    assert all(preset.stories + preset.headlines == 32 for preset in PRESETS.values())


def test_an_operator_adds_presets_and_replaces_shipped_ones() -> None:
    own = """
        [[preset]]
        name = "board"
        template = "board"
        stories = 3

        [[preset]]
        name = "full"
        template = "digest-full"
        stories = 40
    """
    presets = parse_presets(TOML, own)
    assert tuple(presets) == ("brief", "full", "headlines", "board")
    assert presets["full"].stories == 40
    assert presets["board"] == Preset("board", "board.md.j2", 3, 1, 0, 10, 6, True, True, True)
    assert presets.choose("gone") is presets["brief"]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[[preset", "digests.toml is not TOML"),
        ("[presets]", "digests.toml has the unknown key 'presets'. It may have: preset."),
        ("preset = 1", "digests.toml has a preset that is no list."),
        ("preset = [1]", "digests.toml, entry 1 is not as it should be"),
        ('[[preset]]\ntemplate = "x"', "digests.toml, entry 1 is not as it should be: .*`name`"),
        (
            '[[preset]]\nname = "x"\ntemplate = "x"\nstorys = 1',
            "digests.toml, x has the unknown key 'storys'. It may have: name, template, stories",
        ),
        ('[[preset]]\nname = "x"\ntemplate = "../x"', "digests.toml, x .*`\\$.template`"),
        ('[[preset]]\nname = "X y"\ntemplate = "x"', "digests.toml, X y .*`\\$.name`"),
        ('[[preset]]\nname = "x"\ntemplate = "x"\nstories = 51', "digests.toml, x .*<= 50"),
        ('[[preset]]\nname = "x"\ntemplate = "x"\nsources = 1', "digests.toml, x .*`bool`"),
        (
            '[[preset]]\nname = "x"\ntemplate = "x"\n[[preset]]\nname = "x"\ntemplate = "y"',
            "digests.toml, x is listed twice. Keep one of the two.",
        ),
    ],
)
def test_a_preset_that_cannot_be_is_named(toml: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message) as caught:
        parse_presets(TOML, toml)
    assert caught.value.remedy


def test_there_is_always_a_default() -> None:
    with pytest.raises(CatalogError, match="no preset 'brief'"):
        parse_presets('[[preset]]\nname = "x"\ntemplate = "x"')


# --- an operator's templates --------------------------------------------------------------------


class Kept:
    """The last good templates, in memory."""

    def __init__(self, **sources: str) -> None:
        self.sources = sources

    async def get(self, name: str) -> str | None:
        return self.sources.get(name)

    async def accept(self, name: str, source: str) -> None:
        self.sources[name] = source


class Desk:
    """Layouts on the own templates in `files`, drawn in this process."""

    def __init__(self, toml: str = "", pool: Any = None) -> None:
        self.files: dict[str, str] = {}
        self.kept = Kept()
        self.pool = pool or InlinePool()
        self.toml = toml
        self.layouts = self.restarted()

    def restarted(self) -> Layouts:
        presets = parse_presets(TOML, self.toml)
        self.layouts = Layouts(presets, self.files.get, self.kept, self.pool)
        return self.layouts

    async def put(self, name: str, source: str) -> tuple[str, ...]:
        self.files[name] = source
        await self.layouts.refresh()
        return self.layouts.problems

    async def page(self, preset: str = "brief", digest: Digest = CHANGED) -> str:
        (page,) = await self.layouts.draw([(digest, preset, ZONE)])
        return page


BRIEF = "digest-brief.md.j2"


async def test_pages_come_back_in_the_order_they_were_asked_for() -> None:
    desk = Desk()
    wanted = [
        (digest, preset, ZONE)
        for digest in DIGESTS.values()
        for preset in ("full", "brief", "gone", "headlines")
    ]
    pages = await desk.layouts.draw(wanted)
    assert pages == [drawn(PRESETS.choose(preset), digest) for digest, preset, _ in wanted]
    assert desk.layouts.names == ("brief", "full", "headlines")


async def test_a_template_of_the_operator_replaces_the_shipped_one_of_its_name() -> None:
    desk = Desk()
    assert await desk.put(BRIEF, "# Ours: {{ title }}") == ()
    assert await desk.page() == "# Ours: Acme / Globex\n"
    assert (await desk.page("full")).startswith("# Acme / Globex")
    assert desk.kept.sources == {BRIEF: "# Ours: {{ title }}"}

    del desk.files[BRIEF]
    await desk.layouts.refresh()
    assert await desk.page() == drawn(PRESETS["brief"], CHANGED)
    assert desk.layouts.problems == ()


async def test_a_preset_can_name_a_template_of_its_own() -> None:
    desk = Desk('[[preset]]\nname = "board"\ntemplate = "board"')
    await desk.layouts.refresh()
    assert desk.layouts.problems == (
        "Template board.md.j2: there is no such file in the folder templates/. "
        "The shipped digest-brief.md.j2 stays in use.",
    )
    assert await desk.put("board.md.j2", "Board: {{ zone }}, {{ preset.name }}") == ()
    assert await desk.page("board") == "Board: Asia/Shanghai, board\n"


async def test_looking_again_costs_nothing_while_nothing_changed() -> None:
    desk = Desk()
    await desk.put(BRIEF, "# {{ title }}")
    runs = desk.pool.runs
    await desk.layouts.refresh()
    assert desk.pool.runs == runs == 1


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("# A\n\n{{ storys }}", "line 3: 'storys' is undefined"),
        ("{% for s in new %}\n{{ s.headlin }}\n{% endfor %}", "line 2: 'dict object' has no"),
        ("{% if %}", "line 1: Expected an expression"),
        ("# A\n{{ title | shout }}", "line 2: No filter named 'shout'"),
        ("# A\n{% include 'x.md.j2' %}", "line 2: there is no 'x.md.j2' to include"),
        ("# A\n{{ new }}", "line 2: {{ … }} prints texts and numbers"),
        ("{% set x %}a{% endset %}{{ x }}", "line 1: {% set %} with {% endset %} cannot be used"),
        ("{{ title.upper() }}", "line 1: access to attribute 'upper' of 'str' object is unsafe"),
        ("{{ title * 3 }}", "line 1: '*' works on numbers only"),
        ("{% if first %}x{% endif %}", "the page is empty"),
        ("x" * 32_769, "it is longer than 32,768 bytes"),
        ("汉" * 10_923, "it is longer than 32,768 bytes"),
        ("{% for i in range(66) %}" + "x" * 1_000 + "{% endfor %}", "longer than 65,536 bytes"),
        ("{{ '\\ud800' }}", "it prints half a character"),
    ],
)
async def test_a_bad_template_is_not_used_and_its_line_is_named(source: str, problem: str) -> None:
    desk = Desk()
    (told,) = await desk.put(BRIEF, source)
    assert told.startswith(f"Template {BRIEF}")
    assert problem in told
    assert told.endswith(" The shipped template stays in use.")
    assert await desk.page() == drawn(PRESETS["brief"], CHANGED)
    assert desk.kept.sources == {}


async def test_the_last_good_version_stays_in_use_after_a_restart_too() -> None:
    desk = Desk()
    await desk.put(BRIEF, "# Good {{ title }}")
    problem = (
        f"Template {BRIEF}, line 1: 'storys' is undefined. The last good version stays in use."
    )
    assert await desk.put(BRIEF, "{{ storys }}") == (problem,)
    assert await desk.page() == "# Good Acme / Globex\n"

    await desk.restarted().refresh()
    assert desk.layouts.problems == (problem,)
    assert await desk.page() == "# Good Acme / Globex\n"

    assert await desk.put(BRIEF, "# Better {{ title }}") == ()
    assert desk.kept.sources == {BRIEF: "# Better {{ title }}"}


async def test_a_last_good_version_that_passes_no_longer_is_not_used() -> None:
    desk = Desk()
    desk.kept.sources[BRIEF] = "{{ a_name_of_an_older_version }}"
    (told,) = await desk.put(BRIEF, "{{ storys }}")
    assert told.endswith("The shipped template stays in use.")


@pytest.mark.parametrize(
    "error",
    [SettingsError("It is a folder."), OSError("no"), UnicodeDecodeError("u", b"", 0, 1, "")],
)
async def test_a_file_that_cannot_be_read_is_reported(error: Exception) -> None:
    def own(name: str) -> str | None:
        if name == BRIEF:
            raise error
        return None

    layouts = Layouts(PRESETS, own, Kept(), InlinePool())  # type: ignore[arg-type]
    await layouts.refresh()
    (told,) = layouts.problems
    assert told.startswith(f"Template {BRIEF}: it cannot be read: ")


async def test_a_template_that_fails_on_a_real_digest_costs_a_line_and_no_digest() -> None:
    desk = Desk()
    source = "# {{ title }}\n{% if title == 'Acme' %}\n{{ gone }}\n{% endif %}"
    assert await desk.put(BRIEF, source) == ()
    bad = replace(FIRST, title="Acme")
    pages = await desk.layouts.draw([(d, "brief", ZONE) for d in (CHANGED, bad, CHANGED)])
    assert pages == ["# Acme / Globex\n", drawn(PRESETS["brief"], bad), "# Acme / Globex\n"]
    assert desk.layouts.problems == (
        f"Template {BRIEF}, line 3: 'gone' is undefined. "
        "The shipped template is used for such digests.",
    )
    assert await desk.put(BRIEF, "# {{ title }}") == ()


class DyingPool(InlinePool):
    """Dies on every call that `kills` says so of."""

    def __init__(self, kills: Callable[[str, Sequence[Any]], bool]) -> None:
        super().__init__()
        self.kills = kills

    async def run(self, task: Any, *args: Any, **kwargs: Any) -> Any:
        if self.kills(args[0], args[2]):
            self.runs += 1
            raise ContainmentError("Too long.", reason="time")
        return await super().run(task, *args, **kwargs)


async def test_a_page_that_kills_the_worker_is_found_and_the_others_are_drawn() -> None:
    bad = replace(FIRST, title="Deadly")
    pool = DyingPool(
        lambda source, pages: (
            source == "# {{ title }}" and any(d.title == "Deadly" for d, _ in pages)
        )
    )
    desk = Desk(pool=pool)
    assert await desk.put(BRIEF, "# {{ title }}") == ()
    digests = [CHANGED, bad, CHANGED]
    pages = await desk.layouts.draw([(d, "brief", ZONE) for d in digests])
    assert pages == ["# Acme / Globex\n", drawn(PRESETS["brief"], bad), "# Acme / Globex\n"]
    (told,) = desk.layouts.problems
    assert told.startswith(f"Template {BRIEF}: it takes longer than the time it has. The shipped")


async def test_without_a_worker_digests_are_drawn_all_the_same() -> None:
    desk = Desk(pool=DyingPool(lambda source, pages: True))
    pages = await desk.layouts.draw([(CHANGED, "brief", ZONE)] * 60)
    assert pages == [drawn(PRESETS["brief"], CHANGED)] * 60
    assert desk.pool.runs == 3


async def test_a_trial_that_was_stopped_gets_a_second_chance_and_no_third() -> None:
    busy = True
    desk = Desk(pool=DyingPool(lambda source, pages: busy))
    (told,) = await desk.put(BRIEF, "# {{ title }}")
    assert "it takes longer than the time it has. The shipped template stays in use" in told
    busy = False
    await desk.layouts.refresh()
    assert desk.layouts.problems == ()
    assert await desk.page() == "# Acme / Globex\n"

    busy = True
    await desk.put(BRIEF, "# Slow {{ title }}")
    await desk.layouts.refresh()
    runs = desk.pool.runs
    await desk.layouts.refresh()
    assert desk.pool.runs == runs
    assert len(desk.layouts.problems) == 1


def test_a_call_gives_back_what_it_has_after_half_a_second() -> None:
    slow = (
        "x{% for i in range(1000) %}{% for j in range(70) %}{% if i == j %}{% endif %}{% endfor %}"
    )
    slow += "{% endfor %}"
    preset = PRESETS["brief"]
    pages = draw_pages(slow, preset, [(CHANGED, ZONE)] * 1_000)
    assert 1 <= len(pages) < 1_000
    assert {page.page for page in pages} == {"x\n"}


async def test_a_page_may_be_as_long_as_it_may_be() -> None:
    desk = Desk()
    assert await desk.put(BRIEF, "{% for i in range(64) %}" + "x" * 1_024 + "{% endfor %}") == ()
    assert len(await desk.page()) == MAX_PAGE_BYTES + 1


# --- what a template can do ---------------------------------------------------------------------


async def test_macros_loops_and_partials_print_as_they_should() -> None:
    desk = Desk()
    source = (
        "{% macro told(s) %}**{{ s.headline }}**{% endmacro %}\n"
        "# {{ title }}\n\n"
        "{% for s in new %}\n- {{ loop.index }}/{{ loop.length }} {{ told(s) }}\n{% endfor %}\n\n"
        "{% for name, value in preset.items() if name == 'stories' %}{{ name }}={{ value }}"
        "{% endfor %}\n\n\n"
        "{{ since | day }} {{ topics | join(' & ') }} {{ None }}\n\n"
        "{% include 'digest-coverage.md.j2' %}\n"
    )
    assert await desk.put(BRIEF, source) == ()
    assert await desk.page() == (
        "# Acme / Globex\n\n"
        "- 1/2 **Acme buys a stake in Globex**\n"
        "- 2/2 **Parcel opens a depot in Ningbo**\n\n"
        "stories=5\n\n"
        "Mon 23 Feb 2026 Acme \\& Globex\n\n"
        "*9 sources watched, 1 failing, 2 silent · last look Mon 2 Mar 2026, 08:55 · "
        "`/intel sources` says more*\n"
    )


# --- its documentation --------------------------------------------------------------------------

README = (ROOT / "config" / "templates" / "README.md").read_text(encoding="utf-8")


def test_everything_a_template_sees_and_uses_is_described() -> None:
    variables = {field.name for field in fields(Digest)} | {"preset", "zone"}
    described = set(re.findall(r"^\| `([a-z_]+)` \|", README, re.MULTILINE))
    assert variables <= described
    assert described - variables == {"link", "cites", "code", "day", "picture"}
    for kind in (StoryLine, Statement, DevelopingStory, HeadlineRow, Coverage, NumberedSource):
        assert {field.name for field in fields(kind)} <= set(re.findall(r"`([a-z_]+)`", README))
    assert all(f"`{name}`" in README for name in (*FILTERS, *PARTIALS, *SHIPPED))


async def test_the_example_works() -> None:
    (example,) = re.findall(r"```jinja\n(.*?)```", README, re.DOTALL)
    desk = Desk()
    assert await desk.put(BRIEF, example) == ()
    assert "- **Parcel opens a depot in Ningbo**, 2026-02-25 \\[3\\]\n" in await desk.page()
