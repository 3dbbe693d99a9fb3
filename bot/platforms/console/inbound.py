"""Commands coming in: typed at a prompt, or piped in one a line."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from zoneinfo import ZoneInfo

from bot.grammar import Action, Manage, parse
from bot.platforms import Host
from bot.platforms.console.outbound import Screen
from briefings.answers import Answer, Choice, Failure, SubscriptionList
from briefings.errors import InputError
from briefings.subscriptions import Principal, Scope, Standing

NAME = "console"
CHANNEL = Scope(NAME, "", "console")
LEAVING = frozenset({"exit", "quit", "bye", ":q", "logout", "退出"})
HOW_TO_LEAVE = "Ctrl-D, or the end of the input, leaves."
BESIDE = "Another console is open on this desk: the digest may appear there."
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


def alone() -> bool:
    """No other console is open."""
    return False


async def converse(host: Host, screen: Screen, others: Callable[[], bool] = alone) -> int:
    """Prompt until Ctrl-D; Ctrl-C drops the line, or the command that is being carried out.

    `others` says whether another console is open beside this one.
    """
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
        if _leaves(line):
            screen.note(HOW_TO_LEAVE)
            continue
        task = asyncio.create_task(host.ask(line, principal))
        with _interrupts(task):
            await screen.wait_for(task)
        if task.cancelled():
            screen.note("Cancelled.")
        else:
            _show(screen, line, task.result(), others)


async def answer_lines(
    host: Host, screen: Screen, descriptor: int, others: Callable[[], bool] = alone
) -> int:
    """Answer each line; 1 when one was not answered. Empty lines and # comments are skipped."""
    status, principal = 0, operator(host.zone)
    async for line in _lines(descriptor):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if _leaves(line):
            screen.note(HOW_TO_LEAVE)
            continue
        task = asyncio.create_task(host.ask(line, principal))
        await screen.wait_for(task)
        answer = task.result()
        _show(screen, line, answer, others)
        if isinstance(answer, Failure | Choice):
            status = 1
    return status


def _leaves(line: str) -> bool:
    return line.strip().removeprefix("/").casefold() in LEAVING


def _show(screen: Screen, line: str, answer: Answer, others: Callable[[], bool]) -> None:
    """Show an answer, and where its digest may appear instead of here."""
    screen.show(answer)
    if isinstance(answer, SubscriptionList) and _sends(line) and others():
        screen.note(BESIDE)


def _sends(line: str) -> bool:
    try:
        command = parse(line)
    except InputError:
        return False
    return isinstance(command, Manage) and command.action is Action.SEND


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
