"""Older versions of an article are kept; each test runs on both backends."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.index import DocumentRefused, Index, Stale, Stored
from tests.support.data.articles import FETCHED, article, article_id, revision
from tests.support.index_places import Place
from tests.support.index_questions import found, put, search

ONE = article_id("one")


def numbered(*versions: EnrichedArticle) -> list[EnrichedArticle]:
    """The versions with the numbers that the index gives them."""
    return [
        version.model_copy(update={"version": number}) for number, version in enumerate(versions, 1)
    ]


def test_what_is_not_there_has_no_history(index: Index) -> None:
    assert index.history(UrlId("nothing")) == []


def test_an_article_that_never_changed_is_its_own_history(index: Index) -> None:
    put(index, article())
    assert index.history(ONE) == [article()]


def test_a_changed_text_is_a_new_version_and_the_older_ones_are_kept(index: Index) -> None:
    for number in (1, 2, 3):
        put(index, revision(number))
    put(index, revision(1, "two"))
    expected = numbered(revision(1), revision(2), revision(3))
    assert index.history(ONE) == expected
    assert index.get(ONE) == expected[-1]
    assert index.history(article_id("two")) == [revision(1, "two")]


def test_only_the_current_version_is_found_and_counted(index: Index) -> None:
    put(index, revision(1, title="Alpha"))
    put(index, revision(2, title="Beta"))
    assert index.count() == 1
    assert (found(index, "alpha"), found(index, "beta")) == (set(), {"one"})
    (hit,) = search(index, "*").hits
    assert hit.version == 2


def test_a_text_that_stayed_the_same_is_replaced_without_a_new_version(index: Index) -> None:
    put(index, revision(1))
    put(index, revision(2))
    again = revision(3, body="the QUICK brown fox jumps over 2 lazy dogs", section="Nature")
    put(index, again)
    assert index.history(ONE) == numbered(revision(1), again)
    assert found(index, "section:nature") == {"one"}
    put(index, revision(4))
    assert index.history(ONE) == numbered(revision(1), again, revision(4))


def test_a_change_of_boilerplate_alone_is_no_new_version(index: Index) -> None:
    body = "The harbour council met on Tuesday and agreed on a budget, after a long debate."
    put(index, revision(1, body=f"Updated 5 minutes ago\n\n{body}"))
    later = revision(
        2, body=f"Updated 2 hours ago\n\n{body}\n\nRead more: Fishermen protest against the budget"
    )
    put(index, later)
    assert index.history(ONE) == [later]


def test_the_index_alone_numbers_versions(index: Index) -> None:
    put(index, revision(1, version=7))
    put(index, revision(2, version=1))
    assert [version.version for version in index.history(ONE)] == [1, 2]


def test_redelivered_and_earlier_versions_are_not_kept(index: Index) -> None:
    put(index, revision(2))
    put(index, revision(3))
    for number in (3, 2, 1):
        assert index.put([revision(number)]) == [Stale()]
    assert index.history(ONE) == numbered(revision(2), revision(3))


def test_several_versions_in_one_batch_leave_what_they_would_one_by_one(index: Index) -> None:
    put(index, revision(1))
    batch = [
        revision(4),
        revision(2),
        revision(1, "two"),
        revision(3, body=revision(2).body),
        revision(1),
    ]
    assert index.put(batch) == [Stored(), Stale(), Stored(), Stale(), Stale()]
    assert index.history(ONE) == numbered(revision(1), batch[3], revision(4))
    first = [revision(n, "three") for n in (2, 1)]
    assert index.put(first) == [Stored(), Stale()]
    assert index.history(article_id("three")) == numbered(*reversed(first))


def test_texts_are_compared_as_they_are_kept(index: Index) -> None:
    """A soft hyphen is dropped before indexing; with it, the word is two."""
    put(index, revision(1, body="Die Regie\u00adrung tagt."))
    put(index, revision(2, body="Die Regie\u00adrung tagt."))
    assert len(index.history(ONE)) == 1


def test_a_version_that_is_refused_leaves_the_history_as_it_was(index: Index) -> None:
    put(index, revision(1), article("two"))
    refused, stored = index.put([revision(2, word_count=2**70), article("three")])
    assert (type(refused), stored) == (DocumentRefused, Stored())
    assert index.history(ONE) == [revision(1)]
    assert found(index, "*") == {"one", "two", "three"}
    put(index, revision(2))
    assert index.history(ONE) == numbered(revision(1), revision(2))


def test_many_versions_are_all_there(index: Index) -> None:
    versions = [revision(n) for n in range(1, 251)]
    put(index, versions[0])
    assert index.put(versions)[-1] == Stored()
    assert index.history(ONE) == numbered(*versions)


def test_the_longest_ids_have_histories(index: Index) -> None:
    longest = "x" * 512
    put(index, revision(1, id=longest))
    put(index, revision(2, id=longest))
    assert [version.version for version in index.history(UrlId(longest))] == [1, 2]


def test_another_instance_sees_the_history_and_goes_on_with_it(index: Index, place: Place) -> None:
    put(index, revision(1))
    other = place.open()
    put(other, revision(2))
    put(index, revision(3))
    assert (
        other.history(ONE) == index.history(ONE) == numbered(revision(1), revision(2), revision(3))
    )
    other.close()


def test_versions_written_at_once_are_all_kept(index: Index) -> None:
    """Whoever comes late is ``Stale``.

    Of those that were stored none is lost, and their numbers have no gaps.
    """
    versions = [revision(n) for n in range(1, 13)]
    with ThreadPoolExecutor(4) as threads:
        verdicts = [
            verdict for (verdict,) in threads.map(lambda version: index.put([version]), versions)
        ]
    assert {type(verdict) for verdict in verdicts} <= {Stored, Stale}
    stored = [
        version for version, verdict in zip(versions, verdicts, strict=True) if verdict == Stored()
    ]
    assert stored[-1] == versions[-1]
    assert index.history(ONE) == numbered(*stored)


def test_a_killed_writer_that_starts_again_leaves_one_of_each(index: Index, place: Place) -> None:
    for lines in (2, 5):
        writer = subprocess.Popen(
            place.command("200", module="revising_process"), stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        reached = [int(writer.stdout.readline()) for _ in range(lines)][-1]
        writer.kill()
        writer.communicate()
        history = index.history(ONE)
        assert [version.version for version in history] == list(range(1, len(history) + 1))
        assert len(history) >= reached
    for number in range(1, 11 + len(history)):
        index.put([revision(number)])
    assert index.history(ONE) == numbered(*(revision(n) for n in range(1, 11 + len(history))))
    assert index.count() == 1


def test_a_later_version_takes_over_a_microsecond_later(index: Index) -> None:
    put(index, article())
    put(index, article(body="Another text.", fetched_at=FETCHED + timedelta(microseconds=1)))
    assert [version.version for version in index.history(ONE)] == [1, 2]
