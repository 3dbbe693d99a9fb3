"""The sandbox for templates that somebody else wrote: what is not allowed is refused.

Jinja's own sandbox forbids what is known to be dangerous. This one knows only mappings, lists,
texts and numbers, a short list of filters, and nothing that is called but macros and `range`.
How long a template runs, and what it takes, is for the contained worker to bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from jinja2 import TemplateNotFound, nodes
from jinja2.environment import Template
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.loaders import FunctionLoader
from jinja2.runtime import Context, LoopContext, Macro, StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from briefings.render import Markdown, cites, code, count, escape, link, picture

PARTIALS = (
    *("digest-top.md.j2", "digest-facts.md.j2", "digest-end.md.j2"),
    *("digest-coverage.md.j2", "digest-sources.md.j2"),
    *("coverage.md.j2", "cited.md.j2", "dates.md.j2"),
)
"""What a template may include."""
FILTERS = (
    *("default", "first", "join", "last", "length", "list", "lower", "map", "reject"),
    *("rejectattr", "replace", "reverse", "select", "selectattr", "sort", "trim", "truncate"),
    *("unique", "upper"),
)
"""Jinja's own filters that are there, besides link, cites, code, count, day and picture."""
TESTS = (
    *("!=", "<", "<=", "==", ">", ">=", "boolean", "defined", "divisibleby", "eq", "even", "ge"),
    *("gt", "in", "le", "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string"),
    "undefined",
)
LONGEST_RANGE = 1_000
LONGEST_TEXT = 65_536
"""Of what `+` puts together, in characters or items."""

_LOOP = frozenset(
    {
        *("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth"),
        *("depth0", "previtem", "nextitem", "cycle", "changed"),
    }
)
_REFUSED: Mapping[type[nodes.Node], str] = {
    nodes.AssignBlock: "{% set %} with {% endset %} cannot be used: write a macro.",
    nodes.FilterBlock: "{% filter %} cannot be used: put the filter to each value.",
    nodes.ScopedEvalContextModifier: "{% autoescape %} cannot be used: all values are escaped.",
    nodes.Extends: "{% extends %} cannot be used.",
    nodes.Block: "{% block %} cannot be used.",
    nodes.Import: "{% import %} cannot be used.",
    nodes.FromImport: "{% from %} cannot be used.",
}


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment that looks into plain values only, and prints them escaped.

    `partial` gives the source of what may be included.
    """

    intercepted_binops: ClassVar[frozenset[str]] = frozenset({"+", "*", "%", "**"})  # type: ignore[misc]

    def __init__(self, partial: Callable[[str], str]) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: partial(name) if name in PARTIALS else None),
            undefined=StrictUndefined,
            finalize=_printed,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.globals["range"] = _range
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.filters |= {"link": _link, "cites": _cites, "code": _code, "count": _count}
        self.filters |= {"day": _day, "picture": _picture}
        self.tests = {name: self.tests[name] for name in TESTS}

    def read(self, source: str) -> Template:
        """A template from its source.

        Raises:
            TemplateSyntaxError: it is none, or uses what no template may.
        """
        tree = self.parse(source)
        for kind, why in _REFUSED.items():
            if found := tree.find(kind):
                raise TemplateSyntaxError(why, found.lineno)
        return self.from_string(tree)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            if attribute in obj:
                return obj[attribute]
            return obj.items if attribute == "items" else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, str | list | tuple) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        return self.unsafe_undefined(obj, str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        owner = getattr(obj, "__self__", None)
        looping = isinstance(owner, LoopContext) and obj.__name__ in ("cycle", "changed")
        listing = isinstance(owner, dict) and obj.__name__ == "items"
        return isinstance(obj, Macro | LoopContext) or obj is _range or looping or listing

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called; what a macro or a loop printed is Markdown already."""
        if isinstance(__obj, Undefined):
            __obj._fail_with_undefined_error()
        if not __self.is_safe_callable(__obj):
            raise SecurityError("Only macros and range can be called.")
        result = __context.call(__obj, *args, **kwargs)
        return Markdown(result) if isinstance(__obj, Macro | LoopContext) else result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            if isinstance(left, str | list | tuple) and isinstance(right, str | list | tuple):
                if len(left) + len(right) > LONGEST_TEXT:
                    raise SecurityError(f"'+' makes nothing longer than {LONGEST_TEXT:,}.")
                return left + right  # type: ignore[operator]
        elif operator == "**":
            raise SecurityError("'**' cannot be used.")
        if not (_is_number(left) and _is_number(right)):
            raise SecurityError(f"{operator!r} works on numbers only.")
        return super().call_binop(context, operator, left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 2**63


def _printed(value: object) -> Markdown:
    """What `{{ value }}` prints: nothing for None; a list or a mapping is an oversight."""
    match value:
        case None:
            return Markdown("")
        case str() | int() | float():
            return escape(value)
        case Undefined():
            value._fail_with_undefined_error()
        case _:
            kind = "a mapping" if isinstance(value, Mapping) else "a list or function"
            raise SecurityError(f"{{{{ … }}}} prints texts and numbers; this is {kind}.")


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise SecurityError(f"range is longer than {LONGEST_RANGE:,}.")
    return found


def _link(address: object) -> Markdown:
    return link(str(address))


def _cites(numbers: list[int]) -> Markdown:
    """Numbers and nothing else: a text would be printed as it stands."""
    return cites([int(number) for number in numbers])


def _code(command: object) -> Markdown:
    return code(str(command))


def _count(number: int, one: str = "", many: str = "") -> str:
    return count(int(number), str(one), str(many))


def _day(instant: object) -> str:
    """The day of an instant as templates see it: Mon 2 Mar 2026 of Mon 2 Mar 2026, 09:00."""
    return str(instant).partition(",")[0]


def _picture(topics: object) -> Markdown:
    listed = isinstance(topics, list | tuple) and len(topics) in (1, 2)
    if not listed or not all(isinstance(topic, str) and topic.strip() for topic in topics):  # type: ignore[attr-defined]
        raise SecurityError("picture takes a list of one topic or two, such as topics.")
    return picture(topics)  # type: ignore[arg-type]


def missing(error: TemplateNotFound) -> str:
    """What to say about an include that leads nowhere."""
    return f"there is no {error.name!r} to include; there are {', '.join(PARTIALS)}"
