from datetime import UTC, datetime, timedelta

import pytest

from web.pages import formats

NOW = datetime(2026, 4, 3, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (44, "just now"),
        (60, "1 minute ago"),
        (3 * 3600, "3 hours ago"),
        (86_399, "1 day ago"),
        (86_400, "2 Apr 2026"),
        (-60, "3 Apr 2026"),
    ],
)
def test_a_moment_is_written_as_people_say_it(seconds: int, words: str) -> None:
    assert formats.ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_what_has_no_date_says_so() -> None:
    assert formats.ago(None) == "no date"
    assert formats.exact(None) == "never"
    assert not formats.iso(None)


def test_exact_times_name_their_zone() -> None:
    assert formats.exact(NOW) == "2026-04-03 18:30 UTC"
    assert formats.exact(NOW.timestamp()) == "2026-04-03 18:30 UTC"
    assert formats.iso(NOW) == "2026-04-03T18:30:00+00:00"


def test_spans_look_back_and_forth() -> None:
    assert formats.since(None, 1000.0) == "never"
    assert formats.since(940.0, 1000.0).endswith(" ago")
    assert formats.until(None, 1000.0) == "not planned"
    assert formats.until(999.0, 1000.0) == "now"
    assert formats.until(1060.0, 1000.0).startswith("in ")


@pytest.mark.parametrize(
    ("code", "name", "direction"),
    [
        ("de", "German", "ltr"),
        ("ar", "Arabic", "rtl"),
        ("xx-none", "xx-none", "ltr"),
        (None, "", "auto"),
    ],
)
def test_languages_have_a_name_and_a_direction(code: str | None, name: str, direction: str) -> None:
    assert formats.language_name(code) == name
    assert formats.direction(code) == direction


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 copies"), (1, "1 copy"), (1234, "1,234 copies")]
)
def test_counts_have_their_noun(count: int, words: str) -> None:
    assert formats.plural(count, "copy", "copies") == words


def test_shares_are_in_percent() -> None:
    assert formats.percent(0.0345) == "3.5 %"
