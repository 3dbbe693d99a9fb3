"""What a Chinese sentence mentions by the way: comparisons, origins, dates of other things."""

from __future__ import annotations

import re
from typing import Final

_COMPARED: Final = re.compile(
    "(?:而|但|不过)?(?:[与和跟同较]|相比)[^,;。]*(?:不同|相比|相较|类似|一样|有别)|不同于[^,;。]*|相比[^,;。]*"
)
_MENTIONED: Final = re.compile(
    "[^,;。]{0,6}?(?:提起|成立|创立|创办|发起|推出|上线|上市|收购|入股|投资|签署|发布)的"
)
"""Behind a date: it is when something began that is told of."""
_YEAR_TO: Final = re.compile("[日底末份]*止?(?:的)?(?:年度|财年|财政年度|[三六九十]个月|半年|季度)")
"""Behind the day that a company's year ends."""
_DEADLINE: Final = re.compile(
    "(?:可在|可于|有权在|有权于|不晚于|不迟于|(?:续约|续签|延长?|签约|合作)[至到])$"
)
_HOLDS_SOME: Final = re.compile(r"持(?:股|有)?[约近超逾]?[\d.]+%|收购|入股|增持|减持|认购")
"""Of a clause with it: the figures behind may be of whom it is held in."""
_ORIGINS: Final = ("来自", "贡献", "计入")


def is_comparison(text: str, start: int, end: int) -> bool:
    """Tell whether a clause only names what another is compared with: 与甲入股乙不同."""
    return _COMPARED.fullmatch(text, start, end) is not None


def is_part(text: str, start: int, end: int) -> bool:
    """Tell whether a clause tells of a part, or where something comes from: 其中八成来自甲."""
    return (
        text.startswith("其中", start)
        or any(text.find(word, start, end) >= 0 for word in _ORIGINS)
        or _HOLDS_SOME.search(text, start, end) is not None
    )


def is_date_of_another(text: str, start: int, end: int) -> bool:
    """Tell whether the date at [start:end] is of something else: 2020年提起的诉讼."""
    if text.startswith(("次年", "翌年"), max(0, start - 2)):
        return True
    return (
        _MENTIONED.match(text, end) is not None
        or _DEADLINE.search(text, 0, start) is not None
        or _YEAR_TO.match(text, end) is not None
    )
