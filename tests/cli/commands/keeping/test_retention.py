"""``newsloom retention``."""

import json

from tests.cli.conftest import Newsloom
from tests.support.data.corpus import corpus
from workers.resources import Resources


def test_old_articles_are_counted_then_removed(newsloom: Newsloom, resources: Resources) -> None:
    resources.index.put(corpus())
    dry = json.loads(newsloom("retention", "--older-than", "1y", "--dry-run", "--json").out)
    assert (dry["articles"], dry["archive_files"], dry["dry_run"]) == (len(corpus()), 0, True)
    assert (
        "articles would be removed: 60"
        in newsloom("retention", "--older-than", "1y", "--dry-run").out
    )
    done = newsloom("retention", "--older-than", "1y")
    assert (done.code, done.err) == (0, "")
    assert "articles removed: 60" in done.out
    assert resources.index.count() == 0


def test_a_duration_that_does_not_fit_is_wrong_usage(newsloom: Newsloom) -> None:
    result = newsloom("retention", "--older-than", "soon")
    assert result.code == 2
    assert "soon is no duration" in result.sentence
