"""The rows of the fault matrix."""

from tests.faults.rows import databases, kills, network, servers, times

ROWS = (*kills.ROWS, *network.ROWS, *databases.ROWS, *servers.ROWS, *times.ROWS)
