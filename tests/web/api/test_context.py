"""Work that takes long leaves threads for others."""

import http.client
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from services.articles.sample import Sample
from services.counts.batch import Batch
from tests.support.running_api import Answer, Api
from web.api import context, counting, searching
from web.api.context import BATCHES_AT_ONCE, COSTLY_AT_ONCE

DAY: dict[str, Any] = {"start": "2017-12-01", "end": "2017-12-02"}
COSTLY: dict[str, dict[str, Any]] = {
    "/count": {},
    "/timeline": {},
    "/compare": {"q": ["fox", "cat"]},
    "/coverage": DAY,
    "/explain": {},
    "/significant": {},
    "/sample": {},
    "/lookup": {"method": "POST", "json_body": {"urls": []}},
    "/articles/0123456789/similar": {},
}


@contextmanager
def busy(
    ask: Callable[[], Answer], places: int, begun: threading.Semaphore
) -> Iterator[list[Future[Answer]]]:
    """As many requests as there are places, all under way."""
    with ThreadPoolExecutor(places) as threads:
        asked = [threads.submit(ask) for _ in range(places)]
        for _ in asked:
            assert begun.acquire(timeout=20)
        yield asked


class Slow:
    """A service that answers when it is told to."""

    def __init__(self, answer: object) -> None:
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()
        self._answer = answer

    def __call__(self, *_given: object, **_named: object) -> object:
        self.begun.release()
        assert self.go_on.wait(20)
        return self._answer


def page_status(api: Api) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=20)
    connection.request("GET", "/login")
    status = connection.getresponse().status
    connection.close()
    return status


def test_costly_requests_leave_room_for_others(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(Sample(total=0, seed=0, hits=()))
    monkeypatch.setattr(searching, "sample", slow)
    monkeypatch.setattr(context, "PLACE_SECONDS", 0.1)
    with busy(lambda: api("/sample"), COSTLY_AT_ONCE, slow.begun) as asked:
        for path, given in COSTLY.items():
            refused = api(path, **given)
            assert (path, refused.status, refused.headers["retry-after"]) == (path, 503, "5")
        assert api("/search").status == 200
        assert page_status(api) == 200
        slow.go_on.set()
        assert [each.result().status for each in asked] == [200] * COSTLY_AT_ONCE
    assert api("/sample").status == 200


def test_a_costly_request_waits_for_a_place(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(Sample(total=0, seed=0, hits=()))
    monkeypatch.setattr(searching, "sample", slow)
    with busy(lambda: api("/sample"), COSTLY_AT_ONCE, slow.begun), ThreadPoolExecutor(1) as one:
        later = one.submit(api, "/count")
        with pytest.raises(TimeoutError):
            later.result(timeout=0.3)
        slow.go_on.set()
        assert later.result().status == 200


def test_batches_leave_places_for_counts(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(Batch(rows=()))
    monkeypatch.setattr(counting, "batch", slow)
    monkeypatch.setattr(context, "PLACE_SECONDS", 0.1)

    def ask() -> Answer:
        return api("/batch", method="POST", json_body={"queries": ["fox"]})

    with busy(ask, BATCHES_AT_ONCE, slow.begun):
        assert ask().status == 503
        assert api("/count").status == 200
        slow.go_on.set()


def test_a_failure_gives_its_place_back(api: Api) -> None:
    for _ in range(2 * COSTLY_AT_ONCE):
        assert api("/sample", q="fox AND").status == 400
        assert api("/sample", size="many").status == 422
