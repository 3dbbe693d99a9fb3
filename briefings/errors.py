"""Everything intelbrief raises on purpose, one tree.

Each error says what is wrong, names the thing, and says what to do about it; `ids` carries the
same facts for logs and tests. None of them ever quotes a secret or a response body.
"""

from __future__ import annotations


class IntelbriefError(Exception):
    """Base of every deliberate failure; `str(error)` is fit to show to a user."""

    def __init__(self, message: str, *, remedy: str = "", **ids: object) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.ids = ids

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class SettingsError(IntelbriefError):
    """The environment or a file under config/ says something impossible."""


class CatalogError(SettingsError):
    """A data file under config/ does not describe what it should."""


class InputError(IntelbriefError):
    """A command, file or address given by a user cannot be acted on."""


class StoreError(IntelbriefError):
    """The database cannot be used as it is."""


class EgressError(IntelbriefError):
    """A page or feed could not be fetched; `kind` is a stable word for health and metrics."""

    kind = "unreachable"


class Blocked(EgressError):
    """The address may not be asked (private, malformed, forbidden port or scheme).

    Shown with the same words as an unreachable host, so that the desk is no port scanner.
    """

    kind = "blocked"


class TooLarge(EgressError):
    """The answer was larger than the limit, counted after decompression."""

    kind = "too large"


class TooSlow(EgressError):
    """The answer did not arrive within the deadline or under the minimum rate."""

    kind = "too slow"


class BadResponse(EgressError):
    """The answer broke HTTP or used an encoding nobody asked for."""

    kind = "bad response"


class BadStatus(EgressError):
    """The server answered with a status that carries no document; `ids` has `status`."""

    kind = "bad status"


class ReadingError(IntelbriefError):
    """Bytes that should hold a feed or an article do not."""


class NotAFeed(ReadingError):
    """The document is not a feed; `ids` has `alternates`, feed addresses the page points to."""


class NotAnArticle(ReadingError):
    """No article text was found in the document."""


class ContainmentError(IntelbriefError):
    """A contained worker was stopped: it ran out of time or memory, or died."""


class DeliveryError(IntelbriefError):
    """A message was not posted, or nobody knows whether it was; `ids` may have `code`."""


class Refused(DeliveryError):
    """The platform certainly did not take the message, and may take it later."""

    def __init__(
        self, message: str, *, remedy: str = "", retry_after_s: float | None = None, **ids: object
    ) -> None:
        super().__init__(message, remedy=remedy, **ids)
        self.retry_after_s = retry_after_s


class Ambiguous(DeliveryError):
    """The platform may have taken the message: the answer got lost, or was a server error."""


class Rejected(DeliveryError):
    """The platform will never take the message: no such channel, no right, no valid token.

    `whole_workspace`: nothing can be posted in the workspace until somebody acts.
    """

    def __init__(
        self, message: str, *, remedy: str = "", whole_workspace: bool = False, **ids: object
    ) -> None:
        super().__init__(message, remedy=remedy, **ids)
        self.whole_workspace = whole_workspace


class Unfit(DeliveryError):
    """The platform does not take the message in this form: too long, or blocks it does not know."""


class CannotLook(DeliveryError):
    """The platform does not let us see what was posted in the channel."""


class Overdue(DeliveryError):
    """The process stood still between its claim and the first byte, and gives the claim back."""


class ModelError(IntelbriefError):
    """The optional model gave nothing that can be used.

    `kind` is a stable word: refused, unknown, request, busy, failing, unreachable, slow, redirect,
    unusable. `again`: the same question may be answered when it is asked once more.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        remedy: str = "",
        again: bool = False,
        retry_after_s: float | None = None,
        **ids: object,
    ) -> None:
        super().__init__(message, remedy=remedy, **ids)
        self.kind = kind
        self.again = again
        self.retry_after_s = retry_after_s
