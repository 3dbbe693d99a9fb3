"""What somebody did, how the app was told of it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack.core import Slack
from tests.servers.slack.ledger import Ledger, Message, View
from tests.servers.slack.post import Post
from tests.servers.slack.socketmode import ACK_WITHIN_S, Delivery
from tests.servers.slack.world import Channel, Team, User


@dataclass(eq=False)
class Interaction:
    """One thing a person did, and what came of it."""

    delivery: Delivery
    team: Team
    user: User
    _ledger: Ledger = field(repr=False)
    _since: int = field(repr=False)
    _views_since: int = field(repr=False)
    channel: Channel | None = None
    response_url: str = ""

    @property
    def ack_s(self) -> float | None:
        """Real seconds until the app acknowledged; None: it did not."""
        return self.delivery.ack_s

    @property
    def ack(self) -> dict[str, Any] | None:
        """What the app said with its acknowledgement."""
        return self.delivery.ack

    @property
    def replies(self) -> list[Message]:
        """Messages that came of it: by its response_url, in the ack, to this person or channel."""
        return [
            message
            for message in self._ledger.messages[self._since :]
            if message.visible
            and message.via != "user"
            and (
                (self.response_url and message.response_url == self.response_url)
                or (message.ephemeral and message.to == self.user.id)
                or (not message.ephemeral and message.channel is self.channel)
            )
        ]

    @property
    def views(self) -> list[View]:
        """Views that were opened for this person since."""
        found = self._ledger.views[self._views_since :]
        return [view for view in found if view.user == self.user.id]

    @property
    def own_replies(self) -> list[Message]:
        """Only those that came in the ack or by its response_url, replaced originals too."""
        return [
            message
            for message in self._ledger.messages[self._since :]
            if message.visible and self.response_url and message.response_url == self.response_url
        ]

    async def reply(self, number: int = 1) -> Message:
        """Wait for the first message that comes of it, or the `number`-th."""
        await self._ledger.until(
            f"reply {number} to {self.user.name}", lambda: len(self.replies) >= number
        )
        return self.replies[number - 1]

    async def view(self) -> View:
        """Wait for the view that opens."""
        found = await self._ledger.until(f"view for {self.user.name}", lambda: self.views)
        return found[-1]

    @property
    def errors(self) -> dict[str, str]:
        """What a form's submission was refused for: the message of each block."""
        found: dict[str, str] = (self.ack or {}).get("errors", {})
        return found


class Doing:
    """Tells the app what somebody does; waits for its acknowledgement, 3 s at most."""

    def __init__(self, slack: Slack, post: Post) -> None:
        self._slack = slack
        self._post = post
        self.within_s = ACK_WITHIN_S

    async def _do(
        self,
        kind: str,
        payload: dict[str, Any],
        user: User,
        *,
        channel: Channel | None = None,
        response_url: str = "",
    ) -> Interaction:
        ledger = self._slack.ledger
        done = Interaction(
            Delivery(kind, payload),
            user.team if channel is None else channel.team,
            user,
            ledger,
            len(ledger.messages),
            len(ledger.views),
            channel,
            response_url,
        )
        await self._post.deliver(done.delivery, self.within_s)
        return done
