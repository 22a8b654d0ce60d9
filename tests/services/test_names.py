"""Names of URLs and articles."""

import pytest

from pipeline.urls import BadUrl, url_id
from services.names import id_of, is_id

PAGE = "https://site.example/news"


def test_an_id_is_taken_as_it_is_and_a_url_gives_its_own() -> None:
    for name in (url_id(PAGE), PAGE, "site.example/news", "http://www.site.example/news#top"):
        assert id_of(name) == url_id(PAGE)
    assert is_id(url_id(PAGE))
    assert not is_id(url_id(PAGE).upper())


def test_what_is_neither_is_an_error() -> None:
    with pytest.raises(BadUrl, match="not an absolute URL"):
        id_of("abc")
