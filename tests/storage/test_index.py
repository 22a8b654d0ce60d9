"""What every index must do; each test runs on both backends."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import CopyOf
from pipeline.urls import UrlId
from search.request import Sort
from search.results import FacetValue, SearchResult
from storage.index import DocumentRefused, Index, Stale, Stored
from tests.support.data.articles import FETCHED, article, article_id, revision
from tests.support.index_places import Place
from tests.support.index_questions import found, put, search


def test_an_index_without_articles_finds_nothing(index: Index) -> None:
    assert index.count() == 0
    assert index.get(UrlId("nothing")) is None
    assert search(index, "*") == SearchResult(
        total=0, hits=(), facets={"source": (), "language": ()}
    )
    assert index.put([]) == []


def test_it_says_which_ids_it_has(index: Index) -> None:
    assert index.known([article_id("one")]) == set()
    put(index, article(), article("two"))
    asked = [article_id("one"), article_id("two"), article_id("three")]
    assert index.known(asked) == {article_id("one"), article_id("two")}
    assert index.known([]) == set()


def test_preparing_twice_keeps_articles(index: Index) -> None:
    put(index, article())
    index.prepare()
    assert index.count() == 1


def test_what_is_put_can_be_had_again(index: Index) -> None:
    whole = article(
        "whole",
        copy_of="original",
        authors=("Jane Doe",),
        tags=("a", "b"),
        keywords=("k",),
        section="World",
        modified=datetime(2017, 12, 2, tzinfo=UTC),
        image="https://news.example/i.jpg",
        published_evidence=({"witness": "json-ld", "value": "2017-12-01T10:00:00+02:00"},),
        declared_language="en-GB",
    )
    put(index, whole, article("bare", published=None, language=None))
    assert index.count() == 2
    assert index.get(whole.id) == whole
    assert index.get(article_id("bare")) == article("bare", published=None, language=None)


def test_what_enrichers_have_added_is_kept_and_found_with_the_article(index: Index) -> None:
    extra = {"sentences": {"count": 2, "list": ["a", None, {"deep": [1.5, True]}]}, "none": {}}
    put(index, article("one", extra=extra), article("two", extra={"sentences": {"count": "two"}}))
    one = article_id("one")
    index.mark({one: CopyOf(article="x", rule="operator", score=1.0)})
    kept = index.get(one)
    assert kept is not None
    assert kept.extra == extra
    hits = search(index, "fox", copies=True).hits
    assert {hit.id: hit.extra for hit in hits}[one] == extra
    assert search(index, "deep", copies=True).total == 0
    put(index, revision(1, "one"))
    assert [version.extra for version in index.history(one)] == [extra, {}]


def test_a_redelivered_article_is_stale_and_changes_nothing(index: Index) -> None:
    put(index, article(title="First"))
    assert index.put([article(title="Second")]) == [Stale()]
    assert index.count() == 1
    assert found(index, "first") == {"one"}
    assert found(index, "second") == set()


def test_a_later_version_replaces_an_earlier_one(index: Index) -> None:
    put(index, article(title="First"))
    later = article(title="Second", fetched_at=FETCHED + timedelta(microseconds=1))
    assert index.put([later]) == [Stored()]
    assert index.count() == 1
    assert index.get(later.id) == later.model_copy(update={"version": 2})
    assert (found(index, "first"), found(index, "second")) == (set(), {"one"})


def test_an_earlier_version_is_stale(index: Index) -> None:
    put(index, article(title="First"))
    assert index.put([article(title="Old", fetched_at=FETCHED - timedelta(seconds=1))]) == [Stale()]
    assert found(index, "first") == {"one"}


def test_of_several_versions_in_one_batch_the_latest_is_kept(index: Index) -> None:
    later = article(title="Later", fetched_at=FETCHED + timedelta(hours=1))
    assert index.put([article(), later, later, article("two")]) == [
        Stale(),
        Stored(),
        Stale(),
        Stored(),
    ]
    assert index.count() == 2
    assert found(index, "later") == {"one"}


def test_an_update_finds_the_article_in_the_month_it_was_first_seen(index: Index) -> None:
    put(index, article(title="First", first_seen=datetime(2017, 11, 30, 23, 59, tzinfo=UTC)))
    again = article(
        title="Second",
        fetched_at=FETCHED + timedelta(days=40),
        first_seen=datetime(2018, 1, 9, tzinfo=UTC),
    )
    put(index, again, article("two"))
    assert index.count() == 2
    assert found(index, "first OR second") == {"one"}


def test_a_bad_article_leaves_its_neighbours_alone(index: Index) -> None:
    batch = [
        article("one"),
        article("two", id="x" * 513),
        article("three", word_count=2**70),
        article("four", id=""),
    ]
    verdicts = index.put([*batch, article("five")])
    assert [type(verdict) for verdict in verdicts] == [
        Stored,
        DocumentRefused,
        DocumentRefused,
        DocumentRefused,
        Stored,
    ]
    assert found(index, "*") == {"one", "five"}


def test_an_endless_word_does_not_hurt(index: Index) -> None:
    put(index, article(body=f"before {'x' * 100_000} after {'кот' * 20_000}"))
    assert found(index, "before after") == {"one"}
    assert found(index, '"before after"') == set()


def test_highlights_are_escaped_and_marked(index: Index) -> None:
    text = '<script>alert("fox")</script> & the <b>brown dog</b>'
    put(index, article(title=text, body=text))
    hit = search(index, 'fox "brown dog" -cat').hits[0]
    marked = (
        "&lt;script&gt;alert(&quot;<mark>fox</mark>&quot;)&lt;/script&gt; &amp; "
        "the &lt;b&gt;<mark>brown dog</mark>&lt;/b&gt;"
    )
    assert hit.title_html == marked
    assert hit.highlights == (marked,)
    assert hit.title == text


def test_highlights_follow_the_field(index: Index) -> None:
    put(index, article(title="A fox", body="Another fox"))
    hit = search(index, "title:fox").hits[0]
    assert (hit.title_html, hit.highlights) == ("A <mark>fox</mark>", ())


def test_copies_are_left_out_counted_and_shown_when_asked(index: Index) -> None:
    put(
        index,
        article("one"),
        article("two", copy_of="one"),
        article("three", copy_of="one", source="other"),
        article("four"),
    )
    hits = search(index, "fox").hits
    assert {(hit.id, hit.copies, hit.duplicate_of) for hit in hits} == {
        (article_id("one"), 2, None),
        (article_id("four"), 0, None),
    }
    assert search(index, "fox").facets["source"] == (FacetValue(value="example", count=2),)
    assert found(index, "fox", copies=True) == {"one", "two", "three", "four"}
    with_copies = search(index, "fox", copies=True)
    assert {hit.duplicate_of for hit in with_copies.hits} == {None, article_id("one")}
    assert with_copies.facets["source"] == (
        FacetValue(value="example", count=3),
        FacetValue(value="other", count=1),
    )
    assert found(index, f"duplicate_of:{article_id('one')}", copies=True) == {"two", "three"}
    assert search(index, "fox", limit=1, copies=True, offset=0).total == 4


def test_pages_follow_each_other_without_gaps(index: Index) -> None:
    put(index, *(article(str(n)) for n in range(25)))
    for query in ("fox", "*"):
        pages = [search(index, query, limit=10, offset=offset).hits for offset in (0, 10, 20, 30)]
        assert [len(page) for page in pages] == [10, 10, 5, 0]
        ids = [hit.id for page in pages for hit in page]
        # All score alike and were published together: the id decides.
        assert ids == sorted(article_id(str(n)) for n in range(25))


def test_newest_first_undated_last(index: Index) -> None:
    moments = {"a": 3, "b": 1, "c": None, "d": 2}
    put(
        index,
        *(
            article(name, published=datetime(2017, 12, day, tzinfo=UTC) if day else None)
            for name, day in moments.items()
        ),
    )
    for query in ("fox", "*"):
        hits = search(index, query, sort=Sort.NEWEST).hits
        assert [hit.url[-1] for hit in hits] == ["a", "d", "b", "c"]


def test_the_title_weighs_more_than_the_body(index: Index) -> None:
    put(
        index,
        article("body", title="Nothing", body="a fox"),
        article("title", title="A fox", body="a dog"),
    )
    hits = search(index, "fox").hits
    assert [hit.url.rsplit("/", 1)[1] for hit in hits] == ["title", "body"]
    assert hits[0].score > hits[1].score > 0


@pytest.mark.parametrize(
    "query", ["NOT " * 18 + "fox", "(" * 18 + "fox" + ")" * 18, "-(" * 9 + "x" + ")" * 9]
)
def test_the_deepest_queries_are_answered(index: Index, query: str) -> None:
    put(index, article())
    assert search(index, query).total >= 0


def test_the_longest_queries_are_answered(index: Index) -> None:
    put(index, article(body="中" * 3000))
    assert found(index, "中" * 1998) == {"one"}
    assert (
        found(
            index,
            " OR ".join(f"t:w{n}".replace("t:", "title:" if n % 2 else "") for n in range(199))
            + " 中",
        )
        == set()
    )


def test_another_instance_sees_what_was_put(index: Index, place: Place) -> None:
    other = place.open()
    other.prepare()
    assert search(other, "fox").total == 0
    put(index, article())
    assert found(other, "fox") == {"one"}
    put(other, article("two"))
    assert found(index, "fox") == {"one", "two"}
    other.close()


def test_two_processes_write_at_once(index: Index, place: Place) -> None:
    writers = [
        subprocess.Popen(place.command(name, "15"), stdout=subprocess.PIPE)
        for name in ("left", "right")
    ]
    try:
        assert [_line(writer) for writer in writers] == [b"done\n", b"done\n"]
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert found(index, "fox", limit=50) == {
        f"{side}-{n}" for side in ("left", "right") for n in range(15)
    }


def test_nothing_is_lost_when_the_process_is_killed_after_put(index: Index, place: Place) -> None:
    writer = subprocess.Popen(place.command("killed", "3"), stdout=subprocess.PIPE)
    assert _line(writer) == b"done\n"
    writer.kill()
    writer.communicate()
    assert index.count() == 3
    put(index, article("after"))
    assert found(index, "fox") == {"killed-0", "killed-1", "killed-2", "after"}


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()
