"""Settings of a desk that follows the invented companies, in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

ENTITIES = """
[[organisation]]
id = "acme"
name = "Acme"
name_zh = "艾克美"
kind = "company"
tickers = ["9111.HK"]

[[organisation]]
id = "globex"
name = "Globex"
name_zh = "环球公司"
kind = "company"
"""
ARTICLE = {
    "title": "Acme buys 18% of Globex",
    "publisher": "Harbour Post",
    "url": "https://harbour.example/1",
    "published": "2013-05-07",
    "language": "en",
    "summary": "Acme bought a part of Globex.",
    "points": ["Acme paid US$586 million for 18% of Globex.", "Globex is pleased with Acme."],
}


def write_config(folder: Path, *, feed: str, articles: tuple[Mapping[str, object], ...]) -> None:
    """The three data files, with one feed."""
    folder.mkdir(exist_ok=True)
    (folder / "entities.toml").write_text(ENTITIES, encoding="utf-8")
    (folder / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{feed}"\npublisher = "The Wire"\n', encoding="utf-8"
    )
    lines = (json.dumps(article, ensure_ascii=False) for article in articles)
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")


def environment(
    tmp_path: Path,
    *,
    feed: str = "http://127.0.0.1:9/feed",
    articles: tuple[Mapping[str, object], ...] = (),
    **settings: str,
) -> dict[str, str]:
    """The variables of such a desk; nothing is asked in the background unless `settings` say so."""
    write_config(tmp_path / "config", feed=feed, articles=articles)
    return {
        "INTELBRIEF_DATA_DIR": str(tmp_path / "data"),
        "INTELBRIEF_CONFIG_DIR": str(tmp_path / "config"),
        "INTELBRIEF_WATCH": "off",
        **{f"INTELBRIEF_{name}": value for name, value in settings.items()},
    }
