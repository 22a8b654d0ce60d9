"""The ledger over HTTP."""

import pytest

from storage.redis.access.api_keys import Scope
from tests.support.data.ledger_entries import BASE, one_in_each_state
from tests.support.running_api import Api


@pytest.fixture
def filled(api: Api) -> Api:
    one_in_each_state(api.resources.stores)
    return api


def test_the_totals_add_up(filled: Api) -> None:
    told = filled("/ledger").json
    ends = sum(told[name] for name in ("indexed", "duplicate", "rejected", "dead", "in_flight"))
    assert told["accepted"] == ends == 7
    assert told["reasons"] == {"robots": 1}


def test_a_trace_tells_what_happened(filled: Api) -> None:
    told = filled("/trace", url=BASE + "rejected").json
    assert told["entry"]["state"] == "rejected"
    assert told["entry"]["outcome"]["reason"] == "robots"
    assert [told["events"][place]["event"] for place in (0, -1)] == ["accepted", "rejected"]
    assert filled("/trace", url=BASE + "nowhere").json["state"] == "unknown"


def test_urls_are_looked_up(filled: Api) -> None:
    urls = [BASE + "dead", "mailto:x", BASE + "nowhere"]
    told = filled("/lookup", method="POST", json_body={"urls": urls}).json
    assert [each["state"] for each in told] == ["dead", "refused", "unknown"]
    many = {"urls": [BASE] * 1_001}
    assert filled("/lookup", method="POST", json_body=many).status == 422


def test_dead_letters_are_listed_and_tried_again(filled: Api) -> None:
    [letter] = filled("/dead").json
    assert (letter["url"], letter["error"]) == (BASE + "dead", "no connection")
    body = {"urls": [BASE + "dead", BASE + "indexed"]}
    assert filled("/dead/retry", method="POST", json_body=body).status == 401
    key = filled.key(Scope.WRITE)
    told = filled("/dead/retry", method="POST", key=key, json_body=body).json
    assert told == {"retried": 1}
    assert filled("/dead").json == []
    wrong = filled("/dead/retry", method="POST", key=key, json_body={"urls": ["mailto:x"]})
    assert wrong.status == 400
