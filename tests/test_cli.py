"""The command line: every command, its exit status, and errors as one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.checks import FAIL, OK, WARN, examine, floors
from tests.fakes.commandline import Run, command_line
from tests.fakes.settings import environment

ROOT = Path(__file__).resolve().parents[1]
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>The Wire</title>
<item><title>Acme buys Globex</title><guid>1</guid><link>https://wire.example/1</link>
<description>Acme bought Globex for $5 million.</description></item>
<item><title>Rain in Spain</title><guid>2</guid><link>https://wire.example/2</link></item>
</channel></rss>"""
PARAGRAPH = "Acme said on Monday that it had bought 5% of Globex for $200 million in cash. "


@pytest.fixture
def served() -> Iterator[str]:
    """A feed on loopback at /feed; everything else is not found. Gives host:port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/feed"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(RSS) if found else 0))
            self.end_headers()
            self.wfile.write(RSS if found else b"")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command in this process: its status, standard output and standard error."""
    with command_line(tmp_path, monkeypatch, capsys) as command:
        yield command


def program(tmp_path: Path, **settings: str) -> dict[str, str]:
    """The environment of the program as a process of its own."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        **environment(tmp_path, **settings),
    }


# --- run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "status"),
    [("/intel acme\n# comment\n\n/intel help\n", 0), ("/intel nonsense\n/intel help\n", 1)],
)
def test_run_answers_piped_lines(tmp_path: Path, lines: str, status: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        input=lines,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=program(tmp_path),
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (status, "")
    assert "What the desk answers" in ended.stdout
    assert "\x1b[" not in ended.stdout


def test_run_ends_well_on_sigterm(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=program(tmp_path),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("help\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith("What the desk answers")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


# --- ask ----------------------------------------------------------------------------------------


def test_ask(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("ask", "acme", "globex")
    assert status == 0
    assert out.startswith("Acme / Globex\n=====")


def test_ask_as_markdown_and_as_a_picture(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("ask", "--markdown", "--svg", "answer.svg", "--width", "80", "help")
    assert status == 0
    assert out.startswith("# What the desk answers\n")
    assert (tmp_path / "answer.svg").read_text(encoding="utf-8").startswith("<svg")


def test_ask_for_the_picture_of_a_timeline(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deal.md").write_text(f"# A deal\n\n6 May 2013\n\n{PARAGRAPH * 8}\n")
    assert run("add", "deal.md")[0] == 0
    assert run("ask", "timeline", "acme", "--png", "acme.png")[0] == 0
    assert (tmp_path / "acme.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    status, out, errors = run("ask", "acme", "--png", "briefing.png")
    assert (status, "Only a timeline has a picture" in errors) == (1, True)
    assert out.startswith("Acme\n====")
    status, _, errors = run("ask", "timeline", "nonsense", "--png", "nonsense.png")
    assert (status, errors) == (1, "")
    assert not (tmp_path / "nonsense.png").exists()
    assert "no/such/a.png" in run("ask", "timeline", "acme", "--png", "no/such/a.png")[2]


def test_there_is_no_picture_of_what_is_no_answer(run: Run, tmp_path: Path) -> None:
    for question in ("since", "nonsense"):
        assert run("ask", question, "--svg", "answer.svg")[::2] == (1, "")
    status, out, errors = run("ask", "timeline", "globex", "since", "2025", "--png", "empty.png")
    assert (status, "An empty timeline has no picture" in errors) == (1, True)
    assert out.startswith("Globex: timeline\n")
    assert not {path.suffix for path in tmp_path.iterdir()} & {".svg", ".png"}


def test_ask_for_what_cannot_be_answered(run: Run) -> None:
    assert run("ask", "nonsense")[0] == 1
    assert run("ask", "acme", "since", "never")[0] == 1
    status, _, errors = run("ask", "help", "--svg", "no/such/folder.svg")
    assert status == 1
    assert "no/such/folder.svg" in errors


# --- add ----------------------------------------------------------------------------------------


def test_add_reads_files_and_names_those_it_cannot_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deal.md").write_text(f"# A deal\n\n6 May 2013\n\n{PARAGRAPH * 8}\n")
    (tmp_path / "empty.txt").write_text("")
    status, out, errors = run("add", "empty.txt", "missing.txt", str(tmp_path), "deal.md")
    assert status == 1
    (line,) = out.splitlines()
    assert line.startswith("2013-05-06  |  ")
    assert "A deal" in line
    assert "Acme, Globex" in line
    assert line.endswith(" words")
    assert [name in error for name, error in zip(
        ("empty.txt", "missing.txt", str(tmp_path)), errors.splitlines(), strict=True
    )] == [True] * 3  # fmt: skip
    assert run("add", "deal.md")[0] == 0


def test_add_says_that_an_article_has_no_date_and_takes_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deal.md").write_text(f"---\ndate: 2022-02-30\n---\n{PARAGRAPH * 8}\n")
    (tmp_path / "wire.txt").write_text(f"OSLO, May 7, 2013 (AP) - {PARAGRAPH * 8}\n")
    status, out, errors = run("add", "deal.md", "wire.txt")
    assert (status, errors.count("\n")) == (0, 1)
    assert "deal.md says no date" in errors
    assert "--published 2013-05-07" in errors
    assert out.splitlines()[1].startswith("2013-05-07  |  AP  |  ")
    status, out, errors = run("add", "deal.md", "--published", "2013-05")
    assert (status, errors, out[:9]) == (0, "", "2013-05  ")
    status, out, errors = run("add", "deal.md", "--published", "2013-02-30")
    assert (status, out, "“2013-02-30” is no date" in errors) == (1, "", True)


# --- poll ---------------------------------------------------------------------------------------


def test_poll_shows_what_came_of_it(
    run: Run, tmp_path: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = tmp_path / "config" / "feeds.toml"
    feeds.write_text(
        f'[[feed]]\nurl = "http://{served}/feed"\npublisher = "The Wire"\n'
        f'[[feed]]\nurl = "http://{served}/none"\npublisher = "The Void"\n'
    )
    monkeypatch.setenv("INTELBRIEF_INTERNAL_FEEDS", served)
    status, out, _ = run("poll", "--once")
    assert status == 0
    table = " ".join(out.split())
    assert table.startswith("Feeds asked: 2, in")
    assert "entries new 2 1 kept, 1 dropped" in table
    assert "feeds failed 1 The Void: " in table
    assert "404" in table
    status, out, _ = run("poll", "--once")
    assert status == 0
    again = " ".join(out.split())
    assert "entries new 0" in again
    assert "feeds unchanged 1" in again
    assert "Acme bought Globex for $5 million." in run("ask", "acme")[1]


# --- opml ---------------------------------------------------------------------------------------


def test_feeds_go_out_and_come_in_as_opml(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("opml", "export")
    assert status == 0
    assert 'xmlUrl="http://127.0.0.1:9/feed"' in out
    more = out.replace(
        "</body>", '<outline type="rss" text="More" xmlUrl="https://m.example/"/></body>'
    )
    (tmp_path / "more.opml").write_text(more)
    status, out, _ = run("opml", "import", "more.opml")
    assert (status, out) == (0, "1 of 2 feeds added; the others are watched already.\n")
    assert run("opml", "export", "all.opml")[:2] == (0, "2 feeds written to all.opml.\n")
    assert "https://m.example/" in (tmp_path / "all.opml").read_text()
    (tmp_path / "all.opml").write_text("mine")
    status, _, errors = run("opml", "export", "all.opml")
    assert (status, errors) == (1, "intelbrief: all.opml is there already. Name another file.\n")
    assert (tmp_path / "all.opml").read_text() == "mine"


def test_opml_that_is_none_or_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.opml").write_text("<html/>")
    assert run("opml", "import", "bad.opml")[0] == 1
    status, _, errors = run("opml", "import", "none.opml")
    assert status == 1
    assert "none.opml" in errors


# --- check --------------------------------------------------------------------------------------


def test_check(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("check")
    assert status == 0
    assert {line.split()[0] for line in out.splitlines()} <= {OK, WARN}
    assert "database: SQLite" in out
    assert "backups: none yet" in out
    assert "2 organisations, 1 sources, 0 articles" in out


async def test_check_stops_at_what_is_in_the_way(tmp_path: Path) -> None:
    wrong = environment(tmp_path, WATCH="perhaps")
    found = [finding async for finding in examine(wrong, tmp_path)]
    assert [finding.level for finding in found].count(FAIL) == 1
    assert "INTELBRIEF_WATCH" in found[-1].what
    (tmp_path / "file").write_text("")
    blocked = environment(tmp_path, DATA_DIR=str(tmp_path / "file" / "data"))
    found = [finding async for finding in examine(blocked, tmp_path)]
    assert found[-1].level == FAIL
    assert "INTELBRIEF_DATA_DIR" in found[-1].remedy


def test_floors_name_what_is_too_old_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.checks.version", lambda package: "1.0")
    monkeypatch.setattr("bot.checks.FLOORS", {"aiohttp": ((3, 13, 3), "CVE-2025-69223")})
    *_, finding = floors()
    assert (finding.level, finding.remedy) == (WARN, "Install aiohttp 3.13.3 or newer.")
    assert "aiohttp 1.0" in finding.what


# --- backup and restore -------------------------------------------------------------------------


def test_backup_and_restore(run: Run) -> None:
    assert run("opml", "export")[0] == 0  # makes the database
    status, out, _ = run("backup", "b.db")
    assert status == 0
    assert "Backed up to b.db, and checked: 1 source," in out
    status, _, errors = run("backup", "b.db")
    assert status == 1
    assert "b.db is there already" in errors
    status, out, errors = run("restore", "b.db")
    assert (status, "--yes" in errors) == (1, True)
    status, out, _ = run("restore", "b.db", "--yes")
    assert status == 0
    assert "No digest was due since then" in out
    assert run("restore", "--mark-recovery")[0] == 0
    for words in (("restore",), ("restore", "b.db", "--mark-recovery")):
        status, _, errors = run(*words)
        assert (status, errors.startswith("intelbrief: restore takes one of")) == (2, True)


def test_a_damaged_database_is_named_with_the_remedy(run: Run, tmp_path: Path) -> None:
    assert run("opml", "export")[0] == 0  # makes the database
    database = tmp_path / "data" / "intelbrief.db"
    for damaged in (b"<html>" * 1000, database.read_bytes()[:100] + bytes(3996)):
        database.write_bytes(damaged)
        for command in (("ask", "acme"), ("run",), ("backup", "b.db")):
            status, _, errors = run(*command)
            assert (status, errors.count("\n")) == (1, 1)
            assert errors.startswith(f"intelbrief: {database}: The database file is ")
            assert errors.endswith("intelbrief restore FILE.\n")
        assert f"FAIL  {database}: The database" in run("check")[1]


# --- the rest -----------------------------------------------------------------------------------


def test_version_help_and_usage(run: Run) -> None:
    status, out, _ = run("--version")
    assert status == 0
    assert out.startswith("intelbrief ")
    assert run("nonsense")[0] == 2
    assert run("ask", "x", "--width", "7")[0] == 2
    status, _, errors = run("export", "--facts", "xml")
    assert (status, errors) == (2, "intelbrief: --facts takes csv or json, not 'xml'.\n")
    for words in (("--help",), ("opml", "--help")):
        assert "..." not in run(*words)[1].partition("Commands:")[2]


def test_what_cannot_be_read_comes_with_a_remedy(run: Run, tmp_path: Path) -> None:
    for name, remedy in (("none.txt", "Check the name"), (".", "Name a file in it.")):
        for command in ("facts", "add"):
            assert f"{name} cannot be read: " in (errors := run(command, name)[2])
            assert remedy in errors


@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_what_the_desk_knows_is_for_its_user_alone(run: Run, tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        assert run("opml", "export")[0] == 0  # makes the database
        assert run("backup", "b.db")[0] == 0
        database = tmp_path / "data" / "intelbrief.db"
        assert database.stat().st_mode & 0o777 == 0o600
        database.unlink()
        assert run("restore", "b.db", "--yes")[0] == 0
        assert database.stat().st_mode & 0o777 == 0o600
        database.chmod(0o640)
        assert run("opml", "export")[0] == 0
        assert database.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


def test_an_error_is_one_message_and_no_trace(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTELBRIEF_WATCH", "perhaps")
    status, out, errors = run("ask", "acme")
    assert (status, out) == (1, "")
    assert errors.startswith("intelbrief: INTELBRIEF_WATCH")
    assert "Traceback" not in errors


def test_the_shipped_data_answers(tmp_path: Path) -> None:
    variables = program(tmp_path)
    del variables["INTELBRIEF_CONFIG_DIR"]
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "阿里巴巴", "tencent"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=variables,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Alibaba / Tencent" in ended.stdout
    assert "[1]" in ended.stdout


def test_organisations_of_ones_own_go_with_the_other_shipped_files(
    run: Run, tmp_path: Path
) -> None:
    for file in ("feeds.toml", "corpus.jsonl"):
        (tmp_path / "config" / file).unlink()
    status, _, errors = run("ask", "acme")
    assert (status, errors) == (0, "")
    assert "FAIL" not in run("check")[1]


@pytest.mark.parametrize("shell_minds", [True, False])
def test_ctrl_c_while_the_program_is_imported_leaves_no_trace(shell_minds: bool) -> None:
    script = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "bot.app":
            os.kill(os.getpid(), signal.SIGINT)

if sys.argv.pop(1) == "False":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.meta_path.insert(0, Interrupting())
from bot.start import main
main()
"""
    command = [sys.executable, "-c", script, str(shell_minds), "--version"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.stderr == ""
    assert run.returncode == (-signal.SIGINT if shell_minds else 0)
