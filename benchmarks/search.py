"""What a search costs beside the raw call of the engine that answers it.

Articles made from real texts fill an index. Then each kind of question is asked many times, each
time once by ``Index`` and once by the engine itself with the same query, in turn: the ratio is what
Newsloom adds (parsing, planning, reading hits, highlights, counts of copies). Whole HTTP requests
are timed too, and how much slower the index is filled for its stems.
Usage: python benchmarks/search.py [--data ../shared/data] [--articles 1000000] [--minutes 20]
[--asked 100] [--folder DIR] [--elasticsearch URL]

``--folder`` keeps the embedded index there; one that a run before has filled is asked as it is.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

# Run as a script, this folder comes first in the path, where pipeline.py hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

from benchmarks.searching.asking import NOW, WORDS, Question, compare, questions
from benchmarks.searching.corpus import articles_from
from benchmarks.searching.engines import Engine, elasticsearch_engine, tantivy_engine
from benchmarks.searching.requests import time_requests
from pipeline.records import EnrichedArticle
from services.articles.search import search
from services.counts.batch import batch
from services.counts.days import Counting

BATCH = 1_000
STEM_SAMPLE = 5_000
PORT = 18_080


def fill(engine: Engine, articles: Iterator[EnrichedArticle], seconds: float) -> None:
    """Index articles until there are no more or the time is over."""
    began, count = time.monotonic(), 0
    while batch := list(islice(articles, BATCH)):
        engine.index.put(batch)
        count += len(batch)
        if time.monotonic() - began > seconds:
            break
    took = time.monotonic() - began
    print(f"{engine.name}: {count:,} articles in {took:.0f} s, {count / took:,.0f} a second")


def report(engine: Engine, asked: list[Question], times: int) -> None:
    """A line for each kind of question."""
    heads = f"{'ours p50':>9} {'p95':>8} {'raw p50':>9} {'p95':>8} {'ratio p50':>10} {'p95':>6}"
    print(f"{'milliseconds':22} {heads}")
    for question in asked:
        print(f"{question.name:22} {compare(engine, question, times).line()}", flush=True)


def batches(engine: Engine) -> None:
    """Many queries in one batch beside as many single searches."""
    queries = [f"{word} word_count:[{least} TO *]" for word in WORDS for least in range(20)]
    began = time.perf_counter()
    for query in queries:
        search(engine.index, query, now=NOW)
    single = time.perf_counter() - began
    began = time.perf_counter()
    batch(Counting(engine.index, NOW), queries, None)
    together = time.perf_counter() - began
    print(f"batch of {len(queries)} queries: {together:.2f} s, one by one {single:.2f} s")
    print(f"  ratio {together / single:.2f}")


def stems(articles: Iterable[EnrichedArticle]) -> None:
    """The rate of indexing with stems and without: a text in no known language has none."""
    with_stems = list(articles)
    without = [article.model_copy(update={"language": None}) for article in with_stems]
    rates = []
    for each in (with_stems, without):
        with tempfile.TemporaryDirectory() as folder:
            engine = tantivy_engine(Path(folder) / "index")
            began = time.perf_counter()
            engine.index.put(each)
            rates.append(len(each) / (time.perf_counter() - began))
            engine.close()
    print(f"indexing: {rates[0]:,.0f} a second with stems, {rates[1]:,.0f} without")
    print(f"  ratio {rates[0] / rates[1]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--asked", type=int, default=100)
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keeps the embedded index")
    parser.add_argument("--elasticsearch", metavar="URL")
    chosen = parser.parse_args()
    stems(articles_from(chosen.data, STEM_SAMPLE))
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        if chosen.elasticsearch:
            engine = elasticsearch_engine(chosen.elasticsearch)
        else:
            engine = tantivy_engine(folder / "index")
        try:
            if not engine.index.count():
                fill(engine, articles_from(chosen.data, chosen.articles), chosen.minutes * 60)
            report(engine, questions(), chosen.asked)
            batches(engine)
            if not chosen.elasticsearch:
                for line in time_requests(folder, PORT, chosen.asked):
                    print(line, flush=True)
        finally:
            engine.close()


if __name__ == "__main__":
    main()
