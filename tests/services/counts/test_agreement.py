"""Both backends count, sample and compare alike."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline.records import EnrichedArticle
from search.language.groups import NO_GROUPS
from services.articles.sample import sample
from services.articles.similar import similar
from services.counts.audit import audit_counts
from services.counts.batch import Periods, batch
from services.counts.days import Counting
from services.counts.intervals import Interval
from services.counts.timeline import TimeRange, timeline
from storage.index import Index
from tests.support.data.articles import article
from tests.support.data.corpus import corpus
from tests.support.index_places import Place, elasticsearch_place, opened

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUERIES = ["", "kremlin", "lang:de OR lang:fr", "source:source-1", "nothing"]
Both = tuple[Index, Index]


@pytest.fixture(scope="module")
def both(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    embedded = Place("tantivy", str(tmp_path_factory.mktemp("index")), "")
    zero = article("zero", published=datetime(1970, 1, 1, tzinfo=UTC))
    with (
        elasticsearch_place(elasticsearch_url) as place,
        opened(embedded) as one,
        opened(place) as other,
    ):
        for index in (one, other):
            index.put([*corpus(), zero])
        yield one, other


def counting(index: Index) -> Counting:
    return Counting(index, NOW, groups=NO_GROUPS, share=True)


@pytest.mark.parametrize("interval", Interval)
@pytest.mark.parametrize("query", QUERIES)
def test_timelines(both: Both, query: str, interval: Interval) -> None:
    wanted = TimeRange(interval=interval)
    if interval is Interval.HOUR:
        start = datetime(2017, 11, 1, tzinfo=UTC)
        wanted = TimeRange(start, start.replace(day=5), interval)
    one, other = (timeline(counting(index), query, wanted) for index in both)
    assert one == other


@pytest.mark.parametrize("query", QUERIES)
def test_all_ways_to_count_agree(both: Both, query: str) -> None:
    one, other = (audit_counts(counting(index), query, {}) for index in both)
    assert one == other
    assert one.agrees


def test_batches(both: Both) -> None:
    one, other = (batch(counting(index), QUERIES, Periods(Interval.WEEK)) for index in both)
    assert one == other


def test_samples(both: Both) -> None:
    one, other = (sample(index, "kremlin", size=7, seed=3, now=NOW) for index in both)
    assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits]
    assert one.total == other.total


def test_similar_articles(both: Both) -> None:
    articles: list[EnrichedArticle] = corpus()[:10]
    for each in articles:
        one, other = (similar(index, each, limit=5) for index in both)
        assert {hit.id for hit in one.hits} == {hit.id for hit in other.hits}
        assert one.words == other.words
