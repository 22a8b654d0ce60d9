"""Work that takes long leaves threads for others."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.articles.sample import Sample
from tests.support.running_api import Api
from web.api import searching
from web.api.context import COSTLY_AT_ONCE


def test_costly_requests_leave_room_for_others(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_given: object, **_named: object) -> Sample:
        begun.release()
        assert go_on.wait(20)
        return Sample(total=0, seed=0, hits=())

    monkeypatch.setattr(searching, "sample", slow)
    with ThreadPoolExecutor(COSTLY_AT_ONCE) as threads:
        busy = [threads.submit(api, "/sample") for _ in range(COSTLY_AT_ONCE)]
        for _ in busy:
            assert begun.acquire(timeout=20)
        refused = api("/sample")
        assert (refused.status, refused.headers["retry-after"]) == (503, "5")
        assert api("/search").status == 200
        go_on.set()
        assert [each.result().status for each in busy] == [200] * COSTLY_AT_ONCE
    assert api("/sample").status == 200


def test_a_failure_gives_its_place_back(api: Api) -> None:
    for _ in range(2 * COSTLY_AT_ONCE):
        assert api("/sample", q="fox AND").status == 400
