"""The application as a whole: while Redis is away, and its heartbeat."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config.settings import Settings
from tests.support.servers.hub import Hub
from tests.support.servers.serving import listening, serving
from tests.support.subscriber import Subscriber, feed
from tests.support.world import wait_until
from web.app import make_asgi
from web.server import server
from workers.processes.heartbeat import alive
from workers.resources import Resources


@contextmanager
def served(resources: Resources) -> Iterator[str]:
    at = listening()
    with serving(server(make_asgi(resources, dispatch=lambda: None)), at):
        yield f"http://127.0.0.1:{at.getsockname()[1]}"


def test_while_redis_is_away_hubs_are_asked_to_come_again(hub: Hub) -> None:
    away = Settings.model_validate(
        {"redis_url": "redis://127.0.0.1:1/0", "public_url": "http://x.example"}
    )
    with served(Resources(away)) as base:
        delivery = hub.push(f"{base}/websub/{'A' * 32}", feed("x"))
        assert delivery.status == 503


@pytest.mark.parametrize("text", ["- {id: [", "- {id: press, feeed: x}"])
def test_while_the_source_of_a_push_cannot_be_used_its_hub_is_asked_to_come_again(
    subscriber: Subscriber, hub: Hub, text: str
) -> None:
    token = subscriber.subscribe().token
    settings = subscriber.resources.settings
    settings.sources.write_text(text)
    with served(Resources(settings, hub.network)) as base:
        assert hub.push(f"{base}/websub/{token}", feed("x")).status == 503
        settings.sources.write_text("[]")
        assert hub.push(f"{base}/websub/{token}", feed("x")).status == 410


def test_the_web_process_gives_a_pulse_until_it_ends(redis_url: str, namespace: str) -> None:
    settings = Settings.model_validate({"redis_url": redis_url, "namespace": namespace})
    resources = Resources(settings)
    keyspace = resources.stores.keyspace
    with served(resources):
        wait_until(lambda: alive(keyspace, "web"), seconds=5, what="it is alive")
    assert not alive(keyspace, "web")
