"""Upon whom the law acts, and who goes to court, in Chinese sentences.

View -> words for it -> those it concerns, before 被, behind 对 -> Draft
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from briefings.facts import Kind, PartyRole, Status
from briefings.ledger.chinese_each import apart
from briefings.ledger.chinese_status import status
from briefings.ledger.chinese_view import MOST, NOBODY, Cast, View
from briefings.ledger.chinese_words import Part, Word, words
from briefings.ledger.names import Name
from briefings.ledger.sentence import Draft
from briefings.text.amounts import Figure, FigureKind
from briefings.text.periods import Moment

_BY_LAW: Final = re.compile(
    "政府|当局|总统|特朗普|拜登|国防部|财政部|商务部|贸易代表|国会|参议院|众议院|法官|法院|部门|监管|反垄断|警方"
    "|消保委|消协|委员会|欧盟|美国|印度|英国|德国|法国|意大利|西班牙|荷兰|爱尔兰|波兰|俄罗斯|土耳其|日本|韩国|越南"
    "|印尼|印度尼西亚|泰国|马来西亚|新加坡|菲律宾|澳大利亚|加拿大|巴西|墨西哥|尼泊尔|巴基斯坦|台湾|香港"
)
"""Behind such a word it is a state that acts, whoever of it."""
_STATE: Final = re.compile(
    "政府|当局|国防部|财政部|商务部|部门|贸易代表|法院|高院|法官|警方|消保委|消协|委员会|总统|机构$|局$"
)
_RULED: Final = words("判决 判令 判赔 高院判 中院判 法院判 获赔")
"""A court has ruled: it concerns both who are named."""
_BLACKLIST: Final = re.compile(
    "黑名单|军事企业|军方|涉军|恶名|实体清单|制裁|失信|经营异常|被执行|观察名单|管制"
)
_PRIVATE: Final = re.compile(
    "(?:[美港]国?投资者|一[名位些]|多[名位]|数[名位]|[两三]名|用户|网友|消费者|股民|投资者|员工|律师|作家|家长|乘客)[^,;]{0,8}$"
)
"""Who is no organisation goes to court."""
_FACED: Final = re.compile("受理|面临|考虑|威胁")
_STAFF: Final = re.compile("[^,;]{0,4}(?:员工|用户|主播|博主|消费者|网友|高管)")
_PENDING: Final = re.compile(
    "受理|立案|审理|开庭|尚未|未判|引发热议|备受关注|择日|将于|案明日|案今日"
)
_IN_COURT: Final = re.compile("法院|[高中]院|起诉|诉讼|状告|[^上公]诉")
_MAY_BE: Final = re.compile("(?:金额|额)?(?:或(?=[高达将面超])|可能|最高可|恐)")
_MAY: Final = re.compile("可能|(?:或|恐|有)(?:将|会)?(?:被|遭|面临)|风险")
_NO_FIRM: Final = re.compile(r"(?:上市|案件?|整改|方案|团购企业|平台企业)$|^\d+起")
_OF_THAT: Final = re.compile(r"的?(?:百分之|\d[\d.]*%)|的\d")
"""Behind a sum: a share of it is the fine."""
_SUMMED: Final = re.compile("(?:合计|共计|总计|即|计)[为约人民币]{0,5}$")
_GIVEN_BACK: Final = re.compile("(?:退还|退赔|退回|保证金|违法所得)[^,;]{0,8}$")
_PAID_TO: Final = re.compile("(?:赔偿|赔付|支付给?|判给|向|给)了?$")
_MARK: Final = re.compile("[”\"』」’']?的?(?:系列)?(?:商标|标识|字样|图标|域名|专利|著作权|版权)")
_TURNOVER: Final = re.compile("年?度?[^,;。]{0,8}(?:销售额|营业额|营收|收入)")
_FINED: Final = re.compile(r"罚|处以|赔偿|索赔|判令|罚没|获赔|判赔|和解")
_LAW_NOUN: Final = re.compile("机制|制度|情况|结果|显示|数据|报告|问卷|研究|发现|者")
_OF_ANYBODY: Final = words(
    """调查 警告 叫停 禁止 批准 开出 通报 点名 暂缓 封禁 禁用 封杀 列入 否决 阻止 安全审查 下架
    反垄断审查"""
)
"""What others than regulators do as well."""
_ALLOWS: Final = words("批准 获批 核准 附条件批准 无条件批准 否决 阻止 叫停 禁止 反垄断审查")


def drafts(view: View) -> Iterator[Draft]:
    """Yield what a sentence says of the acts of regulators and courts."""
    for word in islice(view.having(Part.RULES, Part.SUES), MOST):
        if _LAW_NOUN.match(view.text, word.end) or _is_possible(view, word):
            continue
        if word.text == "罚" and _fine(view, word) is None:
            continue
        reached = status(view, word)
        if reached is None:
            continue
        if (Part.SUES in word and _is_private(view, word)) or _is_filed(view, word):
            continue
        if word.text == "列入" and not _BLACKLIST.search(view.text, word.end):
            continue
        concerned, regulators = _concerned(view, word)
        if not concerned.names and not (concerned and regulators):
            continue
        if any(_NO_FIRM.search(name.named) for name in concerned.names):
            continue
        if not regulators and not view.are_sure(concerned.names):
            continue
        if Part.SUES not in word and not regulators and not _lawful(view, word):
            continue
        if reached is Status.ANNOUNCED and not view.has(
            Part.INTENDS, Part.WANTS, Part.TAKES, start=view.clause(word.start)[0], end=word.start
        ):
            reached = Status.COMPLETED
        draft = Draft(
            kind=Kind.REGULATORY,
            status=reached,
            names=(
                *((PartyRole.SUBJECT, name) for name in concerned.names),
                *((PartyRole.REGULATOR, name) for name in regulators),
            ),
            deal=word.start,
            amount=_fine(view, word),
            when=_when(view, word),
            missing=concerned.missing(PartyRole.SUBJECT),
        )
        yield from apart(view, draft, view.clause(word.start)[0])
        return


def _is_private(view: View, word: Word) -> bool:
    """Tell whether somebody who is no organisation goes to court, or a court has not ruled yet."""
    start, _ = view.clause(word.start)
    return (
        _PRIVATE.search(view.text, start, word.start) is not None
        or _FACED.search(view.text, start, word.start) is not None
        or _STAFF.match(view.text, word.end, view.clause(word.start)[1]) is not None
        or _PENDING.search(view.text, word.end) is not None
    )


def _is_possible(view: View, word: Word) -> bool:
    """Tell whether the law only may act: 罚款或高达10亿元, 可能被罚款."""
    start, _ = view.clause(word.start)
    return (
        _MAY_BE.match(view.text, word.end) is not None
        or _MAY.search(view.text, start, word.start) is not None
    )


def _is_filed(view: View, word: Word) -> bool:
    """Tell whether a court has only taken up a suit: 法院已经立案, 获法院立案受理."""
    return word.text == "立案" and (
        view.text.startswith("受理", word.end)
        or _IN_COURT.search(view.text, 0, word.start) is not None
    )


def _lawful(view: View, word: Word) -> bool:
    """Tell whether a fine or an inquiry is one of the law's, where no regulator is named."""
    if word.text not in _OF_ANYBODY:
        return True
    if word.text == "列入":
        return True
    start, _ = view.clause(word.start)
    state = _BY_LAW.search(view.text, start, word.start)
    if state is None or view.text.startswith(("在", "于"), state.start() - 1):
        return False
    ahead = any(not name.regulator and start <= name.start < state.start() for name in view.names)
    return not ahead or view.has(Part.BY, start=start, end=state.start())


def _concerned(view: View, word: Word) -> tuple[Cast, tuple[Name, ...]]:
    """Return whom the law acts on, or who sues whom, and the regulators named."""
    start, end = view.clause(word.start)
    regulators = tuple(
        {name.key: name for name in view.names if name.regulator and name.start < end}.values()
    )
    others = [name for name in view.names if not _is_state(name) and start <= name.start < end]
    toward = view.before(word.start, Part.TO, start=start)
    passive = view.before(word.start, Part.BY, start=start)
    ahead = Cast(tuple(name for name in others if name.end <= word.start))
    behind = _plain(view.object(word.end, end))
    if word.text in _RULED:
        first = view.clauses[max(0, view.number(start) - 1)][0] if word.text == "获赔" else start
        told = {name.key: name for name in view.names if first <= name.start < end}
        return _without_paid(view, _plain(Cast(tuple(told.values())))), regulators
    if Part.SUES in word:
        both = {name.key: name for name in (*ahead.names[-1:], *behind.names)}
        if behind:
            return Cast(tuple(both.values())), regulators
        sued = Cast(ahead.names[-2:] if toward else ahead.names[-1:])
        return (sued or _plain(view.subject(word.start))), regulators
    if toward is not None and passive is not None and passive.start > toward.start:
        toward = None  # 因向美国传输数据被罚款
    takes = view.before(word.start, Part.TAKES, start=start)
    if takes is not None and (taken := _plain(view.object(takes.end, word.start))):
        return taken, regulators
    if toward is not None and toward.text in ("对", "向", "给"):
        return _plain(view.object(toward.end, word.start)) or behind, regulators
    if passive is not None:
        # 甲收购乙获得批准: it is 甲 that may; 甲说乙被罚款: it is 乙 that has to pay.
        allowed = word.text in _ALLOWS
        found = _plain(view.group(start, passive.start, last=not allowed))
        found = found or _plain(view.subject(passive.start))
        if allowed and found.names and _of_two(view, start, passive.start):
            found = _plain(Cast(tuple({name.key: name for name in ahead.names}.values())))
        return found, regulators
    if word.text in _ALLOWS and behind and _of_two(view, word.end, end):
        told = {name.key: name for name in others if name.start >= word.end}
        return Cast(tuple(told.values())), regulators
    if regulators and regulators[-1].end <= word.start:
        return behind or _plain(view.object(word.end, end)), regulators
    return _plain(view.subject(word.start)) or behind, regulators


def _plain(cast: Cast) -> Cast:
    names = tuple(name for name in cast.names if not _is_state(name))
    if cast.names and not names:
        return NOBODY
    return Cast(names, cast.stand, cast.said)


def _of_two(view: View, start: int, end: int) -> bool:
    """Tell whether it is a deal of two that the law acts on: 批准甲收购乙."""
    return (
        view.has(Part.BUYS, Part.BUYS_SHARES, start=start, end=end)
        or "合并" in (view.text[start:end])
        or view.has(Part.JOINS, start=start, end=end)
    )


def _is_state(name: Name) -> bool:
    """Tell whether a name is a regulator's or another body's of a state."""
    return name.regulator or (name.organisation is None and _STATE.search(name.named) is not None)


def _fine(view: View, word: Word) -> Figure | None:
    """Return the amount fined or claimed: beside a word for it, in its clause or the next ones.

    处以销售额20亿元4%的罚款,计8000万元; 退还保证金3亿元,并处以5亿元罚款.
    """
    start, _ = view.clause(word.start)
    for figure in view.figures(FigureKind.MONEY, start, len(view.text)):
        clause, end = view.clause(figure.start)
        if _OF_THAT.match(view.text, figure.end) or _GIVEN_BACK.search(
            view.text, clause, figure.number_start
        ):
            continue
        summed = _SUMMED.search(view.text, clause, figure.number_start)
        first = start if summed and summed.start() == clause else clause
        if _FINED.search(view.text, first, min(end, figure.end + 6)):
            return figure
    return None


def _when(view: View, word: Word) -> Moment | None:
    """Return when the law acted, not the year whose turnover a fine is measured by."""
    when = view.moment(word.start)
    return None if when and _TURNOVER.match(view.text, when.end) else when


def _without_paid(view: View, told: Cast) -> Cast:
    """Return those ruled on, nobody where only who is paid is named: 判决被告赔偿甲.

    A name that is only a mark's is nobody's: 停止使用“某某”商标.
    """
    names = tuple(name for name in told.names if not _MARK.match(view.text, name.end))
    if all(_PAID_TO.search(view.text, 0, name.start) for name in names):
        return NOBODY
    return Cast(names)
