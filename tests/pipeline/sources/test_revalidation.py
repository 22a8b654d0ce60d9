"""When a 304 is not believed."""

from pipeline.sources.publication_rate import HOUR, PublicationRate
from pipeline.sources.revalidation import conditions_of, distrusts
from pipeline.sources.state import SourceState

NOW = 1_800_000_000.0
TAG = {"if-none-match": '"1"'}


def state(*, status: int = 304, whole: float | None = NOW, every: float = 0.0) -> SourceState:
    """Of a source that had an entry every so many hours in the four weeks before ``NOW``."""
    rate = PublicationRate()
    if every:
        first = NOW - 28 * 24 * HOUR
        count = round(28 * 24 / every)
        rate = rate.learned([first + at * every * HOUR for at in range(count)], NOW)
    return SourceState(etag='"1"', status=status, last_whole=whole, rate=rate)


def test_a_day_after_the_last_document_it_is_asked_for_whole() -> None:
    assert conditions_of(state(), NOW + 23 * HOUR) == TAG
    assert conditions_of(state(), NOW + 24 * HOUR) == {}
    assert conditions_of(state(status=200), NOW + 48 * HOUR) == TAG
    assert conditions_of(state(whole=None), NOW) == {}


def test_overdue_articles_shorten_the_day() -> None:
    assert conditions_of(state(every=2), NOW + 3 * HOUR) == TAG
    assert conditions_of(state(every=2), NOW + 9 * HOUR) == {}
    assert conditions_of(state(every=0.1), NOW + HOUR / 2) == TAG


def test_validators_that_stayed_the_same_over_new_entries_are_distrusted() -> None:
    before = state()
    assert distrusts(before, before, 1)
    assert not distrusts(before, before, 0)
    changed = before.model_copy(update={"etag": '"2"'})
    assert not distrusts(before, changed, 1)
    doubted = before.model_copy(update={"distrusted": True})
    assert distrusts(doubted, changed, 0)
    assert not distrusts(SourceState(), before, 1)
    assert conditions_of(doubted, NOW) == {}
