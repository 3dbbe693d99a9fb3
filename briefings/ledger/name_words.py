"""Words that names of organisations are told by, in lower case."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list written as text."""
    return frozenset(text.split())


CORPORATE = words_of("""
inc incorporated corp corporation co cos company companies ltd limited plc llc llp lp l.p l.l.c
group holdings holding ag sa s.a se nv n.v ab asa as oy oyj gmbh kgaa spa s.p.a bv b.v pty pte bhd
sarl kk ltda srl bank bancorp bancorporation bankcorp bancshares bankshares partners partnership
associates industries enterprises international technologies laboratories labs airlines airways
motors pharmaceuticals therapeutics brothers ventures capital trust insurance fund foods stores
communications systems resources petroleum energy electronics fsb fa association
""")
"""Last words of companies' names."""

GENERIC = words_of("""
chemical chemicals gas oil electric power light loan loans investment investments trust casualty
insurance shipping finance financial mfg manufacturing mining minerals metals steel telegraph
telephone engineering savings securities sons son company co partners associates technology
technologies digital computing entertainment media services service software network networks
logistics intelligence information interactive games music pictures international global online
internet commerce development trading management holding holdings group limited
""")
"""Words that say what a company does, not which one it is."""

JOINED_BY_OF = words_of(
    "bank banks association society company republic university institute board"
)
"""Words that "of" ties to a name: Bank of Port Smith."""

PUBLIC_BODIES = words_of("""
commission authority ministry department regulator regulators court tribunal bureau agency
administration treasury ftc sec doj samr cac fcc cfius kftc ndrc mofcom csrc pboc miit accc bafin
""")
"""A name with one of these is a public body: its acts are a regulator's."""

INSTITUTIONS = words_of("""
university college school institute government parliament congress senate festival day award
awards street avenue road news times post journal report index nasdaq reuters reuter bloomberg
state city plan act law treaty summit
""")
"""A run with one of these is no party to a deal."""

NEWSPAPERS = words_of("post times journal news")
"""Institutions that are bought and sold, but more often tell of others."""

POSTED = words_of("""
singapore australia canada china japan india korea israel malaysia thailand vietnam pakistan swiss
iran saudi zealand nz kenya emirates vietnam an
""")
"""Places whose "Post" carries letters and is no newspaper."""

TRADES = words_of("""
company firm group giant conglomerate retailer platform start-up startup bank maker carmaker
automaker chipmaker operator corporation developer provider courier site website app portal service
network marketplace publisher studio broadcaster lender insurer supplier distributor producer
manufacturer miner airline grocer label unicorn browser business streamer brewer drugmaker seller
upstart laboratory chain brokerage house agency shop store team fund tool exchange engine carrier
builder specialist brand
""")
"""What stands between where somebody is from, or whose it is, and its name."""

MAKERS = words_of("""
carmaker automaker chipmaker drugmaker retailer insurer brewer lender publisher broadcaster grocer
start-up startup airline brokerage smartphone-maker
""")
"""What may begin a sentence before the name of whom it describes."""

DEALT_IN_BEFORE = words_of("""
acquire acquires acquired acquiring acquisition buy buys bought buying purchase purchased takeover
own owns owned stake sell sells sold selling sale
""")
DEALT_IN_AFTER = words_of("bought acquired sold owned")

STATES = words_of("""
ala ariz ark calif colo conn del fla ga ill ind kan ky la mass md mich minn miss mo n.c n.d n.h
n.j n.m n.y neb nev okla ore pa r.i s.c s.d tenn tex va vt w.va wash wis wyo ont que b.c n.z
""")
"""Short forms of American and Canadian states, as agencies write them behind a town."""

OWNED = words_of("unit subsidiary division affiliate arm business stake shares stock board")
"""What stands behind the name of what somebody owns."""

TITLES = words_of("""
mr mrs ms dr sir lord lady prof professor president chairman chairwoman chair chief ceo cfo coo
cto director founder co-founder cofounder minister secretary senator governor mayor analyst
analysts economist spokesman spokeswoman spokesperson judge justice prince king queen
vice-president officer financier investor tycoon raider executive executives head partner author
""")
"""What people are called; a run behind one is a person."""

MONTHS_AND_DAYS = words_of("""
january february march april may june july august september october november december jan feb mar
apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon
tue wed thu fri sat sun q1 q2 q3 q4 h1 h2 double singles christmas easter
""")

PLACES = words_of("""
china chinese beijing shanghai hangzhou shenzhen guangzhou hong kong taiwan taipei japan japanese
tokyo korea korean south north east west southeast western eastern northern southern seoul india
indian mumbai delhi singapore asia asian europe european america american americas africa african
united states kingdom u.s us usa u.k uk u.n eu e.u britain british england london scotland wales
ireland irish germany german berlin frankfurt france french paris italy italian rome milan spain
spanish madrid portugal netherlands dutch amsterdam belgium brussels switzerland swiss zurich
sweden swedish stockholm norway denmark danish finland russia russian moscow ukraine poland turkey
turkish israel israeli saudi arabia uae dubai iran australia australian sydney melbourne zealand
canada canadian toronto ottawa vancouver mexico mexican brazil brazilian argentina chile indonesia
indonesian jakarta malaysia thailand vietnam philippines pakistan new york san francisco los
angeles washington chicago boston texas california florida jersey ohio pennsylvania michigan
illinois virginia georgia colorado massachusetts connecticut delaware nevada arizona oregon
minnesota wisconsin dallas houston denver atlanta philadelphia detroit cleveland miami seattle
norwegian austria austrian hungary hungarian greece greek czech romania romanian nigeria nigerian
kenya kenyan egypt egyptian emirati filipino vietnamese thai colombia colombian polish portuguese
belgian icelandic finnish estonia estonian latvia lithuania bangladesh bangladeshi kazakhstan peru
abu
riyadh doha qatar kuwait istanbul hanoi bangkok manila kuala lumpur nanjing wuhan chengdu xiamen
suzhou tianjin chongqing guangdong zhejiang jiangsu fujian hubei hunan sichuan hainan
minneapolis pittsburgh cincinnati baltimore phoenix memphis nashville missouri tennessee louisiana
midwest saharan sub arabian persian gulf balkans caribbean iberia benelux
cambridge oxford manchester edinburgh glasgow bristol leeds dublin copenhagen oslo helsinki malmo
munich hamburg cologne dusseldorf stuttgart lyon toulouse barcelona valencia lisbon vienna geneva
basel warsaw krakow prague budapest bucharest athens kyoto osaka nagoya fukuoka busan bangalore
bengaluru hyderabad gurgaon gurugram chennai pune montreal austin portland dongguan foshan hefei
changsha ningbo qingdao jinan zhengzhou shenyang dalian zhuhai kunming nairobi lagos cairo
johannesburg bogota lima santiago lahore karachi dhaka colombo belgrade zagreb vilnius riga tallinn
mainland silicon valley wall street macau middle central latin pacific atlantic bahamas bermuda
cayman islands island lithuanian bulgarian croatian ukrainian singaporean malaysian pakistani
taiwanese argentine argentinian chilean peruvian venezuelan ethiopian ghanaian moroccan tunisian
algerian qatari kuwaiti bahraini iranian iraqi lebanese jordanian slovak slovenian serbian latvian
scottish welsh burmese cambodian laotian nepalese mongolian kazakh uzbek cypriot maltese cuban
belarusian georgian armenian macanese
""")
"""Places and their peoples; alone they are no party."""

NEVER_NAMES = MONTHS_AND_DAYS | words_of("""
ai ipo ceo cfo gmv b2b b2c c2c app apps gdp esg etf usd rmb hkd cny eur gbp api it i tv pc pr
ebit ebita ebitda mau maus dau daus arpu vas adr adrs ads adss gaap non-gaap capex class hk
ifrs non-ifrs yoy qoq iphone iphones ipad ipads ipod imac ios icloud itunes ebook ebooks esports
covid covid-19 kol kols moments internet e-commerce 5g 4g gmt est edt pdt
""")
"""Capitalised words that name nobody."""

NEVER_STARTS = (MONTHS_AND_DAYS - {"sun", "sat", "mon", "mar", "may"}) | words_of("""
the a an this that these those it its he she they we you i his her their our my there here in on
at as by for from with without after before since until while when where if although though
because however but and or so yet nor still also meanwhile moreover both each all some many most
more other another such one two three four five six seven eight nine ten under over through during
despite according what who whom whose which why how earlier later then now today yesterday
tomorrow no not only even to of is are was were do does did has have had will would can could
should may might must let been being about above across against along among around below beside
besides between beyond down into near off onto out outside per toward towards up upon via within
having contrary like unlike than too very just ever never always often again once twice
""")
"""Words that start sentences and never names."""

COMMON_STARTS = words_of("""
last next first second third fourth total shares share stock stocks investors investor users user
sources source people officials shareholders stockholders holders firm firms startup startups
start-up start-ups sales revenue revenues profit profits earnings income net gross terms term
details completion closing separately recently previously currently reportedly additionally
finally overall together combined neither either every few several much less least rumours rumors
reports report talks plans authorities state advertisement advertising research general rival
rivals foreign domestic local global small large big top new old early late former ex pages page
photo file read click related follow subscribe monthly daily weekly annual quarterly yearly active
registered paid nearly almost approximately roughly orders employees customers merchants creators
years year month week day given including excluding regarding based apart ahead amid instead
rather perhaps maybe indeed thus hence therefore otherwise furthermore similarly likewise
conversely consequently yes well please see note reporting billionaire tycoon retailer technology
tech social online mobile video private public national international american china japan bank
central media market markets economic consumers consumer influencers brands traders lawmakers
critics experts observers news due joint successful shoppers buyers sellers prosecutors lawyers
bankers regulators advertisers analysts executives fans players gamers viewers listeners readers
residents travellers tourists passengers drivers couriers riders commuters merchants retailers
brokers funds creditors lenders banks companies businesses rumour rumor word demand supply growth
competition pressure costs spending margins prices orders downloads deals buyouts mergers
acquisitions takeovers founder founders workers staff engineers developers creators parents
students police judges courts ministers diplomats economists strategists fewer further additional
ordered told forced pressed urged accused fined founded backed led valued spurned asked
speaking sitting standing following citing quoting
""")
"""Words that start sentences more often than names: with a corporate ending only."""

PRONOUNS = words_of("i we you he she it they that there what who here let")
"""What a contraction begins with that is no name: "We're"."""

FOLLOW_NAMES = words_of("""
and or 's ’s , ( said will would has had is was to may can could should must bought sold took held
won lost paid gave made grew fell rose led put cut beat got went came ran set spent buy buy sell
take hold raise plan agree have are were also plc now already still recently itself again alone
chose picks left struck sought fought brought caught told put let saw split slid stood threw
withdrew swept hit quit broke rose wants
does did might shed sank drew beat bid built began became met kept rode spun swung
""")
"""What may follow a name that opens a sentence, beside words that end as verbs do."""

COUNTRIES = words_of("""
china japan korea india singapore taiwan germany france italy spain russia turkey israel australia
canada mexico brazil indonesia malaysia thailand vietnam philippines pakistan britain ireland
netherlands belgium switzerland sweden poland eu uk u.s hungary austria romania beijing
brussels washington london tokyo seoul
""")
"""Places that stand for their authorities: "India banned"."""
