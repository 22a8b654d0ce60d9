"""Feeds that write the time of their making into every entry.

No article is fetched again because of it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from config.sources import Source
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.chain.test_run import again, page, through
from workers.chain.run import STAGES
from workers.resources import Resources
from workers.sources.polling import poll

HARBOUR = Source(id="harbour", feed="http://a.example/feed", interval=100)
PATHS = ("1", "2", "3", "4")
Dates = Callable[[datetime, int], datetime]


class Desk:
    """A site and the one who reads it, hour by hour."""

    def __init__(self, resources: Resources, server: FaultServer) -> None:
        self._resources, self._server = resources, server
        self.now = datetime.now(UTC)
        for path in PATHS:
            server.pages[f"/{path}"] = page(path)

    def hour(self, dates: Dates, paths: tuple[str, ...] = PATHS) -> None:
        """The feed is polled, and what the poll brought goes all the way.

        ``dates`` by now and the entry's place.
        """
        self.now += timedelta(hours=1)
        entries = (
            f"<entry><link href='http://a.example/{path}'/><published>2025-12-24T08:00:00Z</published>"
            f"<updated>{dates(self.now, place).isoformat()}</updated></entry>"
            for place, path in enumerate(paths)
        )
        document = (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{"".join(entries)}</feed>'
        )
        self._server.pages["/feed"] = answer(document.encode())
        if self._resources.loop.run(poll(self._resources, HARBOUR)):
            _, message = again(self._resources)
            assert through(self._resources, message, *STAGES) is None

    def fetches(self) -> dict[str, int]:
        asked = self._server.paths()
        return {path: asked.count(f"/{path}") for path in PATHS}


@pytest.fixture
def desk(making: Callable[..., Resources], server: FaultServer) -> Desk:
    made: list[Desk] = []
    resources = making(
        HARBOUR, clock=lambda: made[0].now.timestamp() if made else datetime.now(UTC).timestamp()
    )
    made.append(Desk(resources, server))
    return made[0]


@pytest.mark.parametrize(
    "dates",
    [
        lambda now, _: now,
        lambda now, place: now - timedelta(seconds=place),
        lambda now, _: now - timedelta(minutes=7),
        lambda now, _: now + timedelta(hours=1),
    ],
    ids=["now", "while it was made", "when its cache was made", "in another zone"],
)
def test_each_article_of_a_feed_that_stamps_its_entries_is_fetched_once(
    desk: Desk, dates: Dates
) -> None:
    for _ in range(5):
        desk.hour(dates)
    assert desk.fetches() == dict.fromkeys(PATHS, 1)


def test_a_new_article_of_such_a_feed_is_taken(desk: Desk) -> None:
    for paths in (PATHS[1:], PATHS, PATHS):
        desk.hour(lambda now, _: now, paths)
    assert desk.fetches() == dict.fromkeys(PATHS, 1)


def test_an_entry_that_changed_beside_stamped_ones_is_fetched_again(desk: Desk) -> None:
    stamp = desk.now
    desk.hour(lambda *_: stamp)
    desk.hour(lambda now, place: now if place == 0 else stamp)
    assert desk.fetches() == {"1": 2, "2": 1, "3": 1, "4": 1}


def test_a_feed_whose_dates_are_mended_is_believed_again(desk: Desk) -> None:
    desk.hour(lambda now, _: now)
    ended = desk.now
    for _ in range(2):
        desk.hour(lambda _, place: ended - timedelta(minutes=10 * place))
    assert desk.fetches() == dict.fromkeys(PATHS, 1)
    desk.hour(lambda now, place: now if place == 2 else ended - timedelta(minutes=10 * place))
    assert desk.fetches() == {"1": 1, "2": 1, "3": 2, "4": 1}
