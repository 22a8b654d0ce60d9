"""Sends many actions with few requests, and has an answer for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from storage.elasticsearch.errors import unavailable

_CREATED_OR_UPDATED = range(200, 300)
_MISSING = 404
_CONFLICT = 409
_NOT_FOR_US = frozenset({400, 413})
"""Statuses that blame the document: malformed, too large."""

_BUSY = (429, 502, 503, 504)
_BULK: dict[str, Any] = {
    "chunk_size": 500,
    "max_chunk_bytes": 10_000_000,
    "raise_on_error": False,
    "raise_on_exception": False,
    "max_retries": 3,
    "initial_backoff": 0.2,
    "max_backoff": 2.0,
    "retry_on_status": _BUSY,
}

Action = dict[str, Any]
"""As in ``elasticsearch.helpers``: ``_op_type``, ``_index``, ``_id`` and the operation's own."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one action: an HTTP status, and a sentence unless it was done."""

    status: int
    error: str = ""

    @property
    def done(self) -> bool:
        """It is written, durable and found by the next search."""
        return self.status in _CREATED_OR_UPDATED

    @property
    def missing(self) -> bool:
        """There is nothing to update."""
        return self.status == _MISSING

    @property
    def conflict(self) -> bool:
        """Somebody else has written the document since it was read."""
        return self.status == _CONFLICT

    @property
    def refused(self) -> bool:
        """It will never be taken."""
        return self.status in _NOT_FOR_US


def send(
    client: Elasticsearch, actions: Sequence[Action], *, refresh: bool = True
) -> dict[str, BulkResult]:
    """Do all actions, each on a document of its own; the answers by ``_id``.

    What is written is searchable on return, unless ``refresh`` is False. "wait_for" would add up to
    the refresh interval of one second to each batch, and batches are few: they grow under load, so
    that there are no more refreshes when there are more articles.

    Raises:
        IndexUnavailable: Elasticsearch cannot be reached, or refuses whole requests for reasons
            that pass.
    """
    answers: dict[str, BulkResult] = {}
    failed: dict[str, ApiError] = {}
    for _, answer in streaming_bulk(client, actions, refresh=refresh, **_BULK):
        (item,) = answer.values()
        if isinstance(item.get("exception"), ApiError):
            failed[item["_id"]] = item["exception"]
        else:
            done = item["status"] in _CREATED_OR_UPDATED
            answers[item["_id"]] = BulkResult(
                int(item["status"]), "" if done else _sentence(item.get("error"))
            )
    return answers | _one_by_one(client, actions, failed, refresh=refresh)


def _one_by_one(
    client: Elasticsearch,
    actions: Sequence[Action],
    failed: Mapping[str, ApiError],
    *,
    refresh: bool,
) -> dict[str, BulkResult]:
    """Some documents make Elasticsearch refuse the whole request that has them.

    Their neighbours must not suffer.
    """
    for error in failed.values():
        if error.status_code not in _NOT_FOR_US:
            raise unavailable(error, client)
    again = [action for action in actions if action["_id"] in failed]
    if len(actions) == 1:
        return {action["_id"]: BulkResult(400, str(failed[action["_id"]])) for action in again}
    return {
        key: answer
        for action in again
        for key, answer in send(client, [action], refresh=refresh).items()
    }


def _sentence(error: object) -> str:
    """Elasticsearch's error with its cause, which is where the field and the value are named."""
    if not isinstance(error, Mapping):
        return str(error)
    text = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    return f"{text}; {_sentence(cause)}" if cause else text
