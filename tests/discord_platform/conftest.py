"""A loopback Discord for every test, and discord.py's own addresses led to it."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.servers.discord import Channel, DiscordServer, Guild, Kind, May, User

with warnings.catch_warnings():
    # For voice, which nothing of ours uses, it imports a module that Python 3.13 lacks.
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    import discord


@contextmanager
def pointed(server: DiscordServer) -> Iterator[None]:
    """discord.py talks to the server for a while."""
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    server.point(discord)
    try:
        yield
    finally:
        discord.http.Route.BASE = base
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """A loopback Discord; the test fails when anything sent, or answered, was against the rules."""
    async with DiscordServer() as running:
        with pointed(running):
            yield running
    assert [str(each) for each in running.violations] == []
    assert [str(each) for each in running.lies] == []


@pytest.fixture
async def lenient() -> AsyncIterator[DiscordServer]:
    """One to which a test sends what it should not, and then clears `violations`."""
    async with DiscordServer() as running:
        with pointed(running):
            yield running
    assert [str(each) for each in running.lies] == []


@dataclass(frozen=True)
class Place:
    """A guild with people and a channel of each kind."""

    guild: Guild
    news: Channel
    thread: Channel
    forum: Channel
    announcements: Channel
    ann: User
    """Manages the server."""
    bob: User


def furnish(server: DiscordServer, name: str = "Acme") -> Place:
    """A guild with a channel of each kind, its manager, and somebody else."""
    guild = server.world.add_guild(name)
    news = guild.add_channel("news")
    ann, bob = server.world.add_user(f"ann of {name}"), server.world.add_user(f"bob of {name}")
    guild.add_member(ann, [guild.add_role("desk", May.MANAGE_GUILD)])
    guild.add_member(bob)
    return Place(
        guild,
        news,
        guild.add_channel("deals", Kind.PUBLIC_THREAD, parent=news),
        guild.add_channel("digests", Kind.FORUM, tags=["daily"]),
        guild.add_channel("announcements", Kind.ANNOUNCEMENT),
        ann,
        bob,
    )


@pytest.fixture
def place(server: DiscordServer) -> Place:
    return furnish(server)
