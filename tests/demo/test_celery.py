"""The demo's workers: the usual application on another network."""

import json
import os
import subprocess
import sys
from pathlib import Path

from config.settings import Settings
from demo.network import save_hosts
from demo.place import demo_settings, hosts_file

SCRIPT = """
import asyncio, json
from unittest.mock import patch

with patch("workers.resources.install_network") as install:
    from demo.celery import app
(network,) = install.call_args.args
print(json.dumps({"app": app.main, "address": asyncio.run(network.resolve("a.example", 80))}))
"""


def test_they_fetch_from_the_hosts_that_are_written_down(tmp_path: Path) -> None:
    chosen = demo_settings(Settings.model_validate({"data_dir": tmp_path}))
    save_hosts(hosts_file(chosen), {"a.example": ("127.0.0.2", 8_000)})
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, **chosen.environment()},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["app"] == "newsloom"
    assert found["address"] == ["93.184.216.1"]


def test_without_a_newsroom_they_do_not_start(tmp_path: Path) -> None:
    chosen = demo_settings(Settings.model_validate({"data_dir": tmp_path}))
    done = subprocess.run(
        [sys.executable, "-c", "import demo.celery"],
        env={**os.environ, **chosen.environment()},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "hosts.json" in done.stderr
