"""From the frontier to the queues: leases become batches, expired ones come back."""

import logging
import math
import time
from datetime import UTC, datetime
from typing import Any

from celery import Celery, chain

from config.logging import LogFields
from pipeline.outcome import Dead
from storage.redis.health.message_lists import MESSAGE_PRIORITIES
from storage.redis.ledger.leases import Lease
from workers.chain.endings import url_fields
from workers.chain.messages import Item, LeasedLink, LinkBatch
from workers.chain.run import INDEX, STAGES
from workers.chain.waiting import resume_waiting, waiting_batch
from workers.resources import Resources

log = logging.getLogger("newsloom.dispatch")


def dispatch(app: Celery, resources: Resources) -> int:
    """Lease what is ready and start a chain for each batch.

    What waits for the index goes first, to the index stage. Nothing is leased while the intake
    pauses.

    Returns how many URLs were sent on their way from the frontier.
    """
    for waited in resume_waiting(resources):
        _send(app, resources, waited)
    if resources.intake.pause():
        return 0
    frontier, settings = resources.stores.frontier, resources.settings
    sent = 0
    while queued := frontier.queued():
        # A slow start: the first batches are small, so that extraction has work before crawling is
        # done with the lot.
        lease = frontier.lease(
            min(
                batch_size(queued, settings.batch_size, settings.process_workers),
                2 * (1 + frontier.under_way()),
            ),
            default_delay=settings.host_delay,
            max_batches=settings.max_batches,
        )
        if lease is None:
            break
        _send(app, resources, lease)
        sent += len(lease.url_ids)
    return sent


def batch_size(queued: int, most: int, workers: int) -> int:
    """One URL travels alone when it is the only one.

    Under load batches grow, but every worker gets its share.
    """
    return max(1, min(most, math.ceil(queued / (2 * workers))))


def reap(app: Celery, resources: Resources) -> int:
    """Send expired leases on their way again.

    A page that stood alone and has had its crashes becomes a dead letter.
    """
    leases = resources.stores.frontier.reap(max_crashes=resources.settings.max_crashes)
    for lease in leases:
        if lease.poisoned:
            _bury(resources, lease)
            continue
        log.warning(
            "batch %s: %d URLs taken back, %d worker crashes",
            lease.batch,
            len(lease.url_ids),
            lease.crashes,
            extra=LogFields(event="taken_back", batch=lease.batch),
        )
        _send(app, resources, lease)
    return len(leases)


def _bury(resources: Resources, lease: Lease) -> None:
    """Make the page that crashes workers a dead letter."""
    stores, settings = resources.stores, resources.settings
    crashes = lease.crashes or settings.max_crashes
    error = f"{crashes} workers died or ran out of time while they had this page"
    url_id = lease.url_ids[0]
    entry = stores.ledger.entry(url_id)
    url = entry.link.url if entry else None
    stores.pages.drop([url_id])
    outcome = (url_id, Dead(error=error))
    stores.frontier.finish(lease.batch, [outcome])
    log.error(
        "%s: dead: %s",
        url or url_id,
        error,
        extra=LogFields(
            **url_fields(url_id, url),
            event="ended",
            batch=lease.batch,
            source=entry.link.source if entry else None,
            outcome="dead",
            reason=error,
        ),
    )


def _send(app: Celery, resources: Resources, lease: Lease) -> None:
    resources.traces.sent(lease)
    waiting = waiting_batch(resources, lease) if lease.waited else None
    if waiting:
        first = app.signature(INDEX.name).clone(args=(waiting.model_dump(mode="json"),))
        first.apply_async(priority=MESSAGE_PRIORITIES[lease.priority])
    else:
        _send_from_start(app, resources, lease)


def _send_from_start(app: Celery, resources: Resources, lease: Lease) -> None:
    message = first_message(resources, lease)
    first, *others = (app.signature(stage.name) for stage in STAGES)
    # The messages that follow in the chain inherit the priority.
    chain(first.clone(args=(message,)), *others).apply_async(
        priority=MESSAGE_PRIORITIES[lease.priority]
    )


def first_message(resources: Resources, lease: Lease) -> dict[str, Any]:
    """What the first stage gets of a batch."""
    items = tuple(
        Item[LeasedLink](
            url_id=leased.url_id,
            attempts=leased.attempts,
            link_url=leased.link.url,
            payload=LeasedLink(
                link=leased.link, found_at=datetime.fromtimestamp(leased.found_at, UTC)
            ),
        )
        for leased in resources.stores.frontier.leased(lease.batch)
    )
    batch = LinkBatch(batch=lease.batch, items=items, leased_at=time.time())
    return batch.model_dump(mode="json", exclude_none=True)
