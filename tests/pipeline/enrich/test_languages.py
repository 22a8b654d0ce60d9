"""Which language a text is in."""

import json
from pathlib import Path

import pytest

from pipeline.enrich.languages import detect_language

LEAD: dict[str, str] = json.loads((Path(__file__).parent / "leads.json").read_text())


@pytest.mark.parametrize("language", LEAD)
def test_the_language_is_told_from_a_lead_whatever_is_declared(language: str) -> None:
    assert detect_language(LEAD[language], declared="en") == language


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [("", None, None), ("", "fr", "fr"), ("Goal!", "de", "de"), ("2:1", None, None)],
)
def test_a_text_too_short_to_tell_has_its_declared_language(
    text: str, declared: str | None, expected: str | None
) -> None:
    assert detect_language(text, declared) == expected


def test_numbers_alone_have_no_language() -> None:
    assert detect_language("1 2 3 4 5 6 7 8 9 " * 20) is None
