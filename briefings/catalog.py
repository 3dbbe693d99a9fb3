"""The data files of config/ as values: organisations, feeds and the shipped corpus.

Each parser takes the text of its file and raises CatalogError naming the file, the entry, what is
wrong with it and what to do; a file with an error in it is refused as a whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from briefings.errors import CatalogError
from briefings.model import FeedDefinition, Medium, Organisation, Published
from briefings.text.dates import parse_date
from briefings.text.names import name_key

NAMESAKES = "namesakes"
"""Id and kind of the pseudo-organisation whose aliases mean nobody watched when in a text."""

_ENTITIES = "entities.toml"
_FEEDS = "feeds.toml"
_CORPUS = "corpus.jsonl"

_ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")

_Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
_Name = Annotated[str, Meta(pattern=r"^\S(.*\S)?$", max_length=80)]
_Line = Annotated[str, Meta(pattern=r"^\S(.*\S)?$", max_length=1000)]
_Language = Annotated[str, Meta(pattern=r"^([a-z]{2})?$")]
_Ticker = Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,6}(\.[A-Z]{1,2})?$")]
_Host = Annotated[str, Meta(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")]


class _Medium(Struct, forbid_unknown_fields=True):
    name: _Name
    hosts: tuple[_Host, ...]


class _Organisation(Struct, forbid_unknown_fields=True):
    id: _Id
    name: _Name
    kind: _Id
    name_zh: str = ""
    part_of: str | None = None
    aliases: tuple[_Name, ...] = ()
    exact: tuple[_Name, ...] = ()
    ambiguous: tuple[_Name, ...] = ()
    tickers: tuple[_Ticker, ...] = ()
    media: tuple[_Medium, ...] = ()


class _Feed(Struct, forbid_unknown_fields=True):
    url: str
    publisher: _Name
    owner: str | None = None
    language: _Language = ""
    tier: Literal["filing", "company", "press", "aggregator"] = "press"
    last_verified: date | None = None
    enabled: bool = True
    note: str = ""


class _CorpusLine(Struct, forbid_unknown_fields=True):
    title: _Line
    publisher: _Line
    published: str
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}$")]
    summary: _Line
    points: Annotated[tuple[_Line, ...], Meta(min_length=1)]
    author: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """A shipped article: what it reports, in an editor's words.

    `points` are sentences that can be quoted alone; `author` and `url` are empty when unknown.
    """

    title: str
    publisher: str
    author: str
    url: str
    language: str
    published: Published
    summary: str
    points: tuple[str, ...]

    @property
    def body(self) -> str:
        """The text to store and search: the summary, then the points, one a line."""
        return "\n\n".join((self.summary, "\n".join(self.points)))


def parse_entities(toml: str) -> tuple[Organisation, ...]:
    """Return the organisations of entities.toml, in its order.

    Its `namesakes`, if any, come last as one organisation of kind NAMESAKES. A name that several
    organisations declare `ambiguous` is among the aliases of each of them.
    """
    document = _read_toml(toml, _ENTITIES, {"organisation", "namesakes"})
    entries = [
        _convert(entry, _Organisation, _ENTITIES, _label(entry, number, "id"))
        for number, entry in enumerate(_tables(document, "organisation", _ENTITIES), start=1)
    ]
    namesakes = _convert(document.get("namesakes", []), tuple[_Name, ...], _ENTITIES, "namesakes")
    _check_owners(entries)
    _check_names(entries)
    organisations = [_organisation(entry) for entry in entries]
    if namesakes:
        organisations.append(
            Organisation(id=NAMESAKES, name=NAMESAKES, kind=NAMESAKES, aliases=namesakes)
        )
    return tuple(organisations)


def parse_feeds(
    toml: str, organisations: Iterable[Organisation], *, shipped: bool = False
) -> tuple[FeedDefinition, ...]:
    """Return the feeds of feeds.toml, in its order; owners must be among `organisations`.

    There may be none: a desk can live on the articles it is given. A `shipped` file may name
    owners that the operator's own organisations lack: then nobody's.
    """
    known = {organisation.id for organisation in organisations} - {NAMESAKES}
    document = _read_toml(toml, _FEEDS, {"feed"})
    feeds: dict[str, FeedDefinition] = {}
    entries = _tables(document, "feed", _FEEDS) if document else []
    for number, entry in enumerate(entries, start=1):
        label = _label(entry, number, "url")
        feed = _convert(entry, _Feed, _FEEDS, label)
        _check_url(feed.url, _FEEDS, label)
        if feed.url in feeds:
            raise _error(_FEEDS, label, "is listed twice.", "Keep one of the two.")
        owner = feed.owner if feed.owner in known else None
        if feed.owner != owner and not shipped:
            raise _error(
                _FEEDS,
                label,
                f"has the unknown owner {feed.owner!r}.",
                f"Use the id of an organisation of {_ENTITIES}, or leave owner out.",
            )
        feeds[feed.url] = FeedDefinition(
            url=feed.url,
            publisher=feed.publisher,
            owner=owner,
            language=feed.language,
            tier=feed.tier,
            enabled=feed.enabled,
            note=feed.note,
        )
    return tuple(feeds.values())


def parse_corpus(jsonl: str) -> tuple[CorpusArticle, ...]:
    """Return the articles of corpus.jsonl, one a line, in its order; blank lines are skipped."""
    articles: dict[tuple[str, str], CorpusArticle] = {}
    for number, line in enumerate(jsonl.splitlines(), start=1):
        if not line.strip():
            continue
        label = f"line {number}"
        try:
            entry = msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise _error(_CORPUS, label, f"is not JSON: {error}.", "One object a line.") from error
        article = _corpus_article(_convert(entry, _CorpusLine, _CORPUS, label), label)
        if (article.title, article.publisher) in articles:
            raise _error(_CORPUS, label, f"repeats {article.title!r}.", "Keep one of the two.")
        articles[article.title, article.publisher] = article
    return tuple(articles.values())


def _corpus_article(entry: _CorpusLine, label: str) -> CorpusArticle:
    published = parse_date(entry.published) if _ISO_DATE.fullmatch(entry.published) else None
    if published is None:
        raise _error(
            _CORPUS,
            label,
            f"has no publication date: {entry.published!r}.",
            "Write it as 2013-05-07, 2013-05 or 2013, as much as is known.",
        )
    if entry.url:
        _check_url(entry.url, _CORPUS, label)
    return CorpusArticle(
        title=entry.title,
        publisher=entry.publisher,
        author=entry.author,
        url=entry.url,
        language=entry.language,
        published=published,
        summary=entry.summary,
        points=entry.points,
    )


def _organisation(entry: _Organisation) -> Organisation:
    return Organisation(
        id=entry.id,
        name=entry.name,
        name_zh=entry.name_zh,
        kind=entry.kind,
        part_of=entry.part_of,
        aliases=entry.aliases + entry.ambiguous,
        exact=entry.exact,
        tickers=entry.tickers,
        media=tuple(Medium(medium.name, medium.hosts) for medium in entry.media),
    )


def _check_owners(entries: Sequence[_Organisation]) -> None:
    """Refuse repeated ids, and owners that are unknown or own themselves through others."""
    owners: dict[str, str | None] = {}
    for entry in entries:
        if entry.id in owners:
            raise _error(_ENTITIES, entry.id, "is listed twice.", "Give one of the two its own id.")
        owners[entry.id] = entry.part_of
    for entry in entries:
        chain = [entry.id]
        while (owner := owners[chain[-1]]) is not None:
            if owner not in owners:
                raise _error(
                    _ENTITIES,
                    chain[-1],
                    f"is part of the unknown organisation {owner!r}.",
                    "Use the id of another entry, or add one for the owner.",
                )
            if owner in chain:
                raise _error(
                    _ENTITIES,
                    entry.id,
                    f"is part of itself: {' -> '.join([*chain, owner])}.",
                    "Leave part_of out of the one that owns the others.",
                )
            chain.append(owner)


def _check_names(entries: Sequence[_Organisation]) -> None:
    """Refuse a name that two entries claim, unless each of them declares it ambiguous."""
    claims = {NAMESAKES: "the list of namesakes"}
    shared: dict[str, list[str]] = {}
    for entry in entries:
        own = (entry.id, entry.name, entry.name_zh, *entry.aliases, *entry.exact, *entry.tickers)
        for name in filter(None, own):
            key = name_key(name)
            if not key:
                raise _error(_ENTITIES, entry.id, f"has the nameless name {name!r}.", "Drop it.")
            if claims.setdefault(key, entry.id) != entry.id:
                raise _error(
                    _ENTITIES,
                    entry.id,
                    f"claims {name!r}, which names {claims[key]} already.",
                    "Keep it with one of them, or list it as ambiguous in both.",
                )
        for name in entry.ambiguous:
            shared.setdefault(name_key(name), []).append(entry.id)
    for key, owners in shared.items():
        if len(owners) < 2 or key in claims:
            raise _error(
                _ENTITIES,
                owners[0],
                f"declares {key!r} ambiguous, which is not so.",
                "Every organisation a name may mean lists it under ambiguous, and nowhere else.",
            )


def _check_url(url: str, file: str, label: str) -> None:
    """Refuse what is no plain http(s) address; what may be fetched is for egress to say."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        sound = sound and parts.username is None and not parts.fragment
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", url):
        raise _error(
            file,
            label,
            f"has no usable address: {url!r}.",
            "Write http:// or https://, a host and a path, without user name or #.",
        )


_Decoded = TypeVar("_Decoded")


def _convert(value: object, kind: type[_Decoded], file: str, label: str) -> _Decoded:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _error(
            file, label, f"is not as it should be: {error}.", "The top of the file says what is."
        ) from error


def _read_toml(toml: str, file: str, keys: set[str]) -> dict[str, object]:
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise _error(file, "", f"is not TOML: {error}.", "Mend the line.") from error
    if unknown := document.keys() - keys:
        raise _error(
            file,
            "",
            f"has the unknown key {min(unknown)!r}.",
            f"It may have: {', '.join(sorted(keys))}.",
        )
    return document


def _tables(document: dict[str, object], key: str, file: str) -> list[object]:
    tables = document.get(key, [])
    if not isinstance(tables, list) or not tables:
        raise _error(file, "", f"has no [[{key}]].", "Begin each entry with that line.")
    return tables


def _label(entry: object, number: int, key: str) -> str:
    named = entry.get(key) if isinstance(entry, dict) else None
    return str(named) if named else f"entry {number}"


def _error(file: str, label: str, what: str, remedy: str) -> CatalogError:
    place = f"{file}, {label}" if label else file
    return CatalogError(f"{place} {what}", remedy=remedy, file=file, entry=label)
