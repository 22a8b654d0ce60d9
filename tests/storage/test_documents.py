"""When one version of an article replaces another, whatever the backend."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from storage.documents import (
    LONGEST_ID,
    WriteBatch,
    fetched,
    history,
    milliseconds,
    replacement,
)
from storage.index import DocumentRefused, Stale, Stored
from tests.support.data.articles import FETCHED, article, article_id, revision


def test_the_first_version_is_number_one_and_replaces_nothing() -> None:
    made = replacement(None, [article(version=7)])
    assert made is not None
    assert (made.article.version, made.kept) == (1, ())


def test_a_changed_text_keeps_what_was_there() -> None:
    known = revision(1)
    made = replacement(known, [revision(2)])
    assert made is not None
    assert (made.article.version, made.kept) == (2, (known,))


def test_the_same_text_again_is_replaced_without_a_number() -> None:
    made = replacement(article(), [article(fetched_at=FETCHED + timedelta(days=1))])
    assert made is not None
    assert (made.article.version, made.kept) == (1, ())


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_no_later_replaces_nothing(number: int) -> None:
    assert replacement(revision(2), [revision(number)]) is None


def test_several_versions_leave_what_they_would_one_by_one() -> None:
    made = replacement(revision(1), [revision(2), revision(3)])
    assert made is not None
    assert made.article.version == 3
    assert [version.version for version in made.kept] == [1, 2]


def test_a_batch_is_sorted_out() -> None:
    early, late, other = revision(1), revision(2), article("other")
    too_long = article(id="x" * (LONGEST_ID + 1))
    batch = WriteBatch([late, other, early, too_long])
    one = article_id("one")
    assert batch.versions == {one: [early, late], other.id: [other]}
    verdicts = batch.verdicts({one: Stored(), other.id: Stale()})
    assert verdicts[:3] == [Stored(), Stale(), Stale()]
    assert verdicts[3] == DocumentRefused("an id has 1 to 512 bytes, not 513")


def test_searched_texts_are_normalised_and_others_are_not() -> None:
    decomposed = "cafe\u0301"
    made = article(title=decomposed, authors=(decomposed,), summary=decomposed, tags=("plain",))
    (kept,) = WriteBatch([made]).versions[made.id]
    assert (kept.title, kept.authors, kept.summary) == ("café", ("café",), decomposed)


def test_history_passes_over_what_was_kept_too_early() -> None:
    current = revision(2).model_copy(update={"version": 2})
    kept = [revision(1), revision(9).model_copy(update={"version": 2})]
    assert history(current, kept) == [revision(1), current]
    assert history(None, kept) == []


def test_moments_are_counted_from_1970_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert milliseconds(datetime(1970, 1, 1, 2, 0, 1, 1_999, tzinfo=east)) == 1_001
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert fetched(article(fetched_at="1960-01-01T00:00:00Z")) == 0
    assert fetched(article(fetched_at="1970-01-01T00:00:01.000002Z")) == 1_000_002
