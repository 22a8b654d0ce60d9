"""Section pages: what is taken from them, and how outcomes teach it."""

from collections.abc import Callable

import pytest

from config.sources import Source
from pipeline.discover.listings import LinkTally
from pipeline.outcome import Indexed, Reason, Rejected
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import url_id
from tests.support.servers.fault_server import FaultServer, answer
from workers.resources import Resources
from workers.sources.polling import poll

NEWS = Source(id="harbour", section="http://a.example/news/", interval=100)


def listing(*links: tuple[str, str]) -> bytes:
    anchors = "".join(f'<h2><a href="{path}">{text}</a></h2>' for path, text in links)
    return f"<html><title>News</title><body><main>{anchors}</main></body></html>".encode()


def serve(server: FaultServer, *links: tuple[str, str]) -> None:
    server.pages["/news/"] = answer(listing(*links), content_type="text/html; charset=utf-8")


@pytest.fixture
def resources(making: Callable[..., Resources]) -> Resources:
    return making(NEWS)


def polled(resources: Resources) -> tuple[int, SourceState]:
    fresh = resources.loop.run(poll(resources, NEWS))
    return fresh, resources.stores.sources.state("harbour")


def end(resources: Resources, outcome: Indexed | Rejected) -> None:
    """Everything that waits ends so."""
    frontier = resources.stores.frontier
    while batch := frontier.lease(100, default_delay=0, max_batches=10):
        frontier.finish(batch.batch, [(url, outcome) for url in batch.url_ids])


def test_links_that_look_like_articles_are_taken_once_and_new_ones_later(
    resources: Resources, server: FaultServer
) -> None:
    ferry, grain = (
        ("/news/ferry-crews-go-back", "Ferry crews go back"),
        ("/news/the-fire-is-out", "The fire is out"),
    )
    serve(server, ferry, ("/about", "About the paper and its people"))
    assert polled(resources)[0] == 1
    entry = resources.stores.ledger.entry(url_id("http://a.example/news/ferry-crews-go-back"))
    assert entry is not None
    assert (entry.link.found_by.value, entry.link.found_in, entry.link.title) == (
        "section",
        NEWS.section,
        ferry[1],
    )
    serve(server, grain, ferry)
    assert polled(resources)[0] == 1
    assert polled(resources)[0] == 0


def test_a_form_whose_links_are_no_articles_is_followed_no_longer_and_one_whose_are_is(
    resources: Resources, server: FaultServer
) -> None:
    quizzes = [(f"/play/a-quiz-of-the-day-{n}", f"A quiz of the day {n}") for n in "abcd"]
    serve(server, *quizzes[:3])
    assert polled(resources)[0] == 3
    end(resources, Rejected(reason=Reason.NOT_AN_ARTICLE, detail="a quiz"))
    serve(server, *quizzes)
    fresh, state = polled(resources)
    assert (fresh, state.shapes) == (0, {"/w/slug": LinkTally(others=3)})
    serve(server, *[(f"/{n}", f"Story number {n} of this day") for n in (12345, 23456, 34567)])
    polled(resources)
    end(resources, Indexed(article="x"))
    serve(server, ("/12345", "Story one"), ("/23456", "x"), ("/34567", "x"), ("/45678", "!"))
    fresh, state = polled(resources)
    assert (fresh, state.shapes["/N"]) == (1, LinkTally(articles=3))


def test_a_page_without_links_is_said_to_be_empty(
    resources: Resources, server: FaultServer
) -> None:
    server.pages["/news/"] = answer(
        b"<html><body><div id=app></div></body></html>", content_type="text/html"
    )
    fresh, state = polled(resources)
    assert (fresh, state.failure, state.failures) == (0, Failure.EMPTY, 1)
    assert "no link to a page of its site" in (state.error or "")
