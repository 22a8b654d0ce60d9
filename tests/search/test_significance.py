"""Which words are significant."""

from search import significance
from search.results import SignificantWord


def test_a_word_is_significant_by_difference_times_ratio() -> None:
    found = significance.significant({"drone": 5}, 10, {"drone": 10}, 100, 5)
    assert found == (SignificantWord(word="drone", count=5, in_all=10, score=0.4 * 5),)


def test_the_best_come_first_and_common_ones_not_at_all() -> None:
    counts = {"b": 4, "a": 4, "everywhere": 9, "rare": 2, "gone": 3}
    known = {"b": 8, "a": 8, "everywhere": 95, "rare": 2}
    words = [each.word for each in significance.significant(counts, 10, known, 100, 9)]
    assert words == ["rare", "a", "b"]
    assert len(significance.significant(counts, 10, known, 100, 2)) == 2


def test_one_article_alone_says_nothing() -> None:
    assert significance.candidates({"a": 1, "b": 2}) == {"b": 2}


def test_what_is_counted_is_bounded() -> None:
    counting = significance.in_all({"a": 2, "b": 3}, "keyword_exact")
    assert counting == {"terms": {"field": "keyword_exact", "size": 2, "include": ["a", "b"]}}
