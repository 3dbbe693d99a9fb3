"""The loopback Discord's rules, on a clock that is moved by hand and without sockets."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.servers.discord import Channel, Discord, Guild, Kind, May, World, build
from tests.servers.discord.core import Call, Said, Upload
from tests.servers.discord.interactions import Did, Interaction


@pytest.fixture
def it(clock: FakeClock) -> Discord:
    return build(World(clock))


@pytest.fixture
def guild(it: Discord) -> Guild:
    return it.world.add_guild("Acme")


@pytest.fixture
def news(guild: Guild) -> Channel:
    return guild.add_channel("news")


def ask(it: Discord, method: str, path: str, body: Any = None, **more: Any) -> Said:
    path, _, query = path.partition("?")
    asked = dict(pair.split("=") for pair in query.split("&") if pair)
    headers = {"authorization": f"Bot {it.world.token}"}
    return it.answer(Call(method, path, asked, headers, body, **more))


def post(it: Discord, channel: Channel, **body: Any) -> Said:
    return ask(it, "POST", f"/channels/{channel.id}/messages", body)


def code(said: Said) -> tuple[int, int]:
    return said.status, said.body["code"]


@pytest.fixture(autouse=True)
def truthful(it: Discord) -> Any:
    yield
    assert [str(lie) for lie in it.ledger.lies] == []


def interact(it: Discord, channel: Channel, did: Did = Did.COMMAND, **more: Any) -> Interaction:
    user = more.pop("user", None) or it.world.add_user("ann")
    made = Interaction(
        it.world.new_snowflake(), secrets.token_hex(8), did, user, channel, channel.guild,
        it.clock.now(), **more,
    )  # fmt: skip
    made.payload = {"authorizing_integration_owners": {"0": "1"}}
    it.interactions[made.token] = made
    return made


def respond(it: Discord, made: Interaction, kind: int, **data: Any) -> Said:
    path = f"/interactions/{made.id}/{made.token}/callback"
    return ask(it, "POST", path, {"type": kind, "data": data} if data else {"type": kind})


def hook(it: Discord, made: Interaction, rest: str = "") -> str:
    return f"/webhooks/{it.world.app_id}/{made.token}{rest}"


def test_a_nonce_counts_for_three_minutes_in_its_channel(
    it: Discord, guild: Guild, news: Channel, clock: FakeClock
) -> None:
    def sent(channel: Channel, **more: Any) -> str:
        return str(post(it, channel, content="a", nonce="k", **more).body["id"])

    first = sent(news, enforce_nonce=True)
    assert sent(news, enforce_nonce=True) == first
    assert sent(news) != first
    assert sent(guild.add_channel("other"), enforce_nonce=True) != first
    clock.advance(seconds=181)
    assert sent(news, enforce_nonce=True) != first
    assert len(it.ledger.messages) == 4


def test_a_message_that_was_deleted_is_not_made_again_by_its_nonce(
    it: Discord, news: Channel
) -> None:
    first = post(it, news, content="a", nonce="k", enforce_nonce=True).body["id"]
    assert ask(it, "DELETE", f"/channels/{news.id}/messages/{first}").status == 204
    again = post(it, news, content="a", nonce="k", enforce_nonce=True)
    assert again.body["id"] == first
    assert it.ledger.visible() == []


def test_the_first_response_comes_within_three_seconds_and_once(
    it: Discord, news: Channel, clock: FakeClock
) -> None:
    late = interact(it, news)
    clock.advance(seconds=3.1)
    assert code(respond(it, late, 5)) == (404, 10062)
    made = interact(it, news)
    clock.advance(seconds=2.9)
    assert code(ask(it, "POST", hook(it, made), {"content": "a"})) == (404, 10015)
    assert respond(it, made, 5).status == 204
    assert code(respond(it, made, 4, content="a")) == (400, 40060)
    assert it.ledger.messages[0].thinking
    assert not made.done
    assert ask(it, "PATCH", hook(it, made, "/messages/@original"), {"content": "b"}).status == 200
    assert (made.done, made.text) == (True, "b")


def test_a_token_lasts_fifteen_minutes(it: Discord, news: Channel, clock: FakeClock) -> None:
    made = interact(it, news)
    respond(it, made, 4, content="a", flags=64)
    clock.advance(minutes=15)
    assert ask(it, "POST", hook(it, made), {"content": "b", "flags": 64}).status == 200
    clock.advance(seconds=1)
    assert code(ask(it, "POST", hook(it, made), {"content": "c"})) == (401, 50027)
    assert [(each.text, each.ephemeral) for each in made.messages] == [("a", True), ("b", True)]


def test_the_first_follow_up_takes_the_place_and_privacy_of_a_defer(
    it: Discord, news: Channel
) -> None:
    made = interact(it, news)
    respond(it, made, 5, flags=64)
    ask(it, "POST", hook(it, made), {"content": "a"})
    ask(it, "POST", hook(it, made), {"content": "b"})
    assert [(each.content, each.ephemeral) for each in made.messages] == [("a", True), ("b", False)]


def test_an_app_of_a_user_alone_is_heard_by_them_where_others_may_not(
    it: Discord, guild: Guild, news: Channel
) -> None:
    user = it.world.add_user("eve", installed=True)
    guild.add_member(user)
    news.deny(guild.everyone, May.USE_EXTERNAL_APPS)
    made = interact(it, news, user=user, external=True)
    respond(it, made, 4, content="a")
    assert made.message is not None
    assert (made.message.ephemeral, made.message.to) == (True, user)
    codes = [ask(it, "POST", hook(it, made), {"content": "b"}).status for _ in range(6)]
    assert codes == [200] * 5 + [400]


@pytest.mark.parametrize(("kind", "data"), [(8, {"choices": []}), (6, {}), (7, {"content": "a"})])
def test_a_command_is_not_answered_as_a_button_is(
    it: Discord, news: Channel, kind: int, data: dict[str, Any]
) -> None:
    assert respond(it, interact(it, news), kind, **data).status == 400


def test_completion_takes_twenty_five_choices(it: Discord, news: Channel) -> None:
    def offer(count: int) -> Said:
        choices = [{"name": f"{n}", "value": f"{n}"} for n in range(count)]
        return respond(it, interact(it, news, Did.AUTOCOMPLETE), 8, choices=choices)

    assert offer(25).status == 204
    assert code(offer(26)) == (400, 50035)
    assert it.ledger.violations


_BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "a"}


def _row(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": 1, "components": list(buttons)}]


@pytest.mark.parametrize(
    ("fits", "wrong"),
    [
        ({"content": "x" * 2000}, {"content": "x" * 2001}),
        ({"content": "😀" * 2000}, {"content": "😀" * 2001}),
        (
            {"embeds": [{"description": "x" * 4000}, {"description": "y" * 2000}]},
            {"embeds": [{"description": "x" * 4000}, {"description": "y" * 2001}]},
        ),
        ({"embeds": [{"title": "t"}] * 10}, {"embeds": [{"title": "t"}] * 11}),
        ({"embeds": [{"title": "t" * 256}]}, {"embeds": [{"title": "t" * 257}]}),
        (
            {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 25}]},
            {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        ),
        (
            {"embeds": [{"fields": [{"name": "n", "value": "v" * 1024}]}]},
            {"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]},
        ),
        ({"embeds": [{"title": "t"}]}, {"embeds": [{"color": 1}]}),
        ({"content": "a", "nonce": "n" * 25}, {"content": "a", "nonce": "n" * 26}),
        (
            {"components": _row({**_BUTTON, "custom_id": "c" * 100})},
            {"components": _row({**_BUTTON, "custom_id": "c" * 101})},
        ),
        ({"components": _row(_BUTTON)}, {"components": _row(_BUTTON, _BUTTON)}),
        (
            {"components": _row({**_BUTTON, "label": "l" * 80})},
            {"components": _row({**_BUTTON, "label": "l" * 81})},
        ),
        (
            {"embeds": [{"title": "t", "url": "https://a.example/"}]},
            {"embeds": [{"title": "t", "url": "javascript:alert(1)"}]},
        ),
        (
            {"content": "a", "allowed_mentions": {"parse": []}},
            {"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        ),
    ],
)
def test_limits_of_messages(
    it: Discord, news: Channel, fits: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert post(it, news, **fits).status == 200
    assert it.ledger.violations == []
    said = post(it, news, **wrong)
    assert code(said) == (400, 50035)
    assert said.body["errors"]
    assert it.ledger.violations
    assert len(it.ledger.messages) == 1


def test_an_empty_message_and_a_file_without_a_description(it: Discord, news: Channel) -> None:
    assert code(post(it, news, content="")) == (400, 50006)
    path = f"/channels/{news.id}/messages"
    said = ask(it, "POST", path, {"content": "a"}, files=(Upload("files[0]", "a.png", b"a"),))
    assert code(said) == (400, 50035)


_COMMAND = {"name": "intel", "description": "What companies do", "type": 1}
_OPTION = {"type": 3, "name": "topic", "description": "Whom"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Intel"},
        {"name": "two words"},
        {"name": "x" * 33},
        {"description": ""},
        {"description": "x" * 101},
        {"name_localizations": {"zh-CN": "情报 报"}},
        {"options": [{**_OPTION, "choices": [{"name": "a", "value": "a"}] * 26}]},
        {"options": [_OPTION, {**_OPTION, "name": "with", "required": True}]},
        {"options": [{**_OPTION, "description": "x" * 101}]},
        {"options": [{**_OPTION, "name": f"o{n}"} for n in range(26)]},
    ],
)
def test_limits_of_commands(it: Discord, wrong: dict[str, Any]) -> None:
    path = f"/applications/{it.world.app_id}/commands"
    said = ask(it, "PUT", path, [{**_COMMAND, **wrong}])
    assert code(said) == (400, 50035)
    assert it.commands == {}


def test_commands_keep_their_ids_and_their_versions_until_they_change(it: Discord) -> None:
    path = f"/applications/{it.world.app_id}/commands"
    localised = {**_COMMAND, "name_localizations": {"zh-CN": "情报"}}
    [first] = ask(it, "PUT", path, [localised]).body
    [same] = ask(it, "PUT", path, [localised]).body
    [other] = ask(it, "PUT", path, [{**localised, "description": "Other"}]).body
    assert (first["id"], first["version"]) == (same["id"], same["version"])
    assert other["id"] == first["id"]
    assert other["version"] != first["version"]


def test_commands_are_told_as_they_are_kept(it: Discord) -> None:
    path = f"/applications/{it.world.app_id}/commands"
    chinese = {"name_localizations": {"zh-CN": "情报"}}
    choices = [{"name": "a", "value": "a", **chinese}]
    options = [
        {**_OPTION, **chinese, "required": False, "autocomplete": False, "choices": choices},
        {**_OPTION, "type": 7, "name": "where", "channel_types": [15, 0]},
    ]
    command = {**_COMMAND, **chinese, "contexts": [2, 0], "options": options}
    ask(it, "PUT", path, [command, {**_COMMAND, "name": "help", "options": []}])
    bare, whole = ask(it, "GET", path).body, ask(it, "GET", f"{path}?with_localizations=true").body
    for help_, intel in (bare, whole):
        assert (help_["name"], intel["name"]) == ("help", "intel")
        assert "options" not in help_
        assert (intel["contexts"], intel["dm_permission"]) == ([0, 2], False)
        topic, where = intel["options"]
        assert "required" not in topic
        assert "autocomplete" not in topic
        assert where["channel_types"] == [0, 15]
    assert "_localizations" not in str(bare)
    assert str(whole).count("'name_localizations': {'zh-CN': '情报'}") == 3
    assert whole[0]["name_localizations"] is whole[0]["description_localizations"] is None


def test_the_command_of_an_activity_is_not_left_out_unnoticed(it: Discord) -> None:
    path = f"/applications/{it.world.app_id}/commands"
    launch = {"name": "launch", "type": 4, "handler": 2}
    assert ask(it, "PUT", path, [_COMMAND, launch]).status == 200
    assert code(ask(it, "PUT", path, [_COMMAND])) == (400, 50240)
    assert ask(it, "PUT", path, [launch]).status == 200


def test_a_wrong_token_is_refused_and_counts_towards_a_ban(it: Discord) -> None:
    said = it.answer(Call("GET", "/users/@me", headers={"authorization": "Bot x"}))
    assert code(said) == (401, 0)
    assert it.ledger.invalid == 1


def test_history_is_paged_lags_and_keeps_what_others_wrote_to_itself(
    it: Discord, news: Channel, clock: FakeClock
) -> None:
    ids = []
    for number in range(5):
        ids.append(post(it, news, content=f"{number}").body["id"])
        clock.advance(seconds=1)

    def listed(query: str) -> list[str]:
        found = ask(it, "GET", f"/channels/{news.id}/messages?{query}").body
        return [message["content"] for message in found]

    assert listed(f"after={ids[1]}&limit=2") == ["3", "2"]
    assert listed("limit=2") == ["4", "3"]
    assert listed(f"before={ids[2]}") == ["1", "0"]
    it.history_lag_s = 3
    assert listed("limit=50") == ["2", "1", "0"]


def test_forums_take_threads_and_ask_for_tags(it: Discord, guild: Guild) -> None:
    forum = guild.add_channel("forum", Kind.FORUM, tags=["daily"], requires_tag=True)
    path, body = f"/channels/{forum.id}/threads", {"name": "Daily", "message": {"content": "a"}}
    assert code(ask(it, "POST", path, body)) == (400, 40067)
    made = ask(it, "POST", path, {**body, "applied_tags": list(forum.tags)})
    assert made.status == 201
    assert made.body["message"]["id"] == made.body["id"]
    thread = it.world.channel(made.body["id"])
    assert thread is not None
    thread.archived = True
    found = ask(it, "GET", f"/channels/{forum.id}/threads/archived/public").body["threads"]
    assert [each["id"] for each in found] == [thread.id]
    assert post(it, thread, content="b").status == 200
    assert not thread.archived
    active = ask(it, "GET", f"/guilds/{guild.id}/threads/active").body["threads"]
    assert [each["id"] for each in active] == [thread.id]
    thread.locked = True
    assert code(post(it, thread, content="c")) == (400, 50083)


def test_announcements_are_published_once(it: Discord, guild: Guild, news: Channel) -> None:
    channel = guild.add_channel("announcements", Kind.ANNOUNCEMENT)

    def publish(where: Channel) -> Said:
        id = post(it, where, content="a").body["id"]
        ask(it, "POST", f"/channels/{where.id}/messages/{id}/crosspost")
        return ask(it, "POST", f"/channels/{where.id}/messages/{id}/crosspost")

    assert code(publish(channel)) == (400, 40033)
    assert code(publish(news)) == (400, 50024)


def test_direct_messages_reach_those_who_share_a_guild_and_take_them(
    it: Discord, guild: Guild
) -> None:
    ann, eve = it.world.add_user("ann"), it.world.add_user("eve")
    guild.add_member(ann)

    def open_with(id: str) -> Said:
        return ask(it, "POST", "/users/@me/channels", {"recipient_id": id})

    channel = it.world.channel(open_with(ann.id).body["id"])
    assert channel is not None
    assert post(it, channel, content="a").status == 200
    ann.open = False
    assert code(post(it, channel, content="b")) == (403, 50007)
    assert code(open_with(eve.id)) == (403, 50007)
    assert code(open_with("1")) == (404, 10013)


def _nobody(_guild: Guild, _channel: Channel) -> None:
    pass


def _denied(guild: Guild, channel: Channel) -> None:
    channel.deny(guild.everyone, May.SEND_MESSAGES)


def _for_the_bot(guild: Guild, channel: Channel) -> None:
    _denied(guild, channel)
    channel.allow(guild.me.user, May.SEND_MESSAGES)


def _by_its_role(guild: Guild, channel: Channel) -> None:
    _denied(guild, channel)
    channel.allow(guild.me.roles[0], May.SEND_MESSAGES)


def _administrator(guild: Guild, channel: Channel) -> None:
    _denied(guild, channel)
    guild.me.roles[0].permissions |= May.ADMINISTRATOR


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (_nobody, 200),
        (_denied, 403),
        (_for_the_bot, 200),
        (_by_its_role, 200),
        (_administrator, 200),
    ],
)
def test_overwrites_decide_who_may_write(
    it: Discord,
    guild: Guild,
    news: Channel,
    change: Callable[[Guild, Channel], None],
    status: int,
) -> None:
    change(guild, news)
    assert post(it, news, content="a").status == status
    thread = guild.add_channel("thread", Kind.PUBLIC_THREAD, parent=news)
    assert post(it, thread, content="a").status == 200
    news.deny(guild.everyone, May.SEND_MESSAGES_IN_THREADS)
    expected = 200 if change is _administrator else 403
    assert post(it, thread, content="a").status == expected
