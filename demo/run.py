"""One run of the demo: the newsroom is served, crawled, indexed, and updates one article."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from demo.place import newsroom_server, updated_flag
from storage.redis.ledger import Totals
from workers.processes.heartbeat import ALWAYS_RUNNING
from workers.processes.supervisor import Supervisor
from workers.resources import Resources

_GIVE_UP_SECONDS = 150.0


class DemoError(Exception):
    """The demo cannot be finished; the message says why, and where the log is."""


def run_demo(
    resources: Resources, *, say: Callable[[str], None], progress: Callable[[Totals], None]
) -> int:
    """Crawl the newsroom, with workers of its own, until all that it announced has ended.

    Args:
        resources: with the demo's settings.
        say: called with a sentence at each step.
        progress: called with the ledger's totals, a few times a second.

    Returns:
        How many URLs were accepted in this run.

    Raises:
        DemoError: a worker does not start, or the run takes too long.
    """
    _forget_without_index(resources)
    ledger, flag = resources.stores.ledger, updated_flag(resources.settings)
    before = ledger.totals()
    with ExitStack() as stack:
        server = stack.enter_context(newsroom_server(resources.settings))
        supervisor = _supervisor(resources)
        stack.callback(supervisor.stop)
        hosts, log = len(server.hosts), supervisor.log_file
        say(f"A newsroom of {hosts} hosts on loopback; the workers' log is {log}")
        supervisor.start()
        _poll_and_wait(resources, supervisor, progress)
        if not flag.exists():
            say("The newsroom updates one of its articles …")
            server.update()
            flag.touch()
            # A poll that was under way just then may have missed it and end last; the next has not.
            _poll_and_wait(resources, supervisor, progress)
            _poll_and_wait(resources, supervisor, progress)
    return ledger.totals().accepted - before.accepted


def _supervisor(resources: Resources) -> Supervisor:
    settings = resources.settings
    return Supervisor(
        settings,
        ALWAYS_RUNNING,
        app="demo.celery",
        log_file=settings.data_dir / "demo.log",
    )


def _forget_without_index(resources: Resources) -> None:
    """Empty a ledger whose index is gone: it would say that everything is done.

    The index is gone with a new Elasticsearch or a deleted folder.
    """
    if resources.index.count() == 0 and resources.stores.ledger.totals().indexed:
        keyspace = resources.stores.keyspace
        keys = list(keyspace.client.scan_iter(match=keyspace.pattern(), count=1000))
        keyspace.client.delete(*keys)
        updated_flag(resources.settings).unlink(missing_ok=True)


def _poll_and_wait(
    resources: Resources, supervisor: Supervisor, progress: Callable[[Totals], None]
) -> None:
    """Poll every source once more and wait until all that was found has ended."""
    feeds, ledger, started = resources.stores.sources, resources.stores.ledger, time.time()
    sources = resources.registry.apply_to(resources.stores)
    for source_id in sources:
        feeds.poll_now(source_id)

    def done() -> bool:
        totals = ledger.totals()
        progress(totals)
        _require_success(supervisor, started)
        polled = all((feeds.state(name).last_poll or 0) >= started for name in sources)
        return polled and totals.in_flight == 0

    supervisor.run(until=done)


def _require_success(supervisor: Supervisor, started: float) -> None:
    if supervisor.failing:
        raise DemoError(
            f"the {supervisor.failing} worker does not start; see {supervisor.log_file}"
        )
    if time.time() - started > _GIVE_UP_SECONDS:
        raise DemoError(f"not finished after {_GIVE_UP_SECONDS:.0f} s; see {supervisor.log_file}")
