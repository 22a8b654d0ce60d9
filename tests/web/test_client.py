"""The client against a running API."""

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.redis.access.api_keys import Scope
from tests.support.data.articles import article, article_id
from tests.support.running_api import Api, api_on, settings_in
from web.client import ApiError, Client
from workers.resources import Resources


@pytest.fixture
def news(api: Api) -> Client:
    api.resources.index.put([article("one")])
    return Client(f"http://localhost:{api.port}")


def test_it_reads_every_page(api: Api, news: Client) -> None:
    api.resources.index.put([article(f"many-{number}") for number in range(230)])
    found = news.search("fox")
    ids = [each["id"] for each in found]
    assert len(ids) == len(set(ids)) == found.total == len(found) == 231
    assert [each["id"] for each in found.first(3)] == ids[:3]


def test_a_search_becomes_a_table(news: Client) -> None:
    table = news.search("kremlin").to_dataframe(most=5)
    assert len(table) == 5
    assert {"id", "title", "published", "source"} <= set(table.columns)
    assert str(table["published"].dt.tz) == "UTC"
    assert news.search("nothing").to_dataframe().empty


def test_a_timeline_becomes_a_table(news: Client) -> None:
    shown = news.timeline("kremlin", interval="month", share=True)
    table = shown.to_dataframe()
    undated = shown.told["undated"] + shown.told["doubtful"]
    assert table["count"].sum() + undated == shown.total == news.search("kremlin").total
    assert shown.bars[0]["count"] == table["count"].iloc[0]


def test_one_article_counts_samples_and_batches(news: Client) -> None:
    assert news.article(article_id("one"))["article"]["title"] == "Headline one"
    assert news.count("kremlin", by=["source"])["by"] == ["source"]
    assert len(news.sample("kremlin", size=3, seed=1)) == 3
    [row] = news.batch(["kremlin"], interval="year")["rows"]
    assert row["total"] == news.search("kremlin").total


def test_any_number_of_urls_is_looked_up(news: Client) -> None:
    urls = [f"https://nowhere.example/{number}" for number in range(1_200)]
    found = news.lookup(urls)
    assert [each["url"] for each in found] == urls
    assert {each["state"] for each in found} == {"unknown"}


def test_errors_are_those_of_the_api(api: Api, news: Client) -> None:
    with pytest.raises(ApiError, match="There is no field") as told:
        news.search("colour:red")
    assert (told.value.status, told.value.problem["position"]) == (400, 0)
    with pytest.raises(ApiError, match="not valid"):
        Client(f"http://localhost:{api.port}", "wrong").search()
    with pytest.raises(ApiError, match="refused") as none:
        Client("http://127.0.0.1:1").search()
    assert none.value.status == 0
    for address in ("news.example", "file:///etc/passwd", "https://"):
        with pytest.raises(ValueError, match="expected http"):
            Client(address)


def test_a_key_is_sent(tmp_path: Path, redis_url: str, namespace: str) -> None:
    public = settings_in(tmp_path, redis_url, namespace, public_url="https://news.example")
    with api_on(Resources(public)) as closed:
        base = f"http://localhost:{closed.port}"
        with pytest.raises(ApiError, match="newsloom keys add"):
            Client(base).search()
        assert Client(base, closed.key(Scope.READ)).search().total == 0


def test_it_waits_as_long_as_the_api_asks(tmp_path: Path, redis_url: str, namespace: str) -> None:
    busy = settings_in(tmp_path, redis_url, namespace, web_rate=60)
    with api_on(Resources(busy)) as running:
        limits = running.resources.stores.rate_limits
        limits.take("address:127.0.0.1", per_minute=60, cost=60)
        assert Client(f"http://localhost:{running.port}").search().total == 0


@pytest.fixture
def redirecting() -> Iterator[int]:
    """A server that sends everybody elsewhere."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/stolen")
            self.end_headers()

        def log_message(self, *_given: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_key_follows_no_redirect(redirecting: int) -> None:
    with pytest.raises(ApiError) as told:
        Client(f"http://127.0.0.1:{redirecting}", "key").search()
    assert told.value.status == 302


@contextmanager
def answering(answer: bytes | None) -> Iterator[Client]:
    """A client of a server that sends these bytes to whoever asks; None: it never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(10_000)
                if answer is None:
                    done.wait(20)
                else:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Client(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=0.5)
        done.set()
        thread.join(20)


@pytest.mark.parametrize(
    ("answer", "said", "status"),
    [
        (None, "timed out", 0),
        (b"", "closed connection|reset", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "99 more expected", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html", "not JSON", 0),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 100\r\n\r\n{", "answers 502", 502),
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 2\r\n\r\n[]", "answers 502", 502),
    ],
)
def test_an_answer_that_does_not_come_whole_is_an_error(
    answer: bytes | None, said: str, status: int
) -> None:
    with answering(answer) as client, pytest.raises(ApiError, match=said) as told:
        client.get("/search")
    assert told.value.status == status
