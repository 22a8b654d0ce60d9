"""What a worker does when it starts."""

import logging
import resource
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from config.settings import Settings
from tests.support.servers.redis_server import redis_server
from workers.app import DESCRIPTORS, allow_descriptors, make_app

LIMIT = resource.RLIMIT_NOFILE


def test_a_worker_raises_its_own_limit_of_open_files() -> None:
    soft, hard = resource.getrlimit(LIMIT)
    if hard != resource.RLIM_INFINITY and hard < DESCRIPTORS:
        pytest.skip(f"allow processes {DESCRIPTORS} open files here (ulimit -Hn)")
    try:
        resource.setrlimit(LIMIT, (1_024, hard))
        allow_descriptors()
        assert resource.getrlimit(LIMIT) == (DESCRIPTORS, hard)
        resource.setrlimit(LIMIT, (soft, hard))
        allow_descriptors()
        assert resource.getrlimit(LIMIT)[0] == max(soft, DESCRIPTORS)
    finally:
        resource.setrlimit(LIMIT, (soft, hard))


def test_a_hard_limit_that_is_too_low_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Lowering a hard limit cannot be undone, so the limits are made up."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 1_024))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: asked.append(limits))
    with caplog.at_level(logging.WARNING):
        allow_descriptors()
    assert asked == [(1_024, 1_024)]
    assert "1024 files only" in caplog.text


def test_errors_of_the_broker_name_redis_and_the_cause() -> None:
    url = "redis://:correct-horse@127.0.0.1:1/0"
    app = make_app(Settings.model_validate({"redis_url": url}))
    with pytest.raises(OperationalError) as raised:
        app.send_task("poll", queue="control", retry=False)
    assert str(raised.value) == (
        "Redis at redis://127.0.0.1:1/0 refuses the connection: is it running?"
    )


def test_a_broker_that_wants_a_password(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        url = f"redis://127.0.0.1:{server.port}/0"
        app = make_app(Settings.model_validate({"redis_url": url}))
        with pytest.raises(OperationalError, match=f"Redis at {url} wants a password"):
            app.send_task("poll", queue="control", retry=False)
        named = make_app(Settings.model_validate({"redis_url": server.url}))
        named.send_task("poll", queue="control", retry=False)
