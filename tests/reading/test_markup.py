"""HTML to text and links to links, on what feeds and pages really contain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.reading.links import clean_link
from briefings.reading.markup import html_to_text, parse_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("AT&amp;T &mdash; 5 &lt; 6", "AT&T — 5 < 6"),
        ("one<p>two\n  three</p>four<br>five", "one\ntwo three\nfour\nfive"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("<p>a<!-- b -->c</p><script>d()</script><style>e{}</style>", "ac"),
        ("<p>a <b>b</b><i>c</i></p>", "a bc"),
        ("<?xml version='1.0' encoding='gb2312'?><p>x</p>", "x"),
        ("<figure><img src=a><figcaption>caption</figcaption></figure><p>x</p>", "x"),
        ("<", "<"),
        ("<!--", ""),
        ("", ""),
    ],
)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(alphabet="<>/=&;\"' abpdivscript!-#0", max_size=200))
def test_any_markup_is_read(html: str) -> None:
    parse_html(html)
    html_to_text(html)


@pytest.mark.parametrize(
    ("link", "cleaned"),
    [
        ("https://a.example/b?c=1", "https://a.example/b?c=1"),
        ("HTTP://A.example", "http://a.example"),
        ("/b", "https://base.example/b"),
        ("//a.example/b", "https://a.example/b"),
        ("https://a.example/?utm_source=x&id=2&fbclid=3#top", "https://a.example/?id=2"),
        ("https://a.example/?ref=4&source=5", "https://a.example/?ref=4&source=5"),
        ("https://user:pass@a.example/", "https://a.example/"),
        ("https://\u0430pple.example/", "https://xn--pple-43d.example/"),
        ("https://a.example/中", "https://a.example/%E4%B8%AD"),
        (" https://a.example/b\n c ", "https://a.example/bc"),
        ("https://[::1]:8080/a", "https://[::1]:8080/a"),
        *((bad, "") for bad in ("javascript:alert(1)", "data:x", "file:///etc/passwd", "http:")),
        *((bad, "") for bad in ("https://", "http://[bad", "mailto:a@b.example", "http://a:b:c/")),
        ("https://a.example/" + "x" * 5000, ""),
    ],
)
def test_links(link: str, cleaned: str) -> None:
    assert clean_link(link, "https://base.example/feed") == cleaned


@given(st.text(max_size=80))
def test_any_link_is_plain_or_dropped(link: str) -> None:
    cleaned = clean_link(link, "https://base.example/feed")

    assert cleaned == "" or cleaned.startswith(("http://", "https://"))
    assert cleaned.isascii()
    assert clean_link(cleaned) == cleaned
