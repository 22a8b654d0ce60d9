"""For ``python -m workers.processes.flower -A APP flower``.

Celery's page, all of it behind its password.

Flower 2.2 answers ``/metrics`` to anybody, and those name every worker and task.
"""

from celery.__main__ import main
from flower.views.monitor import Metrics  # type: ignore[import-untyped]
from tornado.web import authenticated

Metrics.get = authenticated(Metrics.get)

if __name__ == "__main__":
    main()
