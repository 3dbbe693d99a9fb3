"""One piece of work as a process: its signals, its exit status, an error of ours as one message."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

from briefings.errors import IntelbriefError

INTERRUPTED = 130
TERMINATED = 143


def carry_out(work: Coroutine[Any, Any, int], *, terminated_status: int = 0) -> int:
    """Run to the end, or until SIGTERM or Ctrl-C; errors of ours are one message."""
    terminated = False

    async def supervised() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

        def terminate() -> None:
            nonlocal terminated
            terminated = True
            loop.remove_signal_handler(signal.SIGTERM)  # a second one ends the process at once
            task.cancel()

        loop.add_signal_handler(signal.SIGTERM, terminate)
        try:
            return await task
        except asyncio.CancelledError:
            if terminated:
                return terminated_status
            task.cancel()
            await asyncio.wait({task})
            raise

    try:
        return asyncio.run(supervised())
    except IntelbriefError as error:
        return complain(error)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def complain(error: IntelbriefError) -> int:
    """Say on standard error what is wrong; the exit status of whoever cannot go on."""
    print(f"intelbrief: {error}", file=sys.stderr)  # noqa: T201 - this is the command line
    return 1
