"""Prints the table of the cases: each in a process of its own, with its memory and CPU time.

``python -m tests.hostile [KIND…]``. Exits with 1 when a case did not come out as expected.
"""

import multiprocessing
import resource
import sys
from pathlib import Path
from typing import NamedTuple

from tests.hostile.cases import CASES
from tests.support.processes.hostile_pages import peak_megabytes

SECONDS = 60
MEMORY = 4_000_000_000


class Measured(NamedTuple):
    """What a case gave. Memory is in MB, above what the process had at its start."""

    got: str
    megabytes: float
    seconds: float


def measure(number: int) -> Measured:
    """Runs a case in this process, under limits."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is the parent's
    before, usage = peak_megabytes(), resource.getrusage(resource.RUSAGE_SELF)
    got = CASES[number].got()
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime - usage.ru_utime + after.ru_stime - usage.ru_stime
    return Measured(got, peak_megabytes() - before, seconds)


def main(kinds: list[str]) -> int:
    chosen = [n for n, case in enumerate(CASES) if not kinds or case.kind in kinds]
    print(f"{'kind':10} {'case':46} {'expected':44} {'got':44} {'MB':>5} {'CPU s':>6}")
    wrong = 0
    context = multiprocessing.get_context("fork")
    with context.Pool(2, maxtasksperchild=1) as pool:
        for number, found in zip(chosen, pool.imap(measure, chosen, chunksize=1), strict=True):
            case = CASES[number]
            wrong += found.got != case.expected
            mark = "" if found.got == case.expected else "  WRONG"
            print(
                f"{case.kind:10} {case.name[:46]:46} {ascii(case.expected)[1:45]:44} "
                f"{ascii(found.got)[1:45]:44} {found.megabytes:5.0f} {found.seconds:6.2f}{mark}"
            )
    print(f"{len(chosen)} cases, {wrong} not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
