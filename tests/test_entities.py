"""Which organisations a text names, and which one a reader means.

Rules are tested on a small catalogue of its own; the last part asks the shipped one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.catalog import parse_entities
from briefings.entities import Matcher
from briefings.model import Role, Tag
from briefings.text.names import folded

SHIPPED = Path(__file__).resolve().parents[1] / "config" / "entities.toml"

CATALOGUE = """
namesakes = ["GX Motors", "新艾克潮", "Zee"]

[[organisation]]
id = "acme"
name = "Acme"
name_zh = "艾克"
kind = "company"
aliases = ["Acme Group", "Zee"]
tickers = ["ACMX", "0911.HK", "AX"]
media = [{ name = "Harbour Post", hosts = ["harbour.example"] }]

[[organisation]]
id = "acme-films"
name = "Acme Films"
name_zh = "艾克影业"
kind = "unit"
part_of = "acme"
ambiguous = ["Silver"]

[[organisation]]
id = "parcel"
name = "Parcel"
name_zh = "鱼宝"
kind = "unit"
part_of = "acme-films"

[[organisation]]
id = "globex"
name = "Globex"
name_zh = "环球云"
kind = "rival"
exact = ["GX"]
ambiguous = ["Silver"]
tickers = ["GX"]
"""


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(parse_entities(CATALOGUE))


@pytest.fixture(scope="module")
def shipped() -> Matcher:
    return Matcher(parse_entities(SHIPPED.read_text("utf-8")))


def named(matcher: Matcher, text: str) -> list[tuple[str, str]]:
    return [(one.organisation, text[one.start : one.end]) for one in matcher.mentions(text)]


# --- in text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # words and their boundaries
        ("Acme said.", [("acme", "Acme")]),
        ("ACME, acme and ＡＣＭＥ", [("acme", "ACME"), ("acme", "acme"), ("acme", "ＡＣＭＥ")]),
        ("Acmeric, Acmes, anacme, acme9, acme_x", []),
        ("Acme's, Acme’s, Acme-backed, (Acme)", [("acme", "Acme")] * 4),
        ("Acmé and acme.com", [("acme", "acme")]),
        # the longest name from the left
        ("Acme Films", [("acme-films", "Acme Films")]),
        ("Acme Filmstar", [("acme", "Acme")]),
        ("the Acme\nGroup", [("acme", "Acme\nGroup")]),
        ("Acme\u00a0Group", [("acme", "Acme\u00a0Group")]),
        # Chinese, in both scripts and beside Latin letters
        ("艾克与环球云合作", [("acme", "艾克"), ("globex", "环球云")]),
        ("艾克影業投資魚寶", [("acme-films", "艾克影業"), ("parcel", "魚寶")]),
        ("環球雲Acme店", [("globex", "環球雲"), ("acme", "Acme")]),
        # names in one case only, shared names and namesakes
        ("GX or gx", [("globex", "GX")]),
        ("GX Motors", []),
        ("新艾克潮与艾克", [("acme", "艾克")]),
        ("Silver and Zee", []),
        # tickers
        ("ACMX rose, acmx did not", [("acme", "ACMX")]),
        ("AX or $AX", [("acme", "AX")]),
        ("(NYSE: AX; HKEX:911) AX: AX", [("acme", "AX"), ("acme", "911")]),
        (
            "港交所：00911，艾克-W（00911）",
            [("acme", "00911"), ("acme", "艾克"), ("acme", "00911")],
        ),
        ("0911.HK, 10911.HK, (911 HK), 911, $911", [("acme", "0911.HK"), ("acme", "911 HK")]),
        ("", []),
    ],
)
def test_mentions(matcher: Matcher, text: str, wanted: list[tuple[str, str]]) -> None:
    assert named(matcher, text) == wanted


@given(
    st.lists(
        st.one_of(st.text(max_size=5), st.sampled_from(["Acme", "艾克影业", "İ", "’s", "$AX"]))
    )
)
def test_mentions_are_exact_spans_in_order(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert len(folded(text)) == len(text)
    end_before = 0
    found = Matcher(parse_entities(CATALOGUE)).mentions(text)
    for mention in found:
        assert end_before <= mention.start < mention.end <= len(text)
        end_before = mention.end
    if not found:
        assert Matcher(parse_entities(CATALOGUE)).tags("", text) == ()


# --- of an article --------------------------------------------------------------------------------

FILLER = "Nothing of note was said on that day by anybody in the trade. " * 6


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        ("News", FILLER, []),
        ("Globex wins", FILLER, [("globex", "subject", "globex")]),
        ("News", f"Globex wins. {FILLER}", [("globex", "subject", "globex")]),
        ("News", f"{FILLER} Globex too.", [("globex", "passing", "globex")]),
        (
            "News",
            f"One. Two. Three, by Globex. {FILLER}",
            [("globex", "subject", "globex")],
        ),
        (
            "鱼宝",
            f"{FILLER} Globex",
            [
                ("parcel", "subject", "parcel"),
                ("acme-films", "subject", "parcel"),
                ("acme", "subject", "parcel"),
                ("globex", "passing", "globex"),
            ],
        ),
        (
            "Parcel and Acme",
            "",
            [
                ("parcel", "subject", "parcel"),
                ("acme-films", "subject", "parcel"),
                ("acme", "subject", "acme"),
            ],
        ),
        (
            "Parcel",
            f"{FILLER} Acme",
            [
                ("parcel", "subject", "parcel"),
                ("acme-films", "subject", "parcel"),
                ("acme", "subject", "parcel"),
            ],
        ),
        (
            "Globex",
            f"{FILLER} Parcel; Acme",
            [
                ("globex", "subject", "globex"),
                ("parcel", "passing", "parcel"),
                ("acme-films", "passing", "parcel"),
                ("acme", "passing", "acme"),
            ],
        ),
    ],
)
def test_tags(matcher: Matcher, title: str, body: str, wanted: list[tuple[str, str, str]]) -> None:
    tags = [Tag(organisation, Role(role), unit) for organisation, role, unit in wanted]
    assert list(matcher.tags(title, body)) == tags


# --- by name --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("acme", "acme"),
        (" ACME group ", "acme"),
        ("ＡＣＭＥ-ＧＲＯＵＰ", "acme"),
        ("zee", "acme"),
        ("艾克影業", "acme-films"),
        ("魚宝", "parcel"),
        ("acme-films", "acme-films"),
        ("ax", "acme"),
        ("$AX", "acme"),
        ("911", "acme"),
        ("0911", "acme"),
        ("00911.hk", "acme"),
        ("HK:00911", "acme"),
        ("NYSE: gx", "globex"),
        ("（NYSE：GX）".strip("（）"), "globex"),
    ],
)
def test_a_name_in_any_spelling_is_resolved(matcher: Matcher, query: str, id: str) -> None:
    found = matcher.resolve(query)
    assert (found.organisation, found.nearest, found.ambiguous) == (id, (), False)


def test_a_shared_name_is_ambiguous(matcher: Matcher) -> None:
    found = matcher.resolve("silver")
    assert (found.organisation, found.ambiguous) == (None, True)
    assert found.nearest == ("acme-films", "globex")


def test_the_beginning_of_several_names_is_ambiguous_unless_one_owns_the_others() -> None:
    organisations = """
    organisation = [
      { id = "north", name = "Northern Rail", kind = "x" },
      { id = "northern-cargo", name = "Northern Rail Cargo", kind = "x", part_of = "north" },
      { id = "steel", name = "Northern Steel", kind = "x" },
    ]
    """
    matcher = Matcher(parse_entities(organisations))
    assert matcher.resolve("northern").ambiguous
    assert set(matcher.resolve("northern").nearest) == {"north", "steel"}
    family = matcher.resolve("Northern R")
    assert (family.ambiguous, family.nearest[0], len(family.nearest)) == (False, "north", 3)


@given(st.text(max_size=20))
def test_an_unknown_name_always_brings_three_others(query: str) -> None:
    found = Matcher(parse_entities(CATALOGUE)).resolve(query)
    if found.organisation is None:
        assert found.ambiguous or len(set(found.nearest)) == 3
    else:
        assert found.nearest == ()


@pytest.mark.parametrize(
    ("query", "nearest"), [("globx", "globex"), ("acme flims", "acme-films"), ("环球", "globex")]
)
def test_the_nearest_name_comes_first(matcher: Matcher, query: str, nearest: str) -> None:
    assert matcher.resolve(query).nearest[0] == nearest


def test_owners_and_names_to_show(matcher: Matcher) -> None:
    assert [matcher.owner(id) for id in ("parcel", "acme", "dissolved")] == [
        "acme",
        "acme",
        "dissolved",
    ]
    assert matcher.display("parcel") == "Parcel"
    assert matcher.display("parcel", "zh") == "鱼宝"
    assert matcher.display("dissolved") == "dissolved"
    assert "namesakes" not in matcher.organisations


@pytest.mark.parametrize(
    ("publisher", "url", "owner"),
    [
        ("harbour post", "", "acme"),
        ("Somebody", "https://news.harbour.example/1", "acme"),
        ("Somebody", "https://notharbour.example/1", None),
        ("Parcel", "", "acme"),
        ("Silver", "https://[broken", None),
        ("", "", None),
    ],
)
def test_the_owner_of_a_publisher(
    matcher: Matcher, publisher: str, url: str, owner: str | None
) -> None:
    assert matcher.owner_of_publisher(publisher, url) == owner


# --- the shipped catalogue ------------------------------------------------------------------------


def test_the_shipped_catalogue_is_large_enough(shipped: Matcher) -> None:
    assert len(shipped.organisations) >= 60
    kinds = {one.kind for one in shipped.organisations.values()}
    assert {"company", "unit", "holding", "rival", "regulator", "investee"} <= kinds


@pytest.mark.parametrize(
    ("query", "id"),
    [
        *((query, "alibaba") for query in ("alibaba", "BABA", "9988.HK", "09988", "NYSE: BABA")),
        *((query, "alibaba") for query in ("阿里巴巴", "阿里", "ali", "Alibaba Group Holding")),
        *((query, "taobao") for query in ("淘宝", "淘寶", "Taobao")),
        *((query, "weibo") for query in ("新浪微博", "微博", "WB", "sina weibo")),
        *((query, "tencent") for query in ("騰訊", "腾讯", "700", "0700.HK", "TCEHY")),
        ("SINA", "sina"),
        ("京東", "jd"),
        ("支付宝", "alipay"),
    ],
)
def test_the_names_readers_use(shipped: Matcher, query: str, id: str) -> None:
    assert shipped.resolve(query).organisation == id


@pytest.mark.parametrize(("query", "nearest"), [("tencnet", "tencent"), ("阿里爸爸", "alibaba")])
def test_a_typing_slip_is_answered_with_the_right_name(
    shipped: Matcher, query: str, nearest: str
) -> None:
    assert shipped.resolve(query).nearest[0] == nearest


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Tencent Music Entertainment joined Tencent.", ["tencent-music", "tencent"]),
        ("Tencentric people play Tencent Musicals", ["tencent"]),
        ("Taobao.com links open in WeChat, said JD.com", ["taobao", "wechat", "jd"]),
        (
            "Ant Group's Alipay+ and Sina Weibo (NASDAQ: WB)",
            ["ant-group", "alipay", "weibo", "weibo"],
        ),
        ("WB, SE and IQ are letters", []),
        ("阿里巴巴影业更名大麦娱乐", ["damai", "damai"]),
        ("騰訊微博停運，新浪微博仍在", ["tencent-weibo", "weibo"]),
        ("美国证监会与香港证监会、中国证监会", ["sec", "sfc", "csrc"]),
    ],
)
def test_names_in_texts(shipped: Matcher, text: str, ids: list[str]) -> None:
    assert [mention.organisation for mention in shipped.mentions(text)] == ids


@pytest.mark.parametrize(
    "text",
    [
        "JD Vance and Muhammad Ali met Ant-Man in the Amazon rainforest.",
        "A meta-analysis of important merchants, significant quality and mental math",
        "阿里山的小微信贷客户走过南京东路",
        "北美团队提升华为人处世的新浪潮",
        "江苏宁波之间，查阅文件的商务部门，普通义务教育",
        "喝小米粥，滴滴答答，小虎牙，你饿了么",
    ],
)
def test_words_that_only_look_like_names(shipped: Matcher, text: str) -> None:
    assert named(shipped, text) == []


def test_every_name_of_the_catalogue_finds_its_organisation(shipped: Matcher) -> None:
    for one in shipped.organisations.values():
        for name in (one.id, one.name, one.name_zh, *one.aliases, *one.exact, *one.tickers):
            assert not name or shipped.resolve(name).organisation == one.id
        assert one.id in {mention.organisation for mention in shipped.mentions(one.name)} or (
            shipped.mentions(one.name) == ()
        )
