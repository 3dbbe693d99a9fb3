"""The command line in this process, as a desk of the invented companies runs it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.__main__ import cli
from tests.fakes.settings import environment

Run = Callable[..., tuple[int, str, str]]
"""Runs a command: its status, standard output and standard error."""


@contextmanager
def command_line(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    articles: tuple[Mapping[str, object], ...] = (),
) -> Iterator[Run]:
    """Commands in a folder with its own settings and data; the shipped corpus is `articles`."""
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("INTELBRIEF_")]:
        monkeypatch.delenv(name)
    for name, value in environment(folder, articles=articles).items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli(list(words))
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    yield command
    root.handlers[:], root.level = handlers, level
