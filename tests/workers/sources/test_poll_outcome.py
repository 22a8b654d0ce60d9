"""What a response makes of a source, without the clock of polls around it."""

from collections.abc import Callable

import pytest

from config.sources import Source
from pipeline.outcome import Fault, Reason, Rejected, Retry
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import Url, url_id
from workers.fetch.records import Response
from workers.resources import Resources
from workers.sources.poll_outcome import Attempt, PollOutcome, take
from workers.sources.poll_result import body_hash

SOURCE = Source(id="harbour", feed="http://a.example/feed")
BEFORE = SourceState(address=SOURCE.address)
NOW = 1_800_000_000.0
FEED = b"<rss><channel><item><title>Ferry</title><link>http://a.example/1</link></item></channel></rss>"


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(SOURCE, clock=lambda: NOW)


def response(content: bytes = b"", status: int = 200, **headers: str) -> Response:
    return Response(SOURCE.address, SOURCE.address, status, headers, content)


def taken(
    resources: Resources,
    came: Response | Rejected | Retry,
    before: SourceState = BEFORE,
    *,
    accepts: bool = True,
) -> PollOutcome:
    attempt = Attempt(SOURCE, before, NOW, accepts=accepts)
    return resources.loop.run(take(resources, attempt, came))


def known(resources: Resources) -> bool:
    return resources.stores.ledger.entry(url_id("http://a.example/1")) is not None


def test_a_document_s_links_are_taken_and_it_is_remembered(resources: Resources) -> None:
    outcome = taken(resources, response(FEED, etag='"1"'))
    assert (outcome.fresh, outcome.read, outcome.state.etag) == (1, True, '"1"')
    assert outcome.state.body == body_hash(FEED)
    assert outcome.state.last_new == NOW
    assert known(resources)


def test_an_attempt_that_does_not_accept_only_counts(resources: Resources) -> None:
    outcome = taken(resources, response(FEED), accepts=False)
    assert outcome.fresh == 1
    assert not known(resources)


@pytest.mark.parametrize("same", [response(status=304), response(FEED)])
def test_what_has_not_changed_is_a_success_without_reading(
    resources: Resources, same: Response
) -> None:
    before = BEFORE.model_copy(update={"body": body_hash(FEED), "failures": 3})
    outcome = taken(resources, same, before)
    assert (outcome.fresh, outcome.read, outcome.state.failures) == (0, True, 0)
    assert not known(resources)


BUSY = Response(SOURCE.address, SOURCE.address, 503, {"retry-after": "90"}, b"")


@pytest.mark.parametrize(
    ("came", "failure", "pause"),
    [
        (Retry(error="no way", fault=Fault.DNS, after=7.0), Failure.DNS, 7.0),
        (Rejected(reason=Reason.ROBOTS, detail="disallowed"), Failure.ROBOTS, 0.0),
        (BUSY, Failure.HTTP_ERROR, 90.0),
        (response(b"no feed"), Failure.PARSE, 0.0),
        (response(b""), Failure.EMPTY, 0.0),
    ],
)
def test_what_cannot_be_read_is_a_failure_of_the_source(
    resources: Resources, came: Response | Rejected | Retry, failure: Failure, pause: float
) -> None:
    outcome = taken(resources, came)
    assert (outcome.read, outcome.state.failures) == (False, 1)
    assert (outcome.state.failure, outcome.pause) == (failure, pause)


def test_a_permanent_redirect_is_noted(resources: Resources) -> None:
    new = Url("http://a.example/new")
    moved = Response(SOURCE.address, new, 200, {}, FEED, moved_permanently=True)
    state = taken(resources, moved).state
    assert state.redirect is not None
    assert state.redirect.address == new
