"""10,000 generated titles that try to be more than text: 0 mentions, 0 forged links."""

from __future__ import annotations

import random
import re
from datetime import UTC

import pytest

from bot.platforms.discord.limits import check
from bot.platforms.discord.markup import Page, pages, spoken
from bot.platforms.discord.outbound import Button, present
from bot.platforms.discord.runs import LONGEST_ADDRESS
from briefings.answers import Answer
from briefings.render import link, markdown
from briefings.text.hygiene import clean
from tests.discord_platform.discord_grammar import label_forges, plain_address, read
from tests.fakes.hostile import SIGNS, WORDS, answer_of, title

TITLES = 10_000
AN_ANSWER = 20
ANSWERS_A_TEST = 100
OURS = {"bold", "italic", "subtext", "list", "code"}
"""The styles our own Markdown is shown in."""

MENTIONS = (
    "<@1>", "<@!80351110224678912>", "<@&165511591545143296>", "<#103735883630395392>", "@everyone",
    "@here", "</airhorn:816437322781949972>", "</a b:1>", "<t:1618953630>", "<t:1618953630:R>",
    "<:mmLol:216154654256398347>", "<a:b1nzy:392938283556143104>", "<id:customize>", "<id:guide>",
    "<id:linked-roles:1>", "<@1", "@1>", "<<@1>>", "<\u200b@1>", "＠everyone", "@\u200beveryone",
    "\\<@1>", "\\@everyone", "\\\\@here", "`<@1>`", "<@1\n>", "@@everyone", "&lt;@1&gt;",
    "&#64;everyone", "@every**one**", "<@", "@", "#general", "<#1>", "```@here```",
)  # fmt: skip
LINKS = (
    "<http://evil.example|bank.com>", "<https://evil.example>", "[bank.com](<https://evil.example>)",
    "[a](https://evil.example \"bank.com\")", "](https://evil.example)", "[bank.com", "discord://x/y",
    "steam://run/1", "HTTPS://evil.example", "discord.gg/abcdef", "<+4912345>", "<a@evil.example>", "https://evil.example/x",
    "http://bank.com@evil.example", "www.evil.example", "evil.example", "[bank.com](https://evil.example)",
    "[x]: https://evil.example", "![p](https://evil.example/p.png)", "<mailto:a@evil.example|mail>",
    "a@evil.example", "<tel:+1>", "<javascript:alert(1)|x>", "javascript:alert(1)", "ftp://evil.example",
    "<https://evil.example/?q=<x>|https://bank.com>", "https://ba\u0430nk.com",
    "<https://evil.example>)", "https\\://evil.example", "[a][b]", "<a href='https://evil.example'>",
)  # fmt: skip
MARKS = (
    "*bold*", "_it_", "~no~", "~~no~~", "`code`", "```fence```", "``", "> quote", "&gt; quote",
    "# head", "## Sources", "-# small", "### x", "||secret||", "|", "__under__", "***x***", "> > x",
    ">>> all", "* item", "+ item", "2023. item", "¯\\_(ツ)_/¯", "_a", "a_", "*a", "**a", "~~a",
    "`a", "- item", "1. item", "1) item", "| a | b |", "| --- |", "---", "***",
    "\\", "\\\\", "&", "&amp;", "<", ">", "<>", "&lt;", "**", "__", "[1]", "\\[1\\]", "{{ 7*7 }}",
    "{% raw %}", "<script>", "<!-- x -->", "]]>", '"', "'", '"}]}', "\\u003c!here\\u003e", "\t",
    "$",
)  # fmt: skip
ADDRESSES = (
    "https://harbour.example/{n}?a=1&b=2", "http://harbour.example:8080/{n}",
    "https://例子.example/路径{n}",
    "https://user:bank.com@harbour.example/{n}",
    "https://bank.com\\@evil.example/{n}",
    "javascript:{n}",
    "https://harbour.example/{n}|https://bank.com", "https://harbour.example/<!here>{n}",
    "", "ftp://x/{n}",
    "https://harbour.example/https://bank.com/{n}", "https://[::1]/{n}",
    "https://harbour.example/\u202e{n}",
    "https://bank.com.harbour.example/{n}", "https://harbour.example/{n}#<@U1>",
    "https://x{n}/" + "a" * 3_000, "https://harbour.example/(a)_b_*c*~~{n}~~)",
    "https://a_b_c.example/{n}", "https://harbour.example/{n}?x=@everyone&y=<@1>",
    "https://harbour.example/{n})[x](https://bank.com)", "https://harbour.example/`{n}`||x||",
)  # fmt: skip
KINDS = (MENTIONS, LINKS, MARKS, SIGNS, WORDS)


def hostile(rng: random.Random, number: int) -> tuple[Answer, list[str], set[str]]:
    """An answer with twenty hostile titles, and the addresses of its sources as we link them."""
    titles = [title(rng, KINDS) for _ in range(AN_ANSWER)]
    urls = [rng.choice(ADDRESSES).format(n=n) for n in range(AN_ANSWER)]
    addresses = [str(link(url)) for url in urls]
    linked = {
        plain_address(each[1:-1])
        for each in addresses
        if each.startswith("<") and len(each) - 2 <= LONGEST_ADDRESS
    }
    return answer_of(number, titles, urls), titles, linked


def assert_inert(page: Page, linked: set[str], buttons: tuple[Button, ...] = ()) -> None:
    assert (page.content, check({"content": page.content, "embeds": page.embeds})) == ("", ())
    seen = read(page.content, page.embeds)
    assert seen.mentions == []
    assert seen.emoji == []
    assert set(seen.styles) <= OURS
    assert {plain_address(url) for url, _ in seen.links} <= linked
    assert [pair for pair in seen.links if label_forges(*pair)] == []
    assert clean(seen.text) == seen.text
    assert read(spoken(page.embeds)).mentions == []
    for button in buttons:
        assert clean(button.label) == button.label
        assert 1 <= len(button.custom_id) <= 100


def squeezed(text: str) -> str:
    """Without white space, and without the selectors that one may take its letter away from."""
    return re.sub(r"[\s\ufe0f]+", "", clean(text))


@pytest.mark.parametrize("batch", range(TITLES // AN_ANSWER // ANSWERS_A_TEST))
def test_no_title_pings_forges_a_link_or_breaks_a_message(batch: int) -> None:
    rng = random.Random(5_000 + batch)
    for number in range(ANSWERS_A_TEST):
        answer, titles, linked = hostile(rng, number)
        made = pages(markdown(answer))
        for page in made:
            assert_inert(page, linked)
        said = squeezed("".join(read("", page.embeds).text for page in made))
        for each in titles:
            if len(each) < 60:
                # CommonMark itself replaces NUL; `text.hygiene` has dropped it long before.
                assert squeezed(each.replace("\x00", "\ufffd")) in said


def test_the_buttons_of_hostile_answers_are_inert_too() -> None:
    rng = random.Random(77)
    for number in range(6):
        answer, titles, linked = hostile(rng, number)
        for page, shared in ((1, False), (2, False), (99, False), (1, True)):
            shown, buttons = present(answer, titles[0], UTC, page=page, shared=shared)
            assert_inert(shown, linked, buttons)


@pytest.mark.parametrize("text", [*MENTIONS, *LINKS, *MARKS, *SIGNS])
def test_markdown_of_somebody_else_has_no_mention_either(text: str) -> None:
    """An operator's template may print what it likes; only its own links remain."""
    for page in pages(f"# {text}\n\n{text}\n\n- {text}\n\n| a |\n|---|\n| {text} |\n"):
        seen = read(page.content, page.embeds)
        assert seen.mentions == []
        assert [pair for pair in seen.links if label_forges(*pair)] == []
        assert check({"content": page.content, "embeds": page.embeds}) == ()


@pytest.mark.parametrize(
    ("content", "description", "mentions", "links", "emoji"),
    [
        ("<@1> @everyone", "", 4, 0, 0),
        ("\\@everyone", "", 1, 0, 0),
        ("", "\\@everyone \\<@1>", 0, 0, 0),
        ("", "<#1> <t:1> </a:1> <:x:1>", 4, 0, 0),
        ("", "https://evil.example <https://evil.example>", 0, 2, 0),
        ("", "[bank.com](https://evil.example)", 0, 1, 0),
        ("", "\\[bank.com\\](https\\://evil.example)", 0, 0, 0),
        ("", "**a https://evil.example/x**", 0, 1, 0),
        ("", ":smile: \\:smile:", 0, 0, 1),
        ("", "- @here", 1, 0, 0),
    ],
)
def test_the_reading_of_discords_rules_finds_what_there_is(
    content: str, description: str, mentions: int, links: int, emoji: int
) -> None:
    seen = read(content, [{"description": description}])
    assert (len(seen.mentions), len(seen.links), len(seen.emoji)) == (mentions, links, emoji)


@pytest.mark.parametrize(
    ("url", "label", "forges"),
    [
        ("https://evil.example/a", "bank.com", True),
        ("https://evil.example/a", "evil.example.bank.com", True),
        ("https://evil.example/a", "evil.example/a", True),
        ("https://evil.example/a", "evil.example", False),
        ("https://evil.example/a", "https://evil.example/a", False),
        ("https://evil.example", "еvil.example", True),
    ],
)
def test_a_label_of_another_host_is_known_for_what_it_is(
    url: str, label: str, forges: bool
) -> None:
    assert label_forges(url, label) is forges
