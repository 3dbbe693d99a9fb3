"""Settings are read once, checked together and reported together."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.folders import load_settings
from briefings.errors import SettingsError
from config.settings import NAMES, PREFIX, SECRET, InvalidSettings, Settings, read_env_file

ROOT = Path(__file__).resolve().parents[1]


def problems(**env: str) -> tuple[str, ...]:
    with pytest.raises(InvalidSettings) as caught:
        Settings.from_env({PREFIX + name: value for name, value in env.items()})
    return caught.value.problems


def test_nothing_has_to_be_set() -> None:
    settings = Settings.from_env({"PATH": "/bin", "HOME": "/home/someone"})
    assert settings.data_dir == ROOT / "var"
    assert settings.database_url == f"sqlite:///{ROOT}/var/intelbrief.db"
    assert (settings.watch, settings.language, settings.log_level) == ("auto", "en", "warning")
    assert settings.timezone.key == "UTC"
    assert settings.workers == 1


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "INTELBRIEF_DATA_DIR": str(tmp_path / "data"),
            "INTELBRIEF_DATABASE_URL": "postgresql://u:p@db/intel",
            "INTELBRIEF_CONFIG_DIR": str(tmp_path),
            "INTELBRIEF_WATCH": "ON",
            "INTELBRIEF_INTERNAL_FEEDS": "127.0.0.1:8080, 10.0.0.0/8",
            "INTELBRIEF_CONTACT": "desk@example.com",
            "INTELBRIEF_TIMEZONE": "Asia/Shanghai",
            "INTELBRIEF_LANGUAGE": "zh",
            "INTELBRIEF_LOG_LEVEL": "debug",
            "INTELBRIEF_WORKERS": "4",
        }
    )
    assert settings.internal_feeds == ("127.0.0.1:8080", "10.0.0.0/8")
    assert (settings.watch, settings.workers) == ("on", 4)
    assert settings.config_dir == tmp_path


def test_everything_wrong_is_reported_at_once() -> None:
    found = problems(
        WATCH="perhaps",
        TIMEZONE="Mars/Olympus",
        WORKERS="0",
        LANGUAGE="fr",
        CONTACT="me\r\nX-Evil: 1",
        DATABASE_URL="mysql://host/db",
        PROXY="socks5://host:1",
    )
    assert len(found) == 7
    assert all(problem.startswith(PREFIX) for problem in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "17"),
        ("WORKERS", "²"),
        ("WORKERS", "-1"),
        ("TIMEZONE", "../../etc/passwd"),
        ("CONTACT", "nobody"),
        ("CONTACT", "a (b)@example.com"),
        ("DATABASE_URL", "sqlite"),
        ("CONFIG_DIR", "/does/not/exist"),
        ("INTERNAL_FEEDS", "http://10.0.0.1/feed"),
        ("SLACK_MANAGERS", "U012ABCDEF, me"),
        ("SLACK_MANAGERS", "<@U012ABCDEF>"),
        ("PROXY", "http://[::1"),
        ("DATA_DIR", __file__),
    ],
)
def test_one_wrong_value_is_named_with_its_remedy(name: str, value: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(PREFIX + name)
    assert problem.count(".") >= 1


def test_a_misspelt_variable_is_an_error_with_the_nearest_name() -> None:
    (problem,) = problems(DATABSE_URL="sqlite://")
    assert "INTELBRIEF_DATABSE_URL is not a setting" in problem
    assert "Did you mean INTELBRIEF_DATABASE_URL?" in problem


def test_settings_that_contradict_each_other() -> None:
    (problem,) = problems(PROXY="http://proxy.example.com:3128", INTERNAL_FEEDS="10.0.0.1:80")
    assert "INTELBRIEF_INTERNAL_FEEDS" in problem
    assert "INTELBRIEF_PROXY" in problem


def test_what_opens_nothing_is_named_with_everything_else_that_is_wrong(tmp_path: Path) -> None:
    wrong = {
        "INTELBRIEF_INTERNAL_FEEDS": "10.0.0.0/8, foo, bar:99999, wiki.internal:443",
        "INTELBRIEF_PROXY": "http://proxy.example.com:3128",
        "INTELBRIEF_SLACK_MANAGERS": "me",
        "INTELBRIEF_WATCH": "perhaps",
    }
    with pytest.raises(SettingsError) as caught:
        load_settings(wrong, tmp_path)
    found = str(caught.value).splitlines()
    assert [line.split()[0].removeprefix(PREFIX) for line in found] == [
        *("WATCH", "INTERNAL_FEEDS", "INTERNAL_FEEDS", "SLACK_MANAGERS", "INTERNAL_FEEDS")
    ]
    assert "'foo'" in found[1]
    assert "'bar:99999'" in found[2]
    right = {"INTELBRIEF_INTERNAL_FEEDS": "10.0.0.0/8:8080, [::1]:80, wiki.internal:443"}
    assert len(load_settings(right, tmp_path).internal_feeds) == 3


def test_an_address_may_begin_as_the_message_says() -> None:
    (problem,) = problems(MODEL_URL="nope", MODEL_NAME="small")
    assert problem.endswith("Write one that begins with http:// or https://.")
    settings = Settings.from_env({PREFIX + "MODEL_URL": "http://h", PREFIX + "MODEL_NAME": "small"})
    assert settings.model_url == "http://h"


def test_a_secret_may_be_kept_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("postgresql://u:p@db/intel\n")
    settings = Settings.from_env({"INTELBRIEF_DATABASE_URL_FILE": str(secret)})
    assert settings.database_url == "postgresql://u:p@db/intel"


def test_a_secret_file_that_is_not_there_or_given_twice(tmp_path: Path) -> None:
    (problem,) = problems(DATABASE_URL_FILE=str(tmp_path / "none"))
    assert "No such file" in problem
    secret = tmp_path / "database"
    secret.write_text("sqlite://")
    (problem,) = problems(DATABASE_URL_FILE=str(secret), DATABASE_URL="sqlite://")
    assert "both set" in problem


def test_a_password_is_neither_in_repr_nor_in_a_problem() -> None:
    settings = Settings.from_env({"INTELBRIEF_DATABASE_URL": "postgresql://u:hunter2@db/intel"})
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(problems(DATABASE_URL="mysql://u:hunter2@db/intel"))
    assert "hunter2" not in str(problems(PROXY="ftp://u:hunter2@proxy:1"))


def test_env_file_grammar() -> None:
    text = """
    # a comment
    INTELBRIEF_WATCH=off
    export INTELBRIEF_CONTACT="desk@example.com"
    INTELBRIEF_LANGUAGE='zh'
    PATH=/evil
    INTELBRIEF_WORKERS
    """
    assert read_env_file(text) == {
        "INTELBRIEF_WATCH": "off",
        "INTELBRIEF_CONTACT": "desk@example.com",
        "INTELBRIEF_LANGUAGE": "zh",
    }


def test_the_example_file_documents_every_setting_and_nothing_else() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    documented = set(re.findall(rf"^#?{PREFIX}([A-Z_]+)=", text, re.MULTILINE))
    assert documented == set(NAMES) == {field.name.upper() for field in fields(Settings)}
    for name in SECRET:
        assert f"{PREFIX}{name}_FILE" in text


def test_the_example_file_is_valid_as_it_stands_and_nearly_so_uncommented() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    Settings.from_env(read_env_file(text))
    uncommented = read_env_file(re.sub(rf"^#(?={PREFIX})", "", text, flags=re.MULTILINE))
    del uncommented["INTELBRIEF_PROXY"]  # the one that excludes INTELBRIEF_INTERNAL_FEEDS
    Settings.from_env(uncommented)


# --- the model ----------------------------------------------------------------------------------

MODEL = {"MODEL_URL": "https://api.example.com/v1/", "MODEL_NAME": "small"}


def test_a_model_needs_an_address_and_a_name_alone() -> None:
    settings = Settings.from_env({PREFIX + name: value for name, value in MODEL.items()})
    assert settings.model_url == "https://api.example.com/v1"
    assert (settings.model_tokens_a_day, settings.model_timeout) == (200_000, 8)
    assert Settings.from_env({}).model_url == ""


def test_narrower_budgets_follow_the_wider_ones() -> None:
    given = {**MODEL, "MODEL_TOKENS_A_DAY": "9000", "MODEL_TOKENS_A_DAY_WORKSPACE": "5000"}
    settings = Settings.from_env({PREFIX + name: value for name, value in given.items()})
    assert settings.model_tokens_a_day_channel == 5000


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"MODEL_NAME": ""}, "MODEL_NAME"),
        ({"MODEL_URL": ""}, "MODEL_NAME"),
        ({"MODEL_URL": "api.example.com"}, "MODEL_URL"),
        ({"MODEL_URL": "https://me:hunter2@api.example.com/v1"}, "MODEL_URL"),
        ({"MODEL_URL": "https://api.example.com/v1?key=hunter2"}, "MODEL_URL"),
        ({"MODEL_URL": "http://api.example.com/v1", "MODEL_KEY": "hunter2"}, "MODEL_URL"),
        ({"MODEL_KEY": "hunter2 hunter2"}, "MODEL_KEY"),
        ({"MODEL_KEY": "hunter2\u200b"}, "MODEL_KEY"),
        ({"MODEL_TOKENS_A_DAY": "0"}, "MODEL_TOKENS_A_DAY"),
        (
            {"MODEL_TOKENS_A_DAY": "100", "MODEL_TOKENS_A_DAY_WORKSPACE": "101"},
            "MODEL_TOKENS_A_DAY_WORKSPACE",
        ),
        (
            {"MODEL_TOKENS_A_DAY_WORKSPACE": "100", "MODEL_TOKENS_A_DAY_CHANNEL": "101"},
            "MODEL_TOKENS_A_DAY_CHANNEL",
        ),
        ({"MODEL_TIMEOUT": "61"}, "MODEL_TIMEOUT"),
    ],
)
def test_what_is_wrong_with_a_model_is_named_without_its_secrets(
    more: dict[str, str], name: str
) -> None:
    found = problems(**{**MODEL, **more})
    assert any(problem.startswith(PREFIX + name) for problem in found)
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    "url", ["http://localhost:11434/v1", "http://10.0.0.5/v1", "http://llm.internal/v1"]
)
def test_a_key_may_go_unencrypted_within_ones_own_network(url: str) -> None:
    given = {**MODEL, "MODEL_URL": url, "MODEL_KEY": "hunter2"}
    settings = Settings.from_env({PREFIX + name: value for name, value in given.items()})
    assert "hunter2" not in repr(settings)
