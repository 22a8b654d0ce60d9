"""Old months go with their versions, on both backends alike."""

from datetime import UTC, datetime

from storage.index import Index
from tests.support.data.articles import article, article_id, revision

MARCH = datetime(2018, 3, 1, tzinfo=UTC)
LAST_OF_FEBRUARY = datetime(2018, 2, 28, 23, 59, 59, 999_000, tzinfo=UTC)


def filled(index: Index) -> None:
    index.put([article("old"), article("february", first_seen=LAST_OF_FEBRUARY)])
    index.put([revision(1, "old")])
    index.put([article("march", first_seen=MARCH)])
    index.put([revision(1, "march", first_seen=MARCH)])


def test_earlier_months_are_removed_with_their_versions(index: Index) -> None:
    filled(index)
    assert index.remove_before(MARCH, dry_run=True) == 2
    assert index.count() == 3
    assert index.remove_before(MARCH) == 2
    assert index.count() == 1
    assert index.get(article_id("old")) is None
    assert index.history(article_id("old")) == []
    assert len(index.history(article_id("march"))) == 2
    assert index.remove_before(MARCH) == index.remove_before(MARCH, dry_run=True) == 0


def test_an_article_that_was_removed_can_come_again(index: Index) -> None:
    filled(index)
    index.remove_before(MARCH)
    index.put([article("old")])
    assert index.count() == 2
    assert [each.version for each in index.history(article_id("old"))] == [1]


def test_nothing_is_removed_where_nothing_was_indexed(index: Index) -> None:
    assert index.remove_before(MARCH) == 0
    assert index.remove_before(MARCH, dry_run=True) == 0
