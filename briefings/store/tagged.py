"""Statements over tags: which articles speak of organisations, read off one index.

`tags_newest` (audience, organisation, role, recency, article) has an organisation's articles as two
runs an audience, subjects and passing mentions, each in the order of publication. For several
organisations the rarest one's runs are walked, newest first, and the others are looked up by
primary key. A walk is within one audience: whoever sees two has the walks of both merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select, true

from briefings.model import Audience, Role
from briefings.store.records import ROLES, first_recency, visible
from briefings.store.tables import tags

_SUBJECT = ROLES[Role.SUBJECT]
_PASSING = ROLES[Role.PASSING]
_walked = tags.alias("walked")


@dataclass(frozen=True, slots=True)
class Period:
    """From the minute of `since` on, and before the minute of `until`."""

    since: datetime | None
    until: datetime | None

    def holds(self, recency: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition that an article was published within the period."""
        condition: ColumnElement[bool] = true()
        if self.since is not None:
            condition &= recency >= first_recency(self.since)
        if self.until is not None:
            condition &= recency < first_recency(self.until)
        return condition


def all_subjects(
    of: Audience, organisations: Sequence[str], period: Period, limit: int
) -> Select[int, int]:
    """Ids and recencies of an audience's newest articles that have every organisation as a
    subject."""
    return (
        select(_walked.c.article_id, _walked.c.recency)
        .where(_walk(of, organisations, period, _SUBJECT), _others_are_subjects(organisations))
        .order_by(_walked.c.recency.desc())
        .limit(limit)
    )


def in_passing(
    of: Audience, organisations: Sequence[str], period: Period, limit: int
) -> list[Select[int, int]]:
    """Ids and recencies of an audience's newest articles that have some of the organisations in
    passing.

    Two statements, each a walk along one run; one when there is a single organisation.
    """
    newest = (
        select(_walked.c.article_id, _walked.c.recency)
        .order_by(_walked.c.recency.desc())
        .limit(limit)
    )
    others = _others_are_there(organisations)
    walks = [newest.where(_walk(of, organisations, period, _PASSING), others)]
    if len(organisations) > 1:
        some_in_passing = not_(_others_are_subjects(organisations))
        walks.append(
            newest.where(_walk(of, organisations, period, _SUBJECT), others, some_in_passing)
        )
    return walks


def count_tagged(seen_by: Audience, organisations: Sequence[str], period: Period) -> Select[int]:
    """The number of articles an audience sees that speak of every organisation."""
    return (
        select(func.count())
        .select_from(_walked)
        .where(
            visible(_walked.c.audience, seen_by),
            _walked.c.organisation == organisations[0],
            _walked.c.role.in_((_SUBJECT, _PASSING)),
            period.holds(_walked.c.recency),
            _others_are_there(organisations),
        )
    )


def count_each(seen_by: Audience, organisations: Sequence[str], period: Period) -> Select[str, int]:
    """Each organisation that any article an audience sees speaks of, and how many do."""
    return (
        select(tags.c.organisation, func.count())
        .where(
            visible(tags.c.audience, seen_by),
            tags.c.organisation.in_(organisations),
            tags.c.role.in_((_SUBJECT, _PASSING)),
            period.holds(tags.c.recency),
        )
        .group_by(tags.c.organisation)
    )


def _walk(
    of: Audience, organisations: Sequence[str], period: Period, role: int
) -> ColumnElement[bool]:
    """A run of the first organisation."""
    return and_(
        _walked.c.audience == of,
        _walked.c.organisation == organisations[0],
        _walked.c.role == role,
        period.holds(_walked.c.recency),
    )


def _others_are_there(organisations: Sequence[str]) -> ColumnElement[bool]:
    return and_(true(), *(exists().where(_tag(name)) for name in organisations[1:]))


def _others_are_subjects(organisations: Sequence[str]) -> ColumnElement[bool]:
    subject = tags.c.role == _SUBJECT
    return and_(true(), *(exists().where(_tag(name), subject) for name in organisations[1:]))


def _tag(organisation: str) -> ColumnElement[bool]:
    return and_(tags.c.article_id == _walked.c.article_id, tags.c.organisation == organisation)
