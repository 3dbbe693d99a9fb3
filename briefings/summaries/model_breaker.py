"""When a model that fails is left alone, and for how long. Pure."""

from __future__ import annotations

from typing import Final

FAILURES: Final = 3
"""In a row, before the model is left alone."""
SHORTEST_S: Final = 60.0
LONGEST_S: Final = 15 * 60.0
LONGEST_ASKED_S: Final = 60 * 60.0
"""The longest wait an endpoint can ask for."""


class Breaker:
    """Counts failures in a row; times are seconds of a clock that never steps back."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def pause_s(self, now: float) -> float:
        """How much longer the model is to be left alone; 0: it may be asked."""
        return max(0.0, self._until - now)

    def worked(self) -> None:
        self._failures = 0
        self._until = 0.0

    def failed(
        self, now: float, *, retry_after_s: float | None = None, for_good: bool = False
    ) -> None:
        """Count a failure.

        The third in a row means a minute's rest, each further one twice as long, up to a quarter of
        an hour. What will not mend itself (`for_good`: a wrong key) means the longest rest at once,
        and an endpoint that says how long it wants to be left alone is.
        """
        self._failures += 1
        if retry_after_s is not None:
            rest_s = min(retry_after_s, LONGEST_ASKED_S)
        elif for_good:
            rest_s = LONGEST_S
        elif self._failures < FAILURES:
            return
        else:
            doublings = min(self._failures - FAILURES, 10)
            rest_s = min(SHORTEST_S * 2**doublings, LONGEST_S)
        self._until = max(self._until, now + rest_s)
