"""Who may see what: a workspace's number among the audiences, and what becomes of what it has.

    (platform, workspace) -> audience -> everybody's and its own sources and articles

A workspace gets a number with the first thing it adds, and nothing is written for one that asks.
Numbers are never given twice, so one that is remembered for too long shows nothing of others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, func, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from briefings.model import EVERYBODY, Audience
from briefings.ports import Clock
from briefings.store import search
from briefings.store.engine import Database
from briefings.store.intake import Intake
from briefings.store.records import slices
from briefings.store.tables import articles, audiences, metadata, plain
from briefings.subscriptions import Scope

KEPT_S = 60.0
"""How long a number is remembered without a look: another process may forget the audience."""
KEPT = 10_000

Workspace = tuple[str, str]
"""A platform and its workspace."""


class Audiences:
    """The audiences of a database."""

    def __init__(self, database: Database, intake: Intake, clock: Clock) -> None:
        self._database = database
        self._intake = intake
        self._clock = clock
        self._known: dict[Workspace, tuple[float, Audience]] = {}

    async def of(self, scope: Scope) -> Audience:
        """Whom a channel sees with: everybody, where its workspace has added nothing.

        For reading alone: what is written is its workspace's, see `audience_for`.
        """
        return (await self.of_each([scope]))[scope]

    async def of_each(self, scopes: Collection[Scope]) -> dict[Scope, Audience]:
        """The audience of each of some channels."""
        now = self._clock.monotonic()
        found: dict[Workspace, Audience] = {}
        asked: set[Workspace] = set()
        for scope in scopes:
            workspace = workspace_of(scope)
            until, audience = self._known.get(workspace, (0.0, EVERYBODY))
            if until > now:
                found[workspace] = audience
            elif not scope.for_everybody:
                asked.add(workspace)
        if asked:
            found |= await self._look_up(sorted(asked), now + KEPT_S)
        return {scope: found.get(workspace_of(scope), EVERYBODY) for scope in scopes}

    async def rest(self, platform: str, workspace: str) -> None:
        """Ask a workspace's own sources no more, as long as the desk is not there."""
        await self._set_away(platform, workspace, away=True)

    async def wake(self, platform: str, workspace: str) -> None:
        """Ask a workspace's own sources again, those that rested while the desk was not there."""
        await self._set_away(platform, workspace, away=False)

    async def forget(self, platform: str, workspace: str) -> None:
        """Delete a workspace's own sources and articles, and whatever else is its audience's.

        What everybody may see stays, and so do the bare numbers of stories: other articles may
        have joined them, and numbers are not given twice.
        """
        one = (plain(platform), plain(workspace))
        async with self._intake.transaction() as connection:
            statement = select(audiences.c.id).where(_is(one))
            found = await connection.scalar(statement)
            if found is not None:
                audience = Audience(found)
                await _delete_articles(connection, audience)
                for table in reversed(metadata.sorted_tables):  # what refers to others first
                    if "audience" in table.c:
                        await connection.execute(delete(table).where(table.c.audience == audience))
                await connection.execute(delete(audiences).where(audiences.c.id == audience))
        self._intake.forget_stories()
        self._known.pop(one, None)

    async def _look_up(self, asked: Sequence[Workspace], until: float) -> dict[Workspace, Audience]:
        found: dict[Workspace, Audience] = {}
        async with self._database.read() as connection:
            for some in slices(asked):
                rows = await connection.execute(
                    select(audiences.c.platform, audiences.c.workspace, audiences.c.id).where(
                        tuple_(audiences.c.platform, audiences.c.workspace).in_(some)
                    )
                )
                found |= {(platform, workspace): id_ for platform, workspace, id_ in rows}
        if len(self._known) + len(found) > KEPT:
            self._known.clear()
        self._known |= {workspace: (until, audience) for workspace, audience in found.items()}
        return found

    async def _set_away(self, platform: str, workspace: str, *, away: bool) -> None:
        one = (plain(platform), plain(workspace))
        async with self._database.write() as connection:
            await connection.execute(
                update(audiences).where(_is(one), audiences.c.away != away).values(away=away)
            )


def workspace_of(scope: Scope) -> Workspace:
    """The platform and workspace of a channel, as they are stored."""
    return plain(scope.platform), plain(scope.workspace)


async def audience_for(connection: AsyncConnection, scope: Scope) -> Audience:
    """The audience of what is added in a channel, made where it is not there; it is back, if it
    was away. `connection` must be in a write transaction."""
    if scope.for_everybody:
        return EVERYBODY
    platform, workspace = workspace_of(scope)
    wanted = {"platform": platform, "workspace": workspace, "away": False}
    return Audience((await connection.execute(_HOLD, wanted)).scalar_one())


_HOLD = text(
    "INSERT INTO audiences (platform, workspace, away) VALUES (:platform, :workspace, :away) "
    "ON CONFLICT (platform, workspace) DO UPDATE SET away = excluded.away RETURNING id"
)


def _is(workspace: Workspace) -> ColumnElement[bool]:
    return (audiences.c.platform == workspace[0]) & (audiences.c.workspace == workspace[1])


async def _delete_articles(connection: AsyncConnection, audience: Audience) -> None:
    """Delete an audience's articles; story keys, tags and what was told of them go with them."""
    newest = await connection.scalar(select(func.max(articles.c.id)))
    if newest is not None:
        # The next article is numbered after the highest story (intake.py).
        await connection.execute(_KEEP_NUMBER, {"id": newest})
    statement = select(articles.c.id).where(articles.c.audience == audience)
    for some in slices((await connection.execute(statement)).scalars().all()):
        its_rows = articles.c.id.in_(some)
        rows = await connection.execute(
            select(articles.c.recency, articles.c.title, articles.c.body).where(its_rows)
        )
        documents = [
            search.Indexed(recency, title, body, audience) for recency, title, body in rows
        ]
        await search.remove(connection, documents)
        await connection.execute(delete(articles).where(its_rows))


_KEEP_NUMBER = text("INSERT INTO stories (id) VALUES (:id) ON CONFLICT (id) DO NOTHING")
