"""Lines of a page that change by themselves."""

import pytest

from pipeline.versions.asides import LONGEST, is_aside


@pytest.mark.parametrize(
    "line",
    [
        "1,234 views",
        "Views: 5",
        "12K shares",
        "5 min read",
        "Lesezeit: 3 Min.",
        "1.234 mal gelesen",
        "12 次阅读",
        "Last updated: 24 November 2026",
        "Zuletzt aktualisiert am 24.11.2026",
        "Updated 2 hours ago",
        "24 November 2026, 10:30",
        "5 min read | 120 comments | Share",
        "By Ann Lee | 3 min read",
    ],
)
def test_counters_and_dates_of_changes_are_asides(line: str) -> None:
    assert is_aside(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "The board was updated on the ferry.",
        "Ferries sail again",
        "Views differ on the harbour.",
        "Updated ferry timetable",
        "1,234 views " + "x" * LONGEST,
        " | ".join(["1 view"] * 9),
    ],
)
def test_text_is_no_aside(line: str) -> None:
    assert not is_aside(line)
