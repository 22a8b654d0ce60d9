"""Enrichers of others add values, and harm no article."""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.records import EnrichedArticle
from tests.support.data.articles import article
from workers.plugins.enriching import BATCH_SECONDS, REST_SECONDS, Enrichers
from workers.plugins.loading import Plugin

Call = Callable[[EnrichedArticle], Any]


def extra(*calls: Call) -> dict[str, Any]:
    plugins = [Plugin(call.__name__, call) for call in calls]
    return dict(Enrichers(plugins).for_batch()(article()).extra)


def length(one: EnrichedArticle) -> dict[str, int]:
    return {"letters": len(one.body)}


def sees_the_others(one: EnrichedArticle) -> dict[str, list[str]]:
    return {"before": sorted(one.extra)}


def raises(_: EnrichedArticle) -> dict[str, int]:
    raise RuntimeError("no luck")


def exits(_: EnrichedArticle) -> dict[str, int]:
    sys.exit("no licence")


def is_cancelled(_: EnrichedArticle) -> dict[str, int]:
    raise asyncio.CancelledError


def gives_no_json(_: EnrichedArticle) -> dict[str, object]:
    return {"set": {1, 2}}


def changes_the_article(one: EnrichedArticle) -> dict[str, int]:
    one.title = "Mine"
    return {}


def test_each_has_its_place() -> None:
    found = extra(length, sees_the_others)
    assert found == {"length": {"letters": 44}, "sees_the_others": {"before": ["length"]}}


@pytest.mark.parametrize("bad", [raises, exits, is_cancelled, gives_no_json, changes_the_article])
def test_a_bad_one_is_logged_once_and_the_others_go_on(
    bad: Call, caplog: pytest.LogCaptureFixture
) -> None:
    extend = Enrichers([Plugin("bad", bad), Plugin("length", length)]).for_batch()
    for name in ("one", "two"):
        extended = extend(article(name))
        assert dict(extended.extra) == {"length": {"letters": 44}}
        assert extended.title == f"Headline {name}"
    [record] = caplog.records
    assert "the plug-in bad failed" in record.getMessage()


def test_one_that_hangs_is_interrupted_and_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.plugins.enriching.ARTICLE_SECONDS", 0.2)
    asked: list[float] = []

    def hangs(_: EnrichedArticle) -> dict[str, int]:
        asked.append(now[0])
        time.sleep(30)
        return {}

    now = [1000.0]
    enrichers = Enrichers([Plugin("hangs", hangs), Plugin("length", length)], clock=lambda: now[0])
    started = time.monotonic()
    for name in ("one", "two", "three"):
        assert "length" in enrichers.for_batch()(article(name)).extra
    assert time.monotonic() - started < 2
    assert asked == [1000.0]
    now[0] += REST_SECONDS
    enrichers.for_batch()(article())
    assert asked == [1000.0, 1000.0 + REST_SECONDS]


def test_a_batch_has_its_time_for_all_of_them() -> None:
    now = [0.0]

    def slow(_: EnrichedArticle) -> dict[str, int]:
        now[0] += BATCH_SECONDS / 2
        return {"done": 1}

    extend = Enrichers([Plugin("slow", slow)], clock=lambda: now[0]).for_batch()
    assert [bool(extend(article(name)).extra) for name in ("1", "2", "3", "4")] == [
        True,
        True,
        False,
        False,
    ]
