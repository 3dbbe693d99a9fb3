"""What becomes of output that nobody can take: a full disk, a closed stream, an old encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.settings import environment

ROOT = Path(__file__).resolve().parents[1]
TEXT = """# 交易

6 May 2013

Acme agreed on Monday to buy 5% of Globex for $200 million (£130 million) in cash.
"""
FULL = Path("/dev/full")
WITHOUT = ["--help", "--version", "facts deal.md --json", "facts none.md"]
WITH = ["ask acme", "ask --markdown help", "run", "export --facts csv", "opml export", "check"]


def shell(folder: Path, line: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a shell does; INTELBRIEF in the line is the program."""
    (folder / "deal.md").write_text(TEXT, encoding="utf-8")
    program = f"{sys.executable} -c 'from bot.start import main; main()'"
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("INTELBRIEF", program)],
        input=b"help\n",
        capture_output=True,
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **environment(folder),
            **variables,
        },
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [*WITHOUT[:-1], *WITH])
def test_a_full_disk_is_one_message(tmp_path: Path, command: str) -> None:
    ended = shell(tmp_path, f"INTELBRIEF {command} > /dev/full")
    assert ended.stderr.startswith(b"intelbrief: The output cannot be written: No space left")
    assert len(ended.stderr.splitlines()) == 1
    assert ended.returncode == 1


@pytest.mark.parametrize("command", [*WITHOUT, *WITH])
def test_a_closed_stream_is_an_empty_one(tmp_path: Path, command: str) -> None:
    ended = shell(tmp_path, f"INTELBRIEF {command} <&- >&-")
    refused = command == "facts none.md"
    assert ended.stdout == b""
    assert ended.stderr.count(b"\n") == refused
    assert ended.returncode == refused


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full", ">&- 2>&-"])
def test_a_message_that_nobody_can_take_changes_no_status(tmp_path: Path, where: str) -> None:
    for command, status in (("facts none.md", 1), ("nonsense", 2)):
        ended = shell(tmp_path, f"INTELBRIEF {command} {where}")
        assert (ended.stdout, ended.stderr) == (b"", b"")
        assert ended.returncode == (1 if where == "2>/dev/full" else status)


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    for command in ("ask acme", "--help", "export --facts json"):
        assert shell(tmp_path, f"INTELBRIEF {command} | true").stderr == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
def test_an_old_encoding_shows_what_it_can(tmp_path: Path, encoding: str) -> None:
    spoken = {"PYTHONIOENCODING": encoding}
    ended = shell(tmp_path, "INTELBRIEF add deal.md && INTELBRIEF ask globex", **spoken)
    assert (ended.returncode, ended.stderr) == (0, b"")
    shown = ended.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert ("??" if encoding == "latin-1" else "交易") in shown
    plain = shell(tmp_path, "INTELBRIEF ask globex", LC_ALL="C", PYTHONUTF8="0")
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert "交易" in plain.stdout.decode()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk"])
def test_what_programs_read_is_utf_8(tmp_path: Path, encoding: str) -> None:
    line = "INTELBRIEF add deal.md > /dev/null && INTELBRIEF facts deal.md --json"
    ended = shell(tmp_path, line, PYTHONIOENCODING=encoding)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "£130" in json.loads(ended.stdout.decode("utf-8").splitlines()[0])["evidence"]
    exported = shell(tmp_path, "INTELBRIEF export --facts json", PYTHONIOENCODING=encoding)
    assert "£130" in json.loads(exported.stdout.decode("utf-8"))[0]["evidence"]


def test_a_name_that_is_no_text_is_no_trouble(tmp_path: Path) -> None:
    ended = shell(tmp_path, "INTELBRIEF ask $(printf 'nonsense\\377')")
    assert (ended.returncode, ended.stderr) == (1, b"")
