"""An article page: trafilatura finds text and metadata, the rules for pasted text clean up.

    html -> shortened -> trafilatura -> lines -> read_pasted
                `-> structured data (JSON-LD, OpenGraph, <time>) -> the date, with its precision

trafilatura is imported when the first page is read: a worker that reads feeds stays small.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from briefings.model import Precision, Published
from briefings.reading.boilerplate import folded
from briefings.reading.credits import Credits, plain_publisher
from briefings.reading.links import clean_link
from briefings.reading.markup import html_to_text, parse_html, without_long_tags
from briefings.reading.pasted import Pasted, read_pasted
from briefings.text import dates

if TYPE_CHECKING:
    from lxml.etree import _Element

LONGEST_PAGE = 2 * 2**20
"""Characters of HTML that are read, scripts and styles not counted."""
LONGEST_DATA = 200_000
"""Characters of one block of JSON-LD; longer ones are catalogues."""
MOST_TAGS = 40_000
"""Tags up to which trafilatura is asked; beyond, it would take longer than there is time."""
FEWEST_LETTERS = 200
"""Letters of text below which the whole page is read as if it had been pasted."""

_JSON_LD = re.compile(r"""type\s*=\s*["']?application/ld\+json""", re.IGNORECASE)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_PUBLISHED_NAMES = frozenset(
    {
        *("article:published_time", "og:article:published_time", "og:published_time"),
        *("datepublished", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date"),
        *("publishdate", "publish-date", "pubdate", "publication_date", "sailthru.date"),
        *("parsely-pub-date", "citation_publication_date", "article.published", "date"),
    }
)
_HANDLE = re.compile(r"^@|https?:|www\.|\S+@\S+")


def read_page(html: str, url: str) -> Pasted:
    """Read an article page; `url` is where it came from, empty for a file."""
    html = shortened(html)
    document = _extracted(html, url) if html.count("<") <= MOST_TAGS else None
    site = _string(document, "sitename")
    title = _without_site(_string(document, "title"), site)
    pasted = read_pasted(_string(document, "text"), title=title)
    whole = read_pasted(html_to_text(html), title=title)
    if sum(map(len, pasted.body)) < FEWEST_LETTERS:
        pasted = max(pasted, whole, key=lambda found: sum(map(len, found.body)))
    inside, around = pasted.credits, whole.credits
    found = _string(document, "date")
    credits = Credits(
        author=_people(_string(document, "author")) or inside.author or around.author,
        publisher=plain_publisher(site.lstrip("@")) or inside.publisher or around.publisher,
        published=_structured_date(html)
        or _best_date(inside.published, around.published, dates.parse_date(found)),
        url=_canonical(_string(document, "url"), url),
    )
    return Pasted(title or pasted.title, pasted.body, credits)


# --- making it small ----------------------------------------------------------------------------


def shortened(html: str) -> str:
    """A page without scripts, styles and drawings, its longest tags and all beyond 2 MB."""
    for name in ("script", "style", "svg"):
        html = _without(html, name)
    return without_long_tags(html[:LONGEST_PAGE])


def _without(html: str, name: str) -> str:
    """The page without elements of a name; JSON-LD stays where it is not too long.

    Searching by hand is linear on a hundred thousand unclosed elements, a pattern is not.
    """
    lowered = html.lower()
    if len(lowered) != len(html):  # a few letters change length with their case
        lowered = html
    opening, closing = f"<{name}", f"</{name}"
    parts = []
    at = 0
    while (start := lowered.find(opening, at)) >= 0:
        end = lowered.find(closing, start)
        if end < 0:
            break
        end = lowered.find(">", end) + 1 or len(html)
        parts.append(html[at:start])
        is_data = name == "script" and _JSON_LD.search(html, start, start + 200)
        if is_data and end - start <= LONGEST_DATA:
            parts.append(html[start:end])
        at = end
    parts.append(html[at:])
    return "".join(parts)


# --- trafilatura --------------------------------------------------------------------------------


def _extracted(html: str, url: str) -> Any:
    """trafilatura's document, or None where it finds nothing or fails."""
    import trafilatura  # noqa: PLC0415

    page = f"<html><body>{html}</body></html>" if "<html" not in html[:4096].lower() else html
    try:
        return trafilatura.bare_extraction(
            page.encode("utf-8", "replace"),
            url=url or None,
            fast=True,
            include_comments=False,
            with_metadata=True,
        )
    except MemoryError:
        raise
    except Exception:
        # It raises what lxml, json and dateparser raise; the page can still be read as text.
        return None


def _string(document: Any, name: str) -> str:
    value = getattr(document, name, None)
    return value.strip() if isinstance(value, str) else ""


def _people(written: str) -> str:
    """Names out of what trafilatura joins with semicolons; handles and addresses are none."""
    names = [name.strip() for name in written.split(";")]
    return ", ".join(n for n in names[:5] if n and not _HANDLE.search(n) and len(n) <= 60)


def _without_site(title: str, site: str) -> str:
    """The title without " - Name of the site" behind it."""
    for separator in (" - ", " | ", " – ", " — ", "_", " · "):
        head, _, tail = title.rpartition(separator)
        if head and site and folded(tail) == folded(site):
            return head.strip()
    return title


def _canonical(declared: str, url: str) -> str:
    """The page's own address for itself, believed only for the host it came from."""
    declared, url = clean_link(declared), clean_link(url)
    if not url or not declared:
        return url or declared
    theirs, ours = (_host(address) for address in (declared, url))
    related = theirs == ours or theirs.endswith(f".{ours}") or ours.endswith(f".{theirs}")
    return declared if related else url


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.").removeprefix("m.")


# --- the date -----------------------------------------------------------------------------------


def _structured_date(html: str) -> Published | None:
    """The date of publication a page declares for machines."""
    for written in _JSON_DATE.findall(html):
        if (published := dates.parse_date(written)) is not None:
            return published
    root = parse_html(html)
    if root is None:
        return None
    for element in root.iter("meta", "time"):
        if written := _declared_date(element):
            published = dates.parse_date(written)
            if published is not None and published.precision is not Precision.YEAR:
                return published
    return None


def _declared_date(element: _Element) -> str:
    names = (element.get("property"), element.get("name"), element.get("itemprop"))
    declared = any((name or "").lower() in _PUBLISHED_NAMES for name in names)
    if element.tag == "time" and (declared or element.get("pubdate") is not None):
        return element.get("datetime") or element.text or ""
    return (element.get("content") or "") if declared and element.tag == "meta" else ""


def _best_date(
    inside: Published | None, around: Published | None, found: Published | None
) -> Published | None:
    """The date the article shows, else the one trafilatura found, else one shown around it.

    What trafilatura finds is always a day: the first of January stands for a year without one,
    and the page may show the minute.
    """
    if found is not None and (found.at.month, found.at.day) == (1, 1):
        found = Published(found.at, Precision.YEAR)
    if found and around and found.at.date() == around.at.date():
        found = around
    known = [date for date in (inside, found, around) if date is not None]
    exact = [date for date in known if date.precision is not Precision.YEAR]
    return next(iter(exact or known), None)
