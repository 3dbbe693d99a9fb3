"""Names that only describe whoever follows them, in Chinese sentences: 甲投资的乙, 持有甲的乙.

Text, where a name stands in it -> what is written on to it before and behind -> describes or not

What such a name describes has the figures; the name itself has none. The View leaves out those that
`chinese_owners` is certain of for deals; what is only likely (partners, customers, 甲所属的)
is enough to give a figure to nobody.
"""

from __future__ import annotations

import re
from typing import Final

_TAKES_PART: Final = (
    "投资|参股|控股|支持|持股|占股|持有|持|入股|参投|领投|创办|创立|创建|孵化|看中|收购|背书|扶持|力挺"
    "|押注|主导|并购|私有化|出资|注资|增持|减持|分拆|剥离"
)
_SHARE: Final = (
    r"(?:约|近|超过?|逾|过|[\d.]+%|的?(?:股份|股权|权益)|多数|少数|股东|亿|万|美元|元|\d)*+"
)
_NO_HEAD: Final = (
    "(?!股|权益|消息|传[闻言]|计划|交易|协议|谈判|报道|新闻|价格|对价|金额|资金|比例|全部|部分|多数|少数"
    r"|剩余|其余|过程|可能|意向|约|\d|资产|业务|所有|决定|方案|意愿|要约|事[项宜]|承诺|理由|原因|目的"
    r"|说法|那|这|时候|同时|基础|$)"
)
_BACKED: Final = re.compile(
    "(?:集团|公司|控股|系)?(?:[和与及、][^,;。的]{2,8})?(?:前(?:高管|员工|副?总裁)|(?:前?高管|创始人|员工)|等)?"
    f"(?:曾经?|已|也|亦|均|都|共同|联合|战略|独家|早期|间接|直接|最早|全资|重仓|大举|旗下)*"
    f"(?:{_TAKES_PART}|所?(?:属|在|拥有|控制))(?:过|了)?{_SHARE}的{_NO_HEAD}"
)
"""Behind a name: 甲投资的, 甲持股12%的, 甲前员工创立的, 甲所属的."""
_TIED: Final = re.compile(
    "(?:集团|公司)?(?:(?:的|系)?(?:前|老|原|曾经的|最大|主要|第[一二三四]大|昔日|长期|重要|战略|直接)*"
    "(?:竞争对手|对手|劲敌|竞争者|竞品|合作伙伴|合作方|伙伴|盟友|客户|供应商|服务商|代工厂|运营商|经销商"
    "|股东|投资方|投资人|金主|母公司|大股东|创始人|前身|关联公司|关联方|兄弟公司|邻居|联营公司|参股公司|被投(?:公司|企业)))"
    "(?=[“《]?[一-鿿a-z])(?!数|量|为|大会|计划|账期|是|达|超|已|人|规模|总|约|增|减|突破|向|在|将|均|也|贡献|持|减|增)"
    "|系(?:的|公司|平台|企业|创业公司|成员)?(?=[一-鿿a-z])(?![统列数])"
)
"""Behind a name: 甲的竞争对手, 甲系公司."""
_DONE_TO: Final = re.compile(
    "(?:持有|控股|参股|投资|入股|收购|并购|领投|参投|脱胎于|源自|背靠|依托|出自|隶属于?|归属于?|孵化自|拆分自|拆自|创办|创立|代表"
    "|主营|运营|手握|坐拥|押注|支持|前身为|前身是|曾属于?)(?:了|过)?$"
)
"""Before a name: 控股甲的, 脱胎于甲的."""
_WHO_DOES: Final = re.compile(f"(?:集团|公司)?(?:旗下)?{_SHARE}的{_NO_HEAD}(?=[“《]?[一-鿿a-z])")
_LESS: Final = re.compile(
    "(?:扣除|剔除|撇除|不[含计]|除|除去|来自于?|源自|源于|得自|抛开)(?:了|掉)?$"
)
"""Before a name: a part without it, or from it, is told of another."""
_FORMER: Final = 12


def describes(text: str, start: int, end: int) -> bool:
    """Tell whether the name at [start:end] of a folded text describes whoever follows it.

    腾讯投资的快手去年营收810亿元: the revenue is 快手's. 持有微博30%股份的阿里巴巴营收157亿元: it
    is 阿里巴巴's. The share that 阿里持有的京东股份 tells of is nobody's description.
    """
    return (
        _BACKED.match(text, end) is not None
        or _TIED.match(text, end) is not None
        or (
            _DONE_TO.search(text, max(0, start - _FORMER), start) is not None
            and _WHO_DOES.match(text, end) is not None
        )
    )


def is_source(text: str, start: int) -> bool:
    """Tell whether something comes from the name at `start`, or is told without it: 来自甲的."""
    return _LESS.search(text, max(0, start - _FORMER), start) is not None
