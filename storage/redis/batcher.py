"""Many small requests to Redis from one event loop, sent in few round trips."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass
class _Pending(Generic[Q, A]):
    """Requests of one event loop that are not sent yet, and whether a batch is under way."""

    waiting: list[tuple[Q, "asyncio.Future[A]"]] = field(default_factory=list)
    busy: bool = False


class Batcher(Generic[Q, A]):
    """Collects requests while a batch is under way and sends them together as the next, in order.

    A single request waits for nobody. Under load a batch has dozens, and a round trip, its thread
    and its wake-ups cost each of them next to nothing.
    """

    def __init__(
        self, carry: Callable[[list[Q]], Sequence[A]], *, name: str, most: int = 100
    ) -> None:
        """Batches of at most so many requests.

        Args:
            carry: answers requests, one answer each, in their order; called in a thread. What it
                raises, all get.
            name: of the thread.
            most: requests in one batch.
        """
        self._carry = carry
        self._most = most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._pending: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pending[Q, A]] = (
            WeakKeyDictionary()
        )

    def send(self, request: Q) -> "asyncio.Future[A]":
        """The answer to come. The request is sent even if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        pending = self._pending.setdefault(loop, _Pending())
        answer: asyncio.Future[A] = loop.create_future()
        pending.waiting.append((request, answer))
        if not pending.busy:
            pending.busy = True
            loop.call_soon(self._start, loop, pending)
        return answer

    def _start(self, loop: asyncio.AbstractEventLoop, pending: _Pending[Q, A]) -> None:
        batch = pending.waiting[: self._most]
        pending.waiting = pending.waiting[self._most :]
        requests = [request for request, _ in batch]
        carried = loop.run_in_executor(self._thread, self._carry, requests)
        carried.add_done_callback(partial(self._finish, loop, pending, batch))

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        pending: _Pending[Q, A],
        batch: list[tuple[Q, "asyncio.Future[A]"]],
        carried: "asyncio.Future[Sequence[A]]",
    ) -> None:
        if carried.cancelled():  # the loop is being closed
            return
        error = carried.exception()
        answers: Sequence[A] = () if error else carried.result()
        for at, (_, answer) in enumerate(batch):
            if answer.done():  # who asked was cancelled
                continue
            if error:
                answer.set_exception(error)
            else:
                answer.set_result(answers[at])
        if pending.waiting:
            self._start(loop, pending)
        else:
            pending.busy = False
