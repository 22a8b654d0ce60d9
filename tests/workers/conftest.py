"""What a worker has: real stores, a real index, and a network that ends at the fault server."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from tests.support.servers.fault_server import FaultServer, LoopbackNetwork
from tests.support.servers.tls_site import make_certificate
from workers.resources import Resources

Making = Callable[..., Resources]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def network(server: FaultServer) -> LoopbackNetwork:
    return LoopbackNetwork(server)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def making(
    redis_url: str, namespace: str, network: LoopbackNetwork, tmp_path: Path
) -> Iterator[Making]:
    """Makes resources of these settings: ``making(host_delay=1)``."""
    made: list[Resources] = []

    def make(
        *sources: Source, clock: Callable[[], float] = time.time, **settings: object
    ) -> Resources:
        if sources:
            save(tmp_path / "sources.yaml", sources)
        values = {
            "redis_url": redis_url,
            "namespace": namespace,
            "data_dir": tmp_path,
            "sources": tmp_path / "sources.yaml",
            "host_delay": 0.0,
            "fetch_timeout": 2.0,
            "connect_timeout": 1.0,
            **settings,
        }
        made.append(Resources(Settings.model_validate(values), network, clock=clock))
        return made[-1]

    yield make
    for each in made:
        each.stores.keyspace.client.close()
        if "index" in vars(each):
            each.index.close()


@pytest.fixture
def resources(making: Making) -> Resources:
    return making()
