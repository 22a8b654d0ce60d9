"""Durations in words."""

import pytest

from pipeline.sources.durations import span

HOUR, DAY = 3_600.0, 86_400.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (59, "59 s"), (150, "2 min"), (9 * HOUR, "9 h"), (3 * DAY, "3 d")],
)
def test_spans_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert span(seconds) == words
