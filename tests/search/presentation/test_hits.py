"""Articles that were found, as people see them."""

from search.facets import Copies
from search.language.query import parse
from search.plan import plan, positive_words
from search.presentation.hits import present
from storage.words import ANALYSIS
from tests.support.data.articles import article, article_id


def test_a_hit_has_its_marks_and_its_copies() -> None:
    one, two = article("one", title="Fox & dog"), article("two", copy_of="one")
    words = positive_words(plan(parse("fox"), ANALYSIS))
    copies = {one.id: Copies(3, {"example": 1, "other": 2})}
    first, second = present([(one, 2.5), (two, 1.0)], copies, words, ANALYSIS)
    assert (first.score, first.title_html) == (2.5, "<mark>Fox</mark> &amp; dog")
    assert (first.copies, first.also_at) == (3, ("other",))
    assert first.highlights == ("The quick brown <mark>fox</mark> jumps over the lazy dog.",)
    assert (second.copies, second.also_at) == (0, ())
    assert second.duplicate_of == article_id("one")


def test_without_words_nothing_is_marked() -> None:
    (hit,) = present([(article(), 0.0)], {}, (), ANALYSIS)
    assert (hit.title_html, hit.highlights) == ("Headline one", ())
