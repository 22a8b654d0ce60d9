"""What a stage tells of its batch, and the traces of those who want none.

The SDK is an extra. Nothing of it is imported here, so that tracing costs nothing where it is off.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Any, Protocol

from config.logging import LogFields
from pipeline.outcome import Retry, Terminal
from storage.redis.ledger.leases import Lease
from workers.chain.messages import Batch, Item

log = logging.getLogger("newsloom.tracing")


class StageSpan(Protocol):
    """A stage's work on one batch."""

    def ended(self, item: Item[Any], outcome: Terminal | Retry) -> None:
        """A URL leaves the chain."""

    def waits(self, reason: str) -> None:
        """The stage could not do its work now."""

    def done(self, *, going_on: int) -> None:
        """The stage is over; so many URLs go on."""


class Traces(Protocol):
    """Where the spans of this process go."""

    def sent(self, lease: Lease) -> None:
        """A batch is sent on its way: the root of its trace."""

    def stage(self, name: str, batch: Batch[Any]) -> AbstractContextManager[StageSpan]:
        """A stage works on a batch."""

    def close(self) -> None:
        """Send what has not been sent."""


class _NoSpan:
    def ended(self, item: Item[Any], outcome: Terminal | Retry) -> None:
        """Nothing."""

    def waits(self, reason: str) -> None:
        """Nothing."""

    def done(self, *, going_on: int) -> None:
        """Nothing."""


class _NoTraces:
    def sent(self, lease: Lease) -> None:
        """Nothing."""

    @contextmanager
    def stage(self, name: str, batch: Batch[Any]) -> Iterator[StageSpan]:  # noqa: ARG002 - as in ``Traces``
        """Nothing."""
        yield _NoSpan()

    def close(self) -> None:
        """Nothing."""


class LazyTraces:
    """``Traces`` that begin with the first batch.

    The exporter has a thread, and a thread does not survive the fork of a worker's processes.

    Args:
        url: of the collector, without the path of traces; None for no traces.
        namespace: of the deployment.
    """

    def __init__(self, url: str | None, namespace: str) -> None:
        self._url = url
        self._namespace = namespace
        self._one_opens = Lock()
        self._opened: Traces | None = None

    def sent(self, lease: Lease) -> None:
        """See ``Traces``."""
        self._traces().sent(lease)

    def stage(self, name: str, batch: Batch[Any]) -> AbstractContextManager[StageSpan]:
        """See ``Traces``."""
        return self._traces().stage(name, batch)

    def close(self) -> None:
        """See ``Traces``."""
        if self._opened:
            self._opened.close()

    def _traces(self) -> Traces:
        with self._one_opens:
            if self._opened is None:
                self._opened = _open(self._url, self._namespace)
            return self._opened


def _open(url: str | None, namespace: str) -> Traces:
    if url is None:
        return _NoTraces()
    try:
        from workers.tracing.otlp import OtlpTraces  # noqa: PLC0415 - the extra, see above
    except ImportError as error:
        log.error(  # noqa: TRY400 - the name of the module is all there is to say
            "no traces are sent: %s; run `pip install 'newsloom[tracing]'`",
            error,
            extra=LogFields(event="no_traces", reason=str(error)),
        )
        return _NoTraces()
    return OtlpTraces(url, namespace)
