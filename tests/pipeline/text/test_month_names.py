import pytest

from pipeline.text.month_names import month_of


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("January", 1), ("Sept", 9), ("OCT.", 10), ("juil.", 7), ("août", 8), ("aout", 8),
        ("März", 3), ("Mrz", 3), ("июля", 7), ("Июль", 7), ("mrt", 3), ("mayıs", 5), ("נובמבר", 11),
    ],
)  # fmt: skip
def test_names(name: str, month: int) -> None:
    assert month_of(name) == month


@pytest.mark.parametrize("name", ["", "no", "Monday", "listopad", "srp"])
def test_what_names_no_month(name: str) -> None:
    assert month_of(name) is None
