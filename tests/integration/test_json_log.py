"""With NEWSLOOM_LOG_FORMAT=json every line of every process is JSON, whatever happens."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import COMMAND
from tests.support.running_up import environment, kill_all
from tests.support.servers.redis_server import PASSWORD, RedisServer, redis_server
from tests.support.world import processes_of, wait_until

NOISY = """
import sys, warnings
warnings.warn("an old way of doing it", UserWarning, stacklevel=1)
sys.stderr.write("past the log\\n")
def enrich(article):
    return {}
"""
"""What any library could do while it is imported, here an enricher."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as running:
        yield running


def lines_of(log: Path) -> list[dict[str, Any]]:
    """The lines; one that is no JSON object fails the test."""
    found = []
    for line in log.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            pytest.fail(f"no JSON: {line[:300]}")
    assert all({"at", "level", "logger", "message"} <= set(line) for line in found)
    return found


def said(log: Path, words: str) -> bool:
    return words in log.read_text()


def start(folder: Path, log: Path, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    facts = folder / "site" / "noisy-1.0.dist-info"
    facts.mkdir(parents=True, exist_ok=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: noisy\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[newsloom.enrichers]\nnoisy = noisy:enrich\n")
    (folder / "site" / "noisy.py").write_text(NOISY)
    chosen = {
        **environment(folder),
        "NEWSLOOM_LOG_FORMAT": "json",
        "PYTHONPATH": str(folder / "site"),
        **variables,
    }
    with log.open("wb") as output:
        return subprocess.Popen(
            [COMMAND, *arguments], env=chosen, cwd=folder, stdout=output, stderr=output
        )


def kill_one(folder: Path, words: str) -> None:
    [pid, *_] = [pid for pid, command in sorted(processes_of(folder).items()) if words in command]
    os.kill(pid, signal.SIGSEGV)


def test_up_with_a_crash_an_outage_and_warnings(tmp_path: Path, server: RedisServer) -> None:
    log = tmp_path / "up.json"
    variables = {
        "NEWSLOOM_REDIS_URL": server.url,
        "NEWSLOOM_MISSPELT": "1",
        "NEWSLOOM_FLOWER_PORT": "0",
        "NEWSLOOM_PUBLIC_URL": "https://news.example",
        "NEWSLOOM_WEB_PORT": "0",
    }
    process = start(tmp_path, log, "--demo", "up", "--flower", **variables)
    try:
        wait_until(lambda: said(log, '"outcome": "indexed"'), seconds=90, what="articles are there")
        kill_one(tmp_path, "worker -n crawl")
        wait_until(lambda: said(log, "crawl ended with status"), seconds=20, what="it is noticed")
        server.kill()
        wait_until(
            lambda: said(log, "refuses the connection"), seconds=30, what="the outage is noticed"
        )
        server.start()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        kill_all(tmp_path)
        process.wait()
    lines = lines_of(log)
    messages = [line["message"] for line in lines]
    assert any("NEWSLOOM_MISSPELT is no setting" in message for message in messages)
    assert any("an old way of doing it" in message for message in messages)
    assert any("past the log" in message for message in messages)
    assert any("crawl@" in message and "ready" in message for message in messages)
    assert "Stopping …" in messages
    assert any("Web: http://" in message for message in messages)
    for role in ("crawl", "process", "index", "beat"):
        assert any(message.startswith(f"{role} is starting, ") for message in messages)
    assert PASSWORD not in log.read_text()
    [first, *_] = [line for line in lines if line.get("outcome") == "indexed"]
    named = {"event", "batch", "url", "url_id", "host", "source", "stage", "duration_ms"}
    assert named <= set(first)
    assert (first["event"], first["stage"]) == ("ended", "index")
    assert {line["role"] for line in lines if line.get("event") == "ended" and "role" in line} >= {
        "crawl"
    }


@pytest.mark.parametrize("role", ["crawl", "process", "index", "beat", "web", "flower"])
def test_a_role_that_cannot_start_says_so_in_json(tmp_path: Path, role: str) -> None:
    log = tmp_path / "role.json"
    process = start(tmp_path, log, "up", role, NEWSLOOM_LEASE_SECONDS="-1")
    assert process.wait(60) == 2
    [line] = lines_of(log)
    assert "NEWSLOOM_LEASE_SECONDS" in line["message"]


def test_a_redis_that_is_away_at_the_start_is_a_line(tmp_path: Path) -> None:
    log = tmp_path / "role.json"
    url = "redis://:correct-horse@127.0.0.1:1/0"
    process = start(tmp_path, log, "up", "crawl", "beat", NEWSLOOM_REDIS_URL=url)
    try:
        wait_until(lambda: said(log, "127.0.0.1:1"), seconds=60, what="it says what is away")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        kill_all(tmp_path)
        process.wait()
    assert lines_of(log)
    assert PASSWORD not in log.read_text()
