"""The soak: faults on a running Newsloom, and an oracle that accounts for each article.

``newsloom up`` crawls made-up sites on loopback. Articles are announced by feeds and by command
all the time. Faults come one after another, chosen by a seed: processes are killed, frozen and
ended, the supervisor too; processes end themselves at named fail points at the edges of the stages;
connections to Redis and Elasticsearch are reset, refused, delayed, cut into slices, or lead
nowhere. After each fault one more article is announced, and the seconds until it can be searched
are its recovery. At the end the origin's log, the ledger and the index are compared.

Usage: python benchmarks/soak.py --kills 200 --urls 20000 --seed 1
       python benchmarks/soak.py --kills 40 --urls 4000 --seed 2 --elasticsearch
       python benchmarks/soak.py --kills 40 --urls 4000 --seed 2 --index-url http://127.0.0.1:9200
       python benchmarks/soak.py --kills 6 --urls 600 --seed 3 --mutation no-reaper
``--elasticsearch`` runs a server of its own, and a Redis of its own on TCP, so that both are killed
and their connections are disturbed as well. With ``--mutation`` it must fail (exit 1).
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis

# Run as a script, its folder would come first, where a module hides the package ``pipeline``.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.soaking.faults import Injector
from benchmarks.soaking.fleet import Fleet
from benchmarks.soaking.mutations import MUTATIONS
from benchmarks.soaking.oracle import Verdict, examine
from benchmarks.soaking.origin import Origin, address, is_in_feed
from benchmarks.soaking.services import services
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, url_id
from storage.redis.connection import StoreUnavailable
from storage.redis.ledger import Totals
from workers.resources import Resources

AWAY = (redis.RedisError, StoreUnavailable, OSError)
_URLS_PER_FAULT = 15
RECOVERY_SECONDS = 120.0
"""After so long without the announced article the soak goes on, and reports that."""


@dataclass
class Soak:
    """One run.

    Attributes:
        fleet: under test.
        origin: of the articles.
        resources: this process's own way to the ledger and the index.
        urls: articles to announce.
        settle: seconds without progress after which the end is not waited for any longer.
        announced: how many are.
        recoveries: seconds from each fault to the next new article.
        applied: how often each kind of fault was.
    """

    fleet: Fleet
    origin: Origin
    resources: Resources
    urls: int
    settle: float
    announced: int = 0
    recoveries: list[float] = field(default_factory=list)
    applied: Counter[str] = field(default_factory=Counter)
    stuck: int = 0

    def run(self, injector: Injector, kills: int) -> Verdict:
        """Announce, disturb, and examine at the end."""
        self.announce(1)
        self._wait_for(0, 60.0)
        for number in range(kills):
            share = (self.urls - self.announced) // (kills - number)
            self.announce(share - 1)
            time.sleep(injector.choose.uniform(0.2, 1.5))
            self._disturb(injector, number)
        self.announce(self.urls - self.announced)
        self._settle()
        return examine(self.resources, self.origin, self.announced)

    def announce(self, count: int) -> None:
        """Let feeds list more articles, and take the others in by command."""
        numbers = range(self.announced, min(self.urls, self.announced + max(count, 0)))
        self.announced = max(self.announced, numbers.stop)
        self.origin.announced = self.announced
        links = [
            Link(url=Url(address(number)), source="command", found_by=FoundBy.COMMAND)
            for number in numbers
            if not is_in_feed(number)
        ]
        for start in range(0, len(links), 200):
            self._accept(links[start : start + 200])

    def _accept(self, links: Sequence[Link]) -> None:
        """As a person does: again, where the command failed."""
        while True:
            with suppress(*AWAY):
                self.resources.stores.frontier.accept(links)
                return
            time.sleep(0.2)

    def _disturb(self, injector: Injector, number: int) -> None:
        started = time.monotonic()
        fault = injector.next()
        while not fault.apply():  # there was nothing to apply it to just then
            started = time.monotonic()
            fault = injector.next()
        probe = next(n for n in range(self.announced, self.announced + 10) if not is_in_feed(n))
        self.announce(probe + 1 - self.announced)
        recovered = self._wait_for(min(probe, self.announced - 1), RECOVERY_SECONDS)
        seconds = time.monotonic() - started
        self.stuck += not recovered
        self.applied[fault.name] += 1
        self.recoveries.append(seconds)
        say(f"{number + 1:4} {fault.name}: {seconds:.1f} s")

    def _wait_for(self, number: int, seconds: float) -> bool:
        """Whether an article has ended within this time."""
        key, deadline = url_id(address(number)), time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(*AWAY):
                if self.resources.stores.ledger.states([key]) == ["indexed"]:
                    return True
            time.sleep(0.05)
        return False

    def _settle(self) -> None:
        """Wait until all is over, or nothing moves any more."""
        last: tuple[int, int] | None = None
        deadline = time.monotonic() + self.settle
        while time.monotonic() < deadline:
            totals = self._totals()
            if totals and totals.accepted >= self.announced and not totals.in_flight:
                return
            moved = (totals.accepted, totals.indexed) if totals else last
            if moved != last:
                last, deadline = moved, time.monotonic() + self.settle
            time.sleep(0.2)

    def _totals(self) -> Totals | None:
        with suppress(*AWAY):
            return self.resources.stores.ledger.totals()
        return None


def say(line: str) -> None:
    """A line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def report(soak: Soak, verdict: Verdict, options: argparse.Namespace, seconds: float) -> None:
    """What is to be pasted into a note."""
    recoveries = sorted(soak.recoveries) or [0.0]
    p95 = recoveries[min(len(recoveries) - 1, int(0.95 * len(recoveries)))]
    kills = len(soak.recoveries)
    say("")
    for name, count in sorted(soak.applied.items()):
        say(f"{count:5} × {name}")
    say(f"seed {options.seed}: {kills} faults over {soak.announced} URLs in {seconds:.0f} s")
    say(
        f"recovery: p50 {statistics.median(recoveries):.1f} s, p95 {p95:.1f} s,"
        f" most {recoveries[-1]:.1f} s; {soak.stuck} without one in {RECOVERY_SECONDS:g} s"
    )
    say(f"{verdict.refetched} refetches, {verdict.refetched / max(kills, 1):.2f} per fault")
    say(f"{soak.fleet.starts} starts of newsloom up; {verdict.totals}")
    for line in verdict.lines():
        say(line)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="faults")
    parser.add_argument("--urls", type=int, default=20_000, help="articles that are announced")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--elasticsearch", action="store_true", help="run a server of its own")
    parser.add_argument("--index-url", help="a running Elasticsearch, which is not killed")
    parser.add_argument("--settle", type=float, default=240.0, help="seconds without progress")
    parser.add_argument("--only", default="", help="a pattern of the faults' names")
    parser.add_argument("--mutation", choices=sorted(MUTATIONS), help="build in a defect")
    options = parser.parse_args()
    if options.urls < _URLS_PER_FAULT * options.kills:
        parser.error(
            f"--urls must be {_URLS_PER_FAULT} times --kills or more: each fault needs new ones"
        )
    sys.exit(soak(options))


def soak(options: argparse.Namespace) -> int:
    """Run it; 0 when nothing was lost, doubled or unaccounted for, else 1."""
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsloom-soak-")))
        needed = stack.enter_context(
            services(folder, own_elasticsearch=options.elasticsearch, index_url=options.index_url)
        )
        origin = stack.enter_context(Origin())
        fleet = stack.enter_context(Fleet(needed.settings, origin, options.mutation))
        choose = random.Random(options.seed)
        injector = Injector(fleet, choose, needed.proxies, needed.kills, options.only)
        run = Soak(fleet, origin, Resources(needed.settings), options.urls, options.settle)
        verdict = run.run(injector, options.kills)
        report(run, verdict, options, time.monotonic() - started)
    return 0 if verdict.passed and not run.stuck else 1


if __name__ == "__main__":
    main()
