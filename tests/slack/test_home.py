"""The Home tab: its views, and the real app over a socket.

After a wanted change of a view: `GOLDEN=write pytest tests/slack/test_home.py`, and read the
difference before keeping it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack import home as home_tab
from bot.platforms.slack.home_view import (
    Home,
    News,
    Pages,
    Press,
    broken,
    home,
    read_pages,
    read_press,
)
from bot.platforms.slack.limits import check
from bot.platforms.slack.seal import Seal
from briefings.answers import SourceRow, SubscriptionRow
from briefings.errors import StoreError
from briefings.model import FeedDefinition, Health, NewArticle, Precision, Published
from briefings.subscriptions import Principal, Scope, Standing
from tests.conftest import Databases
from tests.fakes.answers import ANSWERS
from tests.fakes.articles import new_article
from tests.fakes.clock import START, FakeClock
from tests.servers.slack import SlackServer, View
from tests.slack.desk import SETTINGS, Desk, golden, open_desk
from tests.slack.shown import shown

BRIEFING = ANSWERS["briefing"]
NEWS = [News(story, BRIEFING.sources[0]) for story in BRIEFING.stories]  # type: ignore[union-attr]


def digests(count: int) -> list[tuple[str, SubscriptionRow]]:
    """Digests of channels with 25 each; every fifth is paused."""
    return [
        (
            f"C{at // 25:03}",
            SubscriptionRow(
                number=at % 25 + 1,
                topics=("Acme", "Globex") if at % 2 else ("Initech",),
                when="weekly on Monday at 09:00, Asia/Shanghai",
                preset="brief",
                next="" if at % 5 == 4 else "Mon 2026-03-09 09:00",
                paused="on request" if at % 5 == 4 else "",
                last="Mon 2026-03-02 09:00" if at % 3 else "",
            ),
        )
        for at in range(count)
    ]


def sources(count: int) -> list[SourceRow]:
    healths = list(Health)
    return [
        SourceRow(
            number=at + 1,
            publisher=f"Paper {at + 1}",
            url=f"https://paper-{at + 1}.example/feed",
            health=healths[at % len(healths)],
            detail="unreachable for 3 h" if healths[at % len(healths)] is Health.FAILING else "",
            kept=at,
            seen=at * 3,
            owned_by="Acme" if at == 1 else "",
            next_check=None,
        )
        for at in range(count)
    ]


MANAGER = Home("U1", Standing.MANAGER, digests(25), sources(12), NEWS, ("Acme", "Globex"))


# --- views --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("home-nothing", home(Home("U1", Standing.MANAGER, [], []), "sealed")),
        ("home-member", home(replace(MANAGER, standing=Standing.MEMBER), "sealed")),
        (
            "home-manager",
            home(replace(MANAGER, pages=Pages(2, 1), notice="Digest 3 (Acme) is paused."), "s"),
        ),
        ("home-unknown-channels", home(Home("U1", Standing.MEMBER, None, sources(1)), "sealed")),
        ("home-broken", broken("This page could not be put together just now. Try again.")),
    ],
)
def test_golden(name: str, view: dict[str, Any]) -> None:
    golden(name, view)


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25, 1_000])
def test_every_digest_and_every_source_is_on_one_page(count: int) -> None:
    numbered = digests(count)
    seen, watched = [], []
    for page in range(1, -(-count // 10) + 1):
        everything = replace(MANAGER, digests=numbered, sources=sources(count))
        view = home(replace(everything, pages=Pages(page, page)), "sealed")
        assert check(view) == ()
        said = shown(view)
        pressed = [
            read_press(button["value"])
            for block in view["blocks"]
            for button in block.get("elements", ())
            if button.get("action_id") == "home_press_send"
        ]
        assert {press.pages for press in pressed if press} == {Pages(page, page)}
        seen += [(press.channel, press.number) for press in pressed if press]
        watched += [line for line in said.splitlines() if " · " in line and "Paper" in line]
        if count > 10:
            first, last = (page - 1) * 10 + 1, min(page * 10, count)
            assert f"({first:,} to {last:,} of {count:,} digests)" in said
            assert f"({first:,} to {last:,} of {count:,} sources)" in said
    assert seen == [(channel, row.number) for channel, row in numbered]
    assert len(set(watched)) == count


def test_a_page_past_the_last_is_the_last() -> None:
    view = home(replace(MANAGER, pages=Pages(99, 0)), "sealed")
    assert "(21 to 25 of 25 digests)" in shown(view)
    assert "(1 to 10 of 12 sources)" in shown(view)


def test_what_fails_comes_first_among_the_sources() -> None:
    said = shown(home(replace(MANAGER, sources=sources(12)), "sealed"))
    listed = [line for line in said.splitlines() if "Paper" in line]
    assert listed[0] == "- **✗ 4. Paper 4** · failing: unreachable for 3 h · 3 of 9 kept"
    assert [line for line in listed if "healthy" in line] == [
        "- **✓ 2. Paper 2** (owned by Acme) · healthy · 1 of 3 kept",
        "- **✓ 8. Paper 8** · healthy · 7 of 21 kept",
    ]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_hostile_texts_stay_text_and_within_the_limits(text: str) -> None:
    row = SubscriptionRow(1, (text, text), text, text, text, "", text)
    source = replace(sources(1)[0], publisher=text, detail=text, owned_by=text)
    story = replace(NEWS[0].story, headline=text)
    cited = replace(BRIEFING.sources[0], publisher=text, url=text)  # type: ignore[union-attr]
    view = home(
        Home("U1", Standing.MANAGER, [("C1", row)] * 10, [source] * 10, [News(story, cited)] * 5,
             (text,), notice=text),
        "sealed",
    )  # fmt: skip
    assert check(view) == ()
    assert kinds(view) <= {
        *("home", "rich_text", "rich_text_section", "rich_text_list", "text", "channel", "user"),
        *("link", "plain_text", "button", "actions", "context", "header", "divider"),
    }


def kinds(value: Any) -> set[str]:
    """The types of everything in a view."""
    if isinstance(value, list):
        return {kind for each in value for kind in kinds(each)}
    if not isinstance(value, dict):
        return set()
    own = {value["type"]} if isinstance(value.get("type"), str) else set()
    return own.union(*(kinds(each) for each in value.values()))


def test_a_story_links_to_the_web_alone_and_shows_the_host() -> None:
    def linked(url: str) -> str:
        source = replace(BRIEFING.sources[0], url=url)  # type: ignore[union-attr]
        return shown(home(replace(MANAGER, news=[News(NEWS[0].story, source)]), "sealed"))

    assert "<https://a.example/x|a.example>" in linked("https://user:pw@a.example/x")
    assert "evil" not in linked("javascript:alert('evil')")


def test_values_of_buttons_are_read_back() -> None:
    press = Press(12, "C0ABC", Pages(3, 4))
    assert read_press(str(press)) == press
    assert read_pages(str(press.pages)) == Pages(3, 4)
    for value in ("", "1", "1 c0 1 1", "1 C0 1", "x C0 1 1", "1 C0 1 1 1", "9999999999 C0 1 1"):
        assert read_press(value) is None
    assert read_pages("２ 1") == read_pages("-1 1") == Pages(1, 1)


# --- the tab in Slack ---------------------------------------------------------------------------


@pytest.fixture
async def desk(
    slack: SlackServer, sqlite_databases: Databases, clock: FakeClock
) -> AsyncIterator[Desk]:
    async with open_desk(slack, sqlite_databases.fresh(), clock) as opened:
        yield opened


def digests_of(view: View) -> list[str]:
    """The digests a tab lists, as number and channel."""
    listed = shown(view.content).partition("# Digests\n")[2].partition("---")[0]
    return [
        f"{line.split('.')[0].strip('*')} {line.rpartition('#')[2]}"
        for line in listed.splitlines()
        if line.startswith("**")
    ]


async def test_an_empty_desk(desk: Desk) -> None:
    view = await desk.open_home(desk.ann)
    assert shown(view.content) == (
        f"@{desk.ann.id}, you may change the digests and sources of this workspace.\n"
        "[Subscribe a channel]  [Refresh]\n"
        "---\n# Digests\n"
        "No channel you can see gets a digest. In a channel, /intel subscribe <topic> weekly mon "
        "09:00 adds one.\n"
        "---\n# Sources\n"
        "Nothing is watched. /intel sources add <url> adds a feed.\n"
        "---\n# What changed lately\n"
        "Nothing to tell yet: /intel topics lists what can be asked.\n"
    )


async def test_another_tab_is_left_alone(desk: Desk) -> None:
    await desk.people.open_home(desk.ann, tab="messages")
    await desk.open_home(desk.bob)
    assert desk.ledger.home(desk.team, desk.ann.id) is None


async def test_one_digest(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    assert (
        f"**1. Acme** · in #{desk.news.id}\n"
        "weekly on Monday at 09:00, Asia/Shanghai · brief\n"
        "Next: Mon 2026-03-02 17:00\n"
        "[Pause]  [Send now]  [Remove]\n"
    ) in shown(view.content)


async def test_everybody_sees_the_channels_they_are_in_managers_every_public_one(
    desk: Desk,
) -> None:
    team, bob, ann = desk.team, desk.bob, desk.ann
    bobs = team.add_channel("bobs", "private", people=[bob, team.bot])
    anns = team.add_channel("anns", "public", people=[ann, team.bot])
    nobodys = team.add_channel("nobodys", "public", people=[team.bot])
    left = team.add_channel("left", "public", people=[bob], member=False)
    hidden = team.add_channel("hidden", "private", people=[ann], member=False)
    for channel in (desk.news, bobs, anns, nobodys, left, hidden, team.direct(bob)):
        await desk.fill(channel, 1)
    seen = digests_of(await desk.open_home(bob))
    assert [each for each in seen if "your" not in each] == [
        f"1 {channel.id}" for channel in (desk.news, bobs, left)
    ]
    assert "in your messages with intelbrief" in shown((await desk.home(bob)).content)
    seen = digests_of(await desk.open_home(ann))
    assert seen == [f"1 {channel.id}" for channel in (desk.news, anns, nobodys, left)]


async def test_another_workspaces_digests_are_not_there(desk: Desk) -> None:
    await desk.fill(desk.news, 1, team="T0OTHER")
    assert digests_of(await desk.open_home(desk.ann)) == []


async def test_without_the_right_to_read_private_channels_public_ones_are_listed(
    desk: Desk,
) -> None:
    desk.team.token.scopes.discard("groups:read")
    await desk.fill(desk.news, 1)
    await desk.fill(desk.board, 1)
    assert digests_of(await desk.open_home(desk.ann)) == [f"1 {desk.news.id}"]


async def test_without_the_right_to_read_channels_none_are_listed(desk: Desk) -> None:
    desk.team.token.scopes -= {"groups:read", "channels:read"}
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    assert "Slack does not tell me which channels you are in" in shown(view.content)
    assert digests_of(view) == []


@pytest.mark.parametrize("count", [25, 1_000])
async def test_long_lists_are_paged(desk: Desk, count: int) -> None:
    channels = [desk.team.add_channel(f"room-{at}") for at in range(count // 25)]
    for channel in channels:
        await desk.fill(channel, 25)
    view = await desk.open_home(desk.ann)
    assert f"(1 to 10 of {count:,} digests)\n[Next]" in shown(view.content)
    view = await desk.press(view, "home_page_digests_next")
    assert f"(11 to 20 of {count:,} digests)\n[Previous]  [Next]" in shown(view.content)
    assert digests_of(view)[0] == f"11 {channels[0].id}"
    view = await desk.press(view, "home_page_digests_next")
    view = await desk.press(view, "home_page_digests_previous")
    assert digests_of(view)[0] == f"11 {channels[0].id}"
    # One look at the channels for all of this: pages are turned without asking Slack again.
    assert len(desk.ledger.calls("users.conversations")) == 1
    await desk.press(view, "home_page_refresh")
    assert len(desk.ledger.calls("users.conversations")) == 2


async def test_sources_are_paged_with_their_health(desk: Desk) -> None:
    await desk.store.sources.sync(
        [
            FeedDefinition(url=f"https://paper-{at}.example/feed", publisher=f"Paper {at}")
            for at in range(12)
        ]
    )
    view = await desk.open_home(desk.bob)
    assert "(12 in all: 12 not checked yet)" in shown(view.content)
    view = await desk.press(view, "home_page_sources_next")
    assert "(11 to 12 of 12 sources)\n[Previous]" in shown(view.content)


async def test_what_changed_lately_is_on_the_topics_of_the_digests(desk: Desk) -> None:
    await desk.store.corpus.add([lately("Acme opens <!channel> a port")])
    await desk.fill(desk.news, 1)
    said = shown((await desk.open_home(desk.bob)).content)
    assert "(On Acme, in the last two weeks)\n- **Acme opens <!channel> a port** · " in said


async def test_without_digests_the_topics_of_most_articles_are_told(desk: Desk) -> None:
    await desk.store.corpus.add([lately("Globex opens a port")])
    said = shown((await desk.open_home(desk.bob)).content)
    assert "(On Globex, in the last two weeks)\n- **Globex opens a port** · " in said


async def test_what_a_workspace_has_for_itself_is_on_its_own_tabs_alone(desk: Desk) -> None:
    here = Scope("slack", desk.team.id, desk.news.id)
    there = Scope("slack", "T-elsewhere", "C1")
    for scope, name in ((here, "Ours"), (there, "Theirs")):
        url = f"https://{name.lower()}.example"
        await desk.store.sources.add(FeedDefinition(f"{url}/feed", f"{name} Gazette"), scope)
        new = replace(lately(f"Globex tells {name.lower()}"), url=f"{url}/1")
        await desk.store.corpus.add(
            [new, replace(new, url=f"{url}/2", title=f"{new.title} 2")], scope
        )
    said = shown((await desk.open_home(desk.bob)).content)
    assert "Ours Gazette" in said
    assert "Globex tells ours" in said
    assert "heirs" not in said
    assert "(1 in all: 1 not checked yet)" in said


async def test_news_that_are_kept_are_kept_for_their_own_workspace(desk: Desk) -> None:
    async def nobody(*_: object) -> Principal:
        raise AssertionError("nobody is asked for")

    here, there = Scope("slack", "T1", "C1"), Scope("slack", "T2", "C1")
    await desk.store.corpus.add([lately("Globex tells ours")], here)
    tab = home_tab._Tab(desk.host, nobody)
    told = [await tab._news(scope, ["Globex"]) for scope in (here, there, here)]
    assert [len(news) for news in told] == [1, 0, 1]
    assert told[0] is told[2]


def lately(title: str) -> NewArticle:
    yesterday = Published(START - timedelta(days=1), Precision.DAY)
    return new_article(title, "", url="https://daily.example/1", published=yesterday)


async def test_pause_resume_send_and_remove(desk: Desk) -> None:
    await desk.fill(desk.news, 2)
    view = await desk.open_home(desk.ann)
    view = await desk.press(view, "home_press_pause")
    said = shown(view.content)
    assert said.startswith("**Digest 1 (Acme) is paused. /intel resume 1 lets it go on.**\n")
    assert "Paused: on request\n[Resume]  [Send now]  [Remove]" in said
    view = await desk.press(view, "home_press_resume")
    assert shown(view.content).startswith("**Digest 1 (Acme) goes on.**\n")
    view = await desk.press(view, "home_press_send")
    assert [each.number for each in desk.digests.sent] == [1]
    view = await desk.press(view, "home_press_remove")
    assert shown(view.content).startswith("**Digest 1 (Acme) has ended.**\n")
    assert digests_of(view) == [f"2 {desk.news.id}"]
    assert [text for text, _ in desk.commands] == ["pause 1", "resume 1", "send 1", "unsubscribe 1"]
    assert {by.scope.channel for _, by in desk.commands} == {desk.news.id}


async def test_removing_asks_first(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    (remove,) = [
        element
        for block in view.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "home_press_remove"
    ]
    assert remove["confirm"]["title"]["text"] == "Remove digest 1?"
    assert remove["confirm"]["deny"]["text"] == "Keep"


async def test_a_member_has_no_buttons(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.bob)
    actions = {e["action_id"] for b in view.blocks if b["type"] == "actions" for e in b["elements"]}
    assert actions == {"home_page_refresh"}


@pytest.mark.parametrize("action", ["pause", "send", "remove"])
async def test_who_is_no_manager_any_more_is_refused_when_they_press(
    desk: Desk, action: str
) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    desk.ann.is_admin = False
    view = await desk.press(view, f"home_press_{action}")
    assert shown(view.content).startswith("**Only the managers of this channel may ")
    assert "[Pause]" not in shown(view.content)
    (row,) = await desk.rows(desk.news)
    assert (row.paused, desk.digests.sent) == ("", [])


async def test_the_same_press_brought_twice_acts_once(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    await desk.press(view, "home_press_send")
    delivery = desk.slack.post.deliveries[-1]
    await desk.slack.post.redeliver(delivery)
    await desk.press(view, "home_page_refresh")
    assert [text for text, _ in desk.commands] == ["send 1"]


@pytest.mark.parametrize("name", ["cellar", "board"])
async def test_a_channel_one_cannot_see_is_not_there_to_press(desk: Desk, name: str) -> None:
    hidden = getattr(desk.slack.acme, name)
    hidden.members.discard(desk.ann.id)
    await desk.fill(desk.news, 1)
    await desk.fill(hidden, 1)
    view = await desk.open_home(desk.ann)
    value = forge(view, "home_press_remove", str(Press(1, hidden.id, Pages())))
    view = await desk.press(view, "home_press_remove", value)
    assert shown(view.content).startswith(f"**{home_tab.GONE}**\n")
    assert len(await desk.rows(hidden)) == 1
    assert desk.commands == []


async def test_another_workspaces_channel_is_not_there_to_press(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    value = forge(view, "home_press_remove", str(Press(1, "C0FOREIGN", Pages())))
    view = await desk.press(view, "home_press_remove", value)
    assert shown(view.content).startswith(f"**{home_tab.GONE}**\n")


@pytest.mark.parametrize("metadata", ["", "forged {}", "another's"])
async def test_a_forged_tab_does_nothing(desk: Desk, metadata: str) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    if metadata == "another's":
        remembered = {"team": desk.team.id, "direct": ""}
        metadata = Seal(SETTINGS).close("home", desk.bob.id, remembered)
    view.content["private_metadata"] = metadata
    view = await desk.press(view, "home_press_remove")
    assert shown(view.content).startswith(f"**{home_tab.STALE}**\n")
    assert len(await desk.rows(desk.news)) == 1


async def test_a_forged_direct_channel_shows_nothing(desk: Desk) -> None:
    await desk.fill(desk.team.direct(desk.bob), 1)
    view = await desk.open_home(desk.ann)
    sealed = view.private_metadata.replace(
        desk.team.direct(desk.ann).id, desk.team.direct(desk.bob).id
    )
    assert sealed != view.private_metadata
    view.content["private_metadata"] = sealed
    view = await desk.press(view, "home_page_refresh")
    assert digests_of(view) == []


async def test_a_value_nobody_understands_does_nothing(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    view = await desk.open_home(desk.ann)
    value = forge(view, "home_press_remove", "1; DROP")
    view = await desk.press(view, "home_press_remove", value)
    assert shown(view.content).startswith(f"**{home_tab.STALE}**\n")


async def test_a_failure_is_said_in_words(desk: Desk) -> None:
    async def fails(*_: object) -> None:
        raise StoreError("The database is full.", remedy="Make room.")

    desk.subscribing.in_workspace = fails  # type: ignore[assignment,method-assign]
    said = shown((await desk.open_home(desk.ann)).content)
    assert said == (
        "# intelbrief\n"
        "This page could not be put together just now. The database is full. Make room.\n"
        "[Try again]\n"
    )


async def test_no_secret_is_in_the_tab(desk: Desk) -> None:
    await desk.fill(desk.news, 1)
    text = json.dumps((await desk.open_home(desk.ann)).content)
    assert not [secret for secret in vars(SETTINGS).values() if secret and secret in text]


def forge(view: View, action: str, value: str) -> str:
    """Put another value into a button; returns it."""
    for block in view.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                element["value"] = value
    return value
