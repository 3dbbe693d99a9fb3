"""10,000 generated titles that try to be more than text: 0 mentions, 0 forged links."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC

import pytest

from bot.platforms.slack.limits import check
from bot.platforms.slack.markup import Page, pages, plain
from bot.platforms.slack.outbound import present
from briefings.answers import Answer
from briefings.render import link, markdown
from briefings.text.hygiene import clean
from tests.fakes.answers import ANSWERS
from tests.fakes.hostile import SIGNS, WORDS, answer_of, title
from tests.slack.slack_grammar import label_forges, read

TITLES = 10_000
AN_ANSWER = 20
ANSWERS_A_TEST = 100

MENTIONS = (
    "<@U1>", "<@U012AB3CD|boss>", "<@W1>", "@U1", "@here", "@channel", "@everyone", "<!here>",
    "<!channel>", "<!everyone>", "<!here|here>", "<!subteam^S1>", "<!subteam^S1|@team>", "<#C1>",
    "<#C1|general>", "#general", "<!date^1392734382^{date} at {time}|soon>",
    "<!date^1^x^https://e.x|y>",
    "&lt;!here&gt;", "&#60;!here&#62;", "&amp;lt;@U1&amp;gt;", "<<@U1>>", "<\u200b!here>",
    "＜!here＞",
    "\\<!channel\\>", "<!channel", "!channel>", "`<!here>`", "<@U1\n>",
)  # fmt: skip
LINKS = (
    "<http://evil.example|bank.com>", "<https://evil.example>", "https://evil.example/x",
    "http://bank.com@evil.example", "www.evil.example", "evil.example", "[bank.com](https://evil.example)",
    "[x]: https://evil.example", "![p](https://evil.example/p.png)", "<mailto:a@evil.example|mail>",
    "a@evil.example", "<tel:+1>", "<javascript:alert(1)|x>", "javascript:alert(1)", "ftp://evil.example",
    "<https://evil.example/?q=<x>|https://bank.com>", "slack://open", "https://ba\u0430nk.com",
    "<https://evil.example>)", "https\\://evil.example", "[a][b]", "<a href='https://evil.example'>",
)  # fmt: skip
MARKS = (
    "*bold*", "_it_", "~no~", "~~no~~", "`code`", "```fence```", "``", "> quote", "&gt; quote",
    "# head", "## Sources", "- item", "1. item", "1) item", "| a | b |", "| --- |", "---", "***",
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
    "https://x{n}/" + "a" * 3_000,
)  # fmt: skip
KINDS = (MENTIONS, LINKS, MARKS, SIGNS, WORDS)


def hostile(rng: random.Random, number: int) -> tuple[Answer, list[str], set[str]]:
    """An answer with twenty hostile titles, and the addresses of its sources as we link them."""
    titles = [title(rng, KINDS) for _ in range(AN_ANSWER)]
    urls = [rng.choice(ADDRESSES).format(n=n) for n in range(AN_ANSWER)]
    linked = {str(link(url))[1:-1] for url in urls if str(link(url)).startswith("<")}
    return answer_of(number, titles, urls), titles, linked


def assert_inert(page: Page, linked: set[str]) -> None:
    assert check({"blocks": page.blocks, "text": page.text}) == ()
    assert json.loads(json.dumps(page.blocks)) == list(page.blocks)
    seen = read(page.blocks, page.text)
    assert seen.mentions == []
    assert seen.marked == []
    assert seen.colons == []
    assert {url for url, _ in seen.links} <= linked
    assert [pair for pair in seen.links if label_forges(*pair)] == []
    said = "".join(seen.letters)
    assert clean(said) == said


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", clean(text))


@pytest.mark.parametrize("batch", range(TITLES // AN_ANSWER // ANSWERS_A_TEST))
def test_no_title_pings_forges_a_link_or_breaks_a_message(batch: int) -> None:
    rng = random.Random(4_000 + batch)
    for number in range(ANSWERS_A_TEST):
        answer, titles, linked = hostile(rng, number)
        made = pages(markdown(answer))
        for page in made:
            assert page.blocks
            assert_inert(page, linked)
        said = squeezed("".join("".join(read(page.blocks, "").letters) for page in made))
        for each in titles:
            if len(each) < 60:
                # CommonMark itself replaces NUL; `text.hygiene` has dropped it long before.
                assert squeezed(each.replace("\x00", "\ufffd")) in said


def test_the_buttons_of_hostile_answers_are_inert_too() -> None:
    rng = random.Random(77)
    for number in range(10):
        answer, titles, linked = hostile(rng, number)
        for page, sources in ((1, False), (2, False), (99, True)):
            shown = present(answer, titles[0], UTC, page=page, sources=sources)
            assert_inert(shown, linked)
        sole = present(answer, titles[0], UTC, shared=True, by="U0SHARER")
        (mention,) = read(sole.blocks, sole.text).mentions
        assert json.loads(mention) == {"type": "user", "user_id": "U0SHARER"}


@pytest.mark.parametrize("by", ["", "U1>", "<!here>", "here", "U1|x", "u012", "@U1", "U1\n"])
def test_nothing_but_a_user_id_is_mentioned(by: str) -> None:
    page = present(ANSWERS["briefing"], "acme", UTC, shared=True, by=by)
    assert read(page.blocks, page.text).mentions == []


@pytest.mark.parametrize("text", [*MENTIONS, *LINKS, *MARKS, *SIGNS])
def test_markdown_of_somebody_else_has_no_mention_either(text: str) -> None:
    """An operator's template may print what it likes; only its own links remain."""
    for page in pages(f"# {text}\n\n{text}\n\n- {text}\n\n| a |\n|---|\n| {text} |\n"):
        seen = read(page.blocks, page.text)
        assert (seen.mentions, seen.marked) == ([], [])
        assert [pair for pair in seen.links if label_forges(*pair)] == []
        assert check({"blocks": page.blocks, "text": page.text}) == ()
    assert read((), plain(text)).mentions == []


@pytest.mark.parametrize(
    ("blocks", "text", "mentions", "links"),
    [
        ([], "<!here> <@U1|x>", 2, 0),
        ([], "<https://evil.example|bank.com>", 0, 1),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "<#C1>"}}], "", 1, 0),
        ([{"type": "rich_text", "elements": [{"type": "broadcast", "range": "here"}]}], "", 1, 0),
        ([{"type": "header", "text": {"type": "plain_text", "text": "<!here>"}}], "", 0, 0),
        ([], "&lt;!here&gt;", 0, 0),
    ],
)
def test_the_reading_of_slacks_rules_finds_what_there_is(
    blocks: list[dict[str, object]], text: str, mentions: int, links: int
) -> None:
    seen = read(blocks, text)
    assert (len(seen.mentions), len(seen.links)) == (mentions, links)


@pytest.mark.parametrize(
    ("url", "label", "forges"),
    [
        ("https://evil.example/a", "bank.com", True),
        ("https://evil.example/a", "evil.example.bank.com", True),
        ("https://evil.example/a", "evil.example/a", False),
        ("https://evil.example/a", "evil.example", False),
        ("https://evil.example", "еvil.example", True),
    ],
)
def test_a_label_of_another_host_is_known_for_what_it_is(
    url: str, label: str, forges: bool
) -> None:
    assert label_forges(url, label) is forges
