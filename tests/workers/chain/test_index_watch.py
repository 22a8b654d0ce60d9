"""The workers notice that the index has lost articles."""

import shutil

import pytest

from tests.support.data.articles import article
from workers.chain.index_watch import watch_index
from workers.resources import Resources


def test_an_emptied_index_is_logged_once(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    watch_index(resources)
    resources.index.put([article("one"), article("two")])
    watch_index(resources)
    assert caplog.messages == []

    shutil.rmtree(resources.settings.tantivy_dir)
    watch_index(resources)
    resources.index.put([article("three"), article("four"), article("five")])
    watch_index(resources)
    [line] = caplog.messages
    assert "the index has lost articles: it had 0 when that was noticed, but it had 2" in line
    assert resources.stores.index_size.known().noticed == line
