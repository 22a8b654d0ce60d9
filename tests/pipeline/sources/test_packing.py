"""Rows of numbers as text."""

import pytest

from pipeline.sources.packing import pack_numbers, unpack_numbers


@pytest.mark.parametrize(
    ("form", "numbers", "text"),
    [("H", (1, 2, 65_535), "AQACAP//"), ("e", (0.5, -2.0), "ADgAwA=="), ("H", (), "")],
)
def test_numbers_come_back_from_their_text(
    form: str, numbers: tuple[float, ...], text: str
) -> None:
    assert pack_numbers(form, numbers) == text
    assert unpack_numbers(form, text) == numbers


def test_half_a_number_is_cut_off_or_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        unpack_numbers("H", "A")
