"""Both backends of the index as fixtures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.index import Index
from tests.support.index_places import Place, elasticsearch_place, opened

BACKENDS = ["tantivy", "elasticsearch"]


@contextmanager
def any_place(request: pytest.FixtureRequest, folder: Path) -> Iterator[Place]:
    """A place on the backend that the fixture's parameter names."""
    if request.param == "tantivy":
        yield Place("tantivy", str(folder / "index"), "")
        return
    with elasticsearch_place(request.getfixturevalue("elasticsearch_url")) as made:
        yield made


@pytest.fixture(params=BACKENDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with any_place(request, tmp_path) as made:
        yield made


@pytest.fixture
def index(place: Place) -> Iterator[Index]:
    with opened(place) as made:
        yield made


@pytest.fixture(scope="module", params=BACKENDS)
def shared_index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """One for a whole module, for tests that only read; the first of them fills it."""
    with any_place(request, tmp_path_factory.mktemp("shared")) as place, opened(place) as made:
        yield made
