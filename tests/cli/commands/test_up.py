"""``newsloom up``; with a whole newsroom in ``tests/integration/test_up.py``."""

import importlib.util
import signal
import subprocess
import time
from pathlib import Path

import pytest

from storage.open import Stores
from tests.cli.conftest import COMMAND, Newsloom
from tests.support.world import left_behind, wait_until
from workers.processes.heartbeat import alive
from workers.processes.supervisor import Supervisor


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_runs_the_roles_that_are_named_until_a_signal(
    place: Path, stores: Stores, number: signal.Signals
) -> None:
    (place / "sources.yaml").write_text("- {id: press, feed: 'http://press.example/', enabled: no}")
    with subprocess.Popen([COMMAND, "up", "beat"], stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: alive(stores.keyspace, "beat"), seconds=30, what="beat lives")
        assert not alive(stores.keyspace, "crawl")
        process.send_signal(number)
        _, text = process.communicate(timeout=30)

    assert process.returncode == 0
    assert f"Running beat; 1 sources from {place / 'sources.yaml'}. Ctrl-C stops." in text
    assert text.rstrip().endswith("Stopping …")
    assert left_behind(place) == {}


def test_nohup_keeps_it_running(place: Path, stores: Stores) -> None:
    command = ["nohup", str(COMMAND), "up", "beat"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=place) as process:
        wait_until(lambda: alive(stores.keyspace, "beat"), seconds=30, what="beat lives")
        process.send_signal(signal.SIGHUP)
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert process.returncode == 0
    assert left_behind(place) == {}


def test_its_own_crash_ends_its_processes_too(
    newsloom: Newsloom, place: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Supervisor.check

    def crash(supervisor: Supervisor) -> None:
        check(supervisor)
        if alive(stores.keyspace, "beat"):
            raise ZeroDivisionError

    monkeypatch.setattr(Supervisor, "check", crash)
    with pytest.raises(ZeroDivisionError):
        newsloom("up", "beat")
    assert left_behind(place) == {}


def test_modules_in_the_folder_of_the_start_are_not_executed(place: Path, stores: Stores) -> None:
    for name in ("config", "search", "workers", "web", "celery", "redis", "multiprocessing", "gc"):
        (place / f"{name}.py").write_text(f"open({str(place / 'executed')!r}, 'a').write({name!r})")
    with subprocess.Popen([COMMAND, "up", "beat", "index"], cwd=place) as process:
        wait_until(lambda: alive(stores.keyspace, "beat"), seconds=30, what="beat lives")
        wait_until(lambda: alive(stores.keyspace, "index"), seconds=30, what="index lives")
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert not (place / "executed").exists()


def test_flower_that_is_not_installed_is_wrong_usage(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "flower" else found(name)
    )
    for arguments in (("--flower",), ("flower",)):
        result = newsloom("up", *arguments)
        assert result.code == 2
        assert result.sentence == ("Error: Flower is not installed: pip install 'newsloom[flower]'")


def test_a_broken_sources_file_is_said_and_stops_nothing(place: Path, stores: Stores) -> None:
    (place / "sources.yaml").write_text("sources: [")
    with subprocess.Popen([COMMAND, "up", "beat"], stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: alive(stores.keyspace, "beat"), seconds=30, what="beat lives")
        process.send_signal(signal.SIGINT)
        _, text = process.communicate(timeout=30)

    assert process.returncode == 0
    assert f"{place / 'sources.yaml'} is not readable as YAML: line 1: " in text
    assert "polls, pages and pushes wait until it is mended" in text
    assert "Running beat; no sources can be read. Ctrl-C stops." in text
