"""Messages of digests on their way to Discord: what is sent, where, and how often."""

from __future__ import annotations

import json
import logging

import pytest

from bot.platforms.discord.markup import pages
from bot.platforms.discord.poster import DiscordPoster
from bot.platforms.discord.sending import body
from briefings.errors import Overdue, Refused
from tests.discord_platform.posting import KEY, SECRET, running
from tests.faults.plan import Act, Fault, Moment

# --- sending --------------------------------------------------------------------------------------


async def test_a_message_carries_its_key_twice_and_wakes_nobody() -> None:
    async with running() as posting:
        id = await posting.send()
        assert posting.sent() == [
            {
                "allowed_mentions": {"parse": [], "replied_user": False},
                "embeds": [
                    {"title": "Digest", "description": SECRET, "footer": {"text": f"ref {KEY}"}}
                ],
                "nonce": KEY,
                "enforce_nonce": True,
            }
        ]
        (message,) = posting.server.ledger.visible()
        assert message.id == id
        assert posting.server.notified(message) == set()
        (asked,) = posting.server.ledger.asked("create_message")
        assert asked.headers["user-agent"].startswith("DiscordBot (https://")
        assert asked.headers["content-type"] == "application/json"


async def test_two_messages_of_one_key_are_one() -> None:
    async with running() as posting:
        first = await posting.send()
        posting.clock.advance(seconds=100)
        assert await posting.send() == first
        assert len(posting.server.ledger.messages) == 1
        assert posting.count("create_message") == 2


async def test_ready_comes_after_the_connection_and_before_the_first_byte() -> None:
    async with running() as posting:
        await posting.poster.copies(posting.post())  # asks what the channel is
        before = len(posting.server.ledger.requests)

        def objection() -> None:
            raise Overdue("The process stood still for too long.")

        with pytest.raises(Overdue):
            await posting.poster.send(posting.post(), objection)
        assert len(posting.server.ledger.requests) == before
        await posting.send()
        assert posting.ready_calls == [before]
        posting.address[0] = "http://127.0.0.1:9"
        assert type(await posting.failure()) is Refused
        assert posting.ready_calls == [before]


async def test_what_follows_replies_to_the_first_and_a_first_that_is_gone_stops_nothing() -> None:
    async with running() as posting:
        first = await posting.send()
        await posting.send(number=2, first_id=first, key="second0000000000000000")
        assert posting.sent()[1]["message_reference"] == {
            "message_id": first,
            "fail_if_not_exists": False,
        }


async def test_without_the_right_to_reply_it_is_sent_by_itself() -> None:
    async with running() as posting:
        refusal = json.dumps({"code": 160002, "message": "Cannot reply"})
        posting.server.plan.add(Fault(Moment.READ, Act.ANSWER, 403, body=refusal))
        await posting.send(number=2, first_id="1")
        (said,) = posting.sent()
        assert "message_reference" not in said
        assert len(posting.ready_calls) == 2


async def test_a_plain_message_is_words_alone_cut_to_what_discord_takes() -> None:
    async with running() as posting:
        payload = json.dumps(
            {
                "content": "",
                "embeds": [
                    {"title": "Digest 1/1", "description": "x" * 3000, "fields": []},
                    {"fields": [{"name": "more", "value": "y"}], "footer": {"text": "z"}},
                ],
            }
        )
        await posting.send(plain=True, payload=payload, number=2, first_id="1")
        (said,) = posting.sent()
        last = f"…\n-# ref {KEY}"
        filling = "x" * (2000 - len("Digest 1/1\n") - len(last))
        assert said["content"] == f"Digest 1/1\n{filling}{last}"
        assert len(said["content"]) == 2000
        assert said["flags"] == 4
        assert not {"embeds", "message_reference"} & set(said)


async def test_the_key_fits_into_embeds_that_are_full() -> None:
    async with running() as posting:
        embeds = [
            {"description": "a" * 4000},
            {"description": "b" * 1970, "footer": {"text": "Reuters, 8 sources · page 2"}},
        ]
        await posting.send(payload=json.dumps({"content": "", "embeds": embeds}))
        first, last = posting.sent()[0]["embeds"]
        assert last["footer"]["text"] == f"Reuters, 8 sources · page 2 · ref {KEY}"
        assert last["description"].endswith("b…")
        sizes = [4000, len(last["description"]), len(last["footer"]["text"])]
        assert len(first["description"]) == 4000
        assert sum(sizes) == 6000


def test_a_text_without_embeds_says_its_key_in_its_last_line() -> None:
    made = body({"content": "Hello", "embeds": []}, key=KEY)
    assert made["content"] == f"Hello\n-# ref {KEY}"


async def test_prepare_is_pure() -> None:
    async with running() as posting:
        (payload,) = posting.poster.prepare("# Digest")
        assert posting.poster.prepare("# Digest") == (payload,)
        said = {"content": "", "embeds": [{"description": "# Digest"}]}
        assert json.loads(payload) == said
        assert posting.server.ledger.requests == []


def test_its_pace_and_how_long_a_key_counts() -> None:
    assert (DiscordPoster.pace_s, DiscordPoster.nonce_s) == (0.3, 120.0)


async def test_no_log_holds_a_token_or_a_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(timeout_s=0.2) as posting:
        await posting.send()
        for fault in (
            Fault(Moment.READ, Act.ANSWER, 500, body="<html>"),
            Fault(Moment.ACCEPTED, Act.HANG),
        ):
            posting.server.plan.add(fault)
            await posting.failure()
        await posting.poster.copies(posting.post())
        assert SECRET not in caplog.text
        assert posting.server.token not in caplog.text
        assert posting.server.token not in repr(posting.web) + repr(posting.poster)


async def test_the_environments_proxies_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with running() as posting:
        await posting.send()
        assert len(posting.server.ledger.messages) == 1


async def test_every_message_is_within_discords_limits_and_of_its_shape() -> None:
    """The server holds each against them."""
    markdown = "# Alibaba\n\n" + "\n\n".join(f"**{n}.** {'阿里 word ' * 200}" for n in range(30))
    async with running() as posting:
        poster = DiscordPoster(posting.web, pages=pages)
        payloads = poster.prepare(markdown)
        assert len(payloads) > 1
        assert payloads == poster.prepare(markdown)
        first = ""
        for number, payload in enumerate(payloads, 1):
            for plain in (False, True):
                key = f"{number:02}{plain:1}".ljust(22, "k")
                what = posting.post(
                    payload=payload, number=number, first_id=first, plain=plain, key=key
                )
                sent = await poster.send(what, posting.ready)
                first = first or sent
            assert len(await poster.copies(what)) == 1
        assert len(posting.server.ledger.messages) == 2 * len(payloads)


def test_words_of_a_feed_name_nobody() -> None:
    payload = {"content": "", "embeds": [{"description": "@everyone, @here"}]}
    assert body(payload, plain=True)["content"] == "@ everyone, @ here"
