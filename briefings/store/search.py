"""The search index: what a document is found by, and what a query asks for, on both engines.

The analysis is ours (text.tokens), so both engines find the same articles; they only keep the
terms. SQLite: an FTS5 table without content whose rowid is the article's recency, so that the
newest hits are read first and reading stops at the limit. PostgreSQL: a tsvector written out
with the same terms and positions, under a GIN index.

A document that not everybody may see bears two marks no text has: one that says so, and one of its
audience. Everybody's search leaves out what is marked, and a workspace's own asks for its mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    TextClause,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import EVERYBODY, Audience
from briefings.store.records import seen_by
from briefings.text.quoting import QUOTED
from briefings.text.tokens import index_terms, is_cjk, query_terms

TERMS = 15_000
"""Terms of a document that are indexed: PostgreSQL counts positions up to 16,383.

https://www.postgresql.org/docs/18/textsearch-limitations.html
"""

_TERM_BYTES = 56
"""Where a term is cut: so that `TERMS` of them fit the megabyte a tsvector may have."""

_SHORT = _TERM_BYTES // 4

_CLAUSES = 64

_BREAK = "¶"
"""Stands between title and body, so that no phrase reaches across; never a term itself."""

_PRIVATE = "§"
"""Marks a document of one audience, and begins the mark that says of which; no term has it."""

_SEGMENT = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """Terms that must stand side by side; `prefix`: a single term that may go on."""

    terms: tuple[str, ...]
    prefix: bool = False


def document(title: str, body: str) -> list[str]:
    """The terms an article is found by, in order."""
    terms = [*index_terms(title), _BREAK, *index_terms(body)]
    return [term if len(term) <= _SHORT else _cut(term) for term in terms[:TERMS]]


def clauses(words: str) -> tuple[Clause, ...]:
    """What a query asks for: every clause must match; none when it holds no letter or digit.

    What stands in quotation marks is a clause: words side by side. Of the rest a Latin word is a
    clause, a run of Chinese is a clause of its overlapping pairs, and a single Chinese character is
    a prefix (of a pair that begins with it).
    """
    found: dict[Clause, None] = {}
    for quoted in QUOTED.findall(words):
        found |= dict.fromkeys(_of_phrase(quoted))
    rest = QUOTED.sub(" ", words)
    for segment in _SEGMENT.findall(unicodedata.normalize("NFKC", rest)):
        run: list[str] = []
        for term in query_terms(segment):
            if is_cjk(term):
                run.append(term)
                continue
            found |= dict.fromkeys([*_of_run(run), Clause((_cut(term),))])
            run = []
        found |= dict.fromkeys(_of_run(run))
    return tuple(found)[:_CLAUSES]


def marks(audience: Audience) -> list[str]:
    """What is kept with the terms of an audience's document; nothing where everybody sees it."""
    return [] if audience == EVERYBODY else [_PRIVATE, _mark(audience)]


def _mark(audience: Audience) -> str:
    return f"{_PRIVATE}{audience}"


def _of_phrase(quoted: str) -> list[Clause]:
    """The terms of a phrase as a document has them, but for what ends its last run of Chinese."""
    terms = index_terms(quoted)
    goes_on = len(terms) > 1 and len(terms[-2]) > 1 and is_cjk(terms[-2])
    if goes_on and len(terms[-1]) == 1:
        terms.pop()  # of 云计算 a document goes on, or not, after 计算
    prefix = len(terms) == 1 and len(terms[0]) == 1 and is_cjk(terms[0])
    return [Clause(tuple(map(_cut, terms)), prefix)] if terms else []


def _of_run(run: Sequence[str]) -> list[Clause]:
    if not run:
        return []
    return [Clause(tuple(run), prefix=len(run) == 1 and len(run[0]) == 1)]


def _cut(term: str) -> str:
    return term.encode()[:_TERM_BYTES].decode(errors="ignore")


def in_title(title: str, query: Sequence[Clause]) -> bool:
    """Tell whether every clause of a query matches a title."""
    terms = [_cut(term) for term in index_terms(title)]
    return all(_holds(terms, clause) for clause in query)


def _holds(terms: Sequence[str], clause: Clause) -> bool:
    if clause.prefix:
        return any(term.startswith(clause.terms[0]) for term in terms)
    length = len(clause.terms)
    wanted = list(clause.terms)
    return any(
        terms[i] == wanted[0] and list(terms[i : i + length]) == wanted
        for i in range(len(terms) - length + 1)
    )


# --- SQLite -------------------------------------------------------------------------------------


def fts5_document(terms: Sequence[str], marks: Sequence[str] = ()) -> str:
    return " ".join((*terms, *marks))


def fts5_query(query: Sequence[Clause]) -> str:
    """A query in FTS5's language, every term quoted: nothing in it can be an operator.

    https://www.sqlite.org/fts5.html#full_text_query_syntax
    """
    return " AND ".join(
        '"' + " ".join(clause.terms).replace('"', '""') + '"' + (" *" if clause.prefix else "")
        for clause in query
    )


def fts5_among(query: str, audience: Audience) -> str:
    """A query for the documents of one audience."""
    condition = f'NOT "{_PRIVATE}"' if audience == EVERYBODY else f'AND "{_mark(audience)}"'
    return f"({query}) {condition}"


# --- PostgreSQL ---------------------------------------------------------------------------------


def tsvector(terms: Sequence[str], marks: Sequence[str] = ()) -> str:
    """The terms with their positions, as PostgreSQL reads a tsvector; marks stand nowhere.

    It keeps at most 255 positions of a term, so a phrase is found by its earlier occurrences.
    """
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, term in enumerate(terms, start=1):
        if term != _BREAK:
            places[term].append(str(place))
    placed = (f"{_quoted(term)}:{','.join(at)}" for term, at in places.items())
    return " ".join((*placed, *map(_quoted, marks)))


def tsquery(query: Sequence[Clause]) -> str:
    """A query in PostgreSQL's language, every term quoted."""
    return " & ".join(
        "(" + " <-> ".join(map(_quoted, clause.terms)) + (":*" if clause.prefix else "") + ")"
        for clause in query
    )


def tsquery_among(query: str, audience: Audience) -> str:
    """A query for the documents of one audience."""
    private = _quoted(_PRIVATE)
    condition = f"!{private}" if audience == EVERYBODY else _quoted(_mark(audience))
    return f"{query} & {condition}"


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


# --- statements ---------------------------------------------------------------------------------

_ADD = {
    "sqlite": text("INSERT INTO article_terms (rowid, terms) VALUES (:recency, :terms)"),
    "postgresql": text(
        "INSERT INTO article_terms (recency, terms) VALUES (:recency, CAST(:terms AS tsvector))"
    ),
}
_REMOVE = {
    # A table without content has to be told what it held.
    # https://www.sqlite.org/fts5.html#the_delete_command
    "sqlite": text(
        "INSERT INTO article_terms (article_terms, rowid, terms) "
        "VALUES ('delete', :recency, :terms)"
    ),
    "postgresql": text("DELETE FROM article_terms WHERE recency = :recency"),
}


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index needs to know of an article."""

    recency: int
    title: str
    body: str
    audience: Audience


async def add(connection: AsyncConnection, documents: Sequence[Indexed]) -> None:
    """Put articles into the index."""
    await _run(connection, _ADD, documents)


async def remove(connection: AsyncConnection, documents: Sequence[Indexed]) -> None:
    """Take articles out of the index; they must be given as they were put in."""
    await _run(connection, _REMOVE, documents)


async def _run(
    connection: AsyncConnection,
    statements: Mapping[str, TextClause],
    documents: Sequence[Indexed],
) -> None:
    if not documents:
        return
    dialect = connection.dialect.name
    written = fts5_document if dialect == "sqlite" else tsvector
    await connection.execute(
        statements[dialect],
        [
            {
                "recency": each.recency,
                "terms": written(document(each.title, each.body), marks(each.audience)),
            }
            for each in documents
        ],
    )


async def newest(
    connection: AsyncConnection, query: Sequence[Clause], limit: int, audience: Audience
) -> list[tuple[int, str]]:
    """Find the newest hits that an audience sees: article id and title, newest first."""
    found: list[tuple[int, int, str]] = []
    for each in seen_by(audience):
        found += await _newest_of(connection, query, limit, each)
    found.sort(reverse=True)
    return [(article_id, title) for _, article_id, title in found[:limit]]


async def _newest_of(
    connection: AsyncConnection, query: Sequence[Clause], limit: int, audience: Audience
) -> Sequence[tuple[int, int, str]]:
    """The newest hits of one audience, each after its recency."""
    if connection.dialect.name == "sqlite":
        asked = {"query": fts5_among(fts5_query(query), audience), "limit": limit}
        rows = (await connection.execute(_NEWEST, asked)).all()
    else:
        asked = {"query": tsquery_among(tsquery(query), audience), "limit": limit}
        rows = (await connection.execute(_AMONG_RECENT, asked | {"recent": _RECENT})).all()
        if len(rows) < limit:
            await connection.execute(_BY_TERM)
            rows = (await connection.execute(_AMONG_ALL, asked)).all()
    return [(recency, article_id, title) for recency, article_id, title in rows]


# The full-text index comes first in the join and is read from its newest row on.
_NEWEST = text(
    "SELECT articles.recency, articles.id, articles.title FROM article_terms "
    "CROSS JOIN articles ON articles.recency = article_terms.rowid "
    "WHERE article_terms MATCH :query ORDER BY article_terms.rowid DESC LIMIT :limit"
)

# PostgreSQL has no index that is both by term and by date. What is common is soon found by
# reading the newest articles, and what is not has few hits to sort. The planner cannot tell
# which is which (it counts the most common terms alone), nor does it reckon with what reading
# terms costs once they are stored out of line; so both ways are laid down here.
_RECENT = 2_000
_AMONG_RECENT = text(
    "SELECT articles.recency, articles.id, articles.title FROM "
    "(SELECT recency, terms FROM article_terms ORDER BY recency DESC LIMIT :recent) AS recent "
    "JOIN articles ON articles.recency = recent.recency "
    "WHERE recent.terms @@ CAST(:query AS tsquery) ORDER BY recent.recency DESC LIMIT :limit"
)
_BY_TERM = text("SET LOCAL enable_seqscan = off")
_AMONG_ALL = text(
    "WITH hits AS MATERIALIZED "
    "(SELECT recency FROM article_terms WHERE terms @@ CAST(:query AS tsquery)), "
    "newest AS MATERIALIZED (SELECT recency FROM hits ORDER BY recency DESC LIMIT :limit) "
    "SELECT articles.recency, articles.id, articles.title FROM newest "
    "JOIN articles ON articles.recency = newest.recency ORDER BY newest.recency DESC"
)
