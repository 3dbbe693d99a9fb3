"""A workspace with somebody and something in it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.servers.slack.world import Channel, Enterprise, Team, User, World


@dataclass(frozen=True)
class Workspace:
    """Olga owns it, Ann is an admin, Bob is neither and lives in Shanghai.

    The app is in `news` and in the private `board`; it is not in `lounge` nor in the private
    `cellar`; `attic` is archived.
    """

    team: Team
    olga: User
    ann: User
    bob: User
    news: Channel
    board: Channel
    lounge: Channel
    cellar: Channel
    attic: Channel

    @property
    def id(self) -> str:
        return self.team.id

    @property
    def token(self) -> str:
        return self.team.token.value


def furnish(world: World, name: str, enterprise: Enterprise | None = None) -> Workspace:
    team = world.add_team(name, enterprise)
    olga = team.add_user("olga", is_owner=True, is_admin=True)
    ann = team.add_user("ann", is_admin=True)
    bob = team.add_user("bob", tz="Asia/Shanghai")
    return Workspace(
        team,
        olga,
        ann,
        bob,
        team.add_channel("news"),
        team.add_channel("board", "private"),
        team.add_channel("lounge", member=False),
        team.add_channel("cellar", "private", member=False),
        team.add_channel("attic", archived=True),
    )
