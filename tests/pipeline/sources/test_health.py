"""What is said of a source."""

import pytest

from pipeline.discover.refusals import Refusals
from pipeline.sources.health import Level, Verdict, assess_health, notification_for
from pipeline.sources.publication_rate import PublicationRate
from pipeline.sources.state import Failure, Redirect, SourceState
from pipeline.sources.transitions import failed, succeeded
from pipeline.urls import Url
from tests.support.data.source_states import ADDRESS, DAY, HOUR, NOW, POLICY, every, later


def test_a_source_that_was_never_polled_is_new() -> None:
    verdict = assess_health(SourceState(), NOW, POLICY)
    assert (verdict.level, verdict.unhealthy, verdict.sentence) == (
        Level.NEW,
        False,
        "new: not polled yet",
    )


def test_a_source_that_keeps_its_rhythm_is_healthy() -> None:
    verdict = assess_health(every(2_400, until=NOW - HOUR), NOW, POLICY)
    assert (verdict.level, verdict.unhealthy) == (Level.HEALTHY, False)
    assert verdict.sentence == "healthy: last article 60 min ago, usually every 39 min"


def test_a_silence_says_how_long_how_usual_and_what_the_site_has() -> None:
    state = every(2_400, until=NOW - 9 * HOUR)
    verdict = assess_health(
        state, NOW, POLICY, newer_on_site="www.a.example's sitemap has 7 newer articles"
    )
    assert (verdict.level, verdict.unhealthy) == (Level.SILENT, True)
    assert verdict.sentence == (
        "silent for 9 h, usually every 40 min; it answers 200 with the same 12 items; "
        "www.a.example's sitemap has 7 newer articles"
    )
    assert verdict.usual_gap == pytest.approx(2_400, rel=0.05)


def test_items_that_were_not_there_before_are_not_the_same() -> None:
    state = every(2_400, until=NOW - 9 * HOUR).model_copy(update={"last_new": NOW, "added": NOW})
    assert assess_health(state, NOW, POLICY).sentence.endswith(
        "; it answers 200 with 12 items, none of them newer"
    )
    assert assess_health(later(state, HOUR), NOW + HOUR, POLICY).sentence.endswith(
        "; it answers 200 with the same 12 items"
    )


def test_a_night_is_no_silence() -> None:
    by_day = [
        NOW - day * DAY - hour * HOUR for day in range(21) for hour in range(10) for _ in range(2)
    ]
    state = every(2_400).model_copy(
        update={"rate": PublicationRate().learned(by_day, NOW), "newest": NOW}
    )
    assert assess_health(later(state, 13 * HOUR), NOW + 13 * HOUR, POLICY).level is Level.HEALTHY
    assert assess_health(later(state, 22 * HOUR), NOW + 22 * HOUR, POLICY).level is Level.SILENT


def test_a_source_that_nobody_polls_is_not_called_silent() -> None:
    verdict = assess_health(every(2_400), NOW + 22 * HOUR, POLICY)
    assert verdict.level is Level.HEALTHY
    assert "last polled 22 h ago, which is too long: is Newsloom running?" in verdict.sentence


def test_a_source_that_is_pushed_may_be_polled_rarely() -> None:
    state = later(every(2_400), 0).model_copy(update={"interval": 900.0})
    note = "is Newsloom running?"
    assert note in assess_health(state, NOW + 3 * HOUR, POLICY).sentence
    assert note not in assess_health(state, NOW + 3 * HOUR, POLICY, pushed_every=6 * HOUR).sentence
    assert note in assess_health(state, NOW + 8 * HOUR, POLICY, pushed_every=6 * HOUR).sentence


def test_a_source_that_is_hardly_known_may_rest_over_a_weekend() -> None:
    state = every(2_400, until=NOW - 60 * HOUR, weeks=1)
    assert assess_health(state, NOW, POLICY).level is Level.HEALTHY
    assert assess_health(later(state, 13 * HOUR), NOW + 13 * HOUR, POLICY).level is Level.SILENT


def test_a_rare_source_is_not_silent_for_missing_one_article() -> None:
    weekly = every(7 * DAY, until=NOW - 13 * DAY, weeks=8)
    assert assess_health(weekly, NOW, POLICY).level is Level.HEALTHY
    assert assess_health(later(weekly, 50 * DAY), NOW + 50 * DAY, POLICY).level is Level.SILENT


def test_a_source_that_never_had_an_entry_is_new_and_after_days_silent() -> None:
    state = succeeded(SourceState(address=Url(ADDRESS), entries=0), NOW, status=200)
    assert (
        assess_health(later(state, HOUR), NOW + HOUR, POLICY).sentence
        == "new: answers, but has no entry yet"
    )
    verdict = assess_health(later(state, 4 * DAY), NOW + 4 * DAY, POLICY)
    assert verdict.sentence == "silent since it was added 4 d ago: it answers 200 without any entry"


@pytest.mark.parametrize(
    ("failure", "level", "beginning"),
    [
        (Failure.DNS, Level.FAILING, "failing for 2 h (dns): words"),
        (Failure.PARSE, Level.FAILING, "failing for 2 h (parse): words"),
        (Failure.REFUSED, Level.FAILING, "failing for 2 h (refused): words"),
        (Failure.BLOCKED, Level.BLOCKED, "blocked for 2 h: words"),
        (Failure.PAYWALL, Level.BLOCKED, "blocked for 2 h (paywall): words"),
        (Failure.ROBOTS, Level.BLOCKED, "blocked for 2 h (robots): words"),
        (Failure.MOVED, Level.MOVED, "moved for 2 h: words"),
    ],
)
def test_failures_are_said_with_their_kind(failure: Failure, level: Level, beginning: str) -> None:
    state = failed(failed(every(2_400), NOW, failure, "words"), NOW + HOUR, failure, "words")
    verdict = assess_health(state, NOW + 2 * HOUR, POLICY)
    assert (verdict.level, verdict.unhealthy, verdict.failure) == (level, True, failure)
    assert verdict.sentence == f"{beginning}; 2 polls in a row; it last answered 2 h ago"


def test_a_source_that_never_was_well_says_whether_it_answered() -> None:
    unheard = failed(SourceState(), NOW, Failure.DNS, "no such name")
    assert (
        assess_health(unheard, NOW, POLICY).sentence
        == "failing (dns): no such name; it never answered"
    )
    unread = failed(SourceState(), NOW, Failure.PARSE, "no feed", status=200)
    assert (
        assess_health(unread, NOW, POLICY).sentence
        == "failing (parse): no feed; nothing was ever read of it"
    )


@pytest.mark.parametrize(("count", "said"), [(8, False), (9, True)])
def test_entries_that_cannot_be_followed_are_said_when_they_are_most(
    count: int, *, said: bool
) -> None:
    refusals = Refusals(count=count, entries=10, why="the entry has no link")
    verdict = assess_health(every(2_400).model_copy(update={"refusals": refusals}), NOW, POLICY)
    assert not verdict.unhealthy
    note = "9 of its 10 entries have no usable link, most often: the entry has no link"
    assert (note in verdict.sentence) == said


def test_what_is_gone_says_how_it_comes_back() -> None:
    state = failed(every(2_400), NOW, Failure.GONE, "the page was removed (410)", status=410)
    assert assess_health(state, NOW, POLICY).level is Level.GONE
    assert "`newsloom sources check` asks again" in assess_health(state, NOW, POLICY).sentence


def test_a_source_that_moved_is_well_and_says_where_it_is() -> None:
    kept = assess_health(every(2_400).model_copy(update={"kept": "http://b.example/"}), NOW, POLICY)
    assert (kept.level, kept.unhealthy) == (Level.MOVED, False)
    assert (
        "moved for good to http://b.example/ and polled there: put that into the sources"
        in kept.sentence
    )
    redirect = Redirect(address=Url("http://b.example/"), sightings=1, since=NOW)
    soon = assess_health(every(2_400).model_copy(update={"redirect": redirect}), NOW, POLICY)
    assert (soon.level, soon.unhealthy) == (Level.MOVED, False)
    assert "(seen 1 time; kept when it is still so after a day)" in soon.sentence


def test_dates_that_cannot_be_meant_are_said() -> None:
    verdict = assess_health(
        every(2_400).model_copy(update={"dates_wrong": True, "dated": False}), NOW, POLICY
    )
    assert (verdict.level, verdict.failure) == (Level.HEALTHY, Failure.DATES_WRONG)
    assert "its dates cannot be meant" in verdict.sentence


def test_what_lasts_is_told_once_and_so_is_its_end() -> None:
    state, known, kinds = every(2_400), None, []
    for hour in range(5):
        state = failed(state, NOW + hour * HOUR, Failure.DNS, "no such name")
        known, kind = notification_for(
            known, assess_health(state, state.last_poll or 0, POLICY), state, NOW + hour * HOUR
        )
        kinds.append(kind)
    assert kinds == [None, None, "failing", None, None]
    state = succeeded(state, NOW + 6 * HOUR, status=200)
    state = state.model_copy(update={"newest": NOW + 5.5 * HOUR})
    known, kind = notification_for(
        known, assess_health(state, NOW + 6 * HOUR, POLICY), state, NOW + 6 * HOUR
    )
    assert (known, kind) == (None, "recovered")
    assert notification_for(
        known, assess_health(state, NOW + 6 * HOUR, POLICY), state, NOW + 6 * HOUR
    ) == (None, None)


def test_one_failure_of_a_silent_source_is_no_recovery() -> None:
    silent = every(2_400, until=NOW - 9 * HOUR)
    assert notification_for(None, assess_health(silent, NOW, POLICY), silent, NOW) == (
        "silent",
        "silent",
    )
    once = failed(silent, NOW, Failure.TIMEOUT, "no answer")
    assert notification_for("silent", assess_health(once, NOW, POLICY), once, NOW) == (
        "silent",
        None,
    )


def test_json_keeps_the_name_that_users_know() -> None:
    verdict = Verdict(level=Level.LATE, unhealthy=True, sentence="late")
    assert verdict.model_dump(mode="json")["ill"] is True
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict
