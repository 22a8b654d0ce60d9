"""Responses of the fault server, fetched with the real client; only a public address is dialled."""

from functools import partial

from pipeline.outcome import Rejected
from tests.hostile.case import Case
from tests.support.data.wrong_answers import OUTCOMES
from tests.support.fetch_once import fetch
from tests.support.servers.fault_server import PUBLIC, FaultServer, LoopbackNetwork

ONLY_PUBLIC = "only a public address dialled"


def got(path: str) -> str:
    with FaultServer() as server:
        network = LoopbackNetwork(server, {"inside.example": ["10.0.0.1"]})
        (found,) = fetch(network, f"http://a.example/{path}")
    what = str(found.reason) if isinstance(found, Rejected) else type(found).__name__.lower()
    dialled = set(network.dialled) - {f"{PUBLIC}:80"}
    return f"{what}, {' '.join(sorted(dialled)) + ' dialled' if dialled else ONLY_PUBLIC}"


CASES = tuple(
    Case("responses", path, partial(got, path), f"{expected}, {ONLY_PUBLIC}")
    for path, expected in OUTCOMES
)
