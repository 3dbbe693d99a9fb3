"""A small catalogue with Chinese names, for tests of what Chinese texts claim."""

from __future__ import annotations

from datetime import date

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.facts import Claim
from briefings.ledger.extract import Extractor
from tests.ledger.english_reading import line

PUBLISHED = date(2024, 3, 15)

CATALOGUE = """
[[organisation]]
id = "qinghe"
name = "Qinghe"
name_zh = "青禾"
kind = "company"
aliases = ["青禾集团"]

[[organisation]]
id = "hegou"
name = "Hegou"
name_zh = "禾购"
kind = "unit"
part_of = "qinghe"

[[organisation]]
id = "yuanfan"
name = "Yuanfan"
name_zh = "远帆"
kind = "company"

[[organisation]]
id = "fanxin"
name = "Fanxin"
name_zh = "帆信"
kind = "unit"
part_of = "yuanfan"

[[organisation]]
id = "weiyu"
name = "Weiyu"
name_zh = "微语"
kind = "holding"

[[organisation]]
id = "shanlu"
name = "Shanlu"
name_zh = "山麓"
kind = "rival"

[[organisation]]
id = "office"
name = "Market Office"
name_zh = "市场监管局"
kind = "regulator"
"""

MATCHER = Matcher(parse_entities(CATALOGUE))
_EXTRACTOR = Extractor(MATCHER)


def claims(text: str, title: str = "") -> tuple[Claim, ...]:
    return _EXTRACTOR.claims(title, text, language="zh", published=PUBLISHED)


def lines(text: str, title: str = "") -> list[str]:
    """The claims of a text, each as a line: kind, status, parties, figures, time."""
    return [line(claim) for claim in claims(text, title)]
