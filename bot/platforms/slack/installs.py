"""Workspaces that install the app: their tokens, encrypted in the database, until they leave.

/slack/install -> state in a cookie -> Slack -> /slack/oauth_redirect -> token -> encrypted row
app_uninstalled, tokens_revoked -> row deleted, its digests paused until it comes back
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from sqlalchemy import (
    Column,
    Dialect,
    String,
    Table,
    Text,
    TypeDecorator,
    delete,
    insert,
    select,
    update,
)

from bot.platforms.slack.grants import Grant
from briefings.errors import IntelbriefError, SettingsError
from briefings.ports import Clock
from briefings.store.engine import Database, storage_errors

CLOCKS_DIFFER = timedelta(seconds=5)
"""Between Slack and the desk; and Slack's instants are whole seconds."""
REMEMBERED_S = 300.0
"""How long a token is used before the database is asked again: another process may delete it."""
SEALED = (
    *("bot_token", "bot_refresh_token", "user_token", "user_refresh_token"),
    *("incoming_webhook_url", "incoming_webhook_configuration_url"),
)
"""Columns that open a door."""

_log = logging.getLogger(__name__)


def cipher(secret_key: str) -> MultiFernet:
    """What encrypts with the first of the comma-separated keys, and reads what any of them wrote.

    Raises:
        SettingsError: when there is no key.
    """
    keys = [key.strip() for key in secret_key.split(",") if key.strip()]
    if not keys:
        raise SettingsError(
            "INTELBRIEF_SECRET_KEY is needed to keep the tokens of workspaces.",
            remedy="Make one with: openssl rand -base64 32.",
        )
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"intelbrief tokens of workspaces")
    return base64.urlsafe_b64encode(derive.derive(key.encode()))


class Sealed(TypeDecorator[str]):
    """A text that stands encrypted in the database."""

    impl = Text
    cache_ok = False

    def __init__(self, sealing: MultiFernet) -> None:
        super().__init__()
        self._sealing = sealing

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self._sealing.encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return self._sealing.decrypt(value.encode()).decode()
        except InvalidToken:
            raise SettingsError(
                "A workspace's token in the database was encrypted with another key.",
                remedy="Put the old key behind the new one in INTELBRIEF_SECRET_KEY, after a "
                "comma; or have the workspace install the app again.",
            ) from None


class Installs(AsyncSQLAlchemyInstallationStore):
    """The installed workspaces: bolt's store with its secrets encrypted, and bolt's tokens by team.

    One row a workspace, or an organisation that installed the app as a whole; whose workspaces are
    in `slack_org_teams`, since a digest knows its workspace alone. `came` hears of a workspace that
    has a token, for the first time or again.
    """

    def __init__(
        self,
        client_id: str,
        database: Database,
        sealing: MultiFernet,
        clock: Clock,
        came: Callable[[str], Awaitable[object]] | None = None,
    ):
        # SQLite begins no transaction by itself here: it is told to.
        super().__init__(client_id, database.engine.execution_options(begin="BEGIN IMMEDIATE"))
        for table in (self.bots, self.installations):
            for name in SEALED:
                if name in table.c:
                    table.c[name].type = Sealed(sealing)
        self.org_teams = Table(
            "slack_org_teams",
            self.metadata,
            Column("team_id", String(32), primary_key=True),
            Column("enterprise_id", String(32), nullable=False),
        )
        self._clock = clock
        self._came = came
        self._remembered: dict[str, tuple[float, Grant]] = {}
        self._orgs: dict[str, str] = {}

    async def open(self) -> None:
        """Make the tables that are missing, and write every secret anew with the first key.

        Raises:
            StoreError: when the database cannot be used.
            SettingsError: when a token was encrypted with a key that is not there.
        """
        with storage_errors():
            await self.create_tables()  # type: ignore[no-untyped-call]
            async with self.engine.begin() as connection:
                for member in (await connection.execute(select(self.org_teams))).all():
                    self._orgs[member.team_id] = member.enterprise_id
                for table in (self.bots, self.installations):
                    names = [name for name in SEALED if name in table.c]
                    for row in (await connection.execute(select(table))).mappings().all():
                        changed = update(table).where(table.c.id == row["id"])
                        await connection.execute(
                            changed.values({name: row[name] for name in names})
                        )

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation in place of the workspace's earlier ones."""
        installation.installed_at = self._clock.now().timestamp()
        with storage_errors():
            await super().async_save(installation)
            installed = naive(installation.installed_at)
            async with self.engine.begin() as connection:
                for table in (self.bots, self.installations):
                    older = self._rows(table, installation.enterprise_id, installation.team_id)
                    await connection.execute(
                        delete(table).where(*older, table.c.installed_at < installed)
                    )
        self._remembered.clear()
        await self._hear_of(installation.team_id or installation.enterprise_id or "")

    async def _hear_of(self, workspace: str) -> None:
        if self._came is not None and workspace:
            try:
                await self._came(workspace)
            except IntelbriefError as error:
                _log.error("the digests of a workspace still rest (%s)", error)

    async def of(self, team: str, enterprise: str = "") -> Grant | None:
        """The token of a workspace: its own, or that of the organisation it belongs to."""
        enterprise = enterprise or self._orgs.get(team, "")
        key, now = f"{team} {enterprise}", self._clock.monotonic()
        if key in self._remembered:
            since, known = self._remembered[key]
            if now - since < REMEMBERED_S:
                return known
        grant = await self._find(team, enterprise)
        if grant is not None:
            self._remembered[key] = now, grant
        return grant

    def scopes(self, team: str) -> frozenset[str] | None:
        """What the token of a workspace allows; None where it was not used since the start."""
        enterprise = self._orgs.get(team, "")
        known = self._remembered.get(f"{team} {enterprise}")
        return known[1].scopes if known else None

    async def belongs(self, team: str, enterprise: str) -> None:
        """Remember the organisation of a workspace, whose token it uses."""
        if self._orgs.get(team) == enterprise:
            return
        with storage_errors():
            async with self.engine.begin() as connection:
                same = self.org_teams.c.team_id == team
                await connection.execute(delete(self.org_teams).where(same))
                row = {"team_id": team, "enterprise_id": enterprise}
                await connection.execute(insert(self.org_teams).values(row))
        self._orgs[team] = enterprise
        await self._hear_of(team)

    async def forget(self, team: str, enterprise: str, at: datetime) -> tuple[str, ...]:
        """Delete the tokens of a workspace, or of an organisation, that left at an instant.

        Returns the workspaces that have no token now. One that came back since then keeps its
        token: Slack may bring the news late.
        """
        ids = enterprise or None, team or None
        gone: tuple[str, ...] = ()
        with storage_errors():
            async with self.engine.begin() as connection:
                deleted = 0
                for table in (self.bots, self.installations):
                    until = table.c.installed_at <= naive(at) + CLOCKS_DIFFER
                    rows = [table.c.client_id == self.client_id, until]
                    if team:
                        rows.append(table.c.team_id == team)
                    else:
                        rows += [table.c.enterprise_id == enterprise, table.c.team_id.is_(None)]
                    deleted += (await connection.execute(delete(table).where(*rows))).rowcount
                if deleted and not team:
                    members = self.org_teams.c.enterprise_id == enterprise
                    gone = tuple(each for each, org in self._orgs.items() if org == enterprise)
                    await connection.execute(delete(self.org_teams).where(members))
        self._remembered.clear()
        if not deleted:
            _log.info("nothing to forget of %s", ids)
            return ()
        for each in gone:
            del self._orgs[each]
        return (team,) if team else (*gone, enterprise)

    async def leave(self, team: str) -> None:
        """A workspace may no longer use its organisation's token."""
        with storage_errors():
            async with self.engine.begin() as connection:
                same = self.org_teams.c.team_id == team
                await connection.execute(delete(self.org_teams).where(same))
        self._orgs.pop(team, None)
        self._remembered.clear()

    async def count(self) -> int:
        """How many workspaces and organisations have the app."""
        ours = self.bots.c.client_id == self.client_id
        with storage_errors():
            async with self.engine.connect() as connection:
                found = await connection.execute(
                    select(self.bots.c.enterprise_id, self.bots.c.team_id).where(ours).distinct()
                )
                return len(found.all())

    async def _find(self, team: str, enterprise: str) -> Grant | None:
        """By the workspace alone first: who posts a digest does not know its organisation."""
        bots = self.bots.c
        asked = [[bots.team_id == team]] if team else []
        if enterprise:
            asked.append([bots.enterprise_id == enterprise, bots.team_id.is_(None)])
        with storage_errors():
            async with self.engine.connect() as connection:
                for where in asked:
                    found = await connection.execute(
                        select(self.bots)
                        .where(
                            bots.client_id == self.client_id, bots.bot_token.is_not(None), *where
                        )
                        .order_by(bots.installed_at.desc())
                        .limit(1)
                    )
                    if row := found.mappings().first():
                        return _grant(self.build_bot(row))
        return None

    @staticmethod
    def build_bot(row: Mapping[Any, Any]) -> Bot:
        names = ("app_id", "enterprise_id", "team_id", "bot_token", "bot_id", "bot_user_id")
        return Bot(
            **{name: row[name] for name in names},
            bot_scopes=row["bot_scopes"] or "",
            installed_at=row["installed_at"],
        )

    def _rows(self, table: Table, enterprise: str | None, team: str | None) -> Sequence[Any]:
        same = (table.c.enterprise_id == enterprise, table.c.team_id == team)
        return (table.c.client_id == self.client_id, *same)


def _grant(bot: Bot) -> Grant:
    return Grant(
        token=bot.bot_token,
        team=bot.team_id or "",
        enterprise=bot.enterprise_id or "",
        bot_user=bot.bot_user_id,
        bot_id=bot.bot_id,
        scopes=frozenset(bot.bot_scopes or ()),
    )


def naive(at: float | datetime) -> datetime:
    """An instant as the tables have it: in UTC, without saying so."""
    found = at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)
    return found.astimezone(UTC).replace(tzinfo=None)
