"""From a hub's push to a search that finds the article, idle and with a backlog waiting.

All of Newsloom runs with its embedded index: web process, workers, beat, in processes of their own.
A hub on loopback pushes one article after another; each is searched for until it is found. Then the
backlog is taken in, over many hosts of which the pushed one is one, so that the workers have as
much to do as they can, and the pushes go on. Pages are of made-up words, 1,200 in each.

Prints p50, p95 and p99 of the seconds from the POST to the hit, how many URLs of the backlog ended
meanwhile, and the ledger's totals, which must add up.
Usage: python benchmarks/freshness.py [--waiting 50000] [--pushes 60] [--hosts 200] [--delay 1]
"""

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

# Run as a script, its folder would come first, where a module hides the package ``pipeline``.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from cli.session import session
from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from demo.network import save_hosts
from demo.place import demo_settings
from pipeline.records import OF_COMMAND, FoundBy, Link
from pipeline.urls import Url
from search.language.query import parse
from search.request import SearchRequest
from tests.support.data.made_up_words import made_up_paragraph
from tests.support.servers.hub import HOSTS_FILE, TOPIC, Hub, running_hub
from tests.support.servers.serving import listening
from tests.support.subscriber import feed
from tests.support.world import wait_until
from workers.processes.heartbeat import RUN_BY_UP, alive
from workers.processes.supervisor import Supervisor
from workers.resources import Resources

PRESS = "press.example"
_PARAGRAPHS = 30
_AT_ONCE = 500
_LONGEST = 120.0
"""Seconds after which a pushed article counts as not found."""


class _Pages(BaseHTTPRequestHandler):
    """``/feed`` declares the hub; each other path is an article with its last part in the title."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        is_feed, is_robots = self.path == "/feed", self.path == "/robots.txt"
        content = feed() if is_feed else _article(self.path.rpartition("/")[2])
        kind = "application/rss+xml" if is_feed else "text/html; charset=utf-8"
        self.send_response(404 if is_robots else 200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing."""


def _article(name: str) -> bytes:
    words = random.Random(name)
    body = "".join(f"<p>{made_up_paragraph(words)}</p>" for _ in range(_PARAGRAPHS))
    title = f"<h1>Report {name}</h1>"
    head = f"<head><title>Report {name}</title></head>"
    return f"<html lang=en>{head}<body><article>{title}{body}</article></body></html>".encode()


def _serve(ready: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.daemon_threads = True
    ready.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def serving_pages() -> Iterator[int]:
    """The sites, in a process of their own; gives their port."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    yield int(here.recv())
    process.terminate()
    process.join()


@dataclass
class Bench:
    """A subscribed Newsloom.

    Attributes:
        resources: this process's own way to the frontier and the index.
        hub: that pushes.
        hosts: of the backlog.
        pause: seconds between two pushes.
    """

    resources: Resources
    hub: Hub
    hosts: list[str]
    pause: float

    def __post_init__(self) -> None:
        self._index = self.resources.open_index()
        self._pushed = 0

    def take_backlog(self, count: int) -> None:
        """Let so many URLs wait, as a long list that a person gives."""
        links = [
            Link(
                url=Url(f"http://{self.hosts[number % len(self.hosts)]}/old/report{number}"),
                source=OF_COMMAND,
                found_by=FoundBy.COMMAND,
            )
            for number in range(count)
        ]
        for start in range(0, count, _AT_ONCE):
            self.resources.stores.frontier.accept(links[start : start + _AT_ONCE])

    def measure(self, pushes: int) -> list[float]:
        """Seconds from each push to its hit."""
        seconds = []
        for _ in range(pushes):
            seconds.append(self._push())
            time.sleep(self.pause)
        return seconds

    def _push(self) -> float:
        self._pushed += 1
        word = f"zq{self._pushed:04d}"
        started = time.monotonic()
        (delivery,) = self.hub.publish(feed(f"2026/11/{word}"))
        if delivery.status != 202:
            sys.exit(f"the callback answered {delivery.status}")
        while not self._index.search(SearchRequest(query=parse(word))).total:
            if time.monotonic() - started > _LONGEST:
                return _LONGEST
            time.sleep(0.01)
        return time.monotonic() - started


@contextmanager
def running(folder: Path, count: int, delay: float) -> Iterator[Bench]:
    """All processes, subscribed to the hub."""
    hosts = [PRESS, *(f"site-{number}.example" for number in range(1, count))]
    with listening() as at:  # the port is free again when the web process takes it
        port = at.getsockname()[1]
    own = {"web_port": port, "public_url": f"http://127.0.0.1:{port}", "host_delay": delay}
    chosen = demo_settings(Settings(data_dir=folder, _env_file=None))  # type: ignore[call-arg]  # pydantic's own
    chosen = chosen.model_copy(update={**own, "sources": folder / "sources.yaml"})
    save(chosen.sources, [Source(id="press", feed=TOPIC, interval=3600)])
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub())
        site = stack.enter_context(serving_pages())
        at_site = dict.fromkeys(hosts, ("127.0.0.1", site))
        save_hosts(chosen.data_dir / HOSTS_FILE, {**hub.hosts, **at_site})
        resources = stack.enter_context(session(chosen))
        resources.index.prepare()
        supervisor = Supervisor(
            chosen,
            RUN_BY_UP,
            app="tests.support.processes.websub_celery",
            log_file=folder / "log",
        )
        stack.callback(supervisor.stop)
        supervisor.start()
        keyspace = resources.stores.keyspace
        wait_until(
            lambda: all(alive(keyspace, role) for role in RUN_BY_UP) and hub.subscribers,
            seconds=120,
            what="all processes are alive, and the feed is subscribed to",
            meanwhile=supervisor.check,
        )
        yield Bench(resources, hub, hosts, pause=delay + 0.1)


def report(name: str, seconds: list[float]) -> None:
    """One line of figures."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    figures = f"p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s"
    print(f"{name}, {len(seconds)} pushes: {figures}, most {max(seconds):.2f} s", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--waiting", type=int, default=50_000, help="URLs of the backlog")
    parser.add_argument("--pushes", type=int, default=60, help="of each of the two measurements")
    parser.add_argument("--hosts", type=int, default=200, help="of the backlog, 250 at most")
    parser.add_argument(
        "--delay", type=float, default=1.0, help="seconds between a host's requests"
    )
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="newsloom-bench-") as folder,
        running(Path(folder), options.hosts, options.delay) as bench,
    ):
        ledger = bench.resources.stores.ledger
        bench.measure(3)  # warms the workers up
        report("idle", bench.measure(options.pushes))
        bench.take_backlog(options.waiting)
        time.sleep(10)  # until all workers are busy
        before, started = ledger.totals(), time.monotonic()
        seconds = bench.measure(options.pushes)
        after, lasted = ledger.totals(), time.monotonic() - started
        report(f"{before.queued} waiting", seconds)
        ended = before.in_flight - after.in_flight
        print(f"backlog: {ended} URLs ended in {lasted:.0f} s, {ended / lasted:.1f} per second")
        print(f"ledger: {after.to_json()}")
        if not after.balanced:
            sys.exit("the ledger does not add up")


if __name__ == "__main__":
    main()
