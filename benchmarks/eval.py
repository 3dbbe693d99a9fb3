"""How well facts, summaries and stories are told: `python -m benchmarks.eval [DIR]`.

The labelled texts may not be redistributed: they are read from DIR (by default ../shared/eval
beside the repository), every `facts*.jsonl`, `acquisitions-en*.jsonl`, `deals-zh*.jsonl`,
`summaries-en*.jsonl`, `headlines-zh*.jsonl` and `stories-en*.jsonl` there is; a part without its
texts is left out with a word. The last two tables need none.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import eval_facts, eval_stories, eval_summaries
from benchmarks.report import table

BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[1] / "../shared/eval"
REPORTS = Path(__file__).parent / "reports.jsonl"

_FACTS = ("kind and parties", "labelled", "precision", "recall", "F1")
_FIELDS = ("field of the facts that match", "labelled", "exactly right")
_SLOTS = ("slot", "labelled", "precision", "recall", "F1", "F1 as written", "F1 of patterns")
_DEALS = ("values", "sentences", "labelled", "precision", "recall", "F1")
_SUMMARY = ("", "ROUGE-1", "ROUGE-2", "ROUGE-L")
_HEADLINE = ("", "ROUGE-1 of characters")
_STORIES = ("", "texts", "stories", "told as", "precision", "recall", "F1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=BESIDE_THE_REPOSITORY)
    folder: Path = parser.parse_args().folder
    console = Console()
    names = ("facts", "acquisitions-en", "deals-zh", "summaries-en", "headlines-zh", "stories-en")
    found = {name: read_lines(folder, name) for name in names}
    for name, records in found.items():
        if not records:
            console.print(f"No {name}*.jsonl in {folder}: left out.")
    _show_facts(console, found)
    english, chinese, headlines = (found[name] for name in names[3:])
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


def _show_facts(console: Console, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    reader = eval_facts.Reader()
    if sentences := found["facts"]:
        kinds, fields = eval_facts.labelled_facts(sentences, reader)
        console.print(table(f"Facts of {len(sentences)} texts", _FACTS, kinds))
        console.print(table("Their fields", _FIELDS, fields))
    if stories := found["acquisitions-en"]:
        rows = eval_facts.acquisitions(stories, reader)
        console.print(table(f"Acquisitions in {len(stories)} agency stories", _SLOTS, rows))
    if deals := found["deals-zh"]:
        rows = eval_facts.chinese_deals(deals, reader)
        console.print(table(f"Chinese deals in {len(deals)} sentences", _DEALS, rows))


def read_lines(folder: Path, name: str) -> list[dict[str, Any]]:
    """Every record of the files whose name begins so; none when there is no such file."""
    return [
        json.loads(line)
        for path in sorted(folder.glob(f"{name}*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


if __name__ == "__main__":
    main()
