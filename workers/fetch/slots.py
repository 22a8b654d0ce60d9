"""A host's slots as one fetch waits for them: each for so long, and all of them within a budget."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

import anyio

from pipeline.outcome import Fault, Retry
from pipeline.urls import Url
from storage.redis.politeness import HostBusy, Politeness
from workers.fetch.client import ResponseStarted
from workers.fetch.records import PolitenessPolicy


class TryLater(Exception):  # noqa: N818 - carries a retry out of a fetch
    """A host's slot did not come in time, or its robots.txt cannot be read just now."""

    def __init__(self, retry: Retry, host: str) -> None:
        super().__init__(retry.error)
        self.retry = retry
        self.host = host


class WaitBudget:
    """Seconds that one fetch may still wait, for robots.txt and all its slots together."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        """The time of this block is taken off."""
        began = anyio.current_time()
        try:
            yield
        finally:
            self.left = max(self.left - (anyio.current_time() - began), 0.0)


class Waiting:
    """What one request with its redirects waited for so far.

    Attributes:
        budget: shared with the requests that have to come first (robots.txt).
        hop: the URL that is asked for now.
        had_slot: whether a slot was had before, so that the next one is a redirect's.
        was_answered: whether any server answered.
    """

    def __init__(self, patience: float, budget: WaitBudget) -> None:
        self._patience = patience
        self.budget = budget
        self.hop: Url | None = None
        self.had_slot = False
        self.was_answered = False

    @property
    def patience(self) -> float:
        """Seconds to wait for a slot that is no redirect's."""
        return min(self._patience, self.budget.left)

    def patience_for(self, policy: PolitenessPolicy) -> float:
        """Seconds to wait for the next slot.

        A redirect within one host has to sit out that host's delay at least.
        """
        if not self.had_slot:
            return self.patience
        return min(max(self._patience, policy.delay + 1), self.budget.left)

    def beside(self) -> "Waiting":
        """For another request that has to come first."""
        return Waiting(self._patience, self.budget)

    def retry_of(self, later: TryLater, url: Url) -> Retry:
        """What becomes of ``url`` when a slot did not come.

        Before any server answered, the URL is not to blame. One whose redirect never gets its slot
        has to end some day.
        """
        retry = later.retry
        if self.was_answered and not retry.counts:
            words = f"it redirects to {self.hop}, and {retry.error}"
            changes = {"error": words, "counts": True, "fault": Fault.TIMEOUT}
            retry = retry.model_copy(update=changes)
        if later.host != url.host:  # a redirect led to a host whose pause is not this one's
            retry = retry.model_copy(update={"host_wide": False})
        return retry


class Slots(Protocol):
    """Gives a host's slots."""

    def waiting(self, patience: float | None) -> Waiting:
        """A fetch begins that waits so many seconds for a slot; None takes the usual ones."""

    def hold(
        self, url: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> AbstractAsyncContextManager[ResponseStarted | None]:
        """A slot of the URL's host for the time of the block.

        Raises:
            TryLater: it did not come in time.
        """


class HostSlots:
    """Slots that all workers share, in Redis."""

    def __init__(
        self,
        politeness: Politeness,
        *,
        patience: float = 10.0,
        longest: float = 40.0,
        hold: float = 30.0,
    ) -> None:
        """All in seconds.

        Args:
            politeness: counts the slots of each host, and keeps their robots.txt.
            patience: how long a slot is waited for, where a fetch has no patience of its own.
            longest: what one fetch may wait in all, for robots.txt and redirects too; or twice its
                own patience, if that is longer.
            hold: until the slot of a killed fetch is free.
        """
        self.politeness = politeness
        self._usual_patience = patience
        self._longest = longest
        self.hold_seconds = hold

    def waiting(self, patience: float | None) -> Waiting:
        """A fetch begins that waits so many seconds for a slot; None takes the usual ones."""
        patience = self._usual_patience if patience is None else patience
        return Waiting(patience, WaitBudget(max(self._longest, 2 * patience)))

    def is_patient(self, waiting: Waiting) -> bool:
        """Whether a fetch waits longer than the usual one."""
        return waiting.patience > self._usual_patience

    @asynccontextmanager
    async def hold(
        self, url: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> AsyncIterator[ResponseStarted | None]:
        """A slot of the URL's host for the time of the block.

        Raises:
            TryLater: it did not come in time.
        """
        slot = self.politeness.slot(
            url.host,
            delay=policy.delay,
            concurrency=policy.concurrency,
            patience=waiting.patience_for(policy),
            hold=self.hold_seconds,
        )
        async with AsyncExitStack() as held:
            try:
                async with waiting.budget.spend():
                    response_started = await held.enter_async_context(slot)
            except HostBusy as busy:
                raise host_is_busy(busy) from None
            waiting.had_slot = True
            yield response_started
            waiting.was_answered = True


class FreeSlots:
    """For a fetch that shares its hosts with nobody: every slot is there at once."""

    def waiting(self, patience: float | None) -> Waiting:
        """A fetch begins."""
        return Waiting(patience or 0.0, WaitBudget(0.0))

    @asynccontextmanager
    async def hold(
        self, url: Url, policy: PolitenessPolicy, waiting: Waiting
    ) -> AsyncIterator[ResponseStarted | None]:
        """Nothing to wait for."""
        del url, policy
        waiting.had_slot = True
        yield None


def host_is_busy(busy: HostBusy) -> TryLater:
    """The retry of a URL whose host has no slot in time."""
    retry = Retry(error=str(busy), after=busy.seconds, host_wide=True, counts=False)
    return TryLater(retry, busy.host)
