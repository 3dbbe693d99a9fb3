"""English words that tell figures: how they are linked to what they are of, had, wanted."""

from __future__ import annotations

from briefings.ledger.name_words import words_of

_LINKS = words_of("""
number numbers numbered of was were is are be been to at in by the a an its had has grows increases
reached reaches reach hit hits totalled totaled stood stands came comes amounted amounts topped
surpassed exceeded exceeds passed from about around nearly year on over quarter month half ended
ending for first second third fourth fiscal period year-on-year year-over-year compared with same
than and doubled tripled averaged averages averaging average record high low singles ' day earlier
before fifth tenth time ago edged widened narrowed narrowing shareholders attributable ordinary
equity holders owners
widening roughly approximately some just almost sharply slightly only will would expected
forecast next this last per six nine twelve months have flat unchanged steady stable broadly
largely virtually little
""")

METRIC_STOPS = words_of("""
at for from who which that and or by to on as than not no worth into while but whereas
although though its their whose
""")
"""Words that part a figure from a metric behind it."""

RISES = words_of("""
up rose rise rises rising grew growth grow growing increase increased climbed jumped surged soared
gained higher more gain improvement jump surge expanded grown risen swollen advanced swelled
ballooned rocketed climbing jumping surging lift lifts lifted boost boosts boosted leapt leaped
jumps surges soars soaring rocketed crept inched spiked mounted
rebounded rallied ahead uptick
""")

FALLS = words_of("""
down fell fall falls fallen falling dropped drop decline declined decrease decreased slid slipped
lower less shrank shrink shrunk slump slumped plunge plunged plunging tumble tumbled tumbling
dropping declining decreasing halved halving slide slipping sank lost reduction contraction
contracted contracts dipped dips dipping dip eased eases easing plummeted plummets crashed dwindled
retreated receded weakened softened skidded dived nosedived
""")

METRIC_LINKS = _LINKS | RISES | FALLS
"""Words that may stand between a metric and its figure."""

HAVING = words_of("""
has have had count counts counted boast boasts boasted report reports reported post posts posted
earn earns earned make makes made generate generates generated book booked log logged record
recorded reach reaches reached hit hits employ employs employed serve serves served see sees saw
claim claims claimed attract attracts attracted gain gained add added handle handles handled process
processes processed deliver delivers delivered receive receives received pass passed surpass
surpassed top topped exceed exceeded spend spent lose lost achieve achieved enjoy enjoys cross
crossed register registered net netted total totalled totaled draw draws drew cut shed hire hired
took takes brought brings with
""")
"""Verbs whose subject has the figure behind them."""

WANTING = words_of("""
want wants wanted aim aims aimed aiming target targets targeted targeting expect expects expected
expecting forecast forecasts forecasting plan plans planned planning hope hopes hoped hoping seek
seeks seeking sought intend intends intended project projects projected predict predicts predicted
anticipate anticipates anticipated goal goals pledge pledges pledged vow vows vowed estimate
estimates consensus strive strives will would hunt hunts hunting recruit recruits recruiting
ambition guided guides guiding promise promises promised
""")
"""Words of a figure that is wanted or expected."""

DESCRIBING = words_of("""
group giant company firm maker operator platform site app arm unit division start-up startup service
subsidiary business affiliate provider developer retailer marketplace
""")
"""Words before a name that say what it is, and not of what its figures are."""
