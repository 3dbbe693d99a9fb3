"""People in channels, and a writer of digests that says what it was asked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from briefings.subscriptions import Principal, Scope, Standing, Subscription

SHANGHAI = ZoneInfo("Asia/Shanghai")
HERE = Scope("chat", "W-here", "C-here")
THERE = Scope("chat", "W-there", "C-there")


def somebody(
    standing: Standing = Standing.MANAGER,
    scope: Scope = HERE,
    user: str = "U-ann",
    zone: ZoneInfo = SHANGHAI,
) -> Principal:
    return Principal(scope, user, standing, zone)


class FakeDigests:
    """Writes the scope and topics of a subscription as its page; `sent` are those sent now."""

    def __init__(self, *, delivering: bool = True) -> None:
        self.sent: list[Subscription] = []
        self.delivering = delivering

    def delivers_on(self, platform: str) -> bool:
        return self.delivering

    async def preview(self, subscription: Subscription) -> str:
        channel = subscription.scope.channel
        return f"# Digest of {' and '.join(subscription.topics)}\n\nFor {channel}.\n"

    async def send_now(
        self, subscription: Subscription, *, instead_of: tuple[int, ...] = ()
    ) -> None:
        self.sent.append(subscription)
