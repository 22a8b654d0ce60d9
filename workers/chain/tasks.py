"""Celery's side of the stages: a message in, a message out.

Names are what Flower's page shows; the ticks send no events, so that the page reads as the
pipeline.
"""

from contextlib import suppress
from typing import Any

from celery import Task, shared_task

from storage.index import IndexIncompatible, IndexUnavailable
from workers.chain import archiving, run
from workers.chain import dispatch as dispatching
from workers.chain.index_watch import watch_index
from workers.chain.outbox import flush
from workers.clock import mend_due_times
from workers.plugins.notifying import tell
from workers.resources import resources
from workers.sources.polling import poll_due
from workers.sources.subscriber import subscribe_due

Message = dict[str, Any]

_SOON = 9.0
"""Seconds; beat's next tick does what has not begun by then."""


def _step(task: Task[Any, Any], stage: run.Stage, message: Message) -> Message | None:
    """One stage. Where a batch ends, so does its chain, and the next batches may go."""
    rest = run.run(resources(), stage, message)
    if rest is None:
        task.request.chain = None
        dispatching.dispatch(task.app, resources())
    return rest


@shared_task(name="crawl", bind=True)
def crawl(self: Task[Any, Any], message: Message) -> Message | None:
    """Fetch a batch's pages."""
    return _step(self, run.CRAWL, message)


@shared_task(name="extract", bind=True)
def extract(self: Task[Any, Any], message: Message) -> Message | None:
    """Turn a batch's pages into articles."""
    return _step(self, run.EXTRACT, message)


@shared_task(name="deduplicate", bind=True)
def deduplicate(self: Task[Any, Any], message: Message) -> Message | None:
    """Recognise what was published before."""
    return _step(self, run.DEDUPLICATE, message)


@shared_task(name="enrich", bind=True)
def enrich(self: Task[Any, Any], message: Message) -> Message | None:
    """Add language, keywords, summary, length."""
    return _step(self, run.ENRICH, message)


@shared_task(name="index", bind=True)
def index(self: Task[Any, Any], message: Message) -> Message | None:
    """Make a batch searchable."""
    rest = _step(self, run.INDEX, message)
    _send_notifies()
    return rest


@shared_task(name="notify", bind=True, send_events=False)
def notify(self: Task[Any, Any], notifier: str) -> None:  # noqa: ARG001 - tasks are bound alike
    """Tell a notifier of others of a batch that can be searched now."""
    resources().progress.mark("notify")
    if tell(resources(), notifier):
        notify.apply_async((notifier,), expires=_SOON)


@shared_task(name="notify_all", bind=True, send_events=False)
def notify_all(self: Task[Any, Any]) -> None:  # noqa: ARG001 - tasks are bound alike
    """Tell each notifier of what waits for it still."""
    _send_notifies()


def _send_notifies() -> None:
    for name in resources().notifier_names:
        notify.apply_async((name,), expires=_SOON)


@shared_task(name="poll", bind=True, send_events=False)
def poll(self: Task[Any, Any]) -> None:
    """Poll the sources that are due."""
    poll_due(resources(), found=lambda: dispatching.dispatch(self.app, resources()))


@shared_task(name="dispatch", bind=True, send_events=False)
def dispatch(self: Task[Any, Any]) -> None:
    """Lease what is ready."""
    resources().progress.mark("control")
    mend_due_times(resources())
    dispatching.dispatch(self.app, resources())


@shared_task(name="subscribe", bind=True, send_events=False)
def subscribe(self: Task[Any, Any]) -> None:  # noqa: ARG001 - tasks are bound alike
    """Ask the hubs that are due: new subscriptions, leases to renew, what is given up."""
    subscribe_due(resources())


@shared_task(name="reap", bind=True, send_events=False)
def reap(self: Task[Any, Any]) -> None:
    """Take expired leases back."""
    dispatching.reap(self.app, resources())


@shared_task(name="restate", bind=True, send_events=False)
def restate(self: Task[Any, Any]) -> None:  # noqa: ARG001 - tasks are bound alike
    """Write changed copies into the index, where the index stage could not, and watch its size."""
    if not resources().index_breaker.open:
        # The index stage says so; they stay noted.
        with suppress(IndexUnavailable, IndexIncompatible):
            watch_index(resources())
            flush(resources())


@shared_task(name="archive_ended", bind=True, send_events=False)
def archive_ended(self: Task[Any, Any]) -> None:  # noqa: ARG001 - tasks are bound alike
    """Move entries of URLs that have ended out of Redis."""
    if not resources().index_breaker.open:
        with suppress(IndexUnavailable):  # they stay where they are
            archiving.archive_ended(resources())
