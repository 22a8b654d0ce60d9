"""How well, how fast and in how much memory articles are extracted, beside trafilatura.

Quality: the body's F1, exact titles, days and authors, leaking and losing pages; precision and
recall of refusals, on the sets (articles all) and on the tests' cases; and the same bodies from the
pages' bare text. Cost: CPU time per page and peak memory of a process that reads them all, against
``trafilatura.bare_extraction(with_metadata=True)``, in fresh processes, in turn, over several
rounds.
Usage: python benchmarks/extract.py [--data ../shared/data] [--rounds 3] [--no-cost]
"""

import argparse
import gc
import logging
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

# Run as a script, this folder comes first in the path, where pipeline.py hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

import trafilatura

from benchmarks.extract_sets import (
    SETS,
    Case,
    Result,
    as_text,
    load,
    own_cases,
    score_bodies,
    score_verdicts,
)
from pipeline.extract import extract
from pipeline.outcome import Rejected
from pipeline.records import FoundBy, Link, Page
from pipeline.text.month_names import month_of
from pipeline.urls import Url

WARM_UP = 5
OWN_CASES = ROOT / "tests" / "pipeline" / "extract" / "cases"


class Cost(NamedTuple):
    """Of one process over all pages: milliseconds of CPU per page, peak megabytes."""

    cpu: float
    memory: float


def ours(case: Case, content: bytes | None = None, content_type: str | None = None) -> Result:
    """One page by Newsloom."""
    page = Page(
        url=Url(case.url),
        final_url=Url(case.url),
        status=200,
        content_type=content_type or case.content_type,
        content=case.html if content is None else content,
        fetched_at=case.crawled,
    )
    return extract(
        page,
        link=Link(url=Url(case.url), source="set", found_by=FoundBy.IMPORT),
        first_seen=case.crawled,
    )


def theirs(case: Case) -> object:
    """One page by trafilatura."""
    return trafilatura.bare_extraction(case.html, url=Url(case.url), with_metadata=True)


def cost(data: Path, work: Callable[[Case], object]) -> Cost:
    """What a process spends on all pages, after a few to warm up.

    The garbage collector leaves alone what is there before the first page, as in the workers.
    """
    logging.disable(logging.CRITICAL)
    cases = [case for cases in load(data).values() for case in cases]
    month_of("Oktober")  # loads the names of months, as workers do before their first page
    for case in cases[:WARM_UP]:
        work(case)
    gc.collect()
    gc.freeze()
    started = time.process_time()
    for case in cases:
        work(case)
    return Cost((time.process_time() - started) / len(cases) * 1000, peak_megabytes())


def peak_megabytes() -> float:
    """The most memory that this process held."""
    [line] = [
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return int(line.split()[1]) / 1024


def in_turn(data: Path, rounds: int) -> None:
    """Print the cost of both, each round in two fresh processes."""
    ratios = []
    with ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        for number in range(1, rounds + 1):
            us, them = (pool.submit(cost, data, work).result() for work in (ours, theirs))
            ratios.append(us.cpu / them.cpu)
            print(
                f"round {number}: {us.cpu:.1f} ms CPU a page, {us.memory:.0f} MB at most; "
                f"trafilatura {them.cpu:.1f} ms, {them.memory:.0f} MB; ratio {ratios[-1]:.2f}"
            )
    print(
        f"CPU ratio to trafilatura with metadata: {statistics.median(ratios):.2f} (median of"
        f" {rounds})"
    )


def quality(sets: dict[str, list[Case]]) -> None:
    """Print how good the articles are."""
    everything: list[tuple[Case, Result]] = []
    for name, cases in sets.items():
        results = [ours(case) for case in cases]
        everything += zip(cases, results, strict=True)
        SETS[name][1](list(zip(cases, results, strict=True)))
        for case, result in zip(cases, results, strict=True):
            if isinstance(result, Rejected):
                print(f"  {name}: refused {case.name}: {result.detail}")
    score_verdicts([(case, ours(case)) for case in own_cases(OWN_CASES)], everything)
    if "extraction" in sets:
        print("the same pages as bare text, ", end="")
        score_bodies(
            [
                (case, ours(case, as_text(case.html).encode(), "text/plain"))
                for case in sets["extraction"]
            ]
        )


def main() -> int:
    """Measure; without the data, say so."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--no-cost", action="store_true", help="quality only")
    chosen = options.parse_args()
    logging.disable(logging.CRITICAL)
    sets = load(chosen.data)
    if not sets:
        print(f"no data in {chosen.data}: nothing to measure")
        return 0
    quality(sets)
    if not chosen.no_cost:
        in_turn(chosen.data, chosen.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
