"""The service that builds the index anew."""

import pytest

from config.settings import Settings
from services.errors import AlreadyRunningError
from services.index.rebuild import rebuild_index
from storage.index import Rebuilt
from storage.locks import exclusive
from tests.support.data.articles import article
from workers.resources import Resources


def test_it_is_rebuilt_without_redis(settings: Settings) -> None:
    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    Resources(settings).index.put([article()])
    told: list[int] = []
    assert rebuild_index(Resources(away), told.append) == Rebuilt(articles=1, changed=0)
    assert told == [1]
    assert Resources(settings).index.count() == 1


def test_two_at_once_do_not_meet(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (
        exclusive(settings.data_dir / "rebuild.lock"),
        pytest.raises(AlreadyRunningError, match="another process"),
    ):
        rebuild_index(Resources(settings), print)
