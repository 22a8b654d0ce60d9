from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from pipeline.sources.state import Failure, SourceState
from pipeline.urls import Url
from services.doctor.diagnose import diagnose
from services.doctor.findings import Area, State
from services.parts import PATIENCE
from tests.support.data.articles import article
from workers.resources import Resources


def wrong(settings: Settings) -> list[tuple[Area, State, str]]:
    @contextmanager
    def connect() -> Iterator[Resources]:
        yield Resources(settings, patience=PATIENCE)

    found = diagnose(settings, connect)
    assert {each.area for each in found} >= {Area.VERSIONS, Area.DISK, Area.PERMISSIONS}
    return [
        (each.area, each.state, each.sentence) for each in found if each.state is not State.FINE
    ]


@pytest.fixture(autouse=True)
def _watched(settings: Settings) -> None:
    settings.data_dir.mkdir()
    source = Source(id="press", feed=Url("https://press.example/feed"))
    save(settings.sources, [source])


@pytest.fixture
def failing(resources: Resources) -> None:
    sources = resources.stores.sources
    sources.sync(["press"])
    state = SourceState(
        address=Url("https://press.example/feed"),
        added=1.0,
        last_poll=2.0,
        failures=9,
        failing_since=1.0,
        failure=Failure.DNS,
        error="no such host",
    )
    sources.record("press", state, next_poll=3.0)


def test_all_is_well(settings: Settings) -> None:
    assert wrong(settings) == []


@pytest.mark.usefixtures("failing")
def test_a_source_that_is_not_well_is_named(settings: Settings) -> None:
    [(area, state, sentence)] = wrong(settings)
    assert (area, state) == (Area.SOURCES, State.WRONG)
    assert sentence.startswith("press: ")


def test_faults_of_the_sources_file_are_named(settings: Settings) -> None:
    settings.sources.write_text("- {id: press}\n")
    assert [area for area, _, _ in wrong(settings)] == [Area.SOURCES]
    settings.sources.write_text("{")
    assert [area for area, _, _ in wrong(settings)] == [Area.SOURCES]
    settings.sources.write_text("[]")
    assert [sentence for _, _, sentence in wrong(settings)] == [
        f"{settings.sources} names no source"
    ]
    settings.sources.unlink()
    assert [sentence for _, _, sentence in wrong(settings)] == [f"there is no {settings.sources}"]


def test_a_loss_of_articles_is_named(settings: Settings, resources: Resources) -> None:
    resources.index.put([article()])
    resources.stores.index_size.keep(3)
    [(area, state, sentence)] = wrong(settings)
    assert (area, state) == (Area.INDEX, State.WRONG)
    assert "has lost articles" in sentence


def test_what_does_not_answer_is_silent_and_the_rest_is_told(settings: Settings) -> None:
    given = settings.model_copy(
        update={"redis_url": "redis://127.0.0.1:1", "index_url": "http://127.0.0.1:1"}
    )
    found = wrong(given)
    assert [(area, state) for area, state, _ in found] == [
        (Area.REDIS, State.SILENT),
        (Area.INDEX, State.SILENT),
    ]
