"""What a view remembers between being opened and being sent back, signed.

Slack hands `private_metadata` back as it was given. It holds ids and nothing secret, and it is
bound to the user the view was made for.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_bytes
from typing import Protocol

_PURPOSE = b"intelbrief: views in Slack"


class Secrets(Protocol):
    """Those of the operator's settings that a key can be made from."""

    @property
    def secret_key(self) -> str: ...
    @property
    def slack_signing_secret(self) -> str: ...
    @property
    def slack_app_token(self) -> str: ...
    @property
    def slack_bot_token(self) -> str: ...


class Seal:
    """Signs what a view remembers; processes with the same settings know each other's."""

    def __init__(self, settings: Secrets) -> None:
        secret = (
            settings.secret_key
            or settings.slack_signing_secret
            or settings.slack_app_token
            or settings.slack_bot_token
        )
        self._key = hmac.digest(secret.encode() or token_bytes(32), _PURPOSE, "sha256")

    def close(self, view: str, user: str, remembered: Mapping[str, str]) -> str:
        """What to remember as text, for one kind of view and one user."""
        text = json.dumps({**remembered, "view": view, "user": user}, sort_keys=True)
        return f"{self._sign(text)} {text}"

    def open(self, view: str, user: str, sealed: str) -> dict[str, str] | None:
        """What was remembered; None where it was forged, or made for another view or user."""
        signature, _, text = sealed.partition(" ")
        if not hmac.compare_digest(
            signature.encode("utf-8", "surrogatepass"), self._sign(text).encode()
        ):
            return None
        remembered: dict[str, str] = json.loads(text)
        made_for = remembered.pop("view"), remembered.pop("user")
        return remembered if made_for == (view, user) else None

    def _sign(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()
