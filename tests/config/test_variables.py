"""Settings as variables."""

import pytest
from pydantic import SecretStr

from config.variables import text_of, variable_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (SecretStr("a b"), "a b"),
        (frozenset({443, 80}), "[80, 443]"),
        (0.5, "0.5"),
        (True, "True"),
        ("as it is", "as it is"),
    ],
)
def test_the_text_of(value: object, text: str) -> None:
    assert text_of(value) == text


def test_the_variable_of() -> None:
    assert variable_of("data_dir") == "NEWSLOOM_DATA_DIR"
