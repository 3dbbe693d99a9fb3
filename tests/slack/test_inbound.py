"""Commands typed, pressed, mentioned and asked for in a menu, over a real socket."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.platforms import slack as package
from bot.platforms.slack.payloads import delivery_id, is_from_a_person, links, typed
from briefings.answers import ArticleAnswer, Failure, Help, NumberedSource, Statement
from briefings.errors import SettingsError
from briefings.model import Precision, Published
from briefings.subscriptions import Standing
from tests.fakes.clock import START, FakeClock
from tests.fakes.settings import ARTICLE
from tests.faults.plan import Act, Fault, Moment
from tests.servers.slack import SlackServer
from tests.slack.desks import Answers, connected, running, settings_of

ARTICLE_ANSWER = ArticleAnswer(
    title="Acme buys 18% of Globex",
    author="",
    language="en",
    words=20,
    points=(Statement("Acme paid US$586 million.", (1,)),),
    figures=(),
    organisations=("Acme",),
    source=NumberedSource(
        1,
        "Harbour Post",
        Published(START, Precision.DAY),
        "Acme buys 18% of Globex",
        "https://harbour.example/1",
    ),
)


@pytest.fixture
def answers() -> Answers:
    return Answers()


# --- commands -----------------------------------------------------------------------------------


async def test_a_command_is_acknowledged_and_answered_privately(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)):
        done = await slack.people.slash(slack.acme.news, slack.acme.bob, "acme")
        reply = await done.reply()
    assert done.ack_s is not None
    assert done.ack is None
    assert (reply.ephemeral, reply.to) == (True, slack.acme.bob.id)
    assert "Acme paid US$586 million for 18% of Globex." in str(reply.blocks)
    actions = [block for block in reply.blocks if block["type"] == "actions"]
    pressable = [element["action_id"] for element in actions[0]["elements"]]
    assert pressable == ["share", "facts", "timeline", "subscribe"]


async def test_who_asks_is_known_with_their_standing_and_zone(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        for user in (acme.bob, acme.ann, acme.olga):
            await (await slack.people.slash(acme.news, user, "help")).reply()
    found = [who for _, who in answers.asked]
    assert {who.scope.platform for who in found} == {"slack"}
    assert {(who.scope.workspace, who.scope.channel) for who in found} == {(acme.id, acme.news.id)}
    assert [who.user for who in found] == [acme.bob.id, acme.ann.id, acme.olga.id]
    assert [who.standing for who in found] == [Standing.MEMBER, Standing.MANAGER, Standing.MANAGER]
    assert [who.zone.key for who in found] == ["Asia/Shanghai", *["America/New_York"] * 2]


async def test_what_slack_says_of_somebody_is_believed_for_five_minutes(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        await (await slack.people.slash(acme.news, acme.ann, "a")).reply()
        acme.ann.is_admin = False
        clock.advance(seconds=299)
        await (await slack.people.slash(acme.news, acme.ann, "b")).reply()
        clock.advance(seconds=1)
        await (await slack.people.slash(acme.news, acme.ann, "c")).reply()
    asked = [who.standing for _, who in answers.asked]
    assert asked == [Standing.MANAGER, Standing.MANAGER, Standing.MEMBER]
    assert len(slack.ledger.calls("users.info")) == 2


async def test_a_manager_the_operator_lists(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    bob = slack.acme.bob
    async with connected(slack, tmp_path, clock, answers, SLACK_MANAGERS=f"UX, {bob.id}"):
        await (await slack.people.slash(slack.acme.news, bob, "a")).reply()
    assert answers.asked[0][1].standing is Standing.MANAGER


async def test_nothing_sent_becomes_a_mention_or_a_preview(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    answers.answer = Failure("<!channel> <@U1> & @here", "<https://evil.example|bank.example>")
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        done = await slack.people.slash(acme.news, acme.bob, "x")
        await done.reply()
        mention = await slack.people.mention(acme.news, acme.bob, "x")
        await mention.reply()
    sent = [*slack.ledger.calls("response_url"), *slack.ledger.calls("chat.postMessage")]
    assert len(sent) == 2
    for asked in sent:
        switches = ("unfurl_links", "unfurl_media", "link_names", "parse")
        assert [str(asked.arguments[name]).casefold() for name in switches] in (
            ["false", "false", "false", "none"],
            ["0", "0", "0", "none"],
        )
    for message in slack.messages:
        if message.via != "user":
            assert not slack.notified(message).people
            assert "<!channel>" not in message.text


# --- buttons ------------------------------------------------------------------------------------


async def test_share_posts_the_answer_for_all(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acme")).reply()
        pressed = await slack.people.press(reply, "share", user=acme.bob)
        shared = await pressed.reply()
    assert not shared.ephemeral
    assert shared.channel is acme.news
    assert "Acme paid US$586 million for 18% of Globex." in str(shared.blocks)
    assert acme.bob.id in str(shared.blocks)


async def test_share_says_privately_why_it_cannot(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.lounge, acme.bob, "help")).reply()
        pressed = await slack.people.press(reply, "share", user=acme.bob)
        refusal = (await pressed.reply()).text
    assert "not_in_channel" in refusal
    assert "/invite" in refusal
    assert slack.ledger.visible(acme.lounge) == []


async def test_a_failure_is_never_shared(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "help")).reply()
        answers.answer = Failure("Too many commands.")
        pressed = await slack.people.press(reply, "share", user=acme.bob)
        refusal = await pressed.reply()
    assert refusal.ephemeral
    assert "Too many commands." in refusal.text
    assert slack.ledger.visible(acme.news) == []


async def test_an_unknown_topic_offers_buttons_that_ask(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acmee")).reply()
        pressed = await slack.people.press(reply, "ask:0", user=acme.bob)
        await slack.ledger.until("answer", lambda: reply.edited_at)
    assert pressed.ack is None
    assert "Acme paid US$586 million for 18% of Globex." in str(reply.blocks)


async def test_more_turns_the_page_in_place(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    rows = tuple((f"/intel {n}", f"Row {n} " + "of a long list " * 30) for n in range(60))
    answers.answer, acme = Help(rows), slack.acme
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "help")).reply()
        first = str(reply.blocks)
        await slack.people.press(reply, "more:2", user=acme.bob)
        await slack.ledger.until("page 2", lambda: reply.edited_at)
    assert "Row 0 " in first
    assert "Row 0 " not in str(reply.blocks)
    assert "Row 59" in str(reply.blocks) or "more:3" in str(reply.blocks)
    assert len(slack.ledger.ephemerals()) == 1


async def test_a_button_below_a_shared_answer_answers_privately(
    slack: SlackServer, tmp_path: Path, clock: FakeClock
) -> None:
    acme = slack.acme
    async with running(slack, tmp_path, clock, articles=(ARTICLE,)):
        reply = await (await slack.people.slash(acme.news, acme.bob, "acme")).reply()
        shared = await (await slack.people.press(reply, "share", user=acme.bob)).reply()
        pressed = await slack.people.press(shared, "timeline", user=acme.ann)
        answer = await pressed.reply()
    assert answer.ephemeral
    assert answer.to == acme.ann.id
    assert shared.edited_at is None


# --- mentions, direct messages, shortcut, previews ----------------------------------------------


async def test_a_mention_is_answered_in_a_thread(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        done = await slack.people.mention(acme.news, acme.bob, "acme &amp; globex")
        answer = await done.reply()
        inside = await slack.people.mention(acme.news, acme.bob, "more", thread_ts=answer.thread_ts)
        second = await inside.reply()
    asked = [message for message in slack.messages if message.via == "user"]
    assert answers.texts == ["acme & globex", "more"]
    assert (answer.thread_ts, answer.ephemeral) == (asked[0].ts, False)
    assert second.thread_ts == asked[0].ts


async def test_a_direct_message_is_answered_in_a_thread(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers):
        done = await slack.people.direct_message(slack.acme.bob, "/intel acme")
        answer = await done.reply()
    assert answers.texts == ["/intel acme"]
    assert answers.asked[0][1].scope.channel == answer.channel.id
    assert answer.thread_ts == slack.messages[0].ts


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"edited": {"user": "U1", "ts": "1"}},
        {"hidden": True},
        {"user": "THE BOT"},
        {"user": ""},
        {"channel_type": "channel"},
    ],
)
async def test_bots_edits_and_other_channels_are_not_answered(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    answers: Answers,
    more: dict[str, object],
) -> None:
    acme = slack.acme
    if more.get("user") == "THE BOT":
        more = {"user": acme.team.bot.id}
    event = {"type": "message", "channel_type": "im", "channel": acme.news.id, "text": "help"}
    event |= {"user": acme.bob.id, "ts": "1.0", **more}
    async with connected(slack, tmp_path, clock, answers):
        done = await slack.people.event(acme.team, acme.bob, event)
    assert done.ack_s is not None
    assert answers.asked == []


async def test_the_shortcut_sums_up_the_links_of_a_message(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    address = "https://a.example/1?x=1&amp;y=2"
    text = f"See <{address}|a>, <http://b.example> <{address}>"
    async with connected(slack, tmp_path, clock, answers):
        message = slack.people.say(acme.news, acme.ann, text)
        done = await slack.people.shortcut("summarise_links", acme.bob, message)
        await done.reply(2)
    assert answers.texts == ["summarize https://a.example/1?x=1&y=2", "summarize http://b.example"]
    assert [(reply.ephemeral, reply.to) for reply in done.replies] == [(True, acme.bob.id)] * 2


async def test_the_shortcut_says_when_there_is_no_link(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers):
        message = slack.people.say(slack.acme.news, slack.acme.ann, "nothing here")
        done = await slack.people.shortcut("summarise_links", slack.acme.bob, message)
        reply = await done.reply()
    assert "There is no web address in that message." in reply.text
    assert answers.asked == []


@pytest.mark.parametrize("wanted", ["off", "on"])
async def test_previews_are_shown_where_they_are_wanted_of_what_is_known(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers, wanted: str
) -> None:
    answers.known["https://harbour.example/1"] = ARTICLE_ANSWER
    urls = ("https://harbour.example/1", "https://harbour.example/unknown")
    async with connected(slack, tmp_path, clock, answers, SLACK_UNFURL=wanted) as connection:
        done = await slack.people.link_shared(slack.acme.news, slack.acme.bob, *urls)
        await connection.inbound.work.idle()
    assert done.ack_s is not None
    # The blocks of a preview are no message, and have no text beside them.
    assert {violation.code for violation in slack.forgive()} <= {"no_fallback"}
    shown = [list(unfurl.unfurls) for unfurl in slack.ledger.unfurls]
    assert shown == ([["https://harbour.example/1"]] if wanted == "on" else [])


async def test_a_preview_that_slack_does_not_take_is_in_the_log_with_its_reason(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    answers = Answers(known={"https://harbour.example/1": ARTICLE_ANSWER})
    slack.slack.refused["chat.unfurl"] = "cannot_unfurl_url"
    async with connected(slack, tmp_path, clock, answers, SLACK_UNFURL="on") as connection:
        await slack.people.link_shared(slack.acme.news, slack.acme.bob, "https://harbour.example/1")
        await connection.inbound.work.idle()
    (told,) = [r.getMessage() for r in caplog.records if "preview" in r.getMessage()]
    assert "cannot_unfurl_url" in told
    assert "Traceback" not in caplog.text


# --- what nobody listens to, and what goes wrong ------------------------------------------------


async def test_what_nobody_listens_to_is_acknowledged(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        command = await slack.people.slash(acme.news, acme.bob, "x", command="/other")
        event = await slack.people.event(acme.team, acme.bob, {"type": "team_rename", "name": "x"})
        shortcut = await slack.people.shortcut("gone", acme.bob)
        reply = await (await slack.people.slash(acme.news, acme.bob, "help")).reply()
        reply.blocks[-1]["elements"][0]["action_id"] = "of_an_older_version"
        press = await slack.people.press(reply, "of_an_older_version", user=acme.bob)
    acks = [done.ack_s for done in (command, event, shortcut, press)]
    assert None not in acks
    assert answers.texts == ["help"]


async def test_the_environment_means_nothing_to_the_libraries(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-somebody-else")
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        reply = await (await slack.people.slash(acme.news, acme.bob, "help")).reply()
        await (await slack.people.press(reply, "share", user=acme.bob)).reply()
        await (await slack.people.mention(acme.news, acme.bob, "help")).reply()
    assert len(answers.asked) == 3


async def test_a_closed_socket_is_opened_again(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers):
        await slack.socket.close()
        await slack.socket.connected(2)
        await (await slack.people.slash(slack.acme.news, slack.acme.bob, "a")).reply()
        await slack.socket.cut()
        await slack.socket.connected(3)
        await (await slack.people.slash(slack.acme.news, slack.acme.bob, "b")).reply()
        await slack.socket.disconnect("refresh_requested")
        await slack.socket.connected(4)
        await (await slack.people.slash(slack.acme.news, slack.acme.bob, "c")).reply()
    assert answers.texts == ["a", "b", "c"]


async def test_an_outage_ends_and_a_new_address_is_asked_for(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    async with connected(slack, tmp_path, clock, answers):
        await slack.stop_listening()
        await slack.socket.cut()
        slack.slack.tickets.clear()
        await slack.listen()
        await slack.socket.connected(2)
        await (await slack.people.slash(slack.acme.news, slack.acme.bob, "a")).reply()
    assert answers.texts == ["a"]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("SLACK_BOT_TOKEN", "OAuth & Permissions"), ("SLACK_APP_TOKEN", "connections:write")],
)
async def test_a_token_slack_does_not_take_is_an_error_with_a_remedy(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, name: str, remedy: str
) -> None:
    wrong = f"{'xoxb' if 'BOT' in name else 'xapp'}-wrong"
    with pytest.raises(SettingsError) as caught:
        async with connected(slack, tmp_path, clock, Answers(), **{name: wrong}):
            pass
    assert "invalid_auth" in caught.value.message
    assert remedy in caught.value.remedy
    assert wrong not in str(caught.value)


async def test_an_answer_waits_as_long_as_slack_says(
    slack: SlackServer, tmp_path: Path, clock: FakeClock, answers: Answers
) -> None:
    wait = Fault(Moment.READ, Act.ANSWER, status=429, headers={"Retry-After": "7"})
    slack.plan.add(wait, times=1)
    async with connected(slack, tmp_path, clock, answers):
        done = await slack.people.mention(slack.acme.news, slack.acme.bob, "help")
        await done.reply()
    assert clock.slept == [7.0]


async def test_no_token_and_no_message_is_in_the_log(
    slack: SlackServer,
    tmp_path: Path,
    clock: FakeClock,
    answers: Answers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("slack_bolt").setLevel(logging.DEBUG)
    logging.getLogger("slack_sdk").setLevel(logging.DEBUG)
    acme = slack.acme
    async with connected(slack, tmp_path, clock, answers):
        await (await slack.people.slash(acme.news, acme.bob, "canary in the mine")).reply()
        await (await slack.people.mention(acme.news, acme.bob, "canary in the mine")).reply()
        await slack.stop_listening()
        await slack.socket.cut()
        await slack.listen()
        await slack.socket.connected(2)
    for secret in ("canary", "xoxb", "xapp", "/response/"):
        assert secret not in caplog.text


# --- payloads, pure -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("alibaba", "alibaba"),
        ("<@UBOT> alibaba", "alibaba"),
        ("<@UBOT|intelbrief>  alibaba <@U2|ann>", "alibaba ann"),
        ("summarize <https://a.example/?a=1&amp;b=2>", "summarize https://a.example/?a=1&b=2"),
        ("summarize <https://a.example/|a.example>", "summarize https://a.example/"),
        ("search <#C1|news> &lt;b&gt;", "search news <b>"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_what_was_typed(sent: str, meant: str) -> None:
    assert typed(sent, bot_user="UBOT") == meant


def test_links_also_of_rich_text_and_no_more_than_three() -> None:
    section = {"type": "rich_text_section", "elements": []}
    for n in range(5):
        section["elements"].append({"type": "link", "url": f"https://a.example/{n}"})
    message = {"text": "", "blocks": [{"type": "rich_text", "elements": [section]}]}
    assert links(message) == tuple(f"https://a.example/{n}" for n in range(3))
    assert links({"text": "<javascript:alert(1)> <mailto:a@b.example>"}) == ()


def test_ids_are_of_the_thing_and_not_of_its_delivery() -> None:
    event = {"type": "event_callback", "event_id": "Ev1"}
    assert delivery_id(event) == "slack event Ev1"
    assert delivery_id({"trigger_id": "1.2", "command": "/intel"}) == "slack command 1.2"
    press = {"type": "block_actions", "trigger_id": "1.2"}
    assert delivery_id(press) == "slack block_actions 1.2"
    assert delivery_id({"a": 1}) == delivery_id({"a": 1}) != delivery_id({"a": 2})
    assert not is_from_a_person({"user": "USLACKBOT"}, "U1")
    assert is_from_a_person({"user": "U2"}, "U1")


async def test_it_is_enabled_by_a_token(slack: SlackServer, tmp_path: Path) -> None:
    none = settings_of(slack, tmp_path, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")
    assert package.enabled(none) is False
    some = settings_of(slack, tmp_path)
    assert package.enabled(some) is True
    assert package.NAME == "slack"
