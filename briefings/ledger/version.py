"""The version of the ledger's rules."""

from typing import Final

VERSION: Final = 5
"""Raised when the rules of extraction or of reconciling change: every article is read again then.

Apart from the rules, because a start of the desk compares it and imports none of them.
"""
