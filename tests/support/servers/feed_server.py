"""Feeds of many kinds on loopback: when each publishes, and how its server behaves."""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple

from tests.support.servers.loop_thread import LoopThread

START = datetime(2026, 3, 3, tzinfo=UTC).timestamp()
"""A Tuesday at midnight."""

HOUR, DAY = 3_600.0, 86_400.0
SPAN = 25 * HOUR
"""A day, and an hour for what needs a whole day to be sure of."""

RETRY_AFTER = 900
ADDRESS = "127.0.0.3"


class Request(NamedTuple):
    """A line of the server's log; ``at`` is the world's time."""

    at: float
    host: str
    path: str
    status: int
    conditional: bool


def _hours(*, day: float, night: float, weekend: float = 1.0) -> Callable[[float], float]:
    """Entries an hour by day (7 to 21 o'clock UTC) and by night, and their share at weekends."""

    def rate(at: float) -> float:
        when = datetime.fromtimestamp(at, UTC)
        return (day if 7 <= when.hour < 21 else night) * (weekend if when.weekday() >= 5 else 1.0)

    return rate


RHYTHMS: Mapping[str, Callable[[float], float]] = {
    "busy": _hours(day=4.0, night=1.0),
    "office": _hours(day=1.2, night=0.0, weekend=0.0),
    "nightly": lambda at: 2.5 if 1 <= datetime.fromtimestamp(at, UTC).hour < 5 else 0.0,
    "daily": _hours(day=0.15, night=0.0),
    "weekly": _hours(day=0.0, night=0.0),
}

KINDS: Mapping[str, tuple[str, str, str | None]] = {
    # kind: its rhythm, the level it should have when the day is over, and the failure's kind
    "busy": ("busy", "healthy", None),
    "office": ("office", "healthy", None),
    "nightly": ("nightly", "healthy", None),
    "daily": ("daily", "healthy", None),
    "weekly": ("weekly", "healthy", None),
    "bare": ("office", "healthy", None),
    "slow": ("office", "healthy", None),
    "undated": ("busy", "healthy", None),
    "misdated": ("busy", "healthy", "dates_wrong"),
    "crooked": ("office", "healthy", None),
    "cached": ("busy", "late", None),
    "temporary": ("office", "healthy", None),
    "moved": ("busy", "moved", None),
    "dead": ("daily", "silent", None),
    "stopped": ("busy", "silent", None),
    "limiting": ("office", "healthy", None),
    "malformed": ("office", "failing", "parse"),
    "blocked": ("office", "blocked", "blocked"),
    "captcha": ("office", "blocked", "blocked"),
    "barred": ("office", "blocked", "robots"),
    "gone": ("office", "gone", "gone"),
    "private": ("office", "failing", "connect"),
    "lost": ("office", "failing", "dns"),
    "stalled": ("office", "failing", "timeout"),
}

SHARES: Mapping[str, float] = {
    "busy": 5,
    "office": 17,
    "nightly": 4,
    "daily": 32,
    "weekly": 23,
    "stalled": 0.2,
}
"""How many of a hundred feeds are of a kind; one, where nothing is said."""

LONG_MEMORY = {"stopped"}
"""Kinds whose documents reach back three weeks."""

WITHOUT_VALIDATORS = {"bare", "misdated", "captcha", "malformed"}
CACHED_FOR = 1_200


@dataclass
class Feed:
    """One feed: its kind, its address, and when it publishes, before and on the day."""

    name: str
    kind: str
    host: str
    moments: list[float]
    window: int

    @property
    def path(self) -> str:
        return f"/{self.name}.xml"

    def shown(self, now: float) -> list[float]:
        """The moments of the entries in its document, newest first."""
        return [moment for moment in self.moments if moment <= now][-self.window :][::-1]


def make_feeds(count: int, hosts: int, *, seed: int = 1) -> list[Feed]:
    """Feeds of all kinds by their shares, at least one of each.

    What a whole host does has a host of its own.
    """
    chance = random.Random(seed)
    total = sum(SHARES.get(kind, 1.0) for kind in KINDS)
    counts = {kind: max(1, round(count * SHARES.get(kind, 1.0) / total)) for kind in KINDS}
    counts["office"] += count - sum(counts.values())
    own = ("limiting", "barred", "lost", "stalled")
    shared = [f"site-{number}.example" for number in range(hosts - len(own))]
    feeds = []
    for kind, each in counts.items():
        for number in range(each):
            host = (
                f"{kind}.{'invalid' if kind == 'lost' else 'example'}"
                if kind in own
                else chance.choice(shared)
            )
            window = 600 if kind in LONG_MEMORY else 40
            feeds.append(Feed(f"{kind}-{number}", kind, host, _moments(kind, chance), window))
    return feeds


def _moments(kind: str, chance: random.Random) -> list[float]:
    """A Poisson process by the kind's rates, hour by hour."""
    if kind == "weekly":  # Wednesdays between nine and ten
        return [
            float(round(START + (9 + chance.random()) * HOUR + (1 - 7 * week) * DAY))
            for week in range(6, -1, -1)
        ]
    rate, scale = RHYTHMS[KINDS[kind][0]], chance.uniform(0.7, 1.3)
    weeks, end = (20, START - 90 * DAY) if kind == "dead" else (6, START + SPAN)
    end = START + 12 * HOUR if kind == "stopped" else end
    moments: list[float] = []
    hour = START - weeks * 7 * DAY
    while hour < end:
        at = hour
        while (each := rate(hour) * scale) and (
            at := at + chance.expovariate(each) * HOUR
        ) < hour + HOUR:
            moments.append(float(round(at)))
        hour += HOUR
    return sorted(moment for moment in moments if moment < end)


class FeedServer:
    """Serves all hosts of a world on one socket, and keeps a log in the world's time."""

    def __init__(self, feeds: Iterable[Feed], clock: Callable[[], float]) -> None:
        self._feeds = {(feed.host, feed.path): feed for feed in feeds}
        self._clock = clock
        self._limited: dict[str, int] = {}
        self._thread = LoopThread("feed server")
        self.log: list[Request] = []
        self.port = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        self.port = self._thread.start(self._serve, ADDRESS)
        try:
            yield
        finally:
            self._thread.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                request, *lines = head.rstrip().split("\r\n")
                headers = {
                    name.lower(): value
                    for name, _, value in (line.partition(": ") for line in lines)
                }
                await self._answer(writer, headers.get("host", ""), request.split(" ")[1], headers)
        writer.close()

    async def _answer(
        self, writer: asyncio.StreamWriter, host: str, path: str, headers: Mapping[str, str]
    ) -> None:
        now, feed = self._clock(), self._feeds.get((host, path.removesuffix("?new")))
        conditional = "if-none-match" in headers or "if-modified-since" in headers
        if feed is None:
            barred = path == "/robots.txt" and host.startswith("barred")
            status, body = (200, b"User-agent: *\nDisallow: /") if barred else (404, b"")
            more: dict[str, str] = {}
        else:
            status, body, more = self._of(feed, path, now, headers)
        self.log.append(Request(now, host, path, status, conditional))
        if feed and feed.kind == "stalled":
            await asyncio.sleep(3_600)
        if feed and feed.kind == "slow":
            await asyncio.sleep(0.02)
        lines = [f"HTTP/1.1 {status} x", *(f"{name}: {value}" for name, value in more.items())]
        lines += [] if status == 304 else [f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    def _of(
        self, feed: Feed, path: str, now: float, headers: Mapping[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        fixed: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "gone": (410, b"", {}),
            "blocked": (403, b"", {}),
            "private": (302, b"", {"Location": "http://10.0.0.1/feed"}),
            "malformed": (
                200,
                b"Warning: mysql_connect(): Too many connections in /var/www/feed.php on line 12",
                {},
            ),
            "captcha": (200, CAPTCHA, {"Content-Type": "text/html"}),
        }
        if feed.kind in fixed:
            return fixed[feed.kind]
        if feed.kind in {"moved", "temporary"} and not path.endswith("?new"):
            return 301 if feed.kind == "moved" else 302, b"", {"Location": f"{feed.path}?new"}
        if feed.kind == "limiting":
            count = self._limited[feed.host] = self._limited.get(feed.host, 0) + 1
            if count % 8 == 0:
                until = format_datetime(datetime.fromtimestamp(now + RETRY_AFTER, UTC), usegmt=True)
                return 429, b"", {"Retry-After": until if count % 16 == 0 else str(RETRY_AFTER)}
        shown = feed.shown(now)
        more: dict[str, str] = (
            {"Cache-Control": f"max-age={CACHED_FOR}"} if feed.kind == "cached" else {}
        )
        if feed.kind not in WITHOUT_VALIDATORS:
            etag = f'W/"{len(shown)}-{shown[0] if shown else 0:.0f}"'
            more |= {"ETag": etag}
            if headers.get("if-none-match") == etag:
                return 304, b"", more
        return 200, document(feed, shown, now), more


CAPTCHA = (
    b"<!doctype html><html><head><title>Just a moment...</title></head><body><p>Checking your "
    b"browser.</body></html>"
)


def document(feed: Feed, shown: Sequence[float], now: float) -> bytes:
    """The feed as RSS. ``crooked`` is not well-formed, and a person would still read it."""
    items = []
    for moment in shown:
        date = format_datetime(
            datetime.fromtimestamp(now if feed.kind == "misdated" else moment, UTC)
        )
        dated = "" if feed.kind == "undated" else f"<pubDate>{date}</pubDate>"
        title = "Ferries & more" if feed.kind == "crooked" else "Ferries"
        items.append(
            f"<item><title>{title}</title><link>http://{feed.host}/{feed.name}/{moment:.0f}</link>{dated}</item>"
        )
    title = f"<title>{feed.name}</title>"
    return f'<rss version="2.0"><channel>{title}{"".join(items)}</channel></rss>'.encode()
