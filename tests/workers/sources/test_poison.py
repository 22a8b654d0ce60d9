"""Poisonous documents beside good sources: nobody waits for them.

``pytest -s`` prints what became of each.
"""

import sys
import time
from itertools import pairwise

import pytest

from config.sources import Source
from pipeline.discover import checked
from pipeline.discover.feeds import parse_feed
from tests.support.poison_documents import POISON, obey
from tests.support.polls import feed, item
from tests.support.servers.fault_server import FaultServer, answer
from tests.workers.conftest import Making
from workers.sources.polling import poll_due

INTERVAL = 5.0
SECONDS = 30.0
LATE = 2.0
"""Seconds, on a machine that runs other tests too."""

GOOD = tuple(
    Source(id=f"good{number}", feed=f"http://g{number}.example/good{number}", interval=INTERVAL)
    for number in range(20)
)


def bad_source(number: int, kind: str) -> Source:
    address = f"http://p{number}.example/bad{number}"
    return Source.model_validate({"id": f"bad{number}", kind: address, "interval": INTERVAL})


@pytest.fixture
def defective(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parsing does what some documents ask for."""

    def parse(content: bytes, **more: object) -> object:
        obey(content)
        return parse_feed(content, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(checked, "parse_feed", parse)


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("defective")
def test_every_good_source_is_polled_in_time_beside_20_poisonous_ones(
    making: Making, server: FaultServer
) -> None:
    bad = {}
    for number, (name, poison) in enumerate(POISON.items()):
        bad[name] = bad_source(number, poison.kind)
        server.pages[f"/bad{number}"] = poison.answer
    for source in GOOD:
        server.pages[f"/{source.id}"] = answer(feed(item(source.id)))
    resources = making(*bad.values(), *GOOD, parse_seconds=3.0, fetch_timeout=15.0)

    until = time.monotonic() + SECONDS
    began = time.monotonic()
    while time.monotonic() < until:
        poll_due(resources, found=lambda: None)
        time.sleep(0.25)

    longest = {source.id: longest_gap(server, f"/{source.id}", began, until) for source in GOOD}
    states = resources.stores.sources.states([source.id for source in bad.values()])
    for (name, source), state in zip(bad.items(), states, strict=True):
        polls = server.paths().count(f"/{source.id}")
        write(f"{name:42} {polls} polls  {state.failure or 'read':12} {state.error or ''}")
    write(f"longest between two polls of a good source: {max(longest.values()):.1f} s")
    assert len(POISON) == 20
    assert max(longest.values()) < INTERVAL + LATE, longest
    # What is slow waits for what is slow.
    assert sum(bool(state.last_poll) for state in states) > len(POISON) - 5
    failures = dict(zip(bad, (state.failure for state in states), strict=True))
    for name in ("a defect that never ends", "a defect that needs 3 GB", "a defect that crashes"):
        assert failures[name] == "too_costly"


def write(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def longest_gap(server: FaultServer, path: str, began: float, until: float) -> float:
    times = [asked.at for asked in server.asked if asked.path == path]
    return max(later - earlier for earlier, later in pairwise([began, *times, until]))
