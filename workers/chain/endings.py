"""The lines of the log about single URLs of a batch."""

import logging
import time
from typing import Any

from config.logging import LogFields
from pipeline.outcome import Dead, Duplicate, Indexed, Rejected, Retry, Terminal, sentence_of
from pipeline.urls import Url, UrlId
from workers.chain.messages import Batch, Item

log = logging.getLogger("newsloom.stages")


def log_ending(stage: str, batch: Batch[Any], item: Item[Any], outcome: Terminal | Retry) -> None:
    """Say what became of a URL, with the time since its batch was leased, where that is known.

    An end that a person may want to look at is a warning.
    """
    level = logging.WARNING if isinstance(outcome, Dead | Retry) else logging.INFO
    since_lease = None if batch.leased_at is None else time.time() - batch.leased_at
    log.log(
        level,
        "%s: %s",
        item.link_url or item.url_id,
        sentence_of(outcome),
        extra=LogFields(
            **url_fields(item.url_id, item.link_url),
            event="ended",
            batch=batch.batch,
            source=item.payload.source,
            stage=stage,
            outcome=outcome.kind,
            reason=_reason(outcome),
            duration_ms=None if since_lease is None else round(since_lease * 1000),
        ),
    )


def log_going_on(stage: str, batch: Batch[Any], item: Item[Any]) -> None:
    """Say that a stage is done with a URL, which goes on."""
    log.debug(
        "%s: goes on",
        item.link_url or item.url_id,
        extra=LogFields(
            **url_fields(item.url_id, item.link_url),
            event="goes_on",
            batch=batch.batch,
            source=item.payload.source,
            stage=stage,
        ),
    )


def url_fields(url_id: UrlId, url: Url | None) -> LogFields:
    """The fields that name a URL."""
    return LogFields(url_id=url_id, url=url, host=url.host if url else None)


def _reason(outcome: Terminal | Retry) -> str | None:
    match outcome:
        case Rejected():
            return outcome.reason.value
        case Duplicate():
            return outcome.rule
        case Indexed():
            return None
        case Dead() | Retry():
            return outcome.error
