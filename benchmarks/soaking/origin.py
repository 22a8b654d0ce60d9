"""The sites that are crawled: made-up articles on loopback, and the log of what was asked."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

HOSTS = 10
FEEDS = 4
"""The first hosts have a feed each; the articles of the others are taken in by command."""
_WINDOW = 400
"""Entries of a feed. One is announced for far longer than any fault lasts."""
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to")
_PARAGRAPHS, _WORDS = 5, 60


def host(number: int) -> str:
    """The name of a host."""
    return f"soak-{number}.example"


def address(number: int) -> str:
    """The URL of an article."""
    return f"http://{host(number % HOSTS)}/2026/11/24/report-{number:06d}"


def title(number: int) -> str:
    """The title of an article, which no other has."""
    return f"Report {number:06d} {_text(random.Random(number), 3)}"


def is_in_feed(number: int) -> bool:
    """Whether a feed announces the article."""
    return number % HOSTS < FEEDS


def _text(words: random.Random, count: int) -> str:
    made = ["".join(words.choices(_SYLLABLES, k=words.randint(2, 4))) for _ in range(count)]
    return " ".join(made).capitalize()


def _paragraphs(number: int) -> list[str]:
    words = random.Random(-number - 1)
    return [f"{_text(words, _WORDS)}." for _ in range(_PARAGRAPHS)]


def first_sentence(number: int) -> str:
    """With which the text of an article begins, and no other text."""
    return _paragraphs(number)[0]


@lru_cache(maxsize=2_000)
def _page(number: int) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in _paragraphs(number))
    name = title(number)
    head = f"<title>{name}</title>"
    return f"<html><head>{head}</head><body><article><h1>{name}</h1>{body}</article>".encode()


@dataclass
class Origin:
    """The server of all hosts. ``with`` starts and ends it.

    Attributes:
        fetches: how often each article was asked for, by its number.
        announced: how many articles the feeds may list.
        opened: the date of all articles; another date would be a change of theirs.
    """

    fetches: Counter[int] = field(default_factory=Counter)
    announced: int = 0
    opened: datetime = field(default_factory=lambda: datetime.now(UTC))
    _server: ThreadingHTTPServer | None = None

    @property
    def hosts(self) -> dict[str, tuple[str, int]]:
        """Where each host answers."""
        assert self._server
        port = int(self._server.server_address[1])
        return {host(number): ("127.0.0.1", port) for number in range(HOSTS)}

    def __enter__(self) -> Self:
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def feed(self, name: str) -> bytes:
        """The newest articles of a host."""
        own = int(name.removeprefix("soak-").partition(".")[0])
        numbers = list(range(own, self.announced, HOSTS))[-_WINDOW:]
        date = format_datetime(self.opened)
        items = "".join(
            f"<item><title>{title(number)}</title><link>{address(number)}</link>"
            f"<pubDate>{date}</pubDate></item>"
            for number in reversed(numbers)
        )
        return f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Origin) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: who asked was killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        if self.path == "/feed":
            self._answer(200, "application/rss+xml", site.feed(self.headers["host"]))
        elif self.path.startswith("/2026/"):
            number = int(self.path.rpartition("-")[2])
            site.fetches[number] += 1
            self._answer(200, "text/html; charset=utf-8", _page(number))
        else:
            self._answer(404, "text/plain", b"")

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing."""
