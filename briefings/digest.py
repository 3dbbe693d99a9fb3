"""Digests: what is due is written, frozen and put into the outbox; sending it is `outbox`'s.

    subscriptions that are due -> schedule -> editor -> poster.prepare -> plan     one transaction

A slot is planned once, however many processes tick and whatever the clock does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from briefings.delivery import OccurrenceState
from briefings.errors import InputError, IntelbriefError, StoreError
from briefings.ports import Clock, Poster
from briefings.schedule import Run, due_run
from briefings.store import Store
from briefings.store.planned import Due, Plan, Written
from briefings.subscriptions import Content, Occasion, Slot, Subscription

AT_ONCE = 2_500
"""Subscriptions planned in one transaction."""

NO_DELIVERY = "This process does not deliver digests."
WHERE_DELIVERED = (
    "Start the desk with intelbrief run at a terminal or in a chat, or with "
    "INTELBRIEF_DELIVER=on, and ask there."
)

_log = logging.getLogger(__name__)


class Writer(Protocol):
    """Writes digests."""

    async def write(self, occasions: Sequence[Occasion]) -> list[Content]:
        """The content of digests, in order."""


class Digests:
    """Plans digests for the platforms it has posters for, by their names.

    `delivering` says whether this process sends what is planned; where it does not, nothing that
    somebody wants now is planned.
    """

    def __init__(
        self,
        store: Store,
        editor: Writer,
        posters: Mapping[str, Poster],
        clock: Clock,
        *,
        delivering: bool = True,
    ) -> None:
        self._store = store
        self._editor = editor
        self._posters = posters
        self._clock = clock
        self._delivering = delivering

    def delivers_on(self, platform: str) -> bool:
        """Whether what is planned for a platform here is sent by this process."""
        return self._delivering and platform in self._posters

    async def plan_due(self) -> int:
        """Put every digest whose time has come into the outbox; the number of subscriptions.

        Raises:
            StoreError: the database gave way; what was not planned is still due.
        """
        if not self._posters:
            return 0
        planned = 0
        lost = await self._store.planning.recover(self._clock.now())
        posters = dict(self._posters)  # one may be given up while digests are written
        while due := await self._store.planning.due(
            self._clock.now(), tuple(posters), limit=AT_ONCE
        ):
            now = self._clock.now()
            plans = await self._plans(due, posters, now, lost)
            if not await self._store.planning.plan(plans, now):
                break  # somebody else was faster with all of them
            planned += len(plans)
        return planned

    async def preview(self, subscription: Subscription) -> str:
        """The digest a subscription would bring now, as Markdown; nothing is recorded.

        Raises:
            InputError: the subscription is gone.
        """
        due = await self._one(subscription)
        (content,) = await self._editor.write([self._asked(due)])
        return content.page

    async def send_now(
        self, subscription: Subscription, *, instead_of: tuple[int, ...] = ()
    ) -> None:
        """Put a digest into the outbox besides those that are scheduled.

        `instead_of`: digests that could not be written when they were due, by id; they are left.

        Raises:
            InputError: the subscription is gone or was changed meanwhile, somebody sent or left
                what this is instead of, or nothing here posts to its platform.
        """
        platform = subscription.scope.platform
        if not self.delivers_on(platform):
            raise InputError(NO_DELIVERY, remedy=WHERE_DELIVERED)
        poster = self._posters[platform]
        due = await self._one(subscription)
        occasion = self._asked(due)
        (content,) = await self._editor.write([occasion])
        now = self._clock.now()
        payloads = poster.prepare(content.page)
        slot = Slot(f"asked {now:%Y-%m-%dT%H:%M:%S.%f}", now)
        plan = Plan(due, (_written(slot, content, payloads),), instead_of=instead_of)
        if not await self._store.planning.plan([plan], now):
            raise InputError(
                f"Somebody changed, sent or dismissed digest {subscription.number} meanwhile.",
                remedy="Ask again if it is still to be sent.",
            )

    async def _one(self, subscription: Subscription) -> Due:
        due = await self._store.planning.one(subscription.id)
        if due is None:
            raise InputError(f"There is no subscription {subscription.number} any more.")
        return due

    def _asked(self, due: Due) -> Occasion:
        now = self._clock.now()
        slot = Slot(f"{now:%Y-%m-%dT%H:%M}", now)
        return Occasion(
            due.subscription, due.channel_id, slot, due.since, due.after_article, asked=True
        )

    async def _plans(
        self,
        due: Sequence[Due],
        posters: Mapping[str, Poster],
        now: datetime,
        lost: tuple[datetime, datetime] | None,
    ) -> list[Plan]:
        runs = [
            (one, due_run(one.subscription.schedule, one.subscription.next, now))
            for one in due
            if one.subscription.next is not None
        ]
        # None of its slots has come where the clock was set back since it was found.
        runs = [(one, run) for one, run in runs if run.slot or run.skipped]
        occasions = [
            Occasion(
                one.subscription,
                one.channel_id,
                run.slot,
                one.since,
                one.after_article,
                late=run.late or bool(run.skipped),
            )
            for one, run in runs
            if run.slot is not None
        ]
        written = zip(occasions, await self._write(occasions), strict=True)
        contents = {occasion.subscription.id: content for occasion, content in written}

        @cache
        def prepare(platform: str, page: str) -> tuple[str, ...] | IntelbriefError:
            try:
                return posters[platform].prepare(page)
            except Exception as error:
                return _why(error, "a page for %s could not be made into messages", platform)

        return [
            _plan(one, run, contents.get(one.subscription.id), prepare, lost) for one, run in runs
        ]

    async def _write(self, occasions: Sequence[Occasion]) -> list[Content | IntelbriefError]:
        """The contents, or why there is none; one that cannot be written is no other's trouble."""
        try:
            return list(await self._editor.write(occasions))
        except StoreError:
            raise
        except Exception as error:
            if len(occasions) > 1:
                half = len(occasions) // 2
                return await self._write(occasions[:half]) + await self._write(occasions[half:])
            (one,) = occasions
            name = (one.subscription.number, one.slot.wall)
            return [_why(error, "digest %d of %s could not be written", *name)]


def _why(error: Exception, happened: str, *names: object) -> IntelbriefError:
    """Why a digest is not there, for people; what we did not foresee is logged as `happened`."""
    if isinstance(error, IntelbriefError):
        return error
    _log.error(happened, *names, exc_info=error)
    what = f"It could not be written ({type(error).__name__})."
    return IntelbriefError(what, remedy="The desk's log says more.")


def _plan(
    due: Due,
    run: Run,
    content: Content | IntelbriefError | None,
    prepare: Callable[[str, str], tuple[str, ...] | IntelbriefError],
    lost: tuple[datetime, datetime] | None,
) -> Plan:
    name = f"Digest {due.subscription.number}"
    digests = [_missed(slot, run.slot, lost) for slot in run.skipped]
    if run.slot is None:
        notice = (
            f"{name} missed {len(digests)} of its times while the desk was off, all too long ago "
            "to make up for."
        )
        newest = digests[-1].slot if digests else ""
        return Plan(due, tuple(digests), newest, run.next, notice)
    notice = ""
    made: tuple[str, ...] | IntelbriefError | None = None
    if isinstance(content, Content):
        made = prepare(due.subscription.scope.platform, content.page)
    if isinstance(content, Content) and isinstance(made, tuple):
        digests.append(_written(run.slot, content, made, look_first=_within(run.slot, lost)))
    else:
        why = str(made or content)
        notice = f"{name} of {run.slot.wall.replace('T', ' ')} was not delivered. {why}"
        digests.append(
            Written(run.slot.wall, run.slot.due, ended=OccurrenceState.FAILED, reason=why)
        )
    return Plan(due, tuple(digests), run.slot.wall, run.next, notice)


def _within(slot: Slot, period: tuple[datetime, datetime] | None) -> bool:
    return period is not None and period[0] < slot.due <= period[1]


def _missed(slot: Slot, newest: Slot | None, lost: tuple[datetime, datetime] | None) -> Written:
    """A slot that is not run: it may have been by a database that is lost, or is covered."""
    if _within(slot, lost):
        return Written(
            slot.wall, slot.due, look_first=True, covered_by=newest.wall if newest else ""
        )
    return Written(
        slot.wall,
        slot.due,
        ended=OccurrenceState.SKIPPED,
        reason="" if newest else "The desk was off for too long.",
        covered_by=newest.wall if newest else "",
    )


def _written(
    slot: Slot, content: Content, payloads: tuple[str, ...], *, look_first: bool = False
) -> Written:
    return Written(
        slot.wall,
        slot.due,
        payloads=payloads,
        articles=content.articles,
        newest_article=content.newest_article,
        look_first=look_first,
    )
