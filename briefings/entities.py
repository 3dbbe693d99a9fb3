"""Which organisations a text names, and which one a reader means.

    text -> folded, one character for one -> every spelling in it (Aho-Corasick)
         -> those that stand as names -> leftmost-longest -> mentions -> tags

The longest name wins: 阿里巴巴影业 is not 阿里巴巴, and a namesake (JD Vance) hides the name
in it. A name that several organisations share is a mention of none of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from ahocorasick_rs import AhoCorasick
from rapidfuzz import fuzz, process

from briefings.catalog import NAMESAKES
from briefings.model import Mention, Organisation, Role, Tag
from briefings.spellings import Spelling, names_by_key, spellings
from briefings.text.names import folded, name_key, plain_width
from briefings.text.sentences import split

NEAREST = 3
"""How many organisations are offered for a name nobody knows."""

LEAD_SENTENCES = 2
LEAD_SHORTEST = 100
LEAD_LONGEST = 300
"""The lead of a body: its first sentences, within these many characters."""

_AFTER_EXCHANGE = re.compile(r"\s*[A-Za-z]{2,8}\s*:\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a reader means by a name.

    `organisation` is its id, or None; then `nearest` holds ids to offer, never none, and
    `ambiguous` tells whether the name fits each of them.
    """

    organisation: str | None
    nearest: tuple[str, ...] = ()
    ambiguous: bool = False


class Matcher:
    """Finds and resolves the organisations of a catalogue; costs microseconds a text.

    `organisations` are those that can be asked for, by id, in the order of the catalogue.
    """

    organisations: Mapping[str, Organisation]

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        catalogue = tuple(organisations)
        self.organisations = MappingProxyType(
            {one.id: one for one in catalogue if one.kind != NAMESAKES}
        )
        self._chains = {id: tuple(self._chain(id)) for id in self.organisations}
        self._by_key = names_by_key(self.organisations.values())
        self._keys = tuple(self._by_key)
        self._media = {
            where: self.owner(one.id)
            for one in self.organisations.values()
            for medium in one.media
            for where in (name_key(medium.name), *medium.hosts)
        }
        self._spellings, self._automaton = self._compiled(catalogue)

    # --- in text ------------------------------------------------------------------------------

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return the organisations named in `text`, in order, none overlapping."""
        haystack = folded(text)
        named = [
            Mention(name.organisation, found + name.lead, found + name.lead + name.length)
            for index, found, _ in self._automaton.find_matches_as_indexes(haystack, True)
            for name in self._spellings[index]
            if name.stands(text, haystack, found)
        ]
        named.sort(key=lambda mention: (mention.start, -mention.end))
        mentions = []
        end_before = 0
        for mention in named:
            if mention.start >= end_before:
                end_before = mention.end
                if mention.organisation in self.organisations:
                    mentions.append(mention)
        return tuple(mentions)

    def tags(self, title: str, body: str) -> tuple[Tag, ...]:
        """Return what an article is about, then what it mentions in passing; () for most texts.

        An organisation named in the title or the lead is a subject. A unit's owners are tagged
        with it, by the name of the unit unless they are named themselves.
        """
        text = f"{title}\n\n{body}"
        mentions = self.mentions(text)
        if not mentions:
            return ()
        body_start = len(text) - len(body)
        lead_end = body_start + _lead_length(body)
        tags: dict[str, Tag] = {}
        for mention in mentions:
            role = Role.SUBJECT if mention.start < lead_end else Role.PASSING
            for counted in self._chains[mention.organisation]:
                tag = Tag(counted, role, mention.organisation)
                if counted not in tags or _weight(tag) > _weight(tags[counted]):
                    tags[counted] = tag
        return tuple(sorted(tags.values(), key=lambda tag: tag.role is not Role.SUBJECT))

    # --- by name ------------------------------------------------------------------------------

    def resolve(self, query: str) -> Resolution:
        """Return the organisation whose id, name, alias or ticker `query` is, in any spelling.

        Otherwise the nearest ones; ambiguous where the name is shared by several, or begins
        names of several that do not own each other.
        """
        query = plain_width(query)
        key = name_key(query)
        named = self._by_key.get(key)
        if named is None and (listed := _AFTER_EXCHANGE.fullmatch(query)):
            named = self._by_key.get(name_key(listed.group(1)))
        if named is not None:
            if len(named) == 1:
                return Resolution(named[0])
            return Resolution(None, named, ambiguous=True)
        nearest = self._nearest(key)
        begun = self._begun_by(key) if len(key) > 1 else ()
        if not begun:
            return Resolution(None, nearest)
        ordered = tuple(dict.fromkeys((*(id for id in nearest if id in begun), *begun, *nearest)))
        if len(begun) > 1:
            return Resolution(None, ordered[: min(len(begun), NEAREST)], ambiguous=True)
        return Resolution(None, ordered[:NEAREST])

    def called(self, name: str) -> str | None:
        """Return the id of the one organisation that has exactly this name, a namesake's too."""
        named = self._by_key.get(name_key(name), ())
        return named[0] if len(named) == 1 else None

    def suggest(self, text: str, limit: int) -> tuple[str, ...]:
        """Return whom somebody may be about to name, likeliest first; of no text, the first ones.

        Whose name it is, then whose names begin so or have it in them, then the nearest.
        """
        key = name_key(plain_width(text))
        if not key:
            return tuple(self.organisations)[:limit]
        containing = sorted(
            (not name.startswith(key), len(name), name) for name in self._keys if key in name
        )
        likely = (id for _, _, name in containing for id in self._by_key[name])
        return tuple(dict.fromkeys((*likely, *self._nearest(key))))[:limit]

    def owner(self, id: str) -> str:
        """Return the id of whoever owns `id` in the end, itself for one that stands alone."""
        chain = self._chains.get(id)
        return chain[-1] if chain else id

    def display(self, id: str, language: str = "en") -> str:
        """Return the name to show; the id itself for one the catalogue no longer has."""
        organisation = self.organisations.get(id)
        if organisation is None:
            return id
        return (language == "zh" and organisation.name_zh) or organisation.name

    def owner_of_publisher(self, publisher: str, url: str) -> str | None:
        """Return the id of the organisation that owns a publisher, by its name or its host."""
        key = name_key(publisher)
        if key in self._media:
            return self._media[key]
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        while host:
            if host in self._media:
                return self._media[host]
            host = host.partition(".")[2]
        named = self._by_key.get(key, ())
        return self.owner(named[0]) if len(named) == 1 else None

    def _compiled(
        self, catalogue: Iterable[Organisation]
    ) -> tuple[tuple[list[Spelling], ...], AhoCorasick]:
        """Return what each piece of text says that the automaton finds, and the automaton."""
        nobodys = {key for key, ids in self._by_key.items() if len(ids) > 1}
        by_text: defaultdict[str, list[Spelling]] = defaultdict(list)
        for organisation in catalogue:
            if organisation.kind == NAMESAKES:
                nobodys.update(map(name_key, organisation.aliases))
                for name in organisation.aliases:
                    by_text[folded(name)].append(Spelling(NAMESAKES, len(name)))
        for organisation in self.organisations.values():
            for text, spelling in spellings(organisation, nobodys):
                if spelling not in by_text[text]:
                    by_text[text].append(spelling)
        return tuple(by_text.values()), AhoCorasick(by_text)

    def _chain(self, id: str) -> Iterator[str]:
        owner: str | None = id
        while owner is not None:
            yield owner
            owner = self.organisations[owner].part_of

    def _nearest(self, key: str) -> tuple[str, ...]:
        ranked = process.extract(key, self._keys, scorer=fuzz.ratio, limit=None)
        ids = (id for name, _, _ in ranked for id in self._by_key[name])
        return tuple(dict.fromkeys((*ids, *self.organisations)))[:NEAREST]

    def _begun_by(self, key: str) -> tuple[str, ...]:
        """Return who has a name that begins so, leaving out the units of another one that has."""
        ids = {id for name in self._keys if name.startswith(key) for id in self._by_key[name]}
        return tuple(
            id for id in self.organisations if id in ids and ids.isdisjoint(self._chains[id][1:])
        )


def _lead_length(body: str) -> int:
    length = 0
    for sentence, (_, end) in enumerate(split(body[:LEAD_LONGEST]), start=1):
        length = end
        if sentence >= LEAD_SENTENCES and end >= LEAD_SHORTEST:
            break
    return length


def _weight(tag: Tag) -> tuple[bool, bool]:
    """Order tags for one organisation: subjects first, then its own name before a unit's."""
    return tag.role is Role.SUBJECT, tag.named == tag.organisation
