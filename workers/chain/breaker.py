"""A circuit breaker (Nygard, "Release It!").

After a failure, nobody waits for the same failure for a while.
"""

import time
from collections.abc import Callable


class Breaker:
    """Open for ``seconds`` after each failure; a batch that meets it open goes back at once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._open_until = float("-inf")

    @property
    def open(self) -> bool:
        """Whether the failure is so fresh that asking again would only wait for it once more."""
        return self._clock() < self._open_until

    def failed(self) -> None:
        """Note a failure."""
        self._open_until = self._clock() + self._seconds
