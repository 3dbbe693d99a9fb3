"""Hypothesis strategies for feeds: plain ones, and odd ones that feedparser reads its own way."""

from __future__ import annotations

from itertools import chain

from hypothesis import strategies as st

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "atom": "http://www.w3.org/2005/Atom",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
        "wfw": "http://wellformedweb.org/CommentAPI/",
        "thr": "http://purl.org/syndication/thread/1.0",
        "webfeeds": "http://webfeeds.org/rss/1.0",
    }.items()
)

PLAIN_TEXTS = [
    *("", "words", " A &amp; B ", "<![CDATA[<p>para</p>]]>", "be<!-- not -->fore", "阿里 腾讯"),
    *("&lt;b&gt;x&lt;/b&gt;", "café Zürich", "a<![CDATA[b]]>c", "&#8220;quoted&#8221;", "]]&gt;"),
    *("&#x1F600;", "  \n ", "Bob Brown (bob@example.com)", "ed@x.org (Ed)"),
    *("Bob &lt;bob@x.co.uk&gt;", "&amp;nbsp;", "&#160;x&#160;", "\u2028x"),
]
ODD_TEXTS = [
    *PLAIN_TEXTS,
    *(
        "Ã©tÃ©",
        "\x93q\x94",
        "&#133;",
        "<b>nested</b>",
        "<?pi x?>after",
        "a & b",
        "&nbsp;",
        "&#0;",
        "\x01",
    ),
]
ADDRESSES = [
    *("https://x.org/a", "https://x.org/?a=1&amp;b=2", "/rel", "rel?q=1", "//h.org/p", "12345"),
    *("http:///a", "javascript:alert(1)", "tag:x.org,2024:1", "urn:uuid:1", "https://x.org/?"),
    *("HTTP://X.org/A#", "https://x.org/a;b?c#d", " https://x.org/s ", "http://[bad", "mailto:a@b"),
    *("?p=1&amp;amp;q=2", "https://x.org/?a=1&amp;copy;=2", "https://x.org/é"),
]
DATES = ["Mon, 06 May 2013 10:00:00 GMT", "2013-05-07T10:00:00Z", "no date", ""]


def element(name: str, texts: list[str], **attributes: list[str]) -> st.SearchStrategy[str]:
    optional = st.fixed_dictionaries(
        {}, optional={n.replace("_", ":"): st.sampled_from(v) for n, v in attributes.items()}
    )
    return st.builds(
        lambda given, text: f"<{name}{_written(given)}>{text}</{name}>",
        optional,
        st.sampled_from(texts),
    )


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def _some(*strategies: st.SearchStrategy[str], most: int = 1) -> st.SearchStrategy[list[str]]:
    """Each of the elements up to `most` times, in any order."""
    lists = [st.lists(strategy, max_size=most) for strategy in strategies]
    return st.tuples(*lists).flatmap(lambda drawn: st.permutations([*chain.from_iterable(drawn)]))


def _holder(name: str, parts: st.SearchStrategy[list[str]]) -> st.SearchStrategy[str]:
    return parts.map(lambda drawn: f"<{name}>{''.join(drawn)}</{name}>")


_MEDIA = st.sampled_from(
    [
        '<media:content url="https://i.org/1.jpg" medium="image"/>',
        '<media:group><media:content url="z"/><media:keywords>a,b</media:keywords></media:group>',
        '<media:thumbnail url="x"/>',
    ]
)
_ODD_MEDIA = st.one_of(
    element("media:title", ODD_TEXTS),
    element("media:description", ODD_TEXTS),
    element("media:title", ODD_TEXTS).map(lambda t: f"<media:content url='u'>{t}</media:content>"),
)


def _rss_item(texts: list[str], *odd: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    plain = _some(
        element("title", texts),
        element("description", texts),
        element("content:encoded", texts),
        element("dc:creator", texts),
        element("pubDate", DATES),
        element("guid", ADDRESSES, isPermaLink=["true", "false"]),
        element("link", ADDRESSES),
        element("category", texts, domain=["d"]),
        element("comments", ADDRESSES),
        element("slash:comments", ["3"]),
        element("wfw:commentRss", ADDRESSES),
        _MEDIA,
        st.just('<enclosure url="https://e.org/a.mp3" length="1" type="audio/mpeg"/>'),
        st.just('<post-id xmlns="com-wordpress:feed-additions:1">12</post-id>'),
    )
    extra = st.lists(st.one_of(*odd), max_size=2) if odd else st.just([])
    parts = st.tuples(plain, extra).flatmap(lambda two: st.permutations(two[0] + two[1]))
    return _holder("item", parts)


def _rss(item: st.SearchStrategy[str], texts: list[str], root: list[str]) -> st.SearchStrategy[str]:
    head = _some(
        element("title", texts),
        element("link", ADDRESSES),
        element("language", ["en", "zh-CN", ""]),
        element("managingEditor", texts),
        element("copyright", texts),
        element("lastBuildDate", DATES),
        st.just("<image><url>u</url><title>i</title><link>l</link></image>"),
        st.just('<atom:link href="x" rel="self"/>'),
        st.just("<ttl>5</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>"),
        st.just("<sy:updatePeriod>hourly</sy:updatePeriod>"),
    )
    channel = st.tuples(head, st.lists(item, max_size=3)).map(lambda p: "".join(p[0] + p[1]))
    return st.builds(
        lambda attributes, inside: (
            f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}{attributes}>'
            f"<channel>{inside}</channel></rss>"
        ),
        st.sampled_from(root),
        channel,
    )


def _text_construct(name: str, texts: list[str], types: list[str]) -> st.SearchStrategy[str]:
    return element(name, texts, type=types)


def _person(name: str, texts: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(texts).map(
        lambda text: f"<{name}><name>{text}</name><email>a@b.org</email></{name}>"
    )


def _atom_entry(
    texts: list[str], names: list[str], types: list[str], *odd: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    plain = _some(
        _text_construct("title", texts, types),
        _text_construct("summary", texts, types),
        _text_construct("content", texts, types),
        element("id", ADDRESSES),
        element("published", DATES),
        element("updated", DATES),
        _person("author", names),
        _person("contributor", names),
        st.just('<category term="x"/>'),
        _MEDIA,
    )
    link = st.builds(
        '<link href="{}" rel="{}" type="{}"/>'.format,
        st.sampled_from(ADDRESSES),
        st.sampled_from(["alternate", "ALTERNATE", "self", "enclosure"]),
        st.sampled_from(["text/html", "TEXT/html", "application/xhtml+xml", "audio/mpeg"]),
    )
    extra = st.lists(st.one_of(link, *odd), max_size=3)
    parts = st.tuples(plain, extra).flatmap(lambda two: st.permutations(two[0] + two[1]))
    return _holder("entry", parts)


def _atom(entry: st.SearchStrategy[str], texts: list[str]) -> st.SearchStrategy[str]:
    head = _some(
        _text_construct("title", texts, ["text", "html"]),
        _text_construct("subtitle", texts, ["text", "html"]),
        element("id", ADDRESSES),
        element("updated", DATES),
        _person("author", ["Ann"]),
        st.just('<link href="x" rel="self"/>'),
        st.just("<generator>g</generator><icon>i</icon>"),
    )
    inside = st.tuples(head, st.lists(entry, max_size=3)).map(lambda p: "".join(p[0] + p[1]))
    attributes = st.sampled_from(["", ' xml:lang="de"', ' xml:base="https://base.org/x/"'])
    return st.builds(
        lambda given, feed: (
            f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}{given}>{feed}</feed>'
        ),
        attributes,
        inside,
    )


_ODD_RSS = (
    *(element(name, ODD_TEXTS, type=["html"]) for name in ("title", "description", "foo")),
    *(element(name, ODD_TEXTS) for name in ("author", "dc:title", "dc:subject", "itunes:author")),
    *(element(name, ODD_TEXTS) for name in ("itunes:summary", "itunes:image", "webfeeds:icon")),
    *(element(name, DATES) for name in ("dc:date", "date", "updated", "pubDate")),
    element("source", ODD_TEXTS, url=["https://s.org"]),
    element("link", ADDRESSES, xml_base=["https://b.org/"], href=ADDRESSES),
    element("guid", ADDRESSES, isPermaLink=["yes"]),
    element("atom:link", [""], href=ADDRESSES, rel=["alternate", "self"]),
    _ODD_MEDIA,
)
_ODD_ATOM = (
    *(element(name, ODD_TEXTS) for name in ("dc:creator", "rights", "source", "webfeeds:icon")),
    element("title", ODD_TEXTS, type=["html"], xml_lang=["fr"]),
    element("link", [""], href=ADDRESSES, url=ADDRESSES),
    st.just('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x</div></content>'),
    _ODD_MEDIA,
)

_NAMES = ["Ann", "阿里研究员", "O&apos;Neil"]

plain_feeds = st.one_of(
    _rss(_rss_item(PLAIN_TEXTS), PLAIN_TEXTS, ["", ' xml:lang="en-US"']),
    _atom(_atom_entry(PLAIN_TEXTS, _NAMES, ["text", "html", "HTML", "text/plain"]), PLAIN_TEXTS),
)
odd_feeds = st.one_of(
    _rss(_rss_item(ODD_TEXTS, *_ODD_RSS), ODD_TEXTS, ["", ' xml:base="https://base.org/x/"']),
    _atom(
        _atom_entry(ODD_TEXTS, [*_NAMES, "", "a@b.org"], ["xhtml", "image/png"], *_ODD_ATOM),
        ODD_TEXTS,
    ),
)
