"""English words that tell deals: verbs by what they do, nouns, and the little words between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from briefings.ledger.name_words import words_of


class Frame(StrEnum):
    """What a verb does with its subject and its object."""

    BUY = "buy"
    """Subject buys the object: the whole, or a share if one is named."""
    HOLD = "hold"
    """Subject takes or holds the object, which has to be a share."""
    RAISE = "raise"
    """Subject changes its share upwards; the share reached stands behind "to"."""
    SELL = "sell"
    CUT = "cut"
    """Subject lessens its share; the share left stands behind "to"."""
    SEEK = "seek"
    """Subject would like to have the object, which has to be a share."""
    INVEST = "invest"
    """Subject puts money in what stands behind "in"."""


class Form(StrEnum):
    BASE = "base"
    PRESENT = "present"
    PAST = "past"
    PARTICIPLE = "participle"
    GERUND = "gerund"


@dataclass(frozen=True, slots=True)
class Verb:
    frame: Frame
    form: Form


_VERBS = """
buy   acquire acquires acquired acquired acquiring
buy   buy buys bought bought buying
buy   purchase purchases purchased purchased purchasing
buy   absorb absorbs absorbed absorbed absorbing
buy   swallow swallows swallowed swallowed swallowing
buy   snap snaps snapped snapped snapping
buy   scoop scoops scooped scooped scooping
buy   privatise privatises privatised privatised privatising
buy   privatize privatizes privatized privatized privatizing
hold  take takes took taken taking
hold  hold holds held held holding
hold  own owns owned owned owning
hold  get gets got got getting
hold  obtain obtains obtained obtained obtaining
hold  pick picks picked picked picking
hold  secure secures secured secured securing
hold  amass amasses amassed amassed amassing
hold  build builds built built building
hold  control controls controlled controlled controlling
hold  grab grabs grabbed grabbed grabbing
hold  earn earns earned earned earning
hold  have has had had having
hold  receive receives received received receiving
hold  gain gains gained gained gaining
hold  keep keeps kept kept keeping
hold  retain retains retained retained retaining
hold  win wins won won winning
raise raise raises raised raised raising
raise increase increases increased increased increasing
raise boost boosts boosted boosted boosting
raise lift lifts lifted lifted lifting
raise hike hikes hiked hiked hiking
raise ups ups upped upped upping
raise expand expands expanded expanded expanding
raise bring brings brought brought bringing
raise double doubles doubled doubled doubling
raise triple triples tripled tripled tripling
raise treble trebles trebled trebled trebling
raise quadruple quadruples quadrupled quadrupled quadrupling
raise top tops topped topped topping
raise grow grows grew grown growing
seek  seek seeks sought sought seeking
seek  pursue pursues pursued pursued pursuing
seek  want wants wanted wanted wanting
seek  eye eyes eyed eyed eyeing
seek  consider considers considered considered considering
seek  weigh weighs weighed weighed weighing
seek  mull mulls mulled mulled mulling
sell  sell sells sold sold selling
sell  divest divests divested divested divesting
sell  place places placed placed placing
sell  offload offloads offloaded offloaded offloading
sell  unload unloads unloaded unloaded unloading
sell  hand hands handed handed handing
sell  distribute distributes distributed distributed distributing
sell  exit exits exited exited exiting
sell  transfer transfers transferred transferred transferring
sell  dispose disposes disposed disposed disposing
sell  dump dumps dumped dumped dumping
sell  shed sheds shed shed shedding
sell  relinquish relinquishes relinquished relinquished relinquishing
cut   cut cuts cut cut cutting
cut   reduce reduces reduced reduced reducing
cut   trim trims trimmed trimmed trimming
cut   pare pares pared pared paring
cut   lower lowers lowered lowered lowering
cut   slash slashes slashed slashed slashing
cut   halve halves halved halved halving
cut   shrink shrinks shrank shrunk shrinking
cut   whittle whittles whittled whittled whittling
invest invest invests invested invested investing
invest inject injects injected injected injecting
invest pour pours poured poured pouring
invest plough ploughs ploughed ploughed ploughing
invest plow plows plowed plowed plowing
invest pump pumps pumped pumped pumping
invest sink sinks sank sunk sinking
invest funnel funnels funnelled funnelled funnelling
invest contribute contributes contributed contributed contributing
invest commit commits committed committed committing
"""


def _verbs() -> dict[str, Verb]:
    verbs: dict[str, Verb] = {}
    for row in _VERBS.strip().splitlines():
        frame, base, present, past, participle, gerund = row.split()
        for word, form in (
            (gerund, Form.GERUND),
            (participle, Form.PARTICIPLE),
            (past, Form.PAST),
            (present, Form.PRESENT),
            (base, Form.BASE),
        ):
            verbs[word] = Verb(Frame(frame), form)
    return verbs


VERBS = _verbs()
"""Every form of a verb of dealing."""

SHARE_ONLY = frozenset({Frame.HOLD, Frame.RAISE, Frame.CUT, Frame.SEEK})
"""Verbs that are about deals only with a share as their object."""

NEEDS_SHARE = words_of("""
hand hands handed handing distribute distributes distributed distributing exit exits exited
exiting transfer transfers transferred transferring dump dumps dumped dumping shed sheds shedding
place places placed placing
""")
"""Verbs of selling that may as well be about something else."""

SHARE_NOUNS = words_of("stake stakes interest holding holdings shareholding shareholdings equity")
FRACTIONS = words_of("half third quarter fifth sixth eighth tenth thirds quarters fifths")
SHARES = words_of("shares share stock")
PARTS = words_of("part portion parts")
WHOLE = words_of(
    "all entire rest remaining remainder whole control controlling majority wholly 100"
)
"""With one of these, shares are the organisation itself."""

MERGING = {
    "merge": Form.BASE,
    "merges": Form.PRESENT,
    "merged": Form.PAST,
    "merging": Form.GERUND,
}
"""What two organisations do that become one."""

BUYING_NOUNS = words_of("""
acquisition purchase takeover buyout buy-out acquistion privatisation privatization
""")
SELLING_NOUNS = words_of("sale disposal divestment divestiture disposition")
DEAL_NOUNS = words_of("""
deal transaction purchase acquisition agreement investment takeover sale merger offer bid pact
privatisation privatization buyout buy-out injection round financing
""")

UNITS = words_of("""
unit units subsidiary subsidiaries division affiliate affiliates arm arms business businesses
vehicle concern holding brand marketplace platform app service
""")
"""What a name may be said to be, before or behind it."""

ASSETS = UNITS | words_of("""
operation operations plant plants company companies firm maker group chain store stores shop shops
facility facilities office offices assets property properties center centers centre centres hotel
hotels building mill mine mines mall malls station stations library network portfolio line lines
startup start-up publisher bank banks refinery field fields interests rights restaurants
restaurant branches branch studio studios newspaper casino factory factories terminal systems
loans homebuilder sawmill concern laboratory laboratories warehouse warehouses magazine magazines
brands land clinic clinics hospital hospitals
""")
"""What can be bought and sold without a name of its own."""

ORGANISATION_NOUNS = words_of("""
company firm group giant conglomerate retailer platform start-up startup microblog bank maker
carmaker automaker chipmaker operator corporation titan juggernaut behemoth developer provider
courier site website app portal service chain network marketplace publisher studio broadcaster
lender insurer supplier distributor producer manufacturer miner airline grocer label unicorn
newspaper browser business unit subsidiary streamer brewer drugmaker seller upstart laboratory
""")
"""What an organisation is called when it has been named before."""

PAIR_NOUNS = words_of("companies firms groups giants sides parties rivals titans banks")

DESCRIBED_NAME = (
    r"(?:(?!(?:by|off|in|out|up|into|to|away|from|with|down|for|of|on|at|as|over|and|or|that)\b)"
    r"[a-z][\w-]* ){0,6}?@ "
)
"""For regular expressions: a name, what is said of it before: "the Danish shoe maker @"."""

AUXILIARIES = words_of("""
has have had will would shall is are was were be been being to does do did may can could might
should must
""")

_CHAIN = words_of("""
agreed agrees agree agreeing plans plan planned planning wants want wanted intends intend intended
expects expect expected aims aim aimed hopes hope hoped seeks seek seeking sought offers offer
offered offering proposes propose proposed proposing announced announces announcing decided
decides set due ready about also now again already recently previously just jointly separately
together both each first earlier later finally reportedly in principle talks talk considering
considers consider weighing weighs mulling mulls exploring explores negotiating discussing signed
signs signing reached reaches reaching entered enters entering struck into an a the its their
definitive preliminary tentative final letter of intent agreement agreements deal contract accord
option right rights completed completes completing closed closes closing concluded finalised
finalized finished said says saying that successfully quietly once long been still then thus even
further trying tries looking close near moving moves preparing prepares executed exercised
exercising begun began started starts spend spends spent spending $ studying not no never denied
denies deal's plan's approved approves approval previously-announced proposed planned called off
discussions negotiations advanced early exclusive scrapped abandoned dropped terminated cancelled
canceled withdrew withdrawn ended allowed allows
allowing gives giving give gave granted grants make makes made making
""")
CHAIN = (_CHAIN | AUXILIARIES) - words_of("that")
"""Words that may stand between a subject and the verb that is looked at."""

PRONOUNS_ONE = words_of("it he she itself")
PRONOUNS_BOTH = words_of("they both we")
RELATIVES = words_of("which who that")

PREPOSITIONS = words_of("""
of in from to by with for at under on than like against into through via as between among behind
including unlike about over
""")

OBJECT_ENDS = words_of("""
for from at by with as after before under through via while which who that when where because if
but since until following including despite amid so although though without during against plus
using among said on
""") | frozenset(".;:?!()—–")
"""Words that the object of a verb does not go beyond."""

DETERMINERS = words_of("a an the its their his her this that these those all of some certain any")

PHRASE_ENDS = words_of("""
containing located owned previously formerly based near valued operated serving and/or including
""")
"""Words that no description of what is bought goes beyond."""

BACKGROUND = words_of("""
revenue revenues sales profit profits assets loss debt turnover earnings income net liabilities
deposits loans capitalization capitalisation volume gain gains
""")
"""What an amount may be of that is no price."""

SPENDING = words_of("spend spends spent spending pay pays paid paying")

_PUTTING_IN = frozenset(word for word, verb in VERBS.items() if verb.frame is Frame.INVEST)
BEFORE_PRICES = (
    SPENDING
    | _PUTTING_IN
    | words_of("""
for worth at valued price cost costs costing total totalling raise raises raising raised of about a
the in with put puts putting its fetched fetches fetching netted netting pocketing pocketed earning
earned reaping yielded yielding bringing gaining
collecting collected banking banked
""")
)
"""Words right before the price of a deal."""
