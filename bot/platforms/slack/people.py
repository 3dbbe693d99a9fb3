"""Who somebody is in a workspace: what they may do, and the zone they live in."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.platforms.slack.web import Web
from briefings.errors import DeliveryError
from briefings.ports import Clock
from briefings.subscriptions import Principal, Scope, Standing

KNOWN_S = 300.0
"""How long what Slack said about somebody is believed."""
MOST_KNOWN = 10_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    standing: Standing
    zone: ZoneInfo


def standing(user: Mapping[str, Any], workspace: str, *, listed: bool) -> Standing:
    """What a user as users.info describes them may do in a workspace. Pure.

    Guests and people of another company's workspace only ask, whoever lists them; `listed`: the
    operator made them a manager.
    """
    grid = user.get("enterprise_user") or {}
    homes = {user.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ())}
    guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    stranger = user.get("is_stranger") or workspace not in homes
    if guest or stranger or user.get("deleted") or user.get("is_bot"):
        return Standing.MEMBER
    rights = ("is_admin", "is_owner", "is_primary_owner")
    # Who rules the whole organisation rules its workspaces.
    rules = any(user.get(right) or grid.get(right) for right in rights)
    return Standing.MANAGER if listed or rules else Standing.MEMBER


class People:
    """Asks Slack who somebody is, and remembers it for five minutes."""

    def __init__(self, web: Web, managers: Sequence[str], zone: ZoneInfo, clock: Clock) -> None:
        self._web = web
        self._managers = frozenset(managers)
        self._zone = zone
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()

    async def principal(self, scope: Scope, user: str, *, within_s: float = KNOWN_S) -> Principal:
        """Somebody in a channel, as Slack described them within the last `within_s` seconds.

        Never raises: whom Slack does not describe may ask, and nothing else.
        """
        person = await self._person(scope.workspace, user, within_s)
        return Principal(scope, user, person.standing, person.zone)

    async def _person(self, workspace: str, user: str, within_s: float) -> Person:
        key, now = (workspace, user), self._clock.monotonic()
        if key in self._known:
            since, person = self._known[key]
            if now - since < within_s:
                return person
        try:
            said = await self._web.call(workspace, lambda client: client.users_info(user=user))
        except DeliveryError as error:
            return self._unknown(user, error)
        described = said.get("user") or {}
        listed = user in self._managers
        person = Person(standing(described, workspace, listed=listed), self._home(described))
        self._known[key] = now, person
        self._known.move_to_end(key)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return person

    def _unknown(self, user: str, why: DeliveryError) -> Person:
        """Somebody Slack does not describe now: the operator's word stands where it is for good."""
        if why.ids.get("code") == "missing_scope":
            _log.warning("Slack does not say who is an admin: the app lacks the scope users:read")
            if user in self._managers:
                return Person(Standing.MANAGER, self._zone)
        else:
            _log.warning("Slack does not say who somebody is (%s)", why)
        return Person(Standing.MEMBER, self._zone)

    def _home(self, described: Mapping[str, Any]) -> ZoneInfo:
        try:
            return ZoneInfo(str(described.get("tz") or ""))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self._zone
