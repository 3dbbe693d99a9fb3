"""The optional model as a writer: asked within limits, believed only as far as it can be checked.

    material -> Prompt -> cache | breaker | budget -> endpoint -> points -> grounding -> Statement
                                                                                     -> or None

None means that the quoted sentences are shown. A reader never hears of a failure; the status does.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final, Protocol, TypeVar
from weakref import WeakValueDictionary

from briefings.answers import Statement
from briefings.entities import Matcher
from briefings.errors import IntelbriefError, ModelError
from briefings.facts import Claim
from briefings.ledger.sentence import Sentence
from briefings.ports import Clock, Material, TokenBudget, Usage
from briefings.subscriptions import WHOLE_DESK, Scope
from briefings.summaries.grounding import Grounded, ground, whole_text
from briefings.summaries.model_breaker import Breaker
from briefings.summaries.model_claims import about_sentence, read_claims
from briefings.summaries.model_prompts import (
    SOURCES,
    Prompt,
    about_article,
    about_topics,
    probe,
    read_points,
)

BOTTOM_LINE: Final = 3
SUMMARY: Final = 5
ATTEMPTS: Final = 2
_KEPT: Final = 256
"""Answers remembered, so that the same question is asked once."""
_MOST_OVER: Final = 4
"""How many times what was reserved an answer can be said to have taken."""
_FOR_GOOD: Final = ("refused", "unknown", "redirect")

_Answer = TypeVar("_Answer")

_log = logging.getLogger(__name__)


class Completes(Protocol):
    """Asks a model once."""

    async def complete(self, prompt: Prompt) -> Completed:
        """The answer.

        Raises:
            ModelError: there is none.
        """


class Completed(Protocol):
    """What a model wrote, and the tokens it took; None where nobody says."""

    @property
    def text(self) -> str: ...

    @property
    def tokens(self) -> int | None: ...


class ModelWriter:
    """A `ports.Writer` that asks a model and checks what it writes.

    `name` is the model's; an answer in a chat waits `answer_s` seconds for it, a digest `digest_s`.
    """

    def __init__(  # noqa: PLR0913 - the parts it stands on, and its two limits
        self,
        client: Completes,
        budget: TokenBudget,
        matcher: Matcher,
        clock: Clock,
        *,
        name: str,
        language: str,
        answer_s: float,
        digest_s: float,
    ) -> None:
        self._client = client
        self._budget = budget
        self._matcher = matcher
        self._clock = clock
        self.name = name
        self._language = language
        self._answer_s = answer_s
        self._digest_s = digest_s
        self._breaker = Breaker()
        self._known: OrderedDict[str, tuple[Statement, ...] | None] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._trouble: tuple[datetime, str] | None = None
        self._written = self._unused = 0

    async def bottom_line(
        self, topics: Sequence[str], material: Sequence[Material], scope: Scope
    ) -> tuple[Statement, ...] | None:
        return await self._on_topics(topics, material, scope, self._answer_s)

    async def digest_line(
        self, topics: Sequence[str], material: Sequence[Material], scope: Scope
    ) -> tuple[Statement, ...] | None:
        return await self._on_topics(topics, material, scope, self._digest_s)

    async def summary(self, material: Material, scope: Scope) -> tuple[Statement, ...] | None:
        prompt = about_article(material, self._language)
        return await self._write(prompt, [material], scope, self._answer_s, SUMMARY)

    async def claims(self, sentence: Sentence, scope: Scope) -> tuple[Claim, ...]:
        """What a sentence claims that the rules could not read; () also when nobody answers."""
        reader = partial(read_claims, sentence=sentence)
        try:
            claims = await self._asked(about_sentence(sentence), scope, self._digest_s, reader)
            return claims or ()
        except ModelError as error:
            self._failed(error)
        except IntelbriefError as error:
            _log.warning("the model was not asked: %s", error)
        return ()

    async def state(self, scope: Scope) -> str:
        parts = [f"{self.name}: {_spent(await self._budget.used(scope), scope)}."]
        if self._unused:
            total = self._written + self._unused
            parts.append(f"{self._unused} of {total} texts did not stand on their sources.")
        if self._trouble is not None:
            at, what = self._trouble
            parts.append(f"Last trouble, {at:%Y-%m-%d %H:%M} UTC: {what}")
        if pause_s := self._breaker.pause_s(self._clock.monotonic()):
            parts.append(f"It is left alone for {pause_s / 60:,.0f} more minutes.")
        return " ".join(parts)

    async def trial(self) -> ModelError | None:
        """Ask for next to nothing: what is wrong with the endpoint, if anything is.

        Raises:
            StoreError: the database cannot be used.
        """
        prompt = probe()
        try:
            if await self._asked(prompt, WHOLE_DESK, self._answer_s, read_points) is None:
                return ModelError("Today's budget of the model is used up.", kind="exhausted")
        except ModelError as error:
            return error
        return None

    async def _on_topics(
        self, topics: Sequence[str], material: Sequence[Material], scope: Scope, limit_s: float
    ) -> tuple[Statement, ...] | None:
        shown = material[:SOURCES]
        prompt = about_topics(topics, shown, self._language)
        return await self._write(prompt, shown, scope, limit_s, BOTTOM_LINE)

    async def _write(
        self,
        prompt: Prompt,
        material: Sequence[Material],
        scope: Scope,
        limit_s: float,
        most: int,
    ) -> tuple[Statement, ...] | None:
        if not material:
            return None
        key = _key(prompt, material)
        asking = self._asking.setdefault(key, asyncio.Lock())
        deadline = asyncio.get_running_loop().time() + limit_s
        try:
            async with asyncio.timeout_at(deadline):
                await asking.acquire()
        except TimeoutError:
            return None
        try:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
            limit_s = deadline - asyncio.get_running_loop().time()
            points = await self._asked(prompt, scope, limit_s, read_points)
            if points is None:
                return None
            grounded = await asyncio.to_thread(ground, points, material, self._matcher)
            return self._remember(key, self._judged(grounded, most))
        except ModelError as error:
            self._failed(error)
        except IntelbriefError as error:
            _log.warning("the model was not asked: %s", error)
        except Exception:
            # Whatever an answer did to us, the quoted sentences are there.
            _log.exception("a text of the model could not be used")
        finally:
            asking.release()
        return None

    async def _asked(
        self, prompt: Prompt, scope: Scope, limit_s: float, read: Callable[[str], _Answer]
    ) -> _Answer | None:
        """What an answer says; None when the model is left alone or its budget used up.

        Raises:
            ModelError: it was asked, once or twice, and gave nothing that can be read.
        """
        if self._breaker.pause_s(self._clock.monotonic()):
            return None
        deadline = asyncio.get_running_loop().time() + limit_s
        failure: ModelError | None = None
        for _ in range(ATTEMPTS):
            reserved = await self._budget.reserve(scope, prompt.tokens)
            if reserved is None:
                break
            try:
                async with asyncio.timeout_at(deadline):
                    answer = await self._client.complete(prompt)
                taken = reserved.tokens if answer.tokens is None else answer.tokens
                await self._budget.settle(reserved, min(taken, _MOST_OVER * reserved.tokens))
                said = read(answer.text)
            except TimeoutError:
                # What it took nobody knows: the reservation stands.
                raise _too_slow() from failure
            except ModelError as error:
                if error.kind not in ("slow", "unusable"):
                    await self._budget.settle(reserved, 0)
                if not error.again:
                    raise
                failure = error
            else:
                self._breaker.worked()
                return said
        if failure is not None:
            raise failure
        self._note("Today's budget is used up, so sentences are quoted.")
        return None

    def _judged(self, grounded: Grounded, most: int) -> tuple[Statement, ...] | None:
        for dropped in grounded.dropped:
            # Not what it says, which may be anybody's words.
            _log.info("a point of the model was dropped: %d characters", len(dropped.point.text))
        if grounded.usable:
            self._written += 1
            return grounded.kept[:most]
        if grounded.dropped:
            self._unused += 1
        return None

    def _remember(
        self, key: str, statements: tuple[Statement, ...] | None
    ) -> tuple[Statement, ...] | None:
        self._known[key] = statements
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return statements

    def _failed(self, error: ModelError) -> None:
        self._breaker.failed(
            self._clock.monotonic(),
            retry_after_s=error.retry_after_s,
            for_good=error.kind in _FOR_GOOD,
        )
        self._note(str(error))
        _log.warning("%s", error)

    def _note(self, what: str) -> None:
        self._trouble = self._clock.now(), what


def _too_slow() -> ModelError:
    return ModelError("The model's endpoint did not answer in time.", kind="slow")


def _key(prompt: Prompt, material: Sequence[Material]) -> str:
    """The same for the same question on the same articles, as far as they are checked."""
    digest = sha256(prompt.key.encode())
    for one in material:
        digest.update(f"{one.number}\n{one.url}\n{whole_text(one)}\0".encode(errors="replace"))
    return digest.hexdigest()


def _spent(used: Usage, scope: Scope) -> str:
    """What is used of today's budgets; those that are not narrower than the one before say less."""
    limits = used.limits
    said = f"{used.desk:,} of {limits.desk:,} tokens used today"
    if scope == WHOLE_DESK:
        return said
    if limits.workspace < limits.desk:
        said += f", {used.workspace:,} of {limits.workspace:,} in this workspace"
    if limits.channel < limits.workspace:
        said += f", {used.channel:,} of {limits.channel:,} in this channel"
    return said
