"""A small catalogue of invented companies, so that tests do not hang on what is shipped."""

from __future__ import annotations

from briefings.entities import Matcher
from briefings.model import Medium, Organisation
from briefings.naming import Naming

ORGANISATIONS = (
    Organisation(
        id="acme",
        name="Acme",
        name_zh="艾克美",
        tickers=("ACME", "9111.HK"),
        media=(Medium("Harbour Post", ("harbour.example",)),),
    ),
    Organisation(id="parcel", name="Parcel", name_zh="包裹网", part_of="acme"),
    Organisation(id="acme-cloud", name="Acme Cloud", name_zh="艾克美云", part_of="acme"),
    Organisation(id="globex", name="Globex", name_zh="环球公司", aliases=("Globex Group",)),
    Organisation(id="initech", name="Initech", aliases=("Initech South Office",)),
    Organisation(id="mercury-bank", name="Mercury Bank", aliases=("Quicksilver",)),
    Organisation(id="mercury-press", name="Mercury Press", aliases=("Quicksilver",)),
)
NAMING = Naming(Matcher(ORGANISATIONS))
