"""Forked processes: their folder, environment, output and end."""

import json
import os
import signal
from multiprocessing import Pipe
from pathlib import Path

import psutil
import pytest

from tests.support.world import wait_until
from workers.processes import forking
from workers.processes.forking import (
    ForkServerError,
    kill_group,
    kill_server,
    server_process,
    start,
    terminate,
)

SHOW = """
import atexit, json, os, sys
atexit.register(lambda: print("closed", flush=True))
print(json.dumps({
    "argv": sys.argv[1:],
    "name": __name__,
    "folder": os.getcwd(),
    "variables": dict(os.environ),
    "leader": os.getpgid(0) == os.getpid(),
    "path": sys.path,
    "parent": os.getppid(),
    "is_shared": "workers.chain.tasks" in sys.modules,
}), flush=True)
sys.exit(3)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which the forked processes import too, as they take the path over."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "shown_by_test.py").write_text(SHOW)
    (folder / "parent_by_test.py").write_text(PARENT)
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.mark.usefixtures("modules")
def test_it_runs_a_module_in_a_folder_with_an_environment_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(
        ["shown_by_test", "--option", "value"],
        name="shown",
        folder=tmp_path,
        environment={"ONLY": "this"},
        output=log,
    )
    process.join(60)

    first, last = log.read_text().splitlines()
    shown = json.loads(first)
    assert shown["argv"] == ["--option", "value"]
    assert shown["name"] == "__main__"
    assert shown["folder"] == str(tmp_path)
    assert shown["variables"].pop("PYTHONSAFEPATH") == "1"
    assert shown["variables"]["ONLY"] == "this"
    assert not {"PATH", "HOME"} & set(shown["variables"])
    assert shown["leader"]
    assert shown["is_shared"], "what it needs was imported before the fork"
    assert str(tmp_path) not in shown["path"]
    assert last == "closed", "what is registered for the end is done"
    assert process.exitcode == 3


@pytest.mark.usefixtures("modules")
def test_the_end_of_a_process_is_the_end_of_what_it_started(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(["parent_by_test"], name="parent", folder=tmp_path, environment={}, output=log)
    wait_until(
        lambda: log.exists() and log.read_text().strip(), seconds=60, what="its child is there"
    )
    child = psutil.Process(int(log.read_text()))
    assert "newsloom: parent" in psutil.Process(process.pid).cmdline()[0]

    kill_group(process)
    assert process.exitcode == -signal.SIGKILL
    wait_until(
        lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE,
        seconds=10,
        what="the child is gone",
    )
    kill_group(process)  # nothing is left to do


@pytest.mark.usefixtures("modules")
def test_a_process_can_be_asked_to_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(["parent_by_test"], name="parent", folder=tmp_path, environment={}, output=log)
    wait_until(lambda: log.exists() and log.read_text(), seconds=60, what="it runs")
    terminate(process)
    process.join(10)
    assert process.exitcode == -signal.SIGTERM
    terminate(process)
    kill_group(process)


@pytest.mark.usefixtures("modules")
def test_the_server_knows_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_INDEX_API_KEY", "hidden")
    before = dict(os.environ)
    log = tmp_path / "log"
    process = start(["shown_by_test"], name="shown", folder=tmp_path, environment={}, output=log)
    process.join(60)
    assert dict(os.environ) == before
    server = json.loads(log.read_text().splitlines()[0])["parent"]
    assert "hidden" not in Path(f"/proc/{server}/environ").read_text(errors="replace")


@pytest.mark.usefixtures("modules")
def test_what_it_prints_can_go_into_a_pipe(tmp_path: Path) -> None:
    reader, writer = Pipe(duplex=False)
    with writer:
        process = start(
            ["shown_by_test"], name="shown", folder=tmp_path, environment={}, output=writer
        )
    with open(reader.fileno(), closefd=False) as pipe:
        text = pipe.read()
    process.join(60)
    assert text.endswith("closed\n")


SLOW_TO_END = """
import signal, sys, time
def end(*_):
    time.sleep(1)
    print("finished", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("runs", flush=True)
time.sleep(60)
"""


def test_a_signal_for_all_of_us_lets_the_processes_finish(modules: Path, tmp_path: Path) -> None:
    (modules / "slow_by_test.py").write_text(SLOW_TO_END)
    log = tmp_path / "log"
    process = start(["slow_by_test"], name="slow", folder=tmp_path, environment={}, output=log)
    wait_until(lambda: log.exists() and log.read_text(), seconds=60, what="it runs")
    server = psutil.Process(process.pid).parent()
    assert server

    for number in (signal.SIGTERM, signal.SIGHUP):
        server.send_signal(number)
    terminate(process)
    process.join(20)
    assert (process.exitcode, log.read_text()) == (0, "runs\nfinished\n")
    assert server.is_running()


WITH_CHILD = """
import multiprocessing, os
context = multiprocessing.get_context("fork")
child = context.Process(target=print, args=("from the child",))
child.start()
child.join()
print("ended", child.exitcode, flush=True)
"""


def test_a_process_may_have_children_by_multiprocessing(modules: Path, tmp_path: Path) -> None:
    (modules / "forks_by_test.py").write_text(WITH_CHILD)
    log = tmp_path / "log"
    process = start(["forks_by_test"], name="forks", folder=tmp_path, environment={}, output=log)
    process.join(60)
    assert log.read_text() == "from the child\nended 0\n"


@pytest.mark.usefixtures("modules")
def test_a_server_that_hangs_is_noticed_and_another_one_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    first = start(["parent_by_test"], name="first", folder=tmp_path, environment={}, output=log)
    wait_until(lambda: log.exists() and log.read_text(), seconds=60, what="it runs")
    server = server_process()
    assert server
    os.kill(server, signal.SIGSTOP)
    assert not kill_group(first, 0.3), "who would say that it has ended?"
    monkeypatch.setattr(forking, "_FORK_SECONDS", 0.5)
    with pytest.raises(ForkServerError, match=r"has not started a process in 0\.5 s"):
        start(["shown_by_test"], name="second", folder=tmp_path, environment={})
    kill_server()
    assert server_process() is None
    assert first.exitcode is not None
    third = start(["shown_by_test"], name="third", folder=tmp_path, environment={}, output=log)
    third.join(60)
    assert third.exitcode == 3
