"""Rules of the tree that no linter can see: one door to the web, and a core that knows no platform.

The import contracts say which room may import which; these tests read the syntax trees.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = sorted((ROOT / "briefings").rglob("*.py"))
SHELL = sorted((ROOT / "bot").rglob("*.py"))
DOOR = {
    ROOT / "briefings/egress/calling.py",
    ROOT / "briefings/egress/guard.py",
    ROOT / "briefings/egress/transport.py",
}
MODEL_DOOR = {ROOT / "briefings/summaries/model_client.py"}
"""The library that asks a model; its connections are made by the door (see test_model_client)."""
PLATFORM_DOORS = {
    ROOT / "bot/platforms/discord/web.py": "calls the platform's own methods",
    ROOT / "bot/platforms/slack/guard.py": "lets signed requests in, where they come over HTTP",
    ROOT / "bot/platforms/slack/web.py": "calls the platform's own methods",
}
"""Where a platform is spoken to without its library; nowhere else is."""

NETWORK_MODULES = {
    *("socket", "aiohttp", "aiohappyeyeballs", "yarl", "httpx", "requests", "urllib3", "pycurl"),
    *("urllib.request", "urllib.robotparser", "http.client", "ftplib", "smtplib", "imaplib"),
    *("poplib", "xmlrpc", "telnetlib", "nntplib", "websockets", "curl_cffi", "courlan.network"),
    *("httpx2", "httpcore2", "openai"),
    *("trafilatura.downloads", "trafilatura.feeds", "trafilatura.sitemaps", "trafilatura.spider"),
}
NETWORK_CALLS = {
    *("open_connection", "create_connection", "create_datagram_endpoint", "sock_connect"),
    *("getaddrinfo", "urlopen", "urlretrieve", "fetch_url", "fetch_response", "redirection_test"),
}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every dotted name a module imports, names taken from modules included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ways_out(source: str) -> list[str]:
    """What a module could open a connection with."""
    tree = ast.parse(source)
    found = [
        name
        for name in imported(tree)
        if any(name == module or name.startswith(f"{module}.") for module in NETWORK_MODULES)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.alias | ast.Name):
            name = getattr(node, "attr", "") or getattr(node, "name", "") or getattr(node, "id", "")
            if name in NETWORK_CALLS:
                found.append(name)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "feedparser.parse":
            # A string, or bytes, that names a file or an address would be opened.
            body = ast.unparse(node.args[0]) if node.args else ""
            if not body.startswith(("io.BytesIO(", "BytesIO(")):
                found.append(f"feedparser.parse({body})")
    return found


def reads_environment(source: str) -> list[str]:
    tree = ast.parse(source)
    names = {"environ", "environb", "getenv", "getenvb"}
    attributes = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    taken = [name.rpartition(".")[2] for name in imported(tree) if name.startswith("os.")]
    return [name for name in (*attributes, *taken) if name in names]


def test_there_is_something_to_read() -> None:
    assert len(CORE) > 20
    assert set(CORE) >= DOOR


def test_only_the_door_can_reach_the_web() -> None:
    found = {path: ways_out(path.read_text("utf-8")) for path in (*CORE, *SHELL)}
    assert {path for path, ways in found.items() if ways} == (
        DOOR | MODEL_DOOR | PLATFORM_DOORS.keys()
    )


def test_the_door_has_one_user() -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for path in (*CORE, *SHELL)
        if {"briefings.egress.transport", "briefings.egress.guard"}
        & set(imported(ast.parse(path.read_text("utf-8"))))
    ]
    assert users == [
        "briefings/egress/calling.py",
        "briefings/egress/fetching.py",
        "briefings/egress/transport.py",
    ]


def test_the_door_costs_nothing_until_it_is_opened() -> None:
    check = "import sys, briefings.egress; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("word", ["slack", "discord"])
def test_the_core_has_never_heard_of_a_platform(word: str) -> None:
    texts = [*CORE, *(ROOT / "briefings").rglob("*.j2")]
    assert [path.name for path in texts if word in path.read_text("utf-8").lower()] == []


def test_the_core_does_not_read_the_environment() -> None:
    assert [path.name for path in CORE if reads_environment(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "source",
    [
        *("import socket", "import aiohttp as web", "from aiohttp import ClientSession"),
        *("import urllib.request", "from urllib import request"),
        "from urllib.request import urlopen",
        *("from trafilatura import fetch_url", "import trafilatura\ntrafilatura.fetch_url(x)"),
        *("import trafilatura.downloads", "from trafilatura.downloads import fetch_response"),
        *("import feedparser\nfeedparser.parse(url)", "import feedparser\nfeedparser.parse(body)"),
        *("import asyncio\nasyncio.open_connection('a', 1)", "loop.create_connection(f, 'a', 1)"),
        *("def f():\n    import httpx", "from http import client"),
    ],
)
def test_the_scan_would_notice(source: str) -> None:
    assert ways_out(source)


def test_the_scan_knows_what_is_harmless() -> None:
    assert ways_out("import feedparser, io\nfeedparser.parse(io.BytesIO(body))") == []
    assert ways_out("from urllib.parse import urlsplit\nfrom trafilatura import extract") == []
    for source in (
        "import os\nos.environ['A']",
        "from os import getenv",
        "import os as o\no.environ",
    ):
        assert reads_environment(source)
