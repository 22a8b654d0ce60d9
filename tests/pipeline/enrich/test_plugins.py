"""Which values an enricher from outside may add."""

from typing import Any

import pytest

from pipeline.enrich.plugins import MOST_BYTES, UnusableValuesError, with_values
from tests.support.data.articles import article


def nested(depth: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(depth):
        value = {"in": value}
    return {"out": value}


def test_values_stand_under_the_name_of_their_enricher() -> None:
    one = with_values(article(), "words", {"long": 3, "list": ["a", None, 1.5, {"b": True}]})
    both = with_values(one, "places", {"first": "Harwich"})
    assert both.extra == {
        "words": {"long": 3, "list": ["a", None, 1.5, {"b": True}]},
        "places": {"first": "Harwich"},
    }
    assert type(both).model_validate_json(both.model_dump_json()) == both


def test_nothing_adds_nothing() -> None:
    assert with_values(article(), "words", {}) == article()


def test_a_document_from_before_is_read() -> None:
    old = article().model_dump(mode="json", exclude={"extra"})
    assert type(article()).model_validate(old) == article()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (None, "gave NoneType, not a mapping"),
        ([("a", 1)], "gave list, not a mapping"),
        ({1: "a"}, "no JSON"),
        ({"a": object()}, "no JSON"),
        ({"a": float("nan")}, "no JSON"),
        ({"a": "\ud800"}, "no JSON"),
        ({"a": b"x"}, "no JSON"),
        ({"a": "x" * MOST_BYTES}, "20009 bytes, more than 20000"),
        (nested(25), "nested deeper than 20"),
        (nested(5000), "nested deeper than 20"),
    ],
)
def test_what_cannot_be_kept_is_refused(values: object, why: str) -> None:
    with pytest.raises(UnusableValuesError, match=why):
        with_values(article(), "words", values)
