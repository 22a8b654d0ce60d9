"""An archive that writes into the test's folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive.archive import Archive
from storage.open import Stores
from tests.support.data.exchanges import AT


@pytest.fixture
def archive(tmp_path: Path, stores: Stores) -> Iterator[Archive]:
    made = Archive(
        tmp_path, stores.keyspace, about=(("software", "Newsloom/test"),), clock=AT.timestamp
    )
    yield made
    made.close()
