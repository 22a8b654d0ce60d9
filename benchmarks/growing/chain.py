"""Batches through the code of the stages, without Celery: no site is asked, no page is parsed."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.growing.articles import Newsroom
from benchmarks.ledger import link
from pipeline.base import Record
from pipeline.deduplicate import fingerprint
from pipeline.outcome import Rejected
from pipeline.records import Article
from workers.chain.dispatch import first_message
from workers.chain.messages import Item, LeasedLink
from workers.chain.run import CRAWL, EXTRACT, STAGES, run
from workers.resources import Resources

FEED = 50
"""Links in one document of a source."""


_YARDSTICK_TEXT = "\n\n".join(
    f"On day {day} the council of town {town} met and agreed on a budget for ferry {day * town}."
    for day in range(10)
    for town in range(10)
)
_YARDSTICKS = 20


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds.

    Attributes:
        stages: of the stages, without those that made the articles.
        yardstick: of one piece of work that is always the same. What else runs on the machine makes
            both longer, and their ratio stays.
    """

    stages: float
    yardstick: float


class Carrier:
    """Carries URLs to their ends; any number of processes have one each.

    Args:
        resources: of this process.
        newsroom: knows what is behind the links.
    """

    def __init__(self, resources: Resources, newsroom: Newsroom) -> None:
        self._resources = resources
        self._newsroom = newsroom
        self._making = 0.0
        works: dict[str, Callable[[Resources, Sequence[Item[Any]]], Sequence[Record]]] = {
            CRAWL.name: lambda _, items: [item.payload for item in items],
            EXTRACT.name: lambda _, items: self._extracted(items),
        }
        self._stages = [replace(stage, work=works.get(stage.name, stage.work)) for stage in STAGES]

    def carry(self, first: int, last: int) -> Spent:
        """Take URLs in by number, and work on batches until nothing is queued."""
        began, self._making = time.process_time(), 0.0
        frontier, settings = self._resources.stores.frontier, self._resources.settings
        for start in range(first, last, FEED):
            frontier.accept([link(number) for number in range(start, min(start + FEED, last))])
        while lease := frontier.lease(
            settings.batch_size, default_delay=0.0, max_batches=settings.max_batches
        ):
            self._through(first_message(self._resources, lease))
        return Spent(time.process_time() - began - self._making, _yardstick())

    def _through(self, message: dict[str, Any] | None) -> None:
        for stage in self._stages:
            # As it goes through the broker.
            message = run(self._resources, stage, json.loads(json.dumps(message)))
            if message is None:
                return

    def _extracted(self, items: Sequence[Item[LeasedLink]]) -> list[Article | Rejected]:
        began = time.thread_time()
        found = [self._newsroom.behind(item.payload.link) for item in items]
        self._making += time.thread_time() - began
        return found


def _yardstick() -> float:
    """CPU seconds of one fingerprint of a fixed text."""
    began = time.thread_time()
    for _ in range(_YARDSTICKS):
        fingerprint(_YARDSTICK_TEXT, title="A budget for the ferries")
    return (time.thread_time() - began) / _YARDSTICKS
