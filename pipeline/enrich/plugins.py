"""Enrichers from outside: what they are given, and which values they may add to an article."""

import json
from collections.abc import Mapping
from typing import Protocol

from pydantic import JsonValue, TypeAdapter, ValidationError

from pipeline.records import EnrichedArticle

MOST_BYTES = 20_000
"""Of one enricher's values as JSON. They are stored with every article."""

_DEEPEST = 20

_VALUES: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


class Enricher(Protocol):
    """Adds values to an article, from the article alone: no I/O, clock or randomness.

    The same article gets the same values, however often it is enriched.
    """

    def __call__(self, article: EnrichedArticle, /) -> Mapping[str, JsonValue]:
        """The values by name; none for an article that it has nothing to say about."""


class UnusableValuesError(ValueError):
    """What an enricher gave cannot be kept; the message says why."""


def with_values(article: EnrichedArticle, enricher: str, values: object) -> EnrichedArticle:
    """The article with an enricher's values in ``extra``, under the enricher's name.

    Raises:
        UnusableValuesError: they are no mapping of names to JSON, too large, or nested too deep.
    """
    if not isinstance(values, Mapping):
        raise UnusableValuesError(f"it gave {type(values).__name__}, not a mapping")
    if not values:
        return article
    if _is_too_deep(values, _DEEPEST):
        raise UnusableValuesError(f"its values are nested deeper than {_DEEPEST}")
    try:
        checked = _VALUES.validate_python(dict(values))
        size = len(json.dumps(checked, ensure_ascii=False, allow_nan=False).encode())
    except ValidationError as error:
        raise UnusableValuesError(f"its values are no JSON: {error.errors()[0]['msg']}") from None
    except ValueError as error:
        raise UnusableValuesError(f"its values are no JSON: {error}") from None
    if size > MOST_BYTES:
        raise UnusableValuesError(f"its values have {size} bytes, more than {MOST_BYTES}")
    return article.model_copy(update={"extra": {**article.extra, enricher: checked}})


def _is_too_deep(value: object, left: int) -> bool:
    if left < 0:
        return True
    if isinstance(value, Mapping):
        return any(_is_too_deep(each, left - 1) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_is_too_deep(each, left - 1) for each in value)
    return False
