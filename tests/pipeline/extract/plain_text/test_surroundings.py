"""What the lines around a text say of it."""

import pytest

from pipeline.extract.plain_text.surroundings import (
    Surroundings,
    find_authors,
    find_dates,
    find_section,
)

TITLE = "Ferries sail again"


def around(*under: str, above: tuple[str, ...] = ()) -> Surroundings:
    return Surroundings(above=[*above], under=[*under])


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (around("By Ann Lee and Bob Ray"), ("Ann Lee", "Bob Ray")),
        (around(above=("Von Ann Lee | 24.11.2026",)), ("Ann Lee",)),
        (around("Ann Lee 24 November 2026"), ("Ann Lee",)),
        (around("Ann Lee", "Share"), ("Ann Lee",)),
        (around("Breaking News", "World"), ()),  # labels look like names
        (around("By Ann Lee, who knows the harbour well."), ()),
    ],
)
def test_bylines_are_near_the_title(lines: Surroundings, authors: tuple[str, ...]) -> None:
    assert find_authors(lines) == authors


def test_dates_are_in_short_lines() -> None:
    lines = around("24 November 2026 10:30", "x" * 120 + " 2026-11-24", above=("2026-11-23",))
    assert find_dates(lines) == ("2026-11-23", "24 November 2026")


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        (["Home / World / Ferries sail again", TITLE], "World"),
        (["Startseite > Region > Hafen", TITLE], "Hafen"),
        (["Home", "Politics", TITLE], "Politics"),
        (["Sport | 15/11/2026", TITLE], "Sport"),
        (["Sport", TITLE], None),
        ([TITLE], None),
        (["| |", TITLE], None),
    ],
)
def test_a_section_is_the_last_step_of_a_breadcrumb(lines: list[str], section: str | None) -> None:
    assert find_section(lines, len(lines) - 1, TITLE) == section
