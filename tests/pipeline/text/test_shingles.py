"""A text as the sequence of its overlapping word sequences."""

from pipeline.text.shingles import WIDTH, normalised, numbers_and_names, shingles


def test_words_are_compared_without_case_punctuation_and_forms() -> None:
    assert normalised("The FERRY, it’s ﬁne!") == ["the", "ferry", "it", "s", "fine"]
    assert normalised("港务局 and ２") == ["港", "务", "局", "and", "2"]
    assert normalised("...") == []


def test_shingles_overlap_and_each_is_given_once() -> None:
    tokens = ["a", "b", "c", "d", "e", "f"]
    assert WIDTH == 5
    assert shingles(tokens) == ["a b c d e", "b c d e f"]
    assert shingles(["a"] * 9) == ["a a a a a"]
    assert shingles(tokens[:4]) == []


def test_a_template_is_filled_with_numbers_and_names() -> None:
    numbers, names = numbers_and_names("Storm hits Port Kelby, with winds of 90km/h on 3 May.")
    assert numbers == {"90km", "3"}
    assert names == {"port", "kelby", "may"}
