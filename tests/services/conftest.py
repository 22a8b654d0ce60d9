"""What services work with: the tests' Redis, and an index in a folder."""

from pathlib import Path

import pytest

from config.settings import Settings
from workers.resources import Resources


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, namespace: str) -> Settings:
    """Settings that lead to the tests' Redis and to an index in a folder of the test's own."""
    return Settings.model_validate(
        {
            "data_dir": tmp_path / "data",
            "sources": tmp_path / "sources.yaml",
            "redis_url": redis_url,
            "namespace": namespace,
            "host_delay": 0.0,
        }
    )


@pytest.fixture
def resources(settings: Settings) -> Resources:
    return Resources(settings)
