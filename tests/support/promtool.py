"""Prometheus' own checks, by the promtool of Debian's package ``prometheus``."""

import os
import shutil
import subprocess

import pytest


def promtool(*arguments: str, given: str = "") -> str:
    """What it says; a test without it is skipped, but never in CI."""
    command = shutil.which("promtool")
    if command is None and os.environ.get("CI"):
        pytest.fail("promtool is missing; .ci/run installs it")
    if command is None:
        pytest.skip("promtool is missing: apt-get install prometheus")
    done = subprocess.run(
        [command, *arguments], input=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
