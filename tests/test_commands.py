"""The command grammar, which words name organisations, and errors as answers."""

from __future__ import annotations

import contextlib
import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import answer
from bot.grammar import (
    Action,
    AddSource,
    Brief,
    Chronicle,
    Command,
    Facts,
    Manage,
    Page,
    RemoveSource,
    Search,
    Show,
    Subscribe,
    Summarise,
    parse,
)
from bot.helping import COMPLETIONS, HELP, HELP_CHINESE
from bot.vocabulary import CHINESE, COMMANDS
from briefings.answers import Choice, Failure, Help
from briefings.entities import Matcher
from briefings.errors import InputError
from briefings.facts import Kind
from briefings.model import Organisation, Precision, Published
from briefings.naming import Naming
from briefings.query import Ago, after
from briefings.subscriptions import Scope
from briefings.topics import read_topics
from tests.fakes.articles import day
from tests.fakes.catalogue import NAMING, ORGANISATIONS
from tests.fakes.subscribing import somebody


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/intel alibaba", Brief("alibaba")),
        ("alibaba", Brief("alibaba")),
        ("  intel   alibaba   tencent ", Brief("alibaba tencent")),
        ("／ｉｎｔｅｌ　ａｌｉｂａｂａ", Brief("alibaba")),
        ("/INTEL 阿里巴巴", Brief("阿里巴巴")),
        ("/intel 9988.HK", Brief("9988.HK")),
        ("acme since 30d", Brief("acme", Ago(30, "d"))),
        ("acme SINCE 2W", Brief("acme", Ago(2, "w"))),
        ("acme since 6m", Brief("acme", Ago(6, "m"))),
        ("acme since 1y", Brief("acme", Ago(1, "y"))),
        ("acme since 2023", Brief("acme", day("2023"))),
        ("acme since 2023-01", Brief("acme", day("2023-01"))),
        ("acme since 2023-01-31", Brief("acme", day("2023-01-31"))),
        ("acme globex since 2016 asof 2018-06", Brief("acme globex", day("2016"), day("2018-06"))),
        ("acme asof 2018-06 since 2016", Brief("acme", day("2016"), day("2018-06"))),
        ("/intel timeline acme", Chronicle("acme")),
        ("/intel facts acme", Facts("acme")),
        ("facts acme globex stakes", Facts("acme globex", Kind.STAKE)),
        ("facts acme joint ventures since 1y", Facts("acme", Kind.JOINT_VENTURE, Ago(1, "y"))),
        ("facts acme joint_venture", Facts("acme", Kind.JOINT_VENTURE)),
        ("facts acme FIGURES asof 2018-06", Facts("acme", Kind.METRIC, None, day("2018-06"))),
        ("facts stake", Facts("stake")),
        (
            "Timeline acme globex since 1y asof 2018-06",
            Chronicle("acme globex", Ago(1, "y"), day("2018-06")),
        ),
        ("search ant group", Search("ant group")),
        ("search 蚂蚁 集团", Search("蚂蚁 集团")),
        ("summarize https://a.example/Ａ", Summarise("https://a.example/Ａ")),
        ("summarise https://a.example/", Summarise("https://a.example/")),
        ("TLDR https://a.example/", Summarise("https://a.example/")),
        ("sources", Show(Page.SOURCES)),
        ("sources add https://a.example/feed", AddSource("https://a.example/feed")),
        ("sources remove 12", RemoveSource(12)),
        ("sources remove #12", RemoveSource(12)),
        ("subscribe acme", Subscribe("acme")),
        ("/intel Subscribe Acme Cloud Globex", Subscribe("Acme Cloud Globex")),
        ("subscribe acme weekly mon 09:00", Subscribe("acme", ("weekly", "mon", "09:00"))),
        (
            "subscribe acme globex daily at 18:30 Asia/Shanghai as Full",
            Subscribe("acme globex", ("daily", "at", "18:30", "Asia/Shanghai"), "full"),
        ),
        ("subscribe acme as headlines hourly", Subscribe("acme", ("hourly",), "headlines")),
        ("subscribe acme as full", Subscribe("acme", (), "full")),
        ("subscribe dnb as weekly tue", Subscribe("dnb as", ("weekly", "tue"))),
        ("subscribe dnb as weekly tue as full", Subscribe("dnb as", ("weekly", "tue"), "full")),
        ("subscribe 阿里巴巴 每周一 9点", Subscribe("阿里巴巴", ("每周一", "9点"))),
        ("subscribe acme at ９：００", Subscribe("acme", ("at", "9:00"))),
        ("subscriptions", Show(Page.SUBSCRIPTIONS)),
        ("unsubscribe 1", Manage(Action.UNSUBSCRIBE, 1)),
        ("pause #2", Manage(Action.PAUSE, 2)),
        ("RESUME 3", Manage(Action.RESUME, 3)),
        ("preview ＃４", Manage(Action.PREVIEW, 4)),
        ("/intel send 999999999", Manage(Action.SEND, 999_999_999)),
        ("dismiss 0", Manage(Action.DISMISS, 0)),
        ("topics", Show(Page.TOPICS)),
        ("Status", Show(Page.STATUS)),
        ("help", Show(Page.HELP)),
        ("", Show(Page.HELP)),
        ("?", Show(Page.HELP)),
        ("--help", Show(Page.HELP)),
        ("/intel /intel alibaba", Brief("alibaba")),
        ("/intel intel", Brief("intel")),
        ("/status", Show(Page.STATUS)),
        ("/intel", Show(Page.HELP)),
    ],
)
def test_grammar(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("acme since", "since"),
        ("acme since yesterday", "yesterday"),
        ("acme since 0d", "0d"),
        ("acme since 1989", "1989"),
        ("acme since 30d more", "more"),
        ("acme asof 30d", "30d"),
        ("acme since 1y since 2y", "since"),
        ("since 30d", "topic"),
        ("timeline", "timeline needs a topic"),
        ("facts", "facts needs a topic"),
        ("timeline since 30d", "topic"),
        ("timeline acme since never", "never"),
        ("search", "search"),
        ("tldr", "tldr"),
        ("sources add", "sources add"),
        ("sources remove", "sources remove"),
        ("sources remove x", "sources remove"),
        ("sources destroy", "destroy"),
        ("sources remove 1 2", "sources remove"),
        ("subscribe", "subscribe needs a topic"),
        ("subscribe weekly mon", "subscribe needs a topic"),
        ("subscribe acme daily as", "as needs"),
        ("pause", "pause needs the number"),
        ("resume x", "resume needs the number"),
        ("preview 1 2", "preview needs the number"),
        ("send ##1", "send needs the number"),
        ("send -1", "send needs the number"),
        ("send 1.5", "send needs the number"),
        ("unsubscribe all", "unsubscribe needs the number"),
        ("dismiss 1234567890", "dismiss needs the number"),
        ("x" * 2_001, "2,000"),
        ('""', "no letter and no digit"),
        ("%", "no letter and no digit"),
        ("facts %", "no letter and no digit"),
        ("tldr foo", "'foo' is no address"),
        ("summarize ftp://x.y/z", "no address"),
        ("sources add foo", "'foo' is no address"),
        ("sources add " + "x" * 1_900, "xx…' is no address"),
        ("acme since 2023-02-30", "February 2023 has 28 days"),
        ("acme asof 2023-13", "no year has a month 13"),
        ("acme asof 1800", "from before 1995"),
    ],
)
def test_what_cannot_be_understood_is_named_with_a_remedy(text: str, names: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert names in caught.value.message
    assert caught.value.remedy or "longer" in caught.value.message


@given(st.text(max_size=300))
def test_any_text_is_a_command_or_an_input_error(text: str) -> None:
    with contextlib.suppress(InputError):
        parse(text)


def test_help_lists_what_can_be_parsed_and_nothing_of_later_releases() -> None:
    shown = {usage.split()[1] for usage, _ in HELP}
    words = {"facts", "timeline", "search", "summarize", "subscribe"}
    assert shown == {"<topic>", *words, *Action, *Page, "帮助"}
    for usage, _ in HELP:
        example = usage.replace("<topic>", "acme").replace("<words>", "ant group")
        example = example.replace("<url>", "https://a.example/").replace("<n>", "1")
        parse(example)
    offered = [text for text, _ in COMPLETIONS]
    assert len(set(offered)) == len(offered)
    assert {"sources add", "subscribe", "subscriptions", "send"} <= set(offered)


def test_the_chinese_help_has_the_same_commands_and_each_can_be_parsed() -> None:
    shown = [usage.split()[1] for usage, _ in HELP_CHINESE]
    assert {COMMANDS.get(word, "<topic>") for word in shown} == {
        usage.split()[1] for usage, _ in HELP if "帮助" not in usage
    }
    assert set(CHINESE) == {word for word in shown if not word.startswith("<")}
    for usage, _ in HELP_CHINESE:
        example = usage.replace("<公司>", "阿里巴巴").replace("<词语>", "蚂蚁 集团")
        parse(example.replace("<网址>", "https://a.example/").replace("<编号>", "1"))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("帮助", Show(Page.HELP, chinese=True)),
        ("/intel 幫助", Show(Page.HELP, chinese=True)),
        ("/情报 阿里巴巴", Brief("阿里巴巴")),
        ("阿里巴巴 自 30天", Brief("阿里巴巴", Ago(30, "d"))),
        ("阿里巴巴 起始 2周 截至 2018-06", Brief("阿里巴巴", Ago(2, "w"), day("2018-06"))),
        ("阿里巴巴 自 6个月", Brief("阿里巴巴", Ago(6, "m"))),
        ("阿里巴巴 自 1年", Brief("阿里巴巴", Ago(1, "y"))),
        ("阿里巴巴 自 2018年", Brief("阿里巴巴", day("2018"))),
        ("/intel 事实 微博", Facts("微博")),
        ("事實 阿里巴巴 入股", Facts("阿里巴巴", Kind.STAKE)),
        ("facts alibaba 入股", Facts("alibaba", Kind.STAKE)),
        ("事实 阿里巴巴 腾讯 投资", Facts("阿里巴巴 腾讯", Kind.INVESTMENT)),
        ("事实 阿里巴巴 收购 自 1年", Facts("阿里巴巴", Kind.ACQUISITION, Ago(1, "y"))),
        ("事实 阿里巴巴 減持", Facts("阿里巴巴", Kind.DIVESTMENT)),
        ("事实 阿里巴巴 合作", Facts("阿里巴巴", Kind.PARTNERSHIP)),
        ("事实 阿里巴巴 合资", Facts("阿里巴巴", Kind.JOINT_VENTURE)),
        ("事实 阿里巴巴 罚款", Facts("阿里巴巴", Kind.REGULATORY)),
        ("事实 阿里巴巴 数据", Facts("阿里巴巴", Kind.METRIC)),
        ("事实 阿里巴巴 目标", Facts("阿里巴巴", Kind.TARGET)),
        ("时间线 阿里巴巴 腾讯", Chronicle("阿里巴巴 腾讯")),
        ("搜索 蚂蚁 集团", Search("蚂蚁 集团")),
        ("搜尋 Weibo", Search("Weibo")),
        ("摘要 https://a.example/Ａ", Summarise("https://a.example/Ａ")),
        ("来源", Show(Page.SOURCES)),
        ("来源 列表", Show(Page.SOURCES)),
        ("来源 添加 https://a.example/feed", AddSource("https://a.example/feed")),
        ("來源 移除 3", RemoveSource(3)),
        ("订阅 微博 每天", Subscribe("微博", ("每天",))),
        ("訂閱 微博 每天早上八点半", Subscribe("微博", ("每天早上八点半",))),
        ("订阅 阿里巴巴 腾讯 工作日 下午三点 样式 Full",
         Subscribe("阿里巴巴 腾讯", ("工作日", "下午三点"), "full")),
        ("订阅 微博 每月1日", Subscribe("微博", ("每月1日",))),
        ("订阅列表", Show(Page.SUBSCRIPTIONS, chinese=True)),
        ("退订 2", Manage(Action.UNSUBSCRIBE, 2)),
        ("暂停 #2", Manage(Action.PAUSE, 2)),
        ("恢復 2", Manage(Action.RESUME, 2)),
        ("预览 ２", Manage(Action.PREVIEW, 2)),
        ("发送 2", Manage(Action.SEND, 2)),
        ("忽略 2", Manage(Action.DISMISS, 2)),
        ("主题", Show(Page.TOPICS, chinese=True)),
        ("狀態", Show(Page.STATUS, chinese=True)),
    ],
)  # fmt: skip
def test_grammar_in_chinese(text: str, command: Command) -> None:
    assert parse(text) == command


def test_the_example_of_a_subscription_says_everything_it_can() -> None:
    (usage,) = [usage for usage, _ in HELP if usage.startswith("/intel subscribe ")]
    assert parse(usage.replace("<topic>", "acme")) == Subscribe(
        "acme", ("weekly", "mon", "09:00", "Asia/Shanghai"), "full"
    )


# --- which words name organisations -------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("acme", ("acme",)),
        ("ACME", ("acme",)),
        ("9111.HK", ("acme",)),
        ("艾克美", ("acme",)),
        ("acme cloud", ("acme-cloud",)),
        ("initech south office", ("initech",)),
        ("acme globex", ("acme", "globex")),
        ("globex group acme cloud", ("globex", "acme-cloud")),
        ("initech south office globex group", ("initech", "globex")),
        ("acme and globex", ("acme", "globex")),
        ("acme, globex", ("acme", "globex")),
        ("acme & globex", ("acme", "globex")),
        ("acme/globex", ("acme", "globex")),
        ("9111.hk globex", ("acme", "globex")),
        ("艾克美和环球公司", ("acme", "globex")),
        ("艾克美、环球公司", ("acme", "globex")),
        ("艾克美环球公司", ("acme", "globex")),
        ("艾克美云环球公司", ("acme-cloud", "globex")),
        ("acme acme", ("acme",)),
    ],
)
def test_topics(words: str, topics: tuple[str, ...]) -> None:
    assert read_topics(words, NAMING) == topics


def test_a_name_made_of_two_others_names_asks_about_the_two() -> None:
    unit = Organisation(id="acme-globex", name="Acme Globex", name_zh="艾克美环球", part_of="acme")
    naming = Naming(Matcher((*ORGANISATIONS, unit)))
    assert read_topics("acme globex", naming) == ("acme", "globex")
    assert read_topics("艾克美环球", naming) == ("acme-globex",)
    assert read_topics("acme-globex", naming) == ("acme-globex",)


def test_an_unknown_topic_brings_the_nearest_three() -> None:
    choice = read_topics("acmee", NAMING)
    assert isinstance(choice, Choice)
    assert not choice.ambiguous
    assert (choice.query, choice.names[0]) == ("acmee", "Acme")
    assert len(choice.names) == len(choice.commands) == 3
    assert choice.commands[0] == "/intel Acme"


def test_one_unknown_topic_of_two_keeps_the_other_and_the_period() -> None:
    choice = read_topics("acme globexx", NAMING, period=" since 30d")
    assert isinstance(choice, Choice)
    assert choice.query == "globexx"
    assert choice.commands[0] == "/intel acme Globex since 30d"
    choice = read_topics("globexx acme", NAMING)
    assert isinstance(choice, Choice)
    assert choice.commands[0] == "/intel Globex acme"


def test_a_choice_offers_the_command_that_was_given() -> None:
    choice = read_topics("acmee", NAMING, call="/intel timeline", period=" since 30d")
    assert isinstance(choice, Choice)
    assert choice.commands[0] == "/intel timeline Acme since 30d"
    with pytest.raises(InputError) as caught:
        read_topics("acme globex initech", NAMING, call="/intel timeline")
    assert caught.value.remedy == "Ask about two of them: /intel timeline Acme Globex."


def test_an_ambiguous_topic_asks_which_one() -> None:
    choice = read_topics("quicksilver", NAMING)
    assert isinstance(choice, Choice)
    assert choice.ambiguous
    assert choice.names == ("Mercury Bank", "Mercury Press")


def test_three_topics_are_too_many() -> None:
    with pytest.raises(InputError, match="not 3"):
        read_topics("acme globex initech", NAMING)


@pytest.mark.parametrize("words", ["initech acme globex", "acme globex initech"])
def test_a_unit_called_as_two_others_is_never_taken_for_them_among_three(words: str) -> None:
    unit = Organisation(id="acme-globex", name="Acme Globex", name_zh="艾克美环球", part_of="acme")
    naming = Naming(Matcher((*ORGANISATIONS, unit)))
    with pytest.raises(InputError, match="not 3: ") as caught:
        read_topics(words, naming)
    assert "艾克美环球" in caught.value.remedy
    assert read_topics("initech 艾克美环球", naming) == ("initech", "acme-globex")
    assert read_topics("acme globex acme", naming) == ("acme", "globex")
    for joined in ("initech / acme globex", "initech and Acme Globex", "initech、acme globex"):
        assert read_topics(joined, naming) == ("initech", "acme-globex")


@given(st.text(min_size=1, max_size=60))
def test_any_words_are_topics_or_a_choice(words: str) -> None:
    try:
        found = read_topics(words, NAMING)
    except InputError:
        return
    assert isinstance(found, Choice) or 1 <= len(found) <= 2


# --- periods ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (Ago(30, "d"), "2024-02-29"),
        (Ago(2, "w"), "2024-03-16"),
        (Ago(1, "m"), "2024-02-29"),
        (Ago(13, "m"), "2023-02-28"),
        (Ago(1, "y"), "2023-03-30"),
        (Ago(9999, "y"), "1995-03-30"),
        (Ago(9999, "w"), "1995-01-01"),
    ],
)
def test_a_length_of_time_back_leads_to_a_day(ago: Ago, expected: str) -> None:
    now = datetime(2024, 3, 30, 12, 30, tzinfo=UTC)
    assert str(ago.before(now)) == expected


@pytest.mark.parametrize(
    ("date", "first_after"),
    [
        (day("2018"), datetime(2019, 1, 1, tzinfo=UTC)),
        (day("2018-01"), datetime(2018, 2, 1, tzinfo=UTC)),
        (day("2018-12"), datetime(2019, 1, 1, tzinfo=UTC)),
        (day("2018-12-31"), datetime(2019, 1, 1, tzinfo=UTC)),
        (
            Published(datetime(2018, 1, 1, 9, 59, tzinfo=UTC), Precision.MINUTE),
            datetime(2018, 1, 1, 10, 0, tzinfo=UTC),
        ),
    ],
)
def test_as_of_a_date_includes_all_of_it(date: Published, first_after: datetime) -> None:
    assert after(date) == first_after


# --- carrying out -------------------------------------------------------------------------------


class DeskOfFaults:
    """Raises what it is told to, from every question."""

    language = "en"

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def search(self, words: str, scope: Scope) -> None:
        raise self.error

    async def brief(self, words: str, **_: object) -> Choice:
        return Choice(words, ambiguous=False, names=(), commands=())


async def test_an_error_of_ours_is_an_answer_with_its_remedy() -> None:
    desk = DeskOfFaults(InputError("The moon is full.", remedy="Wait a week."))
    assert await answer("search x", desk, somebody()) == Failure(
        "The moon is full.", "Wait a week."
    )  # type: ignore[arg-type]
    assert isinstance(await answer("search", desk, somebody()), Failure)  # type: ignore[arg-type]


async def test_an_unforeseen_error_is_a_reference_and_a_log_entry(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = DeskOfFaults(ZeroDivisionError("secret detail"))
    with caplog.at_level(logging.ERROR):
        failure = await answer("search x", desk, somebody())  # type: ignore[arg-type]
    assert isinstance(failure, Failure)
    assert "secret" not in failure.message + failure.remedy
    (record,) = caplog.records
    reference = failure.message.partition("reference ")[2][:8]
    assert reference in record.getMessage()
    assert record.exc_info


async def test_help_needs_no_desk_and_a_slip_of_the_pen_is_seen() -> None:
    desk = DeskOfFaults(ZeroDivisionError())
    assert await answer("help", desk, somebody()) == Help(HELP)  # type: ignore[arg-type]
    assert await answer("帮助", desk, somebody()) == Help(HELP_CHINESE, "zh")  # type: ignore[arg-type]
    desk.language = "zh"
    assert await answer("help", desk, somebody()) == Help(HELP_CHINESE, "zh")  # type: ignore[arg-type]
    desk.language = "en"
    failure = await answer("serach ant group", desk, somebody())  # type: ignore[arg-type]
    assert isinstance(failure, Failure)
    assert failure.remedy == "Did you mean /intel search ant group?"
    failure = await answer("unsubscrib 2", desk, somebody())  # type: ignore[arg-type]
    assert isinstance(failure, Failure)
    assert failure.remedy == "Did you mean /intel unsubscribe 2?"
    assert isinstance(await answer("acme weekly", desk, somebody()), Choice)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("help facts", ["/intel facts <topic>"]),
        ("help /facts", ["/intel facts <topic>"]),
        ("help 事实", ["/intel 事实 <公司>"]),
        ("帮助 事实", ["/intel 事实 <公司>"]),
        ("help tldr", ["/intel summarize <url>"]),
        ("help sources",
         ["/intel sources", "/intel sources add <url>", "/intel sources remove <n>"]),
        ("help zh", [usage for usage, _ in HELP_CHINESE]),
        ("help acme", "There is no command 'acme'."),
        ("status now", "status takes no further words."),
        ("topics china", "topics takes no further words."),
    ],
)  # fmt: skip
async def test_words_after_a_page_are_answered_and_not_taken_for_a_name(
    text: str, said: list[str] | str
) -> None:
    desk = DeskOfFaults(ZeroDivisionError())
    found = await answer(text, desk, somebody())  # type: ignore[arg-type]
    if isinstance(found, Help):
        assert [usage for usage, _ in found.commands] == said
    else:
        assert isinstance(found, Failure)
        assert found.message == said
        assert text not in found.remedy
