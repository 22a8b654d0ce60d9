"""An embedded deployment that has something of everything."""

from pathlib import Path

import pytest

from config.settings import Settings
from tests.support.whole_deployment import connecting, embedded, fill


@pytest.fixture
def filled(tmp_path: Path) -> Settings:
    settings = embedded(tmp_path / "before")
    with connecting(settings)() as resources:
        fill(resources)
        resources.index.close()
    return settings
