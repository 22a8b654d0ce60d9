"""Takes old months out of Elasticsearch."""

import re
from datetime import UTC, datetime

from elasticsearch import Elasticsearch

from storage.elasticsearch import template

_MONTH = re.compile(r"-(\d{4}\.\d{2})$")


def count_before(client: Elasticsearch, name: str, month: datetime) -> int:
    """How many articles are in the indices of earlier months."""
    return count_months(client, _articles(name), month)


def remove_before(client: Elasticsearch, name: str, month: datetime) -> int:
    """Delete the indices of earlier months, those of older versions last.

    Returns:
        How many articles there were.
    """
    found = count_before(client, name, month)
    delete_months(client, _articles(name), month)
    delete_months(client, f"{name}-history-v{template.HISTORY_VERSION}-*", month)
    return found


def count_months(client: Elasticsearch, pattern: str | list[str], month: datetime) -> int:
    """How many documents are in indices of earlier months.

    Args:
        client: of the cluster.
        pattern: of the indices' names, which end with their month.
        month: the first that does not count.
    """
    indices = _earlier(client, pattern, month)
    return int(client.count(index=indices)["count"]) if indices else 0


def delete_months(client: Elasticsearch, pattern: str | list[str], month: datetime) -> None:
    """Delete these indices."""
    for index in _earlier(client, pattern, month):
        client.indices.delete(index=index, ignore_unavailable=True)


def _articles(name: str) -> list[str]:
    return [f"{name}-v{template.VERSION}-*", template.rebuilt_pattern(name)]


def _earlier(client: Elasticsearch, pattern: str | list[str], month: datetime) -> list[str]:
    first_kept = f"{month.astimezone(UTC):%Y.%m}"
    months = ((name, _MONTH.search(name)) for name in client.indices.get(index=pattern))
    return sorted(name for name, found in months if found and found[1] < first_kept)
