"""The names a plain feed may use, as libxml2 spells them: the allow-list of the fast path.

What is listed as ignored is a leaf that feedparser files under a name this desk never reads.
Modules unknown to feedparser are listed only where it cannot take their names for its own.
"""

from __future__ import annotations

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
_ITUNES = "{http://www.itunes.com/DTDs/PodCast-1.0.dtd}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
_SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
_THREAD = "{http://purl.org/syndication/thread/1.0}"
_WELL_FORMED_WEB = "{http://wellformedweb.org/CommentAPI/}"
_WORDPRESS = "{com-wordpress:feed-additions:1}"

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

FEED = ATOM + "feed"
ENTRY = ATOM + "entry"
TITLE = ATOM + "title"
AUTHOR = ATOM + "author"
PERSON_NAME = ATOM + "name"
PERSON_PARTS = frozenset({ATOM + "name", ATOM + "uri", ATOM + "email"})
LANGUAGES = frozenset({"language", DC + "language"})
MEDIA_TITLE = _MEDIA + "title"
MEDIA_HOLDERS = frozenset({_MEDIA + "content", _MEDIA + "group"})
HOLDERS_IN_CHANNEL = {
    "image": frozenset({"url", "title", "link", "width", "height", "description"}),
    "skipDays": frozenset({"day"}),
    "skipHours": frozenset({"hour"}),
}

IGNORED_ANYWHERE = frozenset(
    {
        *(DC + n for n in ("format", "identifier", "publisher", "rights", "subject", "type")),
        *(_ITUNES + n for n in ("duration", "episode", "episodeType", "explicit", "image")),
        *(_ITUNES + n for n in ("keywords", "season", "type")),
        *(_MEDIA + n for n in ("content", "credit", "keywords", "rating", "thumbnail")),
        *(_SLASH + n for n in ("comments", "department", "hit_parade", "section")),
        *(_SYNDICATION + n for n in ("updateBase", "updateFrequency", "updatePeriod")),
        *(_THREAD + n for n in ("in-reply-to", "total")),
        *(_WELL_FORMED_WEB + n for n in ("comment", "commentRss")),
        _WORDPRESS + "post-id",
    }
)
IGNORED_IN_CHANNEL = IGNORED_ANYWHERE | {
    *("category", "cloud", "copyright", "description", "docs", "generator", "lastBuildDate"),
    *("link", "managingEditor", "pubDate", "rating", "ttl", "webMaster"),
    *(ATOM + "link", DC + "date", DC + "creator", _ITUNES + "author"),
    _WORDPRESS + "site",
}
IGNORED_IN_FEED = IGNORED_ANYWHERE | {
    *(ATOM + n for n in ("category", "generator", "icon", "id", "link", "logo", "rights")),
    *(ATOM + n for n in ("subtitle", "updated")),
}
IGNORED_IN_ITEM = IGNORED_ANYWHERE | {"category", "comments", "enclosure"}
IGNORED_IN_ENTRY = IGNORED_ANYWHERE | {ATOM + "category"}

RSS_ATTRIBUTES = frozenset({"version", XML_LANG, XML_BASE})
FEED_ATTRIBUTES = frozenset({XML_LANG, XML_BASE})
LANGUAGE_ATTRIBUTE = frozenset({XML_LANG})
GUID_ATTRIBUTES = frozenset({"isPermaLink"})
LINK_ATTRIBUTES = frozenset({"href", "rel", "type", "title", "hreflang", "length"})
TEXT_ATTRIBUTES = frozenset({"type", XML_LANG, XML_BASE, XML_SPACE})
PLAIN_TYPES = frozenset({"text", "text/plain"})
HTML_TYPES = frozenset({"html", "text/html"})
HTML_LINK_TYPES = frozenset({"html", "text/html", "xhtml", "application/xhtml+xml"})
