"""Files that somebody names on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from briefings.errors import InputError
from briefings.ingest import LARGEST_FILE


def read(name: str) -> bytes:
    """The bytes of a file, one more than the limit at most.

    Raises:
        InputError: naming it, when it cannot be read.
    """
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(
            f"{name} cannot be read: {error.strerror}.", remedy=_remedy(error)
        ) from error


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """While a file is being written.

    Raises:
        InputError: naming it, when it cannot be.
    """
    try:
        yield
    except FileExistsError as error:
        raise InputError(f"{file} is there already.", remedy="Name another file.") from error
    except OSError as error:
        raise InputError(
            f"{file} cannot be written: {error.strerror}.", remedy=_remedy(error)
        ) from error


def _remedy(error: OSError) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "Check the name and its folder."
        case IsADirectoryError():
            return "Name a file in it."
        case PermissionError():
            return "Ask for the right to it, or name another file."
        case _:
            return "Name another file."
