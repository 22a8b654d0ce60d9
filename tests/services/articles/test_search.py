"""Searching, and finding one article."""

import pytest

from pipeline.outcome import Duplicate
from pipeline.urls import url_id
from search.errors import QueryError
from search.request import Sort
from services.articles.search import find_article, search
from services.errors import AmbiguousIdError, ArticleNotFoundError
from storage.open import Stores
from tests.support.data.articles import article, article_id
from tests.support.data.ledger_entries import BASE, ended
from workers.resources import Resources


@pytest.fixture
def indexed(resources: Resources) -> Resources:
    """Three articles, one of them a copy."""
    resources.index.put(
        [
            article("old", published="2016-01-02T00:00:00Z"),
            article("new", published="2018-01-02T00:00:00Z"),
            article("copied", copy_of="old"),
        ]
    )
    return resources


def names(resources: Resources, query: str = "fox", **options: object) -> list[str]:
    found = search(resources.open_index(), query, **options)  # type: ignore[arg-type]
    return [hit.url.removeprefix(BASE) for hit in found.hits]


def test_order_and_pages(indexed: Resources) -> None:
    assert names(indexed, sort=Sort.NEWEST) == ["new", "old"]
    assert names(indexed, sort=Sort.OLDEST) == ["old", "new"]
    assert names(indexed, sort=Sort.OLDEST, limit=1) == ["old"]
    assert names(indexed, sort=Sort.OLDEST, offset=1) == ["new"]


def test_copies_are_shown_when_that_is_asked_for(indexed: Resources) -> None:
    assert "copied" not in names(indexed)
    assert "copied" in names(indexed, copies=True)


def test_what_cannot_be_asked_is_an_error(indexed: Resources) -> None:
    with pytest.raises(QueryError):
        names(indexed, "fox AND")
    with pytest.raises(ValueError, match="limit must be 0 to 100"):
        names(indexed, limit=101)


def test_an_article_is_found_by_its_id_and_by_its_url(indexed: Resources, stores: Stores) -> None:
    index = indexed.open_index()
    for name in (article_id("new"), f"{BASE}new", f"{BASE}new?utm_source=x"):
        assert find_article(stores.ledger, index, name).url == f"{BASE}new"


def test_the_beginning_of_an_id_is_enough_if_no_other_begins_so(
    resources: Resources, stores: Stores
) -> None:
    resources.index.put([article(name, id=name) for name in ("0abcde1", "0abcdf1", "0abcdf2")])
    index = resources.open_index()

    assert find_article(stores.ledger, index, "0abcde").id == "0abcde1"
    with pytest.raises(AmbiguousIdError, match="begins with 0abcdf: 0abcdf1, 0abcdf2"):
        find_article(stores.ledger, index, "0abcdf")
    with pytest.raises(ArticleNotFoundError):
        find_article(stores.ledger, index, "0abcd")


def test_a_url_needs_no_scheme(indexed: Resources, stores: Stores) -> None:
    found = find_article(stores.ledger, indexed.open_index(), "news.example/new?utm_source=x")
    assert found.url == f"{BASE}new"


def test_a_url_that_became_another_one_s_duplicate_leads_there(
    indexed: Resources, stores: Stores
) -> None:
    ended(stores, "print", Duplicate(article=article_id("old"), rule="same_url"))

    for name in (f"{BASE}print", "news.example/print", url_id(f"{BASE}print")):
        found = find_article(stores.ledger, indexed.open_index(), name)
        assert found.id == article_id("old")


def test_an_article_whose_id_is_its_url_s_needs_no_ledger(
    resources: Resources, stores: Stores
) -> None:
    resources.index.put([article("one", id=url_id(f"{BASE}one"))])

    assert find_article(stores.ledger, resources.open_index(), f"{BASE}one#top").title


def test_a_name_that_is_no_text_is_not_there(indexed: Resources, stores: Stores) -> None:
    with pytest.raises(ArticleNotFoundError):
        find_article(stores.ledger, indexed.open_index(), "\udcedaaaaaaa")


@pytest.mark.parametrize("name", ["nothing", f"{BASE}nothing", "mailto:a@b.example", ""])
def test_what_is_not_there_is_an_error_that_names_it(
    indexed: Resources, stores: Stores, name: str
) -> None:
    with pytest.raises(ArticleNotFoundError, match=f"^{name} is not among the articles"):
        find_article(stores.ledger, indexed.open_index(), name)
