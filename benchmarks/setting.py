"""What every part of the bench is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """A folder of the part's own, how much to do, and where to say what is being done."""

    folder: Path
    small: bool
    say: Callable[[str], None]

    def size(self, full: int, small: int) -> int:
        """How many, depending on whether a quick look was asked for."""
        return small if self.small else full
