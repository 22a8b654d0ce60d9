"""What is remembered of a source, and the kinds of failures."""

import pytest

from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.sources.state import Failure, SourceState, failure_of, validators_in
from pipeline.urls import Url


@pytest.mark.parametrize(
    ("verdict", "status", "failure"),
    [
        (Retry(error="x", fault=Fault.DNS), None, Failure.DNS),
        (Retry(error="x", fault=Fault.TLS), None, Failure.TLS),
        (Retry(error="x", fault=Fault.TIMEOUT), None, Failure.TIMEOUT),
        (Retry(error="x", fault=Fault.CONNECT), None, Failure.CONNECT),
        (Retry(error="x", fault=Fault.ROBOTS), None, Failure.ROBOTS),
        (Retry(error="x"), None, Failure.CONNECT),
        (Retry(error="x"), 503, Failure.HTTP_ERROR),
        (Retry(error="x"), 429, Failure.BLOCKED),
        (Rejected(reason=Reason.FORBIDDEN, detail="x"), 403, Failure.BLOCKED),
        (Rejected(reason=Reason.FORBIDDEN, detail="x"), 402, Failure.PAYWALL),
        (Rejected(reason=Reason.FORBIDDEN, detail="x"), 401, Failure.PAYWALL),
        (Rejected(reason=Reason.GONE, detail="x"), 410, Failure.GONE),
        (Rejected(reason=Reason.NOT_FOUND, detail="x"), 404, Failure.HTTP_ERROR),
        (Rejected(reason=Reason.ROBOTS, detail="x"), None, Failure.ROBOTS),
        (Rejected(reason=Reason.TOO_MANY_REDIRECTS, detail="x"), None, Failure.MOVED),
        (Rejected(reason=Reason.BLOCKED_ADDRESS, detail="x"), None, Failure.CONNECT),
        (Rejected(reason=Reason.TOO_LARGE, detail="x"), None, Failure.PARSE),
        (Rejected(reason=Reason.EMPTY, detail="x"), 204, Failure.EMPTY),
    ],
)
def test_failures_have_kinds(
    verdict: Rejected | Retry, status: int | None, failure: Failure
) -> None:
    assert failure_of(verdict, status) is failure


def test_every_fault_is_a_kind_of_failure() -> None:
    assert {fault.value for fault in Fault} <= {failure.value for failure in Failure}


def test_a_state_is_small_and_survives_json() -> None:
    state = SourceState(address=Url("http://a.example/feed")).model_copy(
        update={"latencies": tuple(range(200)), "etag": 'W/"é"'}
    )
    text = state.model_dump_json(exclude_defaults=True)
    assert len(text) < 700
    assert SourceState.model_validate_json(text) == state
    assert SourceState.model_validate_json("{}") == SourceState()


def test_the_validators_of_a_response_make_the_next_request_conditional() -> None:
    found = validators_in({"etag": '"a"', "last-modified": "Mon, 02 Mar 2026 10:00:00 GMT"})
    state = SourceState().model_copy(update=found)
    assert state.conditions == {
        "if-none-match": '"a"',
        "if-modified-since": "Mon, 02 Mar 2026 10:00:00 GMT",
    }
    assert SourceState().conditions == {}


def test_states_with_the_names_of_before_are_still_read() -> None:
    old = '{"rhythm": {"since": 5.0}, "told": "silent", "latencies": "AQA="}'
    state = SourceState.model_validate_json(old)
    assert (state.rate.since, state.notified, state.latencies) == (5.0, "silent", (1,))


def test_a_kept_address_is_polled_before_the_configured_one() -> None:
    state = SourceState(address=Url("http://a.example/feed"))
    assert state.polled_at == "http://a.example/feed"
    moved = state.model_copy(update={"kept": Url("http://b.example/feed")})
    assert moved.polled_at == "http://b.example/feed"
