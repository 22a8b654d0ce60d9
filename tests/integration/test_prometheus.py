"""A real Prometheus scrapes a running ``newsloom --demo up``."""

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.running_up import pids, up
from tests.support.servers.redis_server import free_port
from tests.support.world import wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING

DEPLOY = Path(__file__).parents[2] / "deploy" / "prometheus"


@pytest.fixture
def command() -> str:
    found = shutil.which("prometheus")
    if found is None and os.environ.get("CI"):
        pytest.fail("prometheus is missing; .ci/run installs it")
    if found is None:
        pytest.skip("prometheus is missing: apt-get install prometheus")
    return found


@contextmanager
def scraping(command: str, folder: Path, web_port: int) -> Iterator[int]:
    """Prometheus with our configuration, at another port; gives its own."""
    shutil.copytree(DEPLOY, folder)
    text = (folder / "local.yml").read_text().replace("8080", str(web_port)).replace("15s", "1s")
    (folder / "local.yml").write_text(text)
    port = free_port()
    options = {
        "config.file": folder / "local.yml",
        "storage.tsdb.path": folder / "data",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    with (folder / "log").open("wb") as log:
        arguments = [f"--{name}={value}" for name, value in options.items()]
        process = subprocess.Popen([command, *arguments], stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def ask(port: int, path: str, **query: str) -> Any:
    address = f"http://127.0.0.1:{port}/api/v1/{path}?{urlencode(query)}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)["data"]


def values(port: int, query: str, label: str) -> dict[str, int]:
    with suppress(OSError):
        found = ask(port, "query", query=query)["result"]
        return {each["metric"].get(label, ""): int(each["value"][1]) for each in found}
    return {}


def test_prometheus_has_the_totals_of_status_also_after_every_worker_was_killed(
    command: str, tmp_path: Path
) -> None:
    web_port = free_port()
    (tmp_path / "up").mkdir()
    with (
        up(tmp_path / "up", {"NEWSLOOM_WEB_PORT": str(web_port)}) as running,
        scraping(command, tmp_path / "prometheus", web_port) as port,
    ):
        running.wait_until_calm()
        for pid in pids(running, ALWAYS_RUNNING).values():
            os.kill(pid, 9)
        published = running.newsloom(
            "demo", "publish", "Zeppelin lands on pier", "A zeppelin landed on the pier. " * 9
        )
        before = running.resources.stores.ledger.totals().indexed
        assert published.returncode == 0, published.stderr
        wait_until(
            lambda: running.resources.stores.ledger.totals().indexed > before,
            seconds=60,
            what="an article is indexed after the kill",
        )
        running.wait_until_calm()
        told = json.loads(running.newsloom("--demo", "status", "--json").stdout)["ledger"]
        states = {name: told[name] for name in ("indexed", "duplicate", "rejected", "dead")}
        states |= {"queued": 0, "leased": 0}
        wait_until(
            lambda: values(port, "newsloom_ledger_urls", "state") == states,
            seconds=15,
            what=f"Prometheus has {states}",
        )
        assert values(port, "newsloom_accepted_urls_total", "") == {"": told["accepted"]}
        assert values(port, 'up{job="newsloom"}', "") == {"": 1}
        outcomes = values(port, 'newsloom_outcomes_total{outcome="indexed"}', "reason")
        assert outcomes[""] >= told["indexed"]
        [group] = ask(port, "rules")["groups"]
        assert [rule["lastError"] for rule in group["rules"] if rule.get("lastError")] == []
        assert {rule["health"] for rule in group["rules"]} <= {"ok", "unknown"}
