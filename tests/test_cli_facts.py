"""`intelbrief facts` and `intelbrief export`: what other programs read."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.facts import as_object, as_text, facts_of_text
from briefings.facts import Bound, Evidence, Kind
from briefings.store import Claimed, Store
from tests.fakes.catalogue import NAMING
from tests.fakes.claims import claim, money, number
from tests.fakes.clock import FakeClock
from tests.fakes.commandline import Run, command_line
from tests.store.builders import article

TEXT = """Acme buys into Globex

Harbour Post, May 7, 2013

Acme said last week that it had agreed to buy 18 percent of Globex for about $586m.

Globex said that it has more than 500 million registered users in all of its markets by now.
"""


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    with command_line(tmp_path, monkeypatch, capsys) as command:
        yield command


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))

    return put


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


# --- facts --------------------------------------------------------------------------------------


def test_the_facts_of_a_file_as_objects(run: Run, tmp_path: Path) -> None:
    Path("text.txt").write_text(TEXT, encoding="utf-8")
    status, out, err = run("facts", "text.txt", "--json")
    assert (status, err) == (0, "")
    stake, users = objects(out)
    assert stake == {
        "kind": "stake",
        "parties": ["Acme", "Globex"],
        "roles": {"buyer": ["Acme"], "target": ["Globex"]},
        "percent": 18,
        "amount": 586_000_000,
        "currency": "USD",
        "amount_text": "$586m",
        "bounds": {"amount": "about"},
        "date": "2013-04-29/2013-05-05",
        "status": "announced",
        "evidence": "Acme said last week that it had agreed to buy 18 percent of Globex "
        "for about $586m.",
    }
    assert (users["kind"], users["metric"], users["value"]) == ("metric", "users", 500_000_000)
    assert users["bounds"] == {"value": "at least"}
    assert not (tmp_path / "data").exists()


def test_facts_from_standard_input_in_chinese(run: Run, typed: Any) -> None:
    typed("艾克美去年以5.86亿美元收购环球公司18%的股份。".encode())
    status, out, _ = run("facts", "-", "--json", "--published", "2014-01-02", "--language", "zh")
    (fact,) = objects(out)
    assert status == 0
    assert (fact["parties"], fact["percent"], fact["amount"]) == (["Acme", "Globex"], 18, 586e6)
    assert (fact["amount_text"], fact["date"]) == ("5.86亿美元", "2013")
    assert "\\u" not in out


def test_facts_for_people(run: Run, typed: Any) -> None:
    typed(TEXT.encode())
    status, out, _ = run("facts", "-")
    assert status == 0
    first, evidence, *_ = out.splitlines()
    assert (
        first == "Stake: Acme, Globex; 18%, about US$586 million; 2013-04-29/2013-05-05; announced"
    )
    assert evidence.strip().startswith("“Acme said last week")


def test_a_unit_is_named_beside_the_owner_it_counts_for() -> None:
    text = b"Parcel has more than 20 million users."
    (fact,) = facts_of_text(text, "-", NAMING.matcher, published="2024-05-06", language="en")
    said = as_object(fact, NAMING.matcher)
    assert (said["parties"], said["units"]) == (["Acme"], {"Acme": ["Parcel"]})
    assert as_text(fact, NAMING.matcher).startswith("Users: Parcel (Acme); at least 20 million;")


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("OSLO, May 7, 2016 (Reuters) - ", "2016-05-06"),  # a Saturday
        ("OSLO, 7 May 2013 - ", "2013-05-03"),
        ("", ""),
    ],
)
def test_a_weekday_is_the_one_before_the_dateline(head: str, day: str) -> None:
    text = f"{head}Acme sold its entire 30% stake in Globex on Friday for $500 million in cash."
    (fact,) = facts_of_text(text.encode(), "-", NAMING.matcher, language="en")
    assert str(fact.when or "") == day


@pytest.mark.parametrize(("options", "printed"), [((), "No facts.\n"), (("--json",), "")])
def test_a_text_without_facts(run: Run, typed: Any, options: tuple[str, ...], printed: str) -> None:
    typed(b"Acme is unlikely to comment on the weather.")
    assert run("facts", "-", *options) == (0, printed, "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The text is empty."),
        (b" \n\t", "The text is empty."),
        (b"%PDF-1.7 Acme", "The text is a PDF"),
        (b"\x00\x01\x02Acme\x00\x03" * 50, "binary"),
        (b"<!doctype html><html><body><p>Acme buys Globex.</p></body></html>", "HTML"),
        (("La société a racheté une part de la maison. " * 20).encode(), "not from “fr”"),
        (b"a" * (5 * 1024 * 1024 + 1), "The text is larger than 5 MiB."),
    ],
)
def test_what_is_no_text(run: Run, typed: Any, data: bytes, said: str) -> None:
    typed(data)
    status, out, err = run("facts", "-", "--json")
    assert (status, out) == (1, "")
    assert err.startswith("intelbrief: ")
    assert said in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("facts", "absent.txt"), "absent.txt cannot be read: No such file or directory."),
        (("facts", "-", "--published", "last week"), "“last week” is no date."),
        (("facts", "-", "--language", "fr"), "not from “fr”"),
    ],
)
def test_what_cannot_be_done(run: Run, typed: Any, words: tuple[str, ...], said: str) -> None:
    typed(TEXT.encode())
    status, out, err = run(*words)
    assert (status, out) == (1, "")
    assert said in err


# --- export -------------------------------------------------------------------------------------

FORMULA = "=HYPERLINK(1)"
SAYS_IT = "Acme has 18% of Globex now."


def keep_two_facts(folder: Path) -> None:
    """A ledger with a stake that two papers tell and a figure whose sentence is a formula."""

    async def enter() -> None:
        store = await Store.open(f"sqlite:///{folder}/data/intelbrief.db", clock=FakeClock())
        added = await store.corpus.add(
            [article(0, publisher="=Harbour Post"), article(1, publisher="The Wire")]
        )
        both = [there for each in added if (there := await store.corpus.get(each.id))]
        stake = claim(
            Kind.STAKE, "acme", "globex", percent=number("18"), amount=money("586e6", "USD")
        )
        fall = claim(
            Kind.METRIC,
            "acme",
            metric="revenue",
            change_percent=number("-3.5", Bound.ABOUT),
            evidence=Evidence(FORMULA, 0, len(FORMULA)),
        )
        again = replace(stake, amount=None, evidence=Evidence(SAYS_IT, 0, len(SAYS_IT)))
        said = [Claimed(both[0], (stake, fall)), Claimed(both[1], (again,))]
        await store.ledger(lambda publisher, _: publisher).record(said)
        await store.close()

    (folder / "data").mkdir()
    asyncio.run(enter())


def test_the_ledger_as_objects(run: Run, tmp_path: Path) -> None:
    keep_two_facts(tmp_path)
    status, out, _ = run("export", "--facts", "json")
    assert status == 0
    stake, fall = sorted(json.loads(out), key=lambda fact: fact["kind"], reverse=True)
    assert len(out.splitlines()) == 4, "one object a line"
    assert (stake["kind"], stake["percent"], stake["amount"]) == ("stake", 18, 586_000_000)
    assert (stake["voices"], stake["corroboration"]) == (2, "independent press")
    assert [one["publisher"] for one in stake["sources"]] == ["=Harbour Post", "The Wire"]
    assert (fall["change_percent"], fall["bounds"]) == (-3.5, {"change_percent": "about"})
    assert fall["contradicted"] is False
    assert (stake["evidence"], stake["also"]) == (SAYS_IT, ["acme and globex: stake."])
    assert (stake["voices_by_field"], fall.get("voices_by_field")) == ({"amount": 1}, None)
    assert (stake["since"], stake["reported"]) == ("2026-03-01", "2026-03-01")
    assert "date" not in stake


def test_the_ledger_as_csv_has_no_formula(run: Run, tmp_path: Path) -> None:
    keep_two_facts(tmp_path)
    status, out, _ = run("export", "--facts", "csv")
    assert status == 0
    rows = sorted(csv.DictReader(io.StringIO(out)), key=lambda row: row["kind"], reverse=True)
    stake, fall = rows
    assert (stake["parties"], stake["roles"]) == ("Acme; Globex", "buyer: Acme; target: Globex")
    assert (stake["percent"], stake["amount"], stake["currency"]) == ("18", "586000000", "USD")
    assert stake["sources"].startswith("'=Harbour Post ")
    assert fall["evidence"] == f"'{FORMULA}"
    assert fall["change_percent"] == "-3.5"
    assert fall["contradicted"] == "no"


def test_export_asks_for_a_form(run: Run) -> None:
    status, out, err = run("export", "--facts", "xml")
    assert (status, out) == (2, "")
    assert "csv" in err


def test_a_target_is_no_result(run: Run, typed: Any) -> None:
    typed(b"Acme expects advertising revenue of $380 million in 2030.")
    status, out, _ = run("facts", "-")
    assert status == 0
    assert out.startswith("Advertising revenue (target): Acme; US$380 million; 2030;")
