"""Commands coming in: typed at a prompt, or piped in one a line."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from zoneinfo import ZoneInfo

from bot.platforms import Host
from bot.platforms.console.outbound import Screen
from briefings.answers import Answer, Choice, Failure
from briefings.subscriptions import Principal, Scope, Standing

NAME = "console"
CHANNEL = Scope(NAME, "", "console")
LONGEST_LINE = 64 * 1024
"""Bytes."""
CHUNKS_AHEAD = 4
"""What is read before it is answered."""


def operator(zone: ZoneInfo) -> Principal:
    """Whoever sits at the console: the user of the machine, who runs the desk."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a user without a name
        user = "operator"
    return Principal(CHANNEL, user, Standing.OPERATOR, zone)


async def converse(host: Host, screen: Screen) -> int:
    """Prompt until Ctrl-D; Ctrl-C drops the line, or the command that is being carried out."""
    # Only a terminal needs it, and it takes a tenth of a second to import.
    from bot.platforms.console.prompt import Prompt  # noqa: PLC0415

    prompt, principal = Prompt(host), operator(host.zone)
    screen.typing(prompt.above)
    screen.note(host.greeting)
    while True:
        try:
            line = await prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        if not line.strip():
            continue
        task = asyncio.create_task(host.ask(line, principal))
        with _interrupts(task):
            await screen.wait_for(task)
        if task.cancelled():
            screen.note("Cancelled.")
        else:
            screen.show(task.result())


async def answer_lines(host: Host, screen: Screen, descriptor: int) -> int:
    """Answer each line; 1 when one was not answered. Empty lines and # comments are skipped."""
    status, principal = 0, operator(host.zone)
    async for line in _lines(descriptor):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        task = asyncio.create_task(host.ask(line, principal))
        await screen.wait_for(task)
        answer = task.result()
        screen.show(answer)
        if isinstance(answer, Failure | Choice):
            status = 1
    return status


async def _lines(descriptor: int) -> AsyncIterator[str]:
    """The lines of a file, pipe or terminal, read on a thread of its own.

    A daemon thread, because a read that never returns must not keep the program from ending; on
    the bare descriptor, because an interpreter that ends cannot take back `sys.stdin`'s lock.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    room = threading.Semaphore(CHUNKS_AHEAD)

    def read() -> None:
        chunk = b"-"
        while chunk:
            room.acquire()
            try:
                chunk = os.read(descriptor, LONGEST_LINE)
            except OSError:
                chunk = b""
            with contextlib.suppress(RuntimeError):  # the loop is gone, and so is the reader
                loop.call_soon_threadsafe(queue.put_nowait, chunk)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    pending = b""
    while chunk := await queue.get():
        room.release()
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
        pending = pending[:LONGEST_LINE]
    if pending:
        yield pending.decode(errors="replace")


@contextlib.contextmanager
def _interrupts(task: asyncio.Task[Answer]) -> Iterator[None]:
    """While open, Ctrl-C cancels a task instead of ending the program."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
