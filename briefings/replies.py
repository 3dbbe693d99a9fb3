"""What the desk says besides briefings: articles, hits, lists, status. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from briefings import decide
from briefings.answers import (
    ArticleAnswer,
    Coverage,
    DeliveryRow,
    SearchAnswer,
    SearchHit,
    SourceRow,
    Statement,
    SubscriptionRow,
    TopicList,
    TopicRow,
)
from briefings.delivery import OccurrenceState, Undelivered
from briefings.model import EVERYBODY, Article, Health, Source
from briefings.naming import Naming, publisher
from briefings.quotes import quotes, sentences_with_figures
from briefings.schedule import describe
from briefings.subscriptions import Scope, Subscription
from briefings.text import tokens
from briefings.text.hygiene import clean_line
from briefings.text.sentences import split
from briefings.text.tokens import index_terms, query_terms

FURTHER_FIGURES = 4
SNIPPET = 240
SNIPPET_BEFORE = 60
LOOKED_THROUGH = 50_000
"""Characters of an article in which a place to show is looked for."""
_MARKS = '"“”„「」『』《》«»'
NOT_DELIVERING = (
    "This process delivers no digests. Set INTELBRIEF_DELIVER=on, or leave it to another one."
)
STALE_AFTER = timedelta(days=1)
UNTOUCHED = timedelta(minutes=2)
"""A desk that delivers looks every few seconds: what waits longer than that has none."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def compose_article(article: Article, naming: Naming) -> ArticleAnswer:
    """The summary of one article: every sentence is its own, and cites it."""
    points = [quote.text for quote in quotes(article, (), naming)]
    figures = sentences_with_figures(article.body, besides=points, limit=FURTHER_FIGURES)
    concerned = {naming.matcher.owner(tag.organisation) for tag in article.tags}
    return ArticleAnswer(
        title=article.title,
        author=article.author,
        language=article.language,
        words=tokens.words(article.body),
        points=tuple(Statement(text, (1,)) for text in points),
        figures=tuple(Statement(text, (1,)) for text in figures),
        organisations=naming.organisations([article]),
        source=naming.source(1, article, concerned),
    )


def compose_search(
    words: str, articles: Sequence[Article], named: Sequence[str], naming: Naming, *, more: bool
) -> SearchAnswer:
    """The articles found, in the order given; `more` says that there are older ones.

    `named` are the organisations they were found by, where no article has the words.
    """
    hits = tuple(
        SearchHit(
            number=number,
            title=article.title,
            publisher=publisher(article),
            published=article.published,
            url=article.url,
            snippet=snippet(article, " ".join((words, *map(naming.display, named)))),
            organisations=naming.organisations([article]),
        )
        for number, article in enumerate(articles, start=1)
    )
    return SearchAnswer(words, tuple(naming.display(one) for one in named), hits, more)


def snippet(article: Article, words: str) -> str:
    """The place in an article where most of the words stand together, on one line.

    That is the first of the sentences that hold most of them; the first point where none holds any.
    """
    body = (article.body or " ".join(article.points))[:LOOKED_THROUGH]
    wanted = set(query_terms(words))
    best, held = (0, 0), 0
    for start, end in split(body):
        holds = len(wanted.intersection(index_terms(body[start:end])))
        if holds > held:
            best, held = (start, end), holds
        if held == len(wanted):
            break
    if not held:
        return clean_line(article.points[0] if article.points else body[:SNIPPET], SNIPPET)
    place = _first(words, body, *best)
    start, end = max(place - SNIPPET_BEFORE, 0), place + SNIPPET - SNIPPET_BEFORE
    # Cut between words, where there are spaces between words.
    if start:
        start = body.find(" ", start, place) + 1 or start
    if end < len(body):
        end = max(body.rfind(" ", place + 1, end), end - 40)
    text = clean_line(body[start:end])
    return f"{'… ' if start else ''}{text}{' …' if end < len(body) else ''}"


def _first(words: str, body: str, start: int, end: int) -> int:
    """Where the first of the words stands in a sentence; where none does so, its start."""
    folded = body.casefold()
    if len(folded) != len(body):
        return start
    asked = (re.escape(word.strip(_MARKS)) for word in words.casefold().split())
    found = re.compile("|".join(filter(None, asked)) or r"(?!)").search(folded, start, end)
    return found.start() if found else start


def coverage(sources: Sequence[Source], *, articles: int, now: datetime) -> Coverage:
    """What the answers of this moment stand on."""
    by_health: dict[Health, list[str]] = {health: [] for health in Health}
    for source in sources:
        by_health[decide.health(source, now)].append(source.definition.publisher)
    idle = len(by_health[Health.OFF]) + len(by_health[Health.GONE])
    checked = [source.state.checked_at for source in sources if source.state.checked_at]
    return Coverage(
        watched=len(sources) - idle,
        failing=tuple(by_health[Health.FAILING]),
        silent=tuple(by_health[Health.SILENT]),
        gone=tuple(by_health[Health.GONE]),
        off=len(by_health[Health.OFF]),
        never_checked=len(by_health[Health.NEW]),
        articles=articles,
        entries_seen=sum(source.state.entries_seen for source in sources),
        entries_kept=sum(source.state.entries_kept for source in sources),
        last_poll=max(checked, default=None),
    )


def source_row(source: Source, naming: Naming, now: datetime) -> SourceRow:
    """A source as a reader should think of it; its number stays the same for life."""
    definition, state = source.definition, source.state
    health = decide.health(source, now)
    return SourceRow(
        number=source.id,
        publisher=definition.publisher,
        url=definition.url,
        health=health,
        detail=decide.detail(source, now).removeprefix(health).removeprefix(": "),
        kept=state.entries_kept,
        seen=state.entries_seen,
        owned_by=naming.display(definition.owner) if definition.owner else "",
        next_check=state.next_check_at,
    )


def topic_list(counts: Mapping[str, int], naming: Naming) -> TopicList:
    """Every organisation that is not part of another, those with most articles first."""
    organisations = naming.matcher.organisations
    units: dict[str, list[str]] = {}
    for organisation in organisations.values():
        if organisation.part_of is not None:
            owner = naming.matcher.owner(organisation.id)
            units.setdefault(owner, []).append(naming.display(organisation.id))
    rows = [
        TopicRow(
            name=organisation.name,
            name_zh=organisation.name_zh,
            units=tuple(units.get(organisation.id, ())),
            articles=counts.get(organisation.id, 0),
        )
        for organisation in organisations.values()
        if organisation.part_of is None
    ]
    return TopicList(tuple(sorted(rows, key=lambda row: (-row.articles, row.name))))


def problems(
    sources: Sequence[Source],
    covered: Coverage,
    *,
    watching: bool,
    now: datetime,
    here: Scope,
) -> tuple[str, ...]:
    """What should be looked at, one line each with what to do about it where it is read."""
    found: list[str] = []
    if not watching:
        found.append(
            "Sources are not asked in the background. Set INTELBRIEF_WATCH=on, or run "
            "intelbrief poll."
        )
    elif covered.last_poll is not None and now - covered.last_poll > STALE_AFTER:
        found.append(
            f"No source was asked since {covered.last_poll:%Y-%m-%d %H:%M} UTC. Restart the desk "
            "and read its log."
        )
    for source in sources:
        name, health = source.definition.publisher, decide.health(source, now)
        if health is Health.FAILING:
            found.append(f"{name} is failing: {decide.detail(source, now)}.")
        elif health is Health.GONE:
            remedy = (
                f"Remove it with /intel sources remove {source.id}."
                if source.audience != EVERYBODY or here.for_everybody
                else "Whoever runs the desk can remove it."
            )
            found.append(f"{name} is no longer asked: {decide.detail(source, now)}. {remedy}")
    return tuple(found)


def local_time(instant: datetime) -> str:
    """An instant by the clocks of the zone it is given in: Mon 2026-03-02 09:00."""
    return f"{WEEKDAYS[instant.weekday()]} {instant:%Y-%m-%d %H:%M}"


def subscription_row(
    subscription: Subscription, last_sent: datetime | None, naming: Naming
) -> SubscriptionRow:
    """A subscription as its channel should think of it, times by the clocks of its own zone."""
    zone = ZoneInfo(subscription.schedule.zone)
    following = subscription.next
    return SubscriptionRow(
        number=subscription.number,
        topics=tuple(naming.display(topic) for topic in subscription.topics),
        when=describe(subscription.schedule),
        preset=subscription.preset,
        next=local_time(following.due.astimezone(zone)) if following else "",
        paused=subscription.paused,
        last=local_time(last_sent.astimezone(zone)) if last_sent else "",
    )


def delivery_row(
    undelivered: Undelivered, here: Scope, naming: Naming, now: datetime
) -> DeliveryRow:
    """A digest that has not arrived, with what to do about it: `here` is where it is read."""
    number, scope, reason = undelivered.number, undelivered.scope, undelivered.reason.rstrip(". ")
    topics = " / ".join(naming.display(topic) for topic in undelivered.topics)
    place = "" if scope == here else f"{scope.platform} {scope.workspace} {scope.channel}"
    there = " there" if place else ""
    again = f"/intel send {number}{there} sends it again, /intel dismiss {number}{there} leaves it."
    next_at: datetime | None = None
    left = undelivered.next_at is not None and undelivered.next_at < now - UNTOUCHED
    match undelivered.state:
        case OccurrenceState.PLANNED if left:
            says = "waits for a process that delivers digests; none has taken it when it could"
            step = "Start the desk with intelbrief run, or with INTELBRIEF_DELIVER=on."
        case OccurrenceState.REVIEW:
            says, step = "may have arrived: nobody can look", f"Check the channel: {again}"
        case OccurrenceState.PLANNED if reason:
            next_at, step = undelivered.next_at, ""
            says = f"is being retried: {reason}; attempt {undelivered.attempts}"
        case OccurrenceState.PLANNED:
            says, next_at, step = "is on its way", undelivered.next_at, ""
        case OccurrenceState.SKIPPED:
            says = f"was left out: {reason or 'it was too old'}"
            step = f"/intel dismiss {number}{there} takes it off this list."
        case _:
            says = f"is not delivered: {reason or 'nobody said why'}"
            step = f"When that is mended: {again}"
    return DeliveryRow(
        digest=f"Digest {number} ({topics}) of {_slot(undelivered)}",
        place=place,
        says=says,
        next_at=next_at,
        step=step,
    )


def _slot(undelivered: Undelivered) -> str:
    """When a digest was due: the local time that names its slot, or when it was asked for."""
    try:
        return local_time(datetime.fromisoformat(undelivered.slot))
    except ValueError:
        return f"{local_time(undelivered.due)} UTC (asked for)"
