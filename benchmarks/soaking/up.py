"""``newsloom up`` with the workers of the soak: ``python -m benchmarks.soaking.up``."""

from typing import Any

from cli.commands import up
from workers.processes.supervisor import Supervisor


def _with_points(*args: Any, **kwargs: Any) -> Supervisor:  # noqa: ANN401 - what a supervisor gets
    return Supervisor(*args, **{**kwargs, "app": "benchmarks.soaking.celery"})


if __name__ == "__main__":
    vars(up)["Supervisor"] = _with_points
    up.up()
