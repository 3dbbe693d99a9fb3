"""Clients of Slack's methods, made the same way everywhere, and what they may log."""

from __future__ import annotations

import logging
import re

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

TIMEOUT_S = 15

_SECRET = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]+|xapp-[\w-]+|https://hooks\.slack\.com/\S+"
    r"|(?P<name>ticket|code|state|token|secret)(?P<sign>=|: ?)[^\s&'\"]+"
)


class _Discreet(logging.Filter):
    """Takes out of a record what opens a door, and the traceback, whose addresses carry tickets."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_secrets(record.getMessage()), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def without_secrets(text: str) -> str:
    """A text with tokens, tickets and webhook addresses left out."""
    return _SECRET.sub(lambda found: f"{found['name'] or ''}{found['sign'] or ''}[...]", text)


def sdk_log() -> logging.Logger:
    """The log of the libraries: warnings and above, since below that they print what people write.

    They copy level and filter of the log they are given to logs of their own.
    """
    log = logging.getLogger("bot.platforms.slack.sdk")
    log.setLevel(logging.WARNING)
    if not log.filters:
        log.addFilter(_Discreet())
    for name in ("slack_sdk", "slack_bolt"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return log


def web_client(base_url: str, *, token: str = "", proxy: str = "") -> AsyncWebClient:
    """A client that never repeats a request by itself.

    It goes through `proxy` or straight to Slack, whatever HTTPS_PROXY says: slack_sdk knows no
    NO_PROXY, and the desk's own setting says which proxy is meant.
    """
    client = AsyncWebClient(
        token=token or None,
        base_url=base_url,
        timeout=TIMEOUT_S,
        retry_handlers=[],
        logger=sdk_log(),
    )
    client.proxy = proxy or None
    return client


def webhook(url: str, *, proxy: str = "") -> AsyncWebhookClient:
    """A client of one response_url, made the same way."""
    client = AsyncWebhookClient(url, timeout=TIMEOUT_S, retry_handlers=[], logger=sdk_log())
    client.proxy = proxy or None
    return client
