"""Plain text as copied from a page: title, credits and body out of everything that came along.

    lines -> head | body | tail
      head   everything above the first paragraph of prose: title, credits, navigation
      body   paragraphs and headings, without notices, captions, buttons and widgets
      tail   comments, biography, copyright: read for credits, then dropped

The rules on single lines are in `boilerplate` and `credits`; here is where a line stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from briefings.model import Precision, Published
from briefings.reading.boilerplate import ends_article, folded, is_caption, is_noise, starts_widget
from briefings.reading.credits import Credits, read_credits, read_names
from briefings.reading.datelines import begins_with_day, read_dateline, read_dateline_line
from briefings.reading.prose import (
    BULLET,
    HAN,
    SENTENCE,
    TERMINAL,
    is_prose,
    unwrapped,
    weight,
)
from briefings.reading.signatures import (
    read_biography,
    read_copyright,
    read_signature,
)
from briefings.text import dates

LONGEST_TITLE = 250
LONGEST_AUTHOR = 60
MOST_LINES = 5000
"""Lines that are read; no article has more."""
HEAD_LINES = 40
"""Lines at the top among which title and credits are looked for."""
CREDITS_IN_BODY = 4
"""Lines into the body in which a credits line may still stand."""
DATELINE_IN_BODY = 3
"""Paragraphs at the top of the body one of which may begin with a dateline."""
ENOUGH_PROSE = 300
"""Letters of prose, in one paragraph, after which a heading over comments ends the article."""
SHARE_OF_WIDGET = 0.25
"""A heading over links ends the article when no more than this share of its prose follows."""

_ROLE = re.compile(
    r"(?:\W*follow(?:ing)?|@\S+|(?:(?:senior|chief|staff|guest|business|deputy|contributing|our)\s)*"
    r"(?:contributor|writer|reporter|correspondent|columnist|editor|journalist|author|analyst|expert"
    r"|blogger|freelancer))\W*$",
    re.IGNORECASE,
)
_KICKER = re.compile(r"\s[|/›»]\s")
_SITE = re.compile(r"\s+[|–—·-]\s+(?=[^|–—·-]{2,40}$)|\s*[_|｜]\s*(?=[^_|｜]{2,40}$)")


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a pasted text holds; empty fields: not found. `body` is a paragraph an item."""

    title: str = ""
    body: tuple[str, ...] = ()
    credits: Credits = field(default_factory=Credits)


def read_pasted(text: str, *, title: str = "") -> Pasted:
    """Find the article in pasted text; `title` is given where it is known already."""
    lines = unwrapped(text)[:MOST_LINES]
    prose = (i for i, line in enumerate(lines) if is_prose(line) and not is_noise(line))
    start = next(prose, min(1, len(lines)))
    head, rest = lines[:start][:HEAD_LINES], lines[start:]
    counts = Counter(map(folded, lines))
    found = title or _title(head, counts)
    above = _merged(map(_credits, (*head, *rest[:CREDITS_IN_BODY])))
    body, below = _body(rest, found, counts)
    body, introduced = _without_biography(body, above.author)
    decks = _decks(head, found)
    paragraphs = [*decks, *body]
    dateline = _take_dateline(paragraphs, lines)
    credits = _merged(
        [
            above,
            dateline,
            *(_lone_dateline(line, lines) for line in (*head, *rest[:CREDITS_IN_BODY])),
            *map(_credits, below),
            *map(_copyright, lines),
            Credits(author=_name_above(head, lines)),
            Credits(author=introduced or _biography_in(lines[len(lines) - len(rest) :], body)),
        ]
    )
    return Pasted(found or _first_sentence(paragraphs), tuple(paragraphs), credits)


# --- title --------------------------------------------------------------------------------------


def _title(head: Sequence[str], counts: Counter[str]) -> str:
    """The line at the top that is most like a title."""
    best, best_score = "", 0.0
    for place, (line, opens) in enumerate(_candidates(head)):
        score = _title_score(line, counts) - 0.3 * place + 1.5 * opens
        if score > best_score:
            best, best_score = line, score
    if (site := _SITE.search(best)) and counts[folded(best[: site.start()])]:
        return best[: site.start()].strip()
    return best


def _candidates(head: Sequence[str]) -> list[tuple[str, bool]]:
    """The lines that may be a title, and whether each is the first beside a credits line."""
    groups: list[tuple[list[str], bool]] = [([], False)]
    for line in dict.fromkeys(head):
        is_credits = read_credits(line) is not None
        if is_credits or is_noise(line) or starts_widget(line) or BULLET.match(line):
            if is_caption(line):
                continue
            group, after_credits = groups[-1]
            if is_credits:
                groups[-1] = (group, True)
            groups.append(([], is_credits or (after_credits and not group)))
        elif len(line) <= LONGEST_TITLE:
            groups[-1][0].append(line)
    return [(line, beside and line == group[0]) for group, beside in groups for line in group]


def _title_score(line: str, counts: Counter[str]) -> float:
    han = len(HAN.findall(line))
    size = han / 2 if han * 3 > len(line) else len(line.split())
    score = 3.0
    if size <= 1.5:
        score -= 2.5
    elif size <= 3:
        score -= 1.0
    elif size <= 30:
        score += 1.0
    if counts[folded(line)] > 1:
        score += 2.0
    if line.endswith((".", "。", ":", "：", ",")) or _KICKER.search(line):
        score -= 2.0
    return score


def _decks(head: Sequence[str], title: str) -> list[str]:
    """The lines between title and text that say something: standfirst, first short sentence."""
    below = head[head.index(title) + 1 :] if title in head else head
    return [
        line
        for line in dict.fromkeys(below)
        if not is_noise(line)
        and folded(line) != folded(title)
        and read_credits(line) is None
        and below.count(line) == 1
        and (SENTENCE.search(line) or len(line.split()) >= 6 or len(HAN.findall(line)) >= 12)
    ]


def _first_sentence(paragraphs: Sequence[str]) -> str:
    if not paragraphs:
        return ""
    first = re.split(r"(?<=[.!?])\s|(?<=[。！？])", paragraphs[0], maxsplit=1)[0]
    return first if len(first) <= 120 else first[:119].rstrip() + "…"


# --- body ---------------------------------------------------------------------------------------


def _body(lines: Sequence[str], title: str, counts: Counter[str]) -> tuple[list[str], list[str]]:
    """The paragraphs of the article, and the lines below it down to comments and biography."""
    kept: list[tuple[int, str]] = []
    said: set[str] = set()
    total = max(1, weight(line for line in lines if is_prose(line) and not is_noise(line)))
    prose = 0
    in_widget = False
    end = len(lines)
    for place, line in enumerate(lines):
        if (prose >= ENOUGH_PROSE or len(said) > 1) and ends_article(line):
            end = place
            break
        if starts_widget(line):
            if prose and total - prose <= SHARE_OF_WIDGET * total:
                end = place
                break
            in_widget = True
        elif is_noise(line) or folded(line) == folded(title):
            continue
        elif is_prose(line):
            prose += weight([line])
            in_widget = False
            if line not in said:  # a quotation set apart says a sentence twice
                kept.append((place, line))
            said.add(line)
        elif prose and total - prose <= SHARE_OF_WIDGET * total and _credits(line).author:
            end = place + 1
            break
        elif not in_widget and not _is_label(line, counts):
            kept.append((place, line))
    below = next((place + 1 for place, line in reversed(kept) if _is_end(line)), 0)
    return [line for _, line in kept], list(lines[below:end])


def _is_label(line: str, counts: Counter[str]) -> bool:
    """Whether a short line in the body is no heading or list item: repeated, or credits."""
    if BULLET.match(line):
        return False
    return counts[folded(line)] > 1 or read_credits(line) is not None


def _is_end(line: str) -> bool:
    """Whether an article may end on this line: on prose, a list item or a closed sentence."""
    if line.endswith((":", "：")):
        return False
    if is_prose(line) or BULLET.match(line):
        return True
    sentence = len(line.split()) >= 3 or len(HAN.findall(line)) >= 4
    return sentence and TERMINAL.search(line) is not None


def _without_biography(body: Sequence[str], author: str) -> tuple[list[str], str]:
    """The paragraphs without those at the end that introduce the author, and whom they name."""
    kept = list(body)
    introduced = ""
    while kept and (not _is_end(kept[-1]) or (name := _introduced(kept, author))):
        if _is_end(kept[-1]):
            introduced = name
        kept.pop()
    return [line for line in kept if not read_signature(line)], introduced


def _introduced(body: Sequence[str], author: str) -> str:
    """Whom the last paragraph introduces, unless it is somebody the article speaks of."""
    name = read_biography(body[-1])
    if name in author or not any(name in paragraph for paragraph in body[:-1]):
        return name
    return ""


# --- credits ------------------------------------------------------------------------------------


def _credits(line: str) -> Credits:
    if is_caption(line):
        return Credits()
    return read_credits(line) or Credits(author=read_signature(line))


def _take_dateline(paragraphs: list[str], lines: Sequence[str]) -> Credits:
    """The dateline of the first paragraphs, which is taken off them."""
    chronology = sum(map(begins_with_day, lines)) > 1
    for place, paragraph in enumerate(paragraphs[:DATELINE_IN_BODY]):
        found, without = read_dateline(paragraph, _dates(lines), day_alone=not chronology)
        if without != paragraph:
            paragraphs[place] = without
            return found
    return Credits()


def _lone_dateline(line: str, lines: Sequence[str]) -> Credits:
    return read_dateline_line(line, _dates(lines)) or Credits()


def _dates(lines: Sequence[str]) -> Iterator[Published]:
    """The days a text names, and the year of its copyright line."""
    for line in lines:
        found = read_copyright(line)
        if found and found.published:
            yield found.published
        for _, _, each in dates.find_dates(line):
            if each.precision is not Precision.YEAR:
                yield each


def _copyright(line: str) -> Credits:
    return read_copyright(line) or Credits()


def _name_above(head: Sequence[str], lines: Sequence[str]) -> str:
    """An author whose name has a line of its own above the text.

    A name alone may be a place or a section; one that follows "By", stands over a role, a handle
    or a button to follow somebody, or comes again under the text, is the author's.
    """
    names: list[str] = []
    for place, line in enumerate(head):
        name = read_names(line) if len(line) <= LONGEST_AUTHOR else ""
        before = folded(head[place - 1]) if place else ""
        after = head[place + 1] if place + 1 < len(head) else ""
        if name and (
            before == "by"
            or (names and before in ("and", ""))
            or _ROLE.match(after)
            or lines.count(line) > 1
        ):
            names.append(name)
    return ", ".join(dict.fromkeys(names))


def _biography_in(lines: Sequence[str], body: Sequence[str]) -> str:
    names = filter(None, map(read_biography, lines))
    return next((n for n in names if not any(n in paragraph for paragraph in body)), "")


def _merged(credits: Iterable[Credits]) -> Credits:
    """The first of each field; a date of a day or better before a mere year."""
    found = list(credits)
    dates = [c.published for c in found if c.published]
    exact = [date for date in dates if date.precision is not Precision.YEAR]
    return Credits(
        author=next((c.author for c in found if c.author), ""),
        publisher=next((c.publisher for c in found if c.publisher), ""),
        published=next(iter(exact or dates), None),
        url=next((c.url for c in found if c.url), ""),
    )
