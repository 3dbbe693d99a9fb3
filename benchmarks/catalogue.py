"""The shipped organisations, as the generators and the product under measure both know them."""

from __future__ import annotations

from pathlib import Path

from briefings.catalog import parse_entities
from briefings.model import Organisation

ENTITIES = Path(__file__).resolve().parents[1] / "config" / "entities.toml"


def organisations() -> tuple[Organisation, ...]:
    """Every organisation of config/entities.toml, in its order."""
    return parse_entities(ENTITIES.read_text(encoding="utf-8"))
