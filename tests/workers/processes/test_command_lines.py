"""The command line of each role."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from config.settings import Settings
from workers.processes.command_lines import command_lines, flower_environment
from workers.processes.heartbeat import ALWAYS_RUNNING, WEB
from workers.roles import ROLES


def lines(folder: Path, **settings: object) -> dict[str, list[str]]:
    values = {"data_dir": folder, **settings}
    return command_lines(Settings.model_validate(values), "some.app")


def test_every_role_has_one_and_runs_a_module(tmp_path: Path) -> None:
    known = lines(tmp_path)
    assert set(known) == {*ALWAYS_RUNNING, WEB, "flower"}
    assert all(find_spec(line[0]) for line in known.values())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_worker_serves_the_queues_of_its_role(tmp_path: Path, role: str) -> None:
    line = lines(tmp_path)[role]
    assert line[line.index("-Q") + 1].split(",") == list(ROLES[role])
    assert line[line.index("-A") + 1] == "some.app"


def test_settings_reach_the_processes(tmp_path: Path) -> None:
    known = lines(tmp_path, process_workers=7, crawl_threads=30, log_level="ERROR")
    assert "--concurrency=7" in known["process"]
    assert "--concurrency=30" in known["crawl"]
    assert "--loglevel=ERROR" in known["beat"]


def test_processes_take_no_message_that_they_cannot_begin_with(tmp_path: Path) -> None:
    assert "--disable-prefetch" in lines(tmp_path)["process"]


def test_the_password_of_flower_is_made_up_unless_it_is_set() -> None:
    made = [flower_environment(Settings())[1] for _ in range(2)]
    assert made[0] != made[1]
    chosen = Settings.model_validate({"flower_auth": "editor:word"})
    assert flower_environment(chosen) == ({"FLOWER_BASIC_AUTH": "editor:word"}, "editor:word")
    assert "word" not in " ".join(command_lines(chosen)["flower"])
