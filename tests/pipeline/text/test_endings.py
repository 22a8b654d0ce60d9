import pytest

from pipeline.text.endings import is_cut_off


@pytest.mark.parametrize(
    "text", ["The council said …", "The council said [...] ", "said ...»", "…"]
)
def test_an_ellipsis_after_the_last_word_cuts_a_text_off(text: str) -> None:
    assert is_cut_off(text)


@pytest.mark.parametrize("text", ["", "It ended.", "It … ended", "And ... so it ended.", "!?"])
def test_other_texts_are_whole(text: str) -> None:
    assert not is_cut_off(text)
