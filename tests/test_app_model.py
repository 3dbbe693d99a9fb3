"""The desk with a model behind it, over a real socket: answers, status, check, settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import App, build
from bot.checks import OK, WARN, Finding, examine
from bot.platforms.console.inbound import operator
from briefings.answers import ArticleAnswer, Briefing, Status
from briefings.render import markdown
from config.settings import Settings
from tests.fakes.settings import ARTICLE, environment
from tests.servers.model import Fault, ModelServer, models

OPERATOR = operator(ZoneInfo("UTC"))
KEY = "sk-canary-77"
PROSE = "Acme bought a part of Globex: 18%, for US$586 million."


def variables(tmp_path: Path, server: ModelServer, **more: str) -> dict[str, str]:
    return environment(
        tmp_path,
        articles=(ARTICLE,),
        MODEL_URL=server.url,
        MODEL_NAME=server.name,
        MODEL_KEY=KEY,
        **more,
    )


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        running.key = KEY
        running.model = lambda _: models.reply((PROSE, [1]))
        yield running


@asynccontextmanager
async def desk(tmp_path: Path, server: ModelServer) -> AsyncIterator[App]:
    async with build(Settings.from_env(variables(tmp_path, server))) as app:
        yield app


async def brief(app: App) -> list[str]:
    answer = await app.ask("/intel acme globex", OPERATOR)
    assert isinstance(answer, Briefing)
    return [statement.text for statement in answer.bottom_line]


async def status(app: App) -> Status:
    answer = await app.ask("/intel status", OPERATOR)
    assert isinstance(answer, Status)
    return answer


async def test_a_briefing_and_a_summary_are_written(tmp_path: Path, server: ModelServer) -> None:
    async with desk(tmp_path, server) as app:
        assert await brief(app) == [PROSE]
        summary = await app.ask(f"/intel summarize {ARTICLE['url']}", OPERATOR)
        assert isinstance(summary, ArticleAnswer)
        assert [point.text for point in summary.points] == [PROSE]
        state = await status(app)
        assert "642 of 200,000 tokens used today" in state.model
        assert f"## Model\n\n{server.name}: 642 of 200,000 tokens" in markdown(state)


async def test_a_model_that_fails_is_told_in_the_status_alone(
    tmp_path: Path, server: ModelServer
) -> None:
    async with build(Settings.from_env(environment(tmp_path, articles=(ARTICLE,)))) as app:
        quoted = await brief(app)
        assert (await status(app)).model == ""
    server.fault = Fault(status=500)
    async with desk(tmp_path, server) as app:
        assert await brief(app) == quoted
        assert "failed (500)" in (await status(app)).model


async def test_what_the_model_makes_up_is_not_shown(tmp_path: Path, server: ModelServer) -> None:
    server.model = models.inventing
    async with desk(tmp_path, server) as app:
        line = await brief(app)
        assert line
        assert "47" not in str(line)
        assert "did not stand on their sources" in (await status(app)).model


async def findings(tmp_path: Path, variables: dict[str, str]) -> list[Finding]:
    found = [finding async for finding in examine(variables, tmp_path)]
    assert KEY not in str(found)
    return found


def about_endpoint(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.level == WARN and "endpoint" in one.what]


async def test_check_asks_the_model(tmp_path: Path, server: ModelServer) -> None:
    server.model = lambda _: models.reply()
    assert Finding(OK, "model example-small") in await findings(
        tmp_path, variables(tmp_path, server)
    )
    server.key = "another"
    (wrong,) = about_endpoint(await findings(tmp_path, variables(tmp_path, server)))
    assert "refused the key" in wrong.what
    assert "INTELBRIEF_MODEL_KEY" in wrong.remedy
    elsewhere = variables(tmp_path, server) | {"INTELBRIEF_MODEL_URL": "http://127.0.0.1:9/v1"}
    (wrong,) = about_endpoint(await findings(tmp_path, elsewhere))
    assert "could not be reached" in wrong.what
    assert "INTELBRIEF_MODEL_URL" in wrong.remedy


@pytest.mark.parametrize("reads", ["on", "off"])
async def test_it_reads_hard_sentences_where_that_is_wanted(
    tmp_path: Path, server: ModelServer, reads: str
) -> None:
    wanted = variables(tmp_path, server, MODEL_READS=reads)
    async with build(Settings.from_env(wanted)) as app:
        assert (app.bookkeeper.second is not None) is (reads == "on")
