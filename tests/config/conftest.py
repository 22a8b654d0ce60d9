"""Settings of a test's own."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variables and no .env but the test's own."""
    for name in [name for name in os.environ if name.upper().startswith("NEWSLOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
