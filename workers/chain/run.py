"""From a message to a stage's work and on: the way every task goes."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.base import Record
from pipeline.outcome import Dead, Duplicate, Indexed, Rejected, Retry, Terminal
from workers.chain import stages
from workers.chain.messages import ArticleBatch, Batch, EnrichedBatch, Item, LinkBatch, MatchedBatch
from workers.chain.retry_policy import apply_retry_policy
from workers.resources import Resources

log = logging.getLogger("newsloom.stages")

_ENDINGS = (Indexed, Duplicate, Rejected, Dead, Retry)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage's place in the chain, the batch it reads and the one it passes on."""

    number: int
    name: str
    reads: type[Batch[Any]]
    writes: type[Batch[Any]]
    work: Callable[[Resources, Sequence[Item[Any]]], Sequence[Record | Terminal | Retry]]


CRAWL = Stage(1, "crawl", LinkBatch, LinkBatch, stages.crawl)
EXTRACT = Stage(2, "extract", LinkBatch, ArticleBatch, stages.extract_articles)
DEDUPLICATE = Stage(3, "deduplicate", ArticleBatch, MatchedBatch, stages.deduplicate)
ENRICH = Stage(4, "enrich", MatchedBatch, EnrichedBatch, stages.enrich_articles)
INDEX = Stage(5, "index", EnrichedBatch, EnrichedBatch, stages.index)
STAGES = (CRAWL, EXTRACT, DEDUPLICATE, ENRICH, INDEX)


def run(resources: Resources, stage: Stage, message: dict[str, Any]) -> dict[str, Any] | None:
    """Work on a batch if its lease is still held, write the outcomes of what ends here, and return the rest.

    None means that nothing goes on and the chain ends here.
    """
    batch = stage.reads.model_validate(message)
    resources.progress.mark(stage.name)
    if not resources.stores.frontier.advance(batch.batch, stage.number, stage.name):
        log.info(
            "%s: batch %s is held by another lease or was done before", stage.name, batch.batch
        )
        return None
    started = time.monotonic()
    with resources.progress.cost(stage.name):
        results = stage.work(resources, batch.items)
    going_on = [
        Item(url_id=item.url_id, attempts=item.attempts, payload=result)
        for item, result in zip(batch.items, results, strict=True)
        if not isinstance(result, _ENDINGS)
    ]
    ended = [
        (item, result)
        for item, result in zip(batch.items, results, strict=True)
        if isinstance(result, _ENDINGS)
    ]
    _finish(resources, batch.batch, ended)
    log.info(
        "%s: batch %s: %d in %.2f s, %d go on", stage.name, batch.batch, len(batch.items),
        time.monotonic() - started, len(going_on),
    )  # fmt: skip
    if not going_on:
        return None
    return stage.writes.model_construct(batch=batch.batch, items=tuple(going_on)).model_dump(
        mode="json"
    )


def _finish(
    resources: Resources, batch: str, ended: list[tuple[Item[Any], Terminal | Retry]]
) -> None:
    settings = resources.settings
    outcomes = [
        (
            item.url_id,
            apply_retry_policy(
                result,
                attempts=item.attempts,
                max_attempts=settings.max_attempts,
                base_delay=settings.retry_delay,
            ),
        )
        for item, result in ended
    ]
    for url, outcome in outcomes:
        if isinstance(outcome, Dead | Retry):
            log.warning("%s: %s: %s", url, outcome.kind, outcome.error)
    # Pages go first: a crash between the two means one more fetch, not a page left over for a later
    # visit.
    resources.stores.pages.drop(
        [url for url, outcome in outcomes if not isinstance(outcome, Retry)]
    )
    resources.stores.frontier.finish(batch, outcomes, remember=settings.ledger_seconds)
