import pytest

from pipeline.text.languages import language_code


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de", "de"),
        (" EN-gb ", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("eng", "en"),
        ("ger", "de"),
        ("iw", "he"),
        ("nb-NO", "no"),
        ("nn", "nn"),
        ("gsw", "gsw"),
    ],
)
def test_a_tag_names_its_language_by_the_shortest_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "d",
        "xx",
        "jp",
        "qq-DE",
        "und",
        "mul",
        "zxx",
        "english",
        "de;q=0.9",
        "de, en",
        "x-klingon",
        None,
        7,
    ],
)
def test_what_names_no_language_is_none(tag: object) -> None:
    assert language_code(tag) is None
