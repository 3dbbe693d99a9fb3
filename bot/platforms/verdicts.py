"""What a platform's answer says about a message that was not taken, and the error that tells it.

Each platform maps its own codes to meanings; what becomes of a verdict is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from briefings.errors import Ambiguous, DeliveryError, Refused, Rejected, Unfit

WITHOUT_RETRY_AFTER_S = 60.0
"""How long to wait when a platform asks for it and does not say how long."""


class Verdict(Enum):
    CHANNEL = auto()
    """Rejected, in this channel."""
    WORKSPACE = auto()
    """Rejected, in every channel of the workspace."""
    FORM = auto()
    """Unfit."""
    DOUBT = auto()
    """Ambiguous."""
    WAIT = auto()
    """Refused, until the time the platform says."""
    LATER = auto()
    """Refused."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says about a message, and who has to do what about it."""

    verdict: Verdict
    said: str
    remedy: str = ""

    def named(self, code: object) -> Meaning:
        """The same, naming the code it is said with."""
        return replace(self, said=f"{self.said.removesuffix('.')} ({code}).")

    def error(self, ids: Mapping[str, object], wait_s: float | None = None) -> DeliveryError:
        """The error that says so; `wait_s` is what a platform asks for that asks to wait."""
        match self.verdict:
            case Verdict.CHANNEL | Verdict.WORKSPACE:
                whole = self.verdict is Verdict.WORKSPACE
                return Rejected(self.said, remedy=self.remedy, whole_workspace=whole, **ids)
            case Verdict.FORM:
                return Unfit(self.said, remedy=self.remedy, **ids)
            case Verdict.DOUBT:
                return Ambiguous(self.said, remedy=self.remedy, **ids)
            case Verdict.WAIT:
                return Refused(self.said, remedy=self.remedy, retry_after_s=wait_s, **ids)
            case Verdict.LATER:
                return Refused(self.said, remedy=self.remedy, retry_after_s=None, **ids)
