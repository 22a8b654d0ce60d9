import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import feedparser
import lxml.etree
import protego
import pytest

from demo.server import NewsroomServer
from demo.site import SAMPLE, publish
from pipeline.discover.feeds import NotAFeed, parse_feed

HARBOUR, STADTBOTE, AGENCIA = "harbour-post.example", "stadtbote.example", "agencia-wire.example"
FEEDS = {HARBOUR: "/feed/", STADTBOTE: "/atom.xml", AGENCIA: "/rss"}
ATOM = "{http://www.w3.org/2005/Atom}"


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


Get = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLE, tmp_path / "newsroom")


@pytest.fixture
def server(folder: Path) -> Iterator[NewsroomServer]:
    with NewsroomServer(folder) as server:
        yield server


@pytest.fixture
def get(server: NewsroomServer) -> Get:
    """Asks the loopback address for a path, by the host's public name."""

    def ask(host: str, path: str, method: str = "GET", **headers: str) -> Answer:
        with closing(HTTPConnection(*server.hosts[host], timeout=20)) as connection:
            return exchange(connection, host, path, method, **headers)

    return ask


def exchange(
    connection: HTTPConnection, host: str, path: str, method: str = "GET", **headers: str
) -> Answer:
    sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, path, headers=sent)
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


def links(feed: bytes) -> list[str]:
    return [str(entry["link"]) for entry in feedparser.parse(feed).entries]


def path_of(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


def test_every_host_has_its_own_loopback_socket(server: NewsroomServer) -> None:
    assert set(server.hosts) == set(FEEDS)
    assert len(set(server.hosts.values())) == 3
    assert all(address.startswith("127.") for address, _ in server.hosts.values())


@pytest.mark.parametrize("host", FEEDS)
def test_feeds_list_every_article_newest_first(server: NewsroomServer, get: Get, host: str) -> None:
    entries = feedparser.parse(get(host, FEEDS[host]).body).entries
    stories = server.newsroom.stories(host)
    announced = {path_of(entry["link"]) for entry in entries}
    assert {story.redirect_from or story.path for story in stories} < announced
    dates = [tuple(entry.get("published_parsed") or entry["updated_parsed"]) for entry in entries]
    assert all(newer >= older for newer, older in pairwise(dates))
    assert {story.title for story in stories} <= {entry["title"] for entry in entries}


def test_feeds_are_of_three_kinds(get: Get) -> None:
    rss, atom, full = (lxml.etree.fromstring(get(host, path).body) for host, path in FEEDS.items())
    assert (rss.tag, rss.get("version"), atom.tag, full.tag) == ("rss", "2.0", f"{ATOM}feed", "rss")
    assert rss.findtext("channel/item/pubDate")
    assert full.findtext("channel/item/{http://purl.org/dc/elements/1.1/}date")
    encoded = full.findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded")
    assert encoded is not None
    assert encoded.startswith("<p>")


def test_what_the_feeds_announce_ends_in_many_ways(get: Get) -> None:
    ends = {
        path_of(link): get(host, path_of(link)).status
        for host, feed in FEEDS.items()
        for link in links(get(host, feed).body)
    }
    assert {path: status for path, status in ends.items() if status != 200} == {
        "/2026/10/lighthouse-diaries/": 301,
        "/2026/11/quayside-market-cancelled/": 404,
        "/sport/liveticker-stadtlauf.html": 410,
    }


def test_the_redirect_leads_to_the_article(get: Get) -> None:
    location = get(HARBOUR, "/2026/10/lighthouse-diaries/").headers["Location"]
    assert location == f"http://{HARBOUR}/2026/10/keepers-diaries-found-under-lamp-room-floor/"
    assert "biscuit tin" in get(HARBOUR, path_of(location)).text


def test_robots_forbid_exactly_one_announced_page(get: Get) -> None:
    forbidden = []
    for host, feed in FEEDS.items():
        robots = protego.Protego.parse(get(host, "/robots.txt").text)
        forbidden += [
            link for link in links(get(host, feed).body) if not robots.can_fetch(link, "newsloom")
        ]
    assert forbidden == [f"http://{HARBOUR}/members/guide-to-harbour-pensions/"]


def test_the_broken_feed_is_none(get: Get) -> None:
    content = get(HARBOUR, "/broken-feed").body
    with pytest.raises(lxml.etree.XMLSyntaxError):
        lxml.etree.fromstring(content)
    with pytest.raises(NotAFeed):
        parse_feed(
            content, url=f"http://{HARBOUR}/broken-feed", source="harbour", now=datetime.now(UTC)
        )


@pytest.mark.parametrize(
    ("host", "path"), [*FEEDS.items(), (AGENCIA, "/es/20261118/noche-de-estrellas-en-cerro-azul")]
)
def test_unchanged_pages_answer_304_without_a_body(get: Get, host: str, path: str) -> None:
    first = get(host, path)
    for name, header in (("If_None_Match", "ETag"), ("If_Modified_Since", "Last-Modified")):
        again = get(host, path, **{name: first.headers[header]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_the_feed_announces_the_update(server: NewsroomServer, get: Get) -> None:
    before = get(STADTBOTE, "/atom.xml")
    server.update()
    after = get(STADTBOTE, "/atom.xml", If_None_Match=before.headers["ETag"])
    first = lxml.etree.fromstring(after.body).find(f"{ATOM}entry")
    assert first is not None
    assert first.findtext(f"{ATOM}updated") == "2026-11-23T08:40:00+01:00"
    assert first.findtext(f"{ATOM}published") == "2026-11-09T10:15:00+01:00"
    assert first.findtext(f"{ATOM}title", "").endswith("Eröffnung verschoben")
    link = first.find(f"{ATOM}link")
    assert link is not None
    page = get(STADTBOTE, path_of(link.get("href", "")))
    assert "16. August" in page.text
    assert page.headers["Last-Modified"] == "Mon, 23 Nov 2026 07:40:00 GMT"


@pytest.mark.parametrize("host", FEEDS)
def test_a_published_article_leads_the_feed_and_can_be_read(
    folder: Path, get: Get, host: str
) -> None:
    known = get(host, FEEDS[host]).headers["ETag"]
    title = 'Seals < "penguins" & other opinions'
    publish(
        folder,
        host,
        title,
        "One sentence.\n\nAnother.",
        when=datetime(2026, 11, 24, 9, tzinfo=UTC),
        lang="en",
    )
    entry = feedparser.parse(get(host, FEEDS[host], If_None_Match=known).body).entries[0]
    assert entry["title"] == title
    assert "Another." in get(host, path_of(entry["link"])).text


def test_a_bad_file_is_seen_and_mended(folder: Path, get: Get) -> None:
    bad = folder / HARBOUR / "bad.md"
    bad.write_text("---\ntitle: [unclosed\n---\n\nText.\n")
    answer = get(HARBOUR, "/feed/")
    assert (answer.status, "bad.md" in answer.text) == (500, True)
    bad.unlink()
    assert get(HARBOUR, "/feed/").status == 200


def test_a_connection_serves_many_requests(server: NewsroomServer) -> None:
    with closing(HTTPConnection(*server.hosts[HARBOUR], timeout=20)) as connection:
        page = exchange(connection, HARBOUR, "/")
        socket = connection.sock
        head = exchange(connection, HARBOUR, "/", "HEAD")
        known = exchange(connection, HARBOUR, "/", If_None_Match=page.headers["ETag"])
        assert connection.sock is socket
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(page.body)))
    assert (known.status, known.body) == (304, b"")


def test_requests_are_logged_and_the_terminal_left_alone(
    server: NewsroomServer, get: Get, capfd: pytest.CaptureFixture[str]
) -> None:
    get(HARBOUR, "/robots.txt")
    get(AGENCIA, "/nowhere?x=1")
    assert [entry[1:] for entry in server.log] == [
        (HARBOUR, "GET", "/robots.txt", 200),
        (AGENCIA, "GET", "/nowhere?x=1", 404),
    ]
    assert server.log[0].at <= server.log[1].at <= time.monotonic()
    assert capfd.readouterr() == ("", "")


def test_slow_answers_do_not_wait_for_each_other(server: NewsroomServer, get: Get) -> None:
    get(STADTBOTE, "/")
    server.delay = 0.5
    began = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: get(STADTBOTE, "/"), range(12)))
    assert [answer.status for answer in answers] == [200] * 12
    assert time.monotonic() - began < 3


def test_the_end_of_the_block_ends_open_connections(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with NewsroomServer(folder) as server:
        connection = HTTPConnection(*server.hosts[HARBOUR], timeout=20)
        assert exchange(connection, HARBOUR, "/").status == 200
        open_socket = connection.sock
    with closing(connection):
        assert open_socket.recv(1) == b""
        connection.close()
        with pytest.raises(ConnectionRefusedError):
            exchange(connection, HARBOUR, "/")
    assert capfd.readouterr() == ("", "")
