import pytest

from web.pages.forms import Form, local_path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nSet-Cookie: x",
        "sources",
    ],
)
def test_one_is_only_led_on_to_our_own_pages(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/"


def test_a_path_of_ours_is_followed() -> None:
    assert local_path("/search?q=a%20b&f=tag:x") == "/search?q=a%20b&f=tag:x"


def test_words_stand_between_commas() -> None:
    form = Form({"tags": [" world, sport ,, world "], "pick": ["a", "b"]})
    assert form.words("tags") == ("world", "sport")
    assert form.words("none") == ()
    assert form.all("pick") == ["a", "b"]
    assert not form.get("none")
