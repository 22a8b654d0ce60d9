"""Takes old months out of Elasticsearch."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from storage.elasticsearch import template

_MONTH = re.compile(r"-(\d{4}\.\d{2})$")


def count_before(client: Elasticsearch, name: str, month: datetime) -> int:
    """How many articles are in the indices of earlier months."""
    articles = list(_indices(client, _articles(name), month))
    return int(client.count(index=articles)["count"]) if articles else 0


def remove_before(client: Elasticsearch, name: str, month: datetime) -> int:
    """Delete the indices of earlier months, those of older versions last.

    Returns:
        How many articles there were.
    """
    found = count_before(client, name, month)
    for pattern in (_articles(name), f"{name}-history-v{template.HISTORY_VERSION}-*"):
        for index in _indices(client, pattern, month):
            client.indices.delete(index=index, ignore_unavailable=True)
    return found


def _articles(name: str) -> str:
    return f"{name}-v{template.VERSION}-*"


def _indices(client: Elasticsearch, pattern: str, month: datetime) -> Iterator[str]:
    first_kept = f"{month.astimezone(UTC):%Y.%m}"
    for index in sorted(client.indices.get(index=pattern)):
        found = _MONTH.search(index)
        if found and found[1] < first_kept:
            yield index
