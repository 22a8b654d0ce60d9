"""Lines that pages put between paragraphs."""

import re

import pytest

from pipeline.extract.body.boilerplate_phrases import (
    CREDIT,
    REQUEST,
    TEASER,
    TEASER_HEAD,
)

TABLES: dict[str, re.Pattern[str]] = {
    "TEASER": TEASER,
    "TEASER_HEAD": TEASER_HEAD,
    "REQUEST": REQUEST,
    "CREDIT": CREDIT,
}


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("TEASER", "Read more: Ferries sail again"),
        ("TEASER", "Lesen Sie auch – Die Fähre fährt"),
        ("TEASER", "関連記事: 渡し船"),
        ("TEASER_HEAD", "You may also like"),
        ("TEASER_HEAD", "» Mehr zum Thema"),
        ("REQUEST", "Sign up for our newsletter"),
        ("REQUEST", "ADVERTISEMENT"),
        ("REQUEST", "Abonnez-vous"),
        ("CREDIT", "Photo: Ann Lee"),
        ("CREDIT", "Ann Lee / Getty Images"),
        ("CREDIT", "Copyright 2026 Harbour Post"),
    ],
)
def test_a_phrase_is_in_its_table(table: str, line: str) -> None:
    assert TABLES[table].search(line)


@pytest.mark.parametrize("table", [*TABLES])
@pytest.mark.parametrize(
    "line",
    [
        "The crews read more than one letter.",
        "Ferries sail again on Monday",
        "She signed the letter of the board.",
        "The photo shows the harbour.",
    ],
)
def test_text_is_in_no_table(table: str, line: str) -> None:
    assert not TABLES[table].search(line)
