"""The whole pipeline against extraction alone, on the same real pages, in turn.

A: ``trafilatura.bare_extraction(with_metadata=True)`` over the pages in two processes.
B: Newsloom from accepted to searchable: crawl over loopback, extract, deduplicate, enrich, index
   (embedded), two worker processes for the middle stages; its Redis, its web server and its other
   workers share the same cores.

Prints pages/s of both per round, the ratio B/A, the CPU of each part per article, and checks that
every page ended. Usage: python benchmarks/pipeline.py [--data ../shared/data/extraction] [--rounds
3] [--hosts 3]

``--memory 300 10000`` prints instead what each worker holds in memory after so many articles.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from storage.redis.keys import Key

# Run as a script, this folder comes first in the path, where this very file hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

import psutil
import trafilatura

from benchmarks.growing.memory import held
from cli.session import session
from config.settings import Settings
from demo.network import save_hosts
from demo.place import demo_settings, hosts_file
from pipeline.records import FoundBy, Link
from pipeline.urls import Url
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.processes.heartbeat import ALWAYS_RUNNING
from workers.processes.supervisor import Supervisor
from workers.resources import Resources

PROCESSES = 2


def load(folder: Path) -> dict[str, bytes]:
    """The pages by name."""
    files = sorted(folder.glob("html/*.gz"))
    return {file.name.partition(".")[0]: gzip.decompress(file.read_bytes()) for file in files}


def extract_alone(page: str) -> float:
    """One page of side A; its CPU seconds."""
    started = time.process_time()
    trafilatura.bare_extraction(page, with_metadata=True)
    return time.process_time() - started


def side_a(pool: ProcessPoolExecutor, pages: list[str]) -> tuple[float, float]:
    """Pages per second of extraction alone, and its CPU seconds per page."""
    started = time.perf_counter()
    cpu = sum(pool.map(extract_alone, pages, chunksize=4))
    return len(pages) / (time.perf_counter() - started), cpu / len(pages)


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages: ClassVar[dict[str, bytes]] = {}

    def do_GET(self) -> None:
        content = self.pages.get(self.path.rpartition("/")[2], b"")
        self.send_response(200 if content else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing."""


@contextmanager
def serving(pages: dict[str, bytes], hosts: int) -> Iterator[dict[str, tuple[str, int]]]:
    """The pages on as many hosts of 127.0.0.x."""
    _Pages.pages = pages
    servers = {
        f"host-{n}.example": ThreadingHTTPServer((f"127.0.0.{n + 2}", 0), _Pages)
        for n in range(hosts)
    }
    for server in servers.values():
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        name: (str(server.server_address[0]), int(server.server_address[1]))
        for name, server in servers.items()
    }
    for server in servers.values():
        server.shutdown()


def side_b(resources: Resources, urls: list[tuple[str, str]]) -> float:
    """Pages per second from accepted to searchable."""
    _forget_fingerprints(resources)
    ledger = resources.stores.ledger
    links = [Link(url=Url(url), source=host, found_by=FoundBy.COMMAND) for host, url in urls]
    started = time.perf_counter()
    resources.stores.frontier.accept(links)
    dispatch(make_app(resources.settings), resources)
    while ledger.totals().in_flight:
        time.sleep(0.02)
    return len(urls) / (time.perf_counter() - started)


def _forget_fingerprints(resources: Resources) -> None:
    """Each round brings the same texts.

    Without this they would all be copies of the round before.
    """
    keyspace = resources.stores.keyspace
    for kind in (Key.PRINT, Key.BAND, Key.FAMILY, Key.PRINT_IDS):
        keys = list(keyspace.client.scan_iter(match=keyspace.pattern(kind), count=1000))
        if keys:
            keyspace.client.delete(*keys)
    keyspace.client.delete(keyspace.key(Key.PRINT_META))


def cpu_by_part(supervisor: Supervisor, redis_pid: int) -> dict[str, float]:
    """CPU seconds so far of each worker with its children, of Redis, and of this process.

    This process is the web server, and dispatches.
    """
    parts = {
        managed.role: _cpu(managed.process.pid)
        for managed in supervisor.processes
        if managed.process and managed.process.pid
    }
    return {
        **parts,
        "redis": _cpu(redis_pid),
        "web server": _cpu(psutil.Process().pid, children=False),
    }


def _cpu(pid: int, *, children: bool = True) -> float:
    process = psutil.Process(pid)
    family = [process, *(process.children(recursive=True) if children else [])]
    # User and system time of each, and of those of its children that have ended.
    return sum(sum(one.cpu_times()[:4]) for one in family)


def cpu_by_stage(resources: Resources) -> dict[str, float]:
    """CPU seconds so far inside each stage's own code."""
    keyspace = resources.stores.keyspace
    return {
        name: float(value) for name, value in keyspace.client.hgetall(keyspace.key(Key.CPU)).items()
    }


def difference(after: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    """What was added."""
    return {name: value - before.get(name, 0.0) for name, value in after.items()}


def main() -> None:
    """Run the rounds and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "extraction")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hosts", type=int, default=3, help="each page is served by so many hosts")
    parser.add_argument("--memory", type=int, nargs="+", metavar="ARTICLES")
    options = parser.parse_args()
    pages = load(options.data)
    if not pages:
        print(f"no pages in {options.data}/html; nothing to measure")
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsloom-bench-")))
        own = {"host_delay": 0.0, "host_concurrency": 8, "process_workers": PROCESSES}
        chosen = demo_settings(Settings(data_dir=folder)).model_copy(
            update={"sources": folder / "none.yaml", **own}
        )
        hosts = stack.enter_context(serving(pages, options.hosts))
        save_hosts(hosts_file(chosen), hosts)
        resources = stack.enter_context(session(chosen))
        supervisor = Supervisor(
            chosen, ALWAYS_RUNNING, app="demo.celery",
            log_file=folder / "log",
        )  # fmt: skip
        stack.callback(supervisor.stop)
        supervisor.start()
        pool = stack.enter_context(ProcessPoolExecutor(PROCESSES))
        bench = Bench(resources, supervisor, pool, pages, list(hosts))
        if options.memory:
            watch_memory(bench, options.memory)
        else:
            run_rounds(bench, options.rounds)


@dataclass(frozen=True)
class Bench:
    """What the rounds run on."""

    resources: Resources
    supervisor: Supervisor
    pool: ProcessPoolExecutor
    pages: dict[str, bytes]
    hosts: list[str]


def watch_memory(bench: Bench, marks: list[int]) -> None:
    """Print what the workers hold at each number of articles."""
    done = number = 0
    for mark in sorted(marks):
        while done < mark:
            number += 1
            urls = _addresses(bench, number)[: mark - done]
            side_b(bench.resources, urls)
            done += len(urls)
        print(f"after {done} articles:")
        for process in held(bench.supervisor):
            print(process.line())


def _addresses(bench: Bench, number: int) -> list[tuple[str, str]]:
    """Host and URL of each page in a round."""
    return [
        (host, f"http://{host}/{number}/{name}") for name in bench.pages for host in bench.hosts
    ]


def run_rounds(bench: Bench, rounds: int) -> None:
    """One round to warm up, then the counted ones."""
    resources, supervisor, pages, hosts = (
        bench.resources,
        bench.supervisor,
        bench.pages,
        bench.hosts,
    )
    texts = [content.decode("utf-8", "replace") for content in pages.values()] * len(hosts)
    redis_pid = int(resources.stores.keyspace.client.info("server")["process_id"])
    ratios = []
    parts: dict[str, float] = {}
    stages: dict[str, float] = {}
    for number in range(rounds + 1):
        alone, cpu_alone = side_a(bench.pool, texts)
        before, before_stages = cpu_by_part(supervisor, redis_pid), cpu_by_stage(resources)
        whole = side_b(resources, _addresses(bench, number))
        if number == 0:
            print(
                f"warm-up   extraction alone {alone:6.1f} pages/s   pipeline {whole:6.1f} pages/s"
            )
            continue
        parts, stages = (
            difference(cpu_by_part(supervisor, redis_pid), before),
            difference(cpu_by_stage(resources), before_stages),
        )
        ratios.append(whole / alone)
        speeds = f"extraction alone {alone:6.1f} pages/s   pipeline {whole:6.1f} pages/s"
        print(f"round {number}   {speeds}   ratio {whole / alone:.2f}")
    print(f"ratio, median of {rounds}: {statistics.median(ratios):.2f}")
    cpu = sum(parts.values()) / len(texts)
    print(
        f"CPU per article, last round: extraction alone {1000 * cpu_alone:.1f} ms, pipeline"
        f" {1000 * cpu:.1f} ms, ratio {cpu_alone / cpu:.2f}"
    )
    for title, figures in (("CPU by process", parts), ("CPU inside the stages", stages)):
        shown = ", ".join(
            f"{name} {1000 * seconds / len(texts):.1f}" for name, seconds in figures.items()
        )
        print(f"{title}, ms per article, last round: {shown}")
    totals = resources.stores.ledger.totals()
    print(f"ledger: {totals.to_json()}")
    if not totals.balanced or totals.in_flight or totals.accepted != len(texts) * (rounds + 1):
        sys.exit("not every page reached a terminal state")


if __name__ == "__main__":
    main()
