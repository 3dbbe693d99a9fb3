"""The optional model's endpoint: one question, one answer, through the door.

    Prompt -> official client -> egress.OneOrigin -> endpoint -> Completion or ModelError

What an endpoint sends is as hostile as any page: it is read as bytes, within limits, and never
quoted. Neither the question nor the key is logged, here or by the client.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
import msgspec
import openai

from briefings.egress.calling import OneOrigin
from briefings.errors import EgressError, ModelError, TooSlow
from briefings.politeness import retry_after_s
from briefings.ports import Clock
from briefings.summaries.model_prompts import Prompt

MAX_BYTES: Final = 256 * 1024
"""Of an answer; the texts asked for have a thousand."""
NO_KEY: Final = "none"
_MOST_TOKENS: Final = 1_000_000_000
_LIBRARIES: Final = ("openai", "httpx2", "httpcore2")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked: the address of its API, its name there, and the key, "" for none."""

    url: str
    name: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote, and the tokens it took; None where the endpoint does not say."""

    text: str
    tokens: int | None


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message


class _Usage(msgspec.Struct):
    total_tokens: int = 0


class _Answer(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class ModelClient:
    """Asks one endpoint.

    An endpoint that refuses the newer form of a request (a JSON schema for the answer) is asked in
    the older one from then on. `tls` says which certificates to trust, in tests.

    Raises:
        Blocked: the address cannot be asked at all.
    """

    def __init__(  # noqa: PLR0913 - each is one property of the way out
        self,
        endpoint: Endpoint,
        clock: Clock,
        *,
        user_agent: str,
        deadline_s: float,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        for library in _LIBRARIES:
            # At DEBUG they write whole requests.
            logging.getLogger(library).setLevel(logging.WARNING)
        self.endpoint = endpoint
        self._clock = clock
        self._plain = False
        way_out = OneOrigin(
            endpoint.url,
            user_agent=user_agent,
            deadline_s=deadline_s,
            max_bytes=MAX_BYTES,
            proxy=proxy,
            tls=tls,
        )
        self._client = openai.AsyncOpenAI(
            api_key=endpoint.key or NO_KEY,
            base_url=endpoint.url,
            max_retries=0,
            timeout=deadline_s,
            http_client=httpx2.AsyncClient(
                transport=way_out, trust_env=False, follow_redirects=False
            ),
        )

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask once.

        Raises:
            ModelError: no answer came, or one that is none; `again` where it may be asked anew.
        """
        plain = self._plain
        try:
            answer = await self._client.chat.completions.with_raw_response.create(
                model=self.endpoint.name,
                messages=[
                    {"role": "system", "content": prompt.rules},
                    {"role": "user", "content": prompt.question},
                ],
                **_form(prompt, plain=plain),
            )
            return _completion(answer.content)
        except openai.APIStatusError as error:
            if error.status_code in (400, 422) and not plain:
                self._plain = True
                raise _error("does not take the request", "request", again=True) from None
            raise _refusal(error, self._clock) from None
        except TooSlow:
            raise _error("did not answer in time", "slow") from None
        except EgressError as error:
            raise _unreached(error) from None
        except openai.OpenAIError:
            raise _error("could not be asked", "unreachable", again=True) from None
        except (msgspec.MsgspecError, RecursionError, UnicodeError, ValueError):
            raise _error("sent an answer that is none", "unusable", again=True) from None

    async def close(self) -> None:
        await self._client.close()


def _form(prompt: Prompt, *, plain: bool) -> dict[str, Any]:
    """How an answer of a certain shape and length is asked for."""
    if plain:
        return {"max_tokens": prompt.answer_tokens, "temperature": 0}
    shape = {"name": "answer", "schema": prompt.schema, "strict": True}
    return {
        "max_completion_tokens": prompt.answer_tokens,
        "response_format": {"type": "json_schema", "json_schema": shape},
    }


def _completion(body: bytes) -> Completion:
    answer = msgspec.json.decode(body, type=_Answer)
    text = (answer.choices[0].message.content if answer.choices else None) or ""
    tokens = answer.usage.total_tokens if answer.usage else 0
    return Completion(text, min(tokens, _MOST_TOKENS) if tokens > 0 else None)


def _refusal(error: openai.APIStatusError, clock: Clock) -> ModelError:
    status = error.status_code
    match status:
        case 401 | 403:
            return _error(
                "refused the key", "refused", remedy="Check INTELBRIEF_MODEL_KEY.", status=status
            )
        case 404 | 405:
            return _error(
                "knows no such model, or the address is not an API's",
                "unknown",
                remedy="Check INTELBRIEF_MODEL_NAME, and INTELBRIEF_MODEL_URL, which often ends in "
                "/v1.",
                status=status,
            )
        case 429:
            return _error(
                "asks to be left alone for a while",
                "busy",
                remedy="Its own limits are used up.",
                retry_after_s=retry_after_s(dict(error.response.headers), clock.now()),
                status=status,
            )
        case status if status >= 500:
            return _error(f"failed ({status})", "failing", again=True, status=status)
        case _:
            return _error(f"refused the request ({status})", "request", status=status)


def _unreached(error: EgressError) -> ModelError:
    remedy = "Check INTELBRIEF_MODEL_URL, and that something answers there."
    match error.kind:
        case "redirect":
            remedy = "Write the address it leads to into INTELBRIEF_MODEL_URL."
            return _error("answered with a redirect, which is not followed", "redirect", remedy)
        case "too large" | "bad response":
            return _error(f"sent an answer that is none ({error.kind})", "unusable", again=True)
        case "bad certificate":
            return _error("has a certificate that is not trusted", "unreachable", remedy)
        case _:
            return _error("could not be reached", "unreachable", remedy)


def _error(
    what: str,
    kind: str,
    remedy: str = "",
    *,
    again: bool = False,
    retry_after_s: float | None = None,
    **ids: object,
) -> ModelError:
    return ModelError(
        f"The model's endpoint {what}.",
        kind=kind,
        remedy=remedy,
        again=again,
        retry_after_s=retry_after_s,
        **ids,
    )
