"""How soon articles are seen, against the objective."""

import pytest

from pipeline.discover.hints import Hints
from pipeline.sources.coverage import covered
from pipeline.sources.health import Level, assess_health
from pipeline.sources.state import SourceState
from tests.support.data.source_states import DAY, HOUR, NOW, POLICY, every


def test_without_a_latency_there_is_no_coverage() -> None:
    assert covered(SourceState(), NOW, POLICY) is None


def test_coverage_is_measured_against_the_objective() -> None:
    state = every(2_400).model_copy(update={"latencies": tuple(range(10, 1_010, 10))})
    coverage = covered(state, NOW, POLICY)
    assert coverage is not None
    assert (coverage.samples, coverage.within, coverage.median, coverage.p95) == (
        100,
        0.6,
        500,
        950,
    )
    verdict = assess_health(state, NOW, POLICY)
    assert (verdict.level, verdict.unhealthy) == (Level.LATE, True)
    assert verdict.sentence.startswith(
        "late: 60% of the last 100 articles were seen within 10 min (median 8 min, 95th percentile "
        "16 min), 95% should"
    )
    assert assess_health(state, NOW, POLICY._replace(objective=960.0)).level is Level.HEALTHY


def test_few_articles_prove_nothing() -> None:
    state = every(2_400).model_copy(update={"latencies": (9_000,) * 19})
    assert assess_health(state, NOW, POLICY).level is Level.HEALTHY


def test_a_rare_source_is_late_only_where_somebody_asked() -> None:
    state = every(DAY).model_copy(update={"latencies": (5_000,) * 30, "paced_by": "rhythm"})
    assert assess_health(state, NOW, POLICY).level is Level.HEALTHY
    assert assess_health(state, NOW, POLICY._replace(asked=True)).level is Level.LATE


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"interval": 3_600.0, "paced_by": "ttl"}, "it is polled every 60 min, as ttl asks"),
        (
            {"interval": 3_600.0, "paced_by": "Cache-Control"},
            "it is polled every 60 min, as Cache-Control asks",
        ),
        ({"last_throttled": NOW - HOUR, "throttled": 4}, "the server asked 4 times to slow down"),
        ({}, "the feed lists articles about 83 min after their date"),
        (
            {"latencies": (30,) * 50 + (5_000,) * 50},
            "most of the late ones came when few were to be expected",
        ),
    ],
)
def test_the_cause_of_lateness_is_named(changes: dict[str, object], cause: str) -> None:
    state = every(1_200).model_copy(
        update={"latencies": (5_000,) * 30, "hints": Hints(), **changes}
    )
    coverage = covered(state, NOW, POLICY)
    assert coverage is not None
    assert coverage.cause is not None
    assert coverage.cause.startswith(cause)


def test_an_own_interval_is_the_cause_where_an_objective_was_asked_for() -> None:
    changes = {"latencies": (5_000,) * 30, "interval": 7_200.0, "paced_by": "interval"}
    state = every(1_200).model_copy(update=changes)
    assert assess_health(state, NOW, POLICY).level is Level.HEALTHY
    assert "as its interval says" in assess_health(state, NOW, POLICY._replace(asked=True)).sentence
