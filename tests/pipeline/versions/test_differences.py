"""What is shown of two versions."""

import time

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.shingles import normalised
from pipeline.versions import Difference, Paragraph, difference
from pipeline.versions.differences import ChangeKind
from tests.pipeline.versions.test_changes import TEXT, article


def shown(paragraph: Paragraph) -> str:
    """As git shows words: ``[-old-]{+new+}``."""
    marks = {ChangeKind.REMOVED: "[-{}-]", ChangeKind.ADDED: "{{+{}+}}", ChangeKind.SAME: "{}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in paragraph.pieces)


def kinds(found: Difference) -> list[str]:
    return [paragraph.kind.value for paragraph in found.paragraphs]


def text(found: Difference, *without: ChangeKind) -> str:
    return "\n\n".join(
        "".join(piece.text for piece in paragraph.pieces if piece.kind not in without)
        for paragraph in found.paragraphs
        if paragraph.kind not in without
    )


def test_words_are_compared_inside_of_a_rewritten_paragraph() -> None:
    found = difference(
        article(*TEXT), article(*TEXT[:2], "Work on the old quay begins in late May.")
    )
    assert kinds(found) == ["same", "same", "changed"]
    assert shown(found.paragraphs[2]) == "Work on the [-new -]{+old +}quay begins in {+late +}May."
    assert (found.words_added, found.words_removed) == (2, 1)


def test_whole_paragraphs_come_and_go() -> None:
    found = difference(article(*TEXT), article("Breaking news from the harbour.", TEXT[0], TEXT[2]))
    assert kinds(found) == ["added", "same", "removed", "same"]
    assert shown(found.paragraphs[2]) == f"[-{TEXT[1]}-]"
    assert (found.words_added, found.words_removed) == (5, 8)


def test_a_paragraph_that_was_replaced_is_not_compared_word_by_word() -> None:
    found = difference(
        article(*TEXT), article(TEXT[0], "Fishermen protest against all of it.", TEXT[2])
    )
    assert kinds(found) == ["same", "removed", "added", "same"]


def test_rewritten_paragraphs_find_each_other_among_new_ones() -> None:
    found = difference(
        article(*TEXT),
        article(TEXT[0], "Fishermen protest.", "“Bread is too dear,” said the mayor.", TEXT[2]),
    )
    assert kinds(found) == ["same", "added", "changed", "same"]
    assert (
        shown(found.paragraphs[2])
        == "“Bread is {+too +}dear,” said the mayor.[- nobody disagreed.-]"
    )


def test_the_headline_is_compared_as_well() -> None:
    found = difference(article(*TEXT), article(*TEXT, title="A large budget for the harbour"))
    assert shown(found.title) == "A {+large +}budget for the harbour"
    assert found.title.kind is ChangeKind.CHANGED
    assert (found.words_added, found.words_removed) == (1, 0)


def test_case_and_punctuation_are_no_difference_and_the_later_ones_are_shown() -> None:
    found = difference(article("the Mayor spoke, at last."), article("The mayor spoke – at last!"))
    assert kinds(found) == ["same"]
    assert shown(found.paragraphs[0]) == "The mayor spoke – at last!"


def test_letters_are_compared_in_scripts_without_spaces() -> None:
    found = difference(article("中国政府宣布经济增长。"), article("中国政府宣布经济下降。"))
    assert shown(found.paragraphs[0]) == "中国政府宣布经济[-增长。-]{+下降。+}"


WORDS = st.sampled_from(
    ["Bread", "salt,", "the", "the", "“mayor”", "–", "…", "中国", "U.S.", "x_y", "don't"]
)
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), max_size=6)


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_versions_can_be_read_from_the_difference(old: list[str], new: list[str]) -> None:
    before, after = article(*old), article(*new)
    found = difference(before, after)
    assert text(found, ChangeKind.REMOVED) == after.body
    assert normalised(text(found, ChangeKind.ADDED)) == normalised(before.body)
    counted = found.words_added - found.words_removed
    assert counted == len(normalised(after.body)) - len(normalised(before.body))


def test_very_long_texts_are_not_compared_for_ever() -> None:
    old = article(*(f"{n} a b c d e" for n in range(3000)), " ".join(str(n) for n in range(30_000)))
    new = article(
        *(f"{n} a b c d f" for n in range(3000)), " ".join(str(n) for n in range(1, 30_001))
    )
    started = time.monotonic()
    found = difference(old, new)
    assert time.monotonic() - started < 20
    assert text(found, ChangeKind.REMOVED) == new.body
