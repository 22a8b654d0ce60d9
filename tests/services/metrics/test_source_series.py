import pytest

from config.sources import Source
from config.sources_file import save
from pipeline.sources.state import SourceState
from pipeline.urls import Url
from services.metrics import families, source_series
from services.metrics.families import Family
from workers.resources import Resources

NOW = 1_800_000_000.0


def watch(resources: Resources, *names: str) -> None:
    sources = [Source(id=name, feed=Url(f"https://{name}.example/feed")) for name in names]
    save(resources.settings.sources, sources)
    resources.stores.sources.sync(list(names))


def values(resources: Resources, family: Family) -> dict[tuple[str, ...], float]:
    found = source_series.source_series(resources, now=NOW)
    return {each.labels: each.value for each in found if each.family is family}


def test_a_source_shows_its_last_polls(resources: Resources) -> None:
    watch(resources, "press", "fresh")
    state = SourceState(last_success=NOW - 90, last_new=NOW - 100, failures=2, latencies=(10, 20))
    resources.stores.sources.record("press", state, next_poll=NOW - 30)
    resources.stores.sources.record("fresh", SourceState(), next_poll=NOW + 30)
    assert values(resources, families.SOURCE_LAG) == {("press",): 30.0, ("fresh",): 0.0}
    assert values(resources, families.SOURCE_SUCCESS) == {("press",): NOW - 90}
    assert values(resources, families.SOURCE_NEW) == {("press",): NOW - 100}
    assert values(resources, families.SOURCE_FRESHNESS) == {("press",): 15.0}
    assert values(resources, families.SOURCE_FAILURES) == {("press",): 2, ("fresh",): 0}
    assert values(resources, families.SOURCE_PROBLEMS) == {(): 0}


def test_labels_are_bounded(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_series, "MOST_SOURCES", 2)
    watch(resources, "a", "b", "c")
    assert set(values(resources, families.SOURCE_LAG)) == {("a",), ("b",)}
    assert values(resources, families.SOURCES_LEFT_OUT) == {(): 1}


def test_a_file_that_cannot_be_read_is_a_problem(resources: Resources) -> None:
    resources.settings.sources.parent.mkdir(exist_ok=True)
    resources.settings.sources.write_text("{")
    assert values(resources, families.SOURCE_PROBLEMS) == {(): 1}
    assert values(resources, families.SOURCE_LAG) == {}
