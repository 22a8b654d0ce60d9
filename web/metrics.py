"""``/metrics`` for Prometheus, in its text format or as OpenMetrics."""

from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.metrics.collecting import Series, collect
from services.metrics.families import Family, Histogram, Kind
from storage.redis.access.api_keys import Scope
from web.access import Access
from web.api.context import Context, admit
from web.api.errors import answer_to
from workers.resources import Resources

PATH = "/metrics"


def metrics_route(resources: Resources, access: Access) -> Route:
    """The route. Whoever may read may ask, as everywhere: on loopback without a key."""
    context = Context(resources, access)

    def answer(request: Request) -> Response:
        admit(request, context, Scope.READ)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(_Snapshot(resources)), headers={"Content-Type": content_type})

    async def metrics(request: Request) -> Response:
        try:
            return await run_in_threadpool(answer, request)
        except Exception as error:  # noqa: BLE001 - raised again where it is a defect
            return answer_to(request, error)

    return Route(PATH, metrics, methods=["GET"])


class _Snapshot(Collector):
    """What is true now, in prometheus_client's types."""

    def __init__(self, resources: Resources) -> None:
        self._collected = collect(resources)

    def collect(self) -> Iterator[Metric]:
        for family, series in self._collected:
            yield _metric(family, series)


def _metric(family: Family, series: list[Series]) -> Metric:
    if family.kind is Kind.HISTOGRAM:
        metric = HistogramMetricFamily(family.name, family.help, labels=family.labels)
        for each in series:
            assert isinstance(each, Histogram)  # noqa: S101 - by the kind of its family
            metric.add_metric(each.labels, each.buckets, each.sum)
        return metric
    make = CounterMetricFamily if family.kind is Kind.COUNTER else GaugeMetricFamily
    plain = make(family.name, family.help, labels=family.labels)
    for each in series:
        assert not isinstance(each, Histogram)  # noqa: S101
        plain.add_metric(each.labels, each.value)
    return plain
