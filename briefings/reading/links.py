"""Addresses from outside, made fit to show and to compare."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from briefings.text import hygiene

LONGEST_LINK = 2048

# Most links are plain already, and there are many of them.
PLAIN_LINK = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?(?:/[\w./~%+,=:-]*)?", re.ASCII
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\n\t]\s*")
# Only what is never part of an address of a page: "ref", "source" or "cid" may be.
_TRACKER = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign)|_hs(?:enc|mi)|mc_[ce]id|mkt_tok|spm|vero_\w+|ocid|cmpid"
    r"|(?:fb|g|dc|msc|tw|yc|wbra|gbra|igsh|ttc)lid|igshid|fbclid|guccounter|ref_src)(?:=.*)?",
    re.IGNORECASE,
)


def clean_link(link: str, base: str = "") -> str:
    """An absolute http or https address without user name, trackers and fragment, or "".

    The host is ASCII (punycode), so that look-alikes show; invisible characters are dropped.
    """
    if len(link) <= LONGEST_LINK and PLAIN_LINK.fullmatch(link):
        return link
    if not link:
        return ""
    link = _LINE_ENDS.sub("", hygiene.clean(link[: LONGEST_LINK * 2])).strip()
    try:
        parts = urlsplit(link if _SCHEME.match(link) else urljoin(base, link))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        netloc = host if parts.port is None else f"{host}:{parts.port}"
        query = "&".join(p for p in parts.query.split("&") if not _TRACKER.fullmatch(p))
        cleaned: str = safe_url_string(urlunsplit((parts.scheme, netloc, parts.path, query, "")))
    except ValueError:  # UnicodeError included: no host can be named like this
        return ""
    return cleaned if cleaned.isascii() and len(cleaned) <= LONGEST_LINK else ""
