"""How many URLs began each stage, minute by minute; ``frontier/advance.lua`` counts them."""

from collections.abc import Mapping

from storage.redis.connection import Keyspace
from storage.redis.keys import Key

MINUTE = 60
MOST_MINUTES = 119
"""The counts of a minute are kept for two hours."""


def stage_rates(keyspace: Keyspace, *, now: float, minutes: int) -> Mapping[str, tuple[int, ...]]:
    """URLs a minute of each stage that had any, the oldest minute first, the current one last.

    Args:
        keyspace: where they are counted.
        now: seconds since the epoch.
        minutes: how many, ``MOST_MINUTES`` at most.
    """
    current = int(now // MINUTE)
    wanted = range(current - min(minutes, MOST_MINUTES) + 1, current + 1)
    pipe = keyspace.client.pipeline(transaction=False)
    for minute in wanted:
        pipe.hgetall(keyspace.key(Key.STAGE_RATES, str(minute)))
    counted: list[Mapping[str, str]] = pipe.execute()
    stages = {stage for each in counted for stage in each}
    return {stage: tuple(int(each.get(stage, 0)) for each in counted) for stage in stages}
