"""What is imported before the processes are forked."""

import subprocess
import sys

NEEDED = ("workers.chain.tasks", "celery.apps.worker", "celery.apps.beat", "trafilatura")


def test_the_modules_are_there_and_the_garbage_collector_leaves_them_alone() -> None:
    code = "import gc, sys, workers.processes.preload\nprint(gc.get_freeze_count(), *sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    frozen, *modules = ran.stdout.split()

    assert int(frozen) > 100_000
    assert set(NEEDED) <= set(modules)
    assert "workers.celery" not in modules, "it reads the settings, which each process has itself"
