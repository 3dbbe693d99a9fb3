"""A Discord of our own on loopback: REST API and gateway, for tests with the real client."""

from tests.servers.discord.core import Discord
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.kinds import Kind
from tests.servers.discord.ledger import File, Ledger, Message, Violation
from tests.servers.discord.permissions import May
from tests.servers.discord.server import DiscordServer, build
from tests.servers.discord.world import Channel, Guild, Member, Role, User, World

__all__ = [
    "Channel",
    "Discord",
    "DiscordServer",
    "File",
    "Guild",
    "Interaction",
    "Kind",
    "Ledger",
    "May",
    "Member",
    "Message",
    "Role",
    "User",
    "Violation",
    "World",
    "build",
]
