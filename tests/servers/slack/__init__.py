"""A Slack on loopback, with the real wire forms and Slack's refusals; see `SlackServer`."""

from tests.servers.slack.furnished import Workspace
from tests.servers.slack.interactions import Interaction
from tests.servers.slack.ledger import Message, View, Violation
from tests.servers.slack.server import SlackServer
from tests.servers.slack.world import Channel, Enterprise, Team, User

__all__ = [
    "Channel",
    "Enterprise",
    "Interaction",
    "Message",
    "SlackServer",
    "Team",
    "User",
    "View",
    "Violation",
    "Workspace",
]
