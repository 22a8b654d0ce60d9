"""``newsloom index``."""

import json

from tests.cli.conftest import Newsloom
from tests.support.data.articles import article
from workers.resources import Resources


def test_the_index_is_rebuilt(newsloom: Newsloom, resources: Resources) -> None:
    resources.index.put([article(), article("two")])
    result = newsloom("index", "rebuild")
    assert result.code == 0
    assert result.out.splitlines() == [
        "articles copied: 2",
        "copied again, as they changed meanwhile: 0",
    ]
    result = newsloom("index", "rebuild", "--json")
    assert json.loads(result.out) == {"articles": 2, "changed": 0}
    assert resources.index.count() == 2


def test_shards_are_elasticsearchs(newsloom: Newsloom) -> None:
    result = newsloom("index", "rebuild", "--shards", "2")
    assert result.code == 2
    assert "NEWSLOOM_INDEX_URL" in result.err
