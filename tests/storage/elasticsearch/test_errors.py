"""Which errors pass by themselves, and what is said of them."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, Elasticsearch

from storage.elasticsearch.errors import patiently, unavailable_on_failure
from storage.elasticsearch.index import ElasticsearchIndex
from storage.index import IndexUnavailable
from tests.support.servers.tls_site import make_certificate

PASSWORD = "correct-horse"
CLIENT = Elasticsearch(f"http://elastic:{PASSWORD}@search.example:9200")
NODE = NodeConfig("http", "search.example", 9200)

Answering = Callable[..., int]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Starts servers that answer every request alike; gives the port."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, body: object, certificate: tuple[Path, Path] | None = None) -> int:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(status, json.dumps(body).encode()))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return int(server.server_address[1])

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _handler(status: int, body: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            if status != 200:
                self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def api_error(status: int) -> ApiError:
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.1, NODE)
    return ApiError("went wrong", meta, None)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_what_passes_is_unavailable(status: int) -> None:
    place = "Elasticsearch at http://search.example:9200 "
    with pytest.raises(IndexUnavailable, match=place), unavailable_on_failure(CLIENT):
        raise api_error(status)


@pytest.mark.parametrize("status", [400, 409, 413])
def test_our_own_mistakes_are_not(status: int) -> None:
    with pytest.raises(ApiError), unavailable_on_failure(CLIENT):
        raise api_error(status)


def reason(port: int, scheme: str = "http", *, host: str = "127.0.0.1", **options: Any) -> str:
    """What is said of a server that does not answer as it should."""
    url = f"{scheme}://elastic:{PASSWORD}@{host}:{port}"
    index = ElasticsearchIndex(url, patience=0.5, **options)
    with pytest.raises(IndexUnavailable) as raised:
        index.count()
    words = str(raised.value)
    assert PASSWORD not in words
    begin = f"Elasticsearch at {scheme}://{host}:{port} "
    assert words.startswith(begin)
    return words.removeprefix(begin)


def test_each_cause_has_its_sentence() -> None:
    assert reason(1) == "refuses the connection: is it running?"
    assert (
        reason(9200, host="none.invalid") == "cannot be found: the name none.invalid is not known"
    )


def test_a_server_that_hangs(silent_port: int) -> None:
    assert reason(silent_port) == "does not answer in time"


def test_another_server_on_its_port(answering: Answering) -> None:
    assert reason(answering(200, {})) == "is no Elasticsearch: another server answers there"
    assert reason(answering(200, {}), "https").startswith("fails at TLS: ")


def test_a_certificate_that_nobody_trusts(answering: Answering, tmp_path: Path) -> None:
    port = answering(200, {}, certificate=make_certificate(tmp_path))
    words = reason(port, "https")
    assert words.startswith("has a certificate that cannot be verified: ")
    assert "NEWSLOOM_INDEX_CA_CERTS" in words


def test_missing_and_wrong_credentials(answering: Answering) -> None:
    either = "NEWSLOOM_INDEX_PASSWORD (or NEWSLOOM_INDEX_URL) or NEWSLOOM_INDEX_API_KEY"
    missing = {"error": {"reason": "missing authentication credentials for REST request [/]"}}
    wrong = {"error": {"reason": "unable to authenticate user [elastic]"}}
    assert reason(answering(401, missing)) == (f"wants a password or a key: set {either}")
    assert reason(answering(401, wrong)).startswith(
        f"refuses the password or the key: correct {either}: unable to"
    )
    assert reason(answering(403, wrong)).startswith("does not allow it: ")
    assert reason(answering(503, {})).startswith("answered 503: ")


def failing(times: int, status: int) -> Callable[[], str]:
    left = [times]

    def ask() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise api_error(status)
        return "answer"

    return ask


def test_a_shard_that_is_starting_is_waited_for() -> None:
    assert patiently(failing(2, 503)) == "answer"
    with pytest.raises(ApiError):
        patiently(failing(1, 404))
