"""Whether a URL costs the same when there are many: CPU, Redis, disks, and how long answers take.

Articles with the words of real texts go through the frontier, the ledger, fingerprints, enrichment,
the index and the ledger archive, all of them real. No site is asked, no page is parsed, and nothing
goes through Celery: what these cost does not depend on how much there is, and
``benchmarks/pipeline.py`` measures it. At each power of ten there is a column, and its ratio to the
first one. CPU is the average since the column before; it is also given in yardsticks, a piece of
work that is always the same, since what else runs on the machine makes both longer.
Usage: python benchmarks/growth.py [--urls 1000000] [--data ../shared/data] [--batch URLS]
[--processes 2] [--elasticsearch URL]
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

# Run as a script, this folder comes first in the path, where pipeline.py hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

from benchmarks.growing.articles import Newsroom
from benchmarks.growing.chain import Carrier, Spent
from benchmarks.growing.figures import Figure, answers, redis_cpu, sizes
from benchmarks.ledger import used
from config.settings import Settings
from storage.elasticsearch.client import connect
from storage.embedded_redis import embedded_redis
from workers.chain.archiving import archive_ended
from workers.chain.stages import warm_up
from workers.resources import Resources

FIRST_COLUMN = 10_000
AT_ONCE = 2_000
"""URLs that are hot at a time."""

Column = tuple[int, list[Figure]]
"""How many URLs have ended, and the figures then."""

NAMESPACE = "benchmark-growth"
GOAL = 1.3
"""The greatest ratio that counts as flat."""


@dataclass(slots=True)
class Costs:
    """Seconds since the column before: CPU of the stages and of Redis, and by the clock.

    ``yardsticks`` are CPU seconds of a piece of work that is always the same.
    """

    stages: float = 0.0
    redis: float = 0.0
    clock: float = 0.0
    yardsticks: list[float] = field(default_factory=list)

    def figures(self, urls: int) -> list[Figure]:
        """For each of so many URLs."""
        yardstick = statistics.mean(self.yardsticks)
        return [
            Figure("CPU of the stages, in yardsticks", self.stages / urls / yardstick),
            Figure("CPU of Redis, in yardsticks", self.redis / urls / yardstick),
            Figure("CPU of the stages, ms for each URL", self.stages / urls * 1e3),
            Figure("CPU of Redis, ms for each URL", self.redis / urls * 1e3),
            Figure("time, ms for each URL", self.clock / urls * 1e3),
        ]


def grow(resources: Resources, pool: Executor, options: argparse.Namespace) -> Iterator[Column]:
    """The figures at each power of ten."""
    empty, columns = used(resources.stores), _columns(options.urls)
    costs, before = Costs(), 0
    for done in range(AT_ONCE, options.urls + 1, AT_ONCE):
        _carry(resources, pool, costs, range(done - AT_ONCE, done, AT_ONCE // options.processes))
        if done in columns:
            figures = costs.figures(done - before)
            figures += sizes(resources, done, empty=empty)
            figures += answers(resources, done, datetime.now(UTC))
            yield done, figures
            costs, before = Costs(), done


def _carry(resources: Resources, pool: Executor, costs: Costs, starts: range) -> None:
    """Carry one portion for each start, and move what has ended to the ledger archive."""
    began, redis_before = time.monotonic(), redis_cpu(resources)
    for spent in pool.map(_in_process, starts, [each + starts.step for each in starts]):
        costs.stages += spent.stages
        costs.yardsticks.append(spent.yardstick)
    own_before = time.process_time()
    archive_ended(resources, seconds=600.0)
    costs.stages += time.process_time() - own_before
    costs.redis += redis_cpu(resources) - redis_before
    costs.clock += time.monotonic() - began


class _Process:
    """A process of the pool."""

    carrier: Carrier


def _begin(settings: Settings, data: Path) -> None:
    _Process.carrier = Carrier(Resources(settings), Newsroom(data))


def _in_process(first: int, last: int) -> Spent:
    return _Process.carrier.carry(first, last)


def _columns(urls: int) -> list[int]:
    """The powers of ten up to a number of URLs, and that number."""
    found, column = {urls}, FIRST_COLUMN
    while column < urls:
        found.add(column)
        column *= 10
    return sorted(found)


def report(columns: Sequence[Column]) -> None:
    """A line for each figure. What was measured so far is shown at each column."""
    heads = [
        f"{urls:>10,}{'ratio' if number else '':>7}" for number, (urls, _) in enumerate(columns)
    ]
    print(f"{'':42}{''.join(heads)}")
    for row in zip(*(figures for _, figures in columns), strict=True):
        first, *others = row
        cells = [f"{first.value:10.2f}{'':7}"]
        cells += [f"{each.value:10.2f}{each.value / first.value:7.2f}" for each in others]
        grows = any(each.value > GOAL * first.value for each in others)
        print(f"{first.name:42}{''.join(cells)}{'  grows' if grows else ''}")
    print(flush=True)


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Resources]:
    """Resources with a Redis and a folder of their own; nothing is left behind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsloom-growth-")))
        settings = Settings(
            data_dir=folder,
            redis_url=stack.enter_context(embedded_redis(folder)),
            index_url=options.elasticsearch,
            namespace=NAMESPACE,
            batch_size=options.batch,
        )
        if settings.index_address:
            stack.callback(_remove_indices, settings.index_address)
        yield Resources(settings)


def _remove_indices(url: str) -> None:
    client = connect(url)
    made = list(client.indices.get(index=f"{NAMESPACE}-*"))  # Elasticsearch deletes by name only
    if made:
        client.indices.delete(index=made)
    client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--urls", type=int, default=1_000_000, help=f"how many, a multiple of {AT_ONCE}"
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    usual = Settings.model_fields["batch_size"].default
    parser.add_argument("--batch", type=int, default=usual, help="URLs in one batch")
    parser.add_argument("--processes", type=int, default=2, help="that work on batches")
    parser.add_argument("--elasticsearch", metavar="URL")
    options = parser.parse_args()
    warm_up()
    columns = []
    with opened(options) as resources:
        given = (resources.settings, options.data)
        with ProcessPoolExecutor(options.processes, initializer=_begin, initargs=given) as pool:
            for column in grow(resources, pool, options):
                columns.append(column)
                report(columns)
        totals = resources.stores.ledger.totals()
    print(f"ledger: {totals.to_json()}")


if __name__ == "__main__":
    main()
