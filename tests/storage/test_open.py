"""Each setting opens what it names."""

from pathlib import Path

from storage.elasticsearch.index import ElasticsearchIndex
from storage.ledger_archive.elasticsearch import ElasticsearchLedgerArchive
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from storage.open import Stores, Times, open_index, open_ledger_archive, open_stores
from storage.redis.keys import Key
from storage.tantivy.index import TantivyIndex
from tests.support.no_archive import no_archive


def test_an_address_means_elasticsearch_and_none_the_folder(tmp_path: Path) -> None:
    remote = open_index("http://127.0.0.1:1", name="news", folder=tmp_path)
    here = open_index(None, name="news", folder=tmp_path / "index")
    assert isinstance(remote, ElasticsearchIndex)
    assert isinstance(here, TantivyIndex)
    here.prepare()
    assert (tmp_path / "index").is_dir()
    remote.close()
    here.close()


def test_the_ledger_archive_goes_with_the_index(tmp_path: Path) -> None:
    file = tmp_path / "data" / "ledger.sqlite3"
    remote = open_ledger_archive("http://127.0.0.1:1", name="news", file=file)
    here = open_ledger_archive(None, name="news", file=file, patience=1.0)
    assert isinstance(remote, ElasticsearchLedgerArchive)
    assert isinstance(here, SqliteLedgerArchive)
    assert not file.exists()
    remote.close()
    here.close()


def test_nothing_is_contacted_before_the_first_use() -> None:
    times = Times(lease=1.0, fingerprint=1.0, page=1.0, similarity=0.7)
    opened = open_stores("redis://127.0.0.1:1", "x", times, open_archive=no_archive)
    assert opened.keyspace.prefix == "{x}:"


def test_all_stores_share_a_namespace_and_a_clock(redis_url: str, namespace: str) -> None:
    times = Times(lease=30.0, fingerprint=60.0, page=60.0, similarity=0.7)
    opened: Stores = open_stores(
        redis_url, namespace, times, open_archive=no_archive, clock=lambda: 1_000.0
    )
    opened.sources.sync(["press"])
    assert opened.sources.next_poll("press") == 1_000.0
    assert opened.fingerprints.verdicts([]) == {}
    keys = list(opened.keyspace.client.scan_iter(match=opened.keyspace.pattern()))
    assert keys == [opened.keyspace.key(Key.DUE)]
