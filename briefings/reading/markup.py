"""HTML to plain text: nothing that could act survives, and no input makes it slow.

libxml2 does the parsing in C, in linear time but for the attributes of one tag (quadratic), and
flattens what is nested deeper than 256; an overlong tag loses its attributes before that.
"""

from __future__ import annotations

import html as html_entities
import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARSER = etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)

# lxml refuses text that declares an encoding; text has none any more.
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^<>]*\?>")
LONG_TAG = 16_384
_LONG_TAG = re.compile(rf"(<[a-zA-Z][a-zA-Z0-9:-]*)[^<>]{{{LONG_TAG},}}")

_NOT_TEXT = (
    *("audio", "button", "canvas", "embed", "figcaption", "form", "head", "iframe", "math"),
    *("noscript", "object", "script", "select", "style", "svg", "template", "textarea", "video"),
)
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt"),
    *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
    *("nav", "ol", "p", "pre", "section", "table", "tr", "ul"),
)
_CELLS = ("td", "th")
_BREAK = "\N{PARAGRAPH SEPARATOR}"


def parse_html(html: str) -> _Element | None:
    """The root of a page or fragment, however broken; None when it holds no element."""
    try:
        return etree.fromstring(without_long_tags(_XML_DECLARATION.sub("", html)), _PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def without_long_tags(markup: str) -> str:
    """Markup whose tags longer than 16 kB have lost their attributes."""
    return _LONG_TAG.sub(r"\1", markup) if len(markup) > LONG_TAG else markup


def html_to_text(html: str) -> str:
    """The visible text of an HTML fragment: one line a block, white space folded."""
    if "<" not in html:
        return " ".join(html_entities.unescape(html).split())
    root = parse_html(html)
    if root is None:
        return ""
    etree.strip_elements(root, *_NOT_TEXT, with_tail=False)
    for block in root.iter(*_BLOCKS):
        block.text = _BREAK + (block.text or "")
        block.tail = _BREAK + (block.tail or "")
    for cell in root.iter(*_CELLS):
        cell.tail = " " + (cell.tail or "")
    text: str = etree.tostring(root, method="text", encoding="unicode")
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)
