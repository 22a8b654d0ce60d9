"""Tables of class and id names."""

from pipeline.extract.body.boilerplate_names import (
    DOUBTFUL_ALONE,
    DOUBTFUL_WORDS,
    SURE_PAIRS,
    SURE_WORDS,
    pairs_of,
    words_of,
)


def test_tables_are_split_into_words_and_pairs() -> None:
    assert words_of({"a": "nav  menu", "b": "nav share"}) == {"nav", "menu", "share"}
    assert pairs_of({"a": "read more, see also"}) == {("read", "more"), ("see", "also")}


def test_no_word_is_sure_and_doubtful() -> None:
    sure = words_of(SURE_WORDS)
    assert sure.isdisjoint(DOUBTFUL_WORDS.split())
    assert sure.isdisjoint(DOUBTFUL_ALONE.split())


def test_all_words_are_as_names_are_split() -> None:
    words = {word for pair in pairs_of(SURE_PAIRS) for word in pair}
    assert all(word == word.lower() and word.isalnum() for word in words | words_of(SURE_WORDS))
