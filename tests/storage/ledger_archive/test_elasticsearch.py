"""What only the archive in Elasticsearch does."""

import pytest

from storage.elasticsearch.client import connect
from storage.index import IndexUnavailable
from storage.ledger_archive.elasticsearch import ElasticsearchLedgerArchive
from tests.support.data.archived_entries import archived


def test_a_server_that_is_away_is_named() -> None:
    archive = ElasticsearchLedgerArchive(connect("http://127.0.0.1:1", patience=0.5), "news")
    for ask in (
        lambda: archive.put([archived("1", 1)]),
        lambda: archive.get([archived("1", 1).url_id]),
    ):
        with pytest.raises(IndexUnavailable, match=r"^Elasticsearch at http://127\.0\.0\.1:1"):
            ask()
    archive.close()
