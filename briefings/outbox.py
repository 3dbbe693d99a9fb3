"""The outbox: sends what is planned, looks for what is in doubt, and clears away what is double.

    claim (committed) -> send | look | sweep -> what became of it -> record

Every message is claimed before its first byte is sent, so that a process that dies leaves a
trace; every decision about it is `briefings.delivery`'s. Several processes share one outbox.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from briefings import delivery
from briefings.delivery import Action, Part, PartState, Policy
from briefings.errors import (
    Ambiguous,
    CannotLook,
    DeliveryError,
    IntelbriefError,
    Overdue,
    Refused,
    Rejected,
    StoreError,
    Unfit,
)
from briefings.ports import Clock, Post, Poster
from briefings.store import Store
from briefings.store.notices import Notice
from briefings.store.results import Result
from briefings.store.together import Together

IN_FLIGHT = 64
"""Messages worked on at once."""
GATHER_S = 0.02
LEAST_WAIT_S = 0.05
CLOCK_STEP_S = 5.0
"""A wall clock that has moved so much further than time passed was set."""
LONGEST_RETRY_AFTER_S = 86400.0
NOTICE_LEASE_S = 120
NOTICE_EVERY_S = 900.0
"""A notice that cannot be told is tried at least so often."""

_log = logging.getLogger(__name__)


class Outbox:
    """Delivers the digests of the platforms it has posters for, by their names.

    Posters may be taken away meanwhile; what is for them waits until there is one again.
    """

    def __init__(
        self,
        store: Store,
        posters: Mapping[str, Poster],
        clock: Clock,
        *,
        policy: Policy | None = None,
    ) -> None:
        self._store = store
        self._posters = posters
        self._clock = clock
        self._policy = policy or Policy()
        self._name = uuid4().hex[:8]
        self._claims = 0
        self._more = False
        self._offset: float | None = None
        self._working: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._results = Together(self._write_down)
        self._told: set[int] = set()
        """Notices that were told, of which that is not recorded."""

    async def deliver(self, *, until_idle_s: float = 0) -> int:
        """Do everything that is due, and what becomes due within so many seconds of that.

        Returns the number of things done once nothing is left to do.

        Raises:
            StoreError: the database gave way; what was claimed is taken up again later.
        """
        if not self._posters:
            return 0
        done = 0
        deadline = self._clock.monotonic() + until_idle_s
        try:
            await self._mend_times()
            await self._record_told()
            while not self._stopping.is_set():
                idle = not self._working
                now, names = self._clock.now(), tuple(self._posters)
                next_at = await self._store.outgoing.next_due(now, names)
                wait = None if next_at is None else (next_at - self._clock.now()).total_seconds()
                begun = await self._tell_notices()
                if wait is not None and wait <= 0:
                    begun += await self._begin()
                done += begun
                if not begun and not await self._wait(wait, deadline) and idle:
                    break
        finally:
            while self._working:
                await asyncio.wait(set(self._working))
        return done

    async def stop(self, within_s: float = 20) -> None:
        """Claim nothing more and let what is being sent end; what has not ended by then is cut off.

        A message that was cut off is in doubt, and looked for by whoever comes next.
        """
        self._stopping.set()
        if self._working:
            await asyncio.wait(set(self._working), timeout=within_s)
        for task in set(self._working):
            task.cancel()
        if self._working:
            await asyncio.wait(set(self._working))

    # --- taking up work -------------------------------------------------------------------------

    async def _mend_times(self) -> None:
        """At the start, and when the wall clock was set: nothing may wait for a time far away."""
        now, passed = self._clock.now(), self._clock.monotonic()
        offset = now.timestamp() - passed
        if self._offset is None or abs(offset - self._offset) > CLOCK_STEP_S:
            await self._store.outgoing.mend(now)
        self._offset = offset

    async def _begin(self) -> int:
        """Claim what is due, as far as hands are free, and set to work on it."""
        free = IN_FLIGHT - len(self._working)
        if free <= 0:
            return 0
        now, began = self._clock.now(), self._clock.monotonic()
        posters = dict(self._posters)  # one may be given up while these are claimed
        actions: dict[int, Action] = {}

        def take(part: Part, held_until: datetime | None) -> Part:
            self._claims += 1
            claim, nonce_s = f"{self._name}-{self._claims}", posters[part.scope.platform].nonce_s
            taken, action = delivery.claimed(part, claim, now, self._policy, nonce_s=nonce_s)
            if held_until and action is Action.SEND and part.state is PartState.UNCERTAIN:
                return delivery.postponed(part, held_until, nonce_s=nonce_s)
            if action is not None:
                actions[part.id] = action
            return taken

        paces = {name: poster.pace_s for name, poster in posters.items()}
        claimed = await self._store.outgoing.claim(now, paces, take, limit=free)
        for part in claimed:
            if action := actions.get(part.id):
                self._start(self._work(part, action, posters[part.scope.platform], began))
        self._more = len(claimed) == free
        return len(claimed)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _wait(self, wait: float | None, deadline: float) -> bool:
        """Wait for something to change; False when nothing will before the deadline.

        `wait`: seconds until something is due; what is due and cannot be had is somebody else's.
        """
        if self._more and self._working:
            # There is a backlog: claim for many hands at once, not for each that comes free.
            await asyncio.wait(set(self._working), timeout=GATHER_S)
            return True
        wait = None if wait is None else max(wait, LEAST_WAIT_S)
        left = deadline - self._clock.monotonic()
        timely = wait is not None and wait <= left
        if not self._working and not timely:
            return False
        waiting: set[asyncio.Task[Any]] = {asyncio.create_task(self._stopping.wait())}
        if timely and wait is not None and len(self._working) < IN_FLIGHT:
            waiting.add(asyncio.ensure_future(self._clock.sleep(wait)))
        try:
            await asyncio.wait({*waiting, *self._working}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return True

    async def _work(self, part: Part, action: Action, poster: Poster, began: float) -> None:
        try:
            match action:
                case Action.SEND:
                    await self._send(part, poster, began)
                case Action.LOOK:
                    await self._look(part, poster)
                case Action.SWEEP:
                    await self._sweep(part, poster)
        except StoreError as error:
            # Its claim ends, and whoever comes then finds out what became of it.
            _log.warning(
                "%s of message %s could not be recorded: %s", action.value, part.key, error
            )
        except Exception:
            _log.exception("%s of message %s stumbled", action.value, part.key)

    # --- sending --------------------------------------------------------------------------------

    async def _send(self, part: Part, poster: Poster, began: float) -> None:
        def ready() -> None:
            if self._clock.monotonic() - began > self._policy.standstill_s:
                raise Overdue("The process stood still for too long.")

        try:
            ready()
            if self._stopping.is_set():
                raise Overdue("The desk is stopping.")
            remote_id = await poster.send(_post(part), ready)
        except Overdue:
            await self._record(part, delivery.given_back(part, self._clock.now(), self._policy))
        except (Refused, Rejected, Unfit) as error:
            await self._not_taken(part, error)
        except Exception as error:
            # Whatever else happened, nobody can say that the platform did not take it.
            if not isinstance(error, Ambiguous):
                _log.exception("sending message %s failed unexpectedly", part.key)
            now = self._clock.now()
            after = delivery.uncertain(part, _reason(error), now, self._policy)
            await self._record(part, after, **self._if_late(part, after, now))
        else:
            now = self._clock.now()
            after = delivery.sent(part, remote_id, now, self._policy)
            if not await self._record(part, after):
                await self._settle_late_arrival(part, after, poster)

    async def _not_taken(self, part: Part, error: DeliveryError) -> None:
        now, reason = self._clock.now(), _reason(error)
        match error:
            case Rejected():
                after = delivery.failed(part, reason)
                await self._record(
                    part,
                    after,
                    halt=True,
                    halt_workspace=error.whole_workspace,
                    **_notice("failed", f"{_what(part)} was not delivered. {reason}"),
                )
            case Unfit():
                after = delivery.unfit(part, reason, now, self._policy)
                told = _notice("failed", f"{_what(part)} was not delivered. {reason}")
                await self._record(part, after, **(told if after.ended else {}))
            case Refused(retry_after_s=wait):
                wait = None if wait is None else min(wait, LONGEST_RETRY_AFTER_S)
                after = delivery.refused(part, reason, now, self._policy, wait)
                hold = after.next_at if wait is not None else None
                await self._record(part, after, hold_until=hold, **self._if_late(part, after, now))
            case _:
                raise error

    async def _settle_late_arrival(self, part: Part, after: Part, poster: Poster) -> None:
        """Our message arrived, but somebody else took it over meanwhile: one of them stays."""
        now = self._clock.now()
        sweep_at = now + timedelta(seconds=self._policy.sweep_s)
        stays = await self._store.outgoing.adopt(after, now, sweep_at)
        if stays and stays != after.remote_id:
            with suppress(DeliveryError):  # else the sweep finds it
                await poster.delete(_post(part), after.remote_id)
                await self._store.outgoing.repaired(part)

    # --- looking and sweeping -------------------------------------------------------------------

    async def _look(self, part: Part, poster: Poster) -> None:
        try:
            copies = await poster.copies(_post(part))
        except CannotLook:
            after = delivery.blind(part, self._clock.now(), self._policy)
        except Rejected as error:
            after = delivery.failed(part, _reason(error))
        except Exception as error:
            wait = error.retry_after_s if isinstance(error, Refused) else None
            now = self._clock.now()
            after = delivery.look_failed(part, _reason(error), now, self._policy, wait)
        else:
            after = delivery.looked(part, copies, self._clock.now(), self._policy)
        late = after.state is PartState.UNCERTAIN and after.looks == part.looks
        notice = self._if_late(part, after, self._clock.now()) if late else _notice_of_end(after)
        await self._record(part, after, **notice)

    async def _sweep(self, part: Part, poster: Poster) -> None:
        post = _post(part)
        deleted = 0
        try:
            copies = await poster.copies(post)
            for copy in copies[1:]:
                await poster.delete(post, copy)
                deleted += 1
        except (CannotLook, Rejected):
            after = delivery.swept(part, (), deleted)
        except Exception:
            after = delivery.sweep_failed(part, self._clock.now(), self._policy)
        else:
            after = delivery.swept(part, copies, deleted)
        await self._record(part, after)

    # --- writing down ---------------------------------------------------------------------------

    async def _record(self, before: Part, after: Part, **more: Any) -> bool:
        return await self._results.do(Result(before, after, **more))

    async def _write_down(self, results: Sequence[Result]) -> Sequence[bool]:
        return await self._store.outgoing.record(results, self._clock.now())

    def _if_late(self, part: Part, after: Part, now: datetime) -> dict[str, str]:
        """What the manager is told about a message that does not arrive."""
        if after.ended:
            return _notice_of_end(after)
        since = part.first_try or now
        if now - since < timedelta(seconds=self._policy.late_s):
            return {}
        return _notice(
            "late",
            f"{_what(part)} is held up: {after.error} The desk tries for a day; "
            "/intel status shows where it is.",
        )

    # --- notices --------------------------------------------------------------------------------

    async def _tell_notices(self) -> int:
        now = self._clock.now()
        until = now + timedelta(seconds=NOTICE_LEASE_S)
        posters = dict(self._posters)
        claimed = await self._store.notices.claim(now, tuple(posters), until=until)
        for notice in claimed:
            self._start(self._tell(notice, posters[notice.scope.platform]))
        return len(claimed)

    async def _tell(self, notice: Notice, poster: Poster) -> None:
        try:
            if notice.id not in self._told and not await self._say(notice, poster):
                return
            self._told.add(notice.id)
            await self._store.notices.told(notice.id, self._clock.now())
            self._told.discard(notice.id)
        except StoreError as error:
            _log.warning("what became of notice %d could not be recorded: %s", notice.id, error)
        except Exception:
            _log.exception("telling notice %d stumbled", notice.id)

    async def _say(self, notice: Notice, poster: Poster) -> bool:
        """Tell a notice, or put it off; False: it was certainly not told."""
        try:
            await poster.alert(notice.scope, notice.manager, notice.text)
        except Refused as error:
            now, retries = self._clock.now(), self._policy.retries_s
            wait = min(retries[min(notice.attempts, len(retries)) - 1], NOTICE_EVERY_S)
            later = now + timedelta(seconds=max(wait, error.retry_after_s or 0))
            # A little longer than what it is about is tried for.
            over = now - notice.created_at > 2 * timedelta(seconds=self._policy.give_up_s)
            await self._store.notices.put_off(notice.id, None if over else later)
            return False
        except Exception as error:  # told or not: once more could be once too often
            _log.warning("a notice may not have been told: %s", _reason(error))
        return True

    async def _record_told(self) -> None:
        """Record what was told and could not be recorded, before anybody tells it again."""
        try:
            for notice in tuple(self._told):
                await self._store.notices.told(notice, self._clock.now())
                self._told.discard(notice)
        except StoreError as error:
            _log.warning("notices that were told could not be recorded: %s", error)


def _post(part: Part) -> Post:
    if part.first_try is None:
        raise ValueError("only a part that was claimed can be posted")
    return Post(
        part.scope,
        part.key,
        part.payload,
        part.number,
        part.total,
        part.first_id,
        part.first_try,
        part.plain,
    )


def _reason(error: Exception) -> str:
    """What went wrong, for people: our own words only, never a library's."""
    if isinstance(error, IntelbriefError):
        return str(error)
    return f"Something unexpected happened ({type(error).__name__})."


def _what(part: Part) -> str:
    return f"Digest {part.digest} of {part.slot.replace('T', ' ')}"


def _notice(kind: str, text: str) -> dict[str, str]:
    return {"notice_kind": kind, "notice": text}


def _notice_of_end(after: Part) -> dict[str, str]:
    if after.state is PartState.REVIEW:
        return _notice(
            "review",
            f"{_what(after)} may have arrived, and the desk cannot look. Look into the channel: "
            f"/intel send {after.digest} sends it again, /intel dismiss {after.digest} leaves it.",
        )
    if after.state is PartState.FAILED:
        return _notice("failed", f"{_what(after)} was not delivered. {after.error}")
    return {}
