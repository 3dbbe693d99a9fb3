"""The only door to the web: every document the desk reads from outside comes through `Egress`.

    fetching    from a request to a document: redirects, robots.txt, turns
    pacing      how often one host is asked
    robots      what a site asks robots to leave alone
    transport   one request over one connection, within limits of time and size
    guard       what that connection may be opened to, judged as it is opened
    decoding    the body as it arrives, decoded, and never more than the limit

The rules themselves are pure and stand outside: `briefings.addresses` for URLs and
`briefings.networks` for what connections are opened to. Nothing here reads the environment.
"""

from briefings.egress.fetching import DEADLINE_S, MAX_BYTES, ClosedToRobots, Egress
from briefings.egress.pacing import AskedToWait

__all__ = ["DEADLINE_S", "MAX_BYTES", "AskedToWait", "ClosedToRobots", "Egress"]
