"""Keywords of an article."""

import json
from pathlib import Path

import pytest

from pipeline.enrich.keywords import find_keywords

LEAD: dict[str, str] = json.loads((Path(__file__).parent / "leads.json").read_text())


def test_keywords_are_the_tags_then_phrases_of_title_and_lead() -> None:
    found = find_keywords(
        title="Ferries sail again", body=LEAD["en"], tags=("labour", "Ferries"), language="en"
    )
    assert found[:2] == ("labour", "Ferries")
    assert 3 <= len(found) <= 10
    assert len({word.casefold() for word in found}) == len(found)
    assert any("harbour board" in word.casefold() for word in found)


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_without_spaces_only_tags_are_keywords(language: str) -> None:
    assert find_keywords(title="", body=LEAD[language], tags=("港",), language=language) == ("港",)


@pytest.mark.parametrize("language", [*LEAD, None, "xx"])
def test_keywords_never_fail(language: str | None) -> None:
    assert (
        len(find_keywords(title="", body=LEAD.get(language or "", "…"), tags=(), language=language))
        <= 10
    )
