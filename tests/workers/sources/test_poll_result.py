"""What a poll finds."""

from pipeline.discover.hints import Hints
from pipeline.sources.state import Failure
from workers.sources.poll_result import PollResult, Unreadable, body_hash


def test_a_document_is_known_again_by_its_hash() -> None:
    assert body_hash(b"<rss/>") == body_hash(b"<rss/>")
    assert body_hash(b"<rss/>") != body_hash(b"<rss />")
    assert len(body_hash(b"")) == 32


def test_a_result_without_failure_asks_for_nothing() -> None:
    result = PollResult(links=(), refused=(), state={})
    assert (result.failure, result.pause, result.hints) == (None, None, Hints())


def test_what_is_unreadable_says_why_and_of_which_kind() -> None:
    error = Unreadable(Failure.PAYWALL, "instead of a feed it answers with a login")
    assert (error.failure, str(error)) == (
        Failure.PAYWALL,
        "instead of a feed it answers with a login",
    )
