"""The usual workers with fail points, on the network of the soak's sites.

``celery -A benchmarks.soaking.celery``; ``SOAK_MUTATION`` names a defect to build in.
"""

import os
import threading

from benchmarks.soaking import points
from benchmarks.soaking.mutations import MUTATIONS
from config.read_settings import settings_of_process
from config.settings import Settings
from demo.network import LoopbackNetwork
from demo.place import hosts_file
from storage.elasticsearch.index import ElasticsearchIndex
from storage.ledger_archive.elasticsearch import ElasticsearchLedgerArchive
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.redis.frontier import Frontier
from storage.redis.ledger.ended import EndedUrls
from storage.tantivy.index import TantivyIndex
from workers.app import make_app
from workers.chain import dispatch, run
from workers.resources import Resources, install_network
from workers.schedule import ARCHIVING, SCHEDULE


def _put_points(settings: Settings) -> None:
    """Fail points at the edges of each stage, of acceptance, of dispatch, and of the index."""
    folder = settings.data_dir
    advance, work, finish = Frontier.advance, run._work, run._finish  # noqa: SLF001 - the edges of a stage
    current = threading.local()

    def advance_with_points(frontier: Frontier, batch: str, stage: int, name: str) -> bool:
        points.pass_by(folder, f"{name}.begin")
        held = advance(frontier, batch, stage, name)
        points.pass_by(folder, f"{name}.begun")
        return held

    def work_with_name(resources: Resources, stage: run.Stage, *others: object) -> object:
        current.stage = stage.name
        return work(resources, stage, *others)  # type: ignore[arg-type]

    def finish_with_points(*arguments: object) -> object:
        points.pass_by(folder, f"{current.stage}.worked")
        decided = finish(*arguments)  # type: ignore[arg-type]
        points.pass_by(folder, f"{current.stage}.finished")
        return decided

    setattr(Frontier, "advance", advance_with_points)  # noqa: B010 - it has another type for mypy
    vars(run).update(_work=work_with_name, _finish=finish_with_points)
    for owner, name, point in (
        (Frontier, "accept", "accept"),
        (dispatch, "_send", "send"),
        (TantivyIndex, "put", "put"),
        (ElasticsearchIndex, "put", "put"),
        (SqliteLedgerArchive, "put", "archive"),
        (ElasticsearchLedgerArchive, "put", "archive"),
        (EndedUrls, "compact", "compact"),
    ):
        call = getattr(owner, name)
        wrapped = points.between(folder, call, before=f"{point}.before", after=f"{point}.after")
        setattr(owner, name, wrapped)


_settings = settings_of_process()
install_network(LoopbackNetwork.load(hosts_file(_settings)))
if mutation := os.environ.get("SOAK_MUTATION"):
    MUTATIONS[mutation]()
_put_points(_settings)
app = make_app(_settings)
app.conf.beat_schedule = {**SCHEDULE, ARCHIVING: {**SCHEDULE[ARCHIVING], "schedule": 1.0}}
