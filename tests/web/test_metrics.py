"""``/metrics`` as Prometheus has it."""

import http.client
from collections.abc import Iterable

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from services.metrics.families import FAMILIES
from storage.redis.access.api_keys import Scope
from tests.support.data.ledger_entries import one_in_each_state
from tests.support.promtool import promtool
from tests.support.running_api import Answer, Api


@pytest.fixture
def filled(api: Api) -> Api:
    one_in_each_state(api.resources.stores)
    return api


def scrape(api: Api, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=30)
    connection.request("GET", "/metrics", headers={"Host": "localhost", **named})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return Answer(
        response.status, {name.lower(): text for name, text in response.getheaders()}, body
    )


def samples(metrics: Iterable[Metric]) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in metrics
        for sample in metric.samples
    }


def test_prometheus_reads_it(filled: Api) -> None:
    answer = scrape(filled)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = list(prometheus(answer.body.decode()))
    names = {metric.name + ("_total" if metric.type == "counter" else "") for metric in found}
    assert names == {family.name for family in FAMILIES}
    assert {metric.documentation for metric in found} == {family.help for family in FAMILIES}


def test_both_formats_say_the_same(filled: Api) -> None:
    open_answer = scrape(filled, Accept="application/openmetrics-text; version=1.0.0")
    assert open_answer.headers["content-type"].startswith("application/openmetrics-text")
    found = samples(openmetrics(open_answer.body.decode()))  # type: ignore[no-untyped-call]
    assert found["newsloom_accepted_urls_total",] == 7
    assert found["newsloom_ledger_urls", "indexed"] == 2
    assert found["newsloom_indexing_delay_seconds_count",] == 2
    plain = samples(prometheus(scrape(filled).body.decode()))
    moving = {key for key in plain if "_seconds" in key[0] or "memory" in key[0]}
    assert {key: found[key] for key in plain if key not in moving} == {
        key: plain[key] for key in plain if key not in moving
    }


def test_promtool_finds_no_fault(filled: Api) -> None:
    assert promtool("check", "metrics", given=scrape(filled).body.decode()) == ""


def test_who_may_read_may_ask(filled: Api) -> None:
    elsewhere = {"X_Forwarded_For": "10.0.0.5"}
    refused = scrape(filled, **elsewhere)
    assert refused.status == 401
    assert refused.headers["content-type"] == "application/problem+json"
    key = filled.key(Scope.READ)
    assert scrape(filled, Authorization=f"Bearer {key}", **elsewhere).status == 200
    assert scrape(filled, Authorization="Bearer wrong").status == 401
    assert scrape(filled, Host="evil.example").status == 421
