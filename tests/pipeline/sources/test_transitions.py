"""How polls change what is remembered of a source."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.records import FoundBy, Link
from pipeline.sources.state import Failure, SourceState
from pipeline.sources.transitions import (
    MOST_LATENCIES,
    failed,
    informed,
    latencies_of,
    succeeded,
    timed,
    usual_origin,
)
from pipeline.urls import Url

NOW = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
AT = NOW.timestamp()
DAY = 86_400.0
ADDRESS, NEW, OTHER = "http://a.example/feed", "http://a.example/new", "http://a.example/other"
STATE = SourceState(address=Url(ADDRESS))


def links(*ages: float, now: datetime = NOW) -> list[Link]:
    """Links that were published so many seconds ago."""
    return [
        Link(
            url=Url(f"http://a.example/{number}"),
            source="a",
            found_by=FoundBy.FEED,
            published=now - timedelta(seconds=age),
        )
        for number, age in enumerate(ages)
    ]


def seen(state: SourceState, moved_to: str | None, *hours: float) -> SourceState:
    for hour in hours:
        state = succeeded(
            state, AT + hour * 3_600, status=200, moved_to=Url(moved_to) if moved_to else None
        )
    return state


def test_a_permanent_redirect_is_kept_after_three_sightings_over_a_day() -> None:
    assert seen(STATE, NEW, 0, 1, 2, 23).kept is None
    state = seen(STATE, NEW, 0, 23, 24)
    assert (state.kept, state.polled_at, state.address, state.redirect) == (NEW, NEW, ADDRESS, None)
    assert seen(STATE, NEW, 0, 24).kept is None


def test_sightings_must_be_consistent() -> None:
    assert seen(seen(seen(STATE, NEW, 0, 12), OTHER, 20), NEW, 24, 25).kept is None
    assert seen(seen(seen(STATE, NEW, 0, 12), None, 20), NEW, 24, 25).kept is None


def test_a_kept_address_may_move_on_and_come_back() -> None:
    kept = seen(STATE, NEW, 0, 12, 24)
    assert seen(kept, None, 25, 26).kept == NEW
    assert seen(kept, OTHER, 30, 40, 54).kept == OTHER
    assert seen(kept, ADDRESS, 30, 40, 54).polled_at == ADDRESS


def test_a_kept_address_that_is_lost_is_given_up_for_the_one_in_the_sources() -> None:
    state = seen(STATE, NEW, 0, 12, 24)
    for _ in range(2):
        state = failed(state, AT + 2 * DAY, Failure.DNS, "no such name")
        assert state.kept == NEW
    assert failed(state, AT + 2 * DAY, Failure.DNS, "no such name").polled_at == ADDRESS
    gone = failed(seen(STATE, NEW, 0, 12, 24), AT + 2 * DAY, Failure.GONE, "gone", status=410)
    assert (gone.gone, gone.polled_at) == (False, ADDRESS)  # the other one was not asked yet


def test_failures_add_up_and_success_forgives() -> None:
    state = STATE
    for number in range(3):
        state = failed(state, AT + number, Failure.BLOCKED, "the server refused us", status=429)
    assert (state.failures, state.failing_since, state.failure, state.status) == (
        3,
        AT,
        Failure.BLOCKED,
        429,
    )
    assert (state.throttled, state.last_throttled) == (3, AT + 2)
    calm = succeeded(state, AT + 9, status=304)
    assert (calm.failures, calm.failing_since, calm.failure, calm.error, calm.status) == (
        0,
        None,
        None,
        None,
        304,
    )
    assert (calm.added, calm.throttled) == (AT, 3)


def test_the_first_document_tells_of_the_rhythm_and_nothing_of_the_latency() -> None:
    backlog = links(*(number * 1_790.0 for number in range(40)))
    state = informed(STATE, NOW, backlog, backlog)
    assert sum(state.rate.weights) == pytest.approx(39, rel=0.02)
    assert (state.newest, state.latencies, state.dated, state.dates_wrong) == (AT, (), True, False)


def test_only_new_articles_after_the_source_was_added_have_a_latency() -> None:
    state = STATE.model_copy(
        update={"added": AT - 3_600, "last_success": AT - 3_600, "newest": AT - 3_600}
    )
    found = links(100, 500, 7_200)
    after = informed(state, NOW, found, found)
    assert after.latencies == (500, 100)
    assert informed(state, NOW, found, found[:1]).latencies == (100,)  # the others came another way
    # The older of the two says since when.
    assert sum(after.rate.weights) == pytest.approx(1, rel=0.01)
    many = informed(after.model_copy(update={"latencies": (7,) * 300}), NOW, found, found)
    assert (len(many.latencies), many.latencies[-1]) == (MOST_LATENCIES, 100)


def test_an_entry_is_counted_once() -> None:
    backlog = links(10, 4_000, 9_000)
    state = succeeded(informed(STATE, NOW, backlog, backlog), AT, status=200)
    again = informed(state, NOW + timedelta(hours=1), backlog, [])
    assert again.rate.weights == state.rate.weights


def test_without_a_time_of_day_first_sight_counts() -> None:
    days = [
        link.model_copy(
            update={"published": NOW.replace(hour=0, minute=0) - timedelta(days=number)}
        )
        for number, link in enumerate(links(*range(10)))
    ]
    first = succeeded(informed(STATE, NOW, days, days), AT, status=200)
    assert (first.dated, first.newest, sum(first.rate.weights)) == (False, None, 0)
    second = informed(first, NOW + timedelta(hours=2), days, days[:3])
    assert sum(second.rate.weights) == pytest.approx(3, rel=0.01)
    assert second.latencies == ()


@pytest.mark.parametrize("ages", [[0.0] * 5, [-7_200.0, -7_300.0, -7_400.0, 50.0, -9_000.0]])
def test_dates_that_cannot_be_meant_are_not_believed(ages: list[float]) -> None:
    found = links(*ages)
    state = informed(succeeded(STATE, AT - 900, status=200), NOW, found, found)
    assert (state.dates_wrong, state.dated, state.newest, state.latencies) == (
        True,
        False,
        None,
        (),
    )
    # One says since when.
    assert sum(state.rate.weights) == pytest.approx(len(ages) - 1, rel=0.01)
    assert not informed(STATE, NOW, links(10, 700, 9_000), []).dates_wrong


def test_a_source_s_site_is_where_most_of_its_entries_are_and_is_remembered() -> None:
    there = [
        Link(url=Url(url), source="a", found_by=FoundBy.FEED)
        for url in ("https://b.example/1", "http://www.a.example/1", "http://www.a.example/2?x=1")
    ]
    state = informed(STATE, NOW, there, [])
    assert state.site == "http://www.a.example"
    assert informed(state, NOW, [], []).site == "http://www.a.example"
    assert informed(state, NOW, there[:1], []).site == "https://b.example"
    # Who links to many sites has none of them.
    assert informed(STATE, NOW, there[:2], []).site is None


def test_dates_without_a_time_of_day_are_left_out() -> None:
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert timed([NOW, midnight, None]) == [AT]


def test_a_latency_needs_an_article_from_after_the_first_poll() -> None:
    state = STATE.model_copy(update={"added": AT})
    assert latencies_of(STATE, AT + 600, [AT + 300]) == ()
    assert latencies_of(state, AT + 600, [AT + 300, AT - 1, AT + 590, AT + 700]) == (300, 10)
    assert latencies_of(state, AT + 600, [AT + 630]) == (0,)  # a clock that is ahead
    assert latencies_of(state, AT + 90_000, [AT + 1]) == (65_535,)


def test_an_origin_is_usual_when_more_than_half_of_the_links_have_it() -> None:
    assert usual_origin([]) is None
    assert usual_origin(links(1.0, 2.0)) == "http://a.example"
    elsewhere = links(1.0)[0].model_copy(update={"url": Url("http://b.example/1")})
    assert usual_origin([*links(1.0), elsewhere]) is None
