"""The versions of an article."""

from services.articles.history import article_history
from tests.support.data.articles import article, revision
from workers.resources import Resources


def test_each_version_has_its_difference_from_the_one_before(resources: Resources) -> None:
    for number in (1, 2, 3):
        resources.index.put([revision(number)])
    index = resources.open_index()
    found = index.get(revision(3).id)
    assert found is not None
    first, second, third = article_history(index, found)

    assert [one.article.version for one in (first, second, third)] == [1, 2, 3]
    assert first.change is None
    assert second.change is not None
    assert (second.change.words_added, second.change.words_removed) == (1, 1)
    assert third.article.body.endswith("3 lazy dogs.")


def test_an_article_that_never_changed_has_one_version(resources: Resources) -> None:
    resources.index.put([article()])
    (only,) = article_history(resources.open_index(), article())

    assert (only.article.id, only.change) == (article().id, None)
