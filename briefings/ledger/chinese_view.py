"""A Chinese sentence as its rules look at it: who can be meant where.

Sentence -> words and clauses -> who is named or stood for -> View
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from briefings.facts import PartyRole
from briefings.ledger.chinese_clauses import CLAIMS_ITS_OWN, Clauses
from briefings.ledger.chinese_name_words import described
from briefings.ledger.chinese_names import is_likely, is_sure
from briefings.ledger.chinese_words import Part
from briefings.ledger.names import Name
from briefings.ledger.sentence import Missing, Sentence, Stand

MOST: Final = 24
"""So many verbs, or metrics, of one sentence are read: more are a list without an end."""

CARRIED: Final = 4
"""So many clauses back a subject may stand."""

_DESCRIBED: Final = 12
"""So many characters may describe somebody between 向 and the name."""

_PEOPLE: Final = (
    "大股东", "控股股东", "第一大股东", "第二大股东", "创始人", "董事长",
    "首席执行官", "ceo", "总裁",
)  # fmt: skip
"""Right behind a name: somebody of that company speaks or acts."""
_KIN: Final = ("控股股东", "大股东", "第一大股东", "第二大股东", "股东", "母公司")
_PAIRED: Final = ("前者", "后者")
_PLAINLY: Final = frozenset(["公司", "集团"])
_ALIKE: Final = re.compile(
    "(?:也|均|都|共同|一起|联合|双双|分别|各自|同时|合计|以(?=[^,;]{2,20}(?:认购|收购|入股|投资|领投|买入|买下|购入|购得|取得|拿下|增持|参股|注资|参投))"
    "|(?:将|拟|已|曾|宣布|计划)?(?:认购|收购|入股|领投|参投|跟投|增持|买下))"
)
"""Behind 甲与乙: both do the same."""
_JOINTS: Final = frozenset({
    Part.AND, Part.PARTNERS, Part.TITLE, Part.HOLDS, Part.PLAIN, Part.MARK, Part.IT, Part.SHARES,
})  # fmt: skip
"""What may stand between two who act together."""
_NEAR: Final = 2
"""So many characters may stand between a verb and whom it is done to."""
_LISTED: Final = re.compile(r"^\s*(?:股东|公司)")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who has a part: names, or the words that stand for somebody named elsewhere."""

    names: tuple[Name, ...] = ()
    stand: Stand | None = None
    said: str = ""

    def __bool__(self) -> bool:
        return bool(self.names) or self.stand is not None

    def missing(self, role: PartyRole) -> tuple[Missing, ...]:
        """Return what the sentence leaves to the reader where it names nobody."""
        if self.names or self.stand is None:
            return ()
        return (Missing(role, self.stand, self.said),)


NOBODY: Final = Cast()


@dataclass(frozen=True, slots=True)
class _Actor:
    start: int
    end: int
    name: Name | None
    stand: Stand | None
    said: str


class View(Clauses):
    """What the rules ask of a sentence."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.actors = self._actors()

    # --- clauses and words --------------------------------------------------------------------

    # --- figures ------------------------------------------------------------------------------

    # --- who ----------------------------------------------------------------------------------

    @cached_property
    def pair(self) -> tuple[Name, ...]:
        """Who 前者 and 后者 are: the two named before the first of these words."""
        spoken = [word.start for word in self.having(Part.IT) if word.text in _PAIRED]
        ahead = [name for name in self.names if spoken and name.end <= spoken[0]]
        return tuple({name.key: name for name in ahead}.values())

    @cached_property
    def company(self) -> Cast:
        """Who 公司 is in this sentence: whose announcement it is, or whose shareholder acts."""
        for name in self.names:
            after = self.text[name.end : name.end + 40]
            if after.startswith("股东") and self.text[: name.start].endswith(("为", "是", "系")):
                continue  # 甲为乙股东
            if after.startswith(
                (
                    *_PEOPLE,
                    "(",
                    "公告",
                    "发布",
                    "公布",
                    ":",
                    "晚间公告",
                    "股东",
                    "披露",
                    "招股书",
                    "招股说明书",
                    "财报",
                    "年报",
                    "季报",
                )
            ) or ("公告" in after and self.clause(name.end) == self.clause(name.end + 3)):
                return Cast((name,))
        return NOBODY

    def _is_title(self, start: int, end: int) -> bool:
        """Tell whether [start:end] is somebody's part, so that the next name is of his kin."""
        return start < end and self.text[start:end] in _KIN

    def group(self, start: int, end: int, *, last: bool = True) -> Cast:
        """Return who is named in [start:end]: the last of them, with those joined to him by 和."""
        inside = [actor for actor in self.actors if start <= actor.start and actor.end <= end]
        inside = self._acting(inside)
        if not inside:
            return NOBODY
        at = len(inside) - 1 if last else 0
        first = final = at
        while first > 0 and self._joined(inside[first - 1], inside[first]):
            first -= 1
        while final + 1 < len(inside) and self._joined(inside[final], inside[final + 1]):
            final += 1
        return self._cast(inside[first : final + 1])

    def subject(self, at: int) -> Cast:
        """Return who acts at `at`: named before it in its clause, else in an earlier one."""
        number = self.number(at)
        start = self.clauses[number][0]
        # 甲将持有的乙5%股权出售: whoever acts stands before 将.
        takes = next(self.having(Part.TAKES, start=start, end=at), None)
        found = self.group(start, takes.start if takes else at)
        for earlier in range(number - 1, max(-1, number - 1 - CARRIED), -1):
            if found:
                break
            found = self.group(*self.clauses[earlier], last=False)
            if found.names and self.is_dealt_in(found.names[0]):
                found = NOBODY
        return found

    def is_dealt_in(self, name: Name) -> bool:
        """Tell whether nobody acts in a clause that names only whom it is done to: 收购甲."""
        verb = self.before(name.start, *CLAIMS_ITS_OWN, start=self.clause(name.start)[0])
        return verb is not None and (
            name.start - verb.end <= _NEAR or described(self.text, verb.end) == name.start
        )

    def object(self, start: int, end: int) -> Cast:
        """Return the first who is named in [start:end], with those joined to him."""
        inside = [
            actor
            for actor in self.actors
            if start <= actor.start
            and actor.end <= end
            and actor.said != "其"
            and not self._presents(actor)
        ]
        if not inside:
            return NOBODY
        final = 0
        while final + 1 < len(inside) and self._joined(inside[final], inside[final + 1]):
            final += 1
        return self._cast(inside[: final + 1])

    def is_sure(self, name: Name) -> bool:
        """Tell whether a name is more than a guess: it is one anywhere, or whose news this is."""
        return is_sure(name) or any(name.named == company.named for company in self.company.names)

    def are_firms(self, names: Collection[Name]) -> bool:
        """Tell whether guesses beside each other are names, as both sides of a deal."""
        return len(names) > 1 and all(map(is_likely, names))

    def are_sure(self, names: Collection[Name]) -> bool:
        """Tell whether these are names: each is sure, or looks like one beside a sure one."""
        guesses = [name for name in names if not self.is_sure(name)]
        sure = any(map(self.is_sure, names))
        return not guesses or (sure and all(map(is_likely, guesses)))

    def stood_for(self, cast: Cast) -> Cast:
        """Return who 公司 is where the sentence tells, otherwise the words themselves."""
        if cast.names or cast.stand is not Stand.ONE:
            return cast
        if cast.said == "其" and any(
            self._is_title(one.end, other.start)
            for one in self.company.names
            for other in self.names
        ):
            return NOBODY  # 甲控股股东乙
        if cast.said in _PAIRED and len(self.pair) == 2:
            return Cast((self.pair[_PAIRED.index(cast.said)],))
        return self.company or cast

    def _presents(self, actor: _Actor) -> bool:
        """Tell whether 公司 only says whose shareholder follows: 公司控股股东某某."""
        if actor.name is not None:
            return False
        title = next(self.having(Part.TITLE, start=actor.end, end=actor.end + 1), None)
        return title is not None and any(name.start == title.end for name in self.names)

    def _acting(self, actors: list[_Actor]) -> list[_Actor]:
        """Return those who are not named for another's sake, nor listed with such a one."""
        acting: list[_Actor] = []
        aside: _Actor | None = None
        for actor in actors:
            if self._aside(actor) or (
                aside is not None
                and self.text[aside.start - 1] in "向从给"
                and self._joined(aside, actor)
            ):
                aside = actor if aside is None or self._aside(actor) else aside
            else:
                acting.append(actor)
                aside = None
        return acting

    def _aside(self, actor: _Actor) -> bool:
        """Tell whether somebody is named for another's sake: 向某, 与某, 某持有的, 某股东."""
        before = self.before(actor.start, Part.TO, start=max(0, actor.start - _DESCRIBED))
        if before and all(
            word.parts & {Part.TITLE, Part.PLAIN}
            or (word.text in _PLAINLY and word.end == actor.start)  # 向支付公司某某
            for word in self.having(*Part, start=before.end, end=actor.start)
        ):
            return not (Part.AND in before and _ALIKE.match(self.text, actor.end))
        return self.text.startswith(("的股东", "旗下", "手中"), actor.end) or any(
            word.start == actor.end
            for word in self.having(Part.TITLE, start=actor.end, end=actor.end + 1)
        )

    def _joined(self, left: _Actor, right: _Actor) -> bool:
        between = self.text[left.end : right.start]
        if len(between) > 20:
            return False
        joints = list(self.having(*Part, start=left.end, end=right.start))
        if not joints or joints[0].start - left.end > 12:
            return False
        if Part.AND not in joints[0] and joints[0].text not in ("联手", "携手"):
            return False
        if joints[0].start > left.end and "(" not in between[: joints[0].start - left.end]:
            return False
        return all(word.parts & _JOINTS for word in joints)

    def _cast(self, actors: list[_Actor]) -> Cast:
        names: dict[str, Name] = {}
        for actor in actors:
            if actor.name is not None:
                names.setdefault(actor.name.key, actor.name)
        if names:
            return Cast(tuple(names.values()))
        return self.stood_for(Cast((), actors[-1].stand, actors[-1].said))

    # --- reading the sentence -----------------------------------------------------------------

    def _actors(self) -> list[_Actor]:
        actors = [_Actor(name.start, name.end, name, None, name.named) for name in self.names]
        ends = {word.end for word in self.words} | {name.end for name in self.names}
        starts = {name.start for name in self.names}
        after_names = {name.end for name in self.names}
        for word in self.having(Part.IT, Part.BOTH):
            if word.text in _PLAINLY and (
                (word.start and word.start not in ends)
                or word.start in after_names
                or word.end in starts
            ):
                continue  # 游戏公司 is no 公司, nor is 支付公司Paytm
            stand = Stand.BOTH if Part.BOTH in word else Stand.ONE
            if not _LISTED.match(self.text[word.end :]):
                actors.append(_Actor(word.start, word.end, None, stand, word.text))
        return sorted(actors, key=lambda actor: actor.start)
