"""From a message to a stage's work and on: the way every task goes."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from config.logging import LogFields
from pipeline.base import Record
from pipeline.outcome import Dead, Duplicate, Indexed, Rejected, Retry, Terminal
from pipeline.urls import UrlId
from storage.redis.health.counters import Counted
from workers.chain import stages
from workers.chain.endings import log_ending, log_going_on
from workers.chain.messages import (
    ArticleBatch,
    Batch,
    EnrichedBatch,
    Item,
    LinkBatch,
    MatchedBatch,
    WaitsForIndex,
)
from workers.chain.retry_policy import apply_retry_policy
from workers.chain.waiting import keep_waiting
from workers.resources import Resources
from workers.tracing.spans import StageSpan

log = logging.getLogger("newsloom.stages")

_ENDINGS = (Indexed, Duplicate, Rejected, Dead, Retry)

Ended = list[tuple[Item[Any], Terminal | Retry]]
"""Items that leave the chain at a stage, with what became of them there."""


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
    """Work on a batch if its lease is still held, write what ends here, and return the rest.

    None means that nothing goes on and the chain ends here.
    """
    batch = stage.reads.model_validate(message)
    resources.progress.mark(stage.name)
    if not resources.stores.frontier.advance(batch.batch, stage.number, stage.name):
        log.info(
            "%d URLs are not worked on: their batch has another lease, or was done before",
            len(batch.items),
            extra=LogFields(event="not_held", batch=batch.batch, stage=stage.name),
        )
        return None
    with resources.traces.stage(stage.name, batch) as span:
        return _work(resources, stage, batch, span)


def _work(
    resources: Resources, stage: Stage, batch: Batch[Any], span: StageSpan
) -> dict[str, Any] | None:
    started = time.monotonic()
    with resources.progress.cost(stage.name):
        results = stage.work(resources, batch.items)
    seconds = time.monotonic() - started
    resources.tally.time(Counted.STAGE_SECONDS, stage.name, seconds)
    going_on, ended, errors = _split(batch.items, results)
    for item, outcome in _finish(resources, batch, ended):
        log_ending(stage.name, batch, item, outcome)
        span.ended(item, outcome)
    if errors:
        waiting = [item for item in batch.items if item.url_id in errors]
        error = next(iter(errors.values()))
        keep_waiting(resources, batch, waiting, error)
        span.waits(error)
    # What waits for the index is tried again and again; its fault is logged once.
    level = logging.DEBUG if errors else logging.INFO
    _log_done(stage, batch, level, going_on=len(going_on), seconds=seconds)
    span.done(going_on=len(going_on))
    for item in going_on:
        log_going_on(stage.name, batch, item)
    if not going_on:
        return None
    passed_on = stage.writes.model_construct(
        batch=batch.batch, items=tuple(going_on), leased_at=batch.leased_at
    )
    return passed_on.model_dump(mode="json")


def _log_done(
    stage: Stage, batch: Batch[Any], level: int, *, going_on: int, seconds: float
) -> None:
    log.log(
        level,
        "%s: %d URLs in %.2f s, %d go on",
        stage.name,
        len(batch.items),
        seconds,
        going_on,
        extra=LogFields(
            event="stage_done",
            batch=batch.batch,
            stage=stage.name,
            duration_ms=round(seconds * 1000),
        ),
    )


def _split(
    items: Sequence[Item[Any]], results: Sequence[Record | Terminal | Retry]
) -> tuple[list[Item[Any]], Ended, dict[UrlId, str]]:
    """Items for the next stage, those that end here, and why others wait for the index."""
    going_on: list[Item[Any]] = []
    ended: Ended = []
    waiting: dict[UrlId, str] = {}
    for item, result in zip(items, results, strict=True):
        if isinstance(result, _ENDINGS):
            ended.append((item, result))
        elif isinstance(result, WaitsForIndex):
            waiting[item.url_id] = result.error
        else:
            going_on.append(
                Item(
                    url_id=item.url_id,
                    attempts=item.attempts,
                    payload=result,
                    link_url=item.link_url,
                )
            )
    return going_on, ended, waiting


def _finish(resources: Resources, batch: Batch[Any], ended: Ended) -> Ended:
    """Write what became of items into the ledger, and drop the pages that nobody needs any more.

    Returns:
        The items with their outcomes, as the retry policy has them.
    """
    settings = resources.settings
    decided: Ended = []
    over: list[UrlId] = []
    again: list[UrlId] = []
    for item, result in ended:
        outcome = apply_retry_policy(
            result,
            attempts=item.attempts,
            max_attempts=settings.max_attempts,
            base_delay=settings.retry_delay,
        )
        decided.append((item, outcome))
        if isinstance(outcome, Retry):
            again.append(item.url_id)
        else:
            over.append(item.url_id)
    # Pages go first: a crash between the two means one more fetch, not a page left over for a later
    # visit.
    resources.stores.pages.drop(over)
    resources.stores.pages.renew(again)
    outcomes = [(item.url_id, outcome) for item, outcome in decided]
    with resources.tally.sending() as counts:
        resources.stores.frontier.finish(batch.batch, outcomes, counts=counts)
    return decided
