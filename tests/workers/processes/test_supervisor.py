"""A supervisor of real processes; more are in ``tests/integration`` and ``tests/faults``."""

from pathlib import Path

from config.settings import Settings
from storage.open import Stores
from tests.support.world import left_behind, wait_until
from workers.processes.command_lines import command_lines
from workers.processes.heartbeat import RUN_BY_UP, alive
from workers.processes.supervisor import Supervisor


def test_a_member_that_cannot_start_is_named_and_leaves_nothing_behind(
    tmp_path: Path, redis_url: str
) -> None:
    settings = Settings(data_dir=tmp_path, redis_url=redis_url)
    supervisor = Supervisor(settings, ("beat",), app="tests.no_such_app", log_file=tmp_path / "log")
    supervisor.start()
    assert supervisor.failing is None

    wait_until(
        lambda: supervisor.failing,
        seconds=60,
        what="it has fallen three times",
        meanwhile=supervisor.check,
    )
    assert supervisor.failing == "beat"
    assert "no_such_app" in (tmp_path / "log").read_text()
    supervisor.stop()
    assert left_behind(tmp_path) == {}


def test_what_up_runs_has_a_command_line(tmp_path: Path) -> None:
    assert set(RUN_BY_UP) < set(command_lines(Settings(data_dir=tmp_path)))


def test_what_has_been_stopped_counts_as_alive_no_longer(
    tmp_path: Path, stores: Stores, redis_url: str, namespace: str
) -> None:
    keyspace = stores.keyspace
    settings = Settings(data_dir=tmp_path, redis_url=redis_url, namespace=namespace)
    supervisor = Supervisor(settings, ("beat",), log_file=tmp_path / "log")
    supervisor.start()
    wait_until(lambda: alive(keyspace, "beat"), seconds=60, what="beat lives")
    supervisor.stop()
    assert not alive(keyspace, "beat")
