"""How pushes count in what is remembered of a source."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import FoundBy, Link
from pipeline.sources.publication_rate import PublicationRate
from pipeline.sources.pushes import Pushed, counted, pushed
from pipeline.sources.state import SourceState
from pipeline.sources.transitions import MOST_LATENCIES, informed
from pipeline.urls import Url

NOW = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
AT = NOW.timestamp()
HOUR = 3_600.0
DATED = SourceState(
    address=Url("http://a.example/feed"),
    added=AT - 10 * HOUR,
    last_poll=AT - 5 * HOUR,
    last_success=AT - 5 * HOUR,
    last_new=AT - 5 * HOUR,
    newest=AT - 5 * HOUR,
    rate=PublicationRate(since=AT - 100 * HOUR, at=AT - 5 * HOUR),
    latencies=(7,),
)
UNDATED = DATED.model_copy(update={"dated": False, "newest": None})


def link(number: int, *, published: float | None = None, modified: float | None = None) -> Link:
    """One that was published or modified so many seconds ago."""
    at, changed = (
        None if age is None else NOW - timedelta(seconds=age) for age in (published, modified)
    )
    return Link(
        url=Url(f"http://a.example/{number}"),
        source="a",
        found_by=FoundBy.FEED,
        published=at,
        modified=changed,
    )


def learned(state: SourceState) -> float:
    return sum(state.rate.weights)


def test_a_push_counts_as_a_poll_does() -> None:
    links = [link(1, published=40), link(2, published=3_000), link(3, modified=60)]
    by_push = counted(DATED, [pushed(links, AT)])
    by_poll = informed(DATED, NOW, links, links)
    assert (by_push.latencies, by_push.newest, by_push.rate) == (
        by_poll.latencies,
        by_poll.newest,
        by_poll.rate,
    )
    assert (by_push.latencies, by_push.newest, by_push.last_new) == ((7, 3_000, 40), AT - 40, AT)
    assert learned(by_push) == pytest.approx(3, rel=0.01)


@pytest.mark.parametrize("push_first", [True, False])
def test_what_a_push_and_a_poll_both_saw_is_counted_once(*, push_first: bool) -> None:
    """Whoever was first had the link accepted; the other one finds it known."""
    links = [link(1, published=40)]
    fact = pushed(links if push_first else [], AT - 30)
    if push_first:
        state = informed(counted(DATED, [fact]), NOW, links, [])
    else:
        state = counted(informed(DATED, NOW, links, links), [fact])
    assert learned(state) == pytest.approx(1, rel=0.01)
    assert state.latencies == ((7, 10) if push_first else (7, 40))


def test_a_push_during_a_poll_that_saw_the_same_entry_counts_once_in_the_rhythm() -> None:
    links = [link(1, published=40)]
    state = counted(informed(DATED, NOW, links, []), [pushed(links, AT - 1)])
    assert learned(state) == pytest.approx(1, rel=0.01)
    assert state.latencies == (7, 39)


def test_where_dates_cannot_be_used_first_sight_counts_and_nothing_is_measured() -> None:
    state = counted(UNDATED, [pushed([link(1, published=40), link(2)], AT)])
    assert learned(state) == pytest.approx(2, rel=0.01)
    assert (state.latencies, state.newest, state.last_new) == ((7,), None, AT)


def test_a_push_does_not_judge_the_dates_of_its_source() -> None:
    """A lone entry of this minute seems well dated, one without a date as if none had one."""
    wrong = UNDATED.model_copy(update={"dates_wrong": True})
    after = counted(wrong, [pushed([link(1, published=0)], AT)])
    assert (after.dates_wrong, after.dated, after.latencies) == (True, False, (7,))
    undated = counted(DATED, [pushed([link(1)], AT)])
    assert (undated.dated, undated.newest, undated.last_new) == (True, DATED.newest, AT)


def test_a_date_without_a_time_of_day_measures_nothing() -> None:
    midnight = link(1).model_copy(update={"published": NOW.replace(hour=0, minute=0)})
    assert pushed([midnight], AT) == Pushed(at=AT, accepted=1)


def test_a_push_of_changes_alone_is_news_but_no_entry() -> None:
    state = counted(DATED, [pushed([], AT)])
    assert (state.last_new, state.latencies, learned(state)) == (AT, (7,), 0)


def test_a_publisher_s_clock_may_be_a_little_ahead() -> None:
    ahead = counted(DATED, [pushed([link(1, published=-20)], AT)])
    # The next poll counts it: its time has come then.
    assert (ahead.latencies, learned(ahead)) == ((7, 0), 0)
    later = informed(ahead, NOW + timedelta(hours=1), [link(1, published=-20)], [])
    assert learned(later) == pytest.approx(1, rel=0.01)
    assert counted(DATED, [pushed([link(1, published=-200)], AT)]).latencies == (7,)


def test_before_a_first_poll_could_read_the_source_pushes_say_nothing() -> None:
    fresh = SourceState(address=Url("http://a.example/other"), failures=2)
    assert counted(fresh, [pushed([link(1, published=40)], AT)]) == fresh
    assert counted(DATED, []) is DATED


def test_a_huge_push_stays_a_small_fact() -> None:
    links = [link(number, published=number, modified=1) for number in range(5_000)]
    fact = pushed(links, AT)
    assert (fact.accepted, len(fact.published), max(fact.published), fact.modified) == (
        5_000,
        200,
        AT,
        (),
    )
    assert len(counted(DATED, [fact, fact]).latencies) == MOST_LATENCIES
