"""How well summaries and stories are told, on labelled texts: `python -m benchmarks.eval [DIR]`.

The texts may not be redistributed: they are read from DIR (by default ../shared/eval beside the
repository), every `summaries-en*.jsonl`, `headlines-zh*.jsonl` and `stories-en*.jsonl` there is;
a part without its texts is left out with a word. The last two tables need none.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import eval_stories, eval_summaries
from benchmarks.report import table

BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[1] / "../shared/eval"
REPORTS = Path(__file__).parent / "reports.jsonl"

_SUMMARY = ("", "ROUGE-1", "ROUGE-2", "ROUGE-L")
_HEADLINE = ("", "ROUGE-1 of characters")
_STORIES = ("", "texts", "stories", "told as", "precision", "recall", "F1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=BESIDE_THE_REPOSITORY)
    folder: Path = parser.parse_args().folder
    console = Console()
    names = ("summaries-en", "headlines-zh", "stories-en")
    found = [read_lines(folder, name) for name in names]
    english, chinese, headlines = found
    for name, records in zip(names, found, strict=True):
        if not records:
            console.print(f"No {name}*.jsonl in {folder}: left out.")
    if english:
        rows = eval_summaries.english(english)
        console.print(table(f"English, {len(english)} articles, 3 sentences", _SUMMARY, rows))
    if chinese:
        rows = eval_summaries.chinese(chinese)
        console.print(table(f"Chinese, {len(chinese)} texts, 1 sentence", _HEADLINE, rows))
    tellings = []
    if headlines:
        tellings.append(eval_stories.measure("headlines", eval_stories.headlines(headlines)))
    if english:
        tellings.append(eval_stories.measure("rewrites", eval_stories.rewrites(english)))
    reports = eval_stories.reports(read_lines(REPORTS.parent, REPORTS.stem))
    tellings.append(eval_stories.measure("reports of deals, English and Chinese", reports))
    console.print(table("Stories, pairs of texts", _STORIES, tellings))
    console.print(table("Stories, time", ("", "ms a text"), eval_stories.speed()))


def read_lines(folder: Path, name: str) -> list[dict[str, Any]]:
    """Every record of the files whose name begins so; none when there is no such file."""
    return [
        json.loads(line)
        for path in sorted(folder.glob(f"{name}*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


if __name__ == "__main__":
    main()
