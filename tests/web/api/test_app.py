"""What holds for all of the API: problems, ids, validators, compression, CORS, its description."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from storage.open import COUNTING_SECONDS
from tests.support.running_api import Api, api_on, settings_in
from tests.support.servers.redis_server import RedisServer, redis_server
from web.api import context, searching
from workers.resources import Resources


def test_every_error_is_a_problem(api: Api) -> None:
    answers = [
        (api("/nothing"), 404),
        (api("/search", method="DELETE"), 405),
        (api("/search", limit="many"), 422),
        (api("/search", q="fox AND"), 400),
        (api("/articles/0123456789"), 404),
        (api("/nothing%0A"), 404),
    ]
    for answer, status in answers:
        assert answer.status == status
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json
        assert told["status"] == status
        assert told["detail"].endswith(".") or "limit" in told["detail"]
        assert told["request_id"] == answer.headers["x-request-id"]


def test_an_address_with_a_line_break_is_the_apis_too(api: Api) -> None:
    answer = api("/articles/01234%0A56789/copies")
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_query_that_cannot_be_read_is_told_with_its_place(api: Api) -> None:
    told = api("/search", q="kremlin AND colour:red").json
    assert (told["type"], told["position"]) == ("urn:newsloom:problem:query", 12)
    assert "There is no field “colour”" in told["detail"]


def test_each_parameter_that_does_not_fit_is_named(api: Api) -> None:
    told = api("/search", limit=101, sort="colour").json
    assert {each["where"] for each in told["errors"]} == {"query.limit", "query.sort"}


def test_a_sane_request_id_is_kept(api: Api) -> None:
    named = api("/search", headers={"X-Request-ID": "trace-0123.abc"})
    assert named.headers["x-request-id"] == "trace-0123.abc"
    for given in ("short", "x" * 65, "with space 12"):
        other = api("/search", headers={"X-Request-ID": given}).headers["x-request-id"]
        assert other != given
        assert len(other) == 32


def test_head_has_the_headers_of_get_without_its_body(api: Api) -> None:
    asked = api("/search", q="kremlin")
    head = api("/search", q="kremlin", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == asked.headers[name]
    assert api("/nothing", method="HEAD").status == 404


def test_an_answer_that_is_known_is_not_sent_again(api: Api) -> None:
    first = api("/search", q="kremlin")
    tag = first.headers["etag"]
    for wanted in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = api("/search", q="kremlin", headers={"If-None-Match": wanted})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
    assert api("/search", q="kremlin", headers={"If-None-Match": '"other"'}).body == first.body
    assert api("/search", q="minister", headers={"If-None-Match": tag}).status == 200
    assert "etag" not in api("/nothing").headers


def test_answers_are_compressed_for_who_takes_it(api: Api) -> None:
    plain = api("/search", q="kremlin", limit=20)
    small = api("/search", q="kremlin", limit=20, headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert len(small.body) < len(plain.body) / 2
    assert gzip.decompress(small.body) == plain.body
    assert small.headers["etag"] == plain.headers["etag"]
    assert small.headers["vary"] == "Accept-Encoding"


def test_the_description_names_every_endpoint_with_its_errors(api: Api) -> None:
    described = api("/openapi.json").json
    assert described["servers"] == [{"url": "/api/v1"}]
    assert {"/search", "/count", "/whoami", "/articles/{article}"} <= set(described["paths"])
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            assert told["description"].endswith("."), (method, path)
            assert {"200", "401", "422", "429", "503"} <= {*told["responses"], "200"}
            problem = told["responses"]["422"]["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}
            for parameter in told.get("parameters", []):
                assert parameter.get("description") or parameter["name"] == "sort", parameter
    assert described["components"]["schemas"]["Problem"]["properties"]["detail"]


def test_there_are_no_pages_that_load_scripts_from_elsewhere(api: Api) -> None:
    assert {api(path).status for path in ("/docs", "/redoc", "/docs/oauth2-redirect")} == {404}


def test_other_origins_read_nothing_unless_they_are_allowed(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    dash = {"Origin": "https://dash.example"}
    asked = {**dash, "Access-Control-Request-Method": "GET"}
    with api_on(Resources(settings_in(tmp_path, redis_url, namespace))) as closed:
        assert "access-control-allow-origin" not in closed("/search", headers=dash).headers
        assert closed("/search", method="OPTIONS", headers=asked).status == 405
    wide = settings_in(tmp_path, redis_url, namespace, web_origins="https://dash.example")
    with api_on(Resources(wide)) as opened:
        shown = opened("/search", headers=dash).headers
        assert shown["access-control-allow-origin"] == "https://dash.example"
        assert "access-control-allow-credentials" not in shown
        other = opened("/search", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
        assert opened("/search", method="OPTIONS", headers=asked).status == 200


@pytest.mark.parametrize("part", ["redis", "index"])
def test_what_does_not_answer_is_a_503_that_says_when_to_come_again(
    tmp_path: Path, redis_url: str, namespace: str, part: str
) -> None:
    redis_at = "redis://127.0.0.1:1/0" if part == "redis" else redis_url
    index_url = "http://127.0.0.1:1" if part == "index" else None
    settings = settings_in(tmp_path, redis_at, namespace, index_url=index_url)
    with api_on(Resources(settings, patience=0.5)) as running:
        answer = running("/search" if part == "index" else "/articles/" + "0" * 32)
        assert answer.status == 503
        assert answer.json["type"] == f"urn:newsloom:problem:{part}"
        assert answer.headers["retry-after"] == "5"


def test_a_defect_is_a_problem_that_tells_nothing_of_our_insides(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(searching, "search", broken)
    answer = api("/search", headers={"X-Request-ID": "request-of-the-test"})
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert b"secret" not in answer.body
    assert answer.json["request_id"] == "request-of-the-test"
    assert "request request-of-the-test was not answered" in caplog.text


def test_search_needs_no_redis(tmp_path: Path, namespace: str) -> None:
    settings = settings_in(tmp_path, "redis://127.0.0.1:1/0", namespace)
    with api_on(Resources(settings, patience=0.5)) as running:
        assert running("/search").json["total"] == 0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as running:
        yield running


def test_a_redis_that_hangs_holds_no_search_up(
    tmp_path: Path, server: RedisServer, namespace: str
) -> None:
    with api_on(Resources(settings_in(tmp_path, server.url, namespace))) as running:
        assert "ratelimit" in running("/search").headers
        with server.frozen():
            began = time.monotonic()
            answers = [running("/search") for _ in range(4)]
            waited = time.monotonic() - began
    assert [each.status for each in answers] == [200] * 4
    assert "ratelimit" not in answers[0].headers
    assert COUNTING_SECONDS <= waited < COUNTING_SECONDS * 4  # it is waited for once


def test_requests_are_counted_again_after_a_rest(
    tmp_path: Path, server: RedisServer, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "UNCOUNTED_SECONDS", 0.5)
    with api_on(Resources(settings_in(tmp_path, server.url, namespace))) as running:
        assert "ratelimit" in running("/search").headers
        server.kill()
        assert "ratelimit" not in running("/search").headers
        server.start()
        time.sleep(0.6)
        assert "ratelimit" in running("/search").headers


def test_each_answer_has_an_example_that_fits_its_schema(api: Api) -> None:
    document = api("/openapi.json").json
    shared = {"components": document["components"]}
    checked = 0
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json")
                if status.startswith("2") and content:
                    jsonschema_rs.validator_for({**content["schema"], **shared}).validate(
                        content["example"]
                    )
                    checked += 1
    assert checked > 20
