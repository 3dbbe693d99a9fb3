"""The files of an operator: `.env`, the data folder, and data files of their own.

.env, environment -> load_settings -> make_folder(data_dir)
                                   -> DataFiles(config_dir) -> entities, feeds, presets
"""

from __future__ import annotations

import contextlib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.errors import SettingsError
from briefings.networks import parse_openings
from config.settings import InvalidSettings, Settings, read_env_file


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings of an environment and of a `.env` file in the folder the program started in.

    Raises:
        SettingsError: naming everything that is wrong.
    """
    path = folder / ".env"
    try:
        from_file = read_env_file(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return Settings.from_env({**from_file, **environment}, opens=_opens)
    except InvalidSettings as error:
        raise SettingsError("\n".join(error.problems)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error


def _opens(entry: str) -> bool:
    try:
        parse_openings((entry,))
    except SettingsError:
        return False
    return True


def make_folder(folder: Path) -> None:
    """Make a folder that can be written to, or see that it is one.

    Raises:
        SettingsError: when it is not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} cannot be written to: {error.strerror}.",
            remedy="Set INTELBRIEF_DATA_DIR to one that can.",
        ) from error


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The data files under config/, and the operator's own in a `folder` of theirs, if any."""

    folder: Path | None

    def text(self, name: str) -> str:
        """The text of a data file: the operator's own where there is one, else the shipped one.

        Raises:
            SettingsError: when theirs cannot be read; so do the others.
        """
        own = self.own(name) if self.folder else None
        return self.shipped(name) if own is None else own

    def shipped(self, name: str) -> str:
        """The text of a file that comes with the program."""
        return (files("config") / name).read_text(encoding="utf-8")

    def own(self, name: str) -> str | None:
        """The text of a file of the operator's: in their folder, or added to the shipped ones."""
        path = (self.folder or Path(str(files("config")))) / name
        try:
            return path.read_text(encoding="utf-8") if path.is_file() else None
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{name} cannot be read: {error}.", remedy="Check INTELBRIEF_CONFIG_DIR."
            ) from error

    def own_presets(self) -> str:
        """The operator's presets, which are added to the shipped ones."""
        return (self.own("digests.toml") or "") if self.folder else ""


def catalogue(settings: Settings) -> Matcher:
    """The organisations of entities.toml, as they are found in texts.

    Raises:
        SettingsError: when the file is wrong.
    """
    return Matcher(parse_entities(DataFiles(settings.config_dir).text("entities.toml")))


def tz_version() -> str:
    """The versions of the time zone rules a zone may come from: the system's and the package's."""
    found = [f"tzdata {version('tzdata')}"]
    for folder in zoneinfo.TZPATH:
        with contextlib.suppress(OSError), Path(folder, "tzdata.zi").open() as rules:
            found.append(rules.readline().strip())
    return ", ".join(found)
