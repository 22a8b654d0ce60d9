"""For ``python -m workers.processes.flower -A APP flower``.

Celery's page, all of it behind its password, and with our log format.

Flower 2.2 answers ``/metrics`` to anybody, and those name every worker and task.
"""

from celery.__main__ import main
from flower.views.monitor import Metrics  # type: ignore[import-untyped]
from tornado.web import authenticated

from config.logging import configure
from config.settings import log_settings

Metrics.get = authenticated(Metrics.get)

if __name__ == "__main__":
    chosen = log_settings()
    configure(chosen.log_level, chosen.log_format)
    main()
