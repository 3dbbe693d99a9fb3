"""Many small writes in one transaction: those that come while one is written make up the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Does with one `write` what many ask for at the same time; the results are in their order."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._writing = asyncio.Lock()

    async def do(self, item: T) -> R:
        """The result for one item, once it is written.

        Raises:
            Exception: whatever `write` raised for the items it was given together.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        async with self._writing:
            if not future.done():
                # One that is cut off must not cut off those it writes with its own.
                await asyncio.shield(self._write_all())
        return await future

    async def _write_all(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            results = await self._write([item for item, _ in batch])
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
