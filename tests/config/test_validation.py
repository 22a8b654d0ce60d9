"""What pydantic says, in our words."""

import datetime as dt
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.sources import Source
from config.validation import MOST_SHOWN, MisfitError, problems_in


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    height: int = 1


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: int = Field(default=1, ge=1, le=9)
    share: float = Field(default=0.5, gt=0, lt=1)
    name: str = Field(default="abc", min_length=2)
    words: tuple[str, ...] = ()
    level: Literal["low", "high"] = "low"
    on: bool = True
    inner: Inner = Inner()


def problems(**values: object) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(values)
    return problems_in(caught.value, Model, secrets={"name"})


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("count", "many", 'count: expected a whole number (given: "many")'),
        ("count", 0, "count: expected at least 1 (given: 0)"),
        ("count", 10, "count: expected at most 9 (given: 10)"),
        ("count", [1], "count: expected a whole number (given: a list)"),
        ("count", {}, "count: expected a whole number (given: keys with values)"),
        ("count", None, "count: expected a whole number (given: nothing)"),
        ("count", 1.5, "count: expected a whole number (given: 1.5)"),
        ("share", "x", 'share: expected a number (given: "x")'),
        ("share", 0, "share: expected more than 0 (given: 0)"),
        ("share", 1, "share: expected less than 1 (given: 1)"),
        ("name", "x", "name: expected at least 2 characters"),
        ("words", "a", 'words: expected a list (given: "a")'),
        ("words", ["a", 2], "words.1: expected text (given: 2)"),
        ("level", "mid", "level: expected 'low' or 'high' (given: \"mid\")"),
        ("on", "maybe", 'on: expected true or false (given: "maybe")'),
        (
            "count",
            dt.date(2026, 1, 2),
            'count: expected a whole number (given: "2026-01-02")',
        ),
        ("name", False, "name: expected text"),
        ("level", False, "level: expected 'low' or 'high' (given: false)"),
        ("inner", 3, "inner: expected keys with values (given: 3)"),
        ("inner", {"hight": 3}, "inner.hight: there is no such key; did you mean inner.height?"),
        ("cuont", 3, "cuont: there is no such key; did you mean count?"),
        ("zzz", 3, "zzz: there is no such key"),
    ],
)
def test_each_kind_of_error_is_a_sentence(field: str, value: object, sentence: str) -> None:
    assert problems(**{field: value}) == (sentence,)


def test_every_problem_is_told() -> None:
    assert len(problems(count="x", share="y", on="z")) == 3


def test_passwords_and_long_values_are_not_shown() -> None:
    assert "geheim" not in problems(count="https://me:geheim@site.example/")[0]
    assert len(problems(count="x" * 1_000)[0]) < MOST_SHOWN + 60


@pytest.mark.parametrize("name", list(Source.model_fields))
@pytest.mark.parametrize("value", [[[1]], {1: 2}, -1, "?", {"a": ["b"]}, 1e400])
def test_no_field_of_a_source_speaks_pydantic(name: str, value: object) -> None:
    try:
        Source.model_validate({"id": "a", "feed": "https://a.example/", name: value})
    except ValidationError as error:
        for sentence in problems_in(error, Source):
            assert sentence
            assert not any(words in sentence for words in ("Input", "Value error", "fit", "{"))


class WithSecret(BaseModel):
    secret: str
    open: str

    @field_validator("secret", "open")
    @classmethod
    def _as_a_library(cls, value: str) -> str:
        raise (
            MisfitError("expected more") if value == "own" else ValueError(f"{value} is no number")
        )


def test_what_a_library_says_of_a_secret_is_not_passed_on() -> None:
    with pytest.raises(ValidationError) as caught:
        WithSecret(secret="geheim", open="door")
    assert problems_in(caught.value, WithSecret, secrets={"secret"}) == (
        "secret: it does not fit",
        'open: door is no number (given: "door")',
    )
    with pytest.raises(ValidationError) as caught:
        WithSecret(secret="own", open="own")
    assert problems_in(caught.value, WithSecret, secrets={"secret"})[0] == "secret: expected more"
