"""The ticks of beat: each has a task, and none piles up behind a worker that stands still."""

import workers.chain.tasks  # noqa: F401 - registers the tasks
from config.settings import Settings
from workers.app import make_app
from workers.schedule import SCHEDULE


def test_every_tick_is_a_task_of_ours() -> None:
    tasks = make_app(Settings()).tasks
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(tasks)


def test_a_tick_expires_before_the_next_one_is_due() -> None:
    for entry in SCHEDULE.values():
        assert entry["options"]["expires"] <= entry["schedule"]
