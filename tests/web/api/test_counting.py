"""Counts over HTTP: they add up, and are those of the search."""

import csv
import io
import socket
import threading
import time
from typing import Any

import pytest

from pipeline.sources.gaps import Gap, GapCause
from pipeline.sources.state import SourceState
from services.counts.batch import Batch, Budget
from tests.support.running_api import Api
from web.api import counting

DAY = 86_400.0
DECEMBER = 1_512_086_400.0  # 2017-12-01


def total_of(api: Api, query: str = "") -> int:
    total: int = api("/search", q=query, limit=0).json["total"]
    return total


def sum_of(told: dict[str, Any]) -> int:
    bars = sum(bar["count"] for bar in told["bars"])
    return int(bars + told["undated"] + told["doubtful"] + told["outside"])


def test_counts_are_those_of_the_search(api: Api) -> None:
    told = api("/count", q="kremlin", by=["month", "source"]).json
    assert told["total"] == total_of(api, "kremlin")
    assert told["by"] == ["month", "source"]
    assert sum(cell["count"] for cell in told["cells"]) == told["total"]
    assert api("/count", by=["colour"]).status == 400


def test_an_answer_has_so_many_counts(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_CELLS", 2)
    answer = api("/count", by=["source", "day"])
    assert (answer.status, "more than 2 combinations" in answer.json["detail"]) == (400, True)
    assert api("/count").status == 200


def test_a_timeline_adds_up(api: Api) -> None:
    told = api("/timeline", interval="week", share="true", source="source-1").json
    assert sum_of(told) == told["total"] == total_of(api, "source:source-1")
    assert told["sources"] == ["source-1"]
    assert {bar["share"] for bar in told["bars"]} <= {1.0, None}
    within = api("/timeline", start="2017-11-01", end="2017-12-01", interval="day").json
    assert len(within["bars"]) == 30
    assert within["outside"] > 0
    assert sum_of(within) == total_of(api)


def test_a_gap_stands_beside_the_timeline(api: Api) -> None:
    text = "- {id: source-1, feed: 'https://a.example/'}"
    api.resources.settings.sources.write_text(text)
    gap = Gap(start=DECEMBER + DAY, end=DECEMBER + 2 * DAY, cause=GapCause.FAILING)
    api.resources.stores.sources.record("source-1", SourceState(), next_poll=0, gaps=[gap])
    asked: dict[str, Any] = {"start": "2017-12-01", "end": "2017-12-04", "interval": "day"}
    told = api("/timeline", **asked).json
    assert [bar["missed"] for bar in told["bars"]] == [0, DAY, 0]
    assert [each["source"] for each in told["gaps"]] == ["source-1"]
    assert api("/coverage", start="2017-12-01", end="2017-12-04").json == told["gaps"]
    assert api("/coverage", start="2017-12-03", end="2017-12-04").json == []


def test_queries_are_compared_on_one_axis(api: Api) -> None:
    told = api("/compare", q=["kremlin", "кремле"], interval="month").json
    first, second = told["timelines"]
    assert [bar["start"] for bar in first["bars"]] == [bar["start"] for bar in second["bars"]]
    assert [each["total"] for each in told["timelines"]] == [
        total_of(api, "kremlin"),
        total_of(api, "кремле"),
    ]
    assert api("/compare", q="kremlin").status == 422


def test_a_range_that_does_not_fit_is_said(api: Api) -> None:
    wrong_ranges: list[dict[str, Any]] = [
        {"start": "2017-12-02", "end": "2017-12-01"},
        {"start": "1900-01-01", "end": "2017-12-01", "interval": "hour"},
    ]
    for asked in wrong_ranges:
        answer = api("/timeline", **asked)
        assert answer.status == 400, answer.body
    for wrong in ("1512086400", "yesterday", "2017-13-01", "2017-12-01T10:00"):
        assert api("/timeline", start=wrong).status == 422


def test_a_range_at_the_ends_of_time_is_answered_or_refused(api: Api) -> None:
    for beyond in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert api("/timeline", start=beyond).status == 422
        assert api("/coverage", start=beyond, end=beyond).status == 422
    hour: dict[str, Any] = {"start": "9999-12-31T23:00:00Z", "end": "9999-12-31T23:59:59Z"}
    [bar] = api("/timeline", **hour, interval="hour").json["bars"]
    assert bar["start"] < bar["end"]
    asked = {"queries": ["kremlin"]}
    last = api("/batch", method="POST", json_body=asked, interval="day", start="9999-12-31").json
    assert len(last["periods"]) == 2
    east = api("/timeline", start="2017-12-01T02:00:00+02:00", end="2017-12-02").json
    assert east["bars"][0]["start"] == "2017-12-01T00:00:00Z"


def test_a_batch_in_json(api: Api) -> None:
    queries = ["kremlin", "кремле", "fox AND"]
    told = api("/batch", method="POST", json_body={"queries": queries}, interval="month").json
    rows = {row["query"]: row for row in told["rows"]}
    assert rows["fox AND"]["error"]
    for query in queries[:2]:
        row = rows[query]
        assert len(row["counts"]) == len(told["periods"]) - 1
        rest = row["undated"] + row["doubtful"] + row["outside"]
        assert sum(row["counts"]) + rest == row["total"] == total_of(api, query)


def test_a_batch_in_csv(api: Api) -> None:
    body = 'query,note\r\nkremlin,a\r\n"=1+1",b\r\n-kremlin,c\r\n'.encode("utf-8-sig")
    headers = {"Content-Type": "text/csv; charset=utf-8", "Accept": "text/csv"}
    answer = api("/batch", method="POST", body=body, headers=headers, interval="year")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert [row["query"] for row in rows] == ["kremlin", "'=1+1", "'-kremlin"]
    assert int(rows[0]["total"]) == total_of(api, "kremlin")
    years = [int(value) for name, value in rows[0].items() if name.startswith("20")]
    assert sum(years) + int(rows[0]["undated"]) == int(rows[0]["total"])


def test_a_batch_that_does_not_fit_is_refused(api: Api) -> None:
    bodies: list[object] = [{}, {"queries": []}, {"queries": [1]}, [], {"queries": ["x" * 4_001]}]
    bodies.append({"queries": ["x"] * 5_001})
    for body in bodies:
        assert api("/batch", method="POST", json_body=body).status == 422
    assert api("/batch", method="POST", body=b"{").status == 422
    assert api("/batch", method="POST", json_body={"queries": ["x"]}, interval="hour").status == 400
    csv_of = {"Content-Type": "text/csv"}
    for text in (b"", b"query\n", b'"' + b"x" * 200_000):
        assert api("/batch", method="POST", body=text, headers=csv_of).status == 422
    large = api("/batch", method="POST", body=b"x" * 4_000_001)
    assert (large.status, large.json["status"]) == (413, 413)


def test_a_batch_that_takes_too_long_says_how_far_it_came(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "BATCH_SECONDS", 0.0)
    answer = api("/batch", method="POST", json_body={"queries": ["fox", "cat"]})
    assert (answer.status, answer.json["type"]) == (400, "urn:newsloom:problem:batch")
    assert "0 of 2 queries were counted" in answer.json["detail"]


def test_a_batch_ends_with_its_client(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    told, stopped = list[bool](), threading.Event()

    def endless(_counting: object, _queries: object, _periods: object, budget: Budget) -> Batch:
        while budget.wanted():
            told.append(True)
            time.sleep(0.05)
        stopped.set()
        return Batch(rows=())

    monkeypatch.setattr(counting, "batch", endless)
    body = b'{"queries": ["fox"]}'
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(
            b"POST /api/v1/batch HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        assert not stopped.wait(1)
    assert stopped.wait(10)
    assert told


def test_a_batch_counts_as_several_requests(api: Api) -> None:
    one = api("/batch", method="POST", json_body={"queries": ["x"] * 49})
    assert one.headers["ratelimit"].startswith('"default";r=599;')
    many = api("/batch", method="POST", json_body={"queries": ["x"] * 1_000})
    assert many.headers["ratelimit"].startswith(('"default";r=578;', '"default";r=579;'))
