"""The forms a digest can take, as config/digests.toml names them.

A preset says how much a digest holds; its template says what that looks like.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from briefings.errors import CatalogError

DEFAULT = "brief"
"""The preset of a subscription that names none."""

_FILE = "digests.toml"

_Name = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=30)]
_Template = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class _Preset(Struct, forbid_unknown_fields=True):
    name: _Name
    template: _Template
    stories: Annotated[int, Meta(ge=0, le=50)] = 6
    statements: Annotated[int, Meta(ge=0, le=5)] = 1
    also: Annotated[int, Meta(ge=0, le=10)] = 0
    headlines: Annotated[int, Meta(ge=0, le=100)] = 10
    facts: Annotated[int, Meta(ge=0, le=40)] = 6
    bottom_line: bool = True
    sources: bool = True
    coverage: bool = True


@dataclass(frozen=True, slots=True)
class Preset:
    """A form of digest: a template and how much it gets to show.

    `template` is a file's name. At most `stories` stories are told, each in at most `statements`
    sentences and with at most `also` sources besides theirs, and at most `headlines` more are
    named. At most `facts` new facts of the ledger are listed; corrections always are.
    `bottom_line`, `sources` and `coverage` say whether the digest has these sections; without
    sources nothing is cited by number.
    """

    name: str
    template: str
    stories: int
    statements: int
    also: int
    headlines: int
    facts: int
    bottom_line: bool
    sources: bool
    coverage: bool


class Presets(Mapping[str, Preset]):
    """Presets by name, the default first."""

    def __init__(self, presets: Mapping[str, Preset]) -> None:
        first = {DEFAULT: presets[DEFAULT]}
        self._presets = {**first, **presets}

    def __getitem__(self, name: str) -> Preset:
        return self._presets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._presets)

    def __len__(self) -> int:
        return len(self._presets)

    def choose(self, name: str) -> Preset:
        """The preset of this name; the default where the operator took it away since."""
        return self._presets.get(name, self._presets[DEFAULT])


def parse_presets(toml: str, own: str = "") -> Presets:
    """Return the presets of digests.toml, with those of an operator's `own` one on top.

    Raises:
        CatalogError: naming the file, the entry, what is wrong with it and what to do.
    """
    presets = {preset.name: preset for preset in _read(toml)}
    presets |= {preset.name: preset for preset in _read(own)}
    if DEFAULT not in presets:
        raise _error("", f"has no preset {DEFAULT!r}.", "Add it: it is the one used by default.")
    return Presets(presets)


def _read(toml: str) -> list[Preset]:
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise _error("", f"is not TOML: {error}.", "Mend the line.") from error
    if unknown := document.keys() - {"preset"}:
        raise _error("", f"has the unknown key {min(unknown)!r}.", "It may have: preset.")
    entries = document.get("preset", [])
    if not isinstance(entries, list):
        raise _error("", "has a preset that is no list.", "Begin each entry with [[preset]].")
    presets: dict[str, Preset] = {}
    for number, entry in enumerate(entries, start=1):
        preset = _preset(entry, number)
        if preset.name in presets:
            raise _error(preset.name, "is listed twice.", "Keep one of the two.")
        presets[preset.name] = preset
    return list(presets.values())


def _preset(entry: object, number: int) -> Preset:
    named = entry.get("name") if isinstance(entry, dict) else None
    label = str(named) if named else f"entry {number}"
    known = _Preset.__struct_fields__
    if isinstance(entry, dict) and (unknown := entry.keys() - set(known)):
        remedy = f"It may have: {', '.join(known)}."
        raise _error(label, f"has the unknown key {min(unknown)!r}.", remedy)
    try:
        read = msgspec.convert(entry, _Preset)
    except msgspec.ValidationError as error:
        remedy = "The top of the file says what is."
        raise _error(label, f"is not as it should be: {error}.", remedy) from error
    return Preset(
        name=read.name,
        template=f"{read.template}.md.j2",
        stories=read.stories,
        statements=read.statements,
        also=read.also,
        headlines=read.headlines,
        facts=read.facts,
        bottom_line=read.bottom_line,
        sources=read.sources,
        coverage=read.coverage,
    )


def _error(label: str, what: str, remedy: str) -> CatalogError:
    place = f"{_FILE}, {label}" if label else _FILE
    return CatalogError(f"{place} {what}", remedy=remedy, file=_FILE, entry=label)
