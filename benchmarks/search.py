"""What a search costs beside the raw call of the engine that answers it.

Articles made from real texts fill an index. Then each kind of question is asked many times, each
time once by ``Index`` and once by the engine itself with the same query, in turn: the ratio is what
Newsloom adds (parsing, planning, reading hits, highlights, counts of copies). Whole HTTP requests
are timed too. At last the same articles are indexed with and without their stems.
Usage: python benchmarks/search.py [--data ../shared/data] [--articles 1000000] [--minutes 20]
[--asked 100] [--elasticsearch URL]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

# Run as a script, this folder comes first in the path, where pipeline.py hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

from benchmarks.searching.asking import Question, compare, questions
from benchmarks.searching.engines import Engine, elasticsearch_engine, tantivy_engine
from benchmarks.searching.http import time_requests

from benchmarks.searching.corpus import articles_from

BATCH = 1_000


def fill(engine: Engine, data: Path, most: int, seconds: float) -> int:
    """Index articles until there are enough or the time is over; how many."""
    began, batch, count = time.monotonic(), [], 0
    for article in articles_from(data, most):
        batch.append(article)
        if len(batch) == BATCH:
            engine.index.put(batch)
            count += len(batch)
            batch = []
            if time.monotonic() - began > seconds:
                break
    if batch:
        engine.index.put(batch)
        count += len(batch)
    took = time.monotonic() - began
    print(f"{engine.name}: {count:,} articles in {took:.0f} s, {count / took:,.0f} a second")
    return count


def report(engine: Engine, asked: list[Question], times: int) -> None:
    """A line for each kind of question."""
    print(
        f"{'':24} {'ours p50':>9} {'p95':>8} {'raw p50':>9} {'p95':>8} {'ratio p50':>10} {'p95':>6}"
    )
    for question in asked:
        measured = compare(engine, question, times)
        print(f"{question.name:24} {measured.line()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--asked", type=int, default=100)
    parser.add_argument("--elasticsearch", metavar="URL")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.elasticsearch:
            engine = elasticsearch_engine(chosen.elasticsearch)
        else:
            engine = tantivy_engine(Path(folder) / "index")
        try:
            fill(engine, chosen.data, chosen.articles, chosen.minutes * 60)
            report(engine, questions(), chosen.asked)
            if not chosen.elasticsearch:
                print(time_requests(Path(folder), chosen.asked))
        finally:
            engine.close()


if __name__ == "__main__":
    main()
