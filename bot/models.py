"""The model an operator may have the desk ask: none as shipped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from briefings.errors import EgressError, SettingsError
from briefings.naming import Naming
from briefings.ports import Clock, Limits
from briefings.store import Store
from briefings.store.budget import Budget
from config.settings import Settings

if TYPE_CHECKING:
    from briefings.summaries.model import ModelWriter


@asynccontextmanager
async def open_model(
    settings: Settings, store: Store, naming: Naming, clock: Clock, user_agent: str
) -> AsyncIterator[ModelWriter | None]:
    """The writer that asks the operator's model; None where none is set.

    Raises:
        SettingsError: the extra it needs is not installed, or its address cannot be asked.
    """
    if not settings.model_url:
        yield None
        return
    try:
        # The client takes half a second to import; only who uses it pays.
        from briefings.summaries.model import ModelWriter  # noqa: PLC0415
        from briefings.summaries.model_client import Endpoint, ModelClient  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "INTELBRIEF_MODEL_URL is set, and the client for models is not installed.",
            remedy="Install intelbrief with its extra: intelbrief[model].",
        ) from error
    try:
        client = ModelClient(
            Endpoint(settings.model_url, settings.model_name, settings.model_key),
            clock,
            user_agent=user_agent,
            deadline_s=max(settings.model_timeout, settings.model_digest_timeout),
            proxy=settings.proxy or None,
        )
    except EgressError as error:
        raise SettingsError(
            "INTELBRIEF_MODEL_URL is no address that can be asked.",
            remedy="Write one such as https://api.example.com/v1.",
        ) from error
    limits = Limits(
        desk=settings.model_tokens_a_day,
        workspace=settings.model_tokens_a_day_workspace,
        channel=settings.model_tokens_a_day_channel,
    )
    try:
        yield ModelWriter(
            client,
            Budget(store.database, clock, limits, settings.timezone),
            naming.matcher,
            clock,
            name=settings.model_name,
            language=settings.language,
            answer_s=settings.model_timeout,
            digest_s=settings.model_digest_timeout,
        )
    finally:
        await client.close()
