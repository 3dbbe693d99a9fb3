"""A file's or page's bytes to one article; runs in a contained worker.

    bytes -> decode -> what is it? -> page | markdown | pasted -> ParsedArticle

What a document is, its content tells: names and content types are often wrong.
"""

from __future__ import annotations

import re

from briefings.errors import NotAnArticle, ReadingError
from briefings.model import ParsedArticle
from briefings.reading.credits import Credits, plain_publisher
from briefings.reading.encoding import decode
from briefings.reading.links import clean_link
from briefings.reading.markdown import is_markdown, read_markdown
from briefings.reading.page import read_page
from briefings.reading.pasted import LONGEST_TITLE, Pasted, read_pasted
from briefings.text import dates, hygiene, language, tokens

LONGEST_DOCUMENT = 16 * 2**20
LONGEST_TEXT = 2 * 2**20
"""Characters of pasted text or Markdown that are read."""
FEWEST_WORDS = 12
"""Words (a Chinese character is one) below which a text is no article."""
LONGEST_NAME = 120

_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or Office document"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture or recording"),
    (b"\x1f\x8b", "compressed"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "RTF"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a]")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|article|main)[\s>]", re.IGNORECASE)
_ELEMENT = re.compile(
    r"</?(?:p|div|br|a|span|h[1-6]|ul|ol|li|table|img|strong|em|b|i|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
_SAMPLE = 4096


def read_article(data: bytes, content_type: str, url: str, name: str) -> ParsedArticle:
    """Read one article: an HTML page, Markdown, or text as copied from a page.

    `content_type` is the HTTP header and `url` where the document came from, both empty for a
    file; `name` is the file's name, for messages.

    Raises:
        NotAnArticle: the document is empty, a feed, or holds no running text.
        ReadingError: it is binary or too large; the message names it and says what to do.
    """
    label = hygiene.clean_line(name or url, LONGEST_NAME) or "The document"
    text = document_text(data, content_type, label)
    if is_html(text, content_type):
        article = _article(read_page(text, url))
    elif is_markdown(text):
        article = _article(_from_markdown(text), url)
    else:
        article = _article(read_pasted(hygiene.clean(text[:LONGEST_TEXT])), url)
    if tokens.words(article.body) < FEWEST_WORDS:
        raise NotAnArticle(
            f"{label} holds no article: no running text was found in it.",
            remedy="Copy the text of the article into a file and add that.",
            name=label,
        )
    return article


# --- what it is ---------------------------------------------------------------------------------


def document_text(data: bytes, content_type: str, label: str) -> str:
    """Return a document as text; `label` names it in messages.

    Raises:
        NotAnArticle: it is empty or a feed.
        ReadingError: it is binary or too large.
    """
    if len(data) > LONGEST_DOCUMENT:
        raise ReadingError(
            f"{label} is larger than {LONGEST_DOCUMENT // 2**20} MB.",
            remedy="Copy the text of the article into a file and add that.",
            name=label,
        )
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise _binary(label, f"is {kind}")
    text = decode(data, content_type).text
    head = text[:_SAMPLE].lstrip()
    if not text.strip("\ufeff \t\r\n\0"):
        raise NotAnArticle(f"{label} is empty.", remedy="Check the file.", name=label)
    if len(_CONTROLS.findall(head)) > len(head) // 100:
        raise _binary(label, "is binary data")
    if (feed := _FEED.search(head)) and not _PAGE.search(head[: feed.start()]):
        raise NotAnArticle(
            f"{label} is a feed, not an article.",
            remedy="Add its address with: sources add <url>",
            name=label,
        )
    return text


def _binary(label: str, what: str) -> ReadingError:
    return ReadingError(
        f"{label} {what}, not text.",
        remedy="Copy its text into a file; intelbrief add takes a page saved as HTML, too.",
        name=label,
    )


def is_html(text: str, content_type: str = "") -> bool:
    head = text[:_SAMPLE]
    elements = len(_ELEMENT.findall(head))
    if _PAGE.search(head) and not head.lstrip().startswith("---"):
        return True
    return elements >= (2 if "html" in content_type or head.lstrip().startswith("<") else 6)


# --- one article --------------------------------------------------------------------------------


def _from_markdown(text: str) -> Pasted:
    """A Markdown text; what its front matter says goes before what its lines say."""
    markdown = read_markdown(hygiene.clean(text[:LONGEST_TEXT]))

    def said(*keys: str) -> str:
        return next(filter(None, map(markdown.front_matter.get, keys)), "")

    title = said("title") or markdown.title
    pasted = read_pasted("\n\n".join(markdown.lines), title=title)
    shown = pasted.credits
    credits = Credits(
        author=said("author", "authors", "by") or shown.author,
        publisher=said("publisher", "publication", "site", "site_name") or shown.publisher,
        published=dates.parse_date(said("date", "published", "pubdate")) or shown.published,
        url=said("url", "link", "canonical", "source") or shown.url,
    )
    return Pasted(title or pasted.title, pasted.body, credits)


def _article(pasted: Pasted, url: str = "") -> ParsedArticle:
    """The parts cleaned; paragraphs are parted by a blank line."""
    body = hygiene.clean("\n\n".join(pasted.body)).strip()
    credits = pasted.credits
    return ParsedArticle(
        title=hygiene.clean_line(pasted.title, LONGEST_TITLE),
        body=body,
        language=_language(body),
        author=hygiene.clean_line(credits.author, LONGEST_NAME),
        publisher=plain_publisher(hygiene.clean_line(credits.publisher, LONGEST_NAME)),
        url=clean_link(url) or clean_link(credits.url),
        published=credits.published,
    )


def _language(text: str) -> str:
    """The language of a text; empty where telling Latin ones apart needs what is out of reach."""
    try:
        return language.detect(text)
    except OSError:
        # The model for Latin scripts is unpacked into a temporary file, and a contained worker
        # may write none.
        return ""
