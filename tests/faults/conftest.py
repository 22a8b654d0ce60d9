"""Figures that the tests of faults measure."""

from collections.abc import Callable

import pytest

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print a measured figure."""

    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\n[supervisor] {text}")  # noqa: T201 - see above

    return show
