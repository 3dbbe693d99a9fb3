"""Quotation marks around a phrase, as English and Chinese keyboards have them."""

from __future__ import annotations

import re

QUOTED = re.compile(
    r"\"[^\"]+\"|“[^“”]+”|„[^„“”]+[“”]|「[^「」]+」|『[^『』]+』|《[^《》]+》|«[^«»]+»"
)
