"""A batch of URLs that is held until a deadline, as the frontier's scripts answer it."""

import json
from dataclasses import dataclass

from pipeline.priority import Priority
from pipeline.urls import UrlId


@dataclass(frozen=True, slots=True)
class Lease:
    """A batch of URLs held until its deadline. ``crashes`` counts the workers that ended with it.

    ``priority`` is that of its messages.
    ``poisoned`` means that its single URL ended as many workers as it may, and should be dead.
    ``waited`` means that it has waited for the index, so that ``waiting_message`` goes on with it.
    """

    batch: str
    url_ids: tuple[UrlId, ...]
    crashes: int = 0
    priority: Priority = Priority.BULK
    poisoned: bool = False
    waited: bool = False


def lease_of(packed: str) -> Lease:
    """What ``frontier/lease.lua`` and ``frontier/reap.lua`` answer."""
    found = json.loads(packed)
    return Lease(
        batch=found["batch"],
        url_ids=tuple(found["urls"]),
        crashes=found.get("crashes", 0),
        priority=Priority(found["priority"]),
        poisoned=found.get("poisoned", False),
        waited=found.get("waited", False),
    )
