"""The prompt on a terminal: history, completion, and a line that says what can be asked."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import HTML
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.helping import COMPLETIONS
from bot.platforms import Host

MENU = 24
WORDS_LOOKED_BACK = 5
HINT = HTML(
    " &lt;topic&gt; [&lt;topic&gt;]  <b>search</b>  <b>summarize</b>  <b>subscribe</b>  "
    "<b>status</b>  <b>help</b>  Ctrl-D leaves"
)


class Prompt:
    """Asks for one line after the other."""

    def __init__(self, host: Host) -> None:
        self._session: PromptSession[str] = PromptSession(
            history=FileHistory(_private(host.data_dir / "history")),
            completer=CommandCompleter(COMPLETIONS, host.names),
            complete_while_typing=True,
            bottom_toolbar=HINT,
            reserve_space_for_menu=6,
        )

    async def __call__(self) -> str:
        """The next line.

        Raises:
            KeyboardInterrupt: Ctrl-C. EOFError: Ctrl-D.
        """
        with patch_stdout():  # what is logged meanwhile appears above the prompt
            return await self._session.prompt_async(HTML("<ansicyan><b>intel</b></ansicyan>> "))

    async def above(self, draw: Callable[[], None]) -> None:
        """Draw above the line that is being typed, which stays as it is."""
        await run_in_terminal(draw)


def _private(history: Path) -> str:
    """The name of a file that only this user may read, unless it was there already."""
    with contextlib.suppress(OSError):  # whoever writes to it meets the same
        os.close(os.open(history, os.O_WRONLY | os.O_CREAT, 0o600))
    return str(history)


class CommandCompleter(Completer):
    """Completes commands and the names of organisations, several words and Chinese included."""

    def __init__(
        self, commands: Sequence[tuple[str, str]], names: Sequence[tuple[str, str]]
    ) -> None:
        self._commands = commands
        self._names = names

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        text = re.sub(r"^\s*/?intel\s+", "", document.text_before_cursor, flags=re.IGNORECASE)
        seen: set[str] = set()
        starts = [0, *(match.end() for match in re.finditer(r"\s+", text))]
        for start in starts[-WORDS_LOOKED_BACK:]:
            fragment = text[start:]
            offered = [*self._commands, *self._names] if start == 0 else self._names
            for name, meaning in _beginning_with(fragment, offered):
                if name not in seen and len(seen) < MENU:
                    seen.add(name)
                    yield Completion(name, -len(fragment), display_meta=meaning)


def _beginning_with(fragment: str, offered: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    folded = fragment.casefold()
    if folded:
        yield from ((name, what) for name, what in offered if name.casefold().startswith(folded))
