"""An OpenAI-compatible endpoint on loopback, with models of our own and switches for what fails.

async with ModelServer() as server:
    server.model = models.quoting
    server.fault = Fault(status=429, headers={"Retry-After": "60"})
    ... ask server.url ...
    assert server.questions

server    the HTTP side: what a client of such an API sends, checked, and what goes wrong
models    who answers: one that does its work, and several that are in somebody else's service
"""

from tests.servers.model.models import Question
from tests.servers.model.server import Fault, ModelServer

__all__ = ["Fault", "ModelServer", "Question"]
