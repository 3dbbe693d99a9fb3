"""Pictures of timelines in answers and digests, and what is sent where there can be none."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.platforms import Picture
from bot.platforms.nodes import Wanted
from bot.platforms.slack.clients import web_client
from bot.platforms.slack.limits import check
from bot.platforms.slack.markup import Page, blocks, pages
from bot.platforms.slack.outbound import present
from bot.platforms.slack.pictures import PATIENCE_S, READY_S, block, illustrated
from bot.platforms.slack.poster import SlackPoster
from bot.platforms.slack.web import TIMEOUT_S
from briefings.answers import Preview
from briefings.delivery import Policy
from briefings.drawing import draw_pages, shipped
from briefings.errors import Ambiguous, Overdue
from briefings.ports import Post
from briefings.presets import parse_presets
from briefings.render import Markdown, picture
from briefings.subscriptions import Principal, Scope, Standing
from tests.fakes.answers import ANSWERS
from tests.fakes.clock import START, FakeClock
from tests.fakes.digests import CHANGED, ZONE
from tests.fakes.settings import ARTICLE
from tests.faults.plan import Act, Fault, Moment
from tests.servers.slack import Message, SlackServer
from tests.slack.desks import Answers, connected, running

ROOT = Path(__file__).resolve().parents[2]
PRESETS = parse_presets((ROOT / "config" / "digests.toml").read_text(encoding="utf-8"))
PNG = b"\x89PNG\r\n\x1a\n and so on"
DRAWN = Picture(PNG, "Timeline of Acme: 1 event of 2013-05-07.", "Timeline of Acme")
UPLOADS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
KEY = "k7Qd0Zr3B1nTxY5uVw2AeL"


def shown(message: Message | Page) -> list[str]:
    """The types of a message's blocks at its end."""
    return [each["type"] for each in message.blocks][-2:]


def images(message: Message) -> list[dict[str, Any]]:
    return [each for each in message.blocks if each["type"] == "image"]


# --- answers ------------------------------------------------------------------------------------


async def test_a_timeline_comes_at_once_and_its_picture_below_it(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)):
        asked = await slack.people.slash(acme.news, acme.bob, "timeline acme")
        answer, reply = await asked.reply(), await asked.reply(2)
    assert asked.replies == [answer, reply]
    assert shown(answer)[-1] == "actions"
    (file,) = slack.ledger.files
    assert file.content.startswith(b"\x89PNG")
    assert (file.complete, file.name, file.title) == (True, "timeline.png", "Timeline of Acme")
    assert file.alt_text == (
        "Timeline of Acme: 1 event of 2013-05-07. "
        "reported 2013-05-07: Stake: Acme, Globex · 18%, US$586 million."
    )
    assert (file.channel, file.thread_ts) == ("", "")
    assert reply.ephemeral
    assert images(reply) == [
        {
            "type": "image",
            "slack_file": {"id": file.id},
            "alt_text": file.alt_text,
            "title": {"type": "plain_text", "text": "Timeline of Acme", "emoji": False},
        }
    ]


async def test_the_button_and_what_is_shared_have_a_picture_of_their_own(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acme")).reply()
        assert images(reply) == []
        await slack.people.press(reply, "timeline", user=acme.bob)
        await slack.ledger.until("picture", lambda: images(reply))
        shared = await (await slack.people.press(reply, "share", user=acme.bob)).reply()
    ids = [file.id for file in slack.ledger.files]
    assert [images(each)[0]["slack_file"]["id"] for each in (reply, shared)] == ids
    assert not shared.ephemeral
    assert shared.blocks[-1]["type"] == "image"
    assert shared.edited_at is None


async def test_a_button_below_what_all_see_leaves_it_alone(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    answers = Answers(ANSWERS["briefing"], drawn=DRAWN)
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acme globex")).reply()
        shared = await (await slack.people.press(reply, "share", user=acme.bob)).reply()
        answers.answer = ANSWERS["timeline"]
        pressed = await slack.people.press(shared, "timeline", user=acme.ann)
        answer = await pressed.reply()
        picture = await pressed.reply(2)
    assert pressed.replies == [answer, picture]
    assert [len(images(each)) for each in (answer, picture)] == [0, 1]
    assert answer.to == acme.ann.id
    assert shared.edited_at is None


async def test_nothing_is_drawn_for_another_page_another_answer_or_no_events() -> None:
    timeline = ANSWERS["timeline"]
    assert present(timeline, "timeline acme", UTC).picture == Wanted(
        "timeline acme", "Timeline of Acme and Globex"
    )
    for name in ("briefing", "timeline-empty", "search", "preview"):
        assert present(ANSWERS[name], name, UTC).picture is None


def test_a_preview_has_the_picture_of_its_digest() -> None:
    page = Markdown(f"# Acme\n\nNews.\n\n{picture(['Acme'])}\n")
    found = present(Preview(2, ("Acme",), page), "preview 2", UTC)
    assert found.picture == Wanted("timeline Acme", "Timeline of Acme")
    as_text = present(Preview(2, ("Acme",), str(page)), "preview 2", UTC)
    assert as_text.picture is None


@pytest.mark.parametrize("method", UPLOADS)
async def test_without_the_upload_the_text_is_sent(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    method: str,
) -> None:
    acme = slack.acme
    answers = Answers(ANSWERS["timeline"], drawn=DRAWN)
    slack.slack.refused[method] = "file_uploads_disabled"
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "timeline acme")).reply()
    assert answers.pictured == ["timeline acme"]
    assert images(reply) == []
    assert shown(reply)[-1] == "actions"
    (told,) = [r.getMessage() for r in caplog.records if "picture" in r.getMessage()]
    assert told.startswith("a message goes without its picture: Slack")
    assert acme.token not in caplog.text
    assert "/upload/" not in caplog.text


async def test_without_the_scope_the_text_is_sent(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    acme = slack.acme
    acme.team.token.scopes.discard("files:write")
    async with connected(slack, tmp_path, clock, Answers(ANSWERS["timeline"], drawn=DRAWN)):
        reply = await (await slack.people.slash(acme.news, acme.bob, "timeline acme")).reply()
    assert images(reply) == []
    assert slack.ledger.files == []
    assert "missing_scope" in caplog.text


@pytest.mark.parametrize("drawn", [None, ValueError("a secret of the feed")])
async def test_without_a_drawing_the_text_is_sent(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    drawn: Exception | None,
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, Answers(ANSWERS["timeline"], drawn=drawn)):
        reply = await (await slack.people.slash(acme.news, acme.bob, "timeline acme")).reply()
    assert shown(reply)[-1] == "actions"
    assert images(reply) == []
    assert ("ValueError" in caplog.text) == (drawn is not None)
    assert "secret" not in caplog.text


@pytest.mark.parametrize(("late", "pictures"), [(1, 1), (2, 0)])
async def test_a_file_that_is_not_known_yet_is_waited_for_once(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, late: int, pictures: int
) -> None:
    acme = slack.acme
    slack.slack.late_files = late
    async with connected(slack, tmp_path, clock, Answers(ANSWERS["timeline"], drawn=DRAWN)):
        asked = await slack.people.slash(acme.news, acme.bob, "timeline a")
        private = await asked.reply()
        if pictures:
            await asked.reply(2)
        public = await (await slack.people.mention(acme.news, acme.bob, "timeline a")).reply()
        await slack.ledger.until("picture", lambda: public.edited_at)
    below = [each for each in slack.messages if each.ephemeral and images(each)]
    assert [len(below), len(images(public))] == [pictures] * 2
    assert [shown(each)[-1] for each in (private, public)] == ["actions"] * 2
    assert clock.slept == [READY_S] * 2


def test_a_page_without_room_stays_as_it_is() -> None:
    full = Page(tuple({"type": "divider"} for _ in range(50)), "text")
    assert illustrated(full, block("F0000000A", DRAWN)) is full
    assert illustrated(Page((), "text"), block("F0000000A", DRAWN)) == Page((), "text")
    widest = block("F0000000A", replace(DRAWN, alt="😀" * 1000, title="長" * 500))
    assert check({"blocks": [widest], "text": "-"}) == ()


# --- what a page wants --------------------------------------------------------------------------


def test_a_digest_in_full_wants_its_picture_below_the_last_message() -> None:
    preset = PRESETS["full"]
    (drawn,) = draw_pages(shipped(preset.template), preset, [(CHANGED, ZONE)])
    *others, last = pages(drawn.page + "\n\nmore\n\n" * 2000)
    assert [page.picture for page in others] == [None] * len(others) != []
    assert last.picture == Wanted("timeline Acme Globex", "Timeline of Acme and Globex")


@pytest.mark.parametrize(
    "markdown",
    [
        "![p](https://evil.example/p.png)",
        "![p](intelbrief:status/x)",
        "![p](intelbrief:timeline/)",
        "![p](intelbrief:timeline/a/b/c)",
        "![p](INTELBRIEF:timeline/a)",
        "[p](intelbrief:timeline/a)",
        "<intelbrief:timeline/a>",
        "text ![p](intelbrief:timeline/a)",
        "- ![p](intelbrief:timeline/a)",
        "> ![p](intelbrief:timeline/a)",
        "\\![p\\](intelbrief:timeline/a)",
    ],
)
def test_nothing_else_is_a_picture(markdown: str) -> None:
    (page,) = pages(f"# Head\n\n{markdown}\n")
    assert page.picture is None
    assert {each["type"] for each in page.blocks} == {"header", "rich_text"}
    assert "url" not in json.dumps(page.blocks)


def test_a_picture_inside_a_text_is_its_words() -> None:
    assert blocks("See ![a \\[b\\]](https://x.example/p.png)!")[0]["elements"] == [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "See a [b]!"}]}
    ]


# --- digests ------------------------------------------------------------------------------------

PAGE = f"# Acme\n\nNews of it.\n\n{picture(['Acme', 'Globex'])}\n"
ENDS = ["header", "rich_text", "image"]
BARE = ENDS[:-1]


async def drawn(command: str) -> Picture | None:
    assert command == "timeline Acme Globex"
    return DRAWN


@asynccontextmanager
async def posting(
    slack: SlackServer,
    clock: FakeClock,
    draw: Callable[[str], Awaitable[Picture | None]] | None = drawn,
    *,
    patience_s: float = 6.0,
) -> AsyncIterator[tuple[SlackPoster, Post]]:
    """A poster, and a digest of one message that wants a picture."""

    async def client_for(workspace: str) -> Any:
        return web_client(slack.base_url, token=slack.acme.token)

    poster = SlackPoster(client_for, pages=pages, picture=draw, patience_s=patience_s, clock=clock)
    (payload,) = poster.prepare(PAGE)
    scope = Scope("slack", slack.acme.id, slack.acme.news.id)
    try:
        yield poster, Post(scope, KEY, payload, 1, 1, "", START)
    finally:
        await poster.close()


def posted(slack: SlackServer) -> list[list[str]]:
    return [[each["type"] for each in message.blocks] for message in slack.ledger.visible()]


async def test_a_digest_is_drawn_and_uploaded_before_it_is_posted(
    slack: SlackServer, clock: FakeClock
) -> None:
    order: list[str] = []
    async with posting(slack, clock) as (poster, post):
        assert json.loads(post.payload)["picture"] == {
            "command": "timeline Acme Globex",
            "alt": "Timeline of Acme and Globex",
        }
        ts = await poster.send(post, lambda: order.extend(a.method for a in slack.requests))
    assert order == ["files.getUploadURLExternal", "files.completeUploadExternal"]
    (message,) = slack.ledger.visible()
    assert (message.ts, message.key) == (ts, KEY)
    assert [each["type"] for each in message.blocks] == ENDS
    (file,) = slack.ledger.files
    assert message.blocks[-1] == {
        "type": "image",
        "slack_file": {"id": file.id},
        "alt_text": DRAWN.alt,
        "title": {"type": "plain_text", "text": "Timeline of Acme and Globex", "emoji": False},
    }
    assert (file.alt_text, file.content, file.channel) == (DRAWN.alt, PNG, "")


async def test_as_text_alone_and_without_an_artist_there_is_no_upload(
    slack: SlackServer, clock: FakeClock
) -> None:
    async with posting(slack, clock) as (poster, post):
        await poster.send(replace(post, plain=True), lambda: None)
    async with posting(slack, clock, None) as (poster, post):
        await poster.send(post, lambda: None)
    assert posted(slack) == [[], BARE]
    assert slack.ledger.files == []


@pytest.mark.parametrize("method", UPLOADS)
async def test_an_upload_that_fails_costs_the_picture_alone(
    slack: SlackServer, clock: FakeClock, method: str
) -> None:
    slack.slack.refused[method] = "internal_error"
    async with posting(slack, clock) as (poster, post):
        await poster.send(post, lambda: None)
    assert posted(slack) == [BARE]


@pytest.mark.parametrize("wrong", [ValueError("x"), Ambiguous("x"), OSError("x"), None])
async def test_a_drawing_that_fails_costs_the_picture_alone(
    slack: SlackServer, clock: FakeClock, wrong: Exception | None
) -> None:
    async def failing(_command: str) -> Picture | None:
        if wrong is not None:
            raise wrong
        return None

    async with posting(slack, clock, failing) as (poster, post):
        await poster.send(post, lambda: None)
    assert posted(slack) == [BARE]


async def test_a_drawing_that_takes_too_long_costs_the_picture_alone(
    slack: SlackServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def endless(_command: str) -> Picture | None:
        await asyncio.Event().wait()
        raise AssertionError

    async with posting(slack, clock, endless, patience_s=0.05) as (poster, post):
        await poster.send(post, lambda: None)
    assert posted(slack) == [BARE]
    assert "a message goes without its picture: TimeoutError" in caplog.text


@pytest.mark.parametrize(("late", "ends"), [(1, ENDS), (2, BARE)])
async def test_a_digest_waits_once_for_its_file_and_goes(
    slack: SlackServer, clock: FakeClock, late: int, ends: list[str]
) -> None:
    slack.slack.late_files = late
    calls: list[float] = []
    async with posting(slack, clock) as (poster, post):
        await poster.send(post, lambda: calls.append(clock.monotonic()))
    assert posted(slack) == [ends]
    assert clock.slept == [READY_S]
    assert calls == [0.0, READY_S, READY_S][: late + 1]


async def test_a_message_sent_again_has_a_file_of_its_own(
    slack: SlackServer, clock: FakeClock
) -> None:
    slack.plan.add(Fault(Moment.READ, Act.ANSWER, status=503), times=1)
    async with posting(slack, clock) as (poster, post):
        with pytest.raises(Ambiguous):
            await poster.send(post, lambda: None)
        await poster.send(post, lambda: None)
    assert posted(slack) == [ENDS]
    assert len(slack.ledger.files) == 2


async def test_a_process_that_stood_still_meanwhile_posts_nothing(
    slack: SlackServer, clock: FakeClock
) -> None:
    def late() -> None:
        raise Overdue("The process stood still for too long.")

    async with posting(slack, clock) as (poster, post):
        with pytest.raises(Overdue):
            await poster.send(post, late)
    assert posted(slack) == []


async def test_no_log_of_a_picture_holds_what_was_sent(
    slack: SlackServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    slack.slack.refused["upload"] = "x"
    async with posting(slack, clock) as (poster, post):
        await poster.send(post, lambda: None)
    assert slack.acme.token not in caplog.text
    assert "/upload/" not in caplog.text
    assert DRAWN.alt not in caplog.text


async def test_a_subscription_in_full_brings_the_picture_with_its_digest(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)) as (app, _):
        scope = Scope("slack", acme.id, acme.news.id)
        ann = Principal(scope, acme.ann.id, Standing.MANAGER, ZoneInfo("UTC"))
        await app.ask("/intel subscribe acme daily 10:00 as full", ann)
        clock.advance(hours=2)
        await app.heart.deliver_digests()
        await app.heart.deliver_digests()
    (message,) = slack.ledger.visible(acme.news)
    (file,) = slack.ledger.files
    assert file.content.startswith(b"\x89PNG")
    assert message.blocks[-1]["slack_file"] == {"id": file.id}
    assert message.blocks[-1]["alt_text"] == (
        "Timeline of Acme: 1 event of 2013-05-07. "
        "reported 2013-05-07: Stake: Acme, Globex · 18%, US$586 million."
    )


def test_a_digest_waits_for_its_picture_for_less_than_the_outbox_does_for_it() -> None:
    policy = Policy()
    assert policy.standstill_s / 1.5 > PATIENCE_S + READY_S
    assert policy.lease_s > PATIENCE_S + READY_S + 3 * TIMEOUT_S
