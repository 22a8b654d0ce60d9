"""The ledger archive in Elasticsearch: one index a month, one alias over them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.urls import UrlId
from storage.elasticsearch.bulk import Action, send
from storage.elasticsearch.errors import unavailable_on_failure
from storage.elasticsearch.reading import hits, search
from storage.elasticsearch.retention import count_months, delete_months
from storage.ledger_archive.archive import ArchivedEntry

_VERSION = 1
"""Raised with every change to the mapping; part of the indices' names."""

_PROPERTIES: dict[str, Any] = {
    "url_id": {"type": "keyword"},
    "ending": {"type": "long"},
    "state": {"type": "keyword"},
    "reason": {"type": "keyword"},
    "ended_at": {"type": "double"},
    "content": {"type": "object", "enabled": False},
}
_MOST_IDS = 500
"""In one question."""

_NEWEST = {"ending": {"order": "desc", "unmapped_type": "long"}}
_BY_URL = {"url_id": {"order": "asc", "unmapped_type": "keyword"}}


class ElasticsearchLedgerArchive:
    """``storage.ledger_archive.archive.LedgerArchive`` on an Elasticsearch cluster.

    An entry lives in the index of the month in which its URL ended, ``{name}-ledger-v1-2026.12``,
    so that old months can be dropped whole. A URL that ended in several months has an entry in
    each, and only the last one counts.

    Args:
        client: of the cluster.
        name: how the indices' names begin.
    """

    def __init__(self, client: Elasticsearch, name: str) -> None:
        self._client, self._name = client, name
        self._alias = f"{name}-ledger"
        self._prepared = False
        self._one_prepares = Lock()

    def put(self, entries: Sequence[ArchivedEntry]) -> set[UrlId]:
        """See ``LedgerArchive``. Elasticsearch compares the endings, as external versions."""
        if not entries:
            return set()
        with unavailable_on_failure(self._client):
            self._prepare()
            answers = send(self._client, [_action(self._alias, entry) for entry in entries])
        return {UrlId(key) for key, answer in answers.items() if answer.done or answer.conflict}

    def get(self, url_ids: Sequence[UrlId]) -> dict[UrlId, ArchivedEntry]:
        """See ``LedgerArchive``."""
        entries = map(_entry, self._ask_for(url_ids))
        return {entry.url_id: entry for entry in entries}

    def known(self, url_ids: Sequence[UrlId]) -> set[UrlId]:
        """See ``LedgerArchive``."""
        return {UrlId(hit["_id"]) for hit in self._ask_for(url_ids, source=False)}

    def rejected(self, reason: str, limit: int) -> list[ArchivedEntry]:
        """See ``LedgerArchive``."""
        newest = {"ended_at": {"order": "desc", "unmapped_type": "double"}}
        hits_found = self._ask(query={"term": {"reason": reason}}, sort=[newest], size=limit)
        found = [_entry(hit) for hit in hits_found]
        last = self.get([entry.url_id for entry in found])
        return [entry for entry in found if entry == last[entry.url_id]]

    def pages(self, size: int, *, ended_after: float) -> Iterator[list[ArchivedEntry]]:
        """See ``LedgerArchive``."""
        ended = {"range": {"ended_at": {"gt": ended_after}}}
        after: list[Any] | None = None
        while found := self._ask(
            query=ended, sort=[_BY_URL, _NEWEST], size=size, search_after=after
        ):
            # Of a URL that ended in several months the last end comes first.
            page = {entry.url_id: entry for entry in map(_entry, reversed(found))}
            if after:
                page.pop(after[0], None)
            yield list(page.values())
            after = list(found[-1]["sort"])

    def remove_before(self, month: datetime, *, dry_run: bool = False) -> int:
        """See ``LedgerArchive``."""
        pattern = f"{self._alias}-v{_VERSION}-*"
        with unavailable_on_failure(self._client):
            found = count_months(self._client, pattern, month)
            if not dry_run:
                delete_months(self._client, pattern, month)
        return found

    def close(self) -> None:
        """See ``LedgerArchive``."""
        self._client.close()

    def _prepare(self) -> None:
        """Put the template there, once for each process."""
        with self._one_prepares:
            if self._prepared:
                return
            self._client.indices.put_index_template(name=self._alias, **_template(self._alias))
            self._prepared = True

    def _ask_for(
        self, url_ids: Sequence[UrlId], *, source: bool = True
    ) -> Iterator[Mapping[str, Any]]:
        """The last entry of each URL."""
        for start in range(0, len(url_ids), _MOST_IDS):
            some = list(url_ids[start : start + _MOST_IDS])
            yield from self._ask(
                query={"ids": {"values": some}},
                sort=[_NEWEST],
                collapse={"field": "url_id"},
                size=len(some),
                source=source,
            )

    def _ask(self, **request: Any) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401 - the client's own parameters
        with unavailable_on_failure(self._client):
            return hits(search(self._client, self._alias, track_total_hits=False, **request))


def _template(alias: str) -> dict[str, Any]:
    return {
        "index_patterns": [f"{alias}-v{_VERSION}-*"],
        "priority": 300,
        "template": {
            "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
            "mappings": {"dynamic": "strict", "properties": _PROPERTIES},
            "aliases": {alias: {}},
        },
        "_meta": {"about": "what became of Newsloom's URLs, one index a month"},
    }


def _action(alias: str, entry: ArchivedEntry) -> Action:
    month = f"{datetime.fromtimestamp(entry.ended_at, UTC):%Y.%m}"
    return {
        "_op_type": "index",
        "_index": f"{alias}-v{_VERSION}-{month}",
        "_id": entry.url_id,
        "version": entry.ending,
        "version_type": "external",
        "_source": {
            "url_id": entry.url_id,
            "ending": entry.ending,
            "state": entry.state,
            "reason": entry.reason,
            "ended_at": entry.ended_at,
            "content": {"fields": dict(entry.fields), "events": list(entry.events)},
        },
    }


def _entry(hit: Mapping[str, Any]) -> ArchivedEntry:
    kept = hit["_source"]
    return ArchivedEntry(
        url_id=UrlId(kept["url_id"]),
        ending=kept["ending"],
        state=kept["state"],
        reason=kept["reason"],
        ended_at=kept["ended_at"],
        fields=kept["content"]["fields"],
        events=tuple(kept["content"]["events"]),
    )
