"""Templates that mean harm: none escapes, none outlives its time, none costs a digest.

J01 to J07 are rows of the list of hostile input; the escapes are those of Jinja's advisories and
the shapes that lists of template injections share.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from briefings.containment import WorkerPool
from briefings.drawing import PRELOAD, draw_pages, shipped
from briefings.errors import ContainmentError
from briefings.layouts import Layouts, drawing_workers
from briefings.presets import parse_presets
from briefings.sample_digests import HOSTILE_TEXT, SAMPLES
from tests.fakes.digests import CHANGED, ZONE

ROOT = Path(__file__).resolve().parents[1]
PRESETS = parse_presets((ROOT / "config" / "digests.toml").read_text(encoding="utf-8"))
BRIEF = "digest-brief.md.j2"
LIMIT_S = 2.5

CANARIES = ("uid=", "root:", "os.system", "<class", "<function", "<module", "<bound", "<built-in")
"""What a page would show if a template had got hold of more than it was given."""

SSTI = (
    # through classes
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ [].__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "{{ {}.__class__.__init__.__globals__ }}",
    "{{ title.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''['__cla' ~ 'ss__'] }}",
    "{{ ''['__cla' + 'ss__']['__mro__'] }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ ''['\\u005f_class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f')|attr('__mro__') }}",
    "{{ ''|attr(['__', 'class', '__']|join) }}",
    "{{ title|map(attribute='__class__')|list }}",
    "{{ [title]|map(attribute='__class__')|first }}",
    "{{ [title]|map(attribute='__class__.__mro__')|join }}",
    "{{ new|map(attribute='headline.__class__')|first }}",
    "{{ [title]|selectattr('__class__')|list|length }}",
    "{{ [title]|sort(attribute='__class__')|first }}",
    "{{ [title]|unique(attribute='__class__')|first }}",
    "{{ [title]|join(attribute='__class__') }}",
    "{{ [title]|groupby('__class__') }}",
    "{{ (1).__class__ }}",
    "{{ 1.5.real }}",
    "{{ new.append(1) }}",
    "{{ new.__init__ }}",
    "{{ preset.__getitem__('name') }}",
    "{{ preset.get('name') }}",
    "{{ preset.pop('name') }}",
    "{{ preset.items.__self__ }}",
    "{{ preset.items().__class__ }}",
    # through Jinja's own objects
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ lipsum|attr('__globals__') }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace(a=1).a }}",
    "{{ dict(a=1).a }}",
    "{{ range.__class__ }}",
    "{{ range(3).__class__ }}",
    "{{ range(1, 9)|attr('start') }}",
    "{% for x in new %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in new %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% for x in new %}{{ loop._iterator }}{% endfor %}",
    "{% for x in new %}{{ loop['_iterable'] }}{% endfor %}",
    "{% for x in new %}{{ loop }}{% endfor %}",
    "{% for x in new %}{{ loop.cycle.__self__ }}{% endfor %}",
    "{% macro m() %}{{ m._func.__globals__ }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ m.__init__ }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ caller.__class__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "{% macro m() %}{{ varargs.__class__ }}{{ kwargs.__class__ }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m() %}x{% endmacro %}{{ m }}",
    "{{ gone.__class__ }}",
    "{{ gone._undefined_message }}",
    "{{ gone.__init__.__globals__ }}",
    "{{ new[99].__class__ }}",
    # through what frameworks put there
    "{{ config }}",
    "{{ config.items() }}",
    "{{ config.__class__.__init__.__globals__['os'].popen('id').read() }}",
    "{{ request }}",
    "{{ request.application.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ request['__class__'] }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ session }}",
    "{{ g.pop.__globals__ }}",
    "{{ app.__class__ }}",
    "{{ environment }}",
    "{{ context }}",
    "{{ __builtins__ }}",
    "{{ __import__('os').system('id') }}",
    "{{ open('/etc/passwd').read() }}",
    "{{ eval('1') }}",
    "{{ getattr('', '__class__') }}",
    # through formatting
    "{{ '{0.__class__}'.format(title) }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(loop) }}",
    "{{ '{a.__class__}'.format_map({'a': title}) }}",
    "{{ '%s' % title.__class__ }}",
    "{{ '%s' % title }}",
    "{{ '%s'|format(title) }}",
    "{{ ('{0.__class__}'|string).format }}",
    "{{ ['{0.__class__}'.format]|map('call', title)|list }}",
    # through other templates and tags
    "{% include '/etc/passwd' %}",
    "{% include '../../config/settings.py' %}",
    "{% include ['status.md.j2', 'help.md.j2'] %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'os' import system %}{{ system }}",
    "{% extends 'help.md.j2' %}",
    "{% import 'cited.md.j2' as x %}{{ x.__class__ }}",
    "{% block a %}{{ self.a.__func__ }}{% endblock %}",
    "{% set x = title.__class__ %}{{ x }}",
    "{% if title.__class__ %}x{% endif %}x",
    "{% with a = title.__class__ %}{{ a }}{% endwith %}",
    "{% autoescape true %}{{ title.__class__ }}{% endautoescape %}",
    "{% filter attr('__class__') %}x{% endfilter %}",
    "{{ title|xmlattr }}",
    "{{ title|pprint }}",
    "{{ title|safe }}",
    "{{ title|tojson }}",
    "{{ title is callable }}",
    "{{ title is filter('attr') }}",
    "{% print title.__class__ %}",
    "{% do title.__class__ %}",
    "{% debug %}",
    "{% trans %}{{ title.__class__ }}{% endtrans %}",
)

ADVISORIES = {
    # CVE-2016-10745: str.format reached attributes
    "{{ '{0.__class__.__mro__}'.format(42) }}": "format",
    # CVE-2019-10906: str.format_map did as well
    "{{ '{a.__class__.__mro__}'.format_map({'a': 42}) }}": "format_map",
    # CVE-2024-56326: a stored reference to format, called by a filter
    "{% set f = '{0.__class__}'.format %}{{ f(42) }}": "format",
    "{% macro m(f) %}{{ f(42) }}{% endmacro %}{{ m('{0.__class__}'.format) }}": "format",
    # CVE-2025-27516: |attr got the plain str.format
    "{{ ('{0.__class__}'|attr('format'))(42) }}": "attr",
    # CVE-2024-56201: a file name that was code; there are no file names to choose
    "{% include \"x'+print('escaped')+'.md.j2\" %}": "include",
}

GREEDY = {
    "J02 times": "{{ 'a' * 10**9 }}",
    "J02 times a variable": "{% set n = 1000000000 %}{{ title * n }}",
    "J02 list": "{{ [1] * 1000000000 }}",
    "J02 power": "{{ 9 ** 9 ** 9 }}",
    "J02 ljust": "{{ 'x'.ljust(10**9) }}",
    "J02 center method": "{{ 'x'.center(1000000000) }}",
    "J02 percent": "{{ '%1000000000d' % 1 }}",
    "J02 format": "{{ '{:1000000000}'.format(1) }}",
    "J02 center": "{{ 'x'|center(1000000000) }}",
    "J02 indent": "{{ 'x\n'|indent(1000000000) }}",
    "J02 wordwrap": "{{ title|wordwrap(1, wrapstring='x') }}",
    "J02 plus": "{% set a = 'x' %}" + "{% set a = a + a %}" * 40 + "{{ a|length }}",
    "J02 numbers": "{% set a = 9 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
    "J02 round": "{{ 1.5|round(1000000000, 'floor') }}",
    "J02 range": "{{ range(1000000000)|list|length }}",
    "J04 parentheses": "{{ " + "(" * 16_000 + ")" * 16_000 + " }}",
    "J04 brackets": "{{ " + "[" * 16_000 + "]" * 16_000 + " }}",
    "J04 not": "{{ " + "not " * 8_000 + "1 }}",
    "J04 loops": "{% for a in new %}" * 900 + "{% endfor %}" * 900,
    "J04 ifs": "{% if 1 %}" * 1_700 + "{% endif %}" * 1_700,
    "J04 filters": "{{ title" + "|upper" * 5_000 + " }}",
    "J04 sums": "{{ 1" + "+1" * 16_000 + " }}",
    "J05 100 kB": "x" * 100_000,
    "J05 1.4 MB": "{{ title }}" * 130_000,
    "J07 output": "{% for i in range(1000) %}" + "x" * 100 + "{% endfor %}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "recursive loop": "{% for x in [new] recursive %}{{ loop([[1]]) }}{% endfor %}",
    "itself": "{% include 'digest-brief.md.j2' %}",
}
ENDLESS = {
    "J01 loops": "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}"
    "{% endfor %}{% endfor %}{% endfor %}",
    "J03 macro": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}"
    "{{ m(40) }}",
    "replace": "{% set a = 'x' %}"
    + "{% set a = a|replace('x', 'xxxx') %}" * 13
    + "{% for i in range(999) %}{% set b = a|replace('x', 'yy') %}{% endfor %}",
}
SWOLLEN = {
    "J02 doubling": "{% set a = title %}" + "{% set a = a ~ a %}" * 40 + "{{ a|length }}",
    "J02 join": "{% set a = title %}" + "{% set a = [a, a, a, a]|join %}" * 20 + "{{ a|length }}",
    "J02 replace": "{% set a = 'x' %}" + "{% set a = a|replace('', a) %}" * 8 + "{{ a|length }}",
}


class Nothing:
    """No last good template."""

    async def get(self, name: str) -> None:
        return None

    async def accept(self, name: str, source: str) -> None:
        raise AssertionError(f"{name} was accepted: {source[:80]}")


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    opened = drawing_workers()
    yield opened
    await opened.close()


@pytest.fixture
async def hasty() -> AsyncIterator[WorkerPool]:
    """The same with half a second a call, so that what never ends costs the tests less."""
    opened = WorkerPool("hasty", memory_mb=256, deadline_s=0.5, preload=PRELOAD)
    yield opened
    await opened.close()


async def verdict(pool: WorkerPool, source: str) -> tuple[str, float]:
    """What is said about a template of the operator, and how long that took."""
    layouts = Layouts(PRESETS, {BRIEF: source}.get, Nothing(), pool)  # type: ignore[arg-type]
    started = time.perf_counter()
    await layouts.refresh()
    took = time.perf_counter() - started
    (told,) = layouts.problems
    return told, took


async def still_works(pool: WorkerPool) -> None:
    (drawn,) = await pool.run(draw_pages, "{{ title }}", PRESETS["brief"], [(CHANGED, ZONE)])
    assert drawn.page == "Acme / Globex\n"


def test_there_are_enough_of_them() -> None:
    assert len(set(SSTI)) >= 60


async def test_no_payload_escapes(pool: WorkerPool) -> None:
    for source in (*SSTI, *ADVISORIES):
        started = time.perf_counter()
        (drawn,) = await pool.run(draw_pages, source, PRESETS["brief"], [(CHANGED, ZONE)])
        assert time.perf_counter() - started < LIMIT_S
        # Refused, or inert: a list of one is sorted without looking at what it is sorted by.
        shown = drawn.fault.what if drawn.fault else drawn.page
        assert drawn.fault or drawn.page in ("Acme / Globex\n", "0\n"), (source, drawn.page)
        assert not any(canary in shown for canary in CANARIES), (source, shown)
    assert not pool.kills
    await still_works(pool)


async def test_the_ways_of_the_advisories_are_closed_by_name(pool: WorkerPool) -> None:
    for source, way in ADVISORIES.items():
        (drawn,) = await pool.run(draw_pages, source, PRESETS["brief"], [(CHANGED, ZONE)])
        assert drawn.fault is not None
        assert way in drawn.fault.what or "there is no" in drawn.fault.what


async def test_greed_is_refused_without_a_worker_dying_of_it_or_soon_after(
    pool: WorkerPool,
) -> None:
    for name, source in GREEDY.items():
        told, took = await verdict(pool, source)
        assert told.startswith(f"Template {BRIEF}"), name
        assert told.endswith("The shipped template stays in use."), name
        assert took < LIMIT_S, name
    await still_works(pool)


async def test_what_takes_too_much_memory_is_stopped(pool: WorkerPool) -> None:
    for name, source in SWOLLEN.items():
        told, took = await verdict(pool, source)
        assert re.search(r"memory|longer than", told), (name, told)
        assert took < LIMIT_S + 1, name  # a worker may have to start first
    await still_works(pool)


async def test_what_never_ends_is_stopped(hasty: WorkerPool) -> None:
    for name, source in ENDLESS.items():
        told, took = await verdict(hasty, source)
        assert "it takes longer than the time it has" in told, (name, told)
        assert took < LIMIT_S, name
    assert hasty.kills["time"] == len(ENDLESS)
    await still_works(hasty)


async def test_two_seconds_are_the_limit(pool: WorkerPool) -> None:
    await still_works(pool)
    started = time.perf_counter()
    with pytest.raises(ContainmentError):
        await pool.run(draw_pages, ENDLESS["J03 macro"], PRESETS["brief"], [(CHANGED, ZONE)])
    assert 2 <= time.perf_counter() - started < LIMIT_S
    await still_works(pool)


async def test_a_template_that_turns_on_real_digests_costs_none(hasty: WorkerPool) -> None:
    turns = (
        "# {{ title }}\n{% if title == 'Acme / Globex' %}" + ENDLESS["J03 macro"] + "{% endif %}"
    )

    class Accepting(Nothing):
        async def accept(self, name: str, source: str) -> None:
            pass

    layouts = Layouts(PRESETS, {BRIEF: turns}.get, Accepting(), hasty)  # type: ignore[arg-type]
    await layouts.refresh()
    assert layouts.problems == ()
    pages = await layouts.draw([(CHANGED, "brief", ZONE)] * 120)
    assert len(pages) == 120
    assert all(page.startswith("# Acme / Globex\n\n*Mon 2 Mar 2026, 09:00") for page in pages)
    assert hasty.kills == {"time": 3}
    assert len(layouts.problems) == 1


# --- what comes from feeds ----------------------------------------------------------------------

PRINTING = (
    "{{ bottom_line[0].text }}",
    "{{ [new[0].headline]|first }}",
    "{{ [new[0].headline, 'x']|join(' ') }}",
    "{{ new[0].headline|upper }}",
    "{{ new[0].headline|trim }}",
    "{{ new[0].headline|replace('x', 'y') }}",
    "{{ new[0].headline|truncate(500) }}",
    "{{ new[0].headline|default('x') }}",
    "{{ gone|default(new[0].headline) }}",
    "{{ new[0].headline ~ '!' }}",
    "{{ new[0].headline + '!' }}",
    "{{ new[0].headline[:60] }}",
    "{{ new[0].headline|link }}",
    "{{ new[0].headline|code }}",
    "{{ (new[0].headline|code)|replace('\\\\', '') }}",
    "{{ (new[0].headline|link)|trim }}",
    "{{ [new[0].headline]|map('link')|join }}",
    "{{ [new[0].headline]|map('code')|first }}",
    "{{ 2|count(new[0].headline) }}",
    "{{ new[0].headline|day }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(new[0].headline) }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(new[0].headline)|replace('\\\\', '') }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ new[0].headline }}{% endcall %}",
    "{% for x in [new[0].headline] recursive %}{{ x }}{% endfor %}",
    "{% for x in new %}{{ loop.cycle(x.headline) }}{% endfor %}",
    "{% set x = new[0].headline %}{{ x }}",
    "{% with x = new[0].headline %}{{ x }}{% endwith %}",
)


def test_a_title_is_inert_however_a_template_prints_it() -> None:
    hostile = SAMPLES[-1]
    assert hostile[0].new[0].headline == HOSTILE_TEXT
    for source in PRINTING:
        (drawn,) = draw_pages(f"A {source}", PRESETS["full"], [hostile])
        assert drawn.fault is None, (source, drawn.fault)
        tokens = MarkdownIt("commonmark", {"html": True}).parse(drawn.page)
        kinds = {t.type for token in tokens for t in (token, *(token.children or ()))}
        assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text"}, (source, kinds)


def test_text_cannot_pass_for_numbers_of_sources() -> None:
    (drawn,) = draw_pages("{{ [title]|cites }}", PRESETS["brief"], [SAMPLES[-1]])
    assert drawn.fault is not None


PICTURES = (
    "{{ ['a', 'b', 'c'] | picture }}",
    "{{ [] | picture }}",
    "{{ [1] | picture }}",
    "{{ [''] | picture }}",
    "{{ [none] | picture }}",
    "{{ 'https://evil.example' | picture }}",
    "{{ none | picture }}",
    "{{ preset | picture }}",
    "{{ new | picture }}",
)


def test_a_picture_is_of_topics_and_nothing_else() -> None:
    for source in PICTURES:
        (drawn,) = draw_pages(source, PRESETS["full"], [(CHANGED, ZONE)])
        assert drawn.fault is not None, source
        assert drawn.fault.what == "picture takes a list of one topic or two, such as topics."


FOREIGN = "https://evil.example/p.png"
TURNED = (
    "{{ (topics | picture) | replace('intelbrief:timeline', 'https://evil.example') }}",
    "{{ (topics | picture) ~ '(https://evil.example)' }}",
    "{{ [topics | picture, 'https://evil.example'] | join }}",
    "{{ (topics | picture)[:-1] }}",
    "{{ (topics | picture) | truncate(20) }}",
)


def test_a_picture_cannot_be_turned_into_another() -> None:
    """What a filter or an operator makes of Markdown is text, and printed as such."""
    for source in TURNED:
        (drawn,) = draw_pages(f"A {source}", PRESETS["full"], [(CHANGED, ZONE)])
        assert drawn.fault is None, (source, drawn.fault)
        assert not images_of(drawn.page), source


@pytest.mark.parametrize(
    "topic",
    [
        f"x]({FOREIGN})",
        f"x)![y]({FOREIGN})",
        f'x "title" <{FOREIGN}>',
        "../../status",
        "a/b",
        "a?b#c",
        "x\n\n# head",
        HOSTILE_TEXT,
    ],
)
def test_the_name_of_a_topic_stays_inside_its_picture(topic: str) -> None:
    digest = replace(CHANGED, topics=(topic,))
    (drawn,) = draw_pages("{{ topics | picture }}", PRESETS["full"], [(digest, ZONE)])
    assert drawn.fault is None
    (address,) = images_of(drawn.page)
    assert re.fullmatch(r"intelbrief:timeline/[\w.~%-]+", address, re.ASCII)
    kinds = [token.type for token in MarkdownIt("commonmark").parse(drawn.page)]
    assert kinds == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_title_that_looks_like_a_picture_of_ours_is_text(preset: str) -> None:
    title = "![Timeline of Acme](intelbrief:timeline/Acme)"
    new = tuple(replace(story, headline=title) for story in CHANGED.new)
    sources = tuple(replace(source, title=title) for source in CHANGED.sources)
    row = replace(CHANGED.headlines[0], headline=title)
    digest = replace(CHANGED, new=new[:1], sources=sources, headlines=(row,), title=title)
    chosen = PRESETS[preset]
    (drawn,) = draw_pages(shipped(chosen.template), chosen, [(digest, ZONE)])
    assert drawn.fault is None
    assert "Timeline of Acme" in drawn.page
    assert images_of(drawn.page) == []


def images_of(page: str) -> list[str]:
    """The addresses of the images in a page."""
    found = [
        child
        for token in MarkdownIt("commonmark").parse(page)
        for child in token.children or ()
        if child.type == "image"
    ]
    return [str(child.attrs["src"]) for child in found]
