"""A run of the demo, with real workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import demo.run
from config.settings import Settings
from demo.place import demo_settings, updated_flag
from demo.run import DemoError, run_demo
from pipeline.outcome import Indexed
from pipeline.urls import url_id
from storage.redis.ledger import Totals
from tests.support.data.ledger_entries import BASE, ended
from tests.support.world import left_behind
from workers.resources import Resources


@pytest.fixture
def resources(
    tmp_path: Path, redis_url: str, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Resources]:
    """The demo's, in a folder of the test's own; its workers have the same Redis."""
    monkeypatch.setenv("NEWSLOOM_REDIS_URL", redis_url)
    user = Settings.model_validate(
        {"data_dir": tmp_path, "redis_url": redis_url, "namespace": namespace}
    )
    yield Resources(demo_settings(user))
    assert left_behind(tmp_path) == {}


def test_it_takes_everything_in_once_and_updates_one_article(resources: Resources) -> None:
    said: list[str] = []
    seen: list[Totals] = []
    fresh = run_demo(resources, say=said.append, progress=seen.append)
    totals = resources.stores.ledger.totals()

    assert fresh == totals.accepted > 40
    assert (totals.in_flight, totals.dead, totals.balanced) == (0, 0, True)
    assert totals.indexed == resources.open_index().count()
    assert [sentence[:12] for sentence in said] == ["A newsroom o", "The newsroom"]
    assert seen[-1] == totals
    assert updated_flag(resources.settings).exists()

    again: list[str] = []
    assert run_demo(resources, say=again.append, progress=seen.append) == 0
    assert len(again) == 1


def test_a_run_that_takes_too_long_says_where_the_log_is(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.run, "_GIVE_UP_SECONDS", 0.0)
    with pytest.raises(DemoError, match=r"not finished after 0 s; see .*demo\.log"):
        run_demo(resources, say=lambda _: None, progress=lambda _: None)


def test_a_ledger_whose_index_is_gone_is_forgotten(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(resources.stores, "one", Indexed(article="a1"))
    resources.settings.data_dir.mkdir(parents=True, exist_ok=True)
    updated_flag(resources.settings).touch()
    monkeypatch.setattr(demo.run, "_GIVE_UP_SECONDS", 0.0)
    with pytest.raises(DemoError):
        run_demo(resources, say=lambda _: None, progress=lambda _: None)

    # Workers that were quick may have taken in more by now.
    assert resources.stores.ledger.entry(url_id(BASE + "one")) is None
    assert not updated_flag(resources.settings).exists()
