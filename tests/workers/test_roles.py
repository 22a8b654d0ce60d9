"""The queues of each kind of worker."""

import subprocess
import sys

from workers.roles import ROLES


def test_each_queue_is_served_by_one_role() -> None:
    queues = [queue for served in ROLES.values() for queue in served]
    assert len(queues) == len(set(queues))
    stages = {"crawl", "extract", "deduplicate", "enrich", "index"}
    assert set(queues) == stages | {"control", "notify"}


def test_the_supervisor_that_reads_it_does_not_import_celery() -> None:
    code = "import workers.roles, workers.processes.supervisor, sys; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "celery" not in ran.stdout.split()
