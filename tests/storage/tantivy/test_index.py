"""What only the embedded index does: folders, locks, versions, memory."""

from pathlib import Path

import tantivy

from search.language.query import parse
from search.request import SearchRequest
from storage.tantivy.index import TantivyIndex
from tests.support.data.articles import article, article_id
from tests.support.index_questions import found, put


def test_in_memory_it_is_for_one_object_alone() -> None:
    index = TantivyIndex(None)
    put(index, article())
    assert found(index, "fox") == {"one"}
    assert TantivyIndex(None).count() == 0


def test_segments_do_not_pile_up(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    for n in range(60):
        put(index, article(str(n)))
    assert tantivy.Index.open(str(tmp_path)).searcher().num_segments < 12


def test_equal_scores_at_the_end_of_a_page_are_ordered_among_all(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    put(index, *(article(str(n)) for n in range(300)))
    (best,) = index.search(SearchRequest(parse("fox"), limit=1)).hits
    assert best.id == min(article_id(str(n)) for n in range(300))
