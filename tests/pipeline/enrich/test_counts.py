"""How long a text is."""

import pytest

from pipeline.enrich.counts import length_of, reading_minutes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two three.", 3),
        ("Maud Ellery’s well-known bakery", 4),
        ("港务局表示", 5),
        ("iPhone 手机", 3),
        ("부두와 섬들을 잇는", 3),
        ("Паром снова пойдёт", 3),
    ],
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert sum(length_of(text)) == words


def test_reading_takes_minutes_rounded_up_and_characters_count_in_scripts_without_spaces() -> None:
    def minutes(text: str) -> int:
        return reading_minutes(length_of(text), words_per_minute=200, characters_per_minute=500)

    assert minutes("") == 0
    assert minutes("word") == 1
    assert minutes("word " * 200) == 1
    assert minutes("word " * 201) == 2
    assert minutes("字" * 1000) == 2
