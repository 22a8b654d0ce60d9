"""From httpcore's response to the exchange that the archive keeps."""

from datetime import UTC, datetime

import httpcore

from pipeline.urls import Url
from storage.archive.exchange import Exchange
from workers.fetch.recording import exchange_of

NOW = datetime(2026, 1, 2, 10, tzinfo=UTC)


class Stream:
    def get_extra_info(self, name: str) -> object:
        return ("93.184.216.34", 443) if name == "server_addr" else None


def record(url: str, **extensions: object) -> Exchange:
    response = httpcore.Response(200, headers=[(b"Server", b"x")], extensions=extensions)
    sent = [(b"Host", b"a.example")]
    return exchange_of(Url(url), NOW, sent, response, b"body", whole=True)


def test_the_target_is_the_path_with_its_query() -> None:
    assert record("https://a.example/news?id=7&x=").target == "/news?id=7&x="
    assert record("https://a.example").target == "/"


def test_protocol_reason_and_address_are_what_the_connection_says() -> None:
    known = record(
        "https://a.example/",
        http_version=b"HTTP/1.1",
        reason_phrase=b"Fine",
        network_stream=Stream(),
    )
    assert (known.protocol, known.reason, known.address) == ("http/1.1", b"Fine", "93.184.216.34")
    unknown = record("https://a.example/", http_version=b"HTTP/2")
    assert (unknown.protocol, unknown.reason, unknown.address) == ("h2", b"", None)


def test_headers_and_body_are_kept_as_they_were_sent() -> None:
    kept = record("https://a.example/")
    assert (kept.sent, kept.received) == (((b"Host", b"a.example"),), ((b"Server", b"x"),))
    assert (kept.status, kept.body, kept.whole, kept.started) == (200, b"body", True, NOW)
