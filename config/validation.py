"""What pydantic says of values that do not fit, as sentences for a person.

Each names the field, says what is expected, and shows what was given, but for secrets.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

MOST_SHOWN = 60
"""Characters of a value that are shown."""

_CREDENTIALS = re.compile(r"//(?:[^/@\s]*|[^/@:\s]*:\S{0,1000})@")
"""Also a password with a slash, which should have been encoded."""

_FOLLOWS = "default_factory_not_called"
"""A default that is made from other values is not made where one of these does not fit."""

_FALLBACK = "it does not fit"

_EXPECTED: Mapping[str, str] = {
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "dict_type": "expected keys with values",
    "enum": "expected {expected}",
    "finite_number": "expected a finite number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "frozen_set_type": "expected a list",
    "greater_than": "expected more than {gt:g}",
    "greater_than_equal": "expected at least {ge:g}",
    "int_from_float": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_parsing_size": "expected a smaller number",
    "int_type": "expected a whole number",
    "invalid_key": "expected text as the key",
    "less_than": "expected less than {lt:g}",
    "less_than_equal": "expected at most {le:g}",
    "list_type": "expected a list",
    "literal_error": "expected {expected}",
    "missing": "it is missing",
    "model_type": "expected keys with values",
    "path_type": "expected a path",
    "string_too_short": "expected at least {min_length} characters",
    "string_type": "expected text",
    "string_unicode": "expected text in UTF-8",
    "tuple_type": "expected a list",
}
"""By pydantic's type of error; the names in braces are of its context."""


class MisfitError(ValueError):
    """A value that does not fit. What it says repeats nothing of the value, which may be secret."""


def problems_in(
    error: ValidationError,
    model: type[BaseModel],
    *,
    secrets: Collection[str] = (),
    name_of: Callable[[str], str] = str,
) -> tuple[str, ...]:
    """One sentence for each value that does not fit.

    Args:
        error: what validation raised.
        model: what was validated; its fields are what a misspelt one may have meant.
        secrets: fields whose values are not shown.
        name_of: a field as the person knows it, from its name; nested ones have dots.
    """
    told = [one for one in error.errors() if one["type"] != _FOLLOWS]
    return tuple(_sentence(one, model, secrets, name_of) for one in told)


def _sentence(
    one: ErrorDetails,
    model: type[BaseModel],
    secrets: Collection[str],
    name_of: Callable[[str], str],
) -> str:
    path = _path_of(one)
    field = name_of(".".join(path)) if path else ""
    start = f"{field}: " if field else ""
    if one["type"] == "extra_forbidden":
        return f"{start}there is no such key{_meant(path, model)}"
    is_secret = bool(path) and path[0] in secrets
    is_shown = path and not is_secret and one["type"] != "missing"
    given = _shown(one["input"]) if is_shown else ""
    return f"{start}{_expected(one, is_secret=is_secret)}{given}"


def _path_of(one: ErrorDetails) -> list[str]:
    """The way to the value: keys by their name, places in a list counted from 0."""
    return [str(part) for part in one["loc"]]


def _expected(one: ErrorDetails, *, is_secret: bool) -> str:
    context = one.get("ctx", {})
    raised = context.get("error")
    if raised is not None:
        # What a library raises may quote the value.
        return _FALLBACK if is_secret and not isinstance(raised, MisfitError) else str(raised)
    return _EXPECTED.get(one["type"], _FALLBACK).format_map(context)


def _shown(value: object) -> str:
    """A value in brackets; of a list or a mapping, only that it is one."""
    if isinstance(value, Mapping):
        return " (given: keys with values)"
    if isinstance(value, list | tuple | set | frozenset):
        return " (given: a list)"
    if value is None:
        return " (given: nothing)"
    words = json.dumps(value, ensure_ascii=False, default=str)
    shown = _CREDENTIALS.sub("//…@", words)
    cut = shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"
    return f" (given: {cut})"


def _meant(path: list[str], model: type[BaseModel]) -> str:
    """A hint at the key that a misspelt one is close to."""
    fields = _fields_at(path[:-1], model)
    close = get_close_matches(path[-1], fields, n=1)
    return f"; did you mean {'.'.join([*path[:-1], close[0]])}?" if close else ""


def _fields_at(path: list[str], model: type[BaseModel]) -> list[str]:
    """The fields of the model that stands at a path."""
    inner: Any = model
    for part in path:
        field = inner.model_fields.get(part)
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
    return list(inner.model_fields)
