"""A loopback Slack for every test: whatever was sent to it must be what Slack takes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.clock import FakeClock
from tests.servers.slack import SlackServer


@pytest.fixture
async def slack(clock: FakeClock) -> AsyncIterator[SlackServer]:
    """A Slack with one workspace, `slack.acme`."""
    async with SlackServer(clock) as server:
        server.furnish("Acme")
        yield server
        assert [str(violation) for violation in server.violations] == []


@pytest.fixture
async def slack_two(clock: FakeClock) -> AsyncIterator[SlackServer]:
    """A Slack with two workspaces that have nothing to do with each other: acme and globex."""
    async with SlackServer(clock) as server:
        server.furnish("Acme")
        server.furnish("Globex")
        yield server
        assert [str(violation) for violation in server.violations] == []
