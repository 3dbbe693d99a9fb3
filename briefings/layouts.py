"""What digests look like: presets, their templates, and the operator's own in place of them.

    refresh: own source -> tried on samples -> accepted -> in use   (else the last good, or shipped)
    draw:    pages, by preset -> draw_pages in a worker -> Markdown (else the shipped template)

Every template is drawn in a contained worker. One that fails costs a line under `problems`, never
a digest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from briefings.answers import Digest
from briefings.containment import WorkerPool
from briefings.drawing import (
    MAX_SOURCE_BYTES,
    PRELOAD,
    Drawn,
    Fault,
    Page,
    draw_pages,
    shipped,
)
from briefings.errors import ContainmentError, IntelbriefError
from briefings.presets import Preset, Presets, parse_presets
from briefings.sample_digests import SAMPLES

__all__ = ["Layouts", "Preset", "Presets", "drawing_workers", "parse_presets"]

PAGES_A_CALL = 50
KILLS_A_CALL = 3
"""After so many stopped workers a template is not tried on further pages: the first is for up to
fifty pages, which then go one by one."""

SHIPPED = ("digest-brief.md.j2", "digest-full.md.j2", "digest-headlines.md.j2")
"""The templates that come with the program; the first stands in where there is no other."""

_KILLED = {
    "time": "it takes longer than the time it has",
    "memory": "it takes more memory than it may have",
}


def drawing_workers() -> WorkerPool:
    """The pool pages are drawn in: one worker, 2 s and 256 MB a call."""
    return WorkerPool("drawing", size=1, memory_mb=256, deadline_s=2.0, preload=PRELOAD)


class Accepted(Protocol):
    """The last good source of each template, wherever that is kept."""

    async def get(self, name: str) -> str | None: ...

    async def accept(self, name: str, source: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Active:
    """The source that is in use for a template's name."""

    source: str
    is_shipped: bool


class Layouts:
    """Draws digests with the templates of their presets.

    `own` gives the source of an operator's template by its file's name, None where there is none.
    Before the first `refresh` the shipped templates are in use.
    """

    def __init__(
        self,
        presets: Presets,
        own: Callable[[str], str | None],
        templates: Accepted,
        pool: WorkerPool,
    ) -> None:
        self.presets = presets
        self._own = own
        self._templates = templates
        self._pool = pool
        self._seen: dict[str, bytes] = {}
        self._active: dict[str, _Active] = {}
        self._doubtful: set[str] = set()
        self._refused: dict[str, str] = {}
        self._failed: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The presets by name, the default first."""
        return tuple(self.presets)

    @property
    def problems(self) -> tuple[str, ...]:
        """Which template is not in use as the operator wrote it, why, and what is used instead."""
        names = dict.fromkeys(preset.template for preset in self.presets.values())
        found = (each.get(name) for name in names for each in (self._refused, self._failed))
        return tuple(problem for problem in found if problem)

    async def refresh(self) -> None:
        """Look whether an operator's template changed, and try it; cheap when none did.

        Raises:
            StoreError: the last good source could not be read or kept.
        """
        uses: dict[str, list[Preset]] = {}
        for preset in self.presets.values():
            uses.setdefault(preset.template, []).append(preset)
        for name, presets in uses.items():
            source, fault = self._look(name)
            seen = sha256(repr((source, fault)).encode()).digest()
            if self._seen.get(name) == seen:
                continue
            found = await self._take(name, source, fault, presets)
            if found is not None and found.killed and name not in self._doubtful:
                self._doubtful.add(name)  # tried once more: the machine may have been busy
            else:
                self._doubtful.discard(name)
                self._seen[name] = seen

    async def draw(self, pages: Sequence[tuple[Digest, str, str]]) -> list[str]:
        """Pages of Markdown in the same order, of (digest, preset, zone key) each."""
        drawn = [""] * len(pages)
        by_preset: dict[Preset, list[int]] = {}
        for at, (_, name, _) in enumerate(pages):
            by_preset.setdefault(self.presets.choose(name), []).append(at)
        for preset, places in by_preset.items():
            wanted = [(pages[at][0], pages[at][2]) for at in places]
            for at, page in zip(places, await self._draw(preset, wanted), strict=True):
                drawn[at] = page
        return drawn

    # --- choosing a template --------------------------------------------------------------------

    def _look(self, name: str) -> tuple[str | None, Fault | None]:
        """What the operator has under this name, or why it cannot be read."""
        try:
            source = self._own(name)
        except (IntelbriefError, OSError, UnicodeDecodeError) as error:
            return None, Fault(0, f"it cannot be read: {error}")
        if source is not None and len(source.encode(errors="replace")) > MAX_SOURCE_BYTES:
            return None, Fault(0, f"it is longer than {MAX_SOURCE_BYTES:,} bytes")
        if source is None and name not in SHIPPED:
            return None, Fault(0, "there is no such file in the folder templates/")
        return source, None

    async def _take(
        self, name: str, source: str | None, fault: Fault | None, presets: Sequence[Preset]
    ) -> Fault | None:
        """Put an operator's source to use if it passes its trial; else say why not."""
        self._refused.pop(name, None)
        self._failed.pop(name, None)
        self._active.pop(name, None)
        if source is not None:
            fault = await self._try(source, presets)
            if fault is None:
                await self._templates.accept(name, source)
                self._active[name] = _Active(source, is_shipped=False)
        if fault is None:
            return None
        last = await self._last_good(name, source, presets)
        if last is not None:
            self._active[name] = _Active(last, is_shipped=False)
        instead = "The last good version" if last is not None else _shipped_for(name)
        self._refused[name] = _told(name, fault, f"{instead} stays in use.")
        return fault

    async def _last_good(
        self, name: str, refused: str | None, presets: Sequence[Preset]
    ) -> str | None:
        """The source accepted last, if it still passes: the program may have changed since."""
        last = await self._templates.get(name)
        if last is None or last == refused or await self._try(last, presets):
            return None
        return last

    async def _try(self, source: str, presets: Sequence[Preset]) -> Fault | None:
        """What is wrong with a source on the sample digests, under each preset that uses it."""
        for preset in presets:
            drawn = await self._drawn(source, preset, SAMPLES, kills=1)
            if fault := next((each.fault for each in drawn if each.fault), None):
                return fault
        return None

    # --- drawing --------------------------------------------------------------------------------

    async def _draw(self, preset: Preset, pages: Sequence[Page]) -> list[str]:
        """Pages of one preset; those its template fails on are drawn with the shipped one."""
        active = self._active.get(preset.template) or _shipped(preset.template)
        drawn = await self._drawn(active.source, preset, pages, kills=KILLS_A_CALL)
        faults = {at: each.fault for at, each in enumerate(drawn) if each.fault}
        if faults and not active.is_shipped:
            instead = f"{_shipped_for(preset.template)} is used for such digests."
            fault = next(iter(faults.values()))
            self._failed[preset.template] = _told(preset.template, fault, instead)
            source = _shipped(preset.template).source
            again = await self._drawn(source, preset, [pages[at] for at in faults])
            for at, each in zip(faults, again, strict=True):
                drawn[at] = each
        return [
            each.page if each.fault is None else _drawn_here(preset, page)
            for each, page in zip(drawn, pages, strict=True)
        ]

    async def _drawn(
        self, source: str, preset: Preset, pages: Sequence[Page], *, kills: int = KILLS_A_CALL
    ) -> list[Drawn]:
        """Pages or faults, one a page; a page that kills the worker is found and left out."""
        drawn: list[Drawn] = []
        together, killed = PAGES_A_CALL, 0
        while len(drawn) < len(pages):
            some = pages[len(drawn) : len(drawn) + together]
            try:
                drawn += await self._pool.run(draw_pages, source, preset, some)
            except ContainmentError as error:
                why = _KILLED.get(str(error.ids["reason"]), "the process that drew it died")
                fault = Fault(0, why, killed=True)
                killed += 1
                if killed >= kills:
                    drawn += [Drawn("", fault)] * (len(pages) - len(drawn))
                elif len(some) == 1:
                    drawn.append(Drawn("", fault))
                together = 1
        return drawn


def _shipped(name: str) -> _Active:
    """The shipped template of a name; that of the default preset where there is none."""
    return _Active(shipped(name if name in SHIPPED else SHIPPED[0]), is_shipped=True)


def _shipped_for(name: str) -> str:
    return "The shipped template" if name in SHIPPED else f"The shipped {SHIPPED[0]}"


def _drawn_here(preset: Preset, page: Page) -> str:
    """A page of the shipped template without a worker: when none can be had, a digest still goes.

    Raises:
        RuntimeError: the shipped template itself is at fault.
    """
    (drawn,) = draw_pages(_shipped(preset.template).source, preset, [page])
    if drawn.fault is not None:
        raise RuntimeError(f"{preset.template}, line {drawn.fault.line}: {drawn.fault.what}")
    return drawn.page


def _told(name: str, fault: Fault, instead: str) -> str:
    """A line for the operator: Template x.md.j2, line 12: 'storys' is undefined. ..."""
    place = f"Template {name}, line {fault.line}" if fault.line else f"Template {name}"
    return f"{place}: {fault.what.rstrip('.')}. {instead}"
