"""What the web process is asked: with which credentials, under which names, in which odd forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.support.deployments import SECRET, TOKEN
from tests.support.servers.hub import sha

CLOSED = "closed"
WRONG_TOKEN = "A" * 32
FOREIGN = "Origin: http://evil.example"
SPOOFED = "evil.example"
_FEED = '<rss version="2.0"><channel><title>Press</title>{}</channel></rss>'
_ITEM = "<item><title>News</title><link>http://press.example/{}</link></item>"
PUSH, FORGED = (_FEED.format(_ITEM.format(name)).encode() for name in ("true", "forged"))


@dataclass(frozen=True)
class Request:
    """One row of the matrix, for each place.

    Attributes:
        part: that is asked.
        credentials: in words.
        words: what is asked.
        data: as it goes over the wire.
        expected: any of these statuses or words.
        elsewhere: the same from another address; None where that makes no difference.
    """

    part: str
    credentials: str
    words: str
    data: bytes
    expected: tuple[int | str, ...]
    elsewhere: tuple[int | str, ...] | None = None

    @property
    def expected_elsewhere(self) -> tuple[int | str, ...]:
        """What it gets from another address, where it gets there."""
        return self.expected if self.elsewhere is None else self.elsewhere


def http(
    method: str, path: str, *headers: str, host: str = "newsloom.example", body: bytes = b""
) -> bytes:
    """A request as bytes."""
    length = [f"Content-Length: {len(body)}"] if body or method == "POST" else []
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *length, *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def web_requests() -> Iterator[Request]:
    """A hub's credentials are the token in the path, and the signature of a push."""
    right, wrong = f"/websub/{TOKEN}", f"/websub/{WRONG_TOKEN}"
    signed = f"X-Hub-Signature: {sha(SECRET, PUSH)}"
    missigned = f"X-Hub-Signature: {sha('other', FORGED)}"
    yield from page_requests()
    yield from metrics_requests()
    for path in ("/websub/", "/docs", "/openapi.json", "/websub/../../etc/passwd",
                 "/websub/%2e%2e%2fetc", "http://evil.example/"):  # fmt: skip
        spoofed = http("GET", path)
        yield Request("web", "none", f"GET {path}, spoofed Host", spoofed, (421, 404))
        known = http("GET", path, host="localhost")
        yield Request("web", "none", f"GET {path}", known, (404,))
    for name, path, ok in (("wrong", wrong, 404), ("right", right, 202)):
        yield Request("web", name, "GET", http("GET", path), (404,))
        yield Request("web", name, "POST unsigned", http("POST", path, body=FORGED), (ok,))
        forged = http("POST", path, missigned, body=FORGED)
        yield Request("web", name, "POST, wrong signature", forged, (ok,))
        pushed = http("POST", path, signed, body=PUSH)
        yield Request("web", name, "POST, right signature", pushed, (ok,))
        foreign = http("POST", path, FOREIGN, "Sec-Fetch-Site: cross-site", body=FORGED)
        yield Request("web", name, "POST unsigned, foreign Origin", foreign, (ok,))
        spoofed = http("POST", path, host=SPOOFED, body=FORGED)
        yield Request("web", name, "POST unsigned, spoofed Host", spoofed, (ok,))
        for method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
            yield Request("web", name, method, http(method, path), (405,))
    yield from odd_requests("web", "wrong", wrong, (404,))


def api_requests(keys: Mapping[str, str]) -> Iterator[Request]:
    """The API: reading is free on loopback, all else needs a key of the right scope."""
    who, retry = "/api/v1/whoami", "/api/v1/dead/retry"
    given = {"none": None, "wrong": "newsloom_read_wrong", **keys}
    for name, key in given.items():
        reads = 200 if name in keys else 401
        writes = {"none": 401, "wrong": 401, "read": 403}.get(name, 200)
        login = [f"Authorization: Bearer {key}"] if key else []

        def reading(words: str, *more: str, host: str = "localhost") -> tuple[str, bytes]:
            return words, http("GET", who, *login, *more, host=host)  # noqa: B023 - used at once

        def writing(words: str, *more: str, host: str = "localhost") -> tuple[str, bytes]:
            json = "Content-Type: application/json"
            made = http("POST", retry, json, *login, *more, host=host, body=b'{"urls": []}')  # noqa: B023
            return words, made

        free = 200 if name == "none" else reads
        yield Request("API", name, *reading("GET whoami"), (free,), (reads,))
        yield Request(
            "API", name, *reading("GET whoami, foreign Origin", FOREIGN), (free,), (reads,)
        )
        passed_on = reading("GET whoami, X-Forwarded-For", "X-Forwarded-For: 10.0.0.5")
        yield Request("API", name, *passed_on, (reads,))
        yield Request("API", name, *reading("GET whoami, spoofed Host", host=SPOOFED), (421,))
        yield Request("API", name, *writing("POST retry"), (writes,))
        own = writing("POST retry, own Origin", "Origin: http://localhost")
        yield Request("API", name, *own, (writes,))
        yield Request("API", name, *writing("POST retry, foreign Origin", FOREIGN), (403,))
        crossed = writing("POST retry, cross-site", "Sec-Fetch-Site: cross-site")
        yield Request("API", name, *crossed, (403,))
        yield Request("API", name, *writing("POST retry, spoofed Host", host=SPOOFED), (421,))
        described = http("GET", "/api/v1/openapi.json", *login, host="localhost")
        yield Request("API", name, "GET openapi.json", described, (free,), (reads,))
        scraped = http("GET", "/metrics", *login, host="localhost")
        yield Request("API", name, "GET /metrics", scraped, (free,), (reads,))
        preflight = http(
            "OPTIONS", retry, FOREIGN, "Access-Control-Request-Method: POST", host="localhost"
        )
        yield Request("API", name, "preflight, foreign Origin", preflight, (405,))
    yield from odd_requests("API", "none", who, (200, 421, 401))


def page_requests() -> Iterator[Request]:
    """On loopback pages are read and not changed; from elsewhere one has to sign in."""
    signed_in = "Cookie: newsloom_session=proxy:ada"
    for path in ("/", "/search?q=a", "/sources", "/pipeline", "/trace", "/latest"):
        ok = (404,) if path == "/latest" else (200, 503)  # compose's index is not there
        away = (404,) if path == "/latest" else (303,)
        yield Request("web", "none", f"GET {path}", http("GET", path, host="localhost"), ok, away)
        made_up = http("GET", path, signed_in, host="localhost")
        yield Request("web", "made up cookie", f"GET {path}", made_up, ok, away)
        spoofed = http("GET", path)
        yield Request("web", "none", f"GET {path}, spoofed Host", spoofed, (421,))
    for path in ("/sources/discover", "/sources/x/remove", "/pipeline/dead/retry"):
        posted = http("POST", path, body=b"csrf=x", host="localhost")
        yield Request("web", "none", f"POST {path}", posted, (403,), (303,))
        foreign = http("POST", path, FOREIGN, body=b"csrf=x", host="localhost")
        yield Request("web", "none", f"POST {path}, foreign Origin", foreign, (403,))


def metrics_requests() -> Iterator[Request]:
    """As the API's reading, without a key here; with one see ``api_requests``."""
    free = http("GET", "/metrics", host="localhost")
    yield Request("web", "none", "GET /metrics", free, (200,), (401,))
    yield Request("web", "none", "GET /metrics, spoofed Host", http("GET", "/metrics"), (421,))
    passed_on = http("GET", "/metrics", "X-Forwarded-For: 10.0.0.5", host="localhost")
    yield Request("web", "none", "GET /metrics, X-Forwarded-For", passed_on, (401,))
    posted = http("POST", "/metrics", host="localhost")
    yield Request("web", "none", "POST /metrics", posted, (405,))


def odd_requests(
    part: str, credentials: str, path: str, usual: tuple[int, ...]
) -> Iterator[Request]:
    """Headers that no client sends; a long one may be read like any other, never more than that."""
    bad: tuple[int | str, ...] = (400, 431, CLOSED)
    for words, headers, expected in (
        ("header of 8 KB", (f"X: {'x' * 8_000}",), usual),
        ("header of 1 MB", (f"X: {'x' * 1_000_000}",), bad),
        ("20,000 headers", tuple(f"X-{n}: x" for n in range(20_000)), bad),
        ("NUL in a header", ("X: a\0b",), bad),
        ("header without a name", (": x",), bad),
        ("two lengths", ("Content-Length: 1", "Content-Length: 2"), bad),
        ("negative length", ("Content-Length: -1",), bad),
        ("unknown coding", ("Transfer-Encoding: wrong",), (*bad, 501)),
    ):
        yield Request(part, credentials, f"GET, {words}", http("GET", path, *headers), expected)
    yield Request(part, credentials, "no HTTP", b"\x16\x03\x01\x02\r\n\r\n", bad)
