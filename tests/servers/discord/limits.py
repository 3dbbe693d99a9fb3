"""Discord's limits, also those its machine-readable description lacks.

https://docs.discord.com/developers/resources/message (embed limits),
.../interactions/application-commands, .../components/reference

The constants are not taken from the code under test: both sides have to have read the same page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.servers.discord.ledger import COMPONENTS_V2, controls

CONTENT = 2000
EMBEDS = 10
EMBEDS_TOTAL = 6000
NONCE = 25
ATTACHMENTS = 10
ATTACHMENT_BYTES = 10 * 1024 * 1024
CHOICES = 25
COMPONENTS = 40
COMPONENTS_TEXT = 4000
_EMBED = {"title": 256, "description": 4096}
_COMMAND_NAME = re.compile(r"^[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `path` of its place, Discord's code for it, and what it says."""

    path: str
    code: str
    message: str


def _longer(value: Any, most: int, path: str) -> Iterator[Problem]:
    # Discord counts characters as Python does: code points.
    if isinstance(value, str) and len(value) > most:
        yield Problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _more(value: Any, most: int, path: str) -> Iterator[Problem]:
    if isinstance(value, list) and len(value) > most:
        yield Problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def message(body: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a message as it is sent."""
    yield from _longer(body.get("content"), CONTENT, "content")
    yield from _longer(str(body.get("nonce") or ""), NONCE, "nonce")
    yield from _more(body.get("attachments"), ATTACHMENTS, "attachments")
    embeds = body.get("embeds") or []
    yield from _more(embeds, EMBEDS, "embeds")
    total = 0
    for number, embed in enumerate(embeds):
        yield from _embed(embed, f"embeds.{number}")
        total += sum(map(len, embed_texts(embed)))
    if total > EMBEDS_TOTAL:
        said = f"Embed size exceeds maximum size of {EMBEDS_TOTAL}"
        yield Problem("embeds", "MAX_EMBED_SIZE_EXCEEDED", said)
    yield from _components(body)
    yield from _allowed_mentions(body.get("allowed_mentions"))


def embed_texts(embed: Mapping[str, Any]) -> Iterator[str]:
    """The texts of an embed that count towards the 6,000 of a message."""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("author") or {}).get("name") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    for field in embed.get("fields") or ():
        yield field.get("name") or ""
        yield field.get("value") or ""


def _embed(embed: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for name, most in _EMBED.items():
        yield from _longer(embed.get(name), most, f"{path}.{name}")
    yield from _longer((embed.get("footer") or {}).get("text"), 2048, f"{path}.footer.text")
    yield from _longer((embed.get("author") or {}).get("name"), 256, f"{path}.author.name")
    fields = embed.get("fields") or []
    yield from _more(fields, 25, f"{path}.fields")
    for number, field in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            place = f"{path}.fields.{number}.{name}"
            yield from _longer(field.get(name), most, place)
            if not (field.get(name) or "").strip():
                yield Problem(place, "BASE_TYPE_REQUIRED", "This field is required")
    shown = ("title", "description", "fields", "image", "thumbnail", "footer", "author")
    if not any(embed.get(name) for name in shown):
        yield Problem(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")
    for name in ("image", "thumbnail"):
        yield from _address((embed.get(name) or {}).get("url"), f"{path}.{name}.url", attached=True)
    yield from _address(embed.get("url"), f"{path}.url")
    yield from _address((embed.get("author") or {}).get("url"), f"{path}.author.url")


def _address(url: Any, path: str, *, attached: bool = False) -> Iterator[Problem]:
    schemes = ("http://", "https://", *(("attachment://",) if attached else ()))
    if isinstance(url, str) and (not url.startswith(schemes) or re.search(r"\s", url)):
        yield Problem(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _components(body: Mapping[str, Any]) -> Iterator[Problem]:
    components = body.get("components") or []
    v2 = bool((body.get("flags") or 0) & COMPONENTS_V2)
    if v2 and (body.get("content") or body.get("embeds")):
        said = "The 'content' and 'embeds' fields cannot be used with IS_COMPONENTS_V2"
        yield Problem("components", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", said)
    if not v2:
        yield from _more(components, 5, "components")
    each = list(_all(components))
    if v2 and len(each) > COMPONENTS:
        yield Problem("components", "BASE_TYPE_MAX_LENGTH", f"Must be {COMPONENTS} or fewer.")
    text = sum(len(one.get("content") or "") for one in each if one.get("type") == 10)
    if text > COMPONENTS_TEXT:
        yield Problem("components", "COMPONENT_MAX_TOTAL_TEXT_DISPLAY", "Text is over 4000.")
    yield from controls_of(components)


def controls_of(components: list[dict[str, Any]]) -> Iterator[Problem]:
    """What is wrong with the buttons, menus and rows of a message or a modal."""
    for number, row in enumerate(components):
        path = f"components.{number}"
        if row.get("type") == 1:
            inner = row.get("components") or []
            if not 1 <= len(inner) <= 5:
                yield Problem(
                    f"{path}.components",
                    "BASE_TYPE_BAD_LENGTH",
                    "Must be between 1 and 5 in length.",
                )
    seen: set[str] = set()
    for one in controls(components):
        id = one.get("custom_id")
        yield from _longer(id, 100, "components.custom_id")
        yield from _longer(one.get("placeholder"), 150, "components.placeholder")
        if id is not None and id in seen:
            said = f"Component custom id cannot be duplicated: {id}"
            yield Problem("components.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", said)
        seen.add(id or "")
        match one.get("type"):
            case 2:
                yield from _button(one)
            case 3:
                yield from _more(one.get("options"), 25, "components.options")
            case _:
                pass


def _button(one: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _longer(one.get("label"), 80, "components.label")
    yield from _longer(one.get("url"), 512, "components.url")
    linked = one.get("style") == 5
    if linked != ("url" in one) or linked == bool(one.get("custom_id")):
        said = "A custom id and url cannot both be specified, and one is needed"
        yield Problem("components", "BUTTON_COMPONENT_INVALID", said)
    if not one.get("label") and not one.get("emoji"):
        yield Problem(
            "components.label",
            "BUTTON_COMPONENT_MUST_HAVE_LABEL_OR_EMOJI",
            "A button needs a label.",
        )


def _all(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in components:
        yield one
        yield from _all(one.get("components") or ())
        if isinstance(one.get("accessory"), dict):
            yield one["accessory"]


def _allowed_mentions(allowed: Any) -> Iterator[Problem]:
    if not isinstance(allowed, dict):
        return
    for name in ("users", "roles"):
        yield from _more(allowed.get(name), 100, f"allowed_mentions.{name}")
        if allowed.get(name) and name in (allowed.get("parse") or ()):
            said = f"parse:[{name!r}] and {name}: [ids...] are mutually exclusive."
            yield Problem("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", said)


def modal(data: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _longer(data.get("title"), 45, "data.title")
    yield from _longer(data.get("custom_id"), 100, "data.custom_id")
    components = data.get("components") or []
    if not 1 <= len(components) <= 5:
        yield Problem(
            "data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
        )
    yield from controls_of(components)


def choices(given: Any, path: str = "data.choices") -> Iterator[Problem]:
    yield from _more(given, CHOICES, path)
    for number, each in enumerate(given or ()):
        for name in ("name", "value"):
            yield from _longer(each.get(name), 100, f"{path}.{number}.{name}")
        if not each.get("name"):
            yield Problem(f"{path}.{number}.name", "BASE_TYPE_REQUIRED", "This field is required")


def commands(given: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """What is wrong with a set of application commands."""
    seen: set[tuple[int, str]] = set()
    for number, command in enumerate(given):
        kind, name = command.get("type") or 1, command.get("name", "")
        if (kind, name) in seen:
            said = "Application command names must be unique"
            yield Problem(f"{number}", "APPLICATION_COMMANDS_DUPLICATE_NAME", said)
        seen.add((kind, name))
        yield from command_limits(command, f"{number}")
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum((each.get("type") or 1) == kind for each in given) > most:
            yield Problem("", "APPLICATION_COMMANDS_TOO_MANY", f"At most {most} of type {kind}.")


def command_limits(command: Mapping[str, Any], path: str) -> Iterator[Problem]:
    typed = (command.get("type") or 1) == 1
    names = [command.get("name", ""), *(command.get("name_localizations") or {}).values()]
    if typed:
        yield from _names(names, f"{path}.name")
        yield from _descriptions(command, path)
    elif command.get("description") or command.get("options"):
        yield Problem(
            path, "APPLICATION_COMMAND_INVALID", "A context menu has no description or options"
        )
    if sum(map(len, _command_texts(command))) > 8000:
        yield Problem(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    yield from _options(command.get("options") or [], path)


def _options(options: Sequence[Mapping[str, Any]], path: str) -> Iterator[Problem]:
    yield from _more(options, 25, f"{path}.options")
    optional = False
    for number, option in enumerate(options):
        place = f"{path}.options.{number}"
        yield from _names(
            [option.get("name", ""), *(option.get("name_localizations") or {}).values()], place
        )
        yield from _descriptions(option, place)
        yield from choices(option.get("choices"), f"{place}.choices")
        if option.get("autocomplete") and option.get("choices"):
            yield Problem(
                place, "APPLICATION_COMMAND_INVALID", "Choices and autocomplete exclude each other"
            )
        if option.get("required") and optional:
            said = "Required options must be placed before non-required options"
            yield Problem(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", said)
        optional = optional or not option.get("required")
        if option.get("type") in (1, 2):
            optional = False
        yield from _options(option.get("options") or [], place)


def _names(names: Sequence[str], path: str) -> Iterator[Problem]:
    for name in names:
        if not _COMMAND_NAME.match(name) or name != name.lower():
            said = f"Command name is invalid: {name!r}"
            yield Problem(path, "APPLICATION_COMMAND_INVALID_NAME", said)


def _descriptions(of: Mapping[str, Any], path: str) -> Iterator[Problem]:
    said = [of.get("description") or "", *(of.get("description_localizations") or {}).values()]
    for each in said:
        if not 1 <= len(each) <= 100:
            yield Problem(
                f"{path}.description",
                "BASE_TYPE_BAD_LENGTH",
                "Must be between 1 and 100 in length.",
            )


def _command_texts(of: Mapping[str, Any]) -> Iterator[str]:
    """What counts towards the 8,000 of a command: the longest of each localised text."""
    for name in ("name", "description"):
        yield max([of.get(name) or "", *(of.get(f"{name}_localizations") or {}).values()], key=len)
    for choice in of.get("choices") or ():
        yield str(choice.get("name", ""))
        yield str(choice.get("value", ""))
    for option in of.get("options") or ():
        yield from _command_texts(option)
