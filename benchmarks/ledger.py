"""What a URL costs in Redis while it is hot and when it is in the archive, and how fast it moves.

A Redis of its own and the embedded archive. Each URL is accepted, goes through all stages, ends.
Usage: python benchmarks/ledger.py [--urls 100000]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Run as a script, this folder comes first in the path, where pipeline.py hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

import redis

from config.settings import Settings
from pipeline.outcome import Indexed, Reason, Rejected, Terminal
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId
from storage.open import Stores
from storage.redis.connection import connect
from storage.redis.frontier import Acceptance
from storage.redis.keys import Key
from storage.server_binary import server_binary
from workers.chain.archiving import archive_ended
from workers.chain.run import STAGES
from workers.resources import Resources

TOGETHER = 200
AT_ONCE = 5_000
"""URLs that are hot at a time."""

HOT_SAMPLE = 10_000
"""URLs whose full entries are measured before anything moves."""

FEED = 50
"""Links that a feed announces again."""

ROUNDS = 100
GONE = Rejected(reason=Reason.NOT_AN_ARTICLE, detail="the page lists other pages, and has no text")


def link(number: int) -> Link:
    """What a feed says of a page."""
    return Link(
        url=Url(
            f"https://www.paper-{number % 500}.example/2026/12/a-headline-of-usual-length-{number}"
        ),
        source=f"paper-{number % 500}",
        found_by=FoundBy.FEED,
        found_in=f"https://www.paper-{number % 500}.example/feeds/latest.xml",
        title=f"A headline of usual length that says what happened, number {number}",
    )


def outcome_of(number: int, url_id: UrlId) -> Terminal:
    """One in five is rejected, and one in five of the others is a copy."""
    if number % 5 == 0:
        return GONE
    return Indexed(article=url_id, copy_of="a" * 32 if number % 5 == 1 else None)


def end(stores: Stores, first: int, last: int) -> None:
    """Take URLs in and through all stages."""
    frontier = stores.frontier
    for start in range(first, last, TOGETHER):
        frontier.accept([link(number) for number in range(start, min(start + TOGETHER, last))])
        while lease := frontier.lease(TOGETHER, default_delay=0.0, max_batches=100):
            for stage in STAGES:
                frontier.advance(lease.batch, stage.number, stage.name)
            ended = enumerate(lease.url_ids)
            outcomes = [(url_id, outcome_of(number, url_id)) for number, url_id in ended]
            frontier.finish(lease.batch, outcomes)


def known_again(stores: Stores, urls: int) -> float:
    """The median of the milliseconds in which a feed's links are seen to be known."""
    times = []
    for number in range(ROUNDS):
        first = number * (urls - FEED) // ROUNDS
        links = [link(each) for each in range(first, first + FEED)]
        started = time.perf_counter()
        answers = stores.frontier.accept(links)
        times.append(time.perf_counter() - started)
        if set(answers) != {Acceptance.KNOWN}:
            raise SystemExit(f"not all of {first} to {first + FEED} are known")
    return statistics.median(times) * 1000


@contextmanager
def server() -> Iterator[str]:
    """A Redis without files; gives its URL."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/redis.sock"
        command = [server_binary(), "--port", "0", "--unixsocket", socket, "--save", ""]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            url = f"unix://{socket}"
            while not _answers(url):
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return bool(connect(url, patience=1.0).ping())
    except redis.RedisError:
        return False


def used(stores: Stores) -> int:
    """Bytes of Redis' memory."""
    return int(stores.keyspace.client.info("memory")["used_memory"])


def encodings(stores: Stores) -> set[str]:
    """How Redis keeps the compact records."""
    client = stores.keyspace.client
    keys = client.scan_iter(match=stores.keyspace.pattern(Key.COMPACT), count=1000)
    return {client.object("encoding", key) for key in keys}


def move(resources: Resources) -> tuple[int, float]:
    """Move all that has ended; how many URLs, and the seconds that it took."""
    started = time.monotonic()
    moved = archive_ended(resources, seconds=600.0)
    return moved, time.monotonic() - started


def measure(url: str, folder: Path, urls: int) -> None:
    """Print what was measured."""
    resources = Resources(Settings(redis_url=url, data_dir=folder))
    stores = resources.stores
    end(stores, 0, TOGETHER)
    move(resources)
    empty = used(stores)
    end(stores, TOGETHER, TOGETHER + HOT_SAMPLE)
    print(f"hot: {(used(stores) - empty) / HOT_SAMPLE:.0f} bytes for each URL")
    print(f"known links of a feed of {FEED}: {known_again(stores, HOT_SAMPLE):.2f} ms")
    moved, seconds = move(resources)
    for first in range(TOGETHER + HOT_SAMPLE, urls, AT_ONCE):
        end(stores, first, min(first + AT_ONCE, urls))
        more, longer = move(resources)
        moved, seconds = moved + more, seconds + longer
    archived = moved + TOGETHER
    print(f"moved: {moved / seconds:.0f} URLs a second")
    print(f"archived: {(used(stores) - empty) / moved:.1f} bytes in Redis for each of {archived}")
    size = resources.settings.ledger_file.stat().st_size
    print(f"archived: {size / archived:.0f} bytes on disk for each")
    print(f"kept as: {', '.join(sorted(encodings(stores)))}")
    print(f"known links of a feed of {FEED}: {known_again(stores, urls):.2f} ms")
    totals = stores.ledger.totals()
    print(f"the totals add up: {totals.balanced and totals == stores.ledger.audit()}")


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=100_000)
    given = parser.parse_args()
    with server() as url, tempfile.TemporaryDirectory() as folder:
        measure(url, Path(folder), given.urls)


if __name__ == "__main__":
    main()
