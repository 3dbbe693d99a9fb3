"""The operator's settings: read once from the environment, checked together, frozen.

Every variable is named `INTELBRIEF_...` and described in `.env.example`. A variable that may hold
a password can also be given as a file: `INTELBRIEF_DATABASE_URL_FILE=/run/secrets/database`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "INTELBRIEF_"
SECRET = (
    *("DATABASE_URL", "PROXY", "SECRET_KEY"),
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"),
    *("DISCORD_TOKEN", "MODEL_KEY"),
)
NAMES = (
    "DATA_DIR",
    "DATABASE_URL",
    "CONFIG_DIR",
    "WATCH",
    "DELIVER",
    "WHEN_UNSURE",
    "INTERNAL_FEEDS",
    "CONTACT",
    "PROXY",
    "TIMEZONE",
    "LANGUAGE",
    "LOG_LEVEL",
    "WORKERS",
    "SECRET_KEY",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_MODE",
    "SLACK_PORT",
    "SLACK_PUBLIC_URL",
    "SLACK_MANAGERS",
    "SLACK_UNFURL",
    "SLACK_BASE_URL",
    "DISCORD_TOKEN",
    "DISCORD_MANAGER_ROLE",
    "DISCORD_SYNC",
    "DISCORD_BASE_URL",
    "DISCORD_GATEWAY_URL",
    "MODEL_URL",
    "MODEL_KEY",
    "MODEL_NAME",
    "MODEL_READS",
    "MODEL_TOKENS_A_DAY",
    "MODEL_TOKENS_A_DAY_WORKSPACE",
    "MODEL_TOKENS_A_DAY_CHANNEL",
    "MODEL_TIMEOUT",
    "MODEL_DIGEST_TIMEOUT",
)
DATABASES = ("sqlite", "postgresql", "postgres")
PROJECT = Path(__file__).resolve().parents[1]


class InvalidSettings(ValueError):
    """Everything that is wrong with the environment; `problems` has one line for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Addresses that may carry a password stay out of `repr`."""

    data_dir: Path
    config_dir: Path | None
    """A folder whose entities.toml, feeds.toml, corpus.jsonl or templates replace the shipped ones,
    and whose digests.toml adds to them."""
    database_url: str = field(repr=False)
    watch: str
    """on, off, or auto: on while the desk serves people, off when it only answers piped input."""
    deliver: str
    """The same for digests."""
    when_unsure: str
    """ask or send: what becomes of a message that may have arrived where nobody may look."""
    internal_feeds: tuple[str, ...]
    """Private addresses feeds may live on: host:port, network, or network:port."""
    contact: str
    proxy: str = field(repr=False)
    timezone: ZoneInfo
    language: str
    log_level: str
    workers: int
    secret_key: str = field(repr=False)
    """What tokens of workspaces are encrypted with in the database."""
    slack_bot_token: str = field(repr=False)
    slack_app_token: str = field(repr=False)
    slack_signing_secret: str = field(repr=False)
    slack_client_id: str
    slack_client_secret: str = field(repr=False)
    slack_mode: str
    """socket, or http: Slack calls the desk at `slack_public_url`, which leads to `slack_port`."""
    slack_port: int
    slack_public_url: str
    slack_managers: tuple[str, ...]
    """Users who may change subscriptions and sources besides a workspace's admins."""
    slack_unfurl: bool
    slack_base_url: str
    discord_token: str = field(repr=False)
    discord_manager_role: str
    """Id or name of a role that may change subscriptions and sources besides Manage Server."""
    discord_sync: str
    """auto: commands are sent to Discord when they changed; off: never."""
    discord_base_url: str
    discord_gateway_url: str
    model_url: str
    """Where an OpenAI-compatible model is asked for prose; "": there is none."""
    model_key: str = field(repr=False)
    model_name: str
    model_reads: bool
    """Whether it is also asked about sentences the rules cannot read."""
    model_tokens_a_day: int
    """For the whole desk; the two below for each workspace and each channel."""
    model_tokens_a_day_workspace: int
    model_tokens_a_day_channel: int
    model_timeout: int
    """Seconds an answer in a chat waits for the model at most."""
    model_digest_timeout: int
    """The same for a digest."""

    @classmethod
    def from_env(
        cls, env: Mapping[str, str], *, opens: Callable[[str], bool] = lambda entry: True
    ) -> Settings:
        """Read the settings out of an environment.

        `opens` says whether an entry of INTERNAL_FEEDS names an address.

        Raises:
            InvalidSettings: naming every variable at fault and what to write instead.
        """
        return _Reader(env, opens).settings()


def read_env_file(text: str) -> dict[str, str]:
    """The `INTELBRIEF_` variables of a `.env` file: NAME=value lines, # comments, optional quotes.

    Nothing is expanded, and what the environment already says goes first.
    """
    variables: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or not name.strip().startswith(PREFIX):
            continue
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        variables[name.strip()] = value
    return variables


class _Reader:
    """Reads variable after variable and collects what is wrong instead of stopping at the first."""

    def __init__(self, env: Mapping[str, str], opens: Callable[[str], bool]) -> None:
        self._env = env
        self._opens = opens
        self._problems: list[str] = []

    def settings(self) -> Settings:
        self._reject_unknown_names()
        data_dir = self._data_dir()
        settings = Settings(
            data_dir=data_dir,
            config_dir=self._config_dir(),
            database_url=self._database_url(data_dir),
            watch=self._one_of("WATCH", ("auto", "on", "off")),
            deliver=self._one_of("DELIVER", ("auto", "on", "off")),
            when_unsure=self._one_of("WHEN_UNSURE", ("ask", "send")),
            internal_feeds=self._internal_feeds(),
            contact=self._contact(),
            proxy=self._proxy(),
            timezone=self._timezone(),
            language=self._one_of("LANGUAGE", ("en", "zh")),
            log_level=self._one_of("LOG_LEVEL", ("warning", "debug", "info", "error")),
            workers=self._whole_number("WORKERS", 1, 1, 16),
            secret_key=self._secret_key(),
            slack_bot_token=self._token("SLACK_BOT_TOKEN", "xoxb-"),
            slack_app_token=self._token("SLACK_APP_TOKEN", "xapp-"),
            slack_signing_secret=self._text("SLACK_SIGNING_SECRET"),
            slack_client_id=self._text("SLACK_CLIENT_ID"),
            slack_client_secret=self._text("SLACK_CLIENT_SECRET"),
            slack_mode=self._one_of("SLACK_MODE", ("socket", "http")),
            slack_port=self._whole_number("SLACK_PORT", 3000, 1, 65_535),
            slack_public_url=self._address("SLACK_PUBLIC_URL", ""),
            slack_managers=self._members(),
            slack_unfurl=self._one_of("SLACK_UNFURL", ("off", "on")) == "on",
            slack_base_url=self._address("SLACK_BASE_URL", "https://slack.com/api/"),
            discord_token=self._text("DISCORD_TOKEN"),
            discord_manager_role=self._text("DISCORD_MANAGER_ROLE"),
            discord_sync=self._one_of("DISCORD_SYNC", ("auto", "off")),
            discord_base_url=self._address("DISCORD_BASE_URL", "https://discord.com/api/v10"),
            discord_gateway_url=self._address(
                "DISCORD_GATEWAY_URL", "wss://gateway.discord.gg/", schemes=("ws://", "wss://")
            ),
            model_url=self._model_url(),
            model_key=self._text("MODEL_KEY"),
            model_name=self._text("MODEL_NAME"),
            model_reads=self._one_of("MODEL_READS", ("off", "on")) == "on",
            model_tokens_a_day=(tokens := self._tokens("MODEL_TOKENS_A_DAY", 200_000)),
            model_tokens_a_day_workspace=(
                in_workspace := self._tokens("MODEL_TOKENS_A_DAY_WORKSPACE", tokens)
            ),
            model_tokens_a_day_channel=self._tokens("MODEL_TOKENS_A_DAY_CHANNEL", in_workspace),
            model_timeout=self._whole_number("MODEL_TIMEOUT", 8, 1, 60),
            model_digest_timeout=self._whole_number("MODEL_DIGEST_TIMEOUT", 30, 1, 300),
        )
        self._check_slack(settings)
        self._check_model(settings)
        if settings.proxy and settings.internal_feeds:
            self._wrong(
                "INTERNAL_FEEDS",
                "cannot be used together with INTELBRIEF_PROXY: behind a proxy the desk does not "
                "see which address is asked. Unset one of the two.",
            )
        if self._problems:
            raise InvalidSettings(tuple(self._problems))
        return settings

    def _wrong(self, name: str, what: str) -> None:
        self._problems.append(f"{PREFIX}{name} {what}")

    def _text(self, name: str) -> str:
        """The value of a variable, or of the file it points to; "" when it is not set."""
        value = self._env.get(PREFIX + name, "").strip()
        path = self._env.get(f"{PREFIX}{name}_FILE", "").strip() if name in SECRET else ""
        if not path:
            return value
        if value:
            self._wrong(name, f"and {PREFIX}{name}_FILE are both set. Keep one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            self._wrong(f"{name}_FILE", f"cannot be read: {reason}. Check the path {path}.")
            return ""

    def _reject_unknown_names(self) -> None:
        known = {*NAMES, *(f"{name}_FILE" for name in SECRET)}
        for name in sorted(self._env):
            short = name.removeprefix(PREFIX)
            if short == name or short in known:
                continue
            near = get_close_matches(short, sorted(known), n=1)
            remedy = f"Did you mean {PREFIX}{near[0]}?" if near else "Unset it."
            self._wrong(short, f"is not a setting. {remedy}")

    def _one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """A word from a list; the first is the default."""
        value = self._text(name).casefold() or allowed[0]
        if value not in allowed:
            self._wrong(name, f"is {value!r}. Write one of: {', '.join(sorted(allowed))}.")
        return value

    def _data_dir(self) -> Path:
        if value := self._text("DATA_DIR"):
            folder = Path(value).expanduser().absolute()
        elif (PROJECT / "pyproject.toml").is_file():
            folder = PROJECT / "var"
        else:
            base = self._env.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
            folder = Path(base) / "intelbrief"
        if folder.exists() and not folder.is_dir():
            self._wrong("DATA_DIR", f"is {folder}, which is a file. Name a folder.")
        return folder

    def _config_dir(self) -> Path | None:
        if not (value := self._text("CONFIG_DIR")):
            return None
        folder = Path(value).expanduser().absolute()
        if not folder.is_dir():
            self._wrong("CONFIG_DIR", f"is {folder}, which is no folder. Create it or unset it.")
        return folder

    def _database_url(self, data_dir: Path) -> str:
        url = self._text("DATABASE_URL")
        if not url:
            return f"sqlite:///{data_dir / 'intelbrief.db'}"
        if url.partition("://")[0] not in DATABASES or "://" not in url:
            self._wrong(
                "DATABASE_URL",
                "is no database address. Write sqlite:///folder/file.db or "
                "postgresql://user:password@host/name.",
            )
        return url

    def _internal_feeds(self) -> tuple[str, ...]:
        entries = tuple(self._text("INTERNAL_FEEDS").replace(",", " ").split())
        for entry in entries:
            if "://" in entry or "@" in entry or not self._opens(entry):
                self._wrong(
                    "INTERNAL_FEEDS",
                    f"has {entry!r}. Write host:port, a network such as 10.0.0.0/8, or "
                    "network:port, separated by commas.",
                )
        return entries

    def _contact(self) -> str:
        value = self._text("CONTACT")
        if value and not (
            value.isascii()
            and value.isprintable()
            and not set(value) & set(" ()")
            and ("@" in value or value.startswith(("http://", "https://")))
        ):
            self._wrong(
                "CONTACT",
                "must be an e-mail address or a web page: it is sent to every site in the "
                "User-Agent. Example: desk@example.com.",
            )
        return value

    def _proxy(self) -> str:
        value = self._text("PROXY")
        if value:
            try:
                parts = urlsplit(value)
                valid = parts.scheme == "http" and bool(parts.hostname) and parts.port is not None
            except ValueError:
                valid = False
            if not valid:
                self._wrong("PROXY", "is no proxy address. Write http://host:port.")
        return value

    def _timezone(self) -> ZoneInfo:
        name = self._text("TIMEZONE") or "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._wrong("TIMEZONE", f"is {name!r}. Write a zone such as Asia/Shanghai or UTC.")
            return ZoneInfo("UTC")

    def _whole_number(self, name: str, default: int, least: int, most: int) -> int:
        value = self._text(name) or str(default)
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            self._wrong(name, f"is {value!r}. Write a whole number from {least} to {most}.")
            return default
        return int(value)

    def _token(self, name: str, prefix: str) -> str:
        value = self._text(name)
        if value and not value.startswith(prefix):
            self._wrong(name, f"is not such a token: those begin with {prefix}.")
        return value

    def _address(
        self, name: str, default: str, *, schemes: tuple[str, ...] = ("http://", "https://")
    ) -> str:
        value = self._text(name) or default
        if value and not (value.startswith(schemes) and urlsplit(value).hostname):
            self._wrong(name, f"is no address. Write one that begins with {' or '.join(schemes)}.")
        return value

    def _members(self) -> tuple[str, ...]:
        """Slack's member ids."""
        entries = tuple(self._text("SLACK_MANAGERS").replace(",", " ").split())
        for entry in entries:
            if not re.fullmatch("[UW][A-Z0-9]+", entry):
                self._wrong(
                    "SLACK_MANAGERS",
                    f"has {entry!r}. Write member ids such as U012ABCDEF, separated by commas: "
                    "docs/slack.md says where they are found.",
                )
        return entries

    def _secret_key(self) -> str:
        value = self._text("SECRET_KEY")
        if value and len(value) < 32:
            self._wrong(
                "SECRET_KEY",
                "is shorter than 32 characters. Make one with: openssl rand -base64 32.",
            )
        return value

    def _model_url(self) -> str:
        value = self._address("MODEL_URL", "").rstrip("/")
        parts = urlsplit(value)
        if "@" in parts.netloc or parts.query or parts.fragment:
            # Not quoted: it may hold a password.
            self._wrong(
                "MODEL_URL",
                "must be an address alone, such as https://api.example.com/v1. A key belongs into "
                "INTELBRIEF_MODEL_KEY.",
            )
        return value

    def _tokens(self, name: str, default: int) -> int:
        return self._whole_number(name, default, 1, 1_000_000_000)

    def _check_model(self, settings: Settings) -> None:
        """What belongs together: an address and a name, a key that others cannot read on its way,
        and budgets that fit into each other."""
        given = [name for name in NAMES if name.startswith("MODEL_") and self._text(name)]
        if given and not settings.model_url and "MODEL_URL" not in given:
            self._wrong(given[0], "does nothing without INTELBRIEF_MODEL_URL. Set it, too.")
            return
        if settings.model_url and not settings.model_name:
            self._wrong("MODEL_NAME", "is needed, too: the name the endpoint has for its model.")
        key = settings.model_key
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            self._wrong("MODEL_KEY", "is no key: it has a space or a character keys do not have.")
        if key and settings.model_url.startswith("http://") and _may_be_public(settings.model_url):
            self._wrong("MODEL_URL", "would carry the key unencrypted. Write https://.")
        desk, workspace = settings.model_tokens_a_day, settings.model_tokens_a_day_workspace
        for name, tokens, wider in (
            ("MODEL_TOKENS_A_DAY_WORKSPACE", workspace, desk),
            ("MODEL_TOKENS_A_DAY_CHANNEL", settings.model_tokens_a_day_channel, workspace),
        ):
            if tokens > wider:
                self._wrong(name, f"is more than the {wider:,} tokens it is a part of.")

    def _check_slack(self, settings: Settings) -> None:
        """What belongs together: a token or an app to install, and how commands come in."""
        installs = bool(settings.slack_client_id or settings.slack_client_secret)
        if not (settings.slack_bot_token or installs):
            return
        needed = {"SLACK_APP_TOKEN": settings.slack_app_token}
        if settings.slack_mode == "http":
            needed = {"SLACK_SIGNING_SECRET": settings.slack_signing_secret}
        if installs:
            needed |= {
                "SLACK_CLIENT_ID": settings.slack_client_id,
                "SLACK_CLIENT_SECRET": settings.slack_client_secret,
                "SLACK_PUBLIC_URL": settings.slack_public_url,
                "SECRET_KEY": settings.secret_key,
            }
        for name, value in needed.items():
            if not value:
                self._wrong(name, "is needed, too: docs/slack.md says where it is found.")


def _may_be_public(url: str) -> bool:
    """Whether an address may lead out of the operator's own network."""
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_private
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal", ".lan"))
