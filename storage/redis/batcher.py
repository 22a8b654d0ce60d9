"""Many small questions to Redis from one event loop, carried in few round trips."""

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
    """What waits on one event loop."""

    waiting: list[tuple[Q, "asyncio.Future[A]"]] = field(default_factory=list)
    busy: bool = False


class Batcher(Generic[Q, A]):
    """Carries what is asked while the last trip is under way together in the next one, in the order it was asked.

    A single question waits for nobody. Under load a trip carries dozens, and a round trip, its
    thread and its wake-ups cost each of them next to nothing.
    """

    def __init__(
        self, carry: Callable[[list[Q]], Sequence[A]], *, name: str, most: int = 100
    ) -> None:
        """Trips of at most so many questions.

        Args:
            carry: answers questions, one answer each, in their order; called in a thread. What it
                raises, all get.
            name: of the thread.
            most: questions in one trip.
        """
        self._carry = carry
        self._most = most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._desks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pending[Q, A]] = (
            WeakKeyDictionary()
        )

    def send(self, question: Q) -> "asyncio.Future[A]":
        """The answer to come. A question that was sent is carried even if nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        desk = self._desks.setdefault(loop, _Pending())
        answer: asyncio.Future[A] = loop.create_future()
        desk.waiting.append((question, answer))
        if not desk.busy:
            desk.busy = True
            loop.call_soon(self._leave, loop, desk)
        return answer

    def _leave(self, loop: asyncio.AbstractEventLoop, desk: _Pending[Q, A]) -> None:
        aboard, desk.waiting = desk.waiting[: self._most], desk.waiting[self._most :]
        trip = loop.run_in_executor(self._thread, self._carry, [question for question, _ in aboard])
        trip.add_done_callback(partial(self._arrive, loop, desk, aboard))

    def _arrive(
        self,
        loop: asyncio.AbstractEventLoop,
        desk: _Pending[Q, A],
        aboard: list[tuple[Q, "asyncio.Future[A]"]],
        trip: "asyncio.Future[Sequence[A]]",
    ) -> None:
        if trip.cancelled():  # the loop is being closed
            return
        error = trip.exception()
        answers: Sequence[A] = () if error else trip.result()
        for at, (_, answer) in enumerate(aboard):
            if answer.done():  # who asked was cancelled
                continue
            if error:
                answer.set_exception(error)
            else:
                answer.set_result(answers[at])
        if desk.waiting:
            self._leave(loop, desk)
        else:
            desk.busy = False
