"""Who works together or founds something together, in Chinese sentences.

View -> words for it -> those it concerns, around 与 and 和 -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from briefings.facts import Kind, PartyRole
from briefings.ledger.chinese_name_words import described
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_view import MOST, View
from briefings.ledger.chinese_words import TEAMS_UP, Part, Word, words
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft, Missing, Stand
from briefings.text.amounts import FigureKind

_WORKED_ON: Final = re.compile(
    "达成|签署|签订|组成|结成|结束|解除|宣布|深化|展开|开展|建立|推进|加强|启动|战略|携手|联手|联合|扩大|恢复|打通|互联互通|结盟"
    "|终止|否认|洽谈|探讨|考虑|已|正在|将|拟|继续|推出|打造|共建|共同|上线|发布|开发|研发|开设|开启|续签|续约"
    "|签约|联名|互授|互通|布局|举办|协议|备忘录|牵手|结为|缔结|进行|谈判|磋商|商谈|接入"
)
_WITH: Final = TEAMS_UP | words("与 和 同 跟 及 以及 、")
_PARTNER: Final = words("合作伙伴 全球合作伙伴 战略合作伙伴 战略伙伴")
"""What two are to each other: news where they become it."""
_BECOMES: Final = re.compile("成为|结成|结为|缔结|建立|签|达成")
_MADE: Final = re.compile(
    "推出|打造|发布|上线|研发|开发|举办|启动|建设|共建|开展|宣布|成立实验室|布局|探索"
)
"""What 联合 and whom stands before where it is news of the two."""
_DEALS: Final = (
    Part.BUYS, Part.BUYS_SHARES, Part.BUYS_BACK, Part.SELLS, Part.PLEDGES, Part.JOINS,
)  # fmt: skip
_AGAINST: Final = ("对抗", "抗衡", "对付", "挑战", "迎战", "狙击", "围剿")
"""Behind 结盟: against whom."""
_PAIR: Final = 2
_IN_TURN: Final = re.compile("先后|分别|各自")
"""Several work together, each with another."""
_SPOKEN_OF: Final = re.compile("将|有望|会|可|能|预计|为")
_FOUNDED: Final = re.compile(
    "成立|设立|组建|创办|组成|新设|合组|共组|共建|合资(?:造|建|生产|经营|开发|研发)"
)

_A_FIRM: Final = re.compile(
    "了?(?:一家|新)?[^,;、的]{0,8}(?:公司|企业|厂牌)(?!战略|合作|内部|研究|事业)"
)


def drafts(view: View) -> Iterator[Draft]:
    """Yield what a sentence says of partnerships and joint ventures."""
    founded = False
    for draft in _joint(view):
        founded = True
        yield draft
    if not founded:
        yield from _partnerships(view)


def _joint(view: View) -> Iterator[Draft]:
    for word in islice(view.having(Part.JOINS, Part.FOUNDS), MOST):
        start, end = view.clause(word.start)
        if not (_FOUNDED.search(view.text, start, end) or "共同" in word.text):
            continue
        if Part.FOUNDS in word and not _is_firm(view, word):
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


def _is_firm(view: View, word: Word) -> bool:
    """Tell whether it is a firm that somebody founds with another: 甲与乙组建汽车公司."""
    start, end = view.clause(word.start)
    return (
        _A_FIRM.match(view.text, word.end, end) is not None
        and view.has(Part.AND, Part.TO, start=start, end=word.start)
        and not view.has(Part.JOINS, start=start, end=end)
    )


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
        if not _is_news(view, word, start, end):
            continue
        if _SPOKEN_OF.match(view.text, word.end) and view.text.startswith("的", word.start - 1):
            continue  # 与乙的合作将带来5亿元: no news of the partnership
        together = _together(view, start, word)
        standing = _standing(view, start, word)
        if len(together) > _PAIR and _IN_TURN.search(view.text, start, word.start):
            continue  # 甲与乙、丙与丁先后达成合作
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


def _is_news(view: View, word: Word, start: int, end: int) -> bool:
    """Tell whether a clause says that somebody works with another, not that he does anyway."""
    if word.text in ("联手", "携手") and view.has(
        *_DEALS, Part.INVESTS, Part.LEADS, start=word.end, end=end
    ):
        return False  # 甲联手乙投资丙
    if word.text in _PARTNER:
        return _BECOMES.search(view.text, start, word.start) is not None
    if word.text == "联合":
        beside = next((name for name in view.names if name.start == word.end), None)
        return beside is not None and _MADE.search(view.text, beside.end, end) is not None
    if word.text == "达成协议":
        return not view.has(*_DEALS, Part.INVESTS, Part.RULES, Part.SUES)
    if word.text.endswith("协议") and view.has(*_DEALS, start=start, end=end):
        return False
    return bool(_WORKED_ON.search(view.text, start, end)) or _ends_in(view, word)


def _ends_in(view: View, word: Word) -> bool:
    """Tell whether 合作 is what a clause ends in: 甲与乙合作."""
    return not view.text[word.end : view.clause(word.start)[1]].strip("。!” ")


def _together(view: View, start: int, word: Word) -> tuple[Name, ...]:
    """Return who is named with whom: around 与 and its like, before the word or right behind it."""
    _, end = view.clause(word.start)
    becomes = _BECOMES.search(view.text, start, word.start) if word.text in _PARTNER else None
    named: dict[str, Name] = {}
    for name in view.names:
        if not start <= name.start < end or name.regulator:
            continue
        near = name.start - word.end <= 2 and not view.text.startswith(_AGAINST, word.end)
        near = near or described(view.text, word.end) == name.start
        beside = near and word.text in _WITH
        if name.start >= word.end and not beside:
            continue
        named.setdefault(name.key, name)
    both = view.has(Part.BOTH, start=start, end=end)
    told = both or view.has(Part.PARTNERS, start=start, end=end)
    if start and ((not named and told) or (len(named) == 1 and both)):
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
    if len(named) == 2 and becomes is not None:
        return tuple(named.values())
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
    first, last = sorted(ahead.values(), key=lambda name: name.start)
    titled = view.has(Part.TITLE, start=first.end, end=last.start)
    if titled:
        return ()  # 甲董事长某某表示
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
