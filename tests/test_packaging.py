"""The distribution: our import names are ours alone, and the locks tell nothing about a machine."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", ["bot", "briefings", "config"])
def test_no_installed_distribution_shares_our_import_names(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"intelbrief"}


@pytest.mark.parametrize("lock", sorted(p.name for p in (ROOT / "requirements").glob("*.lock")))
def test_locks_pin_hashes_and_name_no_index(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    pins = re.findall(r"^[a-z0-9][^\s]*==\S+", text, re.MULTILINE)
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)
    assert not re.search(r"https?://|file:|--(extra-)?index|--find-links", text)


def test_every_direct_dependency_is_locked_for_running() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements/run.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
    optional = chain.from_iterable(project["optional-dependencies"].values())
    for requirement in chain(project["dependencies"], optional):
        name = re.split(r"[\[<>=~]", requirement)[0].lower().replace(".", "-")
        assert name in locked, requirement
