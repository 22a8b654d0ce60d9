"""Articles that wait for the index: kept as the index stage got them, and written later.

Nothing that was done before is done again for them. They count as batches under way, so that while
the index is away only so many batches are fetched for it.
"""

import logging
from collections.abc import Sequence
from typing import Any

from config.logging import LogFields
from pipeline.outcome import Retry
from pipeline.priority import most_batches
from pipeline.records import EnrichedArticle
from storage.redis.events import INDEX
from storage.redis.ledger.leases import Lease
from workers.chain.messages import Batch, EnrichedBatch, Item
from workers.chain.retry_policy import OUTAGE_DELAY
from workers.resources import Resources

log = logging.getLogger("newsloom.index")


def keep_waiting(
    resources: Resources, batch: Batch[Any], items: Sequence[Item[EnrichedArticle]], error: str
) -> None:
    """Let the items of a batch wait for the index until ``resume_waiting``.

    Their pages stay, so that no site is asked again should the batch go back to the frontier.
    """
    left = EnrichedBatch.model_construct(
        batch=batch.batch, items=tuple(items), leased_at=batch.leased_at
    )
    outcome = Retry(error=error, counts=False, after=OUTAGE_DELAY)
    stores = resources.stores
    if stores.frontier.wait(batch.batch, left.model_dump_json(), outcome=outcome):
        stores.pages.renew([item.url_id for item in items])
    log.debug(
        "%d articles wait for the index",
        len(items),
        extra=LogFields(event="waits_for_index", batch=batch.batch, stage="index", reason=error),
    )


def resume_waiting(resources: Resources) -> list[Lease]:
    """Lease again what waits for the index.

    All of it when the index takes articles, else one batch now and then, which finds out.
    """
    stores = resources.stores
    if not stores.frontier.waiting():
        return []
    works = stores.faults.of(INDEX) is None
    most = most_batches(resources.settings.max_batches) if works else 1
    return stores.frontier.resume(most, all_ready=works)


def waiting_batch(resources: Resources, lease: Lease) -> EnrichedBatch | None:
    """What the index stage has to write of a lease that waited; None when that is not known."""
    message = resources.stores.frontier.waiting_message(lease.batch)
    if message is None:
        return None
    try:
        kept = EnrichedBatch.model_validate_json(message)
    except ValueError:  # another release wrote it
        return None
    items = tuple(item for item in kept.items if item.url_id in lease.url_ids)
    if len(items) != len(lease.url_ids):
        return None
    return kept.model_copy(update={"batch": lease.batch, "items": items})


def note_index_fault(resources: Resources, error: str) -> None:
    """Note that the index cannot be written; logged once, by the process that finds out first."""
    if resources.stores.faults.note(INDEX, error):
        log.warning(
            "the index cannot be written: %s; articles wait for it, and no more than %d batches"
            " of pages are fetched meanwhile",
            error,
            most_batches(resources.settings.max_batches),
            extra=LogFields(event="index_away", reason=error),
        )


def note_index_works(resources: Resources) -> None:
    """Note that the index was written; logged once after a fault."""
    if resources.stores.faults.clear(INDEX):
        log.info("the index can be written again", extra=LogFields(event="index_back"))
