"""Which sitemap of an index is fetched next."""

from datetime import UTC, datetime, timedelta

from pipeline.discover.sitemaps import Child
from pipeline.urls import Url
from workers.sources.sitemaps.child_queue import ChildQueue

NOW = datetime(2026, 1, 20, tzinfo=UTC)


def child(path: str, *, days_ago: float | None = None, host: str = "a.example") -> Child:
    modified = None if days_ago is None else NOW - timedelta(days=days_ago)
    return Child(url=Url(f"http://{host}/{path}"), modified=modified)


def order(queue: ChildQueue) -> list[str]:
    paths = []
    while waiting := queue.next():
        queue.remove(waiting)
        paths.append(waiting.child.url.path)
    return paths


def test_what_promises_most_and_what_waits_longest_take_turns() -> None:
    queue = ChildQueue(["http://a.example/old", "http://a.example/older-asked-later"])
    for each in (child("old", days_ago=9), child("new", days_ago=1), child("mid", days_ago=5)):
        queue.add(each, depth=1)
    assert order(queue) == ["/new", "/mid", "/old"]


def test_without_dates_news_goes_first_then_the_highest_number() -> None:
    queue = ChildQueue([])
    for path in ("map-2.xml", "map-10.xml", "news.xml"):
        queue.add(child(path), depth=1)
    first = queue.next()
    assert first is not None
    assert first.child.url.path == "/news.xml"


def test_hosts_at_rest_are_passed_over_and_keep_their_place() -> None:
    queue = ChildQueue([])
    queue.add(child("a", days_ago=1), depth=1)
    queue.add(child("b", days_ago=9, host="b.example"), depth=2)
    queue.resting.add("a.example")
    waiting = queue.next()
    assert waiting is not None
    assert (waiting.child.url.host, waiting.depth) == ("b.example", 2)
    queue.remove(waiting)
    assert queue.next() is None
    assert len(queue) == 1
