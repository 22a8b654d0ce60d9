"""A collector of OpenTelemetry on loopback: takes OTLP over HTTP and keeps the spans."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class TraceReceiver:
    """``url`` is what the settings name; ``spans`` are those that came so far."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.resources: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                known = self.path == "/v1/traces"
                if known:
                    receiver.take(ExportTraceServiceRequest.FromString(body))
                self.send_response(200 if known else 404)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Nothing."""

        return Handler

    def take(self, request: ExportTraceServiceRequest) -> None:
        for of_resource in request.resource_spans:
            named = of_resource.resource.attributes
            self.resources.append({each.key: each.value.string_value for each in named})
            for of_scope in of_resource.scope_spans:
                self.spans += of_scope.spans


def attributes(span: Span) -> dict[str, object]:
    """Texts, numbers and lists of texts by name."""
    found: dict[str, object] = {}
    for each in span.attributes:
        kind = each.value.WhichOneof("value")
        value = getattr(each.value, str(kind))
        if kind == "array_value":
            value = [one.string_value for one in value.values]
        found[each.key] = value
    return found


@contextmanager
def receiving() -> Iterator[TraceReceiver]:
    receiver = TraceReceiver()
    thread = Thread(target=receiver.serve)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stop()
        thread.join()
