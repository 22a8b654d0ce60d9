"""One trace for each batch, sent by OTLP over HTTP; needs the extra ``tracing``.

The ids of a trace and of its root are made of the batch's number, which every stage knows: nothing
is carried in messages, and a message that is lost or comes twice breaks no trace.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from typing import Any

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from pipeline.outcome import Retry, Terminal, sentence_of
from storage.redis.ledger.leases import Lease
from workers.chain.messages import Batch, Item
from workers.tracing.spans import StageSpan

TIMEOUT = 5.0
"""Seconds that one request to the collector may take; a worker that stops waits for one."""

_MOST_EVENTS = 256
"""Of a span: one for each URL of the largest batch."""

_TRACE_BYTES, _SPAN_BYTES = 16, 8
"""Of ids, as the W3C's Trace Context has them."""


class OtlpTraces:
    """``workers.tracing.spans.Traces``. Make it after a fork.

    Args:
        url: of the collector, without the path of traces.
        namespace: of the deployment; two of them have different ids for the same number.
    """

    def __init__(self, url: str, namespace: str) -> None:
        self._namespace = namespace
        self._ids = _BatchIds()
        self._provider = TracerProvider(
            # All or none of a trace: which ones to keep is for the collector to say.
            sampler=ALWAYS_ON,
            resource=Resource.create({"service.name": "newsloom", "service.namespace": namespace}),
            id_generator=self._ids,
            span_limits=SpanLimits(max_events=_MOST_EVENTS),
        )
        exporter = OTLPSpanExporter(f"{url}/v1/traces", timeout=TIMEOUT)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("newsloom")

    def sent(self, lease: Lease) -> None:
        """See ``Traces``."""
        attributes: dict[str, Any] = {
            "newsloom.namespace": self._namespace,
            "newsloom.batch": lease.batch,
            "newsloom.urls": len(lease.url_ids),
            "newsloom.worker_crashes": lease.crashes,
        }
        with self._ids.given(self._root(lease.batch)):
            self._tracer.start_span("batch", Context(), attributes=attributes).end()

    @contextmanager
    def stage(self, name: str, batch: Batch[Any]) -> Iterator[StageSpan]:
        """See ``Traces``. An error that leaves the stage is recorded."""
        parent = set_span_in_context(NonRecordingSpan(self._root(batch.batch)), Context())
        attributes = {
            "newsloom.batch": batch.batch,
            "newsloom.stage": name,
            "newsloom.url_ids": [item.url_id for item in batch.items],
            "newsloom.sources": sorted({item.payload.source for item in batch.items}),
        }
        with self._tracer.start_as_current_span(name, parent, attributes=attributes) as span:
            yield _OtlpSpan(span)

    def close(self) -> None:
        """See ``Traces``."""
        self._provider.shutdown()

    def _root(self, batch: str) -> SpanContext:
        name = f"{self._namespace}:{batch}".encode()
        return SpanContext(
            trace_id=_number(name, _TRACE_BYTES),
            span_id=_number(name, _SPAN_BYTES),
            is_remote=True,
            trace_flags=TraceFlags(TraceFlags.SAMPLED),
        )


class _OtlpSpan:
    def __init__(self, span: Span) -> None:
        self._span = span

    def ended(self, item: Item[Any], outcome: Terminal | Retry) -> None:
        attributes = {
            "newsloom.url_id": item.url_id,
            "newsloom.source": item.payload.source,
            "newsloom.outcome": outcome.kind,
            "newsloom.sentence": sentence_of(outcome),
        }
        if item.link_url:
            attributes["url.full"] = item.link_url
        self._span.add_event("ended", attributes)

    def waits(self, reason: str) -> None:
        self._span.set_status(StatusCode.ERROR, reason)

    def done(self, *, going_on: int) -> None:
        self._span.set_attribute("newsloom.going_on", going_on)


class _BatchIds(RandomIdGenerator):
    """Random ids, but for the root of a batch's trace."""

    def __init__(self) -> None:
        self._given: ContextVar[SpanContext | None] = ContextVar("given", default=None)

    @contextmanager
    def given(self, root: SpanContext) -> Iterator[None]:
        """The span that is started within gets the ids of ``root``."""
        token = self._given.set(root)
        try:
            yield
        finally:
            self._given.reset(token)

    def generate_span_id(self) -> int:
        root = self._given.get()
        return root.span_id if root else super().generate_span_id()

    def generate_trace_id(self) -> int:
        root = self._given.get()
        return root.trace_id if root else super().generate_trace_id()


def _number(name: bytes, size: int) -> int:
    """An id of so many bytes; 0 is none, and as likely as any other number."""
    return int.from_bytes(blake2b(name, digest_size=size).digest())
