"""Who works together, founds something together, or has the law upon him, in Chinese sentences.

View -> words for it -> those it concerns, around 与 and 和, before 被, behind 对 -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_view import MOST, NOBODY, Cast, View
from briefings.ledger.chinese_words import Part, Word, words
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft, Missing, Stand
from briefings.text.amounts import Figure, FigureKind

_WORKED_ON: Final = re.compile(
    "达成|签署|签订|组成|结成|结束|解除|宣布|深化|展开|开展|建立|推进|加强|启动|战略|携手|联手|联合|扩大|恢复|打通|互联互通|结盟"
    "|终止|否认|洽谈|探讨|考虑|已|正在|将|拟|继续"
)
_WITH: Final = frozenset(["与", "和", "同", "跟", "及", "以及", "、", "携手", "联手"])
_SPOKEN_OF: Final = re.compile("将|有望|会|可|能|预计|为")
_FINED: Final = re.compile(r"罚|处以|赔偿|索赔|判令|罚没")
_LAW_NOUN: Final = re.compile("机制|制度|情况|结果|显示|数据|报告|问卷|研究|发现|者")
_OF_ANYBODY: Final = words("调查 警告 叫停 禁止 批准 开出 通报 点名 暂缓")
"""What others than regulators do as well."""
_ALLOWS: Final = words("批准 获批 核准 附条件批准")
_FOUNDED: Final = re.compile(
    "成立|设立|组建|创办|组成|新设|合组|共建|合资(?:造|建|生产|经营|开发|研发)"
)


def drafts(view: View) -> Iterator[Draft]:
    """Yield what a sentence says of partnerships, joint ventures and acts of the law."""
    founded = False
    for draft in _joint(view):
        founded = True
        yield draft
    if not founded:
        yield from _partnerships(view)
    yield from _rulings(view)


# --- together ------------------------------------------------------------------------------------


def _joint(view: View) -> Iterator[Draft]:
    for word in islice(view.having(Part.JOINS), MOST):
        start, end = view.clause(word.start)
        if not (_FOUNDED.search(view.text, start, end) or "共同" in word.text):
            continue
        together = _together(view, start, word)
        if len(together) < 2 and start and not _standing(view, start, word):
            together = _named_before(view, start)
        reached = status(view, word)
        if reached is None or len(together) + len(_standing(view, start, word)) < 2:
            continue
        amounts = view.figures(FigureKind.MONEY, start, len(view.text))
        yield Draft(
            kind=Kind.JOINT_VENTURE,
            status=reached,
            names=_partners(together),
            deal=word.start,
            amount=amounts[0] if amounts else None,
            when=view.moment(word.start),
            missing=_standing(view, start, word) if len(together) < 2 else (),
        )
        return


def _named_before(view: View, start: int) -> tuple[Name, ...]:
    """Return who is named in the clause before: 甲与乙签署协议, 共同出资成立公司."""
    first, end = view.clause(start - 1)
    ahead = {
        name.key: name
        for name in reversed(view.names)
        if first <= name.start < end and not name.regulator
    }
    return tuple(ahead.values())[::-1]


def _partnerships(view: View) -> Iterator[Draft]:
    for word in islice(view.having(Part.PARTNERS), MOST):
        start, end = view.clause(word.start)
        if not (_WORKED_ON.search(view.text, start, end) or _ends_in(view, word)):
            continue
        if _SPOKEN_OF.match(view.text, word.end) and view.text.startswith("的", word.start - 1):
            continue  # 与乙的合作将带来5亿元: no news of the partnership
        together = _together(view, start, word)
        standing = _standing(view, start, word)
        if len(together) + len(standing) < 2 and not any(
            one.stand is Stand.BOTH for one in standing
        ):
            continue
        reached = status(view, word)
        if reached is not None:
            yield Draft(
                kind=Kind.PARTNERSHIP,
                status=reached,
                names=_partners(together),
                deal=word.start,
                when=view.moment(word.start),
                missing=standing if len(together) < 2 else (),
            )
            return


def _ends_in(view: View, word: Word) -> bool:
    """Tell whether 合作 is what a clause ends in: 甲与乙合作."""
    return not view.text[word.end : view.clause(word.start)[1]].strip("。!” ")


def _together(view: View, start: int, word: Word) -> tuple[Name, ...]:
    """Return who is named with whom: around 与 and its like, before the word or right behind it."""
    _, end = view.clause(word.start)
    named: dict[str, Name] = {}
    for name in view.names:
        if not start <= name.start < end or name.regulator:
            continue
        if name.start > word.end and not (_WITH & {word.text} and name.start - word.end <= 2):
            continue
        named.setdefault(name.key, name)
    if not named and start and view.has(Part.BOTH, Part.PARTNERS, start=start, end=end):
        # 甲接入乙, 双方开展合作; 甲与乙宣布, 将开展合作: both stand a clause before.
        return _two_before(view, start)
    if len(named) == 1 and start:
        # 甲宣布, 与乙达成合作: who announces it stands a clause before.
        first = next(iter(named.values()))
        toward = view.before(first.start, Part.TO, Part.AND, start=start)
        if toward is not None and toward.end == first.start:
            for name in view.subject(start).names:
                named.setdefault(name.key, name)
    if len(named) >= 2 and not any(map(view.is_sure, named.values())):
        return ()
    if len(named) < 2 or not _with(view, start, end):
        return tuple(named.values()) if _standing(view, start, word) else ()
    return tuple(named.values())


def _two_before(view: View, start: int) -> tuple[Name, ...]:
    """Return the two who are all that a sentence names before a clause, else nobody."""
    ahead = {
        name.key: name for name in reversed(view.names) if name.start < start and not name.regulator
    }
    if len(ahead) != 2 or not any(map(view.is_sure, ahead.values())):
        return ()
    return tuple(ahead.values())[::-1]


def _with(view: View, start: int, end: int) -> bool:
    return any(
        word.text in _WITH
        for word in view.having(Part.AND, Part.TO, Part.PARTNERS, start=start)
        if word.start < end
    )


def _standing(view: View, start: int, word: Word) -> tuple[Missing, ...]:
    """Return who is not named but stood for: 双方, 公司与某某."""
    for stood in view.having(Part.BOTH, Part.IT, start=start, end=word.start):
        stand = Stand.BOTH if Part.BOTH in stood else Stand.ONE
        return (Missing(PartyRole.PARTNER, stand, stood.text),)
    return ()


def _partners(names: tuple[Name, ...]) -> tuple[tuple[PartyRole, Name], ...]:
    return tuple((PartyRole.PARTNER, name) for name in names)


# --- the law -------------------------------------------------------------------------------------


def _rulings(view: View) -> Iterator[Draft]:
    for word in islice(view.having(Part.RULES, Part.SUES), MOST):
        if _LAW_NOUN.match(view.text, word.end):
            continue
        if word.text == "罚" and _fine(view, word) is None:
            continue
        reached = status(view, word)
        if reached is None:
            continue
        concerned, regulators = _concerned(view, word)
        if not concerned.names and not (concerned and regulators):
            continue
        if not regulators and not view.are_sure(concerned.names):
            continue
        if Part.SUES not in word and not regulators and not _lawful(view, word):
            continue
        if reached is Status.ANNOUNCED and not view.has(
            Part.INTENDS, Part.WANTS, Part.TAKES, start=view.clause(word.start)[0], end=word.start
        ):
            reached = Status.COMPLETED
        yield Draft(
            kind=Kind.REGULATORY,
            status=reached,
            names=(
                *((PartyRole.SUBJECT, name) for name in concerned.names),
                *((PartyRole.REGULATOR, name) for name in regulators),
            ),
            deal=word.start,
            amount=_fine(view, word),
            when=view.moment(word.start),
            missing=concerned.missing(PartyRole.SUBJECT),
        )
        return


def _lawful(view: View, word: Word) -> bool:
    """Tell whether a fine or an inquiry is one of the law's, where no regulator is named."""
    return view.text[word.start : word.end] not in _OF_ANYBODY


def _concerned(view: View, word: Word) -> tuple[Cast, tuple[Name, ...]]:
    """Return whom the law acts on, or who sues whom, and the regulators named."""
    start, end = view.clause(word.start)
    regulators = tuple(
        {name.key: name for name in view.names if name.regulator and name.start < end}.values()
    )
    others = [name for name in view.names if not name.regulator and start <= name.start < end]
    toward = view.before(word.start, Part.TO, start=start)
    passive = view.before(word.start, Part.BY, start=start)
    ahead = Cast(tuple(name for name in others if name.end <= word.start))
    behind = _plain(view.object(word.end, end))
    if Part.SUES in word:
        both = {name.key: name for name in (*ahead.names[-1:], *behind.names)}
        if behind:
            return Cast(tuple(both.values())), regulators
        sued = Cast(ahead.names[-2:] if toward else ahead.names[-1:])
        return (sued or _plain(view.subject(word.start))), regulators
    if toward is not None and passive is not None and passive.start > toward.start:
        toward = None  # 因向美国传输数据被罚款
    if toward is not None and toward.text in ("对", "向", "给"):
        return _plain(view.object(toward.end, word.start)) or behind, regulators
    if passive is not None:
        # 甲收购乙获得批准: it is 甲 that may; 甲说乙被罚款: it is 乙 that has to pay.
        allowed = word.text in _ALLOWS
        found = _plain(view.group(start, passive.start, last=not allowed))
        found = found or _plain(view.subject(passive.start))
        return found, regulators
    if regulators and regulators[-1].end <= word.start:
        return behind or _plain(view.object(word.end, end)), regulators
    return _plain(view.subject(word.start)) or behind, regulators


def _plain(cast: Cast) -> Cast:
    names = tuple(name for name in cast.names if not name.regulator)
    if cast.names and not names:
        return NOBODY
    return Cast(names, cast.stand, cast.said)


def _fine(view: View, word: Word) -> Figure | None:
    """Return the amount fined or claimed: near a word for it, in its clause or the next ones."""
    start, _ = view.clause(word.start)
    for figure in view.figures(FigureKind.MONEY, start, len(view.text)):
        clause, _ = view.clause(figure.start)
        if _FINED.search(view.text, clause, min(len(view.text), figure.end + 6)):
            return figure
    return None
