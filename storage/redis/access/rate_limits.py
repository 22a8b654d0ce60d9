"""How many requests each caller makes, counted over all web processes."""

from dataclasses import dataclass

from storage.redis.connection import Clock, Keyspace

MINUTE = 60.0
"""Seconds over which requests are counted."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller.

    Attributes:
        allowed: whether this request may be answered.
        remaining: requests that may still follow at once.
        reset: seconds until all of them may be made again.
        retry_after: seconds until a request that was not allowed will be; 0 when it was.
    """

    allowed: bool
    remaining: int
    reset: float
    retry_after: float = 0.0


class RateLimits:
    """The generic cell rate algorithm (ITU-T I.371): one number in Redis for each caller.

    A caller may make all requests of a minute at once, and then one each time that its share of the
    minute has passed.
    """

    def __init__(self, keyspace: Keyspace, *, clock: Clock) -> None:
        self._keys = keyspace
        self._clock = clock

    def take(self, caller: str, *, per_minute: int, cost: int = 1) -> Allowance:
        """Count a request, if it is allowed.

        Args:
            caller: whose request it is.
            per_minute: how many are allowed in a minute.
            cost: as how many this one counts, at most ``per_minute``.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        late, backlog = self._keys.run(
            "access/take",
            now=self._clock(),
            caller=caller,
            every=MINUTE / per_minute,
            window=MINUTE,
            cost=min(cost, per_minute),
        )
        wait, behind = float(late), float(backlog)
        left = int((MINUTE - behind) * per_minute / MINUTE + 1e-6)
        return Allowance(wait <= 0, max(0, left), behind, max(0.0, wait))
