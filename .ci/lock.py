"""Resolves requirements/*.lock from pyproject.toml, or with --check says whether they are stale.

Existing pins are kept unless --upgrade is given, so a check fails only when pyproject.toml asks
for something the locks do not hold. No lock names an index address.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ["pyproject.toml", "--all-extras"]
LOCKS = {
    "bootstrap": ["--group", "bootstrap"],
    "run": PROJECT,
    "dev": [*PROJECT, "--group", "dev", "-c", "{folder}/run.lock"],
    "bench": [*PROJECT, "--group", "dev", "--group", "bench", "-c", "{folder}/dev.lock"],
}


def resolve(folder: Path, *, upgrade: bool) -> None:
    """Write every lock into `folder`, taking the pins that stand there as preferences."""
    options = ["--quiet", "--universal", "--generate-hashes", "--no-annotate", "--no-header"]
    if upgrade:
        options.append("--upgrade")
    for name, what in LOCKS.items():
        inputs = [part.format(folder=folder) for part in what]
        command = [sys.executable, "-m", "uv", "pip", "compile", *options, *inputs]
        subprocess.run([*command, "-o", str(folder / f"{name}.lock")], cwd=ROOT, check=True)


def main(arguments: list[str]) -> int:
    locks = ROOT / "requirements"
    if "--check" not in arguments:
        resolve(locks, upgrade="--upgrade" in arguments)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        shutil.copytree(locks, fresh, dirs_exist_ok=True)
        resolve(fresh, upgrade=False)
        stale = [
            path.name
            for path in sorted(fresh.glob("*.lock"))
            if path.read_text() != (locks / path.name).read_text()
        ]
    if stale:
        print(f"stale: {', '.join(stale)}. Run `make lock` and commit the result.")
        return 1
    print(f"{len(LOCKS)} locks match pyproject.toml")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
