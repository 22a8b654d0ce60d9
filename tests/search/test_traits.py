"""What follows from an article's attributes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search.traits import PARTS, TRAITS, dated, has, links_to, traits
from tests.support.data.articles import article, full_article

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)


def evidence(**hours: float) -> list[dict[str, Any]]:
    """Evidence of each kind, so many hours after noon."""
    return [
        {"provenance": kind.replace("_", "-"), "value": NOON + timedelta(hours=each)}
        for kind, each in hours.items()
    ]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (evidence(json_ld=0), "sure"),
        (evidence(meta=0), "sure"),
        (evidence(feed=0), "sure"),
        (evidence(selector=0), "sure"),
        (evidence(text=0), "likely"),
        (evidence(url=0), "likely"),
        (evidence(sitemap=0), "likely"),
        ([], "likely"),
        (evidence(text=0, url=-12), "sure"),
        (evidence(text=0, url=12), "likely"),
        (evidence(text=0) * 2, "likely"),
        (evidence(json_ld=0, text=24), "sure"),
        (evidence(json_ld=0, text=25), "doubtful"),
        (evidence(text=0, url=-40, time=0), "doubtful"),
        (evidence(text=0) + evidence(text=99), "likely"),
    ],
)
def test_how_sure_a_date_is(found: list[dict[str, Any]], expected: str) -> None:
    assert dated(article(published=NOON, published_evidence=found)) == (expected,)


def test_no_date_is_none() -> None:
    assert dated(article(published=None)) == ("none",)


def test_a_full_article_has_all_parts_and_a_bare_one_its_date() -> None:
    assert has(full_article()) == PARTS
    assert has(article()) == ("date",)
    assert has(article(published=None, authors=(), image="", tags=())) == ()


def test_what_an_article_is() -> None:
    assert traits(article()) == ("original",)
    full = full_article().model_copy(update={"version": 2})
    assert traits(full) == ("copy", "updated", "free", "truncated")
    assert traits(article(free=False)) == ("original", "paid")
    assert set(TRAITS) == {"copy", "original", "updated", "free", "paid", "truncated"}


def test_a_link_leads_to_its_host_and_to_all_domains_above_it_that_have_the_same_owner() -> None:
    links = (
        "https://live.news.example.co.uk/a",
        "https://news.example.co.uk/b",
        "http://10.0.0.7:81/",
        "https://localhost/",
    )
    assert links_to(article(outlinks=links)) == (
        "live.news.example.co.uk",
        "news.example.co.uk",
        "example.co.uk",
        "10.0.0.7",
        "localhost",
    )
    assert links_to(article()) == ()
