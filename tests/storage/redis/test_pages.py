"""Pages between crawl and extract."""

import zlib
from datetime import UTC, datetime

import pytest

from pipeline.records import Page
from pipeline.urls import Url, UrlId
from storage.open import Stores
from storage.redis.keys import Key


def page(content: bytes, url: str = "https://example.org/1") -> Page:
    return Page(
        url=Url(url),
        final_url=Url("https://example.org/final"),
        status=200,
        content_type='text/html; charset="utf-8"\xe9',
        content=content,
        fetched_at=datetime(2026, 1, 2, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"<p>words",
        b"line\nline\n\n",
        bytes(range(256)),
        b"\x00" * 100_000,
        "Ä".encode("utf-16"),
    ],
)
def test_a_page_comes_back_as_it_went(stores: Stores, content: bytes) -> None:
    stores.pages.put(UrlId("1"), page(content))
    assert stores.pages.get(UrlId("1")) == page(content)


def test_a_page_that_zlib_packed_before_an_upgrade_is_read(stores: Stores) -> None:
    head = page(b"").model_dump_json().encode()
    stores.keyspace.client.set(
        stores.keyspace.key(Key.PAGE, "1"), zlib.compress(head + b"\n<p>words")
    )
    assert stores.pages.get(UrlId("1")) == page(b"<p>words")


def test_the_last_visit_counts(stores: Stores) -> None:
    stores.pages.put(UrlId("1"), page(b"old"))
    stores.pages.put(UrlId("1"), page(b"new"))
    stores.pages.put(UrlId("2"), page(b"other"))
    kept = stores.pages.get(UrlId("1"))
    assert kept is not None
    assert kept.content == b"new"


def test_dropped_pages_are_gone_and_others_stay(stores: Stores) -> None:
    for name in "123":
        stores.pages.put(UrlId(name), page(b"x"))
    stores.pages.drop([UrlId(name) for name in ("1", "3", "unknown")])
    stores.pages.drop([])
    assert [stores.pages.get(UrlId(name)) is not None for name in "123"] == [False, True, False]


def test_pages_are_small_and_do_not_stay_for_ever(stores: Stores) -> None:
    stores.pages.put(UrlId("1"), page(b"<p>words</p>" * 10_000))
    client, key = stores.keyspace.client, stores.keyspace.key(Key.PAGE, "1")
    assert client.strlen(key) < 5_000
    assert 0 < client.ttl(key) <= 60


def test_a_renewed_page_stays_for_as_long_again(stores: Stores) -> None:
    stores.pages.put(UrlId("1"), page(b"<p>words"))
    client, key = stores.keyspace.client, stores.keyspace.key(Key.PAGE, "1")
    client.expire(key, 5)
    stores.pages.renew([UrlId("1"), UrlId("unknown")])
    assert client.ttl(key) > 50
    stores.pages.renew([])
