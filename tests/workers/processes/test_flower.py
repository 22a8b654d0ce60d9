"""Flower with a password on every page; the page itself is in tests/integration/test_flower.py."""

import subprocess
import sys

from flower.views.monitor import Metrics  # type: ignore[import-untyped]

import workers.processes.flower  # noqa: F401 - puts the password before the figures


def test_the_module_is_flower_s_command() -> None:
    command = [sys.executable, "-m", "workers.processes.flower", "flower", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    assert "monitoring and administrating Celery" in result.stdout


def test_the_figures_are_behind_the_password_too() -> None:
    assert Metrics.get.__wrapped__ is not None
