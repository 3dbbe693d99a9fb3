"""The digests of a channel: who gets what and when, and what is done about one of them.

words -> (topics, schedule, preset) -> store -> SubscriptionList
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta

from briefings.answers import Choice, Preview, SubscriptionList, SubscriptionRow
from briefings.delivery import OccurrenceState
from briefings.digest import NO_DELIVERY, WHERE_DELIVERED, Digests
from briefings.errors import InputError
from briefings.naming import Naming
from briefings.ports import Clock
from briefings.render import Markdown
from briefings.replies import local_time, subscription_row
from briefings.schedule import describe, next_slot, read_schedule
from briefings.store import Store
from briefings.subscriptions import NewSubscription, Principal, Scope, Subscription
from briefings.timewords import schedule_meant
from briefings.topics import read_topics

MOST = 25
"""Subscriptions of one channel."""

CALL = "/intel"

ELSEWHERE = (
    "This process does not deliver it: one that does has to be running then, such as intelbrief "
    "run at a terminal."
)

GRACE = timedelta(days=7)
"""How long what is of a workspace is kept after the desk was removed from it."""

_log = logging.getLogger(__name__)


class Subscribing:
    """Manages subscriptions; nobody is asked here who may.

    A channel is named by the principal's scope and by nothing else, so that nothing of another
    channel can be seen or changed; `in_workspace` alone tells of all channels of a workspace.

    Raises from any method:
        InputError: when it cannot be done as it was asked.
    """

    def __init__(
        self,
        store: Store,
        naming: Naming,
        digests: Digests,
        presets: Sequence[str],
        clock: Clock,
    ) -> None:
        self._store = store
        self._naming = naming
        self._digests = digests
        self._presets = tuple(presets)
        self._clock = clock

    async def subscribe(
        self, by: Principal, words: str, when: Sequence[str] = (), preset: str = ""
    ) -> SubscriptionList | Choice:
        """Give the channel a digest on what the words name, or offer what they may mean.

        What is not said is Mondays at 09:00 where the asker lives and the first preset. Where the
        channel gets a digest on these topics already, each of it stays as it is. `preset` is in
        lower case.
        """
        topics = self._topics(words, when, preset)
        if isinstance(topics, Choice):
            return topics
        if preset and preset not in self._presets:
            raise InputError(
                f"There is no preset {preset!r}.",
                remedy=f"Write one of these after as: {', '.join(self._presets)}.",
            )
        same = await self._on(by, topics)
        schedule = read_schedule(when, by.zone, same.schedule if same else None)
        preset = preset or (same.preset if same else self._presets[0])
        last_wall = same.last_wall if same else ""
        first = next_slot(schedule, after=self._clock.now(), last_wall=last_wall)
        new = NewSubscription(topics, schedule, preset)
        made, stood = await self._store.subscriptions.subscribe(by, new, first, limit=MOST)
        how = f"{describe(made.schedule)}, as {made.preset}"
        notice = f"{self._named(made)} {'is now' if stood else 'comes'} {how}."
        if not self._digests.delivers_on(by.scope.platform):
            notice += f" {ELSEWHERE}"
        return await self.list(by, notice)

    async def unsubscribe(self, by: Principal, number: int) -> SubscriptionList:
        """End a subscription; what of it was not posted yet is not posted any more."""
        removed = await self._store.subscriptions.remove(by, number)
        await self._store.deliveries.cancel(removed.id)
        return await self.list(by, f"{self._named(removed)} has ended.")

    async def pause(self, by: Principal, number: int) -> SubscriptionList:
        """Let a subscription rest."""
        paused = await self._store.subscriptions.pause(by, number)
        notice = f"{self._named(paused)} is paused. {CALL} resume {number} lets it go on."
        return await self.list(by, notice)

    async def resume(self, by: Principal, number: int) -> SubscriptionList:
        """Let a subscription go on with its next slot; what it missed is not made up."""
        resumed = await self._store.subscriptions.resume(by, number)
        return await self.list(by, f"{self._named(resumed)} goes on.")

    async def preview(self, by: Principal, number: int) -> Preview:
        """A digest as it would read now; nothing is posted, and nothing counts as told."""
        subscription = await self._store.subscriptions.get(by.scope, number)
        page = Markdown(await self._digests.preview(subscription))
        waiting = [
            local_time(each.due.astimezone(by.zone))
            for each in await self._store.deliveries.undelivered(by.scope)
            if each.number == number and each.state is OccurrenceState.PLANNED
        ]
        return Preview(number, self._shown(subscription), page, ", ".join(reversed(waiting)))

    async def send(self, by: Principal, number: int) -> SubscriptionList:
        """Post what was not delivered again, as it was written; where all was, one of now.

        One of now is also posted instead of what could not be written when it was due.
        """
        if not self._digests.delivers_on(by.scope.platform):
            # Nobody may take it for hours: what is asked for now is for now.
            raise InputError(NO_DELIVERY, remedy=WHERE_DELIVERED)
        if await self._store.deliveries.send_again(by.scope, number):
            notice = f"Digest {number} goes out again, as it was written."
        else:
            subscription = await self._store.subscriptions.get(by.scope, number)
            unwritten = await self._store.deliveries.unwritten(by.scope, number)
            await self._digests.send_now(subscription, instead_of=unwritten)
            notice = f"{self._named(subscription)} is being sent now."
            if unwritten:
                notice = (
                    f"{self._named(subscription)} could not be written when it was due; it is "
                    "written anew and sent now."
                )
        listed = await self.list(by, notice)
        if any(row.paused for row in listed.rows if row.number == number):
            notice += f" It is still paused: {CALL} resume {number} lets it go on."
        return replace(listed, notice=notice)

    async def dismiss(self, by: Principal, number: int) -> SubscriptionList:
        """Let the status speak no more of this number's digests that were not delivered."""
        if left := await self._store.deliveries.dismiss(by.scope, number):
            digests = "1 digest is" if left == 1 else f"{left} digests are"
            return await self.list(by, f"{digests} left alone, and off the status.")
        subscription = await self._store.subscriptions.get(by.scope, number)
        raise InputError(
            f"{self._named(subscription)} has nothing to dismiss: whatever was due was delivered, "
            "or is on its way.",
            remedy=f"{CALL} status lists what was not delivered.",
        )

    async def uninstalled(self, platform: str, workspace: str) -> int:
        """The desk was removed from a workspace: its digests and its own sources rest, and what is
        its own is deleted when it has not come back within `GRACE`. The number of digests."""
        await self._store.audiences.rest(platform, workspace)
        return await self._store.departures.leave(platform, workspace)

    async def returned(self, platform: str, workspace: str) -> int:
        """The desk is in a workspace again: what rested because it was not goes on.

        After `GRACE` nothing does: what there was is deleted. The number of digests that go on.
        """
        left_at = (await self.departed(platform)).get(workspace)
        if left_at is None:
            return 0
        if left_at <= self._clock.now() - GRACE:
            await self._forget(platform, workspace)
            return 0
        await self._store.audiences.wake(platform, workspace)
        return await self._store.departures.come_back(platform, workspace) or 0

    async def departed(self, platform: str) -> Mapping[str, datetime]:
        """The workspaces of a platform that the desk was removed from, and when."""
        return await self._store.departures.since(platform)

    async def workspaces(self, platform: str) -> Set[str]:
        """The workspaces of a platform that the desk keeps anything of."""
        return await self._store.departures.workspaces(platform)

    async def forget_departed(self) -> int:
        """Delete what is of workspaces that have not come back within `GRACE`; how many."""
        over = await self._store.departures.before(self._clock.now() - GRACE)
        for platform, workspace in over:
            await self._forget(platform, workspace)
        return len(over)

    async def _forget(self, platform: str, workspace: str) -> None:
        # The mark goes last: whoever stops here begins again.
        await self._store.forget_audience(platform, workspace)
        await self._store.departures.forget(platform, workspace)
        _log.info("what was of a workspace is deleted: the desk was removed from it")

    def named(self, words: str) -> tuple[str, ...]:
        """The names of the one or two organisations the words name, none where that is not sure."""
        try:
            topics = read_topics(words, self._naming)
        except InputError:
            return ()
        return () if isinstance(topics, Choice) else tuple(map(self._naming.display, topics))

    async def in_workspace(self, by: Principal) -> Sequence[tuple[Scope, SubscriptionRow]]:
        """The subscriptions of all channels of the asker's workspace, by channel and number.

        Which of these channels the asker may see is the platform's to say.
        """
        here = by.scope
        found = await self._store.subscriptions.in_workspace(here.platform, here.workspace)
        return [
            (each.scope, subscription_row(each, last_sent, self._naming))
            for each, last_sent in found
        ]

    def _topics(self, words: str, when: Sequence[str], preset: str) -> tuple[str, ...] | Choice:
        """The topics the words name; a choice offers commands that subscribe to them."""
        rest = " ".join((*when, *(("as", preset) if preset else ())))
        try:
            topics = read_topics(words, self._naming, period=f" {rest}" if rest else "")
        except InputError as error:
            remedy = error.remedy.replace(f"{CALL} ", f"{CALL} subscribe ", 1)
            raise InputError(error.message, remedy=remedy) from error
        if not isinstance(topics, Choice):
            return topics
        self._refuse_sentence(words, rest)
        offered = (f"{CALL} subscribe{each.removeprefix(CALL)}" for each in topics.commands)
        return replace(topics, commands=tuple(offered))

    def _refuse_sentence(self, words: str, rest: str) -> None:
        """Refuse words that end with a schedule as sentences have it; say how commands have it."""
        said = words.split()
        for ends in range(len(said) - 1, 0, -1):
            meant = schedule_meant(said[ends:])
            if meant and self.named(topic := " ".join(said[:ends])):
                raise InputError(
                    f"“{' '.join(said[ends:])}” names no organisation.",
                    remedy=f"Did you mean {CALL} subscribe {topic} {meant} {rest}".rstrip() + "?",
                )

    async def _on(self, by: Principal, topics: Sequence[str]) -> Subscription | None:
        """The channel's subscription on these topics, in either order."""
        for standing in await self._store.subscriptions.list(by.scope):
            if set(standing.topics) == set(topics):
                return standing
        return None

    def _named(self, subscription: Subscription) -> str:
        return f"Digest {subscription.number} ({' / '.join(self._shown(subscription))})"

    def _shown(self, subscription: Subscription) -> tuple[str, ...]:
        return tuple(self._naming.display(topic) for topic in subscription.topics)

    # Last, because its name is that of the built-in type in every annotation after it.
    async def list(self, by: Principal, notice: str = "") -> SubscriptionList:
        """The channel's subscriptions, after a notice of what was just done."""
        last_sent = await self._store.subscriptions.last_sent(by.scope)
        return SubscriptionList(
            tuple(
                subscription_row(each, last_sent.get(each.number), self._naming)
                for each in await self._store.subscriptions.list(by.scope)
            ),
            notice,
        )
