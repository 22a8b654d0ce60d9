"""How long a text is, in all scripts."""

import pytest

from pipeline.text.lengths import has_cjk, text_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("ferry", 5),
        ("港务局", 9),
        ("섬 a", 5),
        ("3/24 Harbour", 7),
        ("1/2 of it", 5),
        ("2026/11/24", 5),  # "11/24" is taken for a counter
    ],
)
def test_cjk_characters_count_three_times_and_counters_not_at_all(text: str, length: int) -> None:
    assert text_length(text) == length


def test_one_cjk_character_is_enough() -> None:
    assert has_cjk("A ferry to 島")
    assert not has_cjk("A ferry to the island")
