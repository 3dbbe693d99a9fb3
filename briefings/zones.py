"""Time zones by their names, as people write them. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from briefings.errors import InputError

_NO_CITIES = frozenset({"Brazil", "Canada", "Chile", "Etc", "Mexico", "US"})
"""Areas that file regions: US/Pacific is no city."""
_NO_PLACE = frozenset({"Factory", "localtime", "EST", "HST", "MST"})
"""In the database, but no clock on a wall: EST never changes to summer time."""
_WITHOUT_ZONE = {
    "Asia/Shanghai": "beijing shenzhen guangzhou hangzhou 北京 上海 深圳 广州 杭州",
    "Asia/Hong_Kong": "香港",
    "Asia/Taipei": "台北",
    "Asia/Tokyo": "osaka 东京",
    "Asia/Singapore": "新加坡",
    "Asia/Kolkata": "mumbai delhi new_delhi bangalore bengaluru",
    "America/New_York": "boston washington 纽约",
    "America/Los_Angeles": "san_francisco seattle",
    "Europe/Berlin": "frankfurt munich hamburg",
    "Europe/London": "伦敦",
}
"""Cities people name although the database files them under another, and some in Chinese."""
_OFFSET = re.compile(r"(?:(?:utc|gmt)?[+-]\d{1,2}(?::?\d\d)?|(?:utc|gmt)\d{1,2})")
_ABBREVIATION = re.compile(
    "[cemp][ds]?t|[bhijk]st|[ce]est|ak[ds]t|a[ecw][ds]t|nz[ds]t|hkt|sgt|bjt|msk|sast"
)
_NEAR, _FARTHER = 75, 10
_NEAREST = 3


@cache
def zone_of(key: str) -> ZoneInfo:
    """The zone with an IANA key; kept for good, where zoneinfo itself keeps only eight."""
    return ZoneInfo(key)


def find_zone(name: str) -> ZoneInfo:
    """The zone with an IANA key or of a city, in any case: asia/shanghai, Shanghai, new york.

    Raises:
        InputError: there is none, or the name is an offset such as UTC+8 or an abbreviation such
            as CST, several places go by; names the nearest zones.
    """
    if (zone := zone_named(name)) is not None:
        return zone
    if _says_offset(name):
        raise InputError(
            f"“{name}” does not say where, and so not when the clocks change.",
            remedy="Name the zone of a city, such as Asia/Shanghai, Europe/Berlin or "
            "America/New_York; UTC will do, too.",
            zone=name,
        )
    nearest = zones_near(name)
    raise InputError(
        f"There is no time zone “{name}”.",
        remedy=f"Did you mean {_either(nearest)}?"
        if nearest
        else "Name it as the IANA database does, such as Asia/Shanghai or Europe/Berlin.",
        zone=name,
    )


def zone_named(name: str) -> ZoneInfo | None:
    """The zone with this key or of this city, if there is one."""
    key = _keys().get(_plain(name))
    return zone_of(key) if key else None


def is_zone_key(word: str) -> bool:
    """Whether a word is a zone and nothing else: Asia/Shanghai, UTC; not Phoenix or Nice."""
    plain = _plain(word)
    return plain in ("utc", "gmt") or ("/" in plain and plain in _keys())


def looks_like_zone(name: str) -> bool:
    """Whether somebody who wrote this had a time zone in mind, known or not."""
    return "/" in name or _says_offset(name) or bool(zones_near(name))


def zones_near(name: str) -> tuple[str, ...]:
    """The keys a mistyped name may stand for, nearest first, at most three."""
    plain, keys = _plain(name), _keys()
    if city := keys.get(plain.rpartition("/")[2]):
        return (city,)
    near = process.extract(plain, list(keys), scorer=_likeness, score_cutoff=_NEAR, limit=9)
    close = (keys[found] for found, score, _ in near if score > near[0][1] - _FARTHER)
    return tuple(dict.fromkeys(close))[:_NEAREST]


def zones_matching(typed: str, limit: int) -> tuple[str, ...]:
    """The keys somebody may be about to name, likeliest first; none for no text.

    The zone or city of that name, then those of cities that begin so, then of whatever has it in
    its name, then the nearest; no zone that is an offset and no place.
    """
    plain = _plain(typed)
    if not plain:
        return ()
    keys = _keys()
    containing = sorted(
        (not name.rpartition("/")[2].startswith(plain), not name.startswith(plain), key)
        for name, key in keys.items()
        if plain in name
    )
    found = (keys.get(plain, ""), *(key for *_, key in containing), *zones_near(typed))
    places = (key for key in found if re.fullmatch(r"(?!Etc/)[^0-9]+", key))
    return tuple(dict.fromkeys(places))[:limit]


def _likeness(asked: str, key: str, *, score_cutoff: float | None = None) -> float:
    """A city typed alone is compared with cities, a whole key with whole keys."""
    compared = key if "/" in asked else key.rpartition("/")[2]
    return fuzz.ratio(asked, compared, score_cutoff=score_cutoff)


def _says_offset(name: str) -> bool:
    plain = _plain(name)
    return bool(_OFFSET.fullmatch(plain) or _ABBREVIATION.fullmatch(plain))


def _either(names: tuple[str, ...]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _plain(name: str) -> str:
    letters = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return "_".join(re.sub(r"[.'’]", "", "".join(letters).casefold()).split())


@cache
def _keys() -> dict[str, str]:
    """What a zone may be called, folded -> its key.

    Two zones of one city's name are one place filed twice (Buenos_Aires, Argentina/Buenos_Aires);
    the longer key is the one the database itself prefers.
    """
    known = sorted(available_timezones() - _NO_PLACE, key=lambda key: (key.count("/"), key))
    keys = {_plain(city): key for key, cities in _WITHOUT_ZONE.items() for city in cities.split()}
    keys |= {_plain(key.rpartition("/")[2]): key for key in known if _is_city(key)}
    return keys | {_plain(key): key for key in known}


def _is_city(key: str) -> bool:
    return "/" in key and key.partition("/")[0] not in _NO_CITIES
