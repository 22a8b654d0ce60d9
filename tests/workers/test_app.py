"""What a worker does when it starts."""

import logging
import resource

import pytest

from workers.app import DESCRIPTORS, allow_descriptors

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
