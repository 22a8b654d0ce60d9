"""Redis and Elasticsearch of a soak, and what can be done to them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from benchmarks.soaking.fleet import settings_in
from config.settings import Settings
from tests.support.elasticsearch.server import running as elasticsearch
from tests.support.servers.redis_server import redis_server
from tests.support.servers.tcp_proxy import Proxy


@dataclass(frozen=True, slots=True)
class Services:
    """What the fleet uses beside itself; nothing, when all is embedded.

    Attributes:
        settings: that lead to them.
        proxies: before each of them.
        kills: how each is killed and started again.
    """

    settings: Settings
    proxies: dict[str, Proxy] = field(default_factory=dict)
    kills: dict[str, Callable[[], None]] = field(default_factory=dict)


@contextmanager
def services(folder: Path, *, own_elasticsearch: bool, index_url: str | None) -> Iterator[Services]:
    """Redis and Elasticsearch as asked for, with proxies before them.

    Args:
        folder: of the fleet.
        own_elasticsearch: run one, which is killed as well.
        index_url: of a running one.
    """
    with ExitStack() as stack:
        if not own_elasticsearch and not index_url:
            yield Services(settings_in(folder))
            return
        proxies: dict[str, Proxy] = {}
        server = stack.enter_context(redis_server(folder / "redis-of-soak"))
        kills: dict[str, Callable[[], None]] = {"redis": server.restart}
        url = index_url or ""
        if own_elasticsearch:
            search = stack.enter_context(elasticsearch())
            url = search.url
            kills["elasticsearch"] = search.restart
        addresses = {}
        for name, address in (("redis", server.url), ("elasticsearch", url)):
            parts = urlsplit(address)
            proxy = stack.enter_context(Proxy(parts.port or 9200, parts.hostname or "127.0.0.1"))
            proxies[name] = proxy
            login, at, _ = parts.netloc.rpartition("@")
            addresses[name] = parts._replace(netloc=f"{login}{at}127.0.0.1:{proxy.port}").geturl()
        settings = settings_in(
            folder, redis_url=addresses["redis"], index_url=addresses["elasticsearch"]
        )
        yield Services(settings, proxies, kills)
        if not own_elasticsearch:
            _clear(url, settings.namespace)


def _clear(url: str, name: str) -> None:
    """Delete the indices of the soak from a server that goes on."""
    with Elasticsearch(url) as client:
        for index in client.indices.get(index=f"{name}-*"):
            client.indices.delete(index=index)
        for template in (name, f"{name}-history"):
            client.options(ignore_status=404).indices.delete_index_template(name=template)
