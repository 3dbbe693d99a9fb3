"""The words around a number, English and Chinese: scales, currencies, bounds, what is counted.

Every pattern here is written for folded text (`text.names.folded`): lower case, half width,
simplified characters, a line end as a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from briefings.facts import Bound


def any_of(alternatives: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first; Latin ones to their end."""
    ordered = sorted(alternatives, key=len, reverse=True)
    listed = (re.escape(word) + r"(?![a-z])" * _is_latin(word[-1]) for word in ordered)
    return f"(?:{'|'.join(listed)})"


def _is_latin(character: str) -> bool:
    return "a" <= character <= "z"


SCALES = {
    "thousand": 3,
    "million": 6,
    "mln": 6,
    "mio": 6,
    "mn": 6,
    "billion": 9,
    "bln": 9,
    "bn": 9,
    "trillion": 12,
    "trn": 12,
    "tn": 12,
    "lakh": 5,
    "lakhs": 5,
    "crore": 7,
    "crores": 7,
}
"""The power of ten of an English word after a number."""

LETTER_SCALES = {"k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9, "tn": 12}
"""Those that count only when written on to the number: 500m."""

CHINESE_SCALES = {
    "万亿": 12,
    "千亿": 11,
    "百亿": 10,
    "十亿": 9,
    "亿": 8,
    "千万": 7,
    "百万": 6,
    "十万": 5,
    "万": 4,
    "千": 3,
    "百": 2,
}

_CENT = Decimal("0.01")

CURRENCIES_AFTER: dict[str, tuple[str, Decimal]] = {
    name: (code, worth)
    for code, worth, names in (
        ("USD", Decimal(1), "u.s. dollars|u.s. dollar|us dollars|us dollar|u.s. dlrs|u.s. dlr"),
        ("USD", Decimal(1), "dollars|dollar|dlrs|dlr|usd|美元|美金"),
        ("USD", _CENT, "u.s. cents|cents|cent|cts|美分"),
        ("HKD", Decimal(1), "hong kong dollars|h.k. dlrs|hk dollars|hk dlrs|hkd|港元|港币|港幣"),
        ("CAD", Decimal(1), "canadian dollars|canadian dlrs|cad|加元|加拿大元|加币"),
        ("AUD", Decimal(1), "australian dollars|australian dlrs|aud|澳元|澳大利亚元|澳币"),
        ("NZD", Decimal(1), "new zealand dollars|n.z. dlrs|nzd|新西兰元|纽元"),
        ("SGD", Decimal(1), "singapore dollars|singapore dlrs|sgd|新加坡元|新加坡币|新元|坡币"),
        ("TWD", Decimal(1), "taiwan dollars|new taiwan dollars|twd|新台币|台币"),
        ("CNY", Decimal(1), "chinese yuan|yuan|renminbi|rmb|cny|元人民币|人民币元|人民币|元|块钱"),
        ("EUR", Decimal(1), "euros|euro|eur|欧元"),
        ("GBP", Decimal(1), "pounds sterling|pounds|stg|sterling|gbp|英镑"),
        ("GBP", _CENT, "pence|便士"),
        ("JPY", Decimal(1), "japanese yen|yen|jpy|日元|日圆"),
        ("KRW", Decimal(1), "south korean won|korean won|won|krw|韩元|韩圆"),
        ("INR", Decimal(1), "indian rupees|rupees|rupee|inr|印度卢比|卢比"),
        ("CHF", Decimal(1), "swiss francs|chf|瑞士法郎|瑞郎"),
        ("FRF", Decimal(1), "french francs|francs"),
        ("DEM", Decimal(1), "west german marks|german marks|marks"),
        ("NLG", Decimal(1), "dutch guilders|guilders"),
        ("ITL", Decimal(1), "italian lire|lire"),
        ("SEK", Decimal(1), "swedish crowns|swedish kronor|swedish krona|瑞典克朗"),
        ("SEK", Decimal(1), "kronor|krona|crowns|sek"),
        ("NOK", Decimal(1), "norwegian kroner|norwegian crowns|norwegian krone|nok|挪威克朗"),
        ("DKK", Decimal(1), "danish kroner|danish crowns|danish krone|dkk|丹麦克朗"),
        ("PLN", Decimal(1), "polish zlotys|polish zloty|zlotys|zloty|pln|兹罗提"),
        ("CZK", Decimal(1), "czech crowns|czech koruna|czech korunas|koruna|czk|捷克克朗"),
        ("TRY", Decimal(1), "turkish lira|turkish liras|里拉"),
        ("ZAR", Decimal(1), "south african rand|rand|zar|兰特"),
        ("MXN", Decimal(1), "mexican pesos|mxn|墨西哥比索"),
        ("PHP", Decimal(1), "philippine pesos|菲律宾比索"),
        ("PKR", Decimal(1), "pakistani rupees|pkr|巴基斯坦卢比"),
        ("ILS", Decimal(1), "israeli shekels|shekels|谢克尔"),
        ("SAR", Decimal(1), "saudi riyals|riyals|沙特里亚尔"),
        ("EGP", Decimal(1), "egyptian pounds|埃及镑"),
        ("KZT", Decimal(1), "kazakh tenge|tenge|坚戈"),
        ("RUB", Decimal(1), "roubles|rubles|卢布"),
        ("BRL", Decimal(1), "reais|雷亚尔"),
        ("THB", Decimal(1), "baht|泰铢"),
        ("MYR", Decimal(1), "ringgit|林吉特|令吉|马币"),
        ("IDR", Decimal(1), "rupiah|印尼盾"),
        ("VND", Decimal(1), "dong|越南盾"),
        ("AED", Decimal(1), "dirhams|迪拉姆"),
    )
    for name in names.split("|")
}
"""Currencies as written after a number: the code, and what one of them is worth in it."""

CURRENCIES_BEFORE = {
    sign: code
    for code, signs in (
        ("USD", "us$|u.s.$|usd|$|美元"),
        ("HKD", "hk$|h.k.$|hkd|港币|港元"),
        ("AUD", "a$|au$|aud|澳元"),
        ("CAD", "c$|ca$|cad|加元"),
        ("NZD", "nz$|nzd"),
        ("SGD", "s$|sgd|新加坡元"),
        ("TWD", "nt$|twd|新台币"),
        ("BRL", "r$"),
        ("CNY", "¥|￥|rmb|cny|yuan|人民币"),
        ("EUR", "€|eur|欧元"),
        ("GBP", "£|gbp|英镑"),
        ("JPY", "jpy|日元"),
        ("INR", "₹|rs|rs.|inr"),
        ("KRW", "₩|krw"),
        ("CHF", "chf"),
        ("NOK", "nok"),
        ("DKK", "dkk"),
        ("SEK", "sek"),
        ("RUB", "₽"),
    )
    for sign in signs.split("|")
}
"""Currencies as written before a number."""

BOUNDS_BEFORE = {
    word: bound
    for bound, words in (
        (
            Bound.AT_LEAST,
            "at least|more than|over|just over|well over|above|upwards of|upward of|in excess of"
            "|exceeding|exceeds|exceeded|exceed|no less than|not less than|no fewer than"
            "|not fewer than|a minimum of|minimum|topped|topping|surpassed|surpassing|north of"
            "|greater than|beyond|larger than|>|≥"
            "|不得低于|不得少于|超过了|超过|超出|超|逾|至少|不低于|不少于|不小于|不下于|不下|多于|高于|大于|突破了"
            "|突破|最少|最低|起码|已过",
        ),
        (
            Bound.UP_TO,
            "up to|as much as|as many as|at most|less than|fewer than|under|below|no more than"
            "|not more than|no greater than|not exceeding|not to exceed|a maximum of|maximum"
            "|<|≤|不得超过|不得高于|不得多于|不得超出|不超过|不超出|不超|未超过|不高于|不多于|不大于|至多|最多|最高可达|最高达|最高"
            "|上限为|低于|少于|小于|不足|不到|不满|未达|未达到",
        ),
        (
            Bound.ABOUT,
            "about|around|some|nearly|almost|approximately|approx.|approx|roughly|close to"
            "|an estimated|estimated|circa|ca.|c.|~|near|nearing|just under|just below|just about"
            "|just shy of|大约为|大约|约为|约合|约占|约|将近|近|接近|大概|逼近|估计",
        ),
    )
    for word in words.split("|")
}
"""What stands before a number it bounds."""

BOUNDS_AFTER = {
    word: bound
    for bound, words in (
        (Bound.AT_LEAST, "or more|or above|or higher|and above|at least|+|或以上|及以上|以上"),
        (
            Bound.UP_TO,
            "or less|or fewer|or below|at most|at the most|maximum|或以下|及以下|以下|以内|之内",
        ),
        (Bound.ABOUT, "or so|or thereabouts|左右|上下|许"),
    )
    for word in words.split("|")
}
"""What stands after a number it bounds."""

BOUND_ARTICLES = "an additional|an extra|a further|an|a|the|its|another|additional|further"
"""What may stand between a bound and its number: up to a further 30%."""

CHINESE_WHOLE = "[^，。；,;、0-9]{0,12}?(?:总股本|股本总数|股本|股份总数|总股份)(?:的?比例)?的?"
"""The same in Chinese, a whole: 不超过公司总股本的2%."""
OWN_WORDS_ASIDE = "(?<![签违履预邀要合契条公节](?=约))(?<![最附](?=近))(?<![中英](?=超))"
"""Not where the bound is the end of another word: 签约, 最近."""

PER_AFTER = (
    "share|unit|ads|adr|ounce|barrel|tonne|ton|day|week|month|quarter|year|annum|user|person"
)
PER_CHINESE = "股|份|年|月|日|天|人|户|吨|平方米|平米|单"

POINTS = "(?:(?:percentage|percent|pct)[ -]points?|ppts?|pp)(?![a-z])|个百分点|百分点"
BASIS_POINTS = "(?:basis points?|bps?)(?![a-z])|个基点|基点"
PERCENT = "%|(?:percent|per cent|pct|pc)(?![a-z])"

NO_COUNT = (
    "years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|quarters?|decades?|centuries"
    "|century|times|fold|am|pm|a\\.m|p\\.m|o'clock|th|st|nd|rd|degrees?|points?"
)
"""English words after a number that make it a duration, an age, a rank or a multiple."""
NO_COUNT_CHINESE = (
    "个?交易日|个?工作日|个?自然日|个?月(?![度均]?活)|个?季度|个?星期|个?小时|个?钟头|年|月(?![度均]?活)|日(?!均?活)|号|天|周|时|点"
    "|分|秒|季|岁|届|期|级|度|代|楼|层|室|路|版|章|节|条|款|、|倍|折|后|比"
)
"""The same in Chinese."""
NO_COUNT_BEFORE = (
    r"(?<![a-z])(?:january|jan\.?|february|feb\.?|march|mar\.?|april|apr\.?|may|june|jun\.?|july"
    r"|jul\.?|august|aug\.?|september|sept?\.?|october|oct\.?|november|nov\.?|december|dec\.?"
    r"|nos?\.|number|article|section|chapter|page|item|rule|form|phase|level|route|flight|schedule)"
    r"|[#第前]"
)
"""Words before a number with which it is a day, a rank or a title."""
MONEY_BEFORE = (
    "金额|总额|耗资|作价|出资|斥资|融资|注资|市值|估值|投资|价格|对价|募资|罚款|营收|收入|利润"
)
"""Words before a Chinese number without a currency that make it money."""

MEASURES = "多?(?:个|名|位|家|间|款|部|辆|台|架|件|份|次|笔|吨|项|套|亩|座|只|股|户|人次|人|单|张)"
COUNTED_CHINESE = (
    "月活跃用户|月活用户|日活跃用户|日活用户|活跃用户|注册用户|付费用户|用户|账户|账号|户|股|人次"
    "|员工|商家|商户|买家|卖家|消费者|客户|会员|订单|门店|创作者|开发者|粉丝|车辆|人|名|家|单|辆"
)

_WORDS_YEAR_COUNTS = """
users people employees workers staff shares stores customers members merchants sellers buyers
subscribers jobs accounts cars vehicles units companies creators developers orders
"""
YEAR_COUNTS = frozenset(_WORDS_YEAR_COUNTS.split())
"""What 2000 is believed to count, rather than to be a year."""
PLURALS = frozenset(("people", "staff", "personnel", "headcount"))
"""Nouns of many without an s."""
DURATIONS = frozenset(("years", "months", "weeks", "days", "hours", "minutes", "seconds"))
"""Nouns with which a number is a duration: 20 trading days."""
_WORDS_NO_NOUNS = """
a an the of in on at and or to from for with by into as per each than after before since until is
was were are be has have had does did will would could may might that which who when while this his
its us plus versus vs less more across perhaps besides always sometimes so but not up down out off
over under against between during about said says
"""
NO_NOUNS = frozenset(_WORDS_NO_NOUNS.split())
"""Words with which what is counted is not named directly after the number."""
