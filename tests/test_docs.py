"""The documentation keeps up with the program: commands, settings, links."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from bot.__main__ import cli
from bot.helping import HELP
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("command", [command for command, _ in HELP])
def test_every_chat_command_is_in_the_readme(command: str) -> None:
    verb = command.removeprefix("/intel ").split(" ", maxsplit=1)[0]
    readme = PAGES[0].read_text(encoding="utf-8")
    assert verb.startswith("<") or verb in readme


@pytest.mark.parametrize("command", sorted(get_command(cli).commands))  # type: ignore[attr-defined]
def test_every_shell_command_is_documented(command: str) -> None:
    assert f"intelbrief {command}" in TEXT


@pytest.mark.parametrize("field", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(field: str) -> None:
    operating = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert f"| `INTELBRIEF_{field.upper()}` |" in operating


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
