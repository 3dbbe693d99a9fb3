"""Where `intelbrief` begins: Ctrl-C ends it without a trace while it is imported, too."""

from __future__ import annotations

import signal


def main() -> None:
    """Import the command line, which takes half a second, and obey it."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # not where a shell wants Ctrl-C left alone
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bot.__main__ import main as obey  # noqa: PLC0415 - nothing is imported before

    signal.signal(signal.SIGINT, handler)
    obey()
